"""`sarcat recall`: how many of the known papers the strategies find, and what loses the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from search.console import JsonOption, OfflineOption, ReviewOption, say, show, show_json
from search.review import find_review

if TYPE_CHECKING:
    from search.protocol import Strategy
    from search.pubmed import PubMed
    from search.recall import Recall
    from search.review import Review

Title = Callable[[str], str]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("recall", epilog="Example: sarcat recall --json")(recall)


def recall(
    strategy: Annotated[
        str | None, typer.Option(metavar="ID", help="Only this strategy (default: all).")
    ] = None,
    offline: OfflineOption = None,
    review: ReviewOption = None,
    as_json: JsonOption = False,
) -> None:
    """Hold the strategies against the protocol's known papers.

    Each is found, missed, or not in PubMed at all; only the first two make the ratio. For each one
    missed the concept block that loses it is named. Papers under `seeds` are reported apart.
    """
    from search.errors import BadInput
    from search.offline.standing_in import check_files
    from search.records import PUBMED
    from search.wanted import chosen

    check_files(offline or ())
    opened = find_review(review)
    protocol = opened.protocol
    if not protocol.known:
        raise BadInput("the protocol names no papers that the search must find.",
                       where="protocol.toml", remedy='Add known = ["pmid:…"].')  # fmt: skip
    strategies = [each for each in chosen(protocol, strategy) if each.source == PUBMED]
    with _client(offline) as client:
        ask = _asking(client)
        known = _held(strategies, protocol.known, ask)
        seeds = _held(strategies, protocol.seeds, ask) if protocol.seeds else []
        database = client.stand_in or "PubMed"
    if as_json:
        show_json(_json(database, known, seeds))
        return
    for found, papers in ((known, "papers that the search must find"),
                          (seeds, "seeds, which test nothing")):  # fmt: skip
        for each in found if len(found) > 2 else found[:1]:  # one strategy is all together
            _tell(each, papers, database, _titles(opened))


def _held(
    strategies: Sequence[Strategy], papers: Sequence[str], ask: Callable[[str], Iterable[str]]
) -> list[Recall]:
    """Return the recall of each strategy, and last that of all together."""
    from search.recall import numbers_of, recall_of, together

    numbers = numbers_of(papers, ask)
    each = [recall_of(one, numbers, ask) for one in strategies]
    return [*each, together(each)]


@contextmanager
def _client(offline: list[Path] | None) -> Iterator[PubMed]:
    import os
    from contextlib import ExitStack

    from search.offline.standing_in import standing_in
    from search.pubmed import PubMed
    from search.service import service_from

    with ExitStack() as stack:
        service = stack.enter_context(standing_in(offline)) if offline else service_from(os.environ)
        yield stack.enter_context(PubMed(service, notice=lambda text: say(f"  {text}")))


def _asking(client: PubMed) -> Callable[[str], Iterable[str]]:
    def ask(query: str) -> Iterable[str]:
        return client.all_ids(query, client.search(query))

    return ask


# --- telling -----------------------------------------------------------------------------------


def _tell(recall: Recall, papers: str, database: str, title: Title) -> None:
    which = recall.strategy or "all together"
    if recall.share is None or recall.interval is None:
        show(f"{which}: none of the {len(recall.absent)} {papers} is in {database}.")
    else:
        low, high = recall.interval
        show(f"{which}: {len(recall.found)} of {recall.of} {papers} found in {database}; recall "
             f"{recall.share:.3f}, 95 % interval {low:.3f} to {high:.3f}.")  # fmt: skip
    for miss in recall.missed:
        why = f"lost by {', '.join(miss.lost_by)}" if miss.lost_by else "missed"
        show(f"  {miss.key} {why}{title(miss.key)}")
    for key in recall.absent:
        show(f"  {key} not in {database}{title(key)}")


def _titles(review: Review) -> Title:
    def title(key: str) -> str:
        stored = review.store.record(key)
        return f": {stored.record.title}" if stored and stored.record.title else ""

    return title


def _json(database: str, known: list[Recall], seeds: list[Recall]) -> dict[str, Any]:
    """Return what all strategies find together, then each; of the seeds likewise."""
    return {
        "database": database,
        **_values(known[-1]),
        "strategies": [_values(each) for each in known[:-1]],
        "seeds": _values(seeds[-1]) if seeds else None,
    }


def _values(recall: Recall) -> dict[str, Any]:
    return {
        "strategy": recall.strategy,
        "known": recall.of + len(recall.absent),
        "found": list(recall.found),
        "missed": [{"key": each.key, "lost_by": list(each.lost_by)} for each in recall.missed],
        "not_in_database": list(recall.absent),
        "recall": recall.share,
        "interval": None if recall.interval is None else list(recall.interval),
    }
