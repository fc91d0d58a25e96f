"""The nbib reader: PubMed's MEDLINE format, and ERIC's dialect of it, each record accounted for.

A record ends with an empty line; where that is missing, the next ``PMID`` begins another. What a
record's fields mean is told in `nbib_fields`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from search.importers.brought_notes import with_brought
from search.importers.fields import Entry, names_itself
from search.importers.nbib_fields import to_record
from search.reading import Reading
from search.records import Record

# The tag fills four columns, then a hyphen and a blank: "PMID- ", "TI  - ". Copies lose a blank.
_FIELD = re.compile(r"([A-Z][A-Z0-9]{1,3}) {0,3}-(?: (.*)|)")
BEGINS = re.compile(r"^(?:PMID|OWN) {0,3}- ", re.MULTILINE)
_LISTS = frozenset({"KW", "OT", "MH"})
# Fields that a record has once: a second one behind an empty line belongs to the next record.
_SINGLE = frozenset({
    "PMID", "OWN", "STAT", "TI", "AB", "DP", "TA", "JT", "VI", "IP", "PG", "SO", "PST", "EDAT",
    "CRDT", "DEP",
})  # fmt: skip
# Fields by which the record is known for ever: half of one is a wrong one.
_KEYS = frozenset({"PMID", "TI", "BTI", "AID", "LID"})


def records(lines: Iterable[tuple[int, str]], reading: Reading) -> Iterator[Record]:
    """Yield the records of an nbib file; ``reading`` says what was mended and what was lost."""
    file = _File(reading)
    for number, line in lines:
        if done := file.read(number, line):
            yield from _given(done, reading)
    if done := file.finish():
        yield from _given(done, reading)


def _given(entry: Entry, reading: Reading) -> Iterator[Record]:
    record = to_record(entry)
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
        self.reading.dialect = self.reading.dialect or (value.strip() if tag == "OWN" else None)
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
