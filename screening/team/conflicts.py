"""What reviewers disagree on, once as many have judged as the protocol asks for.

Pure: before that nothing is given out, so that nobody sees another's verdict before their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from screening.decision_logs.decisions import Decision, Outcome
from screening.state import ReviewState
from search.protocol import STAGES


class Kind(StrEnum):
    """Why a set has no outcome yet."""

    REVIEWERS = "reviewers"  # they differ
    DUPLICATE = "duplicate"  # one reviewer judged two records of the set differently
    MAYBE = "maybe"  # all say maybe, and the protocol has that talked over


_IN_WORDS = {
    Kind.REVIEWERS: "reviewers disagree",
    Kind.DUPLICATE: "one reviewer judged its records differently",
    Kind.MAYBE: "a maybe to be talked over",
}


@dataclass(frozen=True, slots=True)
class Conflict:
    """A duplicate set on which the verdicts do not come to an outcome."""

    key: str
    members: tuple[str, ...]
    stage: str
    kind: Kind
    decisions: tuple[Decision, ...]


def conflicts(state: ReviewState) -> Iterator[Conflict]:
    """Give every set whose verdicts contradict each other or are to be talked over, by stage."""
    for stage in STAGES:
        for key, outcome in state.outcomes[stage].items():
            if outcome in (Outcome.CONFLICT, Outcome.MAYBE):
                held = tuple(state.held(key, stage))
                yield Conflict(key, state.members[key], stage, _kind(outcome, held), held)


def _kind(outcome: Outcome, held: tuple[Decision, ...]) -> Kind:
    if outcome is Outcome.MAYBE:
        return Kind.MAYBE
    by_reviewer: dict[str, set[str]] = {}
    for decision in held:
        by_reviewer.setdefault(decision.reviewer, set()).add(decision.verdict)
    agreed = {frozenset(verdicts) for verdicts in by_reviewer.values()}
    return Kind.DUPLICATE if len(agreed) == 1 else Kind.REVIEWERS


def document(conflict: Conflict, title: str | None) -> dict[str, Any]:
    """Return a conflict as JSON values."""
    return {
        "key": conflict.key,
        "members": list(conflict.members),
        "stage": conflict.stage,
        "kind": conflict.kind.value,
        "title": title,
        "decisions": [
            {
                "reviewer": each.reviewer,
                "key": each.key,
                "verdict": each.verdict,
                "reason": each.reason,
                "note": each.note,
                "time": each.time,
            }
            for each in conflict.decisions
        ],
    }


def lines(conflict: Conflict, title: str | None) -> Iterator[str]:
    """Give a conflict as text."""
    yield head(conflict)
    yield f"  {' '.join((title or '(no title)').split())}"
    yield from (f"  {line}" for line in verdict_lines(conflict))


def head(conflict: Conflict) -> str:
    """Return on one line which conflict it is."""
    return f"{conflict.key} · {where(conflict)}"


def where(conflict: Conflict) -> str:
    """Return at which stage a conflict is, and of which kind."""
    return f"{conflict.stage} · {_IN_WORDS[conflict.kind]}"


def verdict_lines(conflict: Conflict) -> Iterator[str]:
    """Give who decided what and why, one a line."""
    for each in conflict.decisions:
        reason = f" ({each.reason})" if each.reason else ""
        on = f" on {each.key}" if len(conflict.members) > 1 else ""
        note = f": {' '.join(each.note.split())}" if each.note else ""
        yield f"{each.reviewer}{on}: {each.verdict}{reason}{note}"
