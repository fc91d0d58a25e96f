"""The nbib reader: PubMed's MEDLINE format, and ERIC's dialect of it, each record accounted for.

A record ends with an empty line; where that is missing, the next ``PMID`` begins another. What a
record's fields mean is told in `nbib_fields`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from search.importers.brought_notes import with_brought
from search.importers.fields import Entry, names_itself
from search.importers.nbib_fields import to_record
from search.reading import Reading
from search.records import Record

# The tag fills four columns, then a hyphen and a blank: "PMID- ", "TI  - ". Copies lose a blank.
_FIELD = re.compile(r"([A-Z][A-Z0-9]{1,3}) {0,3}-(?: (.*)|)")
_HEAD = re.compile(r"([A-Z][A-Z0-9]{1,3}) {0,3}- ")
_LONG, _MANY = 1 << 20, 10_000  # characters, lines: memory and size stay bounded
BEGINS = re.compile(r"^(?:PMID|OWN) {0,3}- ", re.MULTILINE)
_LISTS = frozenset({"KW", "OT", "MH"})
# Fields that a record has once: a second one behind an empty line belongs to the next record.
_SINGLE = frozenset({
    "PMID", "OWN", "STAT", "TI", "AB", "DP", "TA", "JT", "VI", "IP", "PG", "SO", "PST", "EDAT",
    "CRDT", "DEP",
})  # fmt: skip
# Fields by which the record is known for ever: half of one is a wrong one.
_KEYS = frozenset({"PMID", "TI", "BTI", "AID", "LID"})


def records(pieces: Iterable[tuple[int, str]], reading: Reading) -> Iterator[Record]:
    """Yield the records of an nbib file; ``reading`` says what was mended and what was lost.

    ``pieces`` are whole lines, one or many at a time, with the number of the first of them. A
    record that stands between two ``PMID`` behind empty lines, and has nothing odd, is taken as a
    whole (`_plain`), any other line by line.
    """
    file = _File(reading)
    for number, text, ends in _parts(pieces):
        if ends and file.at_border and (entry := _plain(number, text)):
            if before := file.released():
                yield from _given(before, reading)
            reading.begun += 1
            yield from _given(entry, reading)
            continue
        for at, line in enumerate(text.split("\n"), start=number):
            if done := file.read(at, line):
                yield from _given(done, reading)
    if last := file.finish():
        yield from _given(last, reading)


def _parts(pieces: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str, bool]]:
    """Cut lines between an empty one and a PMID.

    Gives the number of the first of each part, and whether such a border is behind it.
    """
    held, number = "", 0  # lines behind the last border, 0 where there are none
    for first, piece in pieces:
        text, number = (f"{held}\n{piece}", number) if number else (piece, first)
        at = 0
        while (end := text.find("\n\nPMID- ", at)) >= 0:
            yield number, text[at : end + 1], True
            number += text.count("\n", at, end + 1) + 1
            at = end + 2
        held = text[at:]
        if len(held) > _LONG:
            yield number, held, False
            held, number = "", 0
    if number:
        yield number, held, False


def _plain(number: int, text: str) -> Entry | None:
    """Return the record of a part that has one PMID and nothing odd, else None.

    What it returns is what `_File` makes of the same lines, in half of the time.
    """
    body = text.strip("\n")
    if not body.startswith("PMID- ") or "\n\n" in body:
        return None
    lines = body.replace("\n      ", " ").split("\n")  # PubMed's own way to go on with a field
    found: dict[str, list[str]] = {}
    pairs = []
    for line in lines:
        tag = _tag(line[:6])
        if tag is None:
            return None
        value = " ".join(line[6:].split())
        found.setdefault(tag, []).append(value)
        if value:
            pairs.append((tag, value))
    if len(found["PMID"]) > 1 or len(found.get("OWN", ())) > 1 or len(lines) > _MANY:
        return None
    index = {tag: full for tag, values in found.items() if (full := list(filter(None, values)))}
    blank = len(text) - len(text.lstrip("\n"))
    return Entry.of(number + blank, index, lambda: pairs)


@lru_cache(maxsize=4096)
def _tag(head: str) -> str | None:
    """Return the tag in the first six signs of a line, None where there is none."""
    found = _HEAD.fullmatch(head)
    return found[1] if found else None


def _given(entry: Entry, reading: Reading) -> Iterator[Record]:
    record = to_record(entry)
    reading.dialect = reading.dialect or entry.first("OWN")
    if entry.first("PMID") and not record.pmid:
        reading.repair(entry.line, "a record's PMID is no valid one, and is left out")
    if not names_itself(record):
        reading.problem(
            entry.line, "the record that begins here has neither PMID, title, abstract nor DOI"
        )
        return
    reading.parsed += 1
    yield with_brought(record)


class _File:
    """Puts lines together to records."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.entry: Entry | None = None
        self.blank = 0  # the last line, if it is empty

    @property
    def at_border(self) -> bool:
        """Whether a PMID in the next line would begin a record."""
        return self.entry is None or bool(self.blank)

    def released(self) -> Entry | None:
        """Return the record that was being read, which the next one has ended."""
        entry, self.entry, self.blank = self.entry, None, 0
        return entry

    def read(self, number: int, line: str) -> Entry | None:
        """Take in one line; returns the record that it shows to have ended."""
        if not line or line.isspace():
            self.blank = number
            return None
        blank, self.blank = self.blank, 0
        found = _FIELD.fullmatch(line)
        if not found:
            self._continue(number, line, blank)
            return None
        tag, value = found[1], found[2] or ""
        done = None
        if self.entry and self._begins(self.entry, tag, bool(blank)):
            done, self.entry = self.entry, None
            if not blank:
                self.reading.repair(number, "no empty line before this record")
        if self.entry is None:
            self.reading.begun += 1
            self.entry = Entry(number)
        elif blank:
            self.reading.repair(blank, "an empty line within a record")
        self.entry.add(tag, value, self.reading, number)
        return done

    def finish(self) -> Entry | None:
        """Return the record with which the file ends."""
        entry = self.entry
        if entry is None:
            return None
        name = f"the last record, which begins in line {entry.line},"
        if not self.reading.ends_whole and entry.last in _KEYS:
            self.reading.problem(
                entry.line, f"{name} ends in the middle of its {entry.last}: the file is cut short"
            )
        elif not self._seems_whole(entry):
            self.reading.repair(entry.line, f"{name} has no SO; the file may be cut short")
        return entry

    def _seems_whole(self, entry: Entry) -> bool:
        """Return whether the last record ends as records do: PubMed's with SO, or an empty line."""
        if entry.first("SO"):
            return True
        return self.reading.ends_whole and bool(self.blank or not entry.first("PMID"))

    def _begins(self, entry: Entry, tag: str, after_blank: bool) -> bool:
        """Return whether a field begins a new record behind the one being read."""
        if tag == "PMID":
            return after_blank or entry.has("PMID")
        if tag == "OWN" and entry.has("OWN"):
            return True  # ERIC's records have no PMID and begin with it
        return after_blank and tag in _SINGLE and entry.has(tag)

    def _continue(self, number: int, line: str, blank: int) -> None:
        if self.entry is None or (blank and not line[0].isspace()):
            self.reading.repair(number, f"words outside any record: {line.strip()[:80]!r}")
            self.blank = blank
            return
        if blank:
            self.reading.repair(blank, "an empty line within a record")
        if self.entry.last in _LISTS and not line[0].isspace():
            self.entry.add(self.entry.last, line.strip(), self.reading, number)
        else:
            self.entry.go_on(line.strip(), self.reading, number)
