"""Where the terms of queries are found in a corpus, each looked for once.

A search that is cut into ranges of PMIDs asks for the same terms again and again.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cached_property

from search.offline.fields import Searchable
from search.offline.terms import Term, found_by, numbers_of

_KEPT = 32  # terms; of 100,000 places each takes some megabytes


class Places:
    """A corpus as queries see it: places in its order, by term."""

    def __init__(self, corpus: Sequence[Searchable]) -> None:
        self.corpus = corpus
        self._found: dict[Term, frozenset[int]] = {}

    def of(self, term: Term) -> set[int]:
        """Return the places of the records that a term finds."""
        if term.field.kind == "number":
            return self._numbered(term.text)
        found = self._found.get(term)
        if found is None:
            accepts = found_by(term)
            found = frozenset(place for place, each in enumerate(self.corpus) if accepts(each))
            if len(self._found) >= _KEPT:
                self._found.clear()
            self._found[term] = found
        return set(found)

    def _numbered(self, text: str) -> set[int]:
        between = numbers_of(text)
        if between is None:
            return set()
        pmids, places = self._by_pmid
        return set(places[bisect_left(pmids, between[0]) : bisect_right(pmids, between[1])])

    @cached_property
    def _by_pmid(self) -> tuple[list[int], list[int]]:
        """Return all PMIDs in order, and the place of each."""
        places = sorted(range(len(self.corpus)), key=lambda place: self.corpus[place].pmid)
        return [self.corpus[place].pmid for place in places], places
