"""Decisions: the fold of all events into who holds what verdict, and what that comes to.

Pure values: events in, decisions out. The order in which logs are read does not matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Decision:
    """One reviewer's verdict in force on one record at one stage."""

    key: str
    stage: str
    reviewer: str
    verdict: str
    reason: str | None
    note: str | None
    time: str
    event: str
    seen: str | None
    criteria: str | None


class Outcome(StrEnum):
    """Where a record (or a duplicate set) stands at a stage."""

    AWAITING = "awaiting"  # fewer reviewers than the protocol asks for
    INCLUDED = "included"  # forwarded to the next stage, or included at the last
    EXCLUDED = "excluded"
    MAYBE = "maybe"  # unanimous maybe, where the protocol has it talked over
    CONFLICT = "conflict"
