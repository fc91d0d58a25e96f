"""The other versions of a record: its duplicates, and what may be one and was left apart."""

from __future__ import annotations

from collections.abc import Iterator

from screening.dedupe.sets import Refusal
from screening.engine import Engine
from screening.terminal.page import Paragraph, Role, ids_line, source_line
from screening.terminal.wording import inert, others_of, said
from search.records import Record, StoredRecord, fold

_COMPARED = ("title", "authors", "journal", "year", "volume", "issue", "pages", "doi", "pmid",
             "abstract")  # fmt: skip
_SHOWN = ("title", "authors", "journal", "year")  # above the differences


def versions(engine: Engine) -> Iterator[Paragraph]:
    """Give the other records of the publication, then those that may be versions of it.

    Of each it says in what it differs from the one shown.
    """
    shown = engine.shown()
    if shown is None:
        yield Paragraph(Role.TEXT, "No record is shown.")
        return
    others = [each for each in engine.members() if each != shown]
    for each in others:
        yield from _record(shown, each)
    if not others:
        yield Paragraph(Role.TEXT, "This publication has no other record.")
    pairs = engine.sitting.apart.get(engine.current or "", ())
    if pairs:
        yield Paragraph(Role.BLANK, "")
        yield Paragraph(Role.LABEL, "Left apart, since it is not sure (`sarcat duplicates`):")
    for pair in pairs:
        yield from _pair(engine, shown, pair)


def _pair(engine: Engine, shown: StoredRecord, pair: Refusal) -> Iterator[Paragraph]:
    for other in engine.sitting.records(others_of(engine, pair)):
        yield from _record(shown, other)
        if verdict := engine.verdict(engine.sitting.set_of(other.key)):
            yield Paragraph(Role.TEXT, f"Your verdict on it: {said(verdict)}.", 2)
    reasons = "; ".join(map(str, pair.link.reasons))
    yield Paragraph(Role.TEXT, f"for: {inert(reasons)}", 2)
    yield Paragraph(Role.TEXT, f"against: {inert(str(pair.against))}", 2)


def _record(shown: StoredRecord, other: StoredRecord) -> Iterator[Paragraph]:
    yield Paragraph(Role.LABEL, ids_line(other))
    yield Paragraph(Role.TITLE, inert(other.record.title) or "(no title)")
    if source := source_line(other.record):
        yield Paragraph(Role.SOURCE, source)
    yield from _differences(shown.record, other.record)


def _differences(shown: Record, other: Record) -> Iterator[Paragraph]:
    """Name the fields in which two records differ, by more than case, accents and marks."""
    for name in _COMPARED:
        here, there = _plain(getattr(shown, name)), _plain(getattr(other, name))
        if fold(here) == fold(there):
            continue
        if name == "abstract":
            yield Paragraph(Role.TEXT, f"≠ abstract: {_lengths(here, there)}", 2)
        elif name in _SHOWN:
            yield Paragraph(Role.TEXT, f"≠ {name} (shown: {here or 'none'})", 2)
        else:
            yield Paragraph(Role.TEXT, f"≠ {name}: {there or 'none'} (shown: {here or 'none'})", 2)


def _plain(value: object) -> str:
    if value is None:
        return ""
    return inert("; ".join(value) if isinstance(value, tuple) else str(value))


def _lengths(here: str, there: str) -> str:
    if not there:
        return "it has none"
    return f"{len(there.split())} words (shown: {len(here.split())})"
