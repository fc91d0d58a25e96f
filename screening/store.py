"""Duplicate sets in SQLite: the only module of this package that talks SQL.

Worked out from records and judgements; a fingerprint says from which, so they are never stale.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from screening.dedupe.duplicates import RULES_VERSION, DuplicateSet, DuplicateSets, find_sets
from screening.dedupe.evidence import Reason
from screening.dedupe.joining import Link, Refusal
from screening.judgements import Judgements
from search.collecting import uncollected
from search.records import StoredRecord
from search.review import Review

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


def duplicates_of(
    review: Review, judged: Judgements, *, afresh: bool = False, watch: Watch = iter
) -> DuplicateSets:
    """Return the review's duplicate sets, worked out again if anything they rest on has changed.

    ``afresh`` works them out in any case; ``watch`` sees each record that is compared.
    """
    store = review.store
    database = review.database(MIGRATIONS)
    try:
        mark = fingerprint(_state_of_records(store.database), judged)
        found = None if afresh else read_sets(database, mark)
        if found is None:
            with uncollected():
                found = find_sets(watch(store.records()), judged.same, judged.different)
            write_sets(database, mark, found)
    finally:
        database.close()
    return found


def _state_of_records(database: Database) -> list[list[str]]:
    """Return what names the state of all records: they are worked out from the runs alone."""
    return [list(row) for row in database.execute("select id, digest from runs order by id")]


def fingerprint(state_of_records: Any, judged: Judgements) -> str:
    """Return the digest of everything that duplicate sets are worked out from."""
    parts = [RULES_VERSION, state_of_records, sorted(judged.same), sorted(judged.different)]
    return hashlib.sha256(json.dumps(parts).encode("utf-8", "surrogatepass")).hexdigest()


def write_sets(database: Database, mark: str, found: DuplicateSets) -> None:
    """Replace the sets that are kept, all or nothing."""
    rows = [row for each in found.sets for row in _rows(each)]
    document = _dumps({
        "uncertain": [[_of_link(each.link), _of_reason(each.against)] for each in found.uncertain],
        "overruled": found.overruled,
        "bounded": found.bounded,
    })  # fmt: skip
    with database.atomic():
        database.execute("delete from duplicates")
        database.execute("delete from duplicates_found")
        database.conn.executemany("insert into duplicates values (?, ?, ?)", rows)
        database.execute("insert into duplicates_found values (?, ?)", (mark, document))


def _rows(each: DuplicateSet) -> Iterator[tuple[str, str, str]]:
    """Give one row for each member, a link standing with the later of its two records."""
    links: dict[str, list[Any]] = defaultdict(list)
    for link in each.links:
        links[max(link.keys)].append(_of_link(link))
    yield from ((key, each.representative, _dumps(links[key])) for key in each.members)


def read_sets(database: Database, mark: str) -> DuplicateSets | None:
    """Return the sets that are kept, or None when they rest on something else than ``mark``."""
    row = database.execute(
        "select document from duplicates_found where fingerprint = ?", (mark,)
    ).fetchone()
    if row is None:
        return None
    members: dict[str, list[str]] = defaultdict(list)
    links: dict[str, list[Link]] = defaultdict(list)
    rows = database.execute("select representative, key, reasons from duplicates order by key")
    for representative, key, reasons in rows:
        members[representative].append(key)
        links[representative] += (_to_link(link) for link in json.loads(reasons))
    document = json.loads(row[0])
    return DuplicateSets(
        sets=tuple(
            DuplicateSet(
                first,
                (first, *(key for key in members[first] if key != first)),
                tuple(links[first]),
            )
            for first in sorted(members)
        ),
        uncertain=tuple(
            Refusal(_to_link(link), _to_reason(against)) for link, against in document["uncertain"]
        ),
        overruled=tuple((a, b) for a, b in document["overruled"]),
        bounded=document["bounded"],
    )


# --- without holding them ----------------------------------------------------------------------


class KeptSets:
    """The duplicate sets as they are kept, read one by one: memory does not grow with a review."""

    def __init__(self, review: Review, judged: Judgements) -> None:
        self._database = review.database(MIGRATIONS)
        mark = fingerprint(_state_of_records(review.store.database), judged)
        found = self._database.execute(
            "select 1 from duplicates_found where fingerprint = ?", (mark,)
        ).fetchone()
        self.current = found is not None  # else something that they rest on has changed

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


# --- to and from JSON values -------------------------------------------------------------------


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _of_link(link: Link) -> list[Any]:
    return [list(link.keys), link.rule, [_of_reason(reason) for reason in link.reasons]]


def _of_reason(reason: Reason) -> list[Any]:
    score = [] if reason.score is None else [reason.score]
    return [reason.field, list(reason.values), *score]


def _to_link(values: list[Any]) -> Link:
    (left, right), rule, reasons = values
    return Link((left, right), rule, tuple(_to_reason(reason) for reason in reasons))


def _to_reason(values: list[Any]) -> Reason:
    field, (left, right), *score = values
    return Reason(field, (left, right), *score)
