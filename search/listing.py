"""The ids of everything that a query finds, also beyond the 9,999 that PubMed gives out of one.

PubMed cannot be made to name record 10,000 of a search. But a range of PMIDs is a limit like any
other: the range is halved until each part is small enough to be named whole, as EDirect does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from search.eutils import Found
from search.no_answer import Fate, NoAnswer
from search.strategies import within

OUTPUT_LIMIT = 9_999  # records of one search that PubMed gives out
# What EDirect asks to learn the largest PMID; a thousand more leaves room for today's records.
NEWEST = "all[SB] NOT pubmed books[SB]"
_ROOM = 1_000
_LARGEST_PMID = 99_999_999


class Search(Protocol):
    """A search, as `pubmed` does it."""

    def __call__(self, query: str, start: int = 0, *, ids: int = ...) -> Found:
        """Return how many records a query finds, and up to ``ids`` PMIDs from ``start`` on."""


def all_ids(search: Search, query: str, first: Found, *, most: int = OUTPUT_LIMIT) -> list[str]:
    """Return the ids of a query's records, each once; ``first`` is the answer to (query, 0).

    May be fewer than ``first.count`` when PubMed names fewer than it counted: the caller compares.
    """
    if first.count <= most:
        return _named(search, query, first)
    newest = max((int(id) for id in search(NEWEST).ids if id.isdigit()), default=0)
    top = min(newest + _ROOM, _LARGEST_PMID) if newest else _LARGEST_PMID
    ids = dict.fromkeys(_halved(search, query, 1, top, most, first.count))
    if len(ids) < first.count and top < _LARGEST_PMID:
        ids |= dict.fromkeys(_halved(search, query, top + 1, _LARGEST_PMID, most, 0))
    return list(ids)


def _named(search: Search, query: str, page: Found) -> list[str]:
    """Return the ids of a query that PubMed names whole, asking on while it names new ones."""
    count, ids = page.count, dict.fromkeys(page.ids)
    while len(ids) < count:
        before = len(ids)
        ids |= dict.fromkeys(search(query, before).ids)
        if len(ids) == before:
            break
    return list(ids)


def _halved(
    search: Search, query: str, low: int, high: int, most: int, expected: int
) -> Iterator[str]:
    """Yield the ids between two PMIDs, newest first.

    ``expected`` is about how many there are: where that is too many, their number is asked for
    before their ids, which could not all be given. What is asked decides, never what is expected.
    """
    part = within(query, low, high)
    found = search(part, ids=0) if expected > most else search(part)
    if found.count <= most:
        named = search(part) if found.count and expected > most else found
        yield from _named(search, part, named)
        return
    if low == high:
        raise NoAnswer(
            f"the server finds {found.count} records with the one PMID {low}: it does not heed "
            "ranges of PMIDs, and cannot be asked for more than the first "
            f"{most} records.", Fate.STOP, remedy="Narrow the search.",
        )  # fmt: skip
    middle = (low + high) // 2
    yield from _halved(search, query, middle + 1, high, most, found.count // 2)
    yield from _halved(search, query, low, middle, most, found.count // 2)
