"""Which pairs become candidates, and which are given up, when records come and go.

Pure. All records that stand for their group are in one line, by title (`blocking.place_in_block`):
what of a block that exploded is compared follows from their places in it. A pair is affected by a
change only where a record came or went at or between its two places, or where a block grew beyond
its bound or shrank below it; the pairs of all other places are not even listed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from screening.dedupe import blocks as bounds
from screening.dedupe.blocking import hashes_of, place_in_block
from screening.dedupe.blocks import Blocks
from screening.dedupe.normalise import Copy

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

Copies = Callable[[Iterable[int]], Mapping[int, Copy]]
Pair = tuple[int, int]
_HALF = 32  # bits of a number in the code of a pair


@dataclass(frozen=True)
class Reblocked:
    """The blocks and the line as they were and are; ``lost`` and ``come`` made the difference."""

    old: Blocks
    new: Blocks
    ranks: Ints  # by number: the place in a line of all, of those that are lost too
    line: Ints  # of those that are
    changed: Ints  # numbers
    hashes: Ints  # of the blocks that are touched, in order

    @cached_property
    def before(self) -> Blocks:
        """The blocks that are touched, as they were."""
        return self.old.holding(self.hashes)

    @cached_property
    def after(self) -> Blocks:
        """The blocks that are touched, as they are."""
        return self.new.holding(self.hashes)

    @cached_property
    def pairs(self) -> tuple[list[Pair], list[Pair]]:
        """The pairs that a block holds now and did not, and those that one gave up.

        Another block may have held, or may hold, one of them as well. The lower number comes first.
        """
        crossing = self._explodes(self.before) != self._explodes(self.after)
        were, are = (_each_once(self._affected(side, crossing))
                     for side in (self.before, self.after))  # fmt: skip
        gained = np.setdiff1d(are, were, assume_unique=True)
        given_up = np.setdiff1d(were, are, assume_unique=True)
        return _decoded(gained), _decoded(given_up)

    def holds(self, pair: Pair, shared: Iterable[int]) -> bool:
        """Return whether two records are compared by one of the blocks that they ``share``."""
        shared_blocks = self.new.holding(np.array(sorted(shared), np.int64))
        for block in shared_blocks.each():
            if len(block) <= bounds.MAX_BLOCK:
                return True
            one, other = (int((self.ranks[block] < self.ranks[end]).sum()) for end in pair)
            if abs(one - other) <= bounds.WINDOW:
                return True
        return False

    def _explodes(self, side: Blocks) -> NDArray[np.bool_]:
        sizes = np.bincount(np.searchsorted(self.hashes, side.hashes), minlength=len(self.hashes))
        return sizes > bounds.MAX_BLOCK

    def _affected(self, side: Blocks, crossing: NDArray[np.bool_]) -> Iterator[Ints]:
        """Give the pairs of one side that a change may have made or broken, as single numbers."""
        block = np.searchsorted(self.hashes, side.hashes)
        order = np.argsort(block << _HALF | self.ranks[side.owners])
        block, owners = block[order], side.owners[order]
        places = block << _HALF | self.ranks[owners]
        ended = np.searchsorted(self._changes, places, "right")  # changes up to each place
        begun = np.searchsorted(self._changes, places, "left")  # and before it
        exploded = self._explodes(side)[block]
        for step in range(1, bounds.MAX_BLOCK):
            kept = (
                (block[:-step] == block[step:])
                & (~exploded[:-step] | (step <= bounds.WINDOW))
                & (crossing[block[:-step]] | (ended[step:] > begun[:-step]))
            )
            one, other = owners[:-step][kept], owners[step:][kept]
            yield np.minimum(one, other) << _HALF | np.maximum(one, other)

    @cached_property
    def _changes(self) -> Ints:
        """The places in the touched blocks at which a record came or went, in order."""
        found = []
        for side in (self.before, self.after):
            at = np.isin(side.owners, self.changed)
            block = np.searchsorted(self.hashes, side.hashes[at])
            found.append(block << _HALF | self.ranks[side.owners[at]])
        return np.sort(np.concatenate(found))


def reblocked(
    old: Blocks, line: Ints, lost: Mapping[int, Copy], come: Mapping[int, Copy], copies: Copies
) -> Reblocked:
    """Take records out of the blocks and the line, and others in; ``copies`` gives those known."""
    came, went = (
        Blocks.of((number, hashes_of(copy)) for number, copy in some.items())
        for some in (come, lost)
    )
    longest = _inserted(line, lost, come, copies)
    ranks = np.zeros(int(longest.max(initial=0)) + 1, np.int64)
    ranks[longest] = np.arange(len(longest))
    gone = np.array(sorted(lost), np.int64)
    return Reblocked(
        old,
        old.changed(gone, came),
        ranks,
        longest[~np.isin(longest, gone)],
        np.array(sorted({*lost, *come}), np.int64),
        np.unique(np.concatenate([came.hashes, went.hashes])),
    )


def line_of(copies: Mapping[int, Copy]) -> Ints:
    """Return records in the line of all."""
    return np.array(sorted(copies, key=lambda one: place_in_block(copies[one])), np.int64)


def _inserted(
    line: Ints, lost: Mapping[int, Copy], come: Mapping[int, Copy], copies: Copies
) -> Ints:
    """Return the line with those that come in their places: all look for theirs in step."""
    new = line_of(come)
    wanted = [place_in_block(come[number]) for number in new.tolist()]
    low, high = np.zeros(len(new), np.int64), np.full(len(new), len(line), np.int64)
    while len(open_ := np.flatnonzero(low < high)):
        middle = (low + high) // 2
        met = set(line[middle[open_]].tolist())
        known = {**copies(met - lost.keys()), **{one: lost[one] for one in met & lost.keys()}}
        for at in open_.tolist():
            if place_in_block(known[int(line[middle[at]])]) < wanted[at]:
                low[at] = middle[at] + 1
            else:
                high[at] = middle[at]
    return np.insert(line, low, new)


def _each_once(parts: Iterable[Ints]) -> Ints:
    coded = np.concatenate([np.empty(0, np.int64), *parts])
    coded.sort()  # not `np.unique`, which is several times as slow
    return coded[np.r_[True, coded[1:] != coded[:-1]]] if len(coded) else coded


def _decoded(pairs: Ints) -> list[Pair]:
    return list(zip((pairs >> _HALF).tolist(), (pairs & ((1 << _HALF) - 1)).tolist(), strict=True))
