"""Who is to judge what: each reviewer's queue at a stage, and how far each is.

Pure. Nothing here tells one reviewer what another decided: only that enough others have.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from screening.decision_logs.decisions import Outcome
from screening.state import FULL_TEXT, TITLE_ABSTRACT, ReviewState
from screening.team.lots import Lots
from search.words import counted


def to_judge(
    state: ReviewState, reviewer: str, stage: str, not_had: Collection[str] = ()
) -> list[str]:
    """Return the sets that are this reviewer's at a stage, decided ones included.

    Where the stage assigns, only what is assigned to the reviewer. Left out is what as many others
    have judged as the protocol asks for (in a pilot that the reviewer is in: all of them), and
    reports that another said cannot be had: of those it tells no more. ``not_had`` are the sets of
    which the reviewer said so: they stay, so that it can be undone.
    """
    rules = state.protocol.stage(stage)
    needed, lots = rules.reviewers_per_record, Lots(state.protocol, rules)
    judged, settled = state.judges[stage], settled_at(state, stage)
    left_out = state.not_retrieved.difference(not_had) if stage == FULL_TEXT else _NOBODY
    full = {key for key, judges in judged.items() if len(judges) >= needed} | settled | left_out
    his = {key for key, judges in judged.items() if reviewer in judges and key not in left_out}
    his |= {key for key, left in state.waiting_in_pilot(stage).items() if reviewer in left}
    waiting = [key for key in state.outcomes[stage] if key in his or key not in full]
    if not rules.assigned:
        return waiting
    return [
        key
        for key in waiting
        if key in his or lots.falls_to(reviewer, key, judged.get(key, _NOBODY))
    ]


_NOBODY: frozenset[str] = frozenset()


def settled_at(state: ReviewState, stage: str) -> set[str]:
    """Return the sets on which an adjudication is in force at a stage."""
    of = state.duplicates.representative_of
    return {of(key) for key, at in state.settlements if at == stage}


def conflicts_of(state: ReviewState, reviewer: str, stage: str) -> frozenset[str]:
    """Return the sets on which this reviewer and another disagree.

    Only those that as many have judged as the protocol asks for: of others nothing is told.
    """
    judges = state.judges[stage]
    return frozenset(
        name for name, outcome in state.outcomes[stage].items()
        if outcome is Outcome.CONFLICT and reviewer in judges.get(name, ())
    )  # fmt: skip


def progress_of(state: ReviewState) -> list[dict[str, Any]]:
    """Return how far each reviewer of the protocol is at each stage, as JSON values.

    ``left`` is what still waits for this reviewer: a record that two of three are to judge is left
    for each of them until two have. Verdicts are not told.
    """
    found = []
    for stage in state.protocol.stages:
        judged = state.judges[stage.name]
        for reviewer in state.protocol.reviewers:
            keys = to_judge(state, reviewer.name, stage.name)
            mine = [key for key in keys if reviewer.name in judged.get(key, ())]
            # what a stop left unread waits for nobody
            left = (
                set(keys)
                - set(mine)
                - (state.not_screened if stage.name == TITLE_ABSTRACT else set())
            )
            if not mine and not reviewer.is_at(stage.name):
                continue
            found.append({"stage": stage.name, "reviewer": reviewer.name, "decided": len(mine),
                          "left": len(left) if reviewer.is_at(stage.name) else 0,
                          "retired": reviewer.retired, "from": reviewer.begins,
                          "until": reviewer.ends})  # fmt: skip
    return found


def shortages(state: ReviewState) -> list[str]:
    """Return in words where the team is too small for what the protocol asks of it."""
    team = state.protocol.reviewers
    found = []
    for stage in state.protocol.stages:
        there, needed = sum(each.is_at(stage.name) for each in team), stage.reviewers_per_record
        if there < needed:
            found.append(f"{stage.name} asks for {counted(needed, 'reviewer')} a record and has "
                         f"{there}.")  # fmt: skip
    if not any(each.adjudicates and not (each.retired or each.expected) for each in team):
        found.append("nobody may settle conflicts: give one reviewer adjudicates = true.")
    return found
