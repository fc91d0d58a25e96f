"""Stopping before everything is read: what a reviewer's order says, and the decision to stop.

Pure. Nothing is excluded by it: what nobody has judged is *not screened*, and the flow says by
which rule, with which p. A stop is an event of its own, and can be withdrawn. The rule stands in
the protocol before screening begins; the event keeps by which one it was taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from screening.decision_logs.decisions import standing
from screening.decision_logs.events import PILOT, Act, Event, Verdict
from screening.ranking.ranking import DRAWN, Lot, sample_of
from screening.review_state import ReviewState
from screening.stopping.stop_rules import LEAST_FOUND, Advice, Rule, ask, rule_of

if TYPE_CHECKING:
    from screening.stopping.stopping import Remaining
    from search.protocol import Protocol

STRAY = 0.05  # of a reviewer's decisions may come from outside the ranked order
SAFE_SAMPLE, SAFE_READ, SAFE_ROW = 0.01, 0.1, 50


def value_of(rule: Rule, p: float, order: Order) -> str:
    """Return what the event of a stop holds."""
    return (
        f"{rule.name}:{float(rule.target):g}:{float(rule.confidence):g} p={p:.4g} "
        f"read={order.read} total={order.total} found={len(order.relevant_at)}"
    )


# --- one reviewer's order ----------------------------------------------------------------------


@dataclass(frozen=True)
class Order:
    """What one reviewer judged at a stage, in the order of judging; places count from 1.

    ``since`` is how many decisions were made before the newest records came in: those say nothing
    of these. ``stray`` is how many records did not come up by the ranking.
    """

    total: int
    read: int
    relevant_at: tuple[int, ...]
    since: int
    stray: int
    sample: tuple[int, int]  # of all records at random, and how many of it are relevant
    known: int  # papers that the protocol names, in this queue
    known_found: int

    @property
    def in_a_row(self) -> int:
        """Return how many were excluded since the last that was not."""
        return self.read - max(self.relevant_at, default=0)

    @property
    def remaining(self) -> Remaining | None:
        """Return how many relevant records may be among the unread, from the random sample."""
        from screening.stopping.stopping import remaining

        size, relevant = self.sample
        return remaining(self.total, len(self.relevant_at), size, relevant)


def order_of(
    state: ReviewState, events: Iterable[Event], queue: Iterable[str], reviewer: str, stage: str
) -> Order:
    """Return one reviewer's order over the sets of his queue."""
    protocol, names = state.protocol, frozenset(queue)
    judged: dict[str, Event] = {}
    first: dict[str, Event] = {}
    for event in standing(events):
        name = state.duplicates.representative_of(event.rec or "")
        if (event.act, event.who, event.stage) == (Act.DECIDE, reviewer, stage) and name in names:
            judged[name] = event  # a dict keeps the place of the first decision
            first.setdefault(name, event)
            if event.val is None:  # under seal on another device of the reviewer's
                del judged[name]
    came = state.came_at
    newest = max((came[name] for name in names), default="")
    drawing = Lot(protocol.random_share, protocol.seed, reviewer, stage).order(names)
    verdicts = {name: event.val or "" for name, event in judged.items()}
    drawn = {name for name, event in first.items() if event.how == DRAWN}
    known = {state.find(each) for each in protocol.known} & names
    return Order(
        total=len(names),
        read=len(judged),
        relevant_at=tuple(
            at for at, each in enumerate(verdicts.values(), start=1) if each != Verdict.EXCLUDE
        ),
        since=sum(event.t < newest for event in first.values()),
        stray=sum(event.how in (None, PILOT) for event in first.values()),
        sample=sample_of(drawing, verdicts, drawn),
        known=len(known),
        known_found=sum(verdicts.get(name or "", Verdict.EXCLUDE) != Verdict.EXCLUDE
                        for name in known),
    )  # fmt: skip


def rule_in(protocol: Protocol) -> Rule | None:
    """Return the rule that the protocol sets."""
    found = protocol.stopping
    return rule_of(f"{found.rule}:{found.target}:{found.confidence}") if found else None


def why_off(order: Order, rule: Rule | None) -> str | None:
    """Return why no rule can be asked here, None where its assumptions hold (ST-02, ST-03)."""
    if rule is None:
        return "the protocol sets no rule; one is set before screening begins."
    if not order.read:
        return "nothing has been judged yet."
    if order.stray > STRAY * order.read:
        return (
            f"{order.stray} of {order.read} records did not come up by the ranking: the rule is "
            "about an order in which the likely ones come first."
        )
    if len(order.relevant_at) < LEAST_FOUND:
        return f"{len(order.relevant_at)} includes are known; the rule needs {LEAST_FOUND}."
    return None


def advice(order: Order, rule: Rule | None) -> Advice:
    """Say whether to stop, and why; where the rule is off, why that is."""
    off = why_off(order, rule)
    if off or rule is None:
        return Advice(False, None, f"The rule is off: {off}")
    return ask(rule, order.relevant_at, order.read, order.total, since=order.since)


def safe_stages(order: Order) -> Iterator[tuple[str, bool]]:
    """Give the stages of SAFE with whether each is reached (Boetje and van de Schoot 2024).

    doi 10.1186/s13643-024-02502-7; with the numbers that are widely used. It promises nothing. The
    stage with another model is left out: there is none to go on with.
    """
    sample, least = order.sample[0], max(1, round(SAFE_SAMPLE * order.total))
    yield f"random: {sample} of {least} records judged that were drawn by lot", sample >= least
    found = f"{order.known_found} of {order.known} known papers included"
    part = order.read / order.total if order.total else 1.0
    yield (
        f"ranked: {found}, {part:.0%} read, {order.in_a_row} in a row excluded",
        order.known_found == order.known and part >= SAFE_READ and order.in_a_row >= SAFE_ROW,
    )
