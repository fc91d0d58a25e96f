"""The reader of EndNote's tagged format (``.enw``), which comes from refer and BibIX.

A field is ``%`` with a sign, a blank, and a value that may go on for lines. A record begins with
``%0``; in files that do not have it, or not first, with the first field behind an empty line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from search.importers.fields import Entry, distinct, kept, person, serials, year_in
from search.reading import Reading
from search.records import Record, clean_doi, clean_pmcid, clean_pmid

_FIELD = re.compile(r"[ \t]{0,3}%([0-9A-Z@!?*~<>()[\]+#^&=$|])(?:[ \t](.*)|)")
BEGINS = re.compile(r"^%[0A-Z](?: \S|[ \t]*$)", re.MULTILINE)
_LISTS = frozenset("AEYK?")
_KINDS = {"book": "book", "edited book": "book", "electronic book": "book",
          "book section": "chapter", "electronic book section": "chapter"}  # fmt: skip
_ARTICLES = frozenset({"", "journal", "journal article", "electronic article", "article"})
_KEYS = frozenset("TRM")


def records(lines: Iterable[tuple[int, str]], reading: Reading) -> Iterator[Record]:
    """Yield the records; ``reading`` says what was mended and what was lost."""
    file = _File(reading)
    for number, line in lines:
        if done := file.read(number, line):
            yield from kept(to_record(done), done, reading)
    if file.entry:
        if not reading.ends_whole and file.entry.last in _KEYS:
            reading.problem(
                file.entry.line,
                "the last record, which begins here, ends in the middle of a line: the file may be "
                "cut short",
            )
        yield from kept(to_record(file.entry), file.entry, reading)


class _File:
    """Puts lines together to records."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.entry: Entry | None = None
        self.after_blank = False

    def read(self, number: int, line: str) -> Entry | None:
        """Take in one line; returns the record that it shows to have ended."""
        if not line or line.isspace():
            self.after_blank = True
            return None
        after_blank, self.after_blank = self.after_blank, False
        found = _FIELD.fullmatch(line)
        if not found:
            self._continue(number, line)
            return None
        tag, value = found[1], (found[2] or "").strip()
        done = None
        if self.entry and self._begins(self.entry, tag, after_blank):
            done, self.entry = self.entry, None
        if self.entry is None:
            self.reading.begun += 1
            self.entry = Entry(number)
        self.entry.add(tag, value, self.reading, number)
        return done

    def _begins(self, entry: Entry, tag: str, after_blank: bool) -> bool:
        if tag == "0":
            return after_blank or entry.has("0")
        # %T, %A or %0 may come first; behind an empty line one that was there begins another
        return after_blank and tag in "TAED" and entry.has(tag)

    def _continue(self, number: int, line: str) -> None:
        if self.entry is None:
            self.reading.repair(number, f"words outside any record: {line.strip()[:80]!r}")
        elif self.entry.last in _LISTS:
            self.entry.add(self.entry.last, line.strip(), self.reading, number)
        else:
            self.entry.go_on(line.strip(), self.reading, number)


def to_record(entry: Entry) -> Record:
    """Return the record that the fields of an entry describe."""
    words = (entry.first("0") or "").strip()
    is_article = words.lower() in _ARTICLES
    issn, isbn = serials(entry.all("@"))
    pmid = _pmid(entry)
    accession = entry.first("M")
    return Record(
        title=entry.first("T"),
        vernacular_title=entry.first("Q"),
        abstract="\n".join(entry.all("X")) or None,
        authors=distinct(map(person, entry.all("A"))),
        editors=distinct(map(person, entry.all("E"))),
        year=year_in(entry.first("D")) or year_in(entry.first("8")),
        published=entry.first("8", "D"),
        journal=entry.first("J", "B"),
        volume=entry.first("V"),
        issue=entry.first("N"),
        pages=entry.first("P"),
        pmid=pmid,
        doi=next(filter(None, map(clean_doi, entry.all("R"))), None),
        pmcid=clean_pmcid(entry.first("2")),
        language=distinct(entry.all("G")),
        publication_types=distinct(entry.all("9")),
        keywords=distinct(word.lstrip("*") for word in entry.all("K")),
        kind="article" if is_article else _KINDS.get(words.lower(), words),
        issn=issn,
        urls=distinct(url for url in entry.all("U") if re.match(r"https?://\S+$", url)),
        notes=(*entry.all("Z"), *entry.all("<"), *(f"ISBN {number}" for number in isbn)),
        accession=None if accession and clean_pmid(accession) == pmid else accession,
    )


def _pmid(entry: Entry) -> str | None:
    """Return the PMID: the accession number, where the database is said to be PubMed's."""
    database = " ".join((*entry.all("~"), *entry.all("W"))).lower()
    if re.search(r"\b(?:pubmed|medline|nlm)\b", database):
        return clean_pmid(entry.first("M"))
    return None
