"""Records in EndNote's tagged format (``.enw``)."""

from __future__ import annotations

from collections.abc import Iterator

from search.exporters.own_note import note_of, one_line
from search.exporters.wording import label_word
from search.importers.enw import to_record
from search.importers.fields import Entry
from search.records import Record

_TYPES = {"article": "Journal Article", "book": "Book", "chapter": "Book Section"}


class Writer:
    """A per cent sign, a sign, a blank, a value; an empty line behind each record."""

    begin = end = ""

    def __init__(self, _format: str = "enw", flavour: str | None = None) -> None:
        self.flavour = flavour

    def one(self, record: Record) -> str:
        """Return one record."""
        found = [(tag, one_line(value)) for tag, value in _fields(record, self.flavour) if value]
        note = note_of(record, to_record(Entry.of_fields(found)), self.flavour)
        found += [("Z", note)] if note else []
        return "".join(f"%{tag} {value}\n" for tag, value in found if value) + "\n"


def _fields(record: Record, flavour: str | None) -> Iterator[tuple[str, str | None]]:
    yield "0", _TYPES.get(record.kind, "Generic")
    yield from (("A", name) for name in record.authors)
    yield from (("E", name) for name in record.editors)
    yield "D", str(record.year) if record.year else None
    yield "T", record.title
    yield "J", record.journal
    yield "V", record.volume
    yield "N", record.issue
    yield "P", record.pages
    yield from (("@", number) for number in record.issn)
    yield "R", record.doi
    yield "M", record.pmid or record.accession
    yield "~", "PubMed" if record.pmid else None
    yield "2", record.pmcid
    yield from (("G", language) for language in record.language)
    yield from (("9", kind) for kind in record.publication_types)
    yield "Q", record.vernacular_title
    yield from (("K", word) for word in (*record.mesh, *record.keywords))
    if flavour == "endnote" and (word := label_word(record)):
        yield "K", word
    yield from (("U", url) for url in record.urls)
    yield "X", record.abstract
    yield from (("Z", note) for note in record.notes)
