"""Duplicate sets as rows: written whole or in part, read, counted."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

from screening.dedupe.sets import Counts, DuplicateSet, DuplicateSets, Link, Pair, Reason, Refusal
from search.sqlite import Database

if TYPE_CHECKING:  # with numpy, which takes its time to load
    from screening.dedupe.updating import Update

TABLES = """
    create table duplicates_open (
        "left" text not null,          -- the keys of a pair for a person to judge
        "right" text not null,
        document text not null,        -- the link that was not followed, what is against it (JSON)
        primary key ("left", "right")
    ) without rowid;
    create table duplicates_left_out (
        key text primary key,          -- of a record that could be anything
        count integer not null         -- of the comparisons and questions left out for it
    ) without rowid;
    delete from duplicates;            -- what the new tables rest on is worked out once more
    delete from duplicates_found;
"""
_NAMES = ("duplicates", "duplicates_open", "duplicates_left_out")


def write_sets(database: Database, mark: str, found: DuplicateSets) -> None:
    """Replace all sets that are kept; whoever writes holds a transaction."""
    for name in _NAMES:
        database.execute(f"delete from {name}")  # noqa: S608  names of our own
    _insert(database, found)
    in_blocks = found.bounded - sum(count for _key, count in found.left_out)
    _note(database, mark, found.overruled, found.blocks, in_blocks)


def write_update(database: Database, mark: str, update: Update) -> None:
    """Replace the sets of the records that were worked out again."""
    kept = _document(database)
    keys = [(key,) for key in update.keys]
    database.conn.executemany("delete from duplicates where key = ?", keys)
    database.conn.executemany('delete from duplicates_open where "left" = ?', keys)
    database.conn.executemany("delete from duplicates_left_out where key = ?", keys)
    _insert(database, update.found)
    overruled = [(a, b) for a, b in kept["overruled"] if a not in update.keys]
    overruled += update.found.overruled
    _note(database, mark, sorted(overruled), kept["blocks"] + update.blocks,
          kept["bounded"] + update.bounded)  # fmt: skip


def _insert(database: Database, found: DuplicateSets) -> None:
    rows = (row for each in found.sets for row in _rows(each))
    database.conn.executemany("insert into duplicates values (?, ?, ?)", rows)
    pairs = (
        (*each.link.keys, _dumps([_of_link(each.link), _of_reason(each.against)]))
        for each in found.uncertain
    )
    database.conn.executemany("insert into duplicates_open values (?, ?, ?)", pairs)
    left_out = "insert into duplicates_left_out values (?, ?)"
    database.conn.executemany(left_out, found.left_out)


def _note(
    database: Database, mark: str, overruled: Collection[Pair], blocks: int, bounded: int
) -> None:
    document = _dumps({"overruled": list(overruled), "blocks": blocks, "bounded": bounded})
    database.execute("delete from duplicates_found")
    database.execute("insert into duplicates_found values (?, ?)", (mark, document))


def _rows(each: DuplicateSet) -> Iterator[tuple[str, str, str]]:
    """Give one row for each member, a link standing with the later of its two records."""
    links: dict[str, list[Any]] = defaultdict(list)
    for link in each.links:
        links[max(link.keys)].append(_of_link(link))
    yield from ((key, each.representative, _dumps(links[key])) for key in each.members)


def read_sets(database: Database) -> DuplicateSets:
    """Return the sets that are kept."""
    members: dict[str, list[str]] = defaultdict(list)
    links: dict[str, list[Link]] = defaultdict(list)
    rows = database.execute("select representative, key, reasons from duplicates order by key")
    for representative, key, reasons in rows:
        members[representative].append(key)
        links[representative] += (_to_link(link) for link in json.loads(reasons))
    document = _document(database)
    left_out = list(database.execute("select key, count from duplicates_left_out order by key"))
    return DuplicateSets(
        sets=tuple(
            DuplicateSet(
                first,
                (first, *(key for key in members[first] if key != first)),
                tuple(links[first]),
            )
            for first in sorted(members)
        ),
        uncertain=tuple(_open(database)),
        overruled=tuple((a, b) for a, b in document["overruled"]),
        bounded=document["bounded"] + sum(count for _key, count in left_out),
        blocks=document["blocks"],
        left_out=tuple(left_out),
    )


def count_sets(database: Database) -> Counts:
    """Count the sets that are kept."""
    sets = "select count(distinct representative), count(*) from duplicates"
    (number, members), = database.execute(sets)  # fmt: skip
    (uncertain,), = database.execute("select count(*) from duplicates_open")  # fmt: skip
    left_out = "select coalesce(sum(count), 0) from duplicates_left_out"
    (others,), = database.execute(left_out)  # fmt: skip
    kept = _document(database)
    overruled = tuple((a, b) for a, b in kept["overruled"])
    return Counts(number, members - number, uncertain, kept["bounded"] + others, overruled)


def sums(database: Database) -> list[int]:
    """Return how many rows of each kind are kept."""
    counts = (database.execute(f"select count(*) from {name}") for name in _NAMES)  # noqa: S608
    return [count for rows in counts for (count,) in rows]


def _document(database: Database) -> Any:
    ((document,),) = database.execute("select document from duplicates_found")
    return json.loads(document)


def _open(database: Database) -> Iterator[Refusal]:
    query = 'select document from duplicates_open order by "left", "right"'
    for (document,) in database.execute(query):
        link, against = json.loads(document)
        yield Refusal(_to_link(link), _to_reason(against))


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
