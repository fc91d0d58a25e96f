"""Records as nbib, PubMed's MEDLINE format, as the public readers of it expect."""

from __future__ import annotations

from collections.abc import Iterator

from search.exporters.own_note import note_of, one_line
from search.importers.fields import Entry, names_itself
from search.importers.nbib_fields import to_record
from search.records import Record


class Writer:
    """nbib: a tag in four columns, a hyphen, a blank; an empty line behind each record."""

    begin = end = ""

    def __init__(self, _format: str = "nbib", _flavour: str | None = None) -> None:
        pass

    def one(self, record: Record) -> str:
        """Return one record."""
        found = [(tag, one_line(value)) for tag, value in _fields(record) if value]
        note = note_of(record, to_record(Entry.of_fields(found)))
        found += [("GN", note)] if note else []
        found.append(("SO", one_line(_source(record)) or "unknown"))
        return "".join(f"{tag:<4}- {value}\n" for tag, value in found if value) + "\n"


def _fields(record: Record) -> Iterator[tuple[str, str | None]]:
    if record.pmid:
        yield "PMID", record.pmid
    yield "OWN", "NLM" if record.pmid else "SARCAT"
    yield "STAT", record.status
    # of PubMed's three kinds the one that says no medium: the library `nbib` refuses a file whole
    # in which a number has none
    yield from (("IS", f"{number} (Linking)") for number in record.issn)
    yield "VI", record.volume
    yield "IP", record.issue
    yield "DP", record.published or (str(record.year) if record.year else None)
    # a record needs something that names it, or a reader takes it for damaged
    yield "TI", record.title or (None if names_itself(record) else "[Untitled]")
    yield "PG", record.pages
    for tag in ("LID", "AID"):  # as PubMed; Zotero reads the DOI in the second alone
        yield tag, f"{record.doi} [doi]" if record.doi else None
    yield "AB", record.abstract
    yield from (("FAU", name) for name in record.authors)
    yield from (("FED", name) for name in record.editors)
    yield from (("LA", language) for language in record.language)
    yield from (("PT", kind) for kind in record.publication_types)
    yield "TT", record.vernacular_title
    yield "JT", record.journal
    yield "PMC", record.pmcid
    yield from (("MH", heading) for heading in record.mesh)
    yield from (("OT", word) for word in record.keywords)
    yield from (("GN", note) for note in record.notes)


def _source(record: Record) -> str:
    """Return the citation with which a record of PubMed ends."""
    journal, year = record.journal or "", str(record.year or "")
    place = f"{record.volume or ''}{f'({record.issue})' if record.issue else ''}"
    pages = f":{record.pages}" if record.pages else ""
    return f"{journal}. {year};{place}{pages}.".lstrip(". ") if journal or year else ""
