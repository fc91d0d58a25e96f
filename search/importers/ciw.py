"""The reader of Web of Science's tagged text (``.ciw``, plain text, ISI export).

A record begins with ``PT`` and ends with ``ER``; a tag stands at the beginning of its line, what
is indented goes on. Which tag means what:
https://images.webofknowledge.com/images/help/WOS/hs_wos_fieldtags.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from search.importers.fields import (
    Entry,
    distinct,
    kept,
    listed,
    pages_of,
    person,
    serials,
    year_in,
)
from search.reading import Reading
from search.records import Record, clean_doi, clean_pmid

_FIELD = re.compile(r"([A-Z][A-Z0-9])(?: (.*))?")
BEGINS = re.compile(r"\A\s*(?:FN \S|VR \d|PT [A-Z]\n)|^PT [A-Z]\n(?:TY |DT |AN )?A[UB] ")
_LISTS = frozenset({"AU", "AF", "BA", "BF", "BE", "ED", "CA", "CR", "C1", "C3", "EM", "RI", "OI"})
_ENVELOPE = frozenset({"FN", "VR", "EF"})
_KINDS = {"B": "book", "S": "book", "J": "article"}
_KEYS = frozenset({"TI", "DI", "PM", "UT"})


def records(lines: Iterable[tuple[int, str]], reading: Reading) -> Iterator[Record]:
    """Yield the records; ``reading`` says what was mended and what was lost."""
    file = _File(reading)
    for number, line in lines:
        if done := file.read(number, line):
            yield from kept(to_record(done), done, reading)
    if done := file.finish():
        yield from kept(to_record(done), done, reading)


class _File:
    """Puts lines together to records."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.entry: Entry | None = None

    def read(self, number: int, line: str) -> Entry | None:
        """Take in one line; returns the record that it ends."""
        if not line or line.isspace():
            return None
        found = _FIELD.fullmatch(line)
        tag, value = (found[1], (found[2] or "").strip()) if found else ("", line.strip())
        before = self.entry
        if tag == "ER" and not value:
            self.entry = None
            if before is None:
                self.reading.repair(number, "an ER outside any record")
            return before
        if tag == "PT" or (tag and before is None and tag not in _ENVELOPE):
            return self._begin(number, tag, value)
        if tag == "EF" and not value:
            return None
        if before is None:
            if tag not in _ENVELOPE:
                self.reading.repair(number, f"words outside any record: {line.strip()[:80]!r}")
        elif tag:
            before.add(tag, value, self.reading, number)
        else:
            self._continue(before, number, line)
        return None

    def _begin(self, number: int, tag: str, value: str) -> Entry | None:
        before = self.entry
        if before is not None:
            self.reading.repair(number, "no ER before this record")
        elif tag != "PT":
            self.reading.repair(number, "no PT at the beginning of this record")
        self.reading.begun += 1
        self.entry = Entry(number)
        self.entry.add(tag, value, self.reading, number)
        return before

    def _continue(self, entry: Entry, number: int, line: str) -> None:
        if not line[0].isspace():
            self.reading.repair(number, f"read as text of {entry.last}: {line.strip()[:80]!r}")
        if entry.last in _LISTS and line[0].isspace():
            entry.add(entry.last, line.strip(), self.reading, number)  # one value a line
        else:
            entry.go_on(line.strip(), self.reading, number)

    def finish(self) -> Entry | None:
        """Return the record that the end of the file leaves open: Web of Science leaves none."""
        entry = self.entry
        if entry is None:
            return None
        name = f"the last record, which begins in line {entry.line}, has no ER"
        cut = not self.reading.ends_whole and entry.last in _KEYS
        if cut or not entry.first("TI", "AU", "AB", "DI"):
            self.reading.problem(entry.line, f"{name}: the file is cut short")
            return entry if cut else None
        self.reading.repair(entry.line, f"{name}; the file may be cut short")
        return entry


def to_record(entry: Entry) -> Record:
    """Return the record that the fields of an entry describe."""
    issn, isbn = serials(entry.all("SN", "EI", "BN"))
    year, published = year_in(entry.first("PY")), entry.first("PD")
    if year and published and str(year) not in published:
        published = f"{year} {published}"
    authors = entry.all("AF") or entry.all("AU")
    kind = entry.first("PT") or "J"
    return Record(
        title=entry.first("TI"),
        abstract=entry.first("AB"),
        authors=distinct(map(person, (*authors, *entry.all("CA")))),
        editors=distinct(map(person, entry.all("BE", "ED"))),
        year=year or year_in(published),
        published=published or entry.first("PY"),
        journal=entry.first("SO", "JI", "J9"),
        volume=entry.first("VL"),
        issue=entry.first("IS"),
        pages=pages_of(entry.first("BP", "SP"), entry.first("EP"), entry.first("AR")),
        pmid=clean_pmid(entry.first("PM")),
        doi=next(filter(None, map(clean_doi, entry.all("DI"))), None),
        language=distinct(listed(entry.all("LA"))),
        publication_types=distinct(value for value in listed(entry.all("DT")) if value != "-"),
        keywords=distinct(listed((*entry.all("DE"), *entry.all("ID")))),
        retracted="Retracted Publication" in entry.all("DT"),
        kind=_KINDS.get(kind, "article"),
        issn=issn,
        notes=tuple(f"ISBN {number}" for number in isbn),
        accession=entry.first("UT", "AN"),
    )
