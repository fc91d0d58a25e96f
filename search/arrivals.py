"""Records that have come and have no keys yet: what their keys are worked out from.

A key bears ``#content`` where two records of one source share all else, so none can be given before
all records are known. Of a million records the names alone would fill the memory; they stand in a
temporary database file instead, which goes with the process however that ends.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from search.brought import SARCAT, is_key
from search.records import Record, base_of, content_hash, fold

_CACHE = 16 << 10  # kB; what goes beyond is on disk
_BATCH = 500
_HIGHEST = 1 << 60  # a version that a file may claim; SQLite's numbers end at 2 to the 63rd
_TABLES = """
    pragma journal_mode = off;
    pragma synchronous = off;
    create table arrivals (
        number integer primary key,  -- the place in the file, from 0
        base text not null,          -- `records.base_of`
        content text not null,       -- `records.content_hash`
        version integer,             -- of a PMID's description
        own text,                    -- the key with which it left a review, if it may be true
        title text, pmid text, doi text  -- what tells whether it is; only where there is one
    );
    create table given (number integer primary key, key text not null);
"""
# Of versions of one PMID the highest counts. Which bases have several contents, and which content
# a key of our own was first met with, is worked out once: sorting takes a file, not memory.
_SORTED = """
    create table highest as
        select base, max(version) as version from arrivals where version is not null
        group by base having min(version) < max(version);
    create unique index highest_base on highest (base);
    create table shared as
        select base from arrivals group by base having min(content) < max(content);
    create unique index shared_base on shared (base);
    create table met as
        select own, content, min(number) as number from arrivals where own is not null group by own;
    create unique index met_own on met (own);
"""
_IN_ORDER = """
    select a.number, a.base, a.content, case when m.content = a.content then a.own end,
        a.title, a.pmid, a.doi, s.base is not null
    from arrivals a
    left join shared s on s.base = a.base
    left join met m on m.own = a.own
    left join highest h on h.base = a.base
    where a.version is null or h.version is null or a.version = h.version
    order by a.number
"""


class Arrival(NamedTuple):
    """One record: its place, what its key rests on, and whether others share that."""

    number: int
    base: str
    content: str
    own: str | None
    title: str | None
    pmid: str | None
    doi: str | None
    shared: int  # 1 where another record has this base and other content


class Arrivals:
    """The records of one file or run, in their order."""

    def __init__(self) -> None:
        # isolation: no transaction is ever needed, since nothing of it outlives the process
        self._database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._database.executescript(f"pragma cache_size = -{_CACHE};{_TABLES}begin")
        self._waiting: list[tuple[object, ...]] = []
        self._count = 0
        self._sorted = False

    def __enter__(self) -> Arrivals:
        return self

    def __exit__(self, *_error: object) -> None:
        self._database.close()

    def add(self, record: Record) -> None:
        """Take in the next record."""
        own = _credible(record)
        names = (fold(record.title), record.pmid, record.doi) if own else (None, None, None)
        version = None if record.version is None else min(record.version, _HIGHEST)
        if not record.pmid:
            version = None
        self._waiting.append(
            (self._count, base_of(record), content_hash(record), version, own, *names)
        )
        self._count += 1
        if len(self._waiting) >= _BATCH:
            self._flush()

    def _flush(self) -> None:
        self._database.executemany("insert into arrivals values (?,?,?,?,?,?,?,?)", self._waiting)
        self._waiting.clear()

    def _sort(self) -> None:
        if not self._sorted:
            self._flush()
            self._database.executescript(_SORTED)
            self._sorted = True

    def superseded(self) -> Iterator[tuple[int, str, int, int]]:
        """Yield place, PMID and version of each older version of a record, and the highest one."""
        self._sort()
        yield from self._database.execute(
            "select a.number, substr(a.base, 6), a.version, h.version from highest h "
            "join arrivals a on a.base = h.base and a.version < h.version order by a.number"
        )

    def batches(self) -> Iterator[list[Arrival]]:
        """Yield all that count, in their order, some hundreds at a time."""
        self._sort()
        rows = (Arrival._make(row) for row in self._database.execute(_IN_ORDER))
        while batch := list(islice(rows, _BATCH)):
            yield batch

    def give(self, keys: Iterable[tuple[int, str]]) -> None:
        """Keep the keys that some places were given."""
        self._database.executemany("insert into given values (?, ?)", keys)

    def given(self) -> Iterator[tuple[str, int]]:
        """Yield each key that was given once, with how often it was, by key."""
        yield from self._database.execute(
            "select key, count(*) from given group by key order by key"
        )

    def repeated(self, most: int) -> tuple[int, list[str]]:
        """Return how many records repeat another's key, and the first keys of such."""
        again = "from given group by key having count(*) > 1"
        (number,) = self._database.execute(
            f"select coalesce(sum(times), 0) from (select count(*) - 1 as times {again})"  # noqa: S608
        ).fetchone()
        rows = self._database.execute(
            f"select key {again} order by min(number) limit ?",
            (most,),
        )
        return number, [key for (key,) in rows]


def _credible(record: Record) -> str | None:
    """Return the key with which a record left a review of ours, unless its own names deny it."""
    brought = record.brought
    key = brought.key if brought and brought.program == SARCAT else None
    if key is None or not is_key(key):
        return None
    kind, _, rest = key.partition(":")
    said = {"pmid": record.pmid, "doi": record.doi}.get(kind)
    if said is None:
        return key
    behind = rest[len(said) : len(said) + 1]
    return key if rest.startswith(said) and behind in ("", "@", "#") else None
