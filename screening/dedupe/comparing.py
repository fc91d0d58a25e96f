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
_SOME = 55  # with first author and journal
# What the rules ask of titles on other pages, in two volumes, and where a side has no pages.
_ONE_TITLE, _VOLUMES, _LIKE_TITLE = 90, 80, 75
_LEAST_BEGINNING = 12  # letters that two titles share at least where one begins the other


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
        self.start = _coded(copy.letters[:_LEAST_BEGINNING] for copy in copies)
        self.length = np.fromiter((len(copy.letters) for copy in copies), np.int64, len(copies))
        self.kind = _coded((copy.notice, copy.register) for copy in copies)
        self.first = np.fromiter((_first_page(copy) for copy in copies), np.int64, len(copies))
        self.last = np.fromiter((_last_page(copy) for copy in copies), np.int64, len(copies))
        self.online = np.fromiter((_is_online(copy) for copy in copies), bool, len(copies))
        self.titled = np.fromiter((bool(copy.letters) for copy in copies), bool, len(copies))
        self.others = np.fromiter((bool(copy.others) for copy in copies), bool, len(copies))
        self.year = np.fromiter((copy.year or 0 for copy in copies), np.int64, len(copies))


def _first_page(copy: Copy) -> int:
    """Return the first page where it is one that can be held against another, else 0."""
    pages = copy.pages
    return pages.first if pages and not pages.or_first else 0


def _last_page(copy: Copy) -> int:
    return copy.pages.last or 0 if copy.pages else 0


def _is_online(copy: Copy) -> bool:
    return bool(copy.pages and copy.pages.letters == "e")


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
        | placed  # one of the titles may be cut after a word or two, or in another language
        | ((page | written) & (scores >= _SOME))
        | other  # the titles may be alike in another language
    )
    return worth & ~_hopeless(codes, left, right, scores, identified, other)


def _hopeless(
    codes: Codes,
    left: NDArray[np.int64],
    right: NDArray[np.int64],
    scores: NDArray[np.uint8],
    identified: NDArray[np.bool_],
    other: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Return which pairs `rules.judge` is sure to call different: nine in ten that look alike.

    Two PMIDs under two DOIs; titles that are too little alike for two volumes, for pages that can
    be no one's, or for a side without pages. Each is what a rule says, in bulk.
    """

    def both(field: NDArray[np.integer]) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = (field[left] > 0) & (field[right] > 0)
        return found

    def differ(field: NDArray[np.integer]) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = field[left] != field[right]
        return found

    two_pmids = both(codes.pmid) & differ(codes.pmid) & (differ(codes.doi) | ~both(codes.doi))
    # nothing of a title is lost in one that it begins: no two of such lengths are more alike
    short = np.minimum(codes.length[left], codes.length[right])
    most = 200 * short // np.maximum(codes.length[left] + codes.length[right], 1)
    one_begins = ~differ(codes.start) & (scores >= most - 1)
    # `evidence.compare` says more of titles in several languages and of notices
    plain = ~identified & ~other & ~one_begins & ~differ(codes.kind) & both(codes.start)
    elsewhere = (
        both(codes.first) & differ(codes.first) & both(codes.volume)
        & (codes.first[left] != 1) & (codes.first[right] != 1)
        & (codes.online[left] == codes.online[right])
        & ((codes.last[left] != codes.last[right]) | (codes.last[left] == 0))
    )  # fmt: skip
    nowhere = (codes.page[left] == 0) | (codes.page[right] == 0)
    two_volumes = both(codes.volume) & differ(codes.volume)
    other_title = (
        (elsewhere & (scores < _ONE_TITLE))
        | (two_volumes & (scores < _VOLUMES))
        | (nowhere & (scores < _LIKE_TITLE))
    )
    hopeless: NDArray[np.bool_] = two_pmids | (plain & other_title)
    return hopeless
