"""`sarcat search`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from search.console import JsonOption, OfflineOption, ReviewOption, progress, say, show, show_json
from search.review import Review, find_review
from search.run_words import document, say_warnings, tell

if TYPE_CHECKING:
    from contextlib import ExitStack
    from pathlib import Path

    from search.pubmed import PubMed
    from search.runs import SearchRun
    from search.service import Service
    from search.wanted import Wanted


# Who judged which record on words that have changed since; cli.py hands it down, since imports run
# one way.
OnChangedTexts = Callable[[Review], Sequence[Mapping[str, Any]]]


def register(app: typer.Typer, on_changed_texts: OnChangedTexts | None = None) -> None:
    """Add the command; without the function no decisions are looked at."""
    app.command("search", epilog="Example: sarcat search --since last")(_search(on_changed_texts))


def _search(on_changed_texts: OnChangedTexts | None) -> Callable[..., int]:
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
        refresh: Annotated[
            bool,
            typer.Option(
                "--refresh",
                help="Search for nothing: fetch the known records once more, name what was "
                "retracted, corrected, changed, withdrawn, and the decisions made on other words.",
            ),
        ] = False,
        offline: OfflineOption = None,
        review: ReviewOption = None,
        as_json: JsonOption = False,
    ) -> int:
        """Run the protocol's strategies against PubMed or Europe PMC and keep what they find.

        A search that was cut off less than a week ago is taken up where it stopped. NCBI_API_KEY
        and NCBI_EMAIL are sent when they are set; SARCAT_EUTILS_URL names another service than
        NCBI's. With --offline Europe PMC is not asked; the runs are kept, and say what they are.
        """
        from contextlib import ExitStack

        from search.pubmed import PubMed

        opened = find_review(review)
        if refresh:
            _check_alone(strategy, since, count=count)
        with ExitStack() as stack:
            service = _service(offline, stack)
            searches = [] if refresh else _wanted(opened, strategy, since, service)
            if offline:
                searches = searches if refresh else _of_pubmed(searches)
            elif not (service.email or service.is_local):  # last, when all else is well
                say("NCBI asks who is searching: set NCBI_EMAIL to your address.")
            client = stack.enter_context(PubMed(service, notice=_pausing))
            if refresh:
                return _refresh(opened, client, on_changed_texts, as_json=as_json)
            done = [_done(opened, each, client, count=count) for each in searches]
        if as_json:
            show_json({"runs": [document(run) for run in done]})
        elif count:
            for run in done:
                show(f"{run.strategy}: {'unknown' if run.count is None else run.count}")
        return _status(done)

    return search


def _pausing(text: str) -> None:
    say(f"  {text}")


def _done(opened: Review, each: Wanted, client: PubMed, *, count: bool) -> SearchRun:
    from search.records import PUBMED

    if each.strategy.source != PUBMED:
        return _europe_pmc(opened, each, count=count)
    return _count(each, client) if count else _run(opened, each, client)


def _europe_pmc(opened: Review, each: Wanted, *, count: bool) -> SearchRun:
    import os

    from search import europepmc_search
    from search.europepmc import EuropePmc
    from search.service import europe_pmc_from

    limits = tuple(limit.text for limit in each.strategy.limits)
    asked = europepmc_search.Asked(each.query, each.strategy.id, limits=limits)
    with EuropePmc(europe_pmc_from(os.environ), notice=_pausing) as client:
        if each.note:
            say(f"{each.strategy.id}: {each.note}")
        if count:
            done = europepmc_search.count(asked, client)
        else:
            done = europepmc_search.run(opened, asked, client, lambda n: progress("Fetching", n))
    if not count:
        tell(done)
    elif done.problem:
        say(f"sarcat: {each.strategy.id}: {done.problem}")
    return done


def _status(runs: Sequence[SearchRun]) -> int:
    return 1 if any(run.state in ("failed", "partial") for run in runs) else 0


def _service(offline: list[Path] | None, stack: ExitStack) -> Service:
    import os

    from search.service import service_from

    if not offline:
        return service_from(os.environ)
    from search.offline.standing_in import check_files, standing_in

    check_files(offline)
    return stack.enter_context(standing_in(offline))


def _of_pubmed(searches: list[Wanted]) -> list[Wanted]:
    """Return the searches that the built-in server can answer; the others are named."""
    from search.errors import BadInput
    from search.records import PUBMED

    kept = [each for each in searches if each.strategy.source == PUBMED]
    for each in searches:
        if each not in kept:
            say(f"{each.strategy.id}: left out, since --offline answers as PubMed does only.")
    if not kept:
        raise BadInput("no strategy for PubMed is asked for.", where="--offline",
                       remedy="Name another --strategy, or search without it.")  # fmt: skip
    return kept


def _wanted(
    opened: Review, strategy: str | None, since: str | None, service: Service
) -> list[Wanted]:
    import datetime

    from search.wanted import chosen, wanted

    today = datetime.datetime.now(datetime.UTC).date()
    runs = opened.store.runs() if since else []
    return [wanted(each, since, runs, today, live=not service.is_local)
            for each in chosen(opened.protocol, strategy)]  # fmt: skip


def _check_alone(strategy: str | None, since: str | None, *, count: bool) -> None:
    from search.errors import BadInput

    if strategy or since or count:
        raise BadInput("it goes over all known records, and takes no option of a search.",
                       where="--refresh",
                       remedy="Give it alone, or with --offline.")  # fmt: skip


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


def _refresh(
    opened: Review, client: PubMed, on_changed_texts: OnChangedTexts | None, *, as_json: bool
) -> int:
    from search.refreshing import changes_of, refresh
    from search.words import counted

    def watch(total: int) -> Any:
        say(f"Fetching {total:,} known records once more, {client.page} at a time …")
        return progress("Refreshing", total)

    run = refresh(opened, client, watch)
    changes = changes_of(run)
    decisions = list(on_changed_texts(opened)) if on_changed_texts else []
    if as_json:
        values = [{"key": each.key, "kind": each.kind, "detail": each.detail} for each in changes]
        show_json({"runs": [document(run)], "changes": values, "decisions": decisions})
    else:
        for each in changes:
            show(f"{each.key}: {each.kind}{f' ({each.detail})' if each.detail else ''}")
        for made in decisions:
            show(f"{made['key']}: judged by {made['reviewer']} at {made['stage']} on "
                 f"{made['time'][:10]}, on words that have changed")  # fmt: skip
    say(f"{run.database}: {run.parsed:,} of {len(run.ids):,} known records fetched once more; "
        f"{counted(len(changes), 'change')}, {counted(len(decisions), 'decision')} on words that "
        f"have changed. Kept as {run.id}, state {run.state}.")  # fmt: skip
    if run.problem:
        say(f"sarcat: refresh: {run.problem}")
    return _status([run])


def _count(each: Wanted, client: PubMed) -> SearchRun:
    from search import searching

    done = searching.count(each, client)
    if done.problem:
        say(f"sarcat: {each.strategy.id}: {done.problem}")
    say_warnings(done)
    return done
