"""Open the one SQLite file of a review: what a machine can work out again."""

from __future__ import annotations

import sqlite3
import weakref
from pathlib import Path

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from search.errors import SarcatError


def connect(path: Path, *migrations: Migrations) -> Database:
    """Open (or create) the database and bring the given tables up to date.

    Each package registers its own tables as a set of migrations. SarcatError if the file is damaged
    or cannot be opened.
    """
    try:
        connection = sqlite3.connect(path, timeout=30, check_same_thread=False)
        database = Database(connection)
        # Whoever drops the last word of it closes the file, also at the end of the process: left to
        # the connection itself, that is a ResourceWarning from Python 3.13 on.
        weakref.finalize(database, connection.close)
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = normal")
        connection.execute("pragma foreign_keys = on")
        connection.execute("pragma cache_size = -32768")  # kB: indexes of a million keys
        for each in migrations:
            if each.pending(database):
                _apply(each, database)
    except sqlite3.Error as error:
        raise SarcatError(
            f"the database cannot be used ({error}).",
            where=str(path),
            remedy="It can be worked out again: run `sarcat rebuild`.",
        ) from error
    return database


def _apply(steps: Migrations, database: Database) -> None:
    """Take the steps that are pending, all or none; another process that does so is waited for."""
    database.conn.execute("begin immediate")
    try:
        steps.apply(database)
        database.conn.execute("commit")
    except BaseException:
        if database.conn.in_transaction:  # an error may have ended it already
            database.conn.execute("rollback")
        raise
