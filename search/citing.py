"""Citation searching: what seed papers cite (backward) and what cites them (forward).

By two indexes (TARCiS 2024, 10.1136/bmj-2023-078384, recommendation 6): PubMed's, through ELink,
and Europe PMC's, through its search. Each direction of each index is a run of its own, counted
under "other methods"; its entry says which seeds the index did not know.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from search import runs as search_runs
from search.europepmc import EuropePmc
from search.europepmc_search import Asked
from search.europepmc_search import run as run_europe_pmc
from search.fetching import answers_for, fetch, unanswered
from search.files import only_one
from search.intake import finish
from search.pubmed import PubMed
from search.review import Review
from search.run_in_making import Watch, Work, begin, carried_out, take_up
from search.runs import SearchRun
from search.searching import named
from search.wanted import is_fresh

Direction = Literal["backward", "forward"]
Index = Literal["pubmed", "europepmc"]
DIRECTIONS: tuple[Direction, ...] = ("backward", "forward")
INDEXES: tuple[Index, ...] = ("pubmed", "europepmc")
_LINKS = {"backward": "pubmed_pubmed_refs", "forward": "pubmed_pubmed_citedin"}
_FIELDS = {"backward": "REFFED_BY", "forward": "CITES"}
_SEEDS_AT_ONCE = 100  # in one request to ELink
_SEEDS_A_QUERY = 200  # of Europe PMC


@dataclass(frozen=True, slots=True)
class Chase:
    """One citation search: from which seeds (PMIDs), in which direction, in which round.

    ``reason`` says why the seeds are not all included records, where they are not.
    """

    seeds: tuple[str, ...]
    direction: Direction
    iteration: int = 1
    reason: str | None = None


def seeds_chased(runs: Sequence[SearchRun], direction: Direction, index: Index) -> set[str]:
    """Return the seeds from which an index was searched to its end in a direction."""
    return {
        seed for run in runs if run.state in ("ok", "empty")
        and (said := run.extra.get("citation"))
        and (said["direction"], said["index"]) == (direction, index)
        for seed in said["seeds"]
    }  # fmt: skip


def iteration_of(runs: Sequence[SearchRun], seeds: Sequence[str]) -> int:
    """Return the round of a search from these seeds: one more than the last, if any seed is new."""
    rounds = [run.extra["citation"] for run in runs if run.extra.get("citation")]
    last = max((said["iteration"] for said in rounds), default=0)
    known = {seed for said in rounds for seed in said["seeds"]}
    return last + 1 if not last or set(seeds) - known else last


# --- PubMed ------------------------------------------------------------------------------------


def chase_pubmed(review: Review, chase: Chase, client: PubMed, watch: Watch) -> SearchRun:
    """Ask PubMed's index through ELink, fetch what it names, and return the run as it is kept."""
    review.searches.mkdir(parents=True, exist_ok=True)
    query = f"{_LINKS[chase.direction]} of {', '.join(chase.seeds)}"
    with only_one(review.searches, "another search is running in this review."):
        before = _unfinished(search_runs.read_entries(review.searches), query)

        def to_its_end(work: Work) -> None:
            if not work.run.ids:
                _list(work, chase, client)
            fetch(work, client, watch)
            work.judge()

        work = carried_out(
            take_up(review.searches, before) if before else None,
            lambda: begin(review.searches, _entry(chase, client, query), "citations"),
            client, to_its_end, lambda run: answers_for(client, run),
        )  # fmt: skip
        return finish(work.folder, work.run, review.store_but(work.run.id), set(work.kept.values()))


def _entry(chase: Chase, client: PubMed, query: str) -> SearchRun:
    return unanswered(
        client, "ELink", kind="citation", query=query, extra={"citation": _said(chase, "pubmed")}
    )


def _said(chase: Chase, index: Index) -> dict[str, Any]:
    return {"direction": chase.direction, "index": index, "seeds": list(chase.seeds),
            "iteration": chase.iteration, "seed_reason": chase.reason}  # fmt: skip


def _unfinished(runs: Sequence[SearchRun], query: str) -> SearchRun | None:
    same = [run for run in runs if run.kind == "citation" and run.query == query]
    last = same[-1] if same else None
    now = datetime.datetime.now(datetime.UTC)
    return last if last and last.extra.get("unfinished") and is_fresh(last, now) else None


def _list(work: Work, chase: Chase, client: PubMed) -> None:
    """Write down what the index names before the first record is fetched; each edge is kept."""
    edges: dict[str, tuple[str, ...]] = {}
    for at in range(0, len(chase.seeds), _SEEDS_AT_ONCE):
        edges |= client.links(chase.seeds[at : at + _SEEDS_AT_ONCE], _LINKS[chase.direction])
    ids = tuple(dict.fromkeys(id for seed in chase.seeds for id in edges.get(seed, ())))
    without = [seed for seed in chase.seeds if not edges.get(seed)]
    said = {**work.run.extra["citation"], "without": without,
            "edges": {seed: list(each) for seed, each in edges.items() if each}}  # fmt: skip
    run = named(work.run, client)
    database = _label(run.database, chase.direction)
    work.run = replace(run, count=len(ids), database=database, note=_note(chase, without),
                       extra={**run.extra, "citation": said})  # fmt: skip
    work.listed(ids)


def _label(database: str, direction: Direction) -> str:
    return f"{database}, {direction} citation searching"


def _note(chase: Chase, without: Sequence[str]) -> str:
    seeds = f"{len(chase.seeds)} seed references, iteration {chase.iteration}"
    lacking = f"; {len(without)} of them without links in the index: {', '.join(without[:20])}"
    why = f" Seeds: {chase.reason}" if chase.reason else ""
    return f"{seeds}{lacking if without else ''}.{why}"


# --- Europe PMC --------------------------------------------------------------------------------


def chase_europe_pmc(
    review: Review, chase: Chase, client: EuropePmc, watch: Watch
) -> Iterator[SearchRun]:
    """Ask Europe PMC's index by its search, and yield each run, of 200 seeds, as it is kept."""
    for at in range(0, len(chase.seeds), _SEEDS_A_QUERY):
        some = replace(chase, seeds=chase.seeds[at : at + _SEEDS_A_QUERY])
        held = client.held(some.seeds)
        without = [seed for seed in some.seeds if seed not in held]
        field = _FIELDS[chase.direction]
        query = " OR ".join(f"{field}:{seed}_MED" for seed in some.seeds)
        said = {**_said(some, "europepmc"), "without": without}
        asked = Asked(query, kind="citation", database=_label("Europe PMC", chase.direction),
                      note=_note(some, without), extra=(("citation", said),))  # fmt: skip
        yield run_europe_pmc(review, asked, client, watch)
