"""Records as EndNote XML, which EndNote, Covidence and Zotero read."""

from __future__ import annotations

from itertools import groupby

from search.exporters.own_note import note_of
from search.exporters.ris import Fields, fields_of, read_back
from search.records import Record

# Element and number of EndNote's reference types, by the types of RIS.
_TYPES = {"JOUR": ("Journal Article", "17"), "BOOK": ("Book", "6"), "CHAP": ("Book Section", "5")}
# Where each RIS field stands, in the order of EndNote's own exports.
_PLACES = (
    ("contributors/authors", "author", "AU"), ("contributors/secondary-authors", "author", "ED"),
    ("titles", "title", "TI"), ("titles", "secondary-title", "T2"),
    ("titles", "translated-title", "TT"), ("", "pages", "SP"), ("", "volume", "VL"),
    ("", "number", "IS"), ("keywords", "keyword", "KW"), ("dates", "year", "PY"),
    ("dates/pub-dates", "date", "DA"), ("", "isbn", "SN"), ("", "accession-num", "AN"),
    ("", "electronic-resource-num", "DO"), ("", "abstract", "AB"), ("", "notes", "N1"),
    ("", "research-notes", "RN"), ("urls/related-urls", "url", "UR"), ("", "language", "LA"),
    ("", "work-type", "M3"), ("", "custom2", "C2"), ("", "remote-database-name", "DB"),
)  # fmt: skip


class Writer:
    """EndNote XML: one line, a record after the other."""

    begin = '<?xml version="1.0" encoding="UTF-8"?>\n<xml><records>\n'
    end = "</records></xml>\n"

    def __init__(self, _format: str = "endnote-xml", flavour: str | None = None) -> None:
        self.flavour = flavour

    def one(self, record: Record) -> str:
        """Return one record."""
        fields = _joined(fields_of(record, self.flavour))
        if note := note_of(record, read_back(_as_read(fields)), self.flavour):
            fields.append(("RN", note))
        name, number = _TYPES.get(fields[0][1], (fields[0][1], ""))
        kind = f'<ref-type name="{_text(name)}">{number}</ref-type>'
        return (f'<record><source-app name="Sarcat">Sarcat</source-app>{kind}'
                f"{_elements(fields)}</record>\n")  # fmt: skip


def _joined(fields: Fields) -> Fields:
    """Return the fields with pages in one, as EndNote has them; editors as its second authors."""
    said = dict(fields)
    pages = "-".join(filter(None, (said.get("SP"), said.get("EP"))))
    return [(tag, pages if tag == "SP" else value) for tag, value in fields if tag != "EP"]


def _as_read(fields: Fields) -> Fields:
    """Return the fields by the tags under which they are read: editors stand in A2 there."""
    return [("A2" if tag == "ED" else tag, value) for tag, value in fields]


def _elements(fields: Fields) -> str:
    places = [(path, element, value) for path, element, tag in _PLACES
              for name, value in fields if name == tag]  # fmt: skip
    parts = []
    for path, group in groupby(places, key=lambda place: place[0]):
        inner = "".join(f"<{name}>{_text(value)}</{name}>" for _path, name, value in group)
        for name in reversed(path.split("/") if path else []):
            inner = f"<{name}>{inner}</{name}>"
        parts.append(inner)
    return (
        "".join(parts).replace("</dates><dates>", "").replace("</contributors><contributors>", "")
    )


def _text(value: str) -> str:
    return (value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
            .replace('"', "&quot;"))  # fmt: skip
