"""Pairs of neighbouring words: "soft tissue" says more than "soft" and "tissue".

Pure. A pair is one number: that of its first word times how many words there are, plus that of its
second.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from screening.ranking.term_counts import ROWS, TermCounts, counted

Vector = Any  # numpy's array of int

_MOST_COMMON = 0.95  # a pair of words in more of the records than this tells nothing


def pairs_of(words: Vector, ends: Vector, base: int) -> tuple[TermCounts, Vector]:
    """Return the pairs that two records have or more, and their numbers, one for each column.

    ``words`` are the numbers of all records' words in order, ``ends`` says where each record ends,
    and ``base`` how many words there are.
    """
    known = _not_single(_codes(words, ends, base)[0])
    pairs = counted(_placed(known, words, ends, base), width=len(known))
    found = pairs.in_records()
    used = np.flatnonzero((found >= 2) & (found <= _MOST_COMMON * len(ends)))
    return pairs.only(used), known[used]


def _codes(words: Vector, ends: Vector, base: int) -> tuple[Vector, Vector]:
    """Return all pairs in order, and where among them each record's end."""
    together = np.ones(max(len(words) - 1, 0), dtype=bool)  # a word and the next: of one record
    inner = ends[(ends > 0) & (ends < len(words))]
    together[inner - 1] = False
    codes = words[:-1][together].astype(np.int64)
    codes *= base
    codes += words[1:][together]
    before = np.concatenate(([0], np.cumsum(together)))  # pairs that begin before each word
    return codes, before[np.maximum(ends - 1, 0)]


def _not_single(codes: Vector) -> Vector:
    """Return what occurs twice or more, sorted. Most pairs do not: they take the memory."""
    codes = np.sort(codes)
    is_next_same = codes[1:] == codes[:-1]
    is_first = is_next_same.copy()
    is_first[1:] &= ~is_next_same[:-1]
    return codes[:-1][is_first]


def _placed(
    known: Vector, words: Vector, ends: Vector, base: int
) -> Iterator[tuple[Vector, Vector]]:
    """Give the places of the known pairs among the known, some records at a time."""
    begin = 0
    for start in range(0, len(ends), ROWS):
        stops = ends[start : start + ROWS]
        codes, until = _codes(words[begin : stops[-1]], stops - begin, base)
        places: Vector = np.searchsorted(known, codes)
        kept: Vector = places < len(known)
        kept[kept] = known[places[kept]] == codes[kept]
        before = np.concatenate(([0], np.cumsum(kept)))
        yield places[kept].astype(np.int32), before[until]
        begin = int(stops[-1])
