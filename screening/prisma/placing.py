"""The records of one arm of the flow, each in the place where it stands."""

from __future__ import annotations

from collections import defaultdict

from screening.decision_logs.decisions import Outcome
from screening.prisma.boxes import (
    NO_REASON,
)
from screening.state import FULL_TEXT, TITLE_ABSTRACT, ReviewState

Keys = frozenset[str]
NONE: Keys = frozenset()


class Arm:
    """The records of one arm, put into the places where they stand."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.at: dict[str, set[str]] = defaultdict(set)
        self.reasons: dict[str, set[str]] = defaultdict(set)
        self.names: dict[str, str] = {}

    def place(self, members: list[str], name: str, state: ReviewState) -> None:
        """Place one duplicate set: its first record of this arm stands for it."""
        first, *others = members
        self.names[first] = name
        self.at["duplicates"].update(others)
        place = _place(state, name)
        self.at[place].add(first)
        if place == "excluded at full text":
            self.reasons[state.exclusion_reason(name, FULL_TEXT) or NO_REASON].add(first)

    def keys(self, *places: str) -> Keys:
        """Return the records at any of the places."""
        return frozenset().union(*(self.at.get(place, ()) for place in places))


NOT_SCREENED = "not screened"
AWAITING_FIRST, CONFLICT_FIRST = "awaiting screening", "conflict at screening"
AWAITING_SECOND, CONFLICT_SECOND = "awaiting full text", "conflict at full text"
AT_FULL_TEXT = ("excluded at full text", "included", AWAITING_SECOND, CONFLICT_SECOND)


def _place(state: ReviewState, name: str) -> str:
    """Return where a set stands; a "maybe" that is to be talked over waits with the conflicts."""
    first = state.outcomes[TITLE_ABSTRACT][name]
    if first is Outcome.EXCLUDED:
        return "excluded at screening"
    if first is not Outcome.INCLUDED:
        if name in state.not_screened:
            return NOT_SCREENED
        return AWAITING_FIRST if first is Outcome.AWAITING else CONFLICT_FIRST
    if name in state.not_retrieved:
        return "not retrieved"
    return {
        Outcome.AWAITING: AWAITING_SECOND,
        Outcome.EXCLUDED: "excluded at full text",
        Outcome.INCLUDED: "included",
    }.get(state.outcomes[FULL_TEXT][name], CONFLICT_SECOND)
