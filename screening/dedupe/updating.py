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

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from screening.dedupe.answers import Judged
from screening.dedupe.blocking import Candidates, hashes_of
from screening.dedupe.blocks import Blocks
from screening.dedupe.codes import Codes
from screening.dedupe.duplicates import settle
from screening.dedupe.matching import Matches, Verdict, grouped, judged_pairs
from screening.dedupe.normalise import Copy
from screening.dedupe.reblocking import Reblocked, reblocked
from screening.dedupe.sets import DuplicateSets, Pair

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]


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

    def remove(self, numbers: Collection[int]) -> None:
        """Forget records, but not the verdicts on them."""
        ...

    def add(self, copies: Iterable[Copy]) -> None:
        """Take records in."""
        ...

    def index(self) -> tuple[Blocks, Ints]:
        """Return the blocks of the first of each group, and these as `line_of` puts them."""
        ...

    def put_index(self, blocks: Blocks, line: Ints) -> None:
        """Take these in place of those that are known."""
        ...

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
    lines = reblocked(*memory.index(), regrouped.lost, regrouped.come, memory.copies)
    memory.put_index(lines.new, lines.line)
    beside = _beside(same)  # who went tied others together
    tied = {*judged, *(other for key in regrouped.gone for other in beside.get(key, ()))}
    touched = regrouped.touched | set(memory.by_key(tied).values())
    touched |= _rejudge(memory, regrouped, lines)
    copies = _hanging_together(memory, touched, beside)
    found = settle(_matches(memory, copies), same, different)
    blocks, bounded = lines.after.bounded()
    had_blocks, had_bounded = lines.before.bounded()
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


# --- verdicts ----------------------------------------------------------------------------------


def _rejudge(memory: Memory, regrouped: _Regrouped, reblocked: Reblocked) -> set[int]:
    """Drop the verdicts that hold no more, judge the new pairs; return the records of both."""
    gained, given_up = reblocked.pairs
    lost = regrouped.lost
    void = [(one.left, one.right) for one in memory.rulings(lost)]
    both_left = memory.ruled((a, b) for a, b in given_up if a not in lost and b not in lost)
    void += (pair for pair in both_left if not _is_held(memory, reblocked, pair))
    memory.drop(void)
    new = _judged(memory, gained)
    memory.keep(new)
    ends = {number for pair in void for number in pair} - lost.keys()
    return ends | {number for one in new for number in (one.left, one.right)}


def _is_held(memory: Memory, reblocked: Reblocked, pair: tuple[int, int]) -> bool:
    """Return whether any block holds a pair still, touched or not."""
    one, other = (set(hashes_of(copy)) for copy in memory.copies(pair).values())
    return reblocked.holds(pair, one & other)


def _judged(memory: Memory, pairs: Sequence[tuple[int, int]]) -> list[Ruling]:
    """Return the verdicts on pairs; not those that are called different."""
    numbers, copies, left, right = _in_order(memory, pairs)
    kept = Codes(copies).possible(left, right)
    likely = [
        (numbers[a], numbers[b])
        for a, b in zip(left[kept].tolist(), right[kept].tolist(), strict=True)
    ]
    numbers, copies, left, right = _in_order(memory, likely)  # a fifth
    found = judged_pairs(copies, Codes(copies), Candidates(left, right))
    return [Ruling(numbers[a], numbers[b], judged, title) for a, b, judged, title in found]


def _in_order(
    memory: Memory, pairs: Sequence[tuple[int, int]]
) -> tuple[list[int], list[Copy], Ints, Ints]:
    """Return the records of pairs by key, and the pairs by their places among these."""
    known = memory.copies({number for pair in pairs for number in pair})
    numbers = sorted(known, key=lambda number: known[number].key)
    place = {number: at for at, number in enumerate(numbers)}
    ends = np.array([(place[a], place[b]) for a, b in pairs], np.int64).reshape(-1, 2)
    ends.sort(axis=1)
    ends = ends[np.lexsort((ends[:, 1], ends[:, 0]))]
    return numbers, [known[number] for number in numbers], ends[:, 0], ends[:, 1]


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
