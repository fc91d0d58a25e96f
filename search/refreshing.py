"""Fetch the records that are known once more, and say what changed (retractions, errata, texts).

A refresh is a run as a search is, and counts nowhere as one: what it brings was identified before.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from search import runs as search_runs
from search.errors import BadInput
from search.fetching import answers_for, fetch, unanswered
from search.files import only_one
from search.intake import finish
from search.pubmed import PubMed
from search.record_changes import WITHDRAWN, Change, changes_between
from search.records import from_document
from search.review import Review
from search.run_in_making import Watch, Work, begin, carried_out, take_up
from search.runs import SearchRun
from search.searching import named
from search.store import Store
from search.wanted import is_fresh

_AT_ONCE = 200  # PMIDs in one query
_COMPARED = 500  # records held in memory


def refresh(review: Review, client: PubMed, watch: Watch) -> SearchRun:
    """Fetch every record that has PubMed's key anew, and return the run as it is kept.

    Its ``extra["changes"]`` are the changes found (`changes_of`). Records that PubMed names no more
    are withdrawn; those that it names and does not send make the run partial. What breaks off is
    taken up by the next refresh. BadInput when the review holds no record of PubMed.
    """
    with only_one(_searches(review), "another search is running in this review."):
        runs = search_runs.read_entries(review.searches)
        before = _unfinished(runs)
        store = review.store_but(before.id) if before else review.store
        keys = store.keys()
        ids = [key.removeprefix("pmid:") for key in keys if _is_pubmeds(key)]
        if not ids:
            raise BadInput("the review holds no records of PubMed to refresh.",
                           where=str(review.searches),
                           remedy="Run `sarcat search` first.")  # fmt: skip

        def to_its_end(work: Work) -> None:
            _list(work, client, ids)
            fetch(work, client, watch)
            _withdraw(work, client)
            work.judge()

        work = carried_out(
            _take_up(review, before) if before else None,
            lambda: begin(review.searches, _entry(client), "refresh"),
            client, to_its_end, lambda run: answers_for(client, run),
        )  # fmt: skip
        _compare(work, store)
        return finish(work.folder, work.run, store, set(work.kept.values()))


def changes_of(run: SearchRun) -> list[Change]:
    """Return the changes that a refresh found."""
    return [Change(**each) for each in run.extra.get("changes", ())]


def _searches(review: Review) -> Path:
    review.searches.mkdir(parents=True, exist_ok=True)
    return review.searches


def _is_pubmeds(key: str) -> bool:
    return key.startswith("pmid:") and "@" not in key


def _unfinished(runs: Sequence[SearchRun]) -> SearchRun | None:
    """Return the last refresh if it broke off lately; an older one is rather begun anew."""
    last = next((run for run in reversed(runs) if run.is_refresh), None)
    now = datetime.datetime.now(datetime.UTC)
    return last if last and last.extra.get("unfinished") and is_fresh(last, now) else None


def _take_up(review: Review, before: SearchRun) -> Work:
    work = take_up(review.searches, before)
    work.note(finished_at=None)
    return work


def _entry(client: PubMed) -> SearchRun:
    return unanswered(
        client,
        note="The records known until then, fetched once more.",
        extra={"refresh": True},
    )


def _list(work: Work, client: PubMed, ids: Sequence[str]) -> None:
    """Write down what is to be fetched, once it is known which server answers."""
    if not work.run.ids:  # else it was asked just now
        client.search("all[sb]", ids=0)
    work.run = replace(named(work.run, client), count=len(ids))
    work.listed(tuple(dict.fromkeys([*work.run.ids, *ids])))


def _withdraw(work: Work, client: PubMed) -> None:
    """Take off the list what PubMed has no more: it neither sends it nor finds it."""
    work.note()
    lacking = work.run.missing
    there = {pmid for some in _some(lacking) for pmid in client.search(some).ids}
    gone = [pmid for pmid in lacking if pmid not in there]
    ids = tuple(pmid for pmid in work.run.ids if pmid not in set(gone))
    work.note(ids=ids, count=len(ids))
    if gone:
        _add(work, [Change(f"pmid:{pmid}", WITHDRAWN, f"{work.run.database} has it no more")
                    for pmid in gone])  # fmt: skip


def _some(pmids: Sequence[str]) -> Iterator[str]:
    for at in range(0, len(pmids), _AT_ONCE):
        yield " OR ".join(f"{pmid}[uid]" for pmid in pmids[at : at + _AT_ONCE])


def _compare(work: Work, store: Store) -> None:
    """Hold what came against the descriptions from before; what was held before is passed over."""
    done = store.keys_by_run().get(work.run.id, set())
    batch: dict[str, dict[str, Any]] = {}
    for key, document in search_runs.read_documents(work.folder):
        if key not in done:
            batch[key] = document
        if len(batch) == _COMPARED:
            _add(work, _held_against(batch, store))
            batch = {}
    _add(work, _held_against(batch, store))


def _held_against(batch: dict[str, dict[str, Any]], store: Store) -> Iterator[Change]:
    for old in store.records(list(batch)):
        yield from changes_between(old.key, old.record, from_document(batch[old.key]))


def _add(work: Work, changes: Iterable[Change]) -> None:
    found = list(work.run.extra.get("changes", ()))
    found += [values for change in changes if (values := asdict(change)) not in found]
    work.run = replace(work.run, extra={**work.run.extra, "changes": found})
