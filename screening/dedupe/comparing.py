"""The titles of many pairs held against each other at once, and which pairs are worth the rules.

rapidfuzz compares the titles of a whole chunk in native code; numpy throws out the pairs that no
rule could join or ask about. So the rules, which are Python, see a few pairs a record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from rapidfuzz import fuzz, process

from screening.dedupe.blocking import Candidates
from screening.dedupe.normalise import Copy

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CHUNK = 200_000  # pairs compared at once
ALIKE = 80  # from here on a title alone is worth a look, in hundredths
_LITTLE = 25  # with an identifier or the place the same
_SOME = 55  # with first author and journal, or a title in two languages


class Codes:
    """Each field of each record as a number, 0 where it is absent: quick to compare in bulk."""

    def __init__(self, copies: Sequence[Copy]) -> None:
        self.pmid = _coded(copy.pmid for copy in copies)
        self.doi = _coded(copy.doi for copy in copies)
        self.pmcid = _coded(copy.pmcid for copy in copies)
        self.page = _coded(copy.pages and copy.pages.first for copy in copies)
        self.volume = _coded(copy.volume for copy in copies)
        self.name = _coded(copy.names and copy.names[0] for copy in copies)
        self.journal = _coded(copy.journal for copy in copies)
        self.titled = np.fromiter((bool(copy.letters) for copy in copies), bool, len(copies))
        self.others = np.fromiter((bool(copy.others) for copy in copies), bool, len(copies))
        self.year = np.fromiter((copy.year or 0 for copy in copies), np.int64, len(copies))


def _coded(values: Iterable[object]) -> NDArray[np.int32]:
    numbers: dict[object, int] = {}
    return np.array(
        [numbers.setdefault(value, len(numbers) + 1) if value else 0 for value in values], np.int32
    )


def alike(
    copies: Sequence[Copy],
    pairs: Candidates,
    advance: Callable[[int, int], None] = lambda _done, _all: None,
) -> Iterator[tuple[int, int, float]]:
    """Give the pairs that are worth the rules, each with how alike its titles are, 0 to 1."""
    codes = Codes(copies)
    letters = np.array([copy.letters for copy in copies], object)
    for start in range(0, len(pairs.left), _CHUNK):
        left, right = pairs.left[start : start + _CHUNK], pairs.right[start : start + _CHUNK]
        scores = process.cpdist(
            letters[left].tolist(), letters[right].tolist(), scorer=fuzz.ratio,
            dtype=np.uint8, workers=-1,
        )  # fmt: skip
        scores[~codes.titled[left]] = 0  # two records without a title have none in common
        kept = np.flatnonzero(_worth(codes, left, right, scores))
        yield from zip(
            left[kept].tolist(), right[kept].tolist(), (scores[kept] / 100).tolist(), strict=True
        )
        advance(start + len(left), len(pairs.left))


def _worth(
    codes: Codes, left: NDArray[np.int64], right: NDArray[np.int64], scores: NDArray[np.uint8]
) -> NDArray[np.bool_]:
    def same(field: NDArray[np.int32]) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = (field[left] == field[right]) & (field[left] > 0)
        return found

    identified = same(codes.pmid) | same(codes.doi) | same(codes.pmcid)
    page, name = same(codes.page), same(codes.name)
    placed = page & (same(codes.volume) | same(codes.journal) | name)
    written = name & (np.abs(codes.year[left] - codes.year[right]) <= 1)
    other = codes.others[left] | codes.others[right]
    worth: NDArray[np.bool_] = (
        identified
        | (scores >= ALIKE)
        | (placed & (scores >= _LITTLE))
        | ((page & (scores >= _SOME)) | ((written | other) & (scores >= _SOME)))
    )
    return worth
