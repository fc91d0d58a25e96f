"""Fetch the records of a run page by page, each kept before it counts; twice, if need be.

A few pages are fetched one after the other. Of many, some are asked for at a time and read by a
second process as well, so that neither PubMed nor this machine waits for the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from search import runs as search_runs
from search.ahead import at_once, in_turn
from search.errors import SarcatError
from search.page_worker import Inline, Worker
from search.pages import Job, Kept
from search.pubmed import PubMed
from search.records import OFFLINE_CORPUS, PUBMED
from search.run_in_making import UNANSWERED, Advance, Watch, Work
from search.runs import SearchRun

FEW = 2_000  # records up to which one thing is done after the other
_SAVED_EVERY = 20  # pages: how far a crash leaves the entry's numbers behind the records


def source_of(client: PubMed) -> str:
    """Return the source that a client's answers come from, PubMed or its stand-in."""
    return OFFLINE_CORPUS if client.stand_in else PUBMED


def answers_for(client: PubMed, run: SearchRun) -> bool:
    """Ask a server for nothing, and return whether it is the one at which a run was begun.

    NoAnswer when it does not answer. What it says is not kept: the run may be another server's.
    """
    keep, client.keep = client.keep, None
    try:
        client.search("all[sb]", ids=0)
    finally:
        client.keep = keep
    is_labelled = client.stand_in is None or run.database.startswith(client.stand_in)
    # a run of an earlier version does not say which records the server had
    is_same_corpus = run.extra.get("corpus", client.corpus) == client.corpus
    return source_of(client) == run.source and is_labelled and is_same_corpus


def unanswered(client: PubMed, interface: str = "E-utilities", **known: Any) -> SearchRun:
    """Return the entry of a run before PubMed has answered; ``known`` are its further fields."""
    entry = SearchRun(
        id="",
        state="failed",
        kind="database",
        source=PUBMED,
        database="PubMed",
        platform="NCBI",
        interface=f"{interface}, {client.service.address}",
        executed_at=search_runs.now(),
        problem=UNANSWERED.format("PubMed"),
        tool=search_runs.tool(),
    )
    return replace(entry, **known)


def fetch(work: Work, client: PubMed, watch: Watch) -> None:
    """Fetch what a run lacks; what does not come, or comes damaged, is asked for once more.

    What is then still missing PubMed does not give out. NoAnswer when PubMed fails: what came
    until then is kept.
    """
    work.note()
    left = list(work.run.missing)
    with watch(len(left)) as advance, Worker() if len(left) > FEW else Inline() as keeper:
        left = _round(work, client, left, keeper, advance)
        work.damaged = 0
        _round(work, client, left, keeper, lambda _by: None)


def _round(
    work: Work, client: PubMed, ids: Sequence[str], keeper: Worker | Inline, advance: Advance
) -> list[str]:
    """Fetch some records and return the ids of those that are lacking, in their order."""
    lacking: set[str] = set()

    def account(kept: Kept) -> None:
        work.kept |= kept.keys
        work.damaged += kept.damaged
        work.warn(kept.warnings)
        lacking.update(kept.lacking)
        advance(len(kept.asked))

    many = len(ids) > FEW
    pages = at_once(client, ids, client.service.at_once) if many else in_turn(client, ids)
    try:
        for asked, bodies in pages:
            if source_of(client) != work.run.source:
                raise SarcatError("another server answers now than at the beginning.",
                                  remedy="Run the command again.")  # fmt: skip
            work.batches += 1
            job = Job(asked, bodies, work.run.source, work.folder, work.batches)
            del bodies  # a page is large: nothing here keeps it while the next one comes
            for kept in keeper.give(job):
                account(kept)
            del job
            if work.batches % _SAVED_EVERY == 0:
                work.save()
    finally:
        for kept in keeper.rest():
            account(kept)
    return [id for id in ids if id in lacking]
