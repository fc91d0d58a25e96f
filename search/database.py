"""Open the one SQLite file of a review: what a machine can work out again."""

from __future__ import annotations

import os
import sqlite3
import weakref
from pathlib import Path

from search.errors import SarcatError
from search.sqlite import Database, Migrations


def connect(path: Path, *migrations: Migrations) -> Database:
    """Open (or create) the database and bring the given tables up to date.

    Each package registers its own tables as a set of migrations. SarcatError if the file is damaged
    or cannot be opened.
    """
    try:
        is_fixed = is_read_only(path)
        connection = _opened_to_read(path) if is_fixed else _opened(path)
        database = Database(connection, execute_plugins=False)  # none but our own code
        # Whoever drops the last word of it closes the file, also at the end of the process: left to
        # the connection itself, that is a ResourceWarning from Python 3.13 on.
        weakref.finalize(database, connection.close)
        if not is_fixed:
            connection.execute("pragma journal_mode = wal")
            connection.execute("pragma synchronous = normal")
        connection.execute("pragma foreign_keys = on")
        connection.execute("pragma cache_size = -32768")  # kB: indexes of a million keys
        for each in migrations:
            if each.pending(database):
                _apply(each, database)
    except sqlite3.Error as error:
        if is_read_only(path):
            raise _fixed(path, f"the database cannot be brought up to date ({error})") from error
        raise SarcatError(
            f"the database cannot be used ({error}).",
            where=str(path),
            remedy="It can be worked out again: run `sarcat rebuild`.",
        ) from error
    return database


def is_read_only(path: Path) -> bool:
    """Return whether this file, or one beside it, cannot be written."""
    return not os.access(path.parent, os.W_OK) or (path.exists() and not os.access(path, os.W_OK))


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=30, check_same_thread=False)


def _opened_to_read(path: Path) -> sqlite3.Connection:
    """Open a file that nobody can write, as one on a disc or a share to read from."""
    if not path.exists():
        raise _fixed(path, "there is no database yet, and none can be made here")
    left = path.with_name(f"{path.name}-wal")
    if left.exists() and left.stat().st_size:
        raise _fixed(path, "the database was left unfinished, and cannot be finished here")
    return opened_to_read(path)


def opened_to_read(path: Path) -> sqlite3.Connection:
    """Open a file without any means to write it.

    Where it cannot be written anyway, SQLite is told that nothing can change: else it would lay
    files beside it.
    """
    fixed = "&immutable=1" if is_read_only(path) else ""
    address = f"{path.absolute().as_uri()}?mode=ro{fixed}"
    return sqlite3.connect(address, uri=True, timeout=30, check_same_thread=False)


def _fixed(path: Path, what: str) -> SarcatError:
    return SarcatError(
        f"{what}: the folder cannot be written to.",
        where=str(path),
        remedy="Copy the review to a folder that can.",
    )


def _apply(steps: Migrations, database: Database) -> None:
    """Take the steps that are pending, all or none; another process that does so is waited for."""
    with database.conn:  # which ends in a commit, or takes all back
        database.conn.execute("begin immediate")
        steps.apply(database)
