"""The pages, as values made into HTML; nothing here writes a file."""
