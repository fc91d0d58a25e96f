"""`sarcat catalogue check`: every fault of every entry, and what is asked for apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from catalogue.commands_catalogue import catalogue, today
from search.console import JsonOption, ReviewOption, progress, say, show, show_json
from search.errors import BadInput
from search.review import Review, find_review
from search.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from catalogue.checking.links import Link
    from catalogue.entries.reading import Entry
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
    found = _Check(opened, evidence=evidence, stale=stale, links=links)
    _tell(found.faults(), found.entries, notes=notes, as_json=as_json)


class _Check:
    """One run over the entries, each read, checked and let go."""

    def __init__(self, review: Review, *, evidence: bool, stale: str | None, links: bool) -> None:
        from catalogue.checking.stale_rule import limit_of

        self.entries = 0
        self._review = review
        self._evidence, self._asks = evidence, links
        self._limit = limit_of(stale, today()) if stale else None
        self._links: list[Link] = []
        self._against_review: list[Fault] = []
        self._reused: list[Fault] = []

    def faults(self) -> list[Fault]:
        from catalogue.checking.checks import check_entries, not_read
        from search.collecting import uncollected

        with uncollected():
            faults = check_entries(self._read(), self._known, today=today(), also=[self._apart])
        faults += (*self._against_review, *self._reused, *not_read(self._review.initiatives))
        return faults + (_asked(self._review, self._links) if self._asks else [])

    def _read(self) -> Iterator[Entry]:
        from catalogue.entries.reading import read_entries

        for entry in read_entries(self._review.initiatives):
            self.entries += 1
            yield entry

    def _apart(self, entry: Entry) -> Iterator[Fault]:
        """What is asked for apart and concerns one entry alone."""
        from catalogue.checking.links import links_of
        from catalogue.checking.stale_rule import stale

        if self._asks:
            self._links += links_of([entry])
        if self._limit:
            yield from stale([entry], self._limit)

    def _known(self, entries: Sequence[Entry]) -> Mapping[str, bool] | None:
        """Return the cited papers that the review holds; None where it holds no record at all."""
        from catalogue.checking.evidence_rules import check_evidence
        from catalogue.checking.papers import reports_of
        from catalogue.history.change_log import kept_changes
        from catalogue.history.entry_history import reused
        from catalogue.lookup import known_papers

        self._reused = list(reused(entries, kept_changes(self._review)))
        is_empty = not self._review.store.count()
        if self._evidence and is_empty:
            raise BadInput(
                "the review holds no records yet: no cited paper can be held against it.",
                where=str(self._review.folder),
                remedy="Search or import first, or check without --evidence.",
            )
        if self._evidence:  # the closer look says it of each paper
            self._against_review = check_evidence(entries, reports_of(self._review))
            return None
        if is_empty:
            say("The review holds no records yet: cited papers are not looked up.")
            return None
        return known_papers(self._review.store, entries)


def _asked(review: Review, found: Sequence[Link]) -> list[Fault]:
    import datetime

    from catalogue.checking.links import ask, faults_of
    from catalogue.store import MIGRATIONS, CatalogueStore

    store = CatalogueStore(review.database(MIGRATIONS))
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
        shown = [fault.to_document() for fault in faults]
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
