"""Duplicate sets in SQLite: brought up to date with the records and judgements they rest on.

A fingerprint says on which, so they are never stale. What is new is compared with what is known
(`screening.dedupe.updating`, remembered by `kept_memory`); where that cannot be believed or a run
was changed or withdrawn, all is compared again. The modules of this package that talk SQL are this
one, `kept_memory` and `kept_sets`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from screening.dedupe.sets import RULES_VERSION, Counts, DuplicateSet, DuplicateSets
from screening.judgements import Judgements
from screening.kept_sets import TABLES as TABLES_OF_SETS
from screening.kept_sets import count_sets, read_sets
from search.collecting import uncollected
from search.records import StoredRecord
from search.review import Review
from search.sqlite import Database, Migrations

MIGRATIONS = Migrations("screening")
Watch = Callable[[Iterable[StoredRecord]], Iterable[StoredRecord]]


@MIGRATIONS()
def duplicate_sets(db: Database) -> None:
    """Create the tables of duplicate sets, and of what they were worked out from."""
    db.executescript(
        """
        create table duplicates (
            key text primary key,          -- of a record that is in a set of two or more
            representative text not null,  -- the record shown for the set
            reasons text not null          -- the links that brought it in (JSON)
        );
        create index duplicates_representative on duplicates (representative);
        create table duplicates_found (
            fingerprint text primary key,  -- of records, judgements and rules: one row
            document text not null         -- what stayed open (JSON)
        );
        """
    )


@MIGRATIONS()
def memory_of_updates(db: Database) -> None:
    """Create what an update rests on."""
    from screening.kept_memory import TABLES

    db.executescript(TABLES + TABLES_OF_SETS)


def duplicates_of(
    review: Review, judged: Judgements, *, afresh: bool = False, watch: Watch = iter
) -> DuplicateSets:
    """Return the review's duplicate sets, brought up to date if anything they rest on has changed.

    ``afresh`` compares all records in any case; ``watch`` sees each record that is compared.
    """
    with _brought_up_to_date(review, judged, afresh, watch) as database, uncollected():
        return read_sets(database)


def count_duplicates(
    review: Review, judged: Judgements, *, afresh: bool = False, watch: Watch = iter
) -> Counts:
    """Bring the review's duplicate sets up to date as `duplicates_of` does, and count them."""
    with _brought_up_to_date(review, judged, afresh, watch) as database:
        return count_sets(database)


@contextmanager
def _brought_up_to_date(
    review: Review, judged: Judgements, afresh: bool, watch: Watch
) -> Iterator[Database]:
    store = review.store
    database = review.database(MIGRATIONS)
    try:
        with database.conn:  # all or nothing; what is read is one state, whoever else writes
            database.conn.execute("begin")
            mark = fingerprint(_state_of_records(database), judged)
            if afresh or not _is_current(database, mark):
                from screening.updating_sets import work_out  # numpy takes its time to load

                database.conn.rollback()
                database.conn.execute("begin immediate")  # another process is waited for
                runs = _state_of_records(database)
                mark = fingerprint(runs, judged)
                with uncollected():
                    work_out(database, store, mark, runs, judged, afresh=afresh, watch=watch)
            yield database
    finally:
        database.close()


def _is_current(database: Database, mark: str) -> bool:
    found = database.execute("select 1 from duplicates_found where fingerprint = ?", (mark,))
    return found.fetchone() is not None


def _state_of_records(database: Database) -> list[list[str]]:
    """Return what names the state of all records: they are worked out from the runs alone."""
    return [list(row) for row in database.execute("select id, digest from runs order by id")]


def fingerprint(state_of_records: Any, judged: Judgements) -> str:
    """Return the digest of everything that duplicate sets are worked out from."""
    parts = [RULES_VERSION, state_of_records, sorted(judged.same), sorted(judged.different)]
    return hashlib.sha256(json.dumps(parts).encode("utf-8", "surrogatepass")).hexdigest()


# --- without holding them ----------------------------------------------------------------------


class KeptSets:
    """The duplicate sets as they are kept, read one by one: memory does not grow with a review."""

    def __init__(self, review: Review, judged: Judgements) -> None:
        self._database = review.database(MIGRATIONS)
        mark = fingerprint(_state_of_records(review.store.database), judged)
        # else something that they rest on has changed
        self.current = _is_current(self._database, mark)

    def in_order(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield each key that is in a set with the set's members, the representative first."""
        rows = self._database.execute("select key, representative from duplicates order by key")
        for key, representative in rows:
            yield key, self._members(representative)

    def holding(self, keys: Iterable[str]) -> DuplicateSets:
        """Return the sets that hold one of these records, without the reasons for them."""
        first = {}
        for key in keys:
            row = self._database.execute(
                "select representative from duplicates where key = ?", (key,)
            ).fetchone()
            if row and row[0] not in first:
                first[row[0]] = self._members(row[0])
        return DuplicateSets(tuple(
            DuplicateSet(representative, first[representative], ())
            for representative in sorted(first)
        ))  # fmt: skip

    def _members(self, representative: str) -> tuple[str, ...]:
        rows = self._database.execute(
            "select key from duplicates where representative = ? order by key", (representative,)
        )
        return (representative, *(key for (key,) in rows if key != representative))

    def count(self) -> int:
        """Return how many records another one of their set stands for."""
        query = "select count(*) from duplicates where key <> representative"
        return int(self._database.execute(query).fetchone()[0])
