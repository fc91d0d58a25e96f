"""A review whose verdicts are sealed, and what is done with it in the tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec import structs

from screening.decision_logs.events import Event, from_line, hash_of, to_line
from screening.decision_logs.logs import read_logs
from screening.decision_logs.sealed_log import open_screening_log
from screening.revealing import reveal_due
from screening.session import decide_one
from screening.state import TITLE_ABSTRACT, load
from search.review import Review

A, B = "reviewer-a.test-sealed", "reviewer-b.test-sealed"
KEYS = [f"pmid:{number}" for number in range(1, 6)]


@pytest.fixture
def sealed(filled: Review) -> Review:
    path = filled.folder / "protocol.toml"
    path.write_text(path.read_text().replace("seed = 7", "seed = 7\nsealed = true"))
    return Review(filled.folder)


def judge(review: Review, who: str, verdicts: dict[str, str]) -> None:
    for key, verdict in verdicts.items():
        decide_one(
            review, key, verdict, who, TITLE_ABSTRACT, "E1" if verdict == "exclude" else None
        )


def reveal(review: Review, who: str, *, every: bool = False) -> int:
    with open_screening_log(review.decisions, who, sealed=True) as log:
        return reveal_due(load(review, log.logs), log, every=every)


def shared(review: Review) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(review.decisions.iterdir())}


def rules(review: Review) -> list[tuple[str, int | None]]:
    return [(fault.rule, fault.line) for fault in read_logs(review.decisions).faults]


def outcomes(review: Review) -> dict[str, str]:
    state = load(review)
    return {name: each.value for name, each in state.outcomes[TITLE_ABSTRACT].items()}


def events_of(review: Review) -> tuple[object, ...]:
    logs = read_logs(review.decisions)
    return logs.events, logs.sealed, outcomes(review)


@pytest.fixture
def revealed(sealed: Review) -> Review:
    for who in ("reviewer-a", "reviewer-b"):
        judge(sealed, who, dict.fromkeys(KEYS[:3], "include"))
    for who in ("reviewer-a", "reviewer-b"):
        assert reveal(sealed, who) == 3
    return sealed


def rewrite(path: Path, change: Callable[[list[Event]], list[Event]]) -> None:
    """Write a log anew as one who knows how: each sum and hash is right."""
    events = change([from_line(line) for line in path.read_text().splitlines()])
    lines, end = [], ""
    for number, event in enumerate(events, start=1):
        lines.append(to_line(structs.replace(event, n=number, prev=end)))
        end = hash_of(lines[-1])
    path.write_text("".join(f"{line}\n" for line in lines))
