"""`sarcat catalogue check`: every fault of every entry, and what is asked for apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from catalogue.commands_catalogue import catalogue, counted, entries_of, fault_document, today
from search.console import JsonOption, ReviewOption, progress, say, show, show_json
from search.review import Review, find_review

if TYPE_CHECKING:
    from catalogue.reading import Entry
    from search.faults import Fault

_FRESH_DAYS = 7  # what was asked for within a week is not asked for again


@catalogue.command(epilog="Example: sarcat catalogue check --evidence --stale 12m")
def check(
    notes: Annotated[bool, typer.Option("--all", help="Show notes (level info) too.")] = False,
    evidence: Annotated[
        bool,
        typer.Option("--evidence", help="Hold the cited papers against the review: each must stand "
                     "in it, and each included report must be used or say why not."),
    ] = False,
    stale: Annotated[
        str | None,
        typer.Option(metavar="SPAN", help="Name claims not checked for so long: 12m, 2y."),
    ] = None,
    links: Annotated[
        bool,
        typer.Option("--links", help="Ask whether each address still leads somewhere: slowly, one "
                     "a second and host; goes on where it was cut off."),
    ] = False,
    review: ReviewOption = None,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Check every entry, and name each fault.

    Form, terms, evidence, dates, texts, relations, cited papers: each fault with file, line, the
    rule it breaks and the remedy. Errors give exit status 3; warnings and notes alone give 0.
    """
    opened = find_review(review)
    entries = entries_of(opened)
    faults = _faults(opened, entries, evidence=evidence, stale=stale)
    if links:
        faults += _links(opened, entries)
    _tell(faults, len(entries), notes=notes, as_json=as_json)


def _faults(
    review: Review, entries: list[Entry], *, evidence: bool, stale: str | None
) -> list[Fault]:
    from catalogue.checks import check_entries
    from catalogue.evidence_rules import check_evidence
    from catalogue.papers import reports_of
    from catalogue.stale_rule import limit_of
    from catalogue.stale_rule import stale as stale_claims

    limit = limit_of(stale, today()) if stale else None
    known = None if evidence else _known(review, entries)  # the closer look says it of each paper
    faults = check_entries(entries, known, today=today())
    if evidence:
        faults += check_evidence(entries, reports_of(review))
    if limit:
        faults += stale_claims(entries, limit)
    return faults


def _known(review: Review, entries: list[Entry]) -> dict[str, bool] | None:
    """Return the cited papers that the review holds; None where it holds no record at all."""
    from catalogue.lookup import known_papers

    if not review.store.count():
        say("The review holds no records yet: cited papers are not looked up.")
        return None
    return known_papers(review.store, entries)


def _links(review: Review, entries: list[Entry]) -> list[Fault]:
    import datetime

    from catalogue.links import ask, faults_of, links_of
    from catalogue.store import MIGRATIONS, CatalogueStore

    store = CatalogueStore(review.database(MIGRATIONS))
    found = links_of(entries)
    day = today()
    known = store.answers(day - datetime.timedelta(days=_FRESH_DAYS))
    open_urls = sorted({link.url for link in found} - {answer.url for answer in known})
    with progress("Asking", len(open_urls)) as advance:
        for answer in ask(open_urls, day):
            store.keep(answer)
            advance(1)
    say(f"{len(open_urls)} addresses asked for, {len(known)} known from the last week.")
    return list(faults_of(found, store.answers(day - datetime.timedelta(days=_FRESH_DAYS))))


def _tell(faults: list[Fault], entries: int, *, notes: bool, as_json: bool) -> None:
    from collections import Counter

    from search.errors import FaultsFound

    faults = sorted(faults, key=lambda fault: (fault.file, fault.line or 0, fault.rule, fault.what))
    levels = Counter(fault.level for fault in faults)
    if as_json:
        numbers = {level: levels[level] for level in ("error", "warning", "info")}
        shown = [fault_document(fault) for fault in faults]
        show_json({"entries": entries, "levels": numbers, "faults": shown})
    else:
        for fault in faults:
            if notes or fault.level != "info":
                show(str(fault))
    said = f"{counted(levels['error'], 'error')}, {counted(levels['warning'], 'warning')}, " + (
        f"{counted(levels['info'], 'note')} in {counted(entries, 'entry', 'entries')}."
    )
    if levels["error"]:
        raise FaultsFound(said, remedy="Mend the errors and check again.")
    say(said if notes or not levels["info"] else f"{said} --all shows the notes.")
