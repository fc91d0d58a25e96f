"""How a record was judged, as other programs write it into notes, read out of them.

Rayyan, ASReview and Covidence have their own wordings (METHODS 2.12); Sarcat's own exports hold one
note, ``sarcat: {…}``, with everything that the format has no field for.
"""

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

from search.brought import SARCAT, Brought, Vote, from_values
from search.importers.own import FORMULA, LABEL, OWN, without_halves
from search.records import Record, clean_doi, clean_pmcid, clean_pmid, from_document

_TELLING = (OWN, "RAYYAN-", "USER-NOTES", "ASReview_", "asreview_", "Exclusion reason:",
            "sarcat: {&quot;")  # fmt: skip
_RAYYAN = re.compile(r"\s*\|?\s*((?:RAYYAN-(?:INCLUSION|LABELS|EXCLUSION-REASONS)|USER-NOTES))"
                     r":\s*(.*?)\s*(?=\|\s*(?:RAYYAN-|USER-NOTES)|$)", re.DOTALL)  # fmt: skip
_STRING = r'"((?:[^"\\]|\\.)*)"'
_SAID = re.compile(rf"{_STRING}\s*=>\s*{_STRING}")
_NOTED = re.compile(rf"{_STRING}\s*=>\s*\[(.*?)\]")
_RAYYAN_VERDICTS = {"included": "include", "excluded": "exclude", "maybe": "maybe"}
_ASREVIEW = re.compile(r"ASReview_(relevant|irrelevant|not_seen)")
_ASREVIEW_MORE = re.compile(r"asreview_(note|time|user_name|user_email|label):\s*(.*)")
_COVIDENCE = re.compile(r"Exclusion reason:\s*([^;]*);?")


def with_brought(record: Record) -> Record:
    """Return the record with what its notes say of its screening taken out of them and read."""
    # a plain loop: most records have nothing of the kind, and a generator costs more than that
    for word in record.keywords:
        if word.startswith(LABEL):
            record = _labelled(record)
            break
    if not record.notes or not any(sign in note for note in record.notes for sign in _TELLING):
        return record
    record, said = _own(record)
    for read in (_rayyan, _asreview, _covidence):
        record = read(record)
    # what Sarcat says are the notes are the notes, whatever they look like
    return record if said is None else replace(record, notes=(*said, *record.notes))


def _labelled(record: Record) -> Record:
    """Return the record without the keyword that says where it stood."""
    said = [word for word in record.keywords if word.startswith(LABEL)]
    keywords = tuple(word for word in record.keywords if not word.startswith(LABEL))
    return replace(
        record, keywords=keywords, brought=Brought("sarcat", outcome=said[0].removeprefix(LABEL))
    )


def _added(record: Record, notes: list[str], brought: Brought | None) -> Record:
    """Return the record with fewer notes, and with what they say beside what is known."""
    kept = tuple(note for note in notes if note.strip(" |;"))
    return replace(record, notes=kept, brought=_joined(record.brought, brought))


_LABELLED = {"included": "include", "excluded": "exclude"}


def _joined(old: Brought | None, new: Brought | None) -> Brought | None:
    """Return what was said before with what another program has added to it.

    ASReview's label of a record that went there with that outcome is no vote of anybody.
    """
    if old is None or new is None:
        return old or new
    votes = [vote for vote in new.votes if vote not in old.votes]
    if new.program == "asreview":
        votes = [vote for vote in votes if vote.verdict != _LABELLED.get(old.outcome or "")]
    return replace(
        old, votes=(*old.votes, *votes), labels=(*old.labels, *new.labels),
        outcome=old.outcome or new.outcome, reason=old.reason or new.reason,
        notes=(*old.notes, *new.notes),
    )  # fmt: skip


# --- Sarcat's own ------------------------------------------------------------------------------


def _own(record: Record) -> tuple[Record, list[str] | None]:
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


_CUT = re.compile(r"[;,]|--")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]+")


def _folded(note: str) -> str:
    """Return a note as a file of lines can hold it."""
    text = unicodedata.normalize("NFC", " ".join(_CONTROL.sub(" ", note).split()))
    # tables drop the apostrophe that keeps a cell from being a formula
    text = text[1:] if text[:1] == "'" and text[1:2] in FORMULA else text
    return text.strip(" |;")


def _bare(note: str) -> str:
    """Return a note as it was before a program made HTML of it."""
    text = re.sub(r"</?(?:p|div|br)\b[^>]*>", " ", note) if "<" in note else note
    return html.unescape(text) if OWN + "&quot;" in text or "&quot;" in text else text


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
    return replace(record, brought=_joined(brought, other)), notes


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


def _is_text(value: Any) -> bool:
    return value is None or isinstance(value, str)


def _is_number(value: Any) -> bool:
    return value is None or (type(value) is int and 0 <= value < 10_000)


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _are_objects(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(each, dict) and all(map(_is_text, each.values())) for each in value
    )


def _are_pairs(value: Any) -> bool:
    return isinstance(value, list) and all(_are_texts(each) and len(each) == 2 for each in value)


def _is_clean(clean: Callable[[str | None], str | None]) -> Callable[[Any], bool]:
    return lambda value: value is None or (isinstance(value, str) and clean(value) == value)


_CHECKS: dict[str, Callable[[Any], bool]] = {
    item.name: _are_texts if item.default == () else _is_text
    for item in fields(Record) if item.name != "brought"
} | {
    "year": _is_number, "version": _is_number, "retracted": lambda value: isinstance(value, bool),
    "links": _are_objects, "other_abstracts": _are_objects, "orcids": _are_pairs,
    "pmid": _is_clean(clean_pmid), "doi": _is_clean(clean_doi), "pmcid": _is_clean(clean_pmcid),
    "kind": lambda value: isinstance(value, str),
}  # fmt: skip


def checked(document: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a record in a JSON object; ValueError when one is of another kind."""
    return {name: _checked(name, value) for name, value in document.items() if name in _CHECKS}


def _checked(name: str, value: Any) -> Any:
    if not _CHECKS[name](value):
        raise ValueError(f"{name} is of another kind")
    return value


# --- other programs' ---------------------------------------------------------------------------


def _rayyan(record: Record) -> Record:
    """Take out what Rayyan adds to notes when it exports."""
    notes: list[str] = []
    said: dict[str, str] = {}
    for note in record.notes:
        found = list(_RAYYAN.finditer(note)) if "RAYYAN-" in note or "USER-NOTES" in note else []
        said.update({match[1]: match[2] for match in found})
        notes.append(note[: found[0].start()].rstrip(" |") if found else note)
    if not said:
        return record
    votes = tuple(
        Vote(_RAYYAN_VERDICTS[verdict.lower()], who=who)
        for who, verdict in _SAID.findall(said.get("RAYYAN-INCLUSION", ""))
        if verdict.lower() in _RAYYAN_VERDICTS
    )
    brought = Brought(
        "rayyan",
        votes=votes,
        labels=_listed(said.get("RAYYAN-LABELS", "")),
        reason=", ".join(_listed(said.get("RAYYAN-EXCLUSION-REASONS", ""))) or None,
        notes=tuple((who, text) for who, texts in _NOTED.findall(said.get("USER-NOTES", ""))
                    for text in re.findall(_STRING, texts)),
    )  # fmt: skip
    return _added(record, notes, brought)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _asreview(record: Record) -> Record:
    """Take out the notes by which ASReview marks its labels."""
    notes: list[str] = []
    label: str | None = None
    more: dict[str, str] = {}
    for note in record.notes:
        if found := _ASREVIEW.fullmatch(note.strip()):
            label = found[1]
        elif found := _ASREVIEW_MORE.fullmatch(note.strip()):
            more[found[1]] = _unquoted(found[2])
        else:
            notes.append(note)
    if label is None and not more:
        return record
    return _added(record, notes, asreview(label, more))


def asreview(label: str | None, more: dict[str, str]) -> Brought | None:
    """Return what ASReview says: a label (relevant, irrelevant; else None), time, note, user."""
    verdict = {"relevant": "include", "irrelevant": "exclude"}.get(label or "")
    if verdict is None:
        return None
    vote = Vote(verdict, who=more.get("user_name"), time=more.get("time"), note=more.get("note"))
    return Brought("asreview", votes=(vote,))


def _unquoted(text: str) -> str:
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, str) else text


def _covidence(record: Record) -> Record:
    """Take out the reason that Covidence writes into the notes of what was excluded."""
    notes: list[str] = []
    reasons: list[str] = []
    for note in record.notes:
        reasons += (reason.strip() for reason in _COVIDENCE.findall(note) if reason.strip())
        notes.append(_COVIDENCE.sub("", note).strip())
    if not reasons:
        return record
    return _added(
        record, notes, Brought("covidence", outcome="excluded", reason="; ".join(reasons))
    )
