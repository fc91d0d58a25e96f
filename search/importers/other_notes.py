"""How Rayyan, ASReview and Covidence write into notes how a record was judged (METHODS 2.12)."""

from __future__ import annotations

import json
import re
from dataclasses import replace

from search.brought import Brought, Vote
from search.records import Record

_RAYYAN = re.compile(r"\s*\|?\s*((?:RAYYAN-(?:INCLUSION|LABELS|EXCLUSION-REASONS)|USER-NOTES))"
                     r":\s*(.*?)\s*(?=\|\s*(?:RAYYAN-|USER-NOTES)|$)", re.DOTALL)  # fmt: skip
_STRING = r'"((?:[^"\\]|\\.)*)"'
_SAID = re.compile(rf"{_STRING}\s*=>\s*{_STRING}")
_NOTED = re.compile(rf"{_STRING}\s*=>\s*\[(.*?)\]")
_RAYYAN_VERDICTS = {"included": "include", "excluded": "exclude", "maybe": "maybe"}
_ASREVIEW = re.compile(r"ASReview_(relevant|irrelevant|not_seen)")
_ASREVIEW_MORE = re.compile(r"asreview_(note|time|user_name|user_email|label):\s*(.*)")
_COVIDENCE = re.compile(r"Exclusion reason:\s*([^;]*);?")


def _added(record: Record, notes: list[str], brought: Brought | None) -> Record:
    """Return the record with fewer notes, and with what they say beside what is known."""
    kept = tuple(note for note in notes if note.strip(" |;"))
    return replace(record, notes=kept, brought=joined(record.brought, brought))


_LABELLED = {"included": "include", "excluded": "exclude"}


def joined(old: Brought | None, new: Brought | None) -> Brought | None:
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


def rayyan(record: Record) -> Record:
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


def asreview_notes(record: Record) -> Record:
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


def covidence(record: Record) -> Record:
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
