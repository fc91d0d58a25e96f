"""Stops of screening, as they stand in the logs: which rule ended a stage, and after how much."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from screening.decision_logs.decisions import standing
from screening.decision_logs.events import Act, Event


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop in force at a stage."""

    stage: str
    reviewer: str
    time: str
    rule: str
    p: str
    read: str
    total: str
    found: str
    event: str

    def __str__(self) -> str:
        return (
            f"{self.reviewer} stopped on {self.time[:10]} after {self.read} of {self.total} "
            f"records, {self.found} included, by {self.rule}, p = {self.p}"
        )


def stops_of(events: Iterable[Event]) -> dict[str, Stop]:
    """Return the stop in force at each stage: the newest that was not withdrawn."""
    found = {}
    for event in standing(events).of(Act.STOP):
        if event.stage and event.val:
            rule, *named = event.val.split(" ")
            values = dict(part.partition("=")[::2] for part in named)
            p, read, total, count = (
                values.get(name, "?") for name in ("p", "read", "total", "found")
            )
            found[event.stage] = Stop(
                event.stage, event.who, event.t, rule, p, read, total, count, event.eid
            )
    return found
