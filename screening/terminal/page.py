"""A record as lines of plain text: whole, inert, wrapped. Shared by every mode of the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from screening.engine import Counters, Engine
from screening.events import Event
from screening.terminal.highlight import Terms, mark
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


def record_lines(stored: StoredRecord, width: int, terms: Terms | None = None) -> Iterator[str]:
    """Give the lines of a record, ``width`` columns at most where its words allow it.

    ``terms`` are marked, None for none.
    """
    record = stored.record
    doi = f" · doi:{inert(record.doi)}" if record.doi else ""
    yield from _wrapped(inert(stored.key) + doi, width)
    yield from _wrapped(_marked(inert(record.title) or "(no title)", terms), width)
    if record.vernacular_title:
        yield from _wrapped(_marked(inert(record.vernacular_title), terms), width)
    yield ""
    yield from _wrapped(source_line(record), width)
    if record.retracted:
        yield "RETRACTED: the journal has withdrawn this paper."
    yield from _abstract(stored, width, terms)


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


def _abstract(stored: StoredRecord, width: int, terms: Terms | None) -> Iterator[str]:
    abstract = stored.record.abstract or ""
    if is_our_summary(stored):
        yield from _wrapped(OUR_SUMMARY, width)
    elif not abstract.strip():
        yield "(no abstract)"
    for paragraph in abstract.splitlines():
        if paragraph.strip():
            yield from _wrapped(_marked(inert(paragraph), terms), width)


def own_lines(engine: Engine, width: int) -> Iterator[str]:
    """Give what the reviewer did on the record at hand before, and what else there is of it."""
    for line in _own(engine):
        yield from _wrapped(line, width)


def _own(engine: Engine) -> Iterator[str]:
    key = engine.current or ""
    if verdict := engine.verdict(key):
        yield f"Your verdict: {said(verdict)}."
    elif engine.is_put_off(key):
        yield "You put this record off."
    yield from (f"Your note: {inert(note)}" for note in engine.notes(key))
    if tags := engine.tags(key):
        yield f"Your tags: {', '.join(inert(tag) for tag in tags)}"
    if others := len(engine.members()) - 1:
        yield f"This publication has {others} more record{'s' if others > 1 else ''} (d)."


def said(decision: Event) -> str:
    """Return a verdict in words: ``exclude (E1)``."""
    note = f": {inert(decision.note)}" if decision.note else ""
    reason = f" ({inert(decision.reason)}{note})" if decision.reason else note
    return f"{inert(decision.val)}{reason}"


def _marked(line: str, terms: Terms | None) -> str:
    return mark(line, terms) if terms else line


def _wrapped(line: str, width: int) -> list[str]:
    # A word that is too long stays whole: a DOI cut in two cannot be copied.
    return textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False)
