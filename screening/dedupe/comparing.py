"""The titles of many pairs held against each other at once, and which pairs are worth the rules.

rapidfuzz compares the titles of a whole chunk in native code; numpy throws out the pairs that no
rule could join or ask about. So the rules, which are Python, see a few pairs a record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from rapidfuzz import fuzz, process

from screening.dedupe.blocking import Candidates
from screening.dedupe.codes import Codes, both, differ, same
from screening.dedupe.normalise import Copy

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CHUNK = 200_000  # pairs compared at once
ALIKE = 80  # from here on a title alone is worth a look, in hundredths
_SOME = 55  # with first author and journal
# What the rules ask of titles on other pages or years apart, in two volumes, and where a side has
# no pages.
_ONE_TITLE, _VOLUMES, _LIKE_TITLE = 90, 80, 75


def alike(
    copies: Sequence[Copy],
    codes: Codes,
    pairs: Candidates,
    advance: Callable[[int, int], None] = lambda _done, _all: None,
) -> Iterator[tuple[int, int, float]]:
    """Give the pairs that are worth the rules, each with how alike its titles are, 0 to 1."""
    letters = np.array([copy.letters for copy in copies], object)
    for start in range(0, len(pairs.left), _CHUNK):
        left, right = pairs.left[start : start + _CHUNK], pairs.right[start : start + _CHUNK]
        scores = process.cpdist(
            letters[left].tolist(), letters[right].tolist(), scorer=fuzz.ratio,
            dtype=np.uint8, workers=-1,
        )  # fmt: skip
        scores[codes.titled[left] == 0] = 0  # two records without a title have none in common
        kept = np.flatnonzero(_worth(codes, left, right, scores))
        yield from zip(
            left[kept].tolist(), right[kept].tolist(), (scores[kept] / 100).tolist(), strict=True
        )
        advance(start + len(left), len(pairs.left))


def _worth(
    codes: Codes, left: NDArray[np.int64], right: NDArray[np.int64], scores: NDArray[np.uint8]
) -> NDArray[np.bool_]:
    page, name = same(codes.page, left, right), same(codes.name, left, right)
    one_volume, one_journal = same(codes.volume, left, right), same(codes.journal, left, right)
    placed = page & (one_volume | one_journal | name)
    written = name & (codes.years_apart(left, right) <= 1)
    worth: NDArray[np.bool_] = (
        codes.identified(left, right)
        | (scores >= ALIKE)
        | placed  # one of the titles may be cut after a word or two, or in another language
        | ((page | written) & (scores >= _SOME))
        | _in_other_words(codes, left, right)
    )
    return worth & ~_hopeless(codes, left, right, scores)


def _in_other_words(
    codes: Codes, left: NDArray[np.int64], right: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return which titles may be alike in another language."""
    others: NDArray[np.bool_] = (codes.others[left] | codes.others[right]) > 0
    return others


def _hopeless(
    codes: Codes, left: NDArray[np.int64], right: NDArray[np.int64], scores: NDArray[np.uint8]
) -> NDArray[np.bool_]:
    """Return which pairs `rules.judge` is sure to call different: nine in ten that look alike.

    Titles that are too little alike for years apart, two volumes, pages that can be no one's, or
    for a side without pages. Each is what a rule says, in bulk.
    """
    # nothing of a title is lost in one that it begins: no two of such lengths are more alike
    short = np.minimum(codes.length[left], codes.length[right])
    most = 200 * short // np.maximum(codes.length[left] + codes.length[right], 1)
    one_begins = same(codes.start, left, right) & (scores >= most - 1)
    # `evidence.compare` says more of titles in several languages and of notices
    plain = (
        ~codes.identified(left, right) & ~_in_other_words(codes, left, right) & ~one_begins
        & ~differ(codes.kind, left, right) & both(codes.start, left, right)
    )  # fmt: skip
    elsewhere = (
        codes.other_pages(left, right) & both(codes.volume, left, right)
        & (codes.first[left] != 1) & (codes.first[right] != 1)
        & (codes.online[left] == codes.online[right])
        & ((codes.last[left] != codes.last[right]) | (codes.last[left] == 0))
    )  # fmt: skip
    other_title = (
        ((elsewhere | (codes.years_apart(left, right) > 1)) & (scores < _ONE_TITLE))
        | (codes.two_volumes(left, right) & (scores < _VOLUMES))
        | (codes.nowhere(left, right) & (scores < _LIKE_TITLE))
    )
    hopeless: NDArray[np.bool_] = plain & other_title
    return hopeless
