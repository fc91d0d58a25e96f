"""Adjudication: one whom the protocol allows settles what reviewers disagree on (TM-11).

Both verdicts stay as they are; a settlement is an event of its own and counts in no figure of
agreement. Knows nothing of any screen.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from screening.criteria import keep
from screening.decision_logs.decisions import standing
from screening.decision_logs.events import Act, Event, Verdict
from screening.decision_logs.judging import check_reviewer, check_verdict
from screening.decision_logs.logs import Log, open_log
from screening.state import ReviewState, load
from screening.team.conflicts import Conflict, conflicts
from search.errors import BadInput
from search.protocol import Protocol
from search.review import Review


class Settling:
    """The conflicts of a review and their settlement; each is on disk when its method returns."""

    def __init__(self, review: Review, log: Log) -> None:
        self.review = review
        self._log = log
        self._mine = [
            event for event in standing(log.logs.events)
            if event.act == Act.SETTLE and event.who == log.who
        ]  # fmt: skip
        self._read(load(review, log.logs))

    def _read(self, state: ReviewState) -> None:
        self._state = state
        self.open = list(conflicts(state))

    def settle(
        self, conflict: Conflict, verdict: str, reason: str | None = None, note: str | None = None
    ) -> Event:
        """Settle one conflict; BadInput when the protocol does not allow this verdict."""
        protocol = self.review.protocol
        stage = protocol.stage(conflict.stage)
        check_verdict(protocol, stage, verdict, reason, note)
        if verdict == Verdict.MAYBE and stage.maybe_counts_as != "include":
            raise BadInput(
                f"a maybe settles nothing at {stage.name}.", remedy="Include or exclude."
            )
        settled = self._state.settlements
        others = [key for key in conflict.members if (key, stage.name) in settled]
        for key in dict.fromkeys((*others, conflict.key)):  # earlier ones may contradict this one
            event = self._log.append(
                Act.SETTLE, rec=key, stage=stage.name, val=verdict, reason=reason, note=note,
                crit=protocol.criteria_hash,
            )  # fmt: skip
            self._mine.append(event)
        self.open.remove(conflict)
        return event

    def undo(self) -> Event | None:
        """Take back one's own newest settlement, of whatever day; None when there is none."""
        if not self._mine:
            return None
        event = self._mine.pop()
        self._log.append(Act.UNDO, rec=event.rec, stage=event.stage, target=event.eid)
        self._read(load(self.review))
        return event


def check_role(protocol: Protocol, name: str) -> None:
    """Raise BadInput unless the protocol lets this reviewer settle conflicts."""
    if check_reviewer(protocol, name).adjudicates:
        return
    allowed = ", ".join(each.name for each in protocol.reviewers if each.adjudicates)
    raise BadInput(
        f"{name} may not settle conflicts; the protocol allows {allowed or 'nobody'}.",
        remedy="To allow it, write adjudicates = true below the name in protocol.toml.",
    )


@contextmanager
def open_settling(review: Review, name: str) -> Iterator[Settling]:
    """Open the settlement of conflicts by one reviewer."""
    check_role(review.protocol, name)
    with open_log(review.decisions, name) as log:
        keep(review.protocol, review.decisions)
        yield Settling(review, log)
