"""Who is to judge what: each reviewer's queue at a stage, and how far each is.

Pure. Nothing here tells one reviewer what another decided: only that enough others have.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from screening.decision_logs.decisions import Outcome
from screening.state import FULL_TEXT, TITLE_ABSTRACT, ReviewState


def to_judge(
    state: ReviewState, reviewer: str, stage: str, not_had: Collection[str] = ()
) -> list[str]:
    """Return the sets that are this reviewer's at a stage, decided ones included.

    Left out is what as many others have judged as the protocol asks for, and reports that another
    said cannot be had: of those it tells no more. ``not_had`` are the sets of which the reviewer
    said so: they stay, so that it can be undone.
    """
    needed = state.protocol.stage(stage).reviewers_per_record
    keys = []
    for key in (name for name in state.members if name in state.outcomes[stage]):
        judges = {decision.reviewer for decision in state.held(key, stage)}
        if stage == FULL_TEXT and key in state.not_retrieved and key not in not_had:
            continue
        if reviewer in judges or (len(judges) < needed and not state.settled(key, stage)):
            keys.append(key)
    return keys


def conflicts_of(state: ReviewState, reviewer: str, stage: str) -> frozenset[str]:
    """Return the sets on which this reviewer and another disagree.

    Only those that as many have judged as the protocol asks for: of others nothing is told.
    """
    return frozenset(
        name for name, outcome in state.outcomes[stage].items()
        if outcome is Outcome.CONFLICT and _has_judged(state, reviewer, name, stage)
    )  # fmt: skip


def progress_of(state: ReviewState) -> list[dict[str, Any]]:
    """Return how far each reviewer of the protocol is at each stage, as JSON values.

    ``left`` is what still waits for this reviewer: a record that two of three are to judge is left
    for each of them until two have. Verdicts are not told.
    """
    found = []
    for stage in state.protocol.stages:
        for reviewer in state.protocol.reviewers:
            keys = to_judge(state, reviewer.name, stage.name)
            mine = [key for key in keys if _has_judged(state, reviewer.name, key, stage.name)]
            # what a stop left unread waits for nobody
            left = (
                set(keys)
                - set(mine)
                - (state.not_screened if stage.name == TITLE_ABSTRACT else set())
            )
            found.append({"stage": stage.name, "reviewer": reviewer.name, "decided": len(mine),
                          "left": len(left)})  # fmt: skip
    return found


def _has_judged(state: ReviewState, reviewer: str, key: str, stage: str) -> bool:
    return any(
        reviewer in state.decisions.get((member, stage), {}) for member in state.members[key]
    )
