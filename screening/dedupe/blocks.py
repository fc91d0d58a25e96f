"""Records that share a key, in blocks that stay small.

Pure. The work is linear in the number of records: in a block above `MAX_BLOCK`, put in order by
title, each record is compared with its `WINDOW` neighbours only; what that leaves out is counted.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

MAX_BLOCK = 40
WINDOW = 10


@dataclass(frozen=True)
class Blocks:
    """The keys of records as numbers, in order, and beside each the number of its record."""

    hashes: Ints
    owners: Ints

    @classmethod
    def of(cls, keys: Iterable[tuple[int, Sequence[int]]]) -> Blocks:
        """Return the blocks of records: of each its number and its keys."""
        flat, numbers = array("q"), array("q")
        for number, own in keys:
            flat.extend(own)
            numbers.extend([number] * len(own))
        return cls(np.array(flat, np.int64), np.array(numbers, np.int64))._in_order()

    def _in_order(self) -> Blocks:
        order = np.argsort(self.hashes, kind="stable")
        return Blocks(self.hashes[order], self.owners[order])

    def holding(self, hashes: Ints) -> Blocks:
        """Return those blocks alone that have one of these keys; ``hashes`` in order, each once."""
        starts = np.searchsorted(self.hashes, hashes, "left")
        ends = np.searchsorted(self.hashes, hashes, "right")
        kept = [np.arange(start, end) for start, end in zip(starts, ends, strict=True)]
        places = np.concatenate([np.empty(0, np.int64), *kept])
        return Blocks(self.hashes[places], self.owners[places])

    def changed(self, lost: Ints, come: Blocks) -> Blocks:
        """Return the blocks without the records ``lost``, and with those that have come."""
        kept = ~np.isin(self.owners, lost)
        hashes, owners = self.hashes[kept], self.owners[kept]
        places = np.searchsorted(hashes, come.hashes)
        return Blocks(
            np.insert(hashes, places, come.hashes), np.insert(owners, places, come.owners)
        )

    def _cut(self) -> tuple[Ints, Ints]:
        """Return where each block begins, and its size."""
        hashes = self.hashes
        starts = np.flatnonzero(np.r_[True, hashes[1:] != hashes[:-1]]) if len(hashes) else hashes
        return starts, np.diff(np.r_[starts, len(hashes)])

    def each(self) -> list[Ints]:
        """Return the records of each block."""
        starts, sizes = self._cut()
        return [self.owners[start : start + size] for start, size in
                zip(starts, sizes, strict=True)]  # fmt: skip

    def pairs(self, in_line: Callable[[Ints], Ints]) -> Iterator[tuple[Ints, Ints]]:
        """Give the pairs of all blocks, some more than once, the lower number first.

        ``in_line`` puts the records of a block that exploded in the order of their titles.
        """
        starts, sizes = self._cut()
        small = (sizes > 1) & (sizes <= MAX_BLOCK)
        yield from _all_pairs(self.owners, starts[small], sizes[small])
        for start, size in zip(starts, sizes, strict=True):
            if size > MAX_BLOCK:
                yield _neighbours(in_line(self.owners[start : start + size]))

    def bounded(self) -> tuple[int, int]:
        """Return how many blocks exploded, and how many comparisons are left out in them."""
        _starts, all_sizes = self._cut()
        sizes = all_sizes[all_sizes > MAX_BLOCK].tolist()
        return len(sizes), sum(size * (size - 1) // 2 - _compared(size) for size in sizes)


def _all_pairs(owners: Ints, starts: Ints, sizes: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Give the pairs in all blocks of one size at a time."""
    for size in np.unique(sizes):
        blocks = owners[starts[sizes == size][:, None] + np.arange(size)]
        left, right = np.triu_indices(size, 1)
        yield _ordered(blocks[:, left].ravel(), blocks[:, right].ravel())


def _neighbours(line: Ints) -> tuple[Ints, Ints]:
    """Return the pairs of neighbours in a block that exploded."""
    steps = range(1, min(WINDOW, len(line) - 1) + 1)
    one = np.concatenate([line[:-step] for step in steps])
    other = np.concatenate([line[step:] for step in steps])
    return _ordered(one, other)


def _ordered(one: Ints, other: Ints) -> tuple[Ints, Ints]:
    return np.minimum(one, other), np.maximum(one, other)


def _compared(size: int) -> int:
    """Return how many pairs of neighbours there are in a block of this size."""
    return sum(size - step for step in range(1, min(WINDOW, size - 1) + 1))
