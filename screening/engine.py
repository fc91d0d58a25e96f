"""The screening of one reviewer at one stage: queue, verdicts, undo, notes, counters, log.

Knows nothing of any screen. What it holds is a fold over the reviewer's own events and nothing
else, so that it stands after a restart where it stood before; it never sees another's verdict.
"""

from __future__ import annotations

from screening.decision_logs.decisions import standing
from screening.decision_logs.events import Act, Event
from screening.decision_logs.judging import check_verdict
from screening.decision_logs.logs import Log
from screening.going_about import GoingAbout
from screening.sitting import Sitting
from search.errors import BadInput
from search.protocol import STAGES

_ACTS = frozenset(
    each.value for each in (Act.DECIDE, Act.LATER, Act.NOTE, Act.TAG, Act.TIE, Act.RETRIEVED)
)
_MOVING = (Act.LATER.value, Act.DECIDE.value, Act.RETRIEVED.value)  # what gives a set its place
_DECIDED = Act.DECIDE.value
MAX_TAG = 60


class Engine(GoingAbout):
    """One reviewer at work. Every method that judges returns when its event is on disk."""

    def __init__(self, sitting: Sitting, log: Log) -> None:
        super().__init__(sitting)
        self._log = log
        ranking = sitting.ranking
        self._undone: list[tuple[Event, Event]] = []  # an act, and the undo of it
        mine = [event for event in sitting.events if event.who == sitting.reviewer]
        for event in standing(mine, in_order=True):
            if self._is_here(event):
                self._history.add(event)
                if ranking:  # it learns act by act; to a queue only what came of them matters
                    self._set_place(self._history.set_of(event))
        for key, acts in () if ranking else self._history.by_set():
            is_plain = len(acts) == 1 and acts[0].act == _DECIDED  # as 20,000 may be
            if is_plain and acts[0].eid not in sitting.again:
                self._queue.finish(key)
            else:
                self._set_place(key)
        self.last = next((e for e in reversed(mine) if self._is_here(e, Act.UNDO)), None)
        self.current = self._place_after(self.last)

    @property
    def kept_back(self) -> int:
        """Return how many lines of this log others do not see yet, since they are sealed."""
        return self._log.kept_back

    # --- judging -------------------------------------------------------------------------------

    def decide(self, verdict: str, reason: str | None = None, note: str | None = None) -> Event:
        """Give a verdict on the record shown, and go on to the next.

        BadInput when the protocol does not allow it; then nothing was decided.
        """
        key = self._needed()
        check_verdict(self.sitting.protocol, self.sitting.stage, verdict, reason, note)
        shown = self.shown()
        assert shown
        event = self._append(
            Act.DECIDE, rec=shown.key, val=verdict, reason=reason, note=note,
            seen=shown.seen, crit=self.sitting.protocol.criteria_hash,
            how=self.sitting.how or self._queue.how(key),
        )  # fmt: skip
        self.current = self._next(key)
        return event

    def later(self) -> Event:
        """Put the record shown off to the end of the queue, and go on to the next."""
        key = self._needed()
        if not self._queue.is_open(key):
            raise BadInput("this record is decided already.", remedy="Undo that first.")
        event = self._append(Act.LATER, rec=key)
        self.current = self._next(key)
        return event

    def note(self, text: str, key: str | None = None) -> Event:
        """Add a note to a record, by default the one shown."""
        if not text.strip():
            raise BadInput("a note needs words.")
        return self._append(Act.NOTE, rec=key or self._needed(), note=text.strip())

    def tag(self, name: str) -> bool:
        """Put a tag on the record shown, or take it off; returns whether it is on now."""
        tag = " ".join(name.split())
        if not tag or len(tag) > MAX_TAG:
            raise BadInput(f"a tag has 1 to {MAX_TAG} letters.")
        return self._put_on_or_off(Act.TAG, self._needed(), tag)

    def tie(self, initiative: str, key: str | None = None) -> bool:
        """Tie a report to an initiative, or take the tie off; returns whether it is on now."""
        self._check_full_text("a report is tied to an initiative")
        return self._put_on_or_off(Act.TIE, key or self._needed(), initiative)

    def _put_on_or_off(self, act: Act, key: str, value: str) -> bool:
        held = [event for event in self._history.acts(key, act) if event.val == value]
        if not held:
            self._append(act, rec=key, val=value)
        for event in held:
            self._take_back(event)
            self._undone.clear()
        return not held

    def not_retrieved(self) -> Event:
        """Say that the report cannot be had, and go on; said again, that it can be after all."""
        self._check_full_text("it is said whether a report can be had")
        key = self._needed()
        if self.verdict(key):
            raise BadInput("this report is decided, so it was had.", remedy="Undo that first.")
        is_had = self.is_retrieved(key)
        event = self._append(Act.RETRIEVED, rec=key, val="no" if is_had else "yes")
        if is_had:
            self.current = self._next(key)
        return event

    def _check_full_text(self, what: str) -> None:
        if self.sitting.stage.name != STAGES[-1]:
            raise BadInput(f"{what} at {STAGES[-1]}, not at {self.sitting.stage.name}.")

    def undo(self) -> Event | None:
        """Take back the newest act that stands, and go to its record; None when there is none.

        Acts of earlier days and of the reviewer's other devices can be undone as well.
        """
        event = self._history.newest
        if event is None:
            return None
        self._undone.append((event, self._take_back(event)))
        key = self._history.set_of(event)
        self.current = key if key in self._queue else self._queue.after(None)
        return event

    def redo(self) -> Event | None:
        """Do again what was undone last, if nothing was done since; None when there is nothing."""
        if not self._undone:
            return None
        event, undo = self._undone[-1]
        again = self._log.append(Act.UNDO, rec=undo.rec, stage=undo.stage, target=undo.eid)
        self._undone.pop()
        self._add(event)
        self.current = self._place_after(again)
        return event

    # --- the fold ------------------------------------------------------------------------------

    def _place_after(self, last: Event | None) -> str | None:
        """Return where the reviewer is after an act: with it undone, or noted on, still there."""
        if last is None:
            return self._queue.after(None)
        key = self._history.set_of(last)
        is_dealt_with = last.act in (Act.DECIDE, Act.LATER) or not self._queue.is_open(key)
        return self._queue.after(key) if is_dealt_with else key

    def _is_here(self, event: Event, *further: Act) -> bool:
        """Return whether an event is one of this stage's acts on a record."""
        acts = _ACTS.union(further) if further else _ACTS
        return event.act in acts and event.stage == self.sitting.stage.name and bool(event.rec)

    def _needed(self) -> str:
        if self.current is None:
            raise BadInput("no record is shown: all are decided.")
        return self.current

    def _append(self, act: Act, *, rec: str, **values: str | None) -> Event:
        event = self._log.append(act, rec=rec, stage=self.sitting.stage.name, **values)
        self._undone.clear()
        self._add(event)
        return event

    def _add(self, event: Event) -> None:
        self._history.add(event)
        self._set_place(self._history.set_of(event))

    def _take_back(self, event: Event) -> Event:
        undo = self._log.append(Act.UNDO, rec=event.rec, stage=event.stage, target=event.eid)
        self._history.remove(event)
        if event.act == Act.LATER:
            self.walk.changed()  # the record stands in its own place again
        self._set_place(self._history.set_of(event))
        return undo

    def _set_place(self, key: str) -> None:
        """Bring the queue up to what is known of a set."""
        newest = self._history.by_act(key)
        later, decided, had = map(newest.get, _MOVING)
        if self.sitting.ranking:
            verdict, how = (decided.val, decided.how) if decided else (None, None)
            self.sitting.ranking.judged(key, verdict, how)
            self.walk.changed()
        is_decided = decided is not None and decided.eid not in self.sitting.again
        if is_decided or (had and had.val == "no"):
            self._queue.finish(key)
        else:
            self._queue.reopen(key, later.order if later else None)
        if later:
            self.walk.changed()  # only those put off ever change the walk
