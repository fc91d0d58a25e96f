"""The one SQLite file of a review: what a machine can work out again; and the tables in it.

Over the standard library alone: every command opens this file, and a library that loads numpy to do
so takes a quarter of a second of each.
"""

from __future__ import annotations

import secrets
import sqlite3
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from search.errors import SarcatError

Step = Callable[["Database"], None]


class Database:
    """An open SQLite file. What is executed outside `atomic` is kept at once."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        connection.isolation_level = None  # a transaction begins where `atomic` says so
        self.conn = connection

    def execute(self, statement: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        """Execute one statement with its values bound."""
        return self.conn.execute(statement, values)

    def executescript(self, script: str) -> None:
        """Execute statements one after the other; within `atomic`, as a part of it."""
        # sqlite3's own would first commit what is open
        for statement in _statements(script):
            self.conn.execute(statement)

    @contextmanager
    def atomic(self) -> Iterator[Database]:
        """Keep all of what is done within, or nothing of it; one within another, as well.

        Another process that writes is waited for at the beginning, so that what is read within
        still holds when it is written.
        """
        inner = f"inner_{secrets.token_hex(8)}" if self.conn.in_transaction else ""
        self.conn.execute(f"savepoint {inner}" if inner else "begin immediate")
        try:
            yield self
            self.conn.execute(f"release {inner}" if inner else "commit")
        except BaseException:
            if self.conn.in_transaction:  # an error may have ended it already
                self.conn.execute(f"rollback to {inner}" if inner else "rollback")
            raise

    def close(self) -> None:
        """Close the file."""
        self.conn.close()


def _statements(script: str) -> Iterator[str]:
    """Give the statements of a script; each begins on a line of its own."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement


class Migrations:
    """The steps that a package's tables were made by, in order; each is taken once.

    What was taken stands in the file itself, in a table laid out as that of sqlite-utils, whose
    command line knows it.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._steps: list[Step] = []

    def __call__(self) -> Callable[[Step], Step]:
        """Add a function as the next step, under its name."""

        def add(step: Step) -> Step:
            if any(step.__name__ == each.__name__ for each in self._steps):
                raise ValueError(f"{self.name} has a step {step.__name__!r} already")
            self._steps.append(step)
            return step

        return add

    def pending(self, database: Database) -> list[Step]:
        """Return the steps that this file has yet to take."""
        if not _has_table(database, "_sqlite_migrations"):
            return list(self._steps)
        query = "select name from _sqlite_migrations where migration_set = ?"
        taken = {name for (name,) in database.execute(query, (self.name,))}
        return [step for step in self._steps if step.__name__ not in taken]

    def apply(self, database: Database) -> None:
        """Take the steps that are pending, all with the note of them or none at all."""
        with database.atomic():
            database.executescript(_TAKEN)
            for step in self.pending(database):  # asked here: another process may have been first
                step(database)
                taken = self.name, step.__name__, str(datetime.now(UTC))
                database.execute(_TAKE, taken)


_TAKEN = """
create table if not exists _sqlite_migrations (
    id integer primary key, migration_set text, name text, applied_at text
);
create unique index if not exists idx__sqlite_migrations_migration_set_name
    on _sqlite_migrations (migration_set, name);
"""
_TAKE = "insert into _sqlite_migrations (migration_set, name, applied_at) values (?, ?, ?)"


def _has_table(database: Database, name: str) -> bool:
    query = "select 1 from sqlite_master where type = 'table' and name = ?"
    return database.execute(query, (name,)).fetchone() is not None


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
        connection.execute("pragma recursive_triggers = on")
        connection.execute("pragma cache_size = -32768")  # kB: indexes of a million keys
        for each in migrations:
            if each.pending(database):
                each.apply(database)
    except sqlite3.Error as error:
        raise SarcatError(
            f"the database cannot be used ({error}).",
            where=str(path),
            remedy="It can be worked out again: run `sarcat rebuild`.",
        ) from error
    return database
