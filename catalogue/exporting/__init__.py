"""The entries for programs: tables, JSON, CSV, SQLite, DCAT-AP."""
