"""Which records a reviewer has to judge at a stage, and in which order."""

from __future__ import annotations

from screening.decisions import Outcome, in_force, outcome, settlements
from screening.engine import reviewer_order
from screening.logs import Logs
from search.errors import BadInput
from search.protocol import STAGES, Stage
from search.review import Review


def forwarded(review: Review, logs: Logs) -> set[str]:
    """Return the keys that passed the stage of title and abstract."""
    stage = review.protocol.stage(STAGES[0])
    settled = settlements(logs.events)
    return {
        key
        for (key, name), held in in_force(logs.events).items()
        if name == stage.name
        and outcome(held.values(), settled.get((key, name)), stage) is Outcome.INCLUDED
    }


def check_forwarded(review: Review, stage: Stage, key: str, logs: Logs) -> None:
    """BadInput when a full text is to be judged whose abstract has not passed."""
    if stage.name != STAGES[0] and key not in forwarded(review, logs):
        raise BadInput(f"{key} has not passed title and abstract.",
                       remedy="Screen it at title-abstract first.")  # fmt: skip


def keys_for(review: Review, stage: Stage, reviewer: str, order: str, logs: Logs) -> list[str]:
    """Return the keys of a reviewer's queue; BadInput for an order that is not there."""
    keys = review.store.keys()
    if stage.name != STAGES[0]:
        passed = forwarded(review, logs)
        keys = [key for key in keys if key in passed]
    if order == "added":
        position = {key: at for at, key in enumerate(review.store.keys_as_added())}
        return sorted(keys, key=position.__getitem__)
    if order != "random":
        raise BadInput(f"the order {order!r} is not there yet.", remedy="Use random or added.")
    return reviewer_order(keys, review.protocol.seed, reviewer, stage.name)
