"""The reader of Ovid's plain text: ``<1>``, then each field's name with its value indented below.

Also read is Ovid's tagged form of the same, with ``TI  - `` instead of the names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from search.importers.fields import Entry, distinct, kept, listed, person, serials, year_in
from search.reading import Reading
from search.records import Record, clean_doi, clean_pmid

_NUMBER = re.compile(r"\s{0,3}<\s?\d{1,7}\.?\s?>\s*")
_NAME = re.compile(r"[A-Z][A-Za-z&/()' -]{1,60}:?\s*")
_TAG = re.compile(r"([A-Z][A-Z0-9])\s{0,3}- ?(.*)")
BEGINS = re.compile(r"^<\d+\.?\s?>\s*\n(?:[A-Z][A-Za-z -]{2,40}\n {1,4}|[A-Z][A-Z0-9]\s{0,3}- )",
                    re.MULTILINE)  # fmt: skip
_TAGS = {
    "TI": "title", "AU": "author", "AB": "abstract", "SO": "source", "YR": "publication year",
    "PM": "unique identifier", "UI": "unique identifier", "AN": "accession number",
    "DO": "doi number", "IS": "issn", "IB": "isbn", "LG": "language", "PT": "publication type",
    "KW": "author keywords", "MH": "mesh subject headings", "JN": "journal name", "VO": "volume",
    "IP": "issue", "PG": "pages", "DB": "database", "FA": "author", "ED": "editor",
}  # fmt: skip
_SAME = {
    "authors": "author", "authors full name": "author", "article title": "title",
    "author names": "author", "doi": "doi number", "digital object identifier": "doi number",
    "keyword heading": "author keywords", "keywords": "author keywords",
    "key concepts": "author keywords", "subject headings": "mesh subject headings",
    "year of publication": "publication year", "document type": "publication type",
    "pubmed id": "unique identifier", "issn print": "issn", "issn electronic": "issn",
    "journal": "journal name", "book title": "book", "book": "book", "volume": "volume",
    "issue/part": "issue", "page": "pages", "database code": "database",
}  # fmt: skip
_PEOPLE = frozenset({"author", "editor"})
# "Nursing Science Quarterly.   28(2):103-106, April 2015."
_SOURCE = re.compile(
    r"(?P<journal>[^.;]+(?:\.(?!\s)[^.;]+)*)\.?\s+(?:Vol\.?\s*)?(?P<volume>\d{1,5})"
    r"(?:\((?P<issue>[^)]{1,20})\))?\s*(?::\s*|\s[A-Z][a-z]+ \d{4},\s*)"
    r"(?P<pages>\w[\w.-]{0,18}\w|\w)?"
)
_DEGREES = re.compile(r"\s+\d+(?:,\d+)*$|\s*\[[^\]]{1,20}\]$")
_KIND = re.compile(r"\.?\s*\[(?P<kind>[^\]]{1,40})\]\s*$")


def records(lines: Iterable[tuple[int, str]], reading: Reading) -> Iterator[Record]:
    """Yield the records; ``reading`` says what was mended and what was lost."""
    entry: Entry | None = None
    for number, line in lines:
        if _NUMBER.fullmatch(line):
            if entry:
                yield from kept(to_record(entry), entry, reading)
            reading.begun += 1
            entry = Entry(number)
        elif entry:
            _read(entry, number, line, reading)
        elif line.strip():
            reading.repair(number, f"words outside any record: {line.strip()[:80]!r}")
    if entry:
        if not entry.first("title", "source", "abstract", "book", "chapter title"):
            reading.problem(entry.line, "the last record, which begins here, has nothing that "
                                        "names it: the file is cut short")  # fmt: skip
            return
        if not reading.ends_whole and entry.last == "title":
            reading.problem(entry.line, "the last record, which begins here, ends in the middle of "
                                        "its title: the file is cut short")  # fmt: skip
        yield from kept(to_record(entry), entry, reading)


def _read(entry: Entry, number: int, line: str, reading: Reading) -> None:
    if not line or line.isspace():
        return
    tagged = _TAG.fullmatch(line)
    if tagged and tagged[1] in _TAGS:
        entry.add(_TAGS[tagged[1]], tagged[2].strip(), reading, number)
    elif not line[0].isspace() and _NAME.fullmatch(line):
        name = line.strip().rstrip(":").lower()
        entry.add(_SAME.get(name, name), "", reading, number)
    elif not entry.last:
        reading.repair(number, f"words that belong to no field: {line.strip()[:80]!r}")
    elif entry.last in _PEOPLE:
        _add_people(entry, number, line, reading)
    else:
        entry.go_on(line.strip(), reading, number)


def _add_people(entry: Entry, number: int, line: str, reading: Reading) -> None:
    """Add one value a name: Ovid parts them by a semicolon or full stop and two blanks."""
    for name in re.split(r"[;.]\s{2,}", line.strip()):
        if bare := _DEGREES.sub("", name.strip().rstrip(".;")):
            entry.add(entry.last, bare, reading, number)


def to_record(entry: Entry) -> Record:
    """Return the record that the fields of an entry describe."""
    title = entry.first("title", "chapter title", "original title", "book")
    kind = _KIND.search(title or "")
    if title and kind:
        title = title[: kind.start()] or title
    source = entry.first("source") or ""
    place = _SOURCE.match(source)
    issn, isbn = serials(entry.all("issn", "isbn"))
    year = next(filter(None, map(year_in, entry.all("publication year", "date of publication",
                                                    "source", "status"))), None)  # fmt: skip
    said = (entry.all("publication type"), (kind["kind"],) if kind else ())
    return Record(
        title=title,
        abstract=entry.first("abstract"),
        authors=distinct(map(person, entry.all("author"))),
        editors=distinct(map(person, entry.all("editor"))),
        year=year,
        journal=entry.first("journal name") or _journal(source, place),
        volume=entry.first("volume") or (place["volume"] if place else None),
        issue=entry.first("issue") or (place["issue"] if place else None),
        pages=entry.first("pages") or (place["pages"] if place else None),
        pmid=_pmid(entry),
        doi=next(filter(None, map(clean_doi, entry.all("doi number"))), None),
        language=distinct(word.rstrip(".") for word in listed(entry.all("language"))),
        publication_types=distinct(
            word.strip(" .") for word in listed((*said[0], *said[1])) if word != "-"
        ),
        keywords=distinct(word.strip(" .*") for word in listed(
            (*entry.all("author keywords"), *entry.all("mesh subject headings")))),
        issn=issn,
        notes=(*((f"Source: {source}",) if source and not place else ()),
               *(f"ISBN {number}" for number in isbn)),
        accession=(entry.first("accession number") or "").rstrip(".") or None,
    )  # fmt: skip


def _journal(source: str, place: re.Match[str] | None) -> str | None:
    if place:
        return place["journal"].strip()
    words = source.partition(".")[0].strip()
    return words if words and "(" not in words else None


def _pmid(entry: Entry) -> str | None:
    """Return the PMID: the unique identifier of Ovid's MEDLINE."""
    database = (entry.first("database") or "").lower()
    number = clean_pmid(entry.first("unique identifier"))
    return number if number and ("medline" in database or not database) else None
