"""From copies to verdicts: the pairs that the rules call the same, or cannot tell.

Block, compare in bulk, judge. Pure. A pair's verdict depends on its two records alone, so what an
earlier run found of two records that have not changed is taken over (`Known`), and the result is
that of a run over all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from screening.dedupe.blocking import Candidates, candidates
from screening.dedupe.codes import Codes
from screening.dedupe.comparing import alike
from screening.dedupe.evidence import compare
from screening.dedupe.normalise import Copy
from screening.dedupe.rules import DIFFERENT, Judged, judge

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
    ``verdicts``, and the verdict on each two of them is the group's.
    """

    copies: Sequence[Copy]
    verdicts: Sequence[Verdict] = ()
    twins: Mapping[int, tuple[Sequence[int], Judged]] = field(default_factory=dict)
    blocks: int = 0  # blocks that exploded
    bounded: int = 0  # comparisons in them that were left out
    compared: int = 0  # pairs whose titles were compared in this run


def match(
    copies: Sequence[Copy], known: Matches | None = None, advance: Advance = lambda _n, _all: None
) -> Matches:
    """Return the verdicts on ``copies``, in the order of their keys; no key twice.

    What is ``known`` of copies that have not changed is taken over.
    """
    old = {copy.key: number for number, copy in enumerate(known.copies)} if known else {}
    was = [_number_before(copy, old, known) for copy in copies]
    firsts, twins = _twins(copies)
    kept = [copies[number] for number in firsts]
    codes = Codes(kept)
    pairs = candidates(kept, codes.possible)
    taken, open_pairs = _take_over(pairs, [was[number] for number in firsts], known)
    found = [
        Verdict(firsts[left], firsts[right], judged, title)
        for left, right, judged, title in (*taken, *_judged(kept, codes, open_pairs, advance))
    ]
    return Matches(copies, sorted(found), twins, pairs.blocks, pairs.bounded,
                   len(open_pairs.left))  # fmt: skip


def _number_before(copy: Copy, old: Mapping[str, int], known: Matches | None) -> int | None:
    before = old.get(copy.key)
    return before if before is not None and known and known.copies[before] == copy else None


def _twins(
    copies: Sequence[Copy],
) -> tuple[list[int], dict[int, tuple[Sequence[int], Judged]]]:
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


def _take_over(
    pairs: Candidates, was: Sequence[int | None], known: Matches | None
) -> tuple[list[tuple[int, int, Judged, float]], Candidates]:
    """Return the verdicts known on ``pairs``, and the pairs that are still to be judged.

    Two known records that are a candidate pair now were one before: more records only push
    neighbours apart in a block that exploded. One without a verdict was found different.
    """
    if not known:
        return [], pairs
    number = np.array([-1 if before is None else before for before in was], np.int64)
    left, right = number[pairs.left], number[pairs.right]
    settled = (left >= 0) & (right >= 0)
    total = len(known.copies)
    verdicts = {v.left * total + v.right: v for v in known.verdicts}
    codes = np.minimum(left, right) * total + np.maximum(left, right)
    held = np.flatnonzero(settled & np.isin(codes, np.fromiter(verdicts, np.int64, len(verdicts))))
    taken = [
        (int(pairs.left[at]), int(pairs.right[at]), verdicts[code].judged, verdicts[code].title)
        for at, code in zip(held.tolist(), codes[held].tolist(), strict=True)
    ]
    return taken, replace(pairs, left=pairs.left[~settled], right=pairs.right[~settled])


def _judged(
    copies: Sequence[Copy], codes: Codes, pairs: Candidates, advance: Advance
) -> Iterator[tuple[int, int, Judged, float]]:
    for left, right, title in alike(copies, codes, pairs, advance):
        a, b = copies[left], copies[right]
        comparison = compare(a, b, title)
        judged = judge(a, b, comparison)
        if judged is not DIFFERENT:
            yield left, right, judged, comparison.title
