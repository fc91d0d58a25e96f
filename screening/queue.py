"""The order in which one reviewer is offered records, and the walk along it.

Pure values: keys in, keys out. The order is a function of the protocol's seed and of names alone:
the same on every machine, and after every interruption.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from search.errors import BadInput


def shuffled(keys: Iterable[str], seed: int, reviewer: str, stage: str) -> list[str]:
    """Return the keys in this reviewer's own order (TM-10).

    A key's place depends on itself alone: records that come in later stand between those that were
    there, and move none of them.
    """
    begun = hashlib.sha256("\n".join((str(seed), reviewer, stage, "")).encode())

    def place(key: str) -> bytes:
        drawn = begun.copy()  # what all begin with is read once
        drawn.update(key.encode("utf-8", "surrogatepass"))
        return drawn.digest()

    return sorted(set(keys), key=place)


def check_order(order: str) -> str:
    """Return ``order`` if records can be put in it; else BadInput."""
    if order not in ("ranked", "random", "added"):
        raise BadInput(f"{order!r} is no order.", remedy="Use ranked, random or added.")
    return order


class Queue:
    """The walk of one reviewer along the records of a stage: what is done, what is put off.

    Records put off stand behind all others, in the order in which they were put off.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = tuple(keys)
        self._place = dict(zip(self._keys, range(len(self._keys)), strict=True))
        self._done: set[str] = set()
        self._put_off: dict[str, Any] = {}  # to when it was put off
        self._open_from = 0  # no place before it is open: the walk need not look there again

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, key: str) -> bool:
        return key in self._place

    @property
    def done(self) -> int:
        """Return how many records are decided."""
        return len(self._done)

    def is_open(self, key: str) -> bool:
        """Return whether a record is here and still to be decided."""
        return key in self._place and key not in self._done

    def finish(self, key: str) -> None:
        """Note that a record is decided."""
        if key in self._place:
            self._done.add(key)
            self._put_off.pop(key, None)

    def reopen(self, key: str, put_off: Any = None) -> None:
        """Note that a record is undecided: in its place, or put off, with when that was."""
        if key not in self._place:
            return
        self._done.discard(key)
        self._put_off.pop(key, None)
        self._open_from = min(self._open_from, self._place[key])
        if put_off is not None:
            self._put_off[key] = put_off

    def skip(self, key: str) -> None:
        """Note that a record was passed over; here it keeps its place all the same."""

    def how(self, _key: str) -> str | None:
        """Return how the record came to be shown, where that is worth to be kept."""
        return None

    def after(self, key: str | None) -> str | None:
        """Return the record to judge next once ``key`` was dealt with, None when none is left.

        The first that is open behind it; at the end, the first that was skipped; then those put
        off. It is a function of what was done, and therefore the same after a restart.
        """
        start = self._place.get(key, -1) + 1 if key else 0
        for number in chain(range(start, len(self._keys)), range(self._first_open(), start)):
            if self._waits(self._keys[number]):
                return self._keys[number]
        return min(self._put_off, key=self._put_off.__getitem__, default=None)

    def walk(self) -> Sequence[str]:
        """Return all records in the order of going through them: those put off at the end."""
        if not self._put_off:
            return self._keys
        last = sorted(self._put_off, key=self._put_off.__getitem__)
        return [key for key in self._keys if key not in self._put_off] + last

    def places(self, order: Sequence[str]) -> Mapping[str, int]:
        """Return the place of each record in the order that `walk` gave, from 0."""
        if order is self._keys:  # as until something is put off: there are 100,000 at times
            return self._place
        return dict(zip(order, range(len(order)), strict=True))

    def _waits(self, key: str) -> bool:
        return key not in self._done and key not in self._put_off

    def _first_open(self) -> int:
        while self._open_from < len(self._keys) and not self._waits(self._keys[self._open_from]):
            self._open_from += 1
        return self._open_from
