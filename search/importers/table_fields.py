"""What the columns of a table mean, by their names in the header.

Known are Sarcat's own, and those of Rayyan, Covidence, ASReview, Scopus, Zotero, Embase, PubMed,
IEEE and Springer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from search.brought import Brought
from search.importers.fields import (
    YEAR,
    Entry,
    distinct,
    listed,
    pages_of,
    person,
    serials,
    year_in,
)
from search.importers.other_notes import asreview
from search.importers.own import FORMULA, OWN
from search.records import Record, clean_doi, clean_pmcid, clean_pmid

# Field: the names of its columns, in small letters, as the programs write them.
_NAMES = {
    "id": "id, record_id, record id",
    "own_key": "key",
    "title": "title, titles, primary_title, primary title, article title, item title, "
             "document title, ti, t1",
    "abstract": "abstract, abstracts, notes_abstract, abstract note, abstractnote, ab, n2, summary",
    "authors": "authors, author, author names, first_authors, au, author(s), authors_list",
    "full_authors": "author full names, authors full names",
    "editors": "editors, editor, secondary_authors",
    "year": "year, publication year, published year, publication_year, pub year, py, y1",
    "published": "published, date, publication date, publication_date, date of publication",
    "database": "name_of_database, database",
    "journal": "journal, source title, publication title, journal/book, secondary_title, t2, "
               "journal_name, journal title, journal name, publication, jo, jf, so",
    "source": "source",
    "volume": "volume, journal volume, vl",
    "issue": "issue, number, journal issue, is",
    "pages": "pages, page, page range",
    "first_page": "page start, start_page, first page, start page, sp",
    "last_page": "page end, end_page, last page, end page, ep",
    "number": "art. no., article number",
    "doi": "doi, item doi, do, di",
    "pmid": "pmid, pubmed id, pubmed_id, pubmedid, medline pmid",
    "pmcid": "pmcid, pmc_id, pmc id, custom2",
    "accession": "accession number, accession, accession_number, eid, an, ut (unique wos id), "
                 "embase accession id",
    "language": "language, languages, la, language of original document",
    "issn": "issn, isbn, sn, issn/isbn, eissn",
    "mesh": "mesh",
    "keywords": "keywords, keyword, author keywords, index keywords, manual tags, automatic tags, "
                "kw, emtree medical index terms (major focus), emtree medical index terms, "
                "emtree drug index terms (major focus), emtree drug index terms",
    "urls": "url, urls, link, links, ur, pdf link, open url link",
    "type": "publication_types, document type, publication type, content type, type_of_work, m3",
    "kind": "kind, item type, type_of_reference, type of reference, ty",
    "vernacular_title": "vernacular_title, original title, translated_title",
    "registrations": "registrations, clinical trial numbers",
    "retracted": "retracted",
    "notes": "notes, note, n1, extra, sarcat",
    "label": "asreview_label, label, included, label_included, included_label, final_included, "
             "included_final, included_flag, include",
    "label_time": "asreview_time",
    "label_note": "asreview_note",
    "label_user": "asreview_user_name",
    "tags": "tags",
    "covidence": "covidence #",
}  # fmt: skip
_FIELDS = {name: field for field, names in _NAMES.items() for name in names.split(", ")}
# By which columns a program is known; the first that has all of them.
_DIALECTS = (
    ("sarcat", {"key", "sarcat"}), ("covidence", {"covidence #"}), ("asreview", {"asreview_label"}),
    ("zotero", {"item type", "abstract note"}), ("scopus", {"source title", "eid"}),
    ("scopus", {"source title", "authors", "link"}), ("embase", {"author names", "open url link"}),
    ("pubmed", {"pmid", "journal/book"}), ("springer", {"item title", "item doi"}),
    ("rayyan", {"key", "title", "authors", "issn", "location"}),
)  # fmt: skip
_ARTICLES = frozenset({"", "article", "journal article", "journalarticle", "jour"})
_KINDS = {"book": "book", "booksection": "chapter", "book section": "chapter", "chap": "chapter"}
_REPRESENTED = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"")
_SHORT = re.compile(r"[^\d,;]{2,40} [A-Z][A-Z.-]{0,5}\.?")  # "Lim SM", "Adler D.G."
_FULL = re.compile(r"[^\d,;.]{2,30}(?: [^\d,;]{1,30}){1,3}")  # "Joseph Rottman"
_SCOPUS_ID = re.compile(r"\s*\(\d{5,}\)\s*$")
# Embase: "Endoscopic Ultrasound (2014) 3:3 (152-160). Date of Publication: 2014"
_SOURCE = re.compile(r"(?P<journal>.+?) \((?P<year>\d{4})\)"
                     r"(?: (?P<volume>[\w ]{1,12}))?"
                     r"(?::(?P<issue>[\w-]{1,12}))?"
                     r"(?: \((?P<pages>[\w. -]{1,30})\))?")  # fmt: skip
_PMID_NOTE = re.compile(r"\bPMID\s*[:=]?\s*(\d{1,8})(?!\d)", re.I)
_RETRACTED = re.compile(r"^\W*retracted(?: article)?\s*[:\])–—-]", re.I)
_LABELS = dict.fromkeys(("1", "1.0", "true", "yes"), "relevant") | dict.fromkeys(
    ("0", "0.0", "false", "no"), "irrelevant"
)


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table: the places of those that are known, with their fields."""

    places: tuple[tuple[int, str], ...]
    names: frozenset[str]
    width: int
    dialect: str | None


def columns_of(header: Sequence[str]) -> Columns:
    """Return what the cells of a header stand for; unknown ones are passed over."""
    cells = [" ".join(cell.replace("\ufeff", "").split()).lower() for cell in header]
    places = tuple((at, _FIELDS[cell]) for at, cell in enumerate(cells) if cell in _FIELDS)
    has = set(cells)
    dialect = next((name for name, signs in _DIALECTS if signs <= has), None)
    return Columns(places, frozenset(name for _at, name in places), len(cells), dialect)


def without_apostrophe(cell: str) -> str:
    """Return a cell without the apostrophe that keeps spreadsheets from reading it as a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in FORMULA else cell


def to_record(entry: Entry, dialect: str | None = None) -> Record:
    """Return the record that the cells of a row describe."""
    title, pmid, accession = entry.first("title"), _pmid(entry), entry.first("accession")
    issn, isbn = serials(entry.all("issn"))
    place = _SOURCE.match(entry.first("source") or "")
    said = place.groupdict() if place else {}
    date, year = entry.first("published"), year_in(entry.first("year"))
    kind = (entry.first("kind") or "").lower()
    notes, tags = entry.all("notes"), distinct(listed(entry.all("tags")))
    if number := entry.first("covidence"):
        notes = (*notes, f"Covidence {number}")
    record = Record(
        title=title,
        vernacular_title=entry.first("vernacular_title"),
        abstract=entry.first("abstract"),
        authors=distinct(_people(entry)),
        editors=distinct(map(person, listed(_lists(entry.all("editors"))))),
        year=year or year_in(date) or year_in(said.get("year")),
        published=date
        if date and YEAR.search(date)
        else _whole(entry.first("year")) or said.get("year"),
        journal=entry.first("journal") or said.get("journal") or _journal(entry, place),
        volume=_whole(entry.first("volume")) or said.get("volume"),
        issue=_whole(entry.first("issue")) or said.get("issue"),
        pages=entry.first("pages") or said.get("pages")
        or pages_of(entry.first("first_page"), entry.first("last_page"), entry.first("number")),
        pmid=pmid,
        doi=next(filter(None, map(clean_doi, entry.all("doi"))), None),
        pmcid=next(filter(None, map(clean_pmcid, entry.all("pmcid"))), None),
        language=distinct(listed(entry.all("language"))),
        publication_types=distinct(listed(entry.all("type"))),
        mesh=distinct(listed(entry.all("mesh"))),
        keywords=distinct(_keywords(entry)),
        retracted=(entry.first("retracted") or "").lower() in ("1", "true", "yes")
        or bool(_RETRACTED.search(title or "")),
        kind="article" if kind in _ARTICLES else _KINDS.get(kind, entry.first("kind") or kind),
        issn=issn,
        registrations=distinct(listed(entry.all("registrations"))),
        urls=distinct(url for url in listed(entry.all("urls")) if re.match(r"https?://\S+$", url)),
        notes=(*notes, *(f"ISBN {number}" for number in isbn)),
        accession=None if pmid and pmid == clean_pmid(_whole(accession)) else accession,
    )  # fmt: skip
    return replace(record, brought=_brought(entry, tags, dialect))


def _brought(entry: Entry, tags: tuple[str, ...], dialect: str | None) -> Brought | None:
    """Return what columns say of the screening: ASReview's label, Covidence's tags."""
    label = _LABELS.get((entry.first("label") or "").lower())
    if label and dialect != "sarcat":
        more = {name: text for name, column in (("time", "label_time"), ("note", "label_note"),
                                                ("user_name", "label_user"))
                if (text := entry.first(column))}  # fmt: skip
        return asreview(label, more)
    if tags and dialect in ("covidence", None):
        return Brought("covidence", labels=tags)
    return None


def _whole(text: str | None) -> str | None:
    """Return a number without the ".0" that pandas (ASReview) writes where a column has gaps."""
    return text[:-2] if text and text.endswith(".0") and text[:-2].isdecimal() else text


def _is_of_pubmed(entry: Entry) -> bool:
    return (entry.first("database") or "").lower() in ("pubmed", "medline", "nlm")


def _pmid(entry: Entry) -> str | None:
    numbers = [*entry.all("pmid"), *(entry.all("accession") if _is_of_pubmed(entry) else ())]
    found = next(filter(None, (clean_pmid(_whole(number)) for number in numbers)), None)
    notes = (
        _PMID_NOTE.search(note)
        for note in entry.all("notes")
        if len(note) < 400 and OWN not in note
    )
    return found or next((clean_pmid(note[1]) for note in notes if note), None)


def _journal(entry: Entry, place: re.Match[str] | None) -> str | None:
    """Return a column "source" that is no citation: the journal, or the database (then none)."""
    source = entry.first("source")
    return source if source and not place and len(source) < 120 else None


def _keywords(entry: Entry) -> Iterator[str]:
    for value in _lists(entry.all("keywords")):
        parts = listed((value,)) if ";" in value else iter(value.split(", "))
        yield from (word.strip().lstrip("*") for word in parts if word.strip())


def _lists(values: tuple[str, ...]) -> tuple[str, ...]:
    """Return values in which Python's way of writing a list became semicolons."""
    return tuple(
        "; ".join(a or b for a, b in _REPRESENTED.findall(value)) or value
        if value.startswith("[") and value.endswith("]")
        else value
        for value in values
    )


def _people(entry: Entry) -> Iterator[str]:
    values = entry.all("full_authors") or entry.all("authors")
    for value in _lists(values):
        for name in _split(value):
            if bare := _SCOPUS_ID.sub("", name).strip():
                yield person(bare)


def _split(value: str) -> list[str]:
    """Cut a list of names: at semicolons; else at commas or "and" where each part is a name."""
    if ";" in value:
        return value.split(";")
    parts = [part.strip() for part in value.split(",") if part.strip()]
    if len(parts) > 1 and (all(map(_SHORT.fullmatch, parts)) or all(map(_FULL.fullmatch, parts))):
        ends = "." not in value[:-1] and value.endswith(".")  # PubMed's full stop behind the last
        return [*parts[:-1], parts[-1].rstrip(".") if ends else parts[-1]]
    names = re.split(r"\s+and\s+", value)
    return names if len(names) > 1 and all("," in name for name in names) else [value]
