"""Records as BibTeX: keys unique and plain, braces around titles, everything else escaped."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from search.exporters.own_note import REFERENCES, note_of, one_line
from search.exporters.wording import label_word
from search.importers.bibtex_fields import to_record
from search.importers.fields import Entry
from search.records import Record, base_of

_TYPES = {"article": "article", "book": "book", "chapter": "incollection"}
# What a list of references calls other kinds; a file that is read back keeps the kind in our note.
_CITED_TYPES = _TYPES | {"CPAPER": "inproceedings", "CONF": "inproceedings", "RPRT": "techreport",
                         "THES": "phdthesis"}  # fmt: skip
_ESCAPES = {
    "\\": r"{\textbackslash}", "{": r"{\textbraceleft}", "}": r"{\textbraceright}", "$": r"\$",
    "&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_", "~": r"{\textasciitilde}",
    "^": r"{\textasciicircum}",
}  # fmt: skip
_SPECIAL = re.compile(r"[\\{}$&%#_~^]")
_BARE = re.compile(r"[^\\{}%#\s]*")  # what stands in an address or DOI as it is


class Writer:
    """BibTeX: an entry for each record, one field a line."""

    begin = end = ""

    def __init__(self, _format: str = "bibtex", flavour: str | None = None) -> None:
        self.flavour = flavour

    def one(self, record: Record) -> str:
        """Return one entry."""
        cited = self.flavour == REFERENCES
        kind = (_CITED_TYPES if cited else _TYPES).get(record.kind, "misc")
        found = [(name, value) for name, value in _fields(record, self.flavour) if value]
        if not cited and (note := _note(record, kind, found, self.flavour)):
            found.append(("annote", escaped(note)))
        body = "".join(f"  {name} = {{{value}}},\n" for name, value in found)
        return f"@{kind}{{{entry_key(record)},\n{body}}}\n\n"


def _note(
    record: Record, kind: str, found: list[tuple[str, str]], target: str | None
) -> str:  # fmt: skip
    return note_of(record, to_record(Entry.of_fields([("entrytype", kind), *found])), target)


def entry_key(record: Record) -> str:
    """Return a key of ASCII letters that is this record's alone."""
    key = (record.brought and record.brought.key) or base_of(record)
    plain = re.sub(r"[^A-Za-z0-9]+", "_", key).strip("_")[:60]
    if key == f"pmid:{record.pmid}":
        return plain
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:6]
    return f"{plain}_{digest}"


def escaped(text: str | None) -> str:
    """Return a text with every sign that means something to LaTeX written as a command."""
    return _SPECIAL.sub(lambda found: _ESCAPES[found[0]], one_line(text)) if text else ""


def _fields(record: Record, flavour: str | None) -> Iterator[tuple[str, str | None]]:
    title = escaped(record.title)
    yield "title", f"{{{title}}}" if title else None
    yield "author", _people(record.authors)
    yield "editor", _people(record.editors)
    yield "year", str(record.year) if record.year else None
    yield "journal" if record.kind == "article" else "booktitle", escaped(record.journal)
    yield "volume", escaped(record.volume)
    yield "number", escaped(record.issue)
    yield "pages", escaped(record.pages).replace("-", "--")
    yield "issn", escaped("; ".join(record.issn))
    yield "doi", _verbatim(record.doi)
    yield "pmid", record.pmid
    yield "pmcid", record.pmcid
    yield "language", escaped("; ".join(record.language))
    words = [*record.mesh, *record.keywords]
    if flavour in ("zotero", "endnote") and (word := label_word(record)):
        words.append(word)
    # a comma or semicolon within a keyword would cut it
    yield "keywords", "; ".join(map(escaped, words)) + ("; " if len(words) == 1 else "")
    yield "url", _verbatim(record.urls[0]) if record.urls else None
    yield "abstract", escaped(record.abstract)
    yield "note", escaped(record.notes[0]) if record.notes else None


def _verbatim(text: str | None) -> str:
    return text if text and _BARE.fullmatch(text) else escaped(text)


def _people(names: tuple[str, ...]) -> str:
    return " and ".join(map(_person, names))


def _person(name: str) -> str:
    """Return a name so that it is read as it stands: a group's, or one with "and", in braces."""
    text = escaped(name)
    family, comma, given = text.partition(", ")
    plain = comma and "," not in given and not re.search(r"\band\b", text, re.IGNORECASE)
    return text if plain and family and given else f"{{{text}}}"
