"""`sarcat search`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from search.console import JsonOption, ReviewOption, progress, say, show, show_json
from search.review import Review, find_review

if TYPE_CHECKING:
    from search.pubmed import PubMed
    from search.runs import SearchRun
    from search.wanted import Wanted

_MOST_WARNINGS = 5  # lines; a strategy of many phrases may have a hundred


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("search", epilog="Example: sarcat search --since last")(search)


def search(
    strategy: Annotated[
        str | None, typer.Option(metavar="ID", help="Only this strategy (default: all).")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="DATE|last",
            help="Only what came into PubMed since that day, or since a week before the last "
            "complete search with the same query.",
        ),
    ] = None,
    count: Annotated[
        bool, typer.Option("--count", help="Only ask how many; keep nothing.")
    ] = False,
    review: ReviewOption = None,
    as_json: JsonOption = False,
) -> int:
    """Run the protocol's strategies against PubMed and keep what they find.

    A search that was cut off less than a week ago is taken up where it stopped. NCBI_API_KEY and
    NCBI_EMAIL are sent when they are set; SARCAT_EUTILS_URL names another service than NCBI's.
    """
    import datetime
    import os

    from search.pubmed import PubMed
    from search.service import service_from
    from search.wanted import chosen, wanted

    opened = find_review(review)
    service = service_from(os.environ)
    today = datetime.datetime.now(datetime.UTC).date()
    runs = opened.store.runs() if since else []
    searches = [wanted(each, since, runs, today, live=not service.is_local)
                for each in chosen(opened.protocol, strategy)]  # fmt: skip
    if not (service.email or service.is_local):
        say("NCBI asks who is searching: set NCBI_EMAIL to your address.")
    with PubMed(service, notice=lambda text: say(f"  {text}")) as client:
        one = _count if count else _run
        done = [one(opened, each, client) for each in searches]
    if as_json:
        show_json({"runs": [document(run) for run in done]})
    elif count:
        for run in done:
            show(f"{run.strategy}: {'unknown' if run.count is None else run.count}")
    return 1 if any(run.state in ("failed", "partial") for run in done) else 0


def _run(opened: Review, each: Wanted, client: PubMed) -> SearchRun:
    from search import searching

    def watch(total: int) -> Any:
        if total:
            say(f"{each.strategy.id}: fetching {total:,} records, {client.page} at a time …")
        return progress("Fetching", total)

    if each.note:
        say(f"{each.strategy.id}: {each.note}")
    done = searching.run(opened, each, client, watch)
    tell(done)
    return done


def _count(_opened: Review, each: Wanted, client: PubMed) -> SearchRun:
    from search import searching

    done = searching.count(each, client)
    if done.problem:
        say(f"sarcat: {each.strategy.id}: {done.problem}")
    _warn(done)
    return done


def tell(run: SearchRun) -> None:
    """Say in words how a run ended."""
    counted = "did not answer" if run.count is None else f"counted {run.count:,} records"
    say(f"{run.strategy}: {run.database} {counted}; {run.fetched:,} fetched, {run.parsed:,} read, "
        f"{run.new:,} new. Kept as {run.id}, state {run.state}.")  # fmt: skip
    _warn(run)
    if run.problem:
        say(f"sarcat: {run.strategy}: {run.problem}")


def _warn(run: SearchRun) -> None:
    for warning in run.warnings[:_MOST_WARNINGS]:
        say(f"  warning: {warning}")
    if len(run.warnings) > _MOST_WARNINGS:
        say(f"  … and {len(run.warnings) - _MOST_WARNINGS} more; --json shows all.")


def document(run: SearchRun) -> dict[str, Any]:
    """Return a run in the JSON form of the contract; a count that was not kept has no id."""
    return {
        "id": run.id or None,
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
