"""The fields of all records as columns of numbers: many pairs are held against each other at once.

Pure. What two records cannot be, whatever their titles say, is told here, before any is compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from screening.dedupe.normalise import Copy
from screening.dedupe.titles_compared import LEAST_BEGINNING

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.integer]
    Bools = NDArray[np.bool_]

_FAR = 3  # years from which on only one place can make two records one


class Codes:
    """Each field of each record as a number, 0 where it is absent: quick to compare in bulk.

    A column is made when it is first asked for.
    """

    def __init__(self, copies: Sequence[Copy]) -> None:
        self._copies = copies

    def __getattr__(self, name: str) -> Ints:
        if name in _CODED:
            column: Ints = _coded(map(_CODED[name], self._copies))
        elif name in _COUNTED:
            total = len(self._copies)
            column = np.fromiter(map(_COUNTED[name], self._copies), np.int64, total)
        else:
            raise AttributeError(name)
        setattr(self, name, column)
        return column

    def identified(self, left: Ints, right: Ints) -> Bools:
        """Return which pairs have an identifier in common."""
        return (
            same(self.pmid, left, right) | same(self.doi, left, right)
            | same(self.pmcid, left, right)
        )  # fmt: skip

    def nowhere(self, left: Ints, right: Ints) -> Bools:
        """Return of which pairs a side has no pages."""
        return ~both(self.page, left, right)

    def other_pages(self, left: Ints, right: Ints) -> Bools:
        """Return which pairs begin on two pages, both of them known."""
        return both(self.first, left, right) & differ(self.first, left, right)

    def two_volumes(self, left: Ints, right: Ints) -> Bools:
        """Return which pairs are in two volumes, both of them known."""
        return both(self.volume, left, right) & differ(self.volume, left, right)

    def years_apart(self, left: Ints, right: Ints) -> Ints:
        """Return how many years lie between the records of each pair; 0 where one has none."""
        years: Ints = np.abs(self.year[left] - self.year[right])
        return np.where(both(self.year, left, right), years, 0)

    def possible(self, left: Ints, right: Ints) -> Bools:
        """Return which pairs `rules.judge` may call the same or ask about, by all but their titles.

        Not two PMIDs under two DOIs; nor years apart, unless in one place or by an identifier. Each
        is what a rule says, in bulk.
        """
        two_pmids = (
            both(self.pmid, left, right) & differ(self.pmid, left, right)
            & (differ(self.doi, left, right) | ~both(self.doi, left, right))
        )  # fmt: skip
        one_kind = ~differ(self.kind, left, right)
        other_place = self.two_volumes(left, right) | (
            one_kind & (self.nowhere(left, right) | self.other_pages(left, right))
        )
        years_apart = (self.years_apart(left, right) >= _FAR) & other_place
        return ~two_pmids & (~years_apart | self.identified(left, right))


def both(field: Ints, left: Ints, right: Ints) -> Bools:
    """Return of which pairs both records have a field."""
    return (field[left] > 0) & (field[right] > 0)


def differ(field: Ints, left: Ints, right: Ints) -> Bools:
    """Return which pairs have not the same in a field, be it that one has nothing."""
    return np.not_equal(field[left], field[right])


def same(field: Ints, left: Ints, right: Ints) -> Bools:
    """Return which pairs have the same in a field, and something."""
    return np.equal(field[left], field[right]) & (field[left] > 0)


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


_CODED: dict[str, Callable[[Copy], object]] = {
    "pmid": lambda copy: copy.pmid,
    "doi": lambda copy: copy.doi,
    "pmcid": lambda copy: copy.pmcid,
    "page": lambda copy: copy.pages and copy.pages.first,
    "volume": lambda copy: copy.volume,
    "name": lambda copy: copy.names and copy.names[0],
    "journal": lambda copy: copy.journal,
    "start": lambda copy: copy.letters[:LEAST_BEGINNING],
    "kind": lambda copy: (copy.notice, copy.register),
}
_COUNTED: dict[str, Callable[[Copy], int]] = {
    "length": lambda copy: len(copy.letters),
    "first": _first_page,
    "last": _last_page,
    "online": _is_online,
    "titled": lambda copy: bool(copy.letters),
    "others": lambda copy: bool(copy.others),
    "year": lambda copy: copy.year or 0,
}
