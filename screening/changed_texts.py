"""Decisions that were made on a text that has changed since, told without their verdicts.

A refresh of the records names them (`sarcat search --refresh`). Verdicts are left out: who reads
the list may still have to judge the record without sight of what another said.
"""

from __future__ import annotations

from typing import Any

from screening.decision_logs.decisions import Decision, in_force, settlements, stale
from screening.decision_logs.logs import read_logs
from search.review import Review


def on_changed_texts(review: Review) -> list[dict[str, Any]]:
    """Return who judged which record at which stage, and when, on words that are others now."""
    events = read_logs(review.decisions).events
    held = [each for by_reviewer in in_force(events).values() for each in by_reviewer.values()]
    settled = list(settlements(events).values())
    keys = sorted({each.key for each in (*held, *settled)})
    seen_now = {record.key: record.seen for record in review.store.records(keys)}
    return [
        *(_values(each, settled=False) for each in stale(held, seen_now)),
        *(_values(each, settled=True) for each in stale(settled, seen_now)),
    ]


def _values(decision: Decision, *, settled: bool) -> dict[str, Any]:
    return {"key": decision.key, "stage": decision.stage, "reviewer": decision.reviewer,
            "time": decision.time, "settled": settled}  # fmt: skip
