"""A record as lines of plain text: whole, inert, wrapped. Shared by every mode of the terminal."""

from __future__ import annotations

import datetime
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from screening.decision_logs.events import Act, Event
from screening.engine import Counters, Engine
from screening.terminal.highlight import Marker
from search.console import printable
from search.records import OFFLINE_CORPUS, Record, StoredRecord

OUR_SUMMARY = "Our own summary, not the publisher's abstract:"
_MOST_AUTHORS = 6


def inert(text: str | None) -> str:
    """Return foreign text as one harmless line: control characters become signs."""
    return " ".join(printable(text or "").split())


def head(engine: Engine, counters: Counters) -> str:
    """Return who screens what, and how far they are."""
    sitting = engine.sitting
    place = f" · place {counters.position}" if counters.position else ""
    return f"{sitting.stage.name} · {sitting.reviewer} · {progress(counters)}{place}"


def progress(counters: Counters) -> str:
    """Return how far the reviewer is: ``214/731 · today 41 · left 517``."""
    done = f"{counters.decided}/{counters.total}"
    return f"{done} · today {counters.today} · left {counters.left}"


class Role(StrEnum):
    """What a paragraph of the page is, which says how a mode shows it."""

    KEY = "key"
    TITLE = "title"
    SOURCE = "source"
    WARNING = "warning"
    LABEL = "label"
    TEXT = "text"
    OWN = "own"  # what the reviewer did before
    BLANK = "blank"


MARKED = frozenset((Role.TITLE, Role.TEXT))  # where the search's words are marked


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One inert line of a page, not yet wrapped; ``indent`` is that of its further lines."""

    role: Role
    text: str
    indent: int = 0


def record_paragraphs(stored: StoredRecord) -> Iterator[Paragraph]:
    """Give a record as paragraphs, whole and inert."""
    record = stored.record
    doi = f" · doi:{inert(record.doi)}" if record.doi else ""
    yield Paragraph(Role.KEY, inert(stored.key) + doi)
    yield Paragraph(Role.TITLE, inert(record.title) or "(no title)")
    if record.vernacular_title:
        yield Paragraph(Role.TITLE, inert(record.vernacular_title))
    yield Paragraph(Role.BLANK, "")
    yield Paragraph(Role.SOURCE, source_line(record))
    if record.retracted:
        yield Paragraph(Role.WARNING, "RETRACTED: the journal has withdrawn this paper.")
    yield from _abstract(stored)


def record_lines(stored: StoredRecord, width: int, marker: Marker | None = None) -> Iterator[str]:
    """Give the lines of a record, ``width`` columns at most where its words allow it.

    ``marker`` marks the search's words, None marks none.
    """
    for each in record_paragraphs(stored):
        if each.role is Role.BLANK:
            yield ""
        marked = marker.mark(each.text)[0] if marker and each.role in MARKED else each.text
        yield from _wrapped(marked, width)


def source_line(record: Record) -> str:
    """Return authors, journal and year on one line."""
    authors = [inert(author) for author in record.authors]
    further = len(authors) - _MOST_AUTHORS
    if further > 1:
        authors = [*authors[:_MOST_AUTHORS], f"and {further} more"]
    parts = (
        "; ".join(authors) or "(no authors)",
        inert(record.journal) or "(no journal)",
        str(record.year or "(no year)"),
        "" if not record.language or "eng" in record.language else
        f"in {inert(', '.join(record.language))}",
    )  # fmt: skip
    return ". ".join(filter(None, parts)) + "."


def is_our_summary(stored: StoredRecord) -> bool:
    """Return whether the abstract is the offline corpus's own, and was not the publisher's."""
    label = (stored.record.abstract or "").startswith("SUMMARY:")
    # PubMed has abstracts that begin so as well: only a record nobody else gave is ours.
    return label and all(met.source == OFFLINE_CORPUS for met in stored.sources)


def _abstract(stored: StoredRecord) -> Iterator[Paragraph]:
    abstract = stored.record.abstract or ""
    if is_our_summary(stored):
        yield Paragraph(Role.LABEL, OUR_SUMMARY)
    elif not abstract.strip():
        yield Paragraph(Role.LABEL, "(no abstract)")
    for paragraph in abstract.splitlines():
        if paragraph.strip():
            yield Paragraph(Role.TEXT, inert(paragraph))


def own_lines(engine: Engine, width: int) -> Iterator[str]:
    """Give what the reviewer did on the record at hand before, and what else there is of it."""
    for each in own_paragraphs(engine):
        yield from _wrapped(each.text, width)


def own_paragraphs(engine: Engine) -> Iterator[Paragraph]:
    """Give the same as paragraphs."""
    yield from (Paragraph(Role.OWN, text) for text in _own(engine))


def _own(engine: Engine) -> Iterator[str]:
    key = engine.current or ""
    if verdict := engine.verdict(key):
        yield f"Your verdict: {said(verdict)}."
    elif engine.is_put_off(key):
        yield "You put this record off."
    if not engine.is_retrieved(key):
        yield "You said that this report cannot be had."
    if tied := engine.ties(key):
        yield f"Tied to: {', '.join(inert(id) for id in tied)}"
    yield from (f"Your note: {inert(note)}" for note in engine.notes(key))
    if tags := engine.tags(key):
        yield f"Your tags: {', '.join(inert(tag) for tag in tags)}"
    if others := len(engine.members()) - 1:
        yield f"This publication has {others} more record{'s' if others > 1 else ''} (d)."


def aired(paragraphs: Iterable[Paragraph]) -> Iterator[Paragraph]:
    """Give a record's paragraphs with blank lines before the title and before the abstract."""
    blank = Paragraph(Role.BLANK, "")
    yield blank
    before = Role.BLANK
    for each in paragraphs:
        if before is Role.SOURCE:
            yield blank
        yield each
        before = each.role


def said(decision: Event) -> str:
    """Return a verdict in words: ``exclude (E1)``."""
    note = f": {inert(decision.note)}" if decision.note else ""
    reason = f" ({inert(decision.reason)}{note})" if decision.reason else note
    return f"{inert(decision.val)}{reason}"


def named(event: Event) -> str:
    """Return an act in words."""
    if event.act == Act.DECIDE:
        return said(event)
    return {
        Act.NOTE: "a note",
        Act.TAG: f"the tag {inert(event.val)}",
        Act.TIE: f"the tie to {inert(event.val)}",
        Act.RETRIEVED: "not retrieved" if event.val == "no" else "retrieved",
    }.get(Act(event.act), "later")


def ago(event: Event) -> str:
    """Return how long ago an event was, or when, where the clocks make no sense."""
    try:
        then = datetime.datetime.fromisoformat(event.t)
        minutes = int((datetime.datetime.now(datetime.UTC) - then).total_seconds() // 60)
    except (ValueError, TypeError, OverflowError):
        minutes = -1
    if minutes < 0:
        return f"at {inert(event.t)}"
    for size, word in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            count = minutes // size
            return f"{count} {word}{'s' if count > 1 else ''} ago"
    return "just now"


def greeting(engine: Engine) -> Iterator[str]:
    """Give what a sitting begins with: where the reviewer stopped, and whether anything waits."""
    if engine.last:
        yield (
            f"Welcome back, {engine.sitting.reviewer}: {engine.counters().decided} records "
            f"decided, your last act {ago(engine.last)}."
        )
    if not engine.counters().total:
        yield f"No record waits for you at {engine.sitting.stage.name}."


def _wrapped(line: str, width: int) -> list[str]:
    # A word that is too long stays whole: a DOI cut in two cannot be copied.
    return textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False)
