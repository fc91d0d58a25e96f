"""An update: only what is new is compared, and the result is that of a full run.

What a full run finds is worked out of parts that each rest on a few records: a group of records
that look alike on its signature, a candidate pair on the blocks of its two records, a verdict on
the two, a set on the verdicts that hang together with it. So for records that came, changed or went
these are worked out again, and no others:

1. the groups that they join or leave; the first record of each stands for it;
2. the blocks that these firsts join or leave: which pairs are candidates now and were not, and
   which were and are no more, since a block that grows beyond its bound or that others press into
   gives pairs up;
3. the verdicts on the former, while those on the latter are dropped;
4. the sets of all records that hang together, by verdicts, groups or judgements, with any of these.

`Memory` keeps what is known. Tests hold an update against a full run in any order of batches.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from screening.dedupe.blocking import Candidates, hashes_of, place_in_block
from screening.dedupe.blocks import Blocks
from screening.dedupe.codes import Codes
from screening.dedupe.duplicates import DuplicateSets, Pair, settle
from screening.dedupe.matching import Matches, Verdict, grouped, judged_pairs
from screening.dedupe.normalise import Copy
from screening.dedupe.rules import Judged

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

_HALF = 32  # bits of a number in the code of a pair


class Ruling(NamedTuple):
    """A verdict on two records by the numbers that `Memory` gave them, in the order of keys."""

    left: int
    right: int
    judged: Judged
    title: float


class Memory(Protocol):
    """What is known of the records that were compared, each under a number of its own."""

    def by_key(self, keys: Iterable[str]) -> dict[str, int]:
        """Return the numbers of those records that are known."""
        ...

    def copies(self, numbers: Iterable[int]) -> dict[int, Copy]:
        """Return the copies of records; all of them are known."""
        ...

    def groups(self, copies: Iterable[Copy]) -> list[list[int]]:
        """Return the records that look as one of these copies does, by key; each group once."""
        ...

    def remove(self, numbers: Iterable[int]) -> None:
        """Forget records, but not the verdicts on them."""
        ...

    def add(self, copies: Iterable[Copy]) -> None:
        """Take records in."""
        ...

    @property
    def blocks(self) -> Blocks:
        """The blocks of the first of each group."""
        ...

    @blocks.setter
    def blocks(self, blocks: Blocks) -> None: ...

    def rulings(self, numbers: Iterable[int]) -> list[Ruling]:
        """Return the verdicts on any of these records, each once."""
        ...

    def ruled(self, pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        """Return those pairs, in whichever order, on which there is a verdict, as it is kept."""
        ...

    def drop(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Forget verdicts."""
        ...

    def keep(self, rulings: Iterable[Ruling]) -> None:
        """Take verdicts in, in place of those that are known on the same pairs."""
        ...


@dataclass(frozen=True)
class Update:
    """The sets of ``keys``, worked out again; their former sets, questions and counts are void.

    ``blocks`` and ``bounded`` say by how much the counts of `Blocks.bounded` have changed.
    """

    keys: Collection[str]
    found: DuplicateSets
    blocks: int = 0
    bounded: int = 0


def update(
    memory: Memory,
    changed: Mapping[str, Copy | None],
    judged: Iterable[str] = (),
    same: Collection[Pair] = (),
    different: Collection[Pair] = (),
) -> Update:
    """Bring ``memory`` up to date and return what has to be settled again.

    ``changed`` holds the records that came or changed, and None for those that went; ``judged`` the
    keys of those on which persons' judgements have changed. ``same`` and ``different`` are all.
    """
    regrouped = _regroup(memory, changed)
    before, after = _reblock(memory, regrouped)
    beside = _beside(same)  # who went tied others together
    tied = {*judged, *(other for key in regrouped.gone for other in beside.get(key, ()))}
    touched = regrouped.touched | set(memory.by_key(tied).values())
    touched |= _rejudge(memory, regrouped, before, after)
    copies = _hanging_together(memory, touched, beside)
    found = settle(_matches(memory, copies), same, different)
    (blocks, bounded), (had_blocks, had_bounded) = after.bounded(), before.bounded()
    keys = {*regrouped.gone, *(copy.key for copy in copies.values())}
    return Update(keys, found, blocks - had_blocks, bounded - had_bounded)


# --- groups ------------------------------------------------------------------------------------


class _Regrouped(NamedTuple):
    lost: dict[int, Copy]  # that were the first of their groups, and are no more
    come: dict[int, Copy]  # that are now and were not
    touched: set[int]
    gone: set[str]  # keys of those that went or changed


def _regroup(memory: Memory, changed: Mapping[str, Copy | None]) -> _Regrouped:
    numbers = memory.by_key(changed)
    known = memory.copies(numbers.values())
    gone = {number: copy for number, copy in known.items() if copy != changed[copy.key]}
    fresh = [copy for key, copy in changed.items()
             if copy and (key not in numbers or numbers[key] in gone)]  # fmt: skip
    looks = [*gone.values(), *fresh]
    firsts = {group[0] for group in memory.groups(looks)}
    lost_copies = {**memory.copies(firsts), **gone}
    memory.remove(gone)
    memory.add(fresh)
    groups = memory.groups(looks)
    now = {group[0] for group in groups}
    return _Regrouped(
        {number: lost_copies[number] for number in firsts - now},
        memory.copies(now - firsts),
        {number for group in groups for number in group},
        {copy.key for copy in gone.values()},
    )


# --- blocks ------------------------------------------------------------------------------------


def _reblock(memory: Memory, regrouped: _Regrouped) -> tuple[Blocks, Blocks]:
    """Return the blocks that are touched as they were and as they are."""
    come = Blocks.of((number, hashes_of(copy)) for number, copy in regrouped.come.items())
    lost = Blocks.of((number, hashes_of(copy)) for number, copy in regrouped.lost.items())
    hashes = np.unique(np.concatenate([come.hashes, lost.hashes]))
    old = memory.blocks
    memory.blocks = new = old.changed(regrouped.lost, come)
    return old.holding(hashes), new.holding(hashes)


def _coded(memory: Memory, blocks: Blocks, gone: Mapping[int, Copy]) -> Ints:
    """Return the pairs of blocks as single numbers, in order and each once."""
    large = {number for block in blocks.exploded() for number in block.tolist()}
    copies = {**memory.copies(large - gone.keys()), **gone}

    def in_line(block: Ints) -> Ints:
        line = sorted(block.tolist(), key=lambda number: place_in_block(copies[number]))
        return np.array(line, np.int64)

    pairs = [left << _HALF | right for left, right in blocks.pairs(in_line)]
    return np.unique(np.concatenate([np.empty(0, np.int64), *pairs]))


def _decoded(pairs: Ints) -> list[tuple[int, int]]:
    return list(zip((pairs >> _HALF).tolist(), (pairs & ((1 << _HALF) - 1)).tolist(), strict=True))


# --- verdicts ----------------------------------------------------------------------------------


def _rejudge(memory: Memory, regrouped: _Regrouped, before: Blocks, after: Blocks) -> set[int]:
    """Drop the verdicts that hold no more, judge the new pairs; return the records of both."""
    were, are = _coded(memory, before, regrouped.lost), _coded(memory, after, {})
    void = [(one.left, one.right) for one in memory.rulings(regrouped.lost)]
    void += _given_up(memory, _both_left(np.setdiff1d(were, are), regrouped.lost), after)
    memory.drop(void)
    new = _judged(memory, _decoded(np.setdiff1d(are, were)))
    memory.keep(new)
    ends = {number for pair in void for number in pair} - regrouped.lost.keys()
    return ends | {number for one in new for number in (one.left, one.right)}


def _both_left(pairs: Ints, lost: Collection[int]) -> list[tuple[int, int]]:
    return [(a, b) for a, b in _decoded(pairs) if a not in lost and b not in lost]


def _given_up(
    memory: Memory, pairs: Iterable[tuple[int, int]], touched: Blocks
) -> list[tuple[int, int]]:
    """Return those pairs with a verdict that no other block holds."""
    ruled = memory.ruled(pairs)
    copies = memory.copies({number for pair in ruled for number in pair})
    seen = set(touched.hashes.tolist())
    given_up = []
    for left, right in ruled:
        common = set(hashes_of(copies[left])) & set(hashes_of(copies[right])) - seen
        others = memory.blocks.holding(np.array(sorted(common), np.int64))
        code = min(left, right) << _HALF | max(left, right)
        if code not in _coded(memory, others, {}):
            given_up.append((left, right))
    return given_up


def _judged(memory: Memory, pairs: Iterable[tuple[int, int]]) -> list[Ruling]:
    """Return the verdicts on pairs; not those that are called different."""
    pairs = list(pairs)
    known = memory.copies({number for pair in pairs for number in pair})
    numbers = sorted(known, key=lambda number: known[number].key)
    place = {number: at for at, number in enumerate(numbers)}
    ends = np.array([sorted((place[a], place[b])) for a, b in pairs], np.int64).reshape(-1, 2)
    ends = ends[np.lexsort((ends[:, 1], ends[:, 0]))]
    copies = [known[number] for number in numbers]
    codes = Codes(copies)
    possible = ends[codes.possible(ends[:, 0], ends[:, 1])]
    found = judged_pairs(copies, codes, Candidates(possible[:, 0], possible[:, 1]))
    return [Ruling(numbers[a], numbers[b], judged, title) for a, b, judged, title in found]


# --- sets --------------------------------------------------------------------------------------


def _hanging_together(
    memory: Memory, touched: Collection[int], beside: Mapping[str, Collection[str]]
) -> dict[int, Copy]:
    """Return all records that verdicts, groups or judgements tie to one that was touched."""
    found: dict[int, Copy] = {}
    new = set(touched)
    while new:
        copies = memory.copies(new)
        found.update(copies)
        ties = {number for group in memory.groups(copies.values()) for number in group}
        ties.update(end for one in memory.rulings(new) for end in (one.left, one.right))
        keys = {other for copy in copies.values() for other in beside.get(copy.key, ())}
        ties.update(memory.by_key(keys).values())
        new = ties - found.keys()
    return found


def _beside(same: Iterable[Pair]) -> dict[str, set[str]]:
    beside: dict[str, set[str]] = {}
    for a, b in same:
        beside.setdefault(a, set()).add(b)
        beside.setdefault(b, set()).add(a)
    return beside


def _matches(memory: Memory, known: Mapping[int, Copy]) -> Matches:
    """Return what is known of some records as a run over them alone would."""
    numbers = sorted(known, key=lambda number: known[number].key)
    place = {number: at for at, number in enumerate(numbers)}
    copies = [known[number] for number in numbers]
    verdicts = sorted(
        Verdict(place[one.left], place[one.right], one.judged, one.title)
        for one in memory.rulings(numbers)
    )
    return Matches(copies, verdicts, grouped(copies)[1])
