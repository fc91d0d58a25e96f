"""Datasette's metadata speaks of the tables and columns that the published database has."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from catalogue_example import example, initiative

from catalogue.exporting.database_file import write_database
from catalogue.exporting.datasette import metadata


def test_every_table_and_column_that_is_described_is_there(tmp_path: Path) -> None:
    write_database(tmp_path / "catalogue.db", [initiative(example())])
    described = metadata("A review")["databases"]["catalogue"]["tables"]
    with closing(sqlite3.connect(tmp_path / "catalogue.db")) as database:
        tables = {row[0] for row in database.execute(
            "select name from sqlite_master where type = 'table' and name not like '%fts%'")}  # fmt: skip
        assert set(described) == tables
        for name, said in described.items():
            columns = {row[1] for row in database.execute(f"pragma table_info({name})")}
            named = {*said.get("columns", ()), *said.get("facets", ()),
                     *filter(None, (said.get("label_column"), said.get("sort")))}  # fmt: skip
            assert named <= columns, name
