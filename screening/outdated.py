"""Decisions by criteria that have changed since: which must be looked at again, and why.

They stand until they are judged again. Blinded: of a record that still waits for further
reviewers, nobody but the reviewer learns that a decision is on the list, since the list would tell
which verdict it was.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from screening.criteria import Criteria, criteria_of, why_outdated
from screening.decision_logs.decisions import Decision, decision_of, standing
from screening.decision_logs.events import Act, Event
from screening.state import ReviewState


@dataclass(frozen=True, slots=True)
class Outdated:
    """One decision to be looked at again; ``settled`` if it is an adjudication."""

    decision: Decision
    why: str
    settled: bool = False


def outdated(state: ReviewState, versions: Mapping[str, Criteria]) -> list[Outdated]:
    """Return the decisions in force that a change of the criteria touches, by stage and record."""
    now = criteria_of(state.protocol)
    reasons = _Reasons(versions, now)
    held = [(each, False) for by in state.decisions.values() for each in by.values()]
    settled = [(each, True) for each in state.settlements.values()]
    return [
        Outdated(decision, why, is_settled)
        for decision, is_settled in sorted(held + settled, key=_by_place)
        if _is_at(state, decision) and (why := reasons.why(decision))
    ]


def _by_place(each: tuple[Decision, bool]) -> tuple[Any, ...]:
    decision, is_settled = each
    stages = ("title-abstract", "full-text")
    return stages.index(decision.stage), decision.key, is_settled, decision.reviewer


def _is_at(state: ReviewState, decision: Decision) -> bool:
    name = state.duplicates.representative_of(decision.key)
    return name in state.outcomes[decision.stage]


class _Reasons:
    """Why decisions are outdated, each combination worked out once: there may be 100,000."""

    def __init__(self, versions: Mapping[str, Criteria], now: Criteria) -> None:
        self._versions, self._now, self._hash = versions, now, now.hash
        self._known: dict[tuple[str | None, str, str | None], str | None] = {}

    def why(self, decision: Decision) -> str | None:
        if decision.criteria == self._hash:
            return None
        kind = (decision.criteria, decision.verdict, decision.reason)
        if kind not in self._known:
            old = self._versions.get(decision.criteria or "")
            self._known[kind] = why_outdated(decision, old, self._now)
        return self._known[kind]


def to_be_told(
    state: ReviewState, found: Iterable[Outdated], viewer: str | None
) -> tuple[list[Outdated], int]:
    """Return what a viewer may see, and how many are kept back until enough have judged."""
    told: list[Outdated] = []
    kept_back = 0
    for each in found:
        name = state.duplicates.representative_of(each.decision.key)
        if each.decision.reviewer != viewer and state.is_open(name, each.decision.stage):
            kept_back += 1
        else:
            told.append(each)
    return told, kept_back


# --- judging them again --------------------------------------------------------------------------


def to_judge_again(
    state: ReviewState, events: Iterable[Event], versions: Mapping[str, Criteria],
    reviewer: str, stage: str,
) -> tuple[list[str], frozenset[str]]:  # fmt: skip
    """Return the sets to go through again, and the events that count as no decision there.

    A set stays on the list when it was judged again, so that the reviewer can see how far he is,
    and undo.
    """
    reasons = _Reasons(versions, criteria_of(state.protocol))
    mine = [
        event for event in standing(events)
        if (event.act, event.who, event.stage) == (Act.DECIDE, reviewer, stage) and event.val
    ]  # fmt: skip
    old = {event.eid: event for event in mine if reasons.why(decision_of(event))}
    names = {state.duplicates.representative_of(event.rec or "") for event in old.values()}
    at_stage = state.outcomes[stage]
    return [name for name in state.members if name in names & at_stage.keys()], frozenset(old)


# --- as values and as text -----------------------------------------------------------------------


def to_document(each: Outdated) -> dict[str, Any]:
    """Return one as JSON values."""
    decision = each.decision
    return {"key": decision.key, "stage": decision.stage, "reviewer": decision.reviewer,
            "verdict": decision.verdict, "reason": decision.reason, "time": decision.time,
            "criteria": decision.criteria, "why": each.why, "settled": each.settled}  # fmt: skip


def lines(found: Collection[Outdated]) -> Iterator[str]:
    """Give each on one line."""
    for each in found:
        decision = each.decision
        reason = f" ({decision.reason})" if decision.reason else ""
        settled = "settled by " if each.settled else ""
        yield (f"{decision.key}  {decision.stage}  {settled}{decision.reviewer}: "
               f"{decision.verdict}{reason}; {each.why}")  # fmt: skip
