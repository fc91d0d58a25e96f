"""The catalogue as an SQLite file, for download."""

from __future__ import annotations

import datetime
import os
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from catalogue.checking.checks import newest_check
from catalogue.entries import vocabulary
from catalogue.entries.initiatives import Initiative
from catalogue.exporting.exports import FORMAT, LICENCE, iso


def write_database(
    path: Path, initiatives: Iterable[Initiative], day: datetime.date | None = None
) -> None:
    """Write the catalogue as an SQLite file: tables with foreign keys and full-text indexes.

    The file appears whole or not at all, and replaces one that is there. The same entries give the
    same bytes with the same SQLite.
    """
    from catalogue.exporting.tables import SCHEMA, fill
    from search.files import check_place, sync
    from search.sqlite import Database

    check_place(path)
    ordered = list(initiatives)
    day = day or newest_check(ordered)
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    beside.unlink(missing_ok=True)
    try:
        connection = sqlite3.connect(beside)
        try:
            # The file is this process's alone until it is whole, and then takes its name at once:
            # no journal is needed, and no wait for the disk after each table.
            connection.execute("pragma journal_mode = off")
            connection.execute("pragma synchronous = off")
            connection.execute("pragma foreign_keys = on")
            database = Database(connection)
            database.executescript(SCHEMA + _INFO)
            fill(database, ordered, day)
            database.table("info").insert_all(_info(day))
            connection.commit()
            connection.execute("vacuum")
        finally:
            connection.close()
        sync(beside)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


_INFO = "create table info (name text primary key, value text not null);"


def _info(day: datetime.date | None) -> Iterator[dict[str, str]]:
    yield {"name": "title", "value": "Sarcat: the catalogue of sarcoma databases"}
    yield {"name": "format", "value": str(FORMAT)}
    yield {"name": "vocabulary", "value": vocabulary.VERSION}
    yield {"name": "licence", "value": f"{LICENCE['name']}, {LICENCE['url']}: {LICENCE['of']}"}
    yield {"name": "checked", "value": iso(day) or ""}
