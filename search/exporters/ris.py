"""Records as RIS, tag by tag as METHODS 2.12 advises: what each program reads."""

from __future__ import annotations

from collections.abc import Iterator

from search.exporters.own_note import REFERENCES, note_of, one_line
from search.exporters.wording import label_of, label_word
from search.fulltext import open_addresses
from search.importers.fields import Entry
from search.importers.ris_fields import to_record
from search.reading import Reading
from search.records import Record

_TYPES = {"article": "JOUR", "book": "BOOK", "chapter": "CHAP"}
Fields = list[tuple[str, str]]


class Writer:
    """RIS: two signs, two blanks, a hyphen, a blank; every field on one line."""

    begin = end = ""

    def __init__(self, _format: str = "ris", flavour: str | None = None) -> None:
        self.flavour = flavour

    def one(self, record: Record) -> str:
        """Return one record."""
        fields = fields_of(record, self.flavour)
        if self.flavour != REFERENCES:
            note = note_of(record, read_back(fields), self.flavour)
            fields += [("N1", note)] if note else []
        lines = (f"{tag}  - {value}" for tag, value in fields)
        return "\n".join(lines) + "\nER  - \n\n"


def fields_of(record: Record, flavour: str | None = None) -> Fields:
    """Return the fields of a record that say something, each value on one line."""
    found = ((tag, one_line(value)) for tag, value in _fields(record, flavour) if value)
    return [(tag, value) for tag, value in found if value]


def read_back(fields: Fields) -> Record:
    """Return the record as the reader of RIS will give it."""
    return to_record(Entry.of_fields(fields), Reading("ris"))


def _fields(record: Record, flavour: str | None) -> Iterator[tuple[str, str | None]]:
    yield "TY", _TYPES.get(record.kind) or (record.kind if record.kind.isupper() else "GEN")
    yield "TI", record.title
    yield from (("AU", name) for name in record.authors)
    yield from (("ED", name) for name in record.editors)
    yield "PY", str(record.year) if record.year else None
    yield "DA", (record.published or "").replace("-", "/") if _is_day(record) else None
    yield "T2", record.journal
    yield "VL", record.volume
    yield "IS", record.issue
    first, dash, last = (record.pages or "").partition("-")
    whole = not dash or not first or not last or first == last
    yield "SP", record.pages if whole else first
    yield "EP", None if whole else last
    yield from (("SN", number) for number in record.issn)
    yield "DO", record.doi
    yield "AN", record.pmid or record.accession
    yield "DB", "PubMed" if record.pmid else None
    yield "C2", record.pmcid
    yield from (("LA", language) for language in record.language)
    yield from (("M3", kind) for kind in record.publication_types)
    yield "TT", record.vernacular_title
    yield from (("KW", word) for word in (*record.mesh, *record.keywords))
    yield from (("UR", url) for url in record.urls)
    yield from (("L2", url) for url in open_addresses(record)[:1] if url not in record.urls)
    yield from _identifiers(record, flavour)
    yield "AB", record.abstract
    yield from _labels(record, flavour)
    yield from (("N1", note) for note in record.notes)


def _identifiers(record: Record, flavour: str | None) -> Iterator[tuple[str, str | None]]:
    """Yield the identifiers once more, where a target does not look for them in their fields."""
    if flavour == "rayyan" and record.doi:
        yield "UR", f"https://doi.org/{record.doi}"
    elif flavour == "zotero":  # to which M2 is its field "Extra", where it looks for both
        yield "M2", f"PMID: {record.pmid}" if record.pmid else None
        yield "M2", f"PMCID: {record.pmcid}" if record.pmcid else None


def _labels(record: Record, flavour: str | None) -> Iterator[tuple[str, str]]:
    """Yield what a target shows of the outcome: ASReview's label note first, else a keyword."""
    if flavour == "asreview":
        yield "N1", f"ASReview_{label_of(record)}"
    elif flavour in ("zotero", "endnote", "rayyan") and (word := label_word(record)):
        yield "KW", word


def _is_day(record: Record) -> bool:
    return len(record.published or "") == 10 and (record.published or "")[4::3] == "--"
