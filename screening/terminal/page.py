"""A record as lines of plain text: whole, inert, wrapped. Shared by every mode of the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from screening.engine import Engine
from screening.terminal.highlight import Marker
from screening.terminal.wording import apart_line, inert, said
from search.records import OFFLINE_CORPUS, Record, StoredRecord, base_of_key
from search.words import counted

OUR_SUMMARY = "Our own summary, not the publisher's abstract:"
_OUR_LABEL = "SUMMARY:"
_MOST_AUTHORS = 6


class Role(StrEnum):
    """What a paragraph of the page is, which says how a mode shows it."""

    KEY = "key"
    TITLE = "title"
    SOURCE = "source"
    WARNING = "warning"
    LABEL = "label"
    TEXT = "text"
    OWN = "own"  # what the reviewer did before
    DRAWN = "drawn"  # a picture made of signs, which words beside it say as well
    BLANK = "blank"


MARKED = frozenset((Role.TITLE, Role.TEXT))  # where the search's words are marked


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One inert line of a page, not yet wrapped; ``indent`` is that of its further lines."""

    role: Role
    text: str
    indent: int = 0


def record_paragraphs(stored: StoredRecord, *, briefly: bool = False) -> Iterator[Paragraph]:
    """Give a record as paragraphs, whole and inert.

    ``briefly`` leaves out what a low screen has no room for: further ids, empty lines.
    """
    record = stored.record
    yield Paragraph(Role.KEY, inert(stored.key) if briefly else ids_line(stored))
    yield Paragraph(Role.TITLE, inert(record.title) or "(no title)")
    if record.vernacular_title:
        yield Paragraph(Role.TITLE, inert(record.vernacular_title))
    if not briefly:
        yield Paragraph(Role.BLANK, "")
    if source := source_line(record):
        yield Paragraph(Role.SOURCE, source)
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


def ids_line(stored: StoredRecord) -> str:
    """Return the key, and the PMID and DOI that it does not say already."""
    key, record = inert(stored.key), stored.record
    named = (f"pmid:{inert(record.pmid)}" if record.pmid else "",
             f"doi:{inert(record.doi)}" if record.doi else "")  # fmt: skip
    said = base_of_key(stored.key).casefold()
    return " · ".join([key, *(each for each in named if each and each.casefold() != said)])


def source_line(record: Record) -> str:
    """Return authors, journal and year on one line: what there is of them."""
    authors = [inert(author) for author in record.authors]
    further = len(authors) - _MOST_AUTHORS
    if further > 1:
        authors = [*authors[:_MOST_AUTHORS], f"and {further} more"]
    parts = (
        "; ".join(authors),
        inert(record.journal),
        str(record.year or ""),
        "" if not record.language or "eng" in record.language else
        f"in {inert(', '.join(record.language))}",
    )  # fmt: skip
    said = [part.rstrip(".") for part in parts if part]
    return ". ".join(said) + "." if said else ""


def is_our_summary(stored: StoredRecord) -> bool:
    """Return whether the abstract is the offline corpus's own, and was not the publisher's."""
    label = (stored.record.abstract or "").startswith(_OUR_LABEL)
    # PubMed has abstracts that begin so as well: only a record nobody else gave is ours.
    return label and all(met.source == OFFLINE_CORPUS for met in stored.sources)


def _abstract(stored: StoredRecord) -> Iterator[Paragraph]:
    abstract = stored.record.abstract or ""
    if is_our_summary(stored):
        yield Paragraph(Role.LABEL, OUR_SUMMARY)
        abstract = abstract.removeprefix(_OUR_LABEL)  # the line above says it
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
        yield f"This publication has {counted(others, 'more record')} (v)."
    if perhaps := apart_line(engine):
        yield perhaps


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


def _wrapped(line: str, width: int) -> list[str]:
    # A word that is too long stays whole: a DOI cut in two cannot be copied.
    return textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False)
