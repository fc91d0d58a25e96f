"""`sarcat search`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from search.console import JsonOption, ReviewOption, progress, say, show, show_json
from search.review import Review, find_review

if TYPE_CHECKING:
    from search.pubmed import PubMed
    from search.runs import SearchRun
    from search.searching import Wanted


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("search", epilog="Example: sarcat search --since last")(search)


def search(
    strategy: Annotated[
        str | None, typer.Option(metavar="ID", help="Only this strategy (default: all).")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="DATE|last", help="Only what came into PubMed since then."),
    ] = None,
    count: Annotated[
        bool, typer.Option("--count", help="Only ask how many; keep nothing.")
    ] = False,
    review: ReviewOption = None,
    as_json: JsonOption = False,
) -> int:
    """Run the protocol's strategies against PubMed and keep what they find.

    Run again, it takes up a search that was cut off where it stopped. NCBI_API_KEY and NCBI_EMAIL
    are sent when they are set; SARCAT_EUTILS_URL names another service.
    """
    from search.pubmed import PubMed, service_of_environment
    from search.searching import chosen, wanted

    opened = find_review(review)
    runs = opened.store.runs()
    searches = [wanted(each, since, runs) for each in chosen(opened.protocol, strategy)]
    with PubMed(service_of_environment()) as client:
        if count:
            return _count(searches, client, as_json)
        done = [_run(opened, each, client) for each in searches]
    if as_json:
        show_json({"runs": [document(run) for run in done]})
    return 1 if any(run.state in ("failed", "partial") for run in done) else 0


def _count(searches: list[Wanted], client: PubMed, as_json: bool) -> int:
    answers = [(each, client.search(each.query)) for each in searches]
    if as_json:
        show_json({"runs": [
            {"id": None, "state": "ok" if found.count else "empty", "strategy": each.strategy.id,
             "database": client.stand_in or "PubMed", "query": each.query,
             "translation": found.translation, "count": found.count, "fetched": 0, "parsed": 0,
             "new": 0, "missing": [], "warnings": list(found.warnings)}
            for each, found in answers
        ]})  # fmt: skip
        return 0
    for each, found in answers:
        show(f"{each.strategy.id}: {found.count} records")
        for warning in found.warnings:
            say(f"  warning: {warning}")
    return 0


def _run(opened: Review, each: Wanted, client: PubMed) -> SearchRun:
    from search import searching

    with progress(f"Searching: {each.strategy.id}") as advance:
        done = searching.run(opened, each, client, lambda batch, _total: advance(batch))
    tell(done)
    return done


def tell(run: SearchRun) -> None:
    """Say in words how a run ended."""
    counted = "an unknown number of" if run.count is None else run.count
    say(f"{run.strategy}: {run.database} counted {counted} records; {run.fetched} fetched, "
        f"{run.parsed} read, {run.new} new. Kept as {run.id}, state {run.state}.")  # fmt: skip
    for warning in run.warnings[:5]:
        say(f"  warning: {warning}")
    if len(run.warnings) > 5:
        say(f"  … and {len(run.warnings) - 5} more warnings, in its run.json")
    if run.missing:
        shown = ", ".join(run.missing[:10])
        say(f"  missing: {shown}{' …' if len(run.missing) > 10 else ''}")
    if run.problem:
        say(f"sarcat: {run.problem}")


def document(run: SearchRun) -> dict[str, Any]:
    """Return a run in the JSON form of the contract."""
    return {
        "id": run.id,
        "state": run.state,
        "strategy": run.strategy,
        "database": run.database,
        "query": run.query,
        "translation": run.translation,
        "count": run.count,
        "fetched": run.fetched,
        "parsed": run.parsed,
        "new": run.new,
        "missing": list(run.missing),
        "warnings": list(run.warnings),
        "problem": run.problem,
    }
