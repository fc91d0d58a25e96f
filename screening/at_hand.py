"""What a reviewer has at hand: the record before them, and what they did with each so far.

Only told here; judging, which changes it, is `screening.engine`.
"""

from __future__ import annotations

from collections.abc import Iterator

from screening.decision_logs.events import Act, Event
from screening.decision_logs.history import History
from screening.queue import Queue
from screening.ranking.ranked_queue import RankedQueue
from screening.sitting import Counters, Sitting
from screening.walk import Walk
from search.errors import SarcatError
from search.records import StoredRecord


class AtHand:
    """The records of a sitting and the reviewer's own acts on them.

    ``current`` is the key of the record to be shown, None when all are decided.
    """

    def __init__(self, sitting: Sitting) -> None:
        self.sitting = sitting
        ranking = sitting.ranking
        self._queue = RankedQueue(sitting.keys, ranking) if ranking else Queue(sitting.keys)
        self._history = History(sitting.set_of)
        self.walk = Walk(self._queue)
        self.current: str | None = None

    def shown(self) -> StoredRecord | None:
        """Return the record to be shown, on which a verdict will stand.

        Of a duplicate set its representative; another that has an abstract where that has none.
        """
        if self.current is None:
            return None
        first, *others = self.members()
        return next((each for each in (first, *others) if each.record.abstract), first)

    def members(self, key: str | None = None) -> list[StoredRecord]:
        """Return all records of a set, by default the one at hand.

        SarcatError when the review has lost them.
        """
        name = key or self.current or ""
        keys = self.sitting.sets.get(name, (name,))
        found = list(self.sitting.records(keys))
        if not found:
            raise SarcatError(f"the record {keys[0]} is not there.", remedy="Run `sarcat rebuild`.")
        return found

    def verdict(self, key: str) -> Event | None:
        """Return the reviewer's own verdict in force on the set of ``key``."""
        return self._history.last(key, Act.DECIDE)

    @property
    def decided_last(self) -> str | None:
        """Return the set that the reviewer's newest standing verdict is on."""
        event = self._history.newest_of(Act.DECIDE)
        return self._history.set_of(event) if event else None

    def notes(self, key: str) -> list[str]:
        """Return the reviewer's own notes on the set, oldest first."""
        return [event.note for event in self._history.acts(key, Act.NOTE) if event.note]

    def tags(self, key: str) -> list[str]:
        """Return the reviewer's own tags on the set, in order."""
        return sorted({event.val for event in self._history.acts(key, Act.TAG) if event.val})

    def ties(self, key: str) -> list[str]:
        """Return the ids of the initiatives that the reviewer tied the set to, in order."""
        return sorted({event.val for event in self._history.acts(key, Act.TIE) if event.val})

    def is_retrieved(self, key: str) -> bool:
        """Return whether the report could be had, as far as the reviewer said."""
        said = self._history.last(key, Act.RETRIEVED)
        return said is None or said.val != "no"

    def how(self, key: str) -> str | None:
        """Return how a record came to be shown; None where the reviewer went there himself."""
        return self._queue.how(key)

    def standing(self, act: Act, *, every: bool = False) -> Iterator[tuple[str, Event]]:
        """Give the newest act of one kind on each set that has one, or with ``every`` all."""
        for key in self._history.sets:
            if acts := self._history.acts(key, act):
                yield from ((key, event) for event in (acts if every else acts[-1:]))

    def is_open(self, key: str) -> bool:
        """Return whether a set is in the queue and still to be decided."""
        return self._queue.is_open(key)

    def is_put_off(self, key: str) -> bool:
        """Return whether the record waits at the end of the queue."""
        return self._queue.is_open(key) and self._history.last(key, Act.LATER) is not None

    def counters(self) -> Counters:
        """Return how far the reviewer is."""
        total, done = len(self._queue), self._queue.done
        here = self.walk.places.get(self.current or "")
        return Counters(
            decided=done,
            total=total,
            today=self._history.decided_today(),
            left=total - done,
            position=None if here is None else here + 1,
        )
