"""Going about the records of a sitting without judging: step by step, by number, word or filter."""

from __future__ import annotations

from screening.at_hand import AtHand
from screening.sitting import Sitting
from screening.walk import Filter, Selection, wanted_words
from search.records import clean_doi, clean_pmid


class GoingAbout(AtHand):
    """The record at hand changes here, and nothing else does."""

    def __init__(self, sitting: Sitting) -> None:
        super().__init__(sitting)
        self.hits: Selection | None = None  # of the last search

    def step(self, by: int) -> bool:
        """Go ``by`` records on (or back) without deciding; False at the end of the queue.

        Where a filter is on, among the records that it shows.
        """
        there = self.walk.step(self.current, by)
        if there is None:
            return False
        if by > 0 and self.current:
            self._queue.skip(self.current)
        self.current = there
        return True

    def go_to(self, where: str) -> bool:
        """Go to a place in the queue ("17"), a key, PMID or DOI; False if it is not there.

        A number beyond the queue's end is a PMID.
        """
        if where.isascii() and where.isdecimal() and 1 <= int(where[:10]) <= len(self._queue):
            self.current = self.walk.at(int(where[:10]) - 1)
            return True
        key = self._named(where)
        if key is None:
            return False
        self.current = key
        return True

    def _named(self, where: str) -> str | None:
        """Return the record of the queue that a key, PMID or DOI names, also within an address."""
        pmid, doi = clean_pmid(where), clean_doi(where)
        names = where, f"pmid:{pmid}" if pmid else "", f"doi:{doi}" if doi else ""
        found = (self.sitting.find(name) or self.sitting.set_of(name) for name in names if name)
        return next((key for key in found if key in self._queue), None)

    def find(self, text: str) -> bool:
        """Go to the next record with these words in its ids, texts or authors; then `hits` has all.

        The same words again go to the next hit, the first after the last.
        """
        if self.hits is None or self.hits.name != text:
            found = set(map(self.sitting.set_of, self.sitting.holding(wanted_words(text))))
            self.hits = Selection(text, tuple(key for key in self.walk.shown() if key in found))
        return self.step_hit(1)

    def step_hit(self, by: int) -> bool:
        """Go to the next hit of the last search, or to the one before, round and round."""
        if not self.hits or not self.hits.keys:
            return False
        there = self.hits.step(self.current, by, self.walk.places)
        self.current = there or self.hits.keys[0 if by > 0 else -1]
        return True

    def show_only(self, chosen: Filter | None) -> bool:
        """Put a filter on, and go on to the first record that it shows; None takes it off.

        False where it shows none: then nothing changes.
        """
        self.hits = None
        if chosen is None:
            self.walk.filter = None
            return True
        keys = self._chosen(chosen)
        if not keys:
            return False
        self.walk.filter = Selection(chosen.name, keys)
        if self.current not in keys:
            self.current = self.walk.step(self.current, 1) or keys[0]
        return True

    def _chosen(self, chosen: Filter) -> tuple[str, ...]:
        test, places = chosen.of_record, self.walk.places
        if test is None:
            return tuple(key for key in places if key in chosen.keys)
        shown = self.sitting.records(list(places))
        return tuple(stored.key for stored in shown if test(stored))

    def _next(self, key: str) -> str | None:
        """Return the record that comes after one was dealt with.

        A filter that has come to its end is off.
        """
        if self.walk.filter:
            there = self.walk.step(key, 1)
            if there is not None:
                return there
            self.show_only(None)
        return self._queue.after(key)
