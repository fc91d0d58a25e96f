"""Decisions: the fold of all events into who holds what verdict, and what that comes to.

Pure values: events in, decisions out. The order in which logs are read does not matter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from screening.decision_logs.events import Act, Event, Verdict
from search.protocol import Stage


@dataclass(frozen=True, slots=True)
class Decision:
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


def standing(events: Iterable[Event]) -> list[Event]:
    """Return the events that no undo took back, in logical order.

    An undo holds unless it was itself undone; nobody undoes another's event.
    """
    ordered = sorted(events, key=lambda event: event.order)
    by_id = {event.eid: event for event in ordered}
    gone: set[str] = set()
    for event in reversed(ordered):
        if event.act != Act.UNDO or event.eid in gone:
            continue
        undone = by_id.get(event.target or "")
        # only what came before: else an undo could be undone after it had taken its effect
        if undone and undone.who == event.who and undone.order < event.order:
            gone.add(undone.eid)
    return [event for event in ordered if event.eid not in gone and event.act != Act.UNDO]


def in_force(events: Iterable[Event]) -> dict[tuple[str, str], dict[str, Decision]]:
    """Return for each (key, stage) each reviewer's verdict in force: the newest not undone."""
    held: dict[tuple[str, str], dict[str, Decision]] = defaultdict(dict)
    for event in standing(events):
        if event.act == Act.DECIDE and event.rec and event.stage and event.val:
            held[event.rec, event.stage][event.who] = _decision(event)
    return dict(held)


def settlements(events: Iterable[Event]) -> dict[tuple[str, str], Decision]:
    """Return for each (key, stage) the adjudication in force."""
    return {
        (event.rec, event.stage): _decision(event)
        for event in standing(events)
        if event.act == Act.SETTLE and event.rec and event.stage and event.val
    }


def _decision(event: Event) -> Decision:
    return Decision(
        key=event.rec or "", stage=event.stage or "", reviewer=event.who,
        verdict=event.val or "", reason=event.reason, note=event.note, time=event.t,
        event=event.eid, seen=event.seen, criteria=event.crit, lc=event.lc,
    )  # fmt: skip


def outcome(held: Iterable[Decision], settled: Decision | None, stage: Stage) -> Outcome:
    """Return what the verdicts on one duplicate set come to at a stage.

    ``held`` may come from several records of the set: one reviewer who judged two of them
    differently is a conflict, as two reviewers who differ are (TM-07). A settlement wins.
    """
    by_reviewer: dict[str, set[str]] = defaultdict(set)
    for decision in held:
        by_reviewer[decision.reviewer].add(_counted(decision.verdict, stage))
    if settled:
        verdicts = {_counted(settled.verdict, stage)}
    elif len(by_reviewer) < stage.reviewers_per_record:
        return Outcome.AWAITING
    else:
        verdicts = set.union(*by_reviewer.values())
    if len(verdicts) > 1:
        return Outcome.CONFLICT
    return {
        Verdict.INCLUDE.value: Outcome.INCLUDED,
        Verdict.EXCLUDE.value: Outcome.EXCLUDED,
        Verdict.MAYBE.value: Outcome.MAYBE,
    }[verdicts.pop()]


def _counted(verdict: str, stage: Stage) -> str:
    if verdict == Verdict.MAYBE and stage.maybe_counts_as == "include":
        return Verdict.INCLUDE.value
    return verdict


def stale(decisions: Iterable[Decision], seen_now: Mapping[str, str]) -> Sequence[Decision]:
    """Return the decisions on records whose text has changed since (TM-08), by key."""
    changed = (
        decision for decision in decisions
        if decision.seen and seen_now.get(decision.key, decision.seen) != decision.seen
    )  # fmt: skip
    return sorted(changed, key=lambda decision: (decision.key, decision.stage, decision.reviewer))
