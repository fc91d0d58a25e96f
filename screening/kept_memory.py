"""What deduplication knows of the records it has compared, in SQLite: the memory of an update.

It can be worked out again at any time and is never believed unseen: every row bears a checksum,
and the sum of them all is kept. What does not fit raises `Damaged`: then all is compared anew.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any
from zlib import crc32

import numpy as np

from screening.dedupe.blocks import Blocks
from screening.dedupe.matching import Matches
from screening.dedupe.normalise import Copy
from screening.dedupe.reblocking import line_of
from screening.dedupe.updating import Ruling
from screening.memory_rows import (
    Damaged,
    copy_row,
    look_of,
    read_copy,
    read_ruling,
    ruling_row,
    sum_of,
)
from search.sqlite import Database

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

TABLES = """
    create table compared (
        number integer primary key,
        key text not null unique,
        look blob not null,            -- of the copy: records that share it no rule tells apart
        copy text not null,            -- what is compared (JSON)
        mark integer not null          -- a checksum of the others
    );
    create index compared_look on compared (look, key, mark);
    create table verdicts (
        "left" integer not null,       -- the number of the record whose key comes first
        "right" integer not null,
        said text not null,            -- answer, rule, field in the way, likeness (JSON)
        mark integer not null,
        primary key ("left", "right")
    ) without rowid;
    create index verdicts_right on verdicts ("right", "left");
    create table compared_state (
        name text primary key,
        value blob not null
    );
"""
_BATCH = 500
_NUMBERS = ("hashes", "owners", "line")


class KeptMemory:
    """A `updating.Memory` in the tables above; whoever writes holds a transaction."""

    def __init__(self, database: Database) -> None:
        self._connection = database.conn
        self._copies: dict[int, Copy] = {}  # that were read
        self._next = 1  # number
        self._sum_of_numbers = 0
        self._index: tuple[Blocks, Ints] | None = None

    # --- records ---------------------------------------------------------------------------------

    def by_key(self, keys: Iterable[str]) -> dict[str, int]:
        """Return the numbers of those records that are known."""
        rows = self._in_parts("select key, number from compared where key in", keys)
        return dict(rows)

    def copies(self, numbers: Iterable[int]) -> dict[int, Copy]:
        """Return the copies of records; `Damaged` where one is not as it was kept."""
        wanted = set(numbers)
        rows = self._in_parts("select number, key, look, copy, mark from compared where number in",
                              wanted - self._copies.keys())  # fmt: skip
        self._copies.update({row[0]: read_copy(*row) for row in rows})
        if not wanted <= self._copies.keys():
            raise Damaged
        return {number: self._copies[number] for number in wanted}

    def groups(self, copies: Iterable[Copy]) -> list[list[int]]:
        """Return the records that look as one of these copies does, by key; each group once."""
        looks = {look_of(copy) for copy in copies}
        found: dict[bytes, list[tuple[str, int]]] = {}
        rows = self._in_parts("select look, key, number from compared where look in", looks)
        for look, key, number in rows:
            found.setdefault(look, []).append((key, number))
        return [[number for _key, number in sorted(group)] for group in found.values()]

    def remove(self, numbers: Collection[int]) -> None:
        """Forget records, but not the verdicts on them."""
        for number in numbers:
            self._copies.pop(number, None)
        self._connection.executemany(
            "delete from compared where number = ?", [(number,) for number in numbers]
        )

    def add(self, copies: Iterable[Copy]) -> None:
        """Take records in, under numbers that no record had before."""
        for batch in _parts(copies, _BATCH):
            rows = [copy_row(number, copy) for number, copy in enumerate(batch, self._next)]
            self._connection.executemany("insert into compared values (?, ?, ?, ?, ?)", rows)
            self._next += len(rows)

    # --- blocks ----------------------------------------------------------------------------------

    def index(self) -> tuple[Blocks, Ints]:
        """Return the blocks of the first of each group, and these by title.

        `Damaged` where they are not as they were kept.
        """
        if self._index is None:
            kept = {name: self._state(name) for name in _NUMBERS}
            if not all(isinstance(each, bytes) for each in kept.values()):
                raise Damaged
            if sum_of(kept.values()) != self._sum_of_numbers:
                raise Damaged
            hashes = np.frombuffer(kept["hashes"], np.int64)
            owners, line = (np.frombuffer(kept[name], np.int32).astype(np.int64)
                            for name in ("owners", "line"))  # fmt: skip
            self._index = Blocks(hashes, owners), line
        return self._index

    def put_index(self, blocks: Blocks, line: Ints) -> None:
        """Take these in place of those that are known; they are kept when all is sealed."""
        self._index = blocks, line

    # --- verdicts --------------------------------------------------------------------------------

    def rulings(self, numbers: Iterable[int]) -> list[Ruling]:
        """Return the verdicts on any of these records, each once."""
        wanted = list(numbers)
        select = 'select "left", "right", said, mark from verdicts where'
        rows = {
            row for side in ('"left"', '"right"')
            for row in self._in_parts(f"{select} {side} in", wanted)
        }  # fmt: skip
        return sorted(read_ruling(*row) for row in rows)

    def ruled(self, pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        """Return those pairs, in whichever order, on which there is a verdict, as it is kept."""
        wanted = {pair for a, b in pairs for pair in ((a, b), (b, a))}
        select = 'select "left", "right" from verdicts where "left" in'
        kept = self._in_parts(select, {left for left, _right in wanted})
        return sorted(wanted.intersection(kept))

    def drop(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Forget verdicts."""
        self._connection.executemany(
            'delete from verdicts where "left" = ? and "right" = ?', list(pairs)
        )

    def keep(self, rulings: Iterable[Ruling]) -> None:
        """Take verdicts in, in place of those that are known on the same pairs."""
        for batch in _parts(rulings, _BATCH):
            self._connection.executemany(
                "insert or replace into verdicts values (?, ?, ?, ?)", map(ruling_row, batch)
            )

    # --- all of it -------------------------------------------------------------------------------

    def fill(self, matches: Matches) -> None:
        """Keep a full run in place of all that is known."""
        assert matches.index
        for table in ("compared", "verdicts", "compared_state"):
            self._connection.execute(f"delete from {table}")  # noqa: S608  names of our own
        self._next = 1
        self.add(matches.copies)  # whose numbers are their places from 1
        self.keep(Ruling(one.left + 1, one.right + 1, one.judged, one.title)
                  for one in matches.verdicts)  # fmt: skip
        hashes, owners = matches.index.hashes, matches.index.owners
        line = line_of({first: matches.copies[first] for first in set(owners.tolist())})
        self.put_index(Blocks(hashes, owners + 1), line + 1)

    def seal(self, foundation: Any, others: Sequence[int]) -> None:
        """Note what all this rests on, and the sums by which it is known again.

        ``others`` are counts of what is kept beside it.
        """
        blocks, line = self.index()
        parts = [blocks.hashes.tobytes()]
        parts += [each.astype(np.int32).tobytes() for each in (blocks.owners, line)]
        for name, part in zip(_NUMBERS, parts, strict=True):
            self._put(name, part)
        of_numbers = sum_of(parts)
        state = json.dumps([self._next, of_numbers, self._sums(), list(others), foundation])
        self._put("state", state)
        self._put("mark", crc32(state.encode()))

    def foundation(self, others: Sequence[int]) -> Any:
        """Return what all this rests on, None where nothing is kept; `Damaged` as it says.

        To be read before all else.
        """
        state = self._state("state")
        if state is None:
            return None
        if crc32(str(state).encode("utf-8", "surrogatepass")) != self._state("mark"):
            raise Damaged
        self._next, self._sum_of_numbers, own, beside, foundation = json.loads(state)
        if own != self._sums() or beside != list(others):
            raise Damaged
        return foundation

    def count(self) -> int:
        """Return how many records are known."""
        return int(self._connection.execute("select count(*) from compared").fetchone()[0])

    def _sums(self) -> list[int]:
        found: list[int] = []
        for table in ("compared", "verdicts"):
            query = f"select count(*), coalesce(sum(mark), 0) from {table}"  # noqa: S608
            found += self._connection.execute(query).fetchone()
        return found

    # --- SQL -------------------------------------------------------------------------------------

    def _state(self, name: str) -> Any:
        query = "select value from compared_state where name = ?"
        row = self._connection.execute(query, (name,)).fetchone()
        return row[0] if row else None

    def _put(self, name: str, value: Any) -> None:
        self._connection.execute("insert or replace into compared_state values (?, ?)",
                                 (name, value))  # fmt: skip

    def _in_parts(self, query: str, values: Iterable[Any]) -> Iterator[Any]:
        for batch in _parts(values, _BATCH):
            marks = ",".join("?" * len(batch))
            yield from self._connection.execute(f"{query} ({marks})", batch)


def _parts(values: Iterable[Any], size: int) -> Iterator[list[Any]]:
    iterator = iter(values)
    while batch := list(islice(iterator, size)):
        yield batch
