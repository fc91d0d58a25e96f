"""Run a query against Europe PMC and keep what comes, page by page.

Records come with the search itself. Each page is on disk before the next is asked for; keys are
given at the end, when all are known (`intake.assign_keys`).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from search import runs as search_runs
from search.errors import SarcatError
from search.europepmc import FIRST, EuropePmc
from search.europepmc_records import accession_of, record_of
from search.files import only_one, read_json_lines, write_json_lines
from search.intake import assign_keys, finish
from search.records import Record, from_document, to_document
from search.review import Review
from search.run_in_making import UNANSWERED, UNFINISHED, Watch, Work, begin, under_way
from search.runs import SearchRun
from search.source_kinds import Kind
from search.wanted import is_fresh

SOURCE = "europepmc"
_PAGES = "page-*.jsonl.gz"
_UNFINISHED = ("unfinished", "cursor")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of Europe PMC: a query, for a strategy or for another purpose."""

    query: str
    strategy: str | None = None
    kind: Kind = "database"
    database: str = "Europe PMC"
    limits: tuple[str, ...] = ()
    note: str | None = None
    extra: tuple[tuple[str, Any], ...] = ()


def run(review: Review, asked: Asked, client: EuropePmc, watch: Watch) -> SearchRun:
    """Run one search, or take up one that was cut off, and return it as it is kept.

    As `searching.run`: what Europe PMC does not let end is returned as failed or partial.
    """
    review.searches.mkdir(parents=True, exist_ok=True)
    with only_one(review.searches, "another search is running in this review."):
        before = _unfinished(search_runs.read_entries(review.searches), asked)
        if before:
            work = Work(review.searches / before.id, before)
        else:
            work = begin(review.searches, _entry(asked, client), asked.strategy or SOURCE)
        with under_way(work, client):
            try:
                _fetch(work, client, watch)
            except SarcatError:
                _settle(work, review)  # what came counts, whatever did not
                raise
            _settle(work, review)
            work.judge()
            _close(work)
        return finish(work.folder, work.run, review.store_but(work.run.id), set(work.kept.values()))


def count(asked: Asked, client: EuropePmc) -> SearchRun:
    """Ask how many records a query finds. What is returned bears no id: it is not kept."""
    entry = _entry(asked, client)
    try:
        found = client.search(asked.query, size=1)
    except SarcatError as error:
        return replace(entry, problem=str(error))
    return replace(entry, count=found.count, state="ok" if found.count else "empty", problem=None)


def _entry(asked: Asked, client: EuropePmc) -> SearchRun:
    return SearchRun(
        id="",
        state="failed",
        kind=asked.kind,
        source=SOURCE,
        database=asked.database,
        platform="EMBL-EBI",
        interface=f"RESTful web service, {client.service.address}",
        executed_at=search_runs.now(),
        strategy=asked.strategy,
        query=asked.query,
        limits=asked.limits,
        problem=UNANSWERED.format("Europe PMC"),
        tool=search_runs.tool(),
        note=asked.note,
        extra=dict(asked.extra),
    )


def _unfinished(runs: list[SearchRun], asked: Asked) -> SearchRun | None:
    same = [run for run in runs if (run.source, run.strategy, run.query, run.kind)
            == (SOURCE, asked.strategy, asked.query, asked.kind)]  # fmt: skip
    now = datetime.datetime.now(datetime.UTC)
    last = same[-1] if same else None
    return last if last and last.extra.get("unfinished") and is_fresh(last, now) else None


def _fetch(work: Work, client: EuropePmc, watch: Watch) -> None:
    """Fetch page after page until Europe PMC names no further one."""
    cursor = str(work.run.extra.get("cursor", FIRST))
    answer = client.search(work.run.query or "", cursor)
    if work.run.count is None:
        work.run = replace(work.run, count=answer.count)
    with watch(max(0, answer.count - len(work.run.ids))) as advance:
        while answer.results:
            _keep(work, answer.results)
            advance(len(answer.results))
            if answer.next is None or answer.next == cursor:
                break
            cursor = answer.next
            _mark(work, cursor)
            answer = client.search(work.run.query or "", cursor)


def _keep(work: Work, results: tuple[Any, ...]) -> None:
    """Write a page; what is no record is counted, and named by its place."""
    number = sum(1 for _ in work.folder.glob(_PAGES)) + 1
    records = []
    for place, result in enumerate(results, start=1):
        record = record_of(result)
        if record is None:
            work.damaged += 1
            work.warn([f"result {place} of page {number} is no record, and is left out"])
        else:
            records.append(to_document(record))
    write_json_lines(work.folder / f"page-{number:06d}.jsonl.gz", records)
    named = [accession_of(result) or f"page {number}, result {place}"
             for place, result in enumerate(results, start=1)]  # fmt: skip
    work.run = replace(work.run, ids=tuple(dict.fromkeys([*work.run.ids, *named])))


def _mark(work: Work, cursor: str) -> None:
    work.run = replace(work.run, state="partial", problem=UNFINISHED,
                       extra={**work.run.extra, "unfinished": True, "cursor": cursor})  # fmt: skip
    work.save()


def _settle(work: Work, review: Review) -> None:
    """Give what came its keys and write it as the run's records."""

    def staged() -> Iterator[Record]:
        return _staged(work.folder)

    store = review.store_but(work.run.id)
    keyed = list(assign_keys(staged, SOURCE, store))
    if keyed:
        search_runs.write_records(work.folder, keyed)
    ids = dict.fromkeys(work.run.ids)
    for key, record in keyed:
        ids[record.accession or key] = None
        work.kept[record.accession or key] = key
    work.run = replace(work.run, ids=tuple(ids))


def _staged(folder: Path) -> Iterator[Record]:
    """Yield what the pages hold, each once: a page may have been fetched again after a crash."""
    seen: set[str] = set()
    for path in sorted(folder.glob(_PAGES)):
        for document in read_json_lines(path):
            record = from_document(document)
            if record.accession not in seen:
                seen.update(filter(None, (record.accession,)))
                yield record


def _close(work: Work) -> None:
    work.run = replace(work.run, extra={name: value for name, value in work.run.extra.items()
                                        if name not in _UNFINISHED})  # fmt: skip
    for path in work.folder.glob(_PAGES):
        path.unlink()
