"""`sarcat evaluate`: the ranking replayed over what a review has decided itself.

Finished decisions only: sets that as many have judged as the protocol asks for, on which they agree
or which were settled; or with a reviewer's name his own verdicts. A maybe counts as an include, as
it does for the ranking. So nothing is told of a verdict that is still a secret.
"""

from __future__ import annotations

from screening.decision_logs.events import Verdict
from screening.ranking.review_ranking import FINISHED, texts_of
from screening.ranking.simulating import Labelled
from screening.state import ReviewState
from search.errors import BadInput
from search.review import Review


def labelled_review(
    review: Review, state: ReviewState, stage: str, reviewer: str | None = None
) -> Labelled:
    """Return the finished decisions of a stage as a labelled set.

    BadInput where all are alike, or there are none: there is nothing to tell apart.
    """
    labels = _own(state, stage, reviewer) if reviewer else _finished(state, stage)
    whose = reviewer or "the review"
    if len(set(labels.values())) < 2:
        what = "included" if any(labels.values()) else "excluded"
        found = f"all {len(labels)} decisions are {what}" if labels else "nothing is decided"
        raise BadInput(
            f"{found} at {stage} by {whose}: there is nothing to tell apart.",
            remedy="A replay needs an include and an exclude.",
        )
    names = list(labels)
    texts, titles = texts_of(review, state, names)
    undecided = len(state.outcomes[stage]) - len(names)
    are = "is" if undecided == 1 else "are"
    notes = (f"{undecided} without a finished decision {are} left out.",) if undecided else ()
    return Labelled(
        f"{stage} of {whose}", tuple(names), tuple(texts), tuple(titles),
        tuple(labels.values()), notes,
    )  # fmt: skip


def _finished(state: ReviewState, stage: str) -> dict[str, bool]:
    return {
        name: FINISHED[outcome] != Verdict.EXCLUDE
        for name, outcome in state.outcomes[stage].items()
        if outcome in FINISHED
    }


def _own(state: ReviewState, stage: str, reviewer: str) -> dict[str, bool]:
    """Return the reviewer's own: of a set whose records he judged apart, the newest counts."""
    found: dict[str, bool] = {}
    for name in state.outcomes[stage]:
        mine = [each for each in state.held(name, stage) if each.reviewer == reviewer]
        if mine:
            newest = max(mine, key=lambda each: (each.time, each.event))
            found[name] = newest.verdict != Verdict.EXCLUDE
    return found
