"""Records as a table (CSV, TSV): a header, a record a row; inert in spreadsheets where asked."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable

from search.exporters.own_note import may_be_a_value, note_of, one_line
from search.exporters.wording import decisions_of, label_of
from search.fulltext import open_addresses
from search.importers.fields import Entry
from search.importers.own import FORMULA
from search.importers.table_fields import columns_of, to_record, without_apostrophe
from search.reading import Reading
from search.records import Record

Cell = Callable[[Record], object]
# Where a semicolon parts the cells (much of Europe) what stands behind one is a cell of its own.
_BEHIND = re.compile(rf';(?="*[{re.escape("".join(FORMULA))}])')
_ASREVIEW = {"relevant": "1", "irrelevant": "0"}


def _brought(name: str) -> Cell:
    def cell(record: Record) -> object:
        value = getattr(record.brought, name) if record.brought else None
        return "; ".join(value) if isinstance(value, tuple) else value

    return cell


def _initials(record: Record) -> str:
    """Return authors as Rayyan can split them: initials, no "and" within a name."""
    return "; ".join(_short(name) for name in record.authors)


def _short(name: str) -> str:
    family, comma, given = name.partition(", ")
    return f"{family} {''.join(part[0] for part in given.split())}" if comma and given else name


def _value(name: str) -> Cell:
    return lambda record: getattr(record, name)


def _list(name: str, between: str = "; ") -> Cell:
    return lambda record: between.join(getattr(record, name))


def _closed(name: str) -> Cell:
    """Return a list that Excel takes for text even where its one value is none: ``SEPT2;``."""

    def cell(record: Record) -> object:
        value = getattr(record, name)
        return f"{value[0]};" if len(value) == 1 and may_be_a_value(value[0]) else "; ".join(value)

    return cell


def _all_words(between: str) -> Cell:
    return lambda record: between.join((*record.mesh, *record.keywords))


_OWN: dict[str, Cell] = {
    "key": _brought("key"),
    **{name: _value(name) for name in ("pmid", "doi", "pmcid", "title", "abstract")},
    "authors": _list("authors"),
    **{name: _value(name) for name in ("year", "journal", "volume", "issue", "pages")},
    **{name: _list(name) for name in ("language", "publication_types", "mesh", "keywords")},
    "retracted": lambda record: "true" if record.retracted else "",
    "kind": _value("kind"),
    "published": _value("published"),
    **{name: _list(name) for name in ("issn", "editors", "registrations", "urls")},
    "full_text": lambda record: "; ".join(open_addresses(record)),
    "vernacular_title": _value("vernacular_title"),
    "accession": _value("accession"),
    "notes": lambda record: record.notes[0] if record.notes else "",
    "outcome": _brought("outcome"),
    "reason": _brought("reason"),
    "decisions": decisions_of,
    "labels": _brought("labels"),
    "duplicate_set": _brought("members"),
}
_LISTS = ("authors", "language", "publication_types", "mesh", "keywords", "issn", "editors",
          "registrations", "urls")  # fmt: skip
_FLAVOURS: dict[str, dict[str, Cell]] = {
    "excel": {**_OWN, **{name: _closed(name) for name in _LISTS}},
    # ASReview keeps the blank behind a semicolon, and reads one address from a column "url"
    "asreview": {
        "title": _OWN["title"], "abstract": _OWN["abstract"], "authors": _list("authors", ";"),
        "keywords": _all_words(";"),
        "year": _OWN["year"], "doi": _OWN["doi"],
        "url": lambda record: record.urls[0] if record.urls else "",
        **{name: _OWN[name] for name in ("journal", "pmid", "notes")},
        "asreview_label": lambda record: _ASREVIEW.get(label_of(record), ""),
    },
    "rayyan": {
        "key": _OWN["key"], "title": _OWN["title"], "authors": _initials,
        **{name: _OWN[name] for name in ("journal", "issn", "volume", "issue", "pages", "year")},
        "url": _list("urls"), "language": _OWN["language"], "abstract": _OWN["abstract"],
        "notes": _OWN["notes"], "pubmed_id": _OWN["pmid"], "pmc_id": _OWN["pmcid"],
        "doi": _OWN["doi"], "keywords": _all_words("; "),
    },
}  # fmt: skip
_NOTE = "sarcat"


class Writer:
    """CSV by RFC 4180, or TSV; in the excel flavour no cell can be a formula."""

    end = ""

    def __init__(self, format: str = "csv", flavour: str | None = None) -> None:
        self.delimiter = "\t" if format == "tsv" else ","
        self.flavour = flavour
        self.inert = flavour == "excel"
        self.cells = _FLAVOURS.get(flavour or "", _OWN)
        header = [*self.cells, _NOTE]
        self.columns = columns_of(header)
        # Excel takes a file for UTF-8 by its mark alone
        self.begin = ("\ufeff" if self.inert else "") + self._row(header)

    def one(self, record: Record) -> str:
        """Return one row."""
        cells = [self._cell(value(record)) for value in self.cells.values()]
        note = note_of(record, self._read_back(cells), self.flavour)
        if not note and not any(cells):
            note = "sarcat: {}"  # a row without a cell would be none
        return self._row([*cells, note])

    def _cell(self, value: object) -> str:
        text = one_line(str(value)) if value not in (None, "") else ""
        if not self.inert:
            return text
        text = _BEHIND.sub("; ", text)
        return f"'{text}" if text.startswith(FORMULA) else text

    def _row(self, cells: list[str]) -> str:
        out = io.StringIO()
        csv.writer(out, delimiter=self.delimiter, lineterminator="\r\n").writerow(cells)
        return out.getvalue()

    def _read_back(self, cells: list[str]) -> Record:
        """Return the record as the reader of tables will give it."""
        reading, entry = Reading("csv"), Entry(0)
        for at, name in self.columns.places:
            if at < len(cells) and cells[at]:
                entry.add(name, without_apostrophe(cells[at]), reading, 0)
        return to_record(entry, self.columns.dialect)
