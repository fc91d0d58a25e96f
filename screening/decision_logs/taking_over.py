"""Take over votes of other programs: read from imports, written into the reviewers' logs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from screening.decision_logs.decisions import in_force
from screening.decision_logs.events import Act
from screening.decision_logs.judging import check_stage
from screening.decision_logs.logs import read_logs
from screening.decision_logs.other_programs import (
    Taken,
    read_names,
    summary,
    taken,
    users_of,
    values_of,
)
from screening.decision_logs.sealed_log import open_screening_log
from search.errors import BadInput
from search.review import Review
from search.runs import SearchRun, read_entries, read_records

_WAIT = 2.0  # seconds for another process to leave a log


@dataclass(frozen=True)
class Found:
    """The votes that imports brought: by run and user, and what would become of each."""

    users: dict[str, dict[str, int]]
    votes: Sequence[Taken]

    @property
    def summary(self) -> list[dict[str, Any]]:
        """Return how many of whom, and what became of them."""
        return summary(self.votes)


def look(review: Review, run: str | None, names: Iterable[str], stage: str) -> Found:
    """Return the votes of one import, or of all; BadInput where the run or a name is none."""
    check_stage(review.protocol, stage)
    given = read_names(names, review.protocol)
    events = read_logs(review.decisions).events
    held = {place: set(by) for place, by in in_force(events).items()}
    users: dict[str, dict[str, int]] = {}
    votes: list[Taken] = []
    for each in _runs(review, run):
        keyed = list(read_records(review.searches / each.id))
        counted = users_of(record for _, record in keyed)
        if counted:
            users[each.id] = dict(counted.most_common())
            votes += taken(each, keyed, given, review.protocol, stage, held)
    return Found(users, votes)


def _runs(review: Review, id: str | None) -> list[SearchRun]:
    runs = [run for run in read_entries(review.searches) if run.file]
    if id is None:
        return runs
    chosen = [run for run in runs if run.id == id]
    if not chosen:
        known = ", ".join(run.id for run in runs) or "none"
        raise BadInput("no import has this id.", where=repr(id), remedy=f"Imports: {known}.")
    return chosen


def log_votes(review: Review, votes: Iterable[Taken]) -> int:
    """Log votes as their reviewers' decisions; returns how many. Each is on disk before the next.

    They go into a log of their own, REVIEWER.PROGRAM, and bear no hash of our criteria, since they
    were made by others. A vote that was held back is left out.
    """
    by_log: dict[tuple[str, str], list[Taken]] = defaultdict(list)
    for vote in votes:
        if not vote.held_back:
            by_log[vote.who, vote.program].append(vote)
    written = 0
    for (who, program), theirs in sorted(by_log.items()):
        records = {each.key: each for each in review.store.records([vote.key for vote in theirs])}
        sealed = review.protocol.sealed
        with open_screening_log(review.decisions, who, program, sealed=sealed, wait=_WAIT) as log:
            for vote in theirs:
                if vote.key in records:
                    log.append(Act.DECIDE, seen=records[vote.key].seen, **values_of(vote))
                    written += 1
    return written
