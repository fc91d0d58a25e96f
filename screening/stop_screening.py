"""The edge of stopping: a reviewer's order read from a review; a stop logged, or withdrawn."""

from __future__ import annotations

from typing import Any

from screening.decision_logs.events import Act
from screening.decision_logs.judging import check_reviewer
from screening.decision_logs.logs import open_log
from screening.decision_logs.sealed_log import read_with_own
from screening.ending import Order, advice, order_of, rule_in, safe_stages, value_of
from screening.state import TITLE_ABSTRACT, ReviewState, load
from screening.stopping.stop_rules import Advice
from screening.stops import Stop
from screening.team.assigning import to_judge
from search.errors import BadInput
from search.review import Review
from search.words import counted


def look(review: Review, reviewer: str) -> tuple[Order, Advice, ReviewState]:
    """Return a reviewer's order over titles and abstracts, and what the rule says of it."""
    check_reviewer(review.protocol, reviewer)
    return _look(review, reviewer)


def _look(review: Review, reviewer: str) -> tuple[Order, Advice, ReviewState]:
    logs = read_with_own(review.decisions, reviewer)
    state = load(review, logs)
    queue = to_judge(state, reviewer, TITLE_ABSTRACT)
    order = order_of(state, logs.told, queue, reviewer, TITLE_ABSTRACT)
    return order, advice(order, rule_in(review.protocol)), state


def record(review: Review, reviewer: str) -> Order:
    """Log that screening of titles and abstracts stops; BadInput where the rule does not say so."""
    check_reviewer(review.protocol, reviewer)
    with open_log(review.decisions, reviewer) as log:
        order, said, _state = _look(review, reviewer)
        rule = rule_in(review.protocol)
        if not said.stop or rule is None or said.p is None:
            raise BadInput(f"the rule does not say that screening may stop. {said.why}",
                           remedy="Screen on; nothing was logged.")  # fmt: skip
        log.append(Act.STOP, stage=TITLE_ABSTRACT, val=value_of(rule, said.p, order))
        return order


def withdraw(review: Review, reviewer: str) -> Stop:
    """Log that one's own stop is withdrawn; BadInput where there is none."""
    check_reviewer(review.protocol, reviewer)
    with open_log(review.decisions, reviewer) as log:
        stop = load(review, log.logs).stops.get(TITLE_ABSTRACT)
        if stop is None or stop.reviewer != reviewer:
            raise BadInput(f"{reviewer} has no stop in force.")
        log.append(Act.UNDO, stage=TITLE_ABSTRACT, target=stop.event)
        return stop


def document(order: Order, said: Advice, state: ReviewState) -> dict[str, Any]:
    """Return it all as JSON values."""
    left, stop = order.remaining, state.stops.get(TITLE_ABSTRACT)
    return {
        "read": order.read, "total": order.total, "found": len(order.relevant_at),
        "since_last_include": order.in_a_row,
        "stop": said.stop, "p": said.p, "why": said.why,
        "sample": order.sample[0],
        "remaining": {"estimate": left.estimate, "low": left.low, "high": left.high}
        if left else None,
        "safe": [{"stage": words, "reached": reached} for words, reached in safe_stages(order)],
        "stopped": str(stop) if stop else None,
    }  # fmt: skip


def lines(order: Order, said: Advice, state: ReviewState) -> list[str]:
    """Return it all as text."""
    found = document(order, said, state)
    left = order.remaining
    text = [
        f"{order.read} of {order.total} read, {found['found']} included, "
        f"{order.in_a_row} excluded since the last include.",
        f"{'Screening may stop' if said.stop else 'Screen on'}: {said.why}",
        f"Not yet found, from {counted(order.sample[0], 'record')} drawn at random: "
        + (f"{left.estimate:.1f} ({left.low} to {left.high})." if left else "no estimate yet."),
    ]
    text += [f"SAFE, {words}: {'yes' if done else 'no'}" for words, done in safe_stages(order)]
    return text + ([f"Stopped: {found['stopped']}."] if found["stopped"] else [])
