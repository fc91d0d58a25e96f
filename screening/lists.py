"""The lists that a reviewer may go through: the queue, or a part of what was judged, once more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from screening.criteria import read_versions
from screening.decision_logs.events import Act, Event
from screening.state import ReviewState
from screening.team.assigning import to_judge
from screening.team.waiting import why_none
from search.errors import BadInput
from search.review import Review


class Which(StrEnum):
    """Which records a sitting goes through."""

    QUEUE = "queue"  # all that are the reviewer's at the stage
    OUTDATED = "outdated"  # judged by criteria that have changed since
    SECOND_LOOK = "second-look"  # excluded, and put high by the ranking
    PILOT = "pilot"  # the first few that all judge


@dataclass(frozen=True, slots=True)
class Listed:
    """The sets of a list; ``again`` are decisions, by event, that are to be made once more."""

    keys: list[str]
    none_because: str  # why there are none, in words
    again: frozenset[str] = frozenset()
    in_order: bool = False  # the order of ``keys`` is that of the list


def listed_for(
    review: Review,
    state: ReviewState,
    events: Sequence[Event],
    reviewer: str,
    stage: str,
    which: Which,
) -> Listed:
    """Return a reviewer's list at a stage. BadInput where it cannot be had, with what to do."""
    if which is Which.OUTDATED:
        return _outdated(review, state, events, reviewer, stage)
    if which is Which.SECOND_LOOK:
        return _second_look(review, state, events, reviewer, stage)
    if which is Which.PILOT:
        return _pilot(state, events, stage)
    not_had = {
        state.duplicates.representative_of(event.rec)
        for event in events
        if event.act == Act.RETRIEVED and event.who == reviewer and event.rec
    }
    return Listed(to_judge(state, reviewer, stage, not_had), why_none(state, stage))


def _pilot(state: ReviewState, events: Sequence[Event], stage: str) -> Listed:
    """Return the pilot's sample: all judge it, whatever is assigned and has been judged."""
    from screening.team.pilot import NO_SAMPLE, sample_of

    rules = state.protocol.stage(stage)
    if not rules.pilot:
        raise BadInput(
            f"the protocol has no pilot at {stage}.",
            remedy=f"Write pilot = 25 below [screening.{stage}] in protocol.toml.",
        )
    return Listed(list(sample_of(state, events, rules)), NO_SAMPLE)


def _outdated(
    review: Review, state: ReviewState, events: Sequence[Event], reviewer: str, stage: str
) -> Listed:
    from screening.outdated import to_judge_again

    versions, _faults = read_versions(review.decisions)
    keys, again = to_judge_again(state, events, versions, reviewer, stage)
    if not keys:
        raise BadInput(
            f"no decision of {reviewer} at {stage} rests on criteria that have changed.",
            remedy="`sarcat outdated` lists those of all reviewers.",
        )
    return Listed(keys, "no criterion of your decisions has changed", again)


def _second_look(
    review: Review, state: ReviewState, events: Sequence[Event], reviewer: str, stage: str
) -> Listed:
    from screening.ranking.review_ranking import put_high_of  # numpy takes its time to load
    from screening.second_look import check_enough, decisions_of, to_look_at

    decisions = decisions_of(state, events, reviewer, stage)
    check_enough(decisions, reviewer)
    high = put_high_of(review, state, decisions, reviewer, stage)
    keys, again = to_look_at(state, decisions, high, stage)
    why = "nothing you excluded, and have not looked at again, ranks as high as your includes"
    return Listed(keys, why, again, in_order=True)
