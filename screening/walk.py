"""Going along the records of a queue without deciding: all of them, or those of a filter.

Pure values: keys in, keys out. A filter and what a search found are lists made when they were asked
for: they do not change under the reviewer's hands, and nothing that is counted depends on them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from screening.queue import Queue
from search.records import StoredRecord, fold

_WANTED = re.compile(r'"([^"]*)"|(\S+)')


@dataclass(frozen=True, slots=True)
class Selection:
    """Some records of a queue, in its order when they were chosen; ``name`` says which."""

    name: str
    keys: tuple[str, ...]

    def place(self, key: str | None) -> int | None:
        """Return the place of a record among these, from 1."""
        return self.keys.index(key) + 1 if key in self.keys else None

    def step(self, key: str | None, by: int, places: Mapping[str, int]) -> str | None:
        """Return the next record of these (or the one before), None at the end.

        ``places`` are those of the whole queue: from a record that is none of these one goes on to
        the nearest that is.
        """
        if key in self.keys:
            there = self.keys.index(key) + by
            return self.keys[there] if 0 <= there < len(self.keys) else None
        here = places.get(key or "", len(places))
        if by > 0:
            return next((each for each in self.keys if places[each] > here), None)
        return next((each for each in reversed(self.keys) if places[each] < here), None)


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter: its ``name``, and the keys that it shows, or else the test of their records."""

    name: str
    keys: frozenset[str] = frozenset()
    of_record: Callable[[StoredRecord], bool] | None = None

    def __str__(self) -> str:
        return self.name if self.of_record else f"{self.name} ({len(self.keys)})"


class Walk:
    """The order of going through a queue; worked out again after `changed`."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue
        self._places: Mapping[str, int] | None = None
        self._order: Sequence[str] = ()
        self.filter: Selection | None = None

    def changed(self) -> None:
        """Note that the order has changed."""
        self._places = None

    @property
    def places(self) -> Mapping[str, int]:
        """Return the place of each record, from 0, in order."""
        if self._places is None:
            self._order = self._queue.walk()
            self._places = self._queue.places(self._order)
        return self._places

    def at(self, place: int) -> str:
        """Return the record at a place, from 0."""
        assert self.places is not None
        return self._order[place]

    def step(self, key: str | None, by: int) -> str | None:
        """Return the record ``by`` further (or back) that the filter shows, None at the end."""
        places = self.places
        if self.filter:
            return self.filter.step(key, by, places)
        there = places.get(key or "", len(places)) + by
        return self._order[there] if 0 <= there < len(places) else None

    def shown(self) -> list[str]:
        """Return the records that the filter shows, in order."""
        return list(self.filter.keys if self.filter else self.places)


def wanted_words(text: str) -> tuple[str, ...]:
    """Return what a record must hold to be found, folded: words, and "phrases" in quotes."""
    found = (fold(phrase or word) for phrase, word in _WANTED.findall(text))
    return tuple(filter(None, found))
