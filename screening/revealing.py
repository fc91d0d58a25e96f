"""When the lines of a sealed log are shared: as soon as they can tell nobody anything too early."""

from __future__ import annotations

from collections.abc import Iterable

from screening.decision_logs.events import Event
from screening.decision_logs.logs import Log
from screening.decision_logs.sealed_log import SealedLog
from screening.journal import is_blinded
from screening.state import ReviewState


def due(state: ReviewState, lines: Iterable[Event]) -> int:
    """Return how many lines of a log, from its first, may be shared.

    They are shared in the order in which they were written, so that their chain can be checked: up
    to the first that judges a record which has not all its reviewers yet, sealed ones counted.
    """
    count = 0
    for event in lines:
        if is_blinded(state, event):
            break
        count += 1
    return count


def reveal_due(state: ReviewState, log: Log, *, every: bool = False) -> int:
    """Share what is due of a log, or with ``every`` all of it; returns how many lines were new."""
    if not isinstance(log, SealedLog):
        return 0
    return log.reveal(len(log.own) if every else due(state, log.own))
