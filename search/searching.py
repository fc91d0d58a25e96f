"""Run a strategy against PubMed and keep what comes, batch by batch (PRISMA-S).

A run has its entry from its first moment, and the entry is true at every one: "failed" until
PubMed has named what it found, "partial, not finished" from then until the end. A crash leaves a
run that is honest about itself, and that the next call takes up.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from search import runs as search_runs
from search.errors import SarcatError
from search.eutils import Found
from search.files import only_one
from search.intake import finish
from search.pages import fetch_page
from search.pubmed import PubMed
from search.records import OFFLINE_CORPUS, PUBMED, key_of
from search.review import Review
from search.runs import SearchRun
from search.wanted import Wanted, unfinished

UNFINISHED = "not finished: the search was interrupted"
UNANSWERED = "not finished: the search was interrupted before PubMed had answered"
_SAVED_EVERY = 20  # batches: how far a crash leaves the entry's numbers behind the records
_NAMED = 10  # how many missing ids a sentence names

Advance = Callable[[int], None]
# Given how many records are to be fetched, shows how far it is; see `console.progress`.
Watch = Callable[[int], AbstractContextManager[Advance]]


@dataclass
class _Work:
    """A run in the making: its entry so far, and the PMIDs that are kept."""

    folder: Path
    run: SearchRun
    kept: dict[str, str] = field(default_factory=dict)  # PMID to key
    damaged: int = 0
    batches: int = 0

    def note(self, **changes: Any) -> None:
        """Change the entry, and bring its numbers up to what is kept."""
        self.run = replace(
            self.run,
            **changes,
            fetched=len(self.kept) + self.damaged,
            parsed=len(self.kept),
            missing=tuple(pmid for pmid in changes.get("ids", self.run.ids)
                          if pmid not in self.kept),
        )  # fmt: skip

    def warn(self, texts: list[str]) -> None:
        """Add warnings, each once."""
        self.note(warnings=tuple(dict.fromkeys([*self.run.warnings, *texts])))

    def save(self) -> None:
        """Write the entry as it is now."""
        search_runs.write_entry(self.folder, self.run)


def run(review: Review, want: Wanted, client: PubMed, watch: Watch) -> SearchRun:
    """Run one search, or take up one that was cut off, and return it as it is kept.

    A search that PubMed does not let end is kept as failed or partial with its cause and returned;
    what is raised is not the service's doing (a full disk, Ctrl-C), and what was fetched is kept.
    """
    review.searches.mkdir(parents=True, exist_ok=True)
    with only_one(review.searches, "another search is running in this review."):
        review.store.sync(review.searches)
        before = unfinished(review.store.runs(), want, datetime.datetime.now(datetime.UTC))
        work = _take_up(review, before) if before else _begin(review, want, client)
        try:
            if before:
                client.search(want.query, ids=0)  # which server is it?
                if _source(client) != before.source:
                    work, before = _begin(review, want, client), None
            if not before:
                _list(work, want, client)
            _fetch(work, client, watch)
            _judge(work)
        except SarcatError as error:
            _broken_off(work, str(error))
        except BaseException:
            work.note()
            with suppress(OSError):  # on a full disk the entry from before stands, and is honest
                work.save()
            raise
        return finish(work.folder, work.run, review.store, work.kept.values())


# --- beginning ---------------------------------------------------------------------------------


def _begin(review: Review, want: Wanted, client: PubMed) -> _Work:
    executed_at = search_runs.now()
    id, folder = search_runs.start(review.searches, want.strategy.id, executed_at)
    work = _Work(folder, _entry(want, client, id, executed_at))
    work.save()
    return work


def _entry(want: Wanted, client: PubMed, id: str, executed_at: str) -> SearchRun:
    return SearchRun(
        id=id,
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
        problem=UNANSWERED,
        tool=search_runs.tool(),
        extra={"whole": want.whole} | ({"updates": want.updates} if want.updates else {}),
    )


def _take_up(review: Review, before: SearchRun) -> _Work:
    """Take up a run at what it lacks; what is on disk counts, not what its entry says."""
    folder = review.searches / before.id
    work = _Work(folder, before, batches=sum(1 for _ in folder.glob("records-*.jsonl.gz")))
    for key, record in search_runs.read_records(folder):
        if record.pmid:
            work.kept[record.pmid] = key
    return work


def _source(client: PubMed) -> str:
    return OFFLINE_CORPUS if client.stand_in else PUBMED


def _named(begun: SearchRun, client: PubMed) -> SearchRun:
    """Name a server that answers in PubMed's place for what it says it is."""
    if client.stand_in is None:
        return begun
    return replace(begun, source=OFFLINE_CORPUS, database=client.stand_in, platform=None,
                   interface="E-utilities, as the built-in server answers them")  # fmt: skip


# --- asking ------------------------------------------------------------------------------------


def count(want: Wanted, client: PubMed) -> SearchRun:
    """Ask how many records a search finds. What is returned bears no id: it is not kept."""
    entry = _entry(want, client, "", search_runs.now())
    try:
        found = client.search(want.query, ids=0)
    except SarcatError as error:
        return replace(entry, problem=str(error))
    return replace(_answered(entry, client, found), state="ok" if found.count else "empty",
                   problem=None)  # fmt: skip


def _answered(entry: SearchRun, client: PubMed, found: Found) -> SearchRun:
    """Return the entry with what PubMed said of the search."""
    warnings = found.warnings
    if not found.count and found.dropped:
        warnings += ("nothing was found, but terms were left out: this 0 may not be true",)
    said = {
        "translations": [list(pair) for pair in found.translations],
        "webenv": found.webenv,
        "query_key": found.query_key,
    }
    return replace(
        _named(entry, client),
        count=found.count,
        translation=found.translation,
        warnings=warnings,
        extra={**entry.extra, **said},
    )


def _list(work: _Work, want: Wanted, client: PubMed) -> None:
    """Write down what the query finds before the first record is fetched."""
    found = client.search(want.query)
    work.run = _answered(work.run, client, found)
    ids = tuple(client.all_ids(want.query, found))
    work.note(ids=ids, state="partial", problem=UNFINISHED,
              extra={**work.run.extra, "unfinished": True})  # fmt: skip
    work.save()


def _fetch(work: _Work, client: PubMed, watch: Watch) -> None:
    """Fetch what is not yet kept; each batch is on disk before the next is asked for."""
    left = list(work.run.missing)
    with watch(len(left)) as advance:
        while left:
            asked, left = left[: client.page], left[client.page :]
            page = fetch_page(client, asked)
            if _source(client) != work.run.source:
                raise SarcatError("another server answers now than at the beginning.",
                                  remedy="Run the command again.")  # fmt: skip
            keyed = {pmid: key_of(record, work.run.source) for pmid, record in page.got.items()}
            if keyed:
                search_runs.write_records(
                    work.folder, zip(keyed.values(), page.got.values(), strict=True),
                    batch=work.batches + 1,
                )  # fmt: skip
                work.batches += 1
            work.kept |= keyed
            work.damaged += page.damaged
            work.warn(page.warnings)
            if work.batches % _SAVED_EVERY == 0:
                work.save()
            advance(len(asked))


# --- ending ------------------------------------------------------------------------------------


def _judge(work: _Work) -> None:
    """Say how a run ended that was fetched to its end: the three numbers agree, or why not."""
    work.note()
    run, counted = work.run, work.run.count or 0
    problems = []
    if len(run.ids) < counted:
        problems.append(f"PubMed counted {counted} records but named only {len(run.ids)}")
    if run.missing:
        names = ", ".join(run.missing[:_NAMED]) + (" …" if len(run.missing) > _NAMED else "")
        damaged = f" ({work.damaged} came damaged)" if work.damaged else ""
        problems.append(f"PubMed named {len(run.ids)} records and did not send {len(run.missing)} "
                        f"of them{damaged}: {names}")  # fmt: skip
    if len(run.ids) > counted:
        work.warn([f"PubMed counted {counted} records, and named {len(run.ids)} a little later"])
    work.note(
        state="partial" if problems else "ok" if run.ids else "empty",
        problem="; ".join(problems) + "." if problems else None,
        extra={name: value for name, value in run.extra.items() if name != "unfinished"},
    )


def _broken_off(work: _Work, why: str) -> None:
    work.note(state="partial" if work.kept else "failed", problem=why)
