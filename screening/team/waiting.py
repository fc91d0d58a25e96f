"""Why no record waits for a reviewer, in words: an empty queue is never without its cause."""

from __future__ import annotations

from collections import Counter

from screening.decision_logs.decisions import Outcome
from screening.state import FULL_TEXT, TITLE_ABSTRACT, ReviewState
from search.words import counted

_STILL = {
    Outcome.AWAITING: "not judged by all who are to",
    Outcome.CONFLICT: "in conflict",
    Outcome.MAYBE: "a maybe to be talked over",
}


def why_none(state: ReviewState, stage: str) -> str:
    """Return why a reviewer has nothing to judge at a stage.

    Tells how many records stand where, as `sarcat status` does, and of none what another decided.
    """
    before = Counter(state.outcomes[TITLE_ABSTRACT].values())
    if stage == FULL_TEXT and not state.outcomes[FULL_TEXT]:
        still = [f"{before[each]} {words}" for each, words in _STILL.items() if before[each]]
        held = f" ({', '.join(still)})" if still else ""
        return f"of {counted(before.total(), 'record')} none is included at {TITLE_ABSTRACT}{held}"
    return _others_judged(len(state.outcomes[stage]), len(state.not_retrieved), stage)


def _others_judged(count: int, not_had: int, stage: str) -> str:
    lost = f", and {not_had} could not be had" if stage == FULL_TEXT and not_had else ""
    what = counted(count, "record")
    if count == not_had and lost:
        return f"{what} could not be had"
    return f"{what} stand there, judged by as many others as the protocol asks for{lost}"
