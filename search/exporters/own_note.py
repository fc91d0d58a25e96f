"""Sarcat's own note: everything of a record that a format has no field for, on one line.

A writer reads back what it has written, field by field, with the reader that will read it later;
what did not come back as it was goes into this note. So a file of ours loses nothing, whatever the
text, and the note stays small where the format is rich; for a program it has what that changes.
`search.importers.brought_notes` reads it.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import fields
from operator import attrgetter
from typing import Any

from search.brought import to_values
from search.exporters.wording import has_markup
from search.importers.brought_notes import with_brought
from search.records import Record, to_document

REFERENCES = "references"  # the flavour of a file that people cite from: no note of ours in it
# What a program gives back as it was given, being one text that is not cut, or what people change
# there. All else stands in the note too, whatever the file itself holds: programs drop, cut and
# reorder (METHODS 2.12; ASReview 3.0.8 makes 123.0 of a PMID in a table).
_FROM_SCREENING = frozenset({"title", "abstract"})
_FROM_REFERENCES = frozenset({"title", "abstract", "authors", "keywords", "mesh"})
_GIVEN_BACK = {
    "zotero": _FROM_REFERENCES, "endnote": _FROM_REFERENCES,
    "rayyan": _FROM_SCREENING, "asreview": _FROM_SCREENING, "covidence": _FROM_SCREENING,
}  # fmt: skip
_BY_EXCEL = ("volume", "issue", "pages", "published", "accession")  # 3-5 is the 3rd of May
_TEXTS = ("title", "abstract", "journal", "vernacular_title", "kind")
_AS_LONG = 30  # characters of what Excel may take for a number or a day: the gene SEPT2
_TRUTHS = {"true", "false", "wahr", "falsch", "vrai", "faux", "verdadero", "falso", "vero", "waar",
           "onwaar"}  # fmt: skip

_NAMES = tuple(item.name for item in fields(Record) if item.name not in ("brought", "abstract"))
_values = attrgetter(*_NAMES)
_EMPTY = Record()
# Signs that stand in the note as they are: no ends of lines, fields or lists, no HTML or LaTeX, no
# blanks but single ones.
_UNSAFE = re.compile(r"[^\x20-\x7e\xa1-\u167f\u1681-\u1fff\u2c00-\u2fff\u3001-\ud7ff"
                     r"\U00010000-\U0010ffff]|[<>&{}%;|~$\\^`\"]| (?= )|^ | $")  # fmt: skip
_NOT_ASCII = re.compile(r"[^\x20-\x7e]")
_STRINGS = re.compile(r'"((?:[^"\\]|\\.)*)"')
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]+")


def one_line(text: str) -> str:
    """Return a text on one line without control characters, blanks folded (FM-05)."""
    if not text.isprintable():  # few are not
        text = _CONTROL.sub(" ", text)
    return " ".join(text.split())


def note_of(record: Record, read_back: Record, target: str | None = None) -> str:
    """Return the note for a record that, without a note, is read back as ``read_back``.

    ``target`` is the program that the file goes through before it is read back, if any.
    """
    found = with_brought(read_back)
    told, kept = _values(record), _values(found)
    rest = {} if told == kept else {
        name: value for name, value, back in zip(_NAMES, told, kept, strict=True) if value != back
    }  # fmt: skip
    rest |= {name: getattr(record, name) for name in _doubtful(record, target)}
    document: dict[str, Any] = to_values(record.brought) if record.brought else {}
    if record.abstract != found.abstract:
        if record.abstract and record.abstract.replace("\n", " ") == found.abstract:
            document["breaks"] = [at for at, sign in enumerate(record.abstract) if sign == "\n"]
        else:
            rest["abstract"] = record.abstract
    if rest:
        plain = to_document(record)
        document["fields"] = {name: plain.get(name, getattr(record, name)) for name in rest}
    return f"sarcat: {_dumps(document)}" if document else ""


def _doubtful(record: Record, target: str | None) -> list[str]:
    """Return the fields that say something and that a program may not give back as they were."""
    if target == "excel":
        doubtful = [name for name in _TEXTS if may_be_a_value(getattr(record, name))]
        if record.notes and may_be_a_value(record.notes[0]):
            doubtful.append("notes")
        names: Iterable[str] = (*_BY_EXCEL, *doubtful)
    elif target in _GIVEN_BACK:
        names = [name for name in _NAMES if name not in _GIVEN_BACK[target]]
    else:
        return []
    found = [name for name in names if getattr(record, name) != getattr(_EMPTY, name)]
    if target == "zotero" and has_markup(record.title):
        found.append("title")
    # a table of another program is read as if its apostrophes kept cells from being formulas
    found += [name for name in _FROM_SCREENING if (getattr(record, name) or "").startswith("'")]
    return found


def may_be_a_value(text: str | None) -> bool:
    """Return whether Excel may take a cell that says this for a number, a day or a truth."""
    if not text or len(text) > _AS_LONG:
        return False
    return any(map(str.isdigit, text)) or text.strip().lower() in _TRUTHS


def _dumps(document: dict[str, Any]) -> str:
    """Return JSON in which every sign that may mean something elsewhere is a number."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return _STRINGS.sub(lambda found: f'"{_safe(json.loads(found[0]))}"', text)


def _safe(text: str) -> str:
    numbered = _UNSAFE.sub(_number, text)
    if unicodedata.is_normalized("NFC", numbered):
        return numbered
    return _NOT_ASCII.sub(_number, numbered)  # a program that normalises would change it


def _number(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < 0x10000:
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
