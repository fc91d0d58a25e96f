"""`sarcat citations`: backward and forward from the included records."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from search.console import JsonOption, ReviewOption, progress, say, show_json
from search.review import Review, find_review

if TYPE_CHECKING:
    from search.citing import Chase, Index
    from search.runs import SearchRun


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("citations", epilog="Example: sarcat citations --index pubmed")(citations)


def citations(
    direction: Annotated[
        str,
        typer.Option(metavar="backward|forward|both", help="What they cite, or what cites them."),
    ] = "both",
    index: Annotated[
        str, typer.Option(metavar="pubmed|europepmc|both", help="The citation index to ask.")
    ] = "both",
    seed: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY", help="A seed reference instead of all included; repeatable."),
    ] = None,
    seed_reason: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Why other seeds than all included records.")
    ] = None,
    review: ReviewOption = None,
    as_json: JsonOption = False,
) -> int:
    """Search for citations of seed references, and by them; what is found joins the queue.

    Seeds are all included records from which an index was not yet searched (TARCiS). Each direction
    of each index is a run of its own, counted under "other methods" in the flow. Run it again after
    screening: when no new record was included, it says so and citation searching has ended.
    """
    opened = find_review(review)
    pmids = _seeds(opened, seed, seed_reason)
    done = list(_all(opened, pmids, seed_reason, _choice(direction, "direction"),
                     _choice(index, "index")))  # fmt: skip
    if as_json:
        from search.run_words import document

        show_json({"runs": [document(run) | {"citation": run.extra["citation"]} for run in done]})
    if not done:
        say("No seed is new: no further record was included since. Citation searching has ended.")
    return 1 if any(run.state in ("failed", "partial") for run in done) else 0


def _choice(value: str, option: str) -> tuple[Any, ...]:
    from search.citing import DIRECTIONS, INDEXES
    from search.errors import BadInput

    every: tuple[str, ...] = DIRECTIONS if option == "direction" else INDEXES
    if value == "both":
        return every
    if value not in every:
        raise BadInput(f"{value!r} is none.", where=f"--{option}",
                       remedy=f"Choose among {', '.join(every)}, both.")  # fmt: skip
    return (value,)


def _seeds(opened: Review, named: list[str] | None, reason: str | None) -> tuple[str, ...]:
    """Return the seeds' PMIDs; a record without one cannot be asked for, and is said."""
    from screening.decision_logs.decisions import Outcome
    from screening.state import FULL_TEXT, load
    from search.errors import BadInput

    if named and not reason:
        raise BadInput("seeds other than all included records need a reason.", where="--seed",
                       remedy='Add --seed-reason "…"; reports must say it.')  # fmt: skip
    state = load(opened)
    if named:
        keys = named
    else:
        at = state.outcomes[FULL_TEXT]
        sets = [name for name, outcome in at.items() if outcome is Outcome.INCLUDED]
        keys = [key for name in sets for key in state.members[name]]
    records = {each.key: each.record for each in opened.store.records(keys)}
    if unknown := [key for key in keys if key not in records]:
        raise BadInput(f"there is no record {unknown[0]!r}.", where="--seed",
                       remedy="`sarcat records` lists the keys.")  # fmt: skip
    if not records:
        raise BadInput("nothing is included yet, so there are no seed references.",
                       remedy="Screen first, or name some with --seed.")  # fmt: skip
    without = [key for key, record in records.items() if not record.pmid]
    if without:
        say(f"{len(without)} seed records have no PMID and cannot be asked for: {without[0]} …")
    return tuple(sorted({record.pmid for record in records.values() if record.pmid}, key=int))


def _all(
    opened: Review, pmids: tuple[str, ...], reason: str | None,
    directions: tuple[Any, ...], indexes: tuple[Any, ...],
) -> Iterator[SearchRun]:  # fmt: skip
    from search.citing import Chase, iteration_of, seeds_chased

    runs = opened.store.runs()
    iteration = iteration_of(runs, pmids)
    for index in indexes:
        for direction in directions:
            chased = seeds_chased(runs, direction, index)
            seeds = tuple(pmid for pmid in pmids if reason or pmid not in chased)
            if seeds:
                yield from _chased(opened, Chase(seeds, direction, iteration, reason), index)


def _chased(opened: Review, chase: Chase, index: Index) -> Iterator[SearchRun]:
    import os

    from search.citing import chase_europe_pmc, chase_pubmed
    from search.europepmc import EuropePmc
    from search.pubmed import PubMed
    from search.run_words import tell
    from search.service import europe_pmc_from, service_from

    def watch(total: int) -> Any:
        return progress("Fetching", total)

    say(f"{index}, {chase.direction}, {len(chase.seeds)} seeds, iteration {chase.iteration} …")
    if index == "pubmed":
        with PubMed(service_from(os.environ), notice=say) as client:
            done = [chase_pubmed(opened, chase, client, watch)]
    else:
        with EuropePmc(europe_pmc_from(os.environ), notice=say) as other:
            done = list(chase_europe_pmc(opened, chase, other, watch))
    for run in done:
        tell(run)
    yield from done
