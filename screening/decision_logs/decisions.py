"""Decisions: the fold of all events into who holds what verdict, and what that comes to.

Pure values: events in, decisions out. The order in which logs are read does not matter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple

from screening.decision_logs.events import Act, Event, Verdict, in_logical_order
from search.collecting import uncollected
from search.protocol import Stage


class Decision(NamedTuple):
    """One reviewer's verdict in force on one record at one stage."""

    key: str
    stage: str
    reviewer: str
    verdict: str
    reason: str | None
    note: str | None
    time: str
    event: str
    seen: str | None
    criteria: str | None
    lc: int = 0  # logical time: says which of two came later, whatever the clocks said


class Outcome(StrEnum):
    """Where a record (or a duplicate set) stands at a stage."""

    AWAITING = "awaiting"  # fewer reviewers than the protocol asks for
    INCLUDED = "included"  # forwarded to the next stage, or included at the last
    EXCLUDED = "excluded"
    MAYBE = "maybe"  # unanimous maybe, where the protocol has it talked over
    CONFLICT = "conflict"


# A plain value: a comparison with a member of an enumeration takes ten times as long.
_UNDO = Act.UNDO.value


class Standing(list[Event]):
    """The events of a review that stand, in logical order, as `standing` gave them.

    ``latest`` is the newest time of all that was logged, what was taken back included.
    """

    latest: str | None = None

    @cached_property
    def _by_act(self) -> dict[str, list[Event]]:
        found: dict[str, list[Event]] = defaultdict(list)
        for event in self:
            found[event.act].append(event)
        return found

    def of(self, *acts: Act) -> list[Event]:
        """Return the events of these acts, in logical order; most acts are rare."""
        found = [event for act in acts for event in self._by_act.get(act.value, ())]
        return in_logical_order(found) if len(acts) > 1 else found


def standing(events: Iterable[Event], *, in_order: bool = False) -> Standing:
    """Return the events that no undo took back, in logical order.

    What it gave before it gives back as it is. An undo holds unless it was itself undone; nobody
    undoes another's event. ``in_order`` says that they are in that order, as those of logs are.
    """
    if isinstance(events, Standing):
        return events
    with uncollected():
        ordered = list(events) if in_order else in_logical_order(events)
        found = _standing(ordered)
        found.latest = max(map(attrgetter("t"), ordered), default=None)
        return found


def _standing(ordered: list[Event]) -> Standing:
    undos = [event for event in ordered if event.act == _UNDO]
    if not undos:
        return Standing(ordered)
    targets = {event.target for event in undos}
    by_id = {event.eid: event for event in ordered if event.eid in targets}
    gone: set[str] = set()
    for event in reversed(undos):
        if event.eid in gone:
            continue
        undone = by_id.get(event.target or "")
        # only what came before: else an undo could be undone after it had taken its effect
        if undone and undone.who == event.who and undone.order < event.order:
            gone.add(undone.eid)
    return Standing(event for event in ordered if event.act != _UNDO and event.eid not in gone)


def in_force(events: Iterable[Event]) -> dict[tuple[str, str], dict[str, Decision]]:
    """Return for each (key, stage) each reviewer's verdict in force: the newest not undone."""
    with uncollected():
        return _in_force(standing(events).of(Act.DECIDE))


def _in_force(events: Iterable[Event]) -> dict[tuple[str, str], dict[str, Decision]]:
    found: defaultdict[tuple[str, str], dict[str, Decision]] = defaultdict(dict)
    new, values = tuple.__new__, _OF_EVENT  # as `decision_of`
    for event in events:
        held = found[event.rec or "", event.stage or ""]
        if event.val is None:  # under seal: what was held before it holds no more
            held.pop(event.who, None)
        else:
            held[event.who] = new(Decision, values(event))
    found.default_factory = None  # from here on, what nobody judged is not there
    return found


def under_seal(events: Iterable[Event]) -> dict[tuple[str, str], set[str]]:
    """Return for each (key, stage) who has judged it in a line that is still sealed."""
    found: dict[tuple[str, str], set[str]] = {}
    for event in standing(events).of(Act.DECIDE):
        place = event.rec or "", event.stage or ""
        if event.val is None:
            found.setdefault(place, set()).add(event.who)
        elif place in found:
            found[place].discard(event.who)  # a newer verdict is known
    return {place: who for place, who in found.items() if who}


def settlements(events: Iterable[Event]) -> dict[tuple[str, str], Decision]:
    """Return for each (key, stage) the adjudication in force."""
    return {
        (event.rec, event.stage): decision_of(event)
        for event in standing(events).of(Act.SETTLE)
        if event.rec and event.stage
    }


def decision_of(event: Event) -> Decision:
    """Return the verdict that an event gives: of a decision or adjudication, as it was checked."""
    decision: Decision = tuple.__new__(Decision, _OF_EVENT(event))
    return decision


# There may be a million: taken over at once, not field by field.
_OF_EVENT = attrgetter(
    "rec", "stage", "who", "val", "reason", "note", "t", "eid", "seen", "crit", "lc"
)


def outcome(held: Iterable[Decision], settled: Decision | None, stage: Stage) -> Outcome:
    """Return what the verdicts on one duplicate set come to at a stage.

    ``held`` may come from several records of the set: one reviewer who judged two of them
    differently is a conflict, as two reviewers who differ are (TM-07). A settlement wins.
    """
    reviewers, given = set(), set()
    for decision in (settled,) if settled else held:
        reviewers.add(decision.reviewer)
        given.add(decision.verdict)
    if not settled and len(reviewers) < stage.reviewers_per_record:
        return Outcome.AWAITING
    if len(given) == 1:  # as nearly always
        return _OUTCOMES[_counted(given.pop(), stage)]
    verdicts = {_counted(verdict, stage) for verdict in given}
    return Outcome.CONFLICT if len(verdicts) > 1 else _OUTCOMES[verdicts.pop()]


_INCLUDE, _MAYBE = Verdict.INCLUDE.value, Verdict.MAYBE.value
_OUTCOMES = {
    _INCLUDE: Outcome.INCLUDED,
    Verdict.EXCLUDE.value: Outcome.EXCLUDED,
    _MAYBE: Outcome.MAYBE,
}


def _counted(verdict: str, stage: Stage) -> str:
    return _INCLUDE if verdict == _MAYBE and stage.maybe_counts_as == "include" else verdict


def stale(decisions: Iterable[Decision], seen_now: Mapping[str, str]) -> Sequence[Decision]:
    """Return the decisions on records whose text has changed since (TM-08), by key."""
    changed = (
        decision for decision in decisions
        if decision.seen and seen_now.get(decision.key, decision.seen) != decision.seen
    )  # fmt: skip
    return sorted(changed, key=lambda decision: (decision.key, decision.stage, decision.reviewer))
