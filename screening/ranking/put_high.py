"""Exclusions that a ranking which had not seen them puts where the includes stand. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from screening.ranking.ranker import Ranker

_PARTS = 10  # the decisions are learned from without a tenth, and that tenth is scored


def put_high(ranker: Ranker, signs: Mapping[int, int], others: Mapping[int, int]) -> list[int]:
    """Return the excluded rows that score at least as high as half of the included, highest first.

    ``signs`` are the decisions by row: +1, or −1 for an exclusion. ``others`` are those of others
    that are no secret: they are learned from, and not looked at.
    """
    scores: dict[int, float] = {}
    whole = sum(sign > 0 for sign in signs.values())
    for part in _parts(signs):
        rest = {row: sign for row, sign in signs.items() if row not in part} | dict(others)
        ranker.learn(list(rest), list(rest.values()))
        found = ranker.scores(whole)
        scores |= {row: float(found[row]) for row in part}
    least = median(scores[row] for row, sign in signs.items() if sign > 0)
    high = [row for row, sign in signs.items() if sign < 0 and scores[row] >= least]
    return sorted(high, key=lambda row: (-scores[row], row))


def _parts(signs: Mapping[int, int]) -> list[Collection[int]]:
    """Deal the rows out: of includes and excludes each part has its share."""
    dealt: list[set[int]] = [set() for _ in range(min(_PARTS, len(signs)))]
    number = 0
    for wanted in (1, -1):
        for row in sorted(row for row, sign in signs.items() if sign == wanted):
            dealt[number % len(dealt)].add(row)
            number += 1
    return [part for part in dealt if part]
