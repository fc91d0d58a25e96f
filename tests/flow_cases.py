"""Small reviews of our own making, for the tests of sets, state, flow, status and explain."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count
from pathlib import Path

from screening.decision_logs.events import Event
from screening.dedupe.sets import DuplicateSet, DuplicateSets
from screening.state import ReviewState, state_of
from search import runs as search_runs
from search.intake import assign_keys, finish
from search.protocol import Criterion, Protocol, Reviewer, Stage
from search.records import OFFLINE_CORPUS, Record, StoredRecord
from search.review import Review
from search.runs import SearchRun, State
from search.source_kinds import Kind

PROTOCOL_TOML = """
title = "Registries of one tumour"
question = "Which registries are there?"

[[strategies]]
id = "main"
source = "pubmed"
query = "sarcoma registry"

[[criteria.include]]
code = "I1"
text = "describes a sarcoma database"

[[criteria.exclude]]
code = "E1"
text = "no database described"

[[criteria.exclude]]
code = "E2"
text = "not sarcoma"

[screening.title-abstract]
reviewers = {reviewers}

[screening.full-text]
reviewers = {reviewers}

[[reviewers]]
name = "reviewer-a"

[[reviewers]]
name = "reviewer-b"
adjudicates = true
"""


def protocol(reviewers: int = 2, maybe: str = "include") -> Protocol:
    return Protocol(
        title="Registries of one tumour",
        question="Which registries are there?",
        known=(),
        strategies=(),
        inclusion=(Criterion("I1", "describes a sarcoma database"),),
        exclusion=(Criterion("E1", "no database described"), Criterion("E2", "not sarcoma")),
        stages=(
            Stage("title-abstract", reviewers, maybe),
            Stage("full-text", reviewers, maybe, reason_required=True),
        ),
        reviewers=(Reviewer("reviewer-a"), Reviewer("reviewer-b", adjudicates=True)),
        seed=1,
        order="random",
    )


def run(
    id: str,
    kind: Kind = "database",
    *,
    database: str = "PubMed",
    source: str = "pubmed",
    at: str = "2026-11-01T10:00:00Z",
    state: State = "ok",
    strategy: str | None = None,
    problem: str | None = None,
) -> SearchRun:
    return SearchRun(
        id=id, state=state, kind=kind, source=source, database=database, executed_at=at,
        strategy=strategy, problem=problem,
    )  # fmt: skip


OFFLINE = OFFLINE_CORPUS


def stored(key: str, **fields: object) -> StoredRecord:
    return StoredRecord(key, Record(**fields))  # type: ignore[arg-type]


def sets_of(*groups: Iterable[str]) -> DuplicateSets:
    """Duplicate sets as given, the first key of each being the representative."""
    sets = [DuplicateSet(keys[0], keys, ()) for keys in map(tuple, groups)]
    return DuplicateSets(tuple(sorted(sets, key=lambda each: each.representative)))


_numbers = count(1)


def event(who: str, act: str, rec: str | None = None, **values: object) -> Event:
    """An event later than any made before."""
    number = next(_numbers)
    return Event(
        eid=f"{number:08d}", n=number, prev="", who=who, dev="d", t="2026-11-02T10:00:00Z",
        lc=number, act=act, rec=rec, **values,  # type: ignore[arg-type]
    )  # fmt: skip


def decide(
    who: str, rec: str, verdict: str, stage: str = "title-abstract", reason: str | None = None
) -> Event:
    return event(f"reviewer-{who}", "decide", rec, stage=stage, val=verdict, reason=reason)


def both(rec: str, verdict: str, stage: str = "title-abstract", reason: str | None = None) -> list:
    return [decide(who, rec, verdict, stage, reason) for who in "ab"]


def state(
    keys_by_run: Iterable[tuple[SearchRun, Iterable[str]]],
    events: Iterable[Event] = (),
    sets: DuplicateSets | None = None,
    *,
    reviewers: int = 2,
    maybe: str = "include",
) -> ReviewState:
    pairs = list(keys_by_run)
    return state_of(
        protocol(reviewers, maybe),
        [each for each, _ in pairs],
        {each.id: frozenset(keys) for each, keys in pairs},
        sets or DuplicateSets(),
        events,
    )


def review_folder(folder: Path, reviewers: int = 2) -> Review:
    """A review without records."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "protocol.toml").write_text(
        PROTOCOL_TOML.replace("{reviewers}", str(reviewers)), "utf-8"
    )
    return Review(folder)


def take_in(review: Review, label: str, records: list[Record], **values: object) -> SearchRun:
    """Take records into a review as one run of the given kind, source and database."""
    given = {"kind": "database", "source": "pubmed", "database": "PubMed", "state": "ok",
             "executed_at": "2026-11-01T10:00:00Z", **values}  # fmt: skip
    id, folder = search_runs.start(review.searches, label, str(given["executed_at"]))
    entry = SearchRun(id=id, **given)  # type: ignore[arg-type]
    keyed = list(assign_keys(lambda: records, str(given["source"]), review.store))
    search_runs.write_records(folder, keyed)
    return finish(folder, entry, review.store, {key for key, _ in keyed})
