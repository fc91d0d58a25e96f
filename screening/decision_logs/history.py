"""What one reviewer did at one stage and did not take back, by duplicate set and by day.

Plain values; a fold over the reviewer's own events that can go forwards and back.
"""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence

from screening.decision_logs.events import Act, Event


class History:
    """The acts that stand, oldest first; ``set_of`` names the duplicate set of a record's key."""

    def __init__(self, set_of: Callable[[str], str]) -> None:
        self._set_of = set_of
        self._acts: list[Event] = []
        self._by_set: dict[str, list[Event]] = defaultdict(list)
        # how often each set was decided on a day: changing one's mind is no further record
        self._days: defaultdict[datetime.date, Counter[str]] = defaultdict(Counter)
        # What was decided the day before yesterday never was decided today, in any time zone:
        # reading the times of 100,000 decisions takes a while.
        past = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=2)
        self._recent = past.date().isoformat()

    def add(self, event: Event) -> None:
        """Add an act; it becomes the newest."""
        name = self._set_of(event.rec or "")
        self._acts.append(event)
        self._by_set[name].append(event)
        if event.t >= self._recent and event.act == "decide":
            self._days[_day(event)][name] += 1

    def remove(self, event: Event) -> None:
        """Take out an act that was taken back."""
        for acts in (self._acts, self._by_set[self.set_of(event)]):
            # The newest is looked at first: it nearly always is the one.
            index = next(at for at in reversed(range(len(acts))) if acts[at].eid == event.eid)
            del acts[index]
        if event.act == "decide" and event.t >= self._recent:
            self._days[_day(event)][self.set_of(event)] -= 1

    def set_of(self, event: Event) -> str:
        """Return the duplicate set that an act is on."""
        return self._set_of(event.rec or "")

    @property
    def newest(self) -> Event | None:
        """Return the newest act that stands."""
        return self._acts[-1] if self._acts else None

    @property
    def sets(self) -> list[str]:
        """Return the sets that anything was done on."""
        return [key for key, acts in self._by_set.items() if acts]

    def by_set(self) -> Iterator[tuple[str, Sequence[Event]]]:
        """Give each set that anything was done on, with its acts, oldest first."""
        return ((key, acts) for key, acts in self._by_set.items() if acts)

    def newest_of(self, act: Act) -> Event | None:
        """Return the newest act of one kind that stands."""
        return next((event for event in reversed(self._acts) if event.act == act), None)

    def acts(self, key: str, act: Act) -> list[Event]:
        """Return the acts of one kind on a set, oldest first."""
        return [event for event in self._by_set.get(key, ()) if event.act == act]

    def last(self, key: str, act: Act) -> Event | None:
        """Return the newest act of one kind on a set."""
        wanted = act.value  # a comparison with a member of an enumeration takes ten times as long
        for event in reversed(self._by_set.get(key, ())):
            if event.act == wanted:
                return event
        return None

    def by_act(self, key: str) -> dict[str, Event]:
        """Return the newest act of each kind on a set, by the plain name of the kind."""
        return {event.act: event for event in self._by_set.get(key, ())}

    def decided_today(self) -> int:
        """Return on how many sets a decision of this day (by the clock on the wall here) stands."""
        today = self._days[datetime.datetime.now().astimezone().date()]
        return sum(count > 0 for count in today.values())


def _day(event: Event) -> datetime.date:
    """Return the local day of an event; the first of all days where its time is none."""
    try:
        return datetime.datetime.fromisoformat(event.t).astimezone().date()
    except (ValueError, OverflowError):
        return datetime.date.min
