"""What changed in the review as a whole since a day: searches, records, screening, catalogue."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalogue.history import changes
from catalogue.history.changes import EntryChange
from screening.decision_logs.decisions import Outcome
from screening.decision_logs.events import Event
from screening.state import ReviewState, state_of
from search.runs import SearchRun
from search.words import counted


@dataclass(frozen=True)
class ReviewChanges:
    """What came and what was decided since a day; sets are named by their first record's key.

    ``reached`` gives for each stage and outcome the duplicate sets that stand there now and did
    not before. Only outcomes show, never who judged how: a set that waits for a second reviewer
    has none. ``entries`` is None where the catalogue's earlier versions cannot be read, and
    ``unread`` then says why.
    """

    since: datetime.date
    searches: tuple[SearchRun, ...]
    records: tuple[str, ...]
    reached: Mapping[str, Mapping[Outcome, tuple[str, ...]]]
    judged: int
    entries: tuple[EntryChange, ...] | None
    unread: str | None = None


def changes_of(
    state: ReviewState,
    events: Iterable[Event],
    since: datetime.date,
    entries: Iterable[EntryChange] | None,
    unread: str | None = None,
) -> ReviewChanges:
    """Compare a review with itself as it was at the beginning of a day (UTC)."""
    events = list(events)
    start = since.isoformat()
    older = [run for run in state.runs if run.executed_at < start]
    known = {key for run in older for key in state.keys_by_run.get(run.id, ())}
    before = state_of(
        state.protocol,
        older,
        {run.id: state.keys_by_run.get(run.id, ()) for run in older},
        state.duplicates,
        [event for event in events if event.t < start],
    )
    return ReviewChanges(
        since=since,
        searches=tuple(run for run in state.runs if run.executed_at >= start),
        records=tuple(name for name, members in state.members.items() if not known & set(members)),
        reached={stage: _reached(before, state, stage) for stage in state.outcomes},
        judged=sum(event.t >= start for event in events),
        entries=None if entries is None else tuple(entries),
        unread=unread,
    )


_SHOWN = (Outcome.INCLUDED, Outcome.EXCLUDED, Outcome.MAYBE, Outcome.CONFLICT)


def _reached(
    before: ReviewState, now: ReviewState, stage: str
) -> dict[Outcome, tuple[str, ...]]:  # fmt: skip
    past = before.outcomes[stage]
    return {
        outcome: tuple(
            name
            for name, found in now.outcomes[stage].items()
            if found is outcome and past.get(name) is not outcome
        )
        for outcome in _SHOWN
    }


def to_document(found: ReviewChanges) -> dict[str, Any]:
    """Return the changes as JSON values."""
    entries = None if found.entries is None else [changes.to_document(e) for e in found.entries]
    return {
        "since": found.since.isoformat(),
        "searches": [
            {"id": run.id, "state": run.state, "database": run.database,
             "executed_at": run.executed_at, "parsed": run.parsed, "new": run.new}
            for run in found.searches
        ],
        "records": list(found.records),
        "judgements": found.judged,
        "screening": {
            stage: {outcome.value: list(names) for outcome, names in outcomes.items()}
            for stage, outcomes in found.reached.items()
        },
        "catalogue": entries,
        "catalogue_unread": found.unread,
    }  # fmt: skip


def lines(found: ReviewChanges) -> Iterator[str]:
    """Give the changes as text for the terminal."""
    yield f"Since {found.since}:"
    for run in found.searches:
        yield f"  search {run.id} ({run.database}): {run.state}, {run.new} new records"
    yield f"  {len(found.records)} new publications, {found.judged} judgements"
    for stage, outcomes in found.reached.items():
        for outcome, names in outcomes.items():
            if names:
                yield f"  {len(names)} now {outcome.value} at {stage}"
    if found.entries is None:
        yield f"  catalogue: {found.unread}"
        return
    yield f"  {counted(len(found.entries), 'entry', 'entries')} of the catalogue changed" + (
        ":" if found.entries else "."
    )
    yield from (f"    {line}" for line in changes.lines(found.entries))
