"""A second screener that is only a computer: it decides nothing, it asks for another look.

Of what a reviewer excluded, the ranking picks the records that it would have put where his includes
stand. Each was left out of what the ranking learned from when it was scored: a verdict does not
speak for itself. The reviewer judges them again, by an event of his own that says so; until then,
and unless he gives another, his verdict stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from screening.decision_logs.decisions import standing
from screening.decision_logs.events import Act, Event, Verdict
from screening.looked_again import SECOND_LOOK
from screening.review_state import ReviewState
from search.errors import BadInput

LEAST_INCLUDED = 5  # with fewer, nothing can be said of where includes stand


def decisions_of(
    state: ReviewState, events: Iterable[Event], reviewer: str, stage: str
) -> dict[str, Event]:
    """Return the reviewer's decision in force on each set at a stage."""
    found = {}
    for event in standing(events):
        if (event.act, event.who, event.stage) == (Act.DECIDE, reviewer, stage):
            found[state.duplicates.representative_of(event.rec or "")] = event
    at_stage = state.outcomes[stage]
    # what another device of the reviewer's keeps under seal has no verdict here
    return {name: event for name, event in found.items() if name in at_stage and event.val}


def check_enough(decisions: Mapping[str, Event], reviewer: str) -> None:
    """Raise BadInput where too few were included to say where includes stand."""
    included = sum(event.val != Verdict.EXCLUDE for event in decisions.values())
    if included < LEAST_INCLUDED:
        raise BadInput(
            f"{reviewer} has included {included}; a second look needs {LEAST_INCLUDED} to learn "
            "what is looked for.",
            remedy="Screen on first.",
        )


def to_look_at(
    state: ReviewState, decisions: Mapping[str, Event], high: Sequence[str], stage: str
) -> tuple[list[str], frozenset[str]]:
    """Return the sets to look at again, and the events that count as no decision there.

    One that was looked at again, or was settled, is not offered any more.
    """
    names = [
        name for name in high
        if decisions[name].how != SECOND_LOOK and not state.settled(name, stage)
    ]  # fmt: skip
    return names, frozenset(decisions[name].eid for name in names)
