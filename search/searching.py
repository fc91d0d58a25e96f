"""Run a strategy against PubMed and keep what comes, batch by batch (PRISMA-S)."""

from __future__ import annotations

import datetime
from dataclasses import replace

from search import runs as search_runs
from search.errors import SarcatError
from search.eutils import Found
from search.fetching import answers_for, fetch, unanswered
from search.files import only_one
from search.intake import finish
from search.pubmed import PubMed
from search.records import OFFLINE_CORPUS
from search.review import Review
from search.run_in_making import Watch, Work, begin, carried_out, take_up
from search.runs import SearchRun
from search.wanted import Wanted, unfinished


def run(review: Review, want: Wanted, client: PubMed, watch: Watch) -> SearchRun:
    """Run one search, or take up one that was cut off, and return it as it is kept.

    A search that PubMed does not let end is kept as failed or partial with its cause and returned;
    what is raised is not the service's doing (a full disk, Ctrl-C), and what was fetched is kept.
    """
    review.searches.mkdir(parents=True, exist_ok=True)
    with only_one(review.searches, "another search is running in this review."):
        now = datetime.datetime.now(datetime.UTC)
        before = unfinished(search_runs.read_entries(review.searches), want, now)
        work = carried_out(
            take_up(review.searches, before) if before else None,
            lambda: begin(review.searches, _entry(want, client), want.strategy.id),
            client, lambda work: _to_its_end(work, want, client, watch),
            lambda run: answers_for(client, run),
        )  # fmt: skip
        store = review.store_but(work.run.id)
        return finish(work.folder, work.run, store, set(work.kept.values()))


def _to_its_end(work: Work, want: Wanted, client: PubMed, watch: Watch) -> None:
    if not work.run.ids:
        _list(work, want, client)
    fetch(work, client, watch)
    work.judge()


# --- beginning ---------------------------------------------------------------------------------


def _entry(want: Wanted, client: PubMed) -> SearchRun:
    return unanswered(
        client,
        strategy=want.strategy.id,
        query=want.query,
        limits=tuple(limit.text for limit in want.strategy.limits),
        extra={"whole": want.whole} | ({"updates": want.updates} if want.updates else {}),
    )


def named(begun: SearchRun, client: PubMed) -> SearchRun:
    """Return the entry; a server that answers in PubMed's place is named for what it says it is."""
    if client.stand_in is None:
        return begun
    return replace(begun, source=OFFLINE_CORPUS, database=client.stand_in, platform=None,
                   interface="E-utilities, as the built-in server answers them",
                   extra={**begun.extra, "corpus": client.corpus})  # fmt: skip


# --- asking ------------------------------------------------------------------------------------


def count(want: Wanted, client: PubMed) -> SearchRun:
    """Ask how many records a search finds. What is returned bears no id: it is not kept."""
    entry = _entry(want, client)
    try:
        found = client.search(want.query, ids=0)
    except SarcatError as error:
        return replace(entry, problem=str(error))
    return replace(_answered(entry, client, found), state="ok" if found.count else "empty",
                   problem=None)  # fmt: skip


def _answered(entry: SearchRun, client: PubMed, found: Found) -> SearchRun:
    """Return the entry with what PubMed said of the search."""
    warnings = tuple(dict.fromkeys([*entry.warnings, *found.warnings]))
    if not found.count and found.dropped:
        warnings += ("nothing was found, but terms were left out: this 0 may not be true",)
    said = {
        "translations": [list(pair) for pair in found.translations],
        "webenv": found.webenv,
        "query_key": found.query_key,
    }
    begun = named(entry, client)
    return replace(
        begun,
        count=found.count,
        translation=found.translation,
        warnings=warnings,
        extra={**begun.extra, **said},
    )


def _list(work: Work, want: Wanted, client: PubMed) -> None:
    """Write down what the query finds before the first record is fetched."""
    found = client.search(want.query)
    work.run = _answered(work.run, client, found)
    work.listed(tuple(client.all_ids(want.query, found)))
