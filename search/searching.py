"""Run a strategy against PubMed and keep what comes, batch by batch (PRISMA-S).

A run's entry says "partial, not finished" from the moment its ids are known until its end: a crash
at any time leaves a run that is honest about itself, and that the next call takes up.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from search import runs as search_runs
from search.errors import BadInput, SarcatError
from search.intake import finish
from search.protocol import Protocol, Strategy
from search.pubmed import PubMed
from search.reading import Reading
from search.records import OFFLINE_CORPUS, PUBMED, Record, key_of
from search.review import Review
from search.runs import SearchRun
from search.strategies import query_of, since

BATCH = 400  # records a request
OVERLAP = datetime.timedelta(days=3)  # an update looks back this far behind the last search
UNFINISHED = "not finished: the search was interrupted"
Advance = Callable[[int, int], None]  # (records of this batch, records in all)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One search to run: a strategy and the query as it is sent."""

    strategy: Strategy
    query: str
    updates: str | None = None  # the run whose date an update begins at


def chosen(protocol: Protocol, name: str | None) -> list[Strategy]:
    """Return the strategy of that id, or all; BadInput when there is none."""
    if name is None:
        if not protocol.strategies:
            raise BadInput("the protocol has no strategy.", where="protocol.toml",
                           remedy="Add one under [[strategies]].")  # fmt: skip
        return list(protocol.strategies)
    strategy = protocol.strategy(name)
    if strategy is None:
        known = ", ".join(each.id for each in protocol.strategies) or "none"
        raise BadInput(f"the protocol has no strategy {name!r}.", remedy=f"It has: {known}.")
    return [strategy]


def wanted(strategy: Strategy, from_date: str | None, runs: Sequence[SearchRun]) -> Wanted:
    """Return the search for a strategy, limited to what is new since ``from_date`` ("last")."""
    query = query_of(strategy)
    if from_date is None:
        return Wanted(strategy, query)
    before = None
    if from_date == "last":
        done = [run for run in runs if run.strategy == strategy.id and run.state in ("ok", "empty")]
        if not done:
            raise BadInput(f"strategy {strategy.id!r} has no finished run yet.",
                           remedy="Run it once without --since.")  # fmt: skip
        before = done[-1].id
        day = datetime.date.fromisoformat(done[-1].executed_at[:10]) - OVERLAP
    else:
        day = _day(from_date)
    return Wanted(strategy, since(query, day.strftime("%Y/%m/%d")), before)


def _day(text: str) -> datetime.date:
    try:
        day = datetime.date.fromisoformat(text.replace("/", "-"))
    except ValueError:
        raise BadInput(f"{text!r} is no date.", where="--since",
                       remedy='Write YYYY-MM-DD, or "last".') from None  # fmt: skip
    if day > datetime.datetime.now(datetime.UTC).date():
        raise BadInput(f"{text} lies in the future.", where="--since", remedy="Give a past date.")
    return day


def run(review: Review, want: Wanted, client: PubMed, advance: Advance) -> SearchRun:
    """Run one search, or take up one that was cut off, and return it as it is kept.

    A search that fails is kept as failed or partial with its cause; it raises only what is not the
    service's doing (a full disk, Ctrl-C).
    """
    store = review.store
    unfinished = _unfinished(review, want)
    if unfinished:
        current, folder = unfinished, review.searches / unfinished.id
    else:
        executed_at = search_runs.now()
        name, folder = search_runs.start(review.searches, want.strategy.id, executed_at)
        current = _begin(name, executed_at, want, client)
    kept: list[str] = []
    parsed = 0
    try:
        if not unfinished:
            current = _ask(current, want, client, folder)
        kept = [key for key, _ in search_runs.read_records(folder)]
        for batch, keys, records in _batches(current, client, folder, kept):
            kept.extend(keys)
            parsed += records
            advance(batch, len(current.ids))
        current = _judged(replace(current, parsed=len(set(kept))), kept)
    except SarcatError as error:
        # The error's own words say what to do; only its place is ours.
        current = replace(
            current,
            state="partial" if kept else "failed",
            problem=str(error),
            fetched=len(set(kept)),
            parsed=len(set(kept)),
            missing=tuple(_missing(current, kept)),
            extra={"unfinished": True} if current.ids else {},
        )
    return finish(folder, current, store, kept)


def _unfinished(review: Review, want: Wanted) -> SearchRun | None:
    """Return the last run of the same query, if it was cut off while fetching."""
    same = [run for run in review.store.runs()
            if run.strategy == want.strategy.id and run.query == want.query]  # fmt: skip
    last = same[-1] if same else None
    return last if last and last.ids and last.extra.get("unfinished") else None


def _begin(name: str, executed_at: str, want: Wanted, client: PubMed) -> SearchRun:
    return SearchRun(
        id=name,
        state="failed",
        kind="database",
        source=PUBMED,
        database="PubMed",
        platform="NCBI",
        interface=f"E-utilities, {client.service.address}",
        executed_at=executed_at,
        strategy=want.strategy.id,
        query=want.query,
        limits=tuple(limit.text for limit in want.strategy.limits),
        tool=search_runs.tool(),
        extra={"updates": want.updates} if want.updates else {},
    )


def _ask(current: SearchRun, want: Wanted, client: PubMed, folder: Path) -> SearchRun:
    """Ask what the query finds, and write it down before the first record is fetched."""
    found = client.search(want.query)
    current = _named(replace(current, count=found.count, translation=found.translation,
                             warnings=found.warnings), client)  # fmt: skip
    ids = tuple(client.all_ids(want.query, found))
    current = replace(current, ids=ids, state="partial", problem=UNFINISHED,
                      extra={**current.extra, "unfinished": True})  # fmt: skip
    search_runs.write_entry(folder, current)
    return current


def _named(current: SearchRun, client: PubMed) -> SearchRun:
    """Name a server that answers in PubMed's place for what it says it is."""
    if client.stand_in is None:
        return current
    return replace(current, source=OFFLINE_CORPUS, database=client.stand_in, platform=None,
                   interface="E-utilities, as the built-in server answers them")  # fmt: skip


def _batches(
    current: SearchRun, client: PubMed, folder: Path, kept: Sequence[str]
) -> Iterator[tuple[int, list[str], int]]:
    """Fetch what is not yet kept; each batch is on disk before it is given out."""
    have = {key.removeprefix("pmid:") for key in kept}
    todo = [pmid for pmid in current.ids if pmid not in have]
    number = sum(1 for _ in folder.glob("records*.jsonl.gz"))
    for at in range(0, len(todo), BATCH):
        asked = todo[at : at + BATCH]
        records = _read(client.fetch(asked), set(asked))
        keyed = [(key_of(record, current.source), record) for record in records]
        number += 1
        search_runs.write_records(folder, keyed, batch=number)
        yield len(asked), [key for key, _ in keyed], len(records)


def _read(body: bytes, asked: set[str]) -> list[Record]:
    """Return the records of a page, each PMID once in its highest version."""
    from search.pubmed_xml import records

    reading = Reading("pubmed-xml")
    best: dict[str, Record] = {}
    for record in records(io.BytesIO(body), reading):
        before = best.get(record.pmid or "")
        if record.pmid in asked and (before is None or
                                     (record.version or 0) > (before.version or 0)):  # fmt: skip
            best[record.pmid or ""] = record
    if reading.begun > reading.parsed:
        first = reading.problems[0].text if reading.problems else "a record is damaged"
        raise SarcatError(f"a page of records could not be read whole: {first}.",
                          remedy="Run the command again.")  # fmt: skip
    return list(best.values())


def _missing(current: SearchRun, kept: Sequence[str]) -> list[str]:
    have = {key.removeprefix("pmid:") for key in kept}
    return [pmid for pmid in current.ids if pmid not in have]


def _judged(current: SearchRun, kept: Sequence[str]) -> SearchRun:
    """Say how a run ended that was fetched to its end: the three numbers agree, or why not."""
    missing = tuple(_missing(current, kept))
    count = current.count or 0
    problem = None
    if len(current.ids) != count:
        problem = f"PubMed counted {count} records but named {len(current.ids)}"
    elif missing:
        problem = f"PubMed named {len(missing)} records that it did not send"
    extra = {name: value for name, value in current.extra.items() if name != "unfinished"}
    return replace(
        current,
        state="partial" if problem else "ok" if count else "empty",
        problem=problem,
        fetched=len(set(kept)),
        missing=missing,
        extra=extra,
    )
