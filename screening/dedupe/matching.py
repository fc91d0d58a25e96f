"""From copies to verdicts: the pairs that the rules call the same, or cannot tell.

Block, compare in bulk, judge. Pure. A pair's verdict depends on its two records alone: what is
known of two records that have not changed holds, and `updating` compares only what is new.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from screening.dedupe.answers import DIFFERENT, Judged
from screening.dedupe.blocking import Candidates, blocks_of, candidates
from screening.dedupe.blocks import Blocks
from screening.dedupe.codes import Codes
from screening.dedupe.comparing import alike
from screening.dedupe.evidence import compare
from screening.dedupe.normalise import Copy
from screening.dedupe.rules import judge

Advance = Callable[[int, int], None]  # pairs compared, of how many


class Verdict(NamedTuple):
    """What the rules say of two records by their numbers, ``left`` < ``right``; not "different"."""

    left: int
    right: int
    judged: Judged
    title: float  # how alike the titles are, 0 to 1


@dataclass(frozen=True)
class Matches:
    """The verdicts on ``copies``, which are in the order of their keys; and what blocks left out.

    ``twins`` are groups of records that no rule tells apart: the first of each stands for them in
    ``verdicts``, and the verdict on each two of them is the group's. ``index`` are the blocks of
    those that were compared, where they are to be kept.
    """

    copies: Sequence[Copy]
    verdicts: Sequence[Verdict] = ()
    twins: Mapping[int, tuple[Sequence[int], Judged]] = field(default_factory=dict)
    blocks: int = 0  # blocks that exploded
    bounded: int = 0  # comparisons in them that were left out
    index: Blocks | None = None


def match(
    copies: Sequence[Copy], advance: Advance = lambda _n, _all: None, *, indexed: bool = False
) -> Matches:
    """Return the verdicts on ``copies``, in the order of their keys; no key twice."""
    firsts, twins = grouped(copies)
    kept = [copies[number] for number in firsts]
    codes = Codes(kept)
    blocks = blocks_of(kept)
    pairs = candidates(kept, codes.possible, blocks)
    index = Blocks(blocks.hashes, np.array(firsts, np.int64)[blocks.owners]) if indexed else None
    del blocks  # a sixth of the memory
    found = [
        Verdict(firsts[left], firsts[right], judged, title)
        for left, right, judged, title in judged_pairs(kept, codes, pairs, advance)
    ]
    return Matches(copies, sorted(found), twins, pairs.blocks, pairs.bounded, index)


def grouped(copies: Sequence[Copy]) -> tuple[list[int], dict[int, tuple[Sequence[int], Judged]]]:
    """Return the first of each group of records that look alike, and the groups of two and more.

    A million equal records are one comparison.
    """
    groups: dict[object, list[int]] = {}
    firsts: list[int] = []
    titles = Counter(copy.letters for copy in copies)
    for number, copy in enumerate(copies):
        if titles[copy.letters] == 1:
            firsts.append(number)  # no other looks like it: spares half of the memory
            continue
        group = groups.setdefault(copy.signature, [])
        group.append(number)
        if len(group) == 1:
            firsts.append(number)
    twins: dict[int, tuple[Sequence[int], Judged]] = {}
    for group in groups.values():
        if len(group) > 1:
            a, b = copies[group[0]], copies[group[1]]
            twins[group[0]] = group, judge(a, b, compare(a, b))
    return firsts, twins


def judged_pairs(
    copies: Sequence[Copy],
    codes: Codes,
    pairs: Candidates,
    advance: Advance = lambda _n, _all: None,
) -> Iterator[tuple[int, int, Judged, float]]:
    """Give the pairs that the rules do not call different, with what they say and the likeness."""
    for left, right, title in alike(copies, codes, pairs, advance):
        a, b = copies[left], copies[right]
        comparison = compare(a, b, title)
        judged = judge(a, b, comparison)
        if judged is not DIFFERENT:
            yield left, right, judged, comparison.title
