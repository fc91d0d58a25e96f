"""Sarcat's own note, ``sarcat: {…}``, read back: all that the format has no field for.

Programs may have made HTML of it, put it into one cell with other notes, or cut the keywords that
it knows whole.
"""

from __future__ import annotations

import html
import json
import re
import unicodedata
from dataclasses import replace
from typing import Any

from search.brought import SARCAT, from_values
from search.importers.other_notes import joined
from search.importers.own import FORMULA, LABEL, OWN, without_halves
from search.importers.own_fields import checked
from search.records import Record, from_document


def own_note(record: Record) -> tuple[Record, list[str] | None]:
    """Return the record as Sarcat's own note has it, and the notes where that note has them.

    The record then keeps those notes alone that another program has added since.
    """
    for at in reversed(range(len(record.notes))):  # ours stands behind the record's own
        text = _bare(record.notes[at])
        start = text.rfind(OWN)  # as it stands behind them where a program puts notes into one
        found = None if start < 0 else _document(text[start + len(OWN) - 1 :])
        if found is None:
            continue
        document, length = found
        try:
            restored, said = _restored(record, document)
        except (ValueError, TypeError):  # not as we write it: a note like any other
            continue
        rest = (text[:start] + text[start + len(OWN) - 1 + length :]).strip(" |;")
        others = (*record.notes[:at], *((rest,) if rest else ()), *record.notes[at + 1 :])
        known = {_folded(each) for each in said or ()}
        known.add(_folded(";".join(said or ())))  # ASReview puts all notes into one cell
        added = tuple(each for each in others if _folded(each) not in known)
        return replace(restored, notes=others if said is None else added), said
    return record, None


_BEHIND = re.compile(rf'; (?="*[{re.escape("".join(FORMULA))}])')
_CUT = re.compile(r"[;,]|--")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]+")


def _folded(note: str) -> str:
    """Return a note as a file of lines can hold it."""
    text = unicodedata.normalize("NFC", " ".join(_CONTROL.sub(" ", note).split()))
    # tables drop the apostrophe that keeps a cell from being a formula
    text = text[1:] if text[:1] == "'" and text[1:2] in FORMULA else text
    text = _BEHIND.sub(";", text)  # and have a blank where a cell may begin in a spreadsheet
    return text.strip(" |;")


def _bare(note: str) -> str:
    """Return a note as it was before a program made HTML of it."""
    text = re.sub(r"</?(?:p|div|br)\b[^>]*>", " ", note) if "<" in note else note
    return html.unescape(text) if "&quot;" in text else text


def _document(text: str) -> tuple[dict[str, Any], int] | None:
    try:
        document, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return None
    return (without_halves(document, text[:end]), end) if isinstance(document, dict) else None


def _restored(record: Record, document: dict[str, Any]) -> tuple[Record, list[str] | None]:
    """Return the record with what the note says of it, and its notes where the note has them."""
    values = document.pop("fields", {})
    if not isinstance(values, dict):
        raise TypeError("fields are no object")
    said = checked(values)
    notes = said.pop("notes", None)
    # nested values are read as the database's own are
    read = from_document({name: value for name, value in said.items() if value is not None})
    added = _added_words(record, said, document.get("outcome"))
    record = replace(record, **{name: getattr(read, name) for name in said})
    record = replace(record, keywords=(*record.keywords, *added))
    if breaks := document.pop("breaks", None):
        record = replace(record, abstract=_broken(record.abstract, breaks))
    brought = from_values(document) if document else None
    # an outcome among the keywords is ours, and stands in the note too
    other = None if record.brought and record.brought.program == SARCAT else record.brought
    return replace(record, brought=joined(brought, other)), notes


def _added_words(record: Record, said: dict[str, Any], outcome: Any) -> list[str]:
    """Return the keywords that the file has beyond those of the note: somebody gave them since.

    Programs cut the record's own words at commas, semicolons and hyphens: those parts are no new
    ones.
    """
    if "keywords" not in said and "mesh" not in said:
        return []
    told = [*(said.get("keywords") or ()), *(said.get("mesh") or ()), *record.mesh]
    told.append(f"{LABEL}{outcome}")
    if "keywords" not in said:
        told += record.keywords
    known = {part for word in told for part in _parts(word)}
    return [word for word in record.keywords if not _parts(word) <= known]


def _parts(word: str) -> set[str]:
    """Return the letters and digits of what a keyword may be cut into."""
    parts = ("".join(filter(str.isalnum, part)) for part in _CUT.split(_folded(word)))
    return {part for part in parts if part}


def _broken(abstract: str | None, places: Any) -> str | None:
    """Return the abstract with its paragraphs, where the blanks between them are still in place."""
    if not abstract or not isinstance(places, list):
        return abstract
    signs = list(abstract)
    for place in places:
        if type(place) is not int or not 0 <= place < len(signs) or signs[place] != " ":
            return abstract
        signs[place] = "\n"
    return "".join(signs)
