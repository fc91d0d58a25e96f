"""The events of the decision logs: what a person judged, one line of JSON each (METHODS 5.3).

An event is never changed. A change of mind is a further event; the state is a fold over all.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any


class Act(StrEnum):
    """What a line of a log does."""

    DECIDE = "decide"  # one verdict on one record at one stage
    UNDO = "undo"  # takes back the event named in `target`
    NOTE = "note"
    TAG = "tag"
    SETTLE = "settle"  # adjudication of a conflict
    SAME = "same"  # the records in `keys` describe one publication
    DIFFERENT = "different"  # they do not
    RETRIEVED = "retrieved"  # at full text: whether the report could be had (`val` yes or no)
    TIE = "tie"  # a report belongs to the initiative named in `val`


class Verdict(StrEnum):
    """What a reviewer may decide."""

    INCLUDE = "include"
    EXCLUDE = "exclude"
    MAYBE = "maybe"


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a log. Absent values are left out of the line."""

    eid: str  # unique for ever, ordered by time (UUID 7)
    n: int  # number of the line in its log, from 1
    prev: str  # sha256 of the line before, "" for the first: a rewritten line breaks the chain
    who: str  # reviewer
    dev: str  # device: one writer, one file
    t: str  # UTC, ISO 8601
    lc: int  # logical clock: one more than any event this device had read
    act: str
    rec: str | None = None  # record key
    stage: str | None = None
    val: str | None = None  # the verdict, or the value of the act
    reason: str | None = None  # code of the exclusion reason
    note: str | None = None
    seen: str | None = None  # sha256 of the title and abstract that were judged
    crit: str | None = None  # hash of the criteria they were judged by
    target: str | None = None  # the event that an undo takes back
    keys: tuple[str, ...] = ()  # the records of same and different
    v: int = 1


_ORDER = ("v", *(item.name for item in fields(Event) if item.name != "v"))


def to_line(event: Event) -> str:
    """Return the event as one line of JSON without its newline; the bytes that `prev` hashes."""
    values = asdict(event)
    document = {name: values[name] for name in _ORDER if values[name] not in (None, ())}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def from_document(document: dict[str, Any]) -> Event:
    """Return the event of a parsed line; unknown names are passed over, TypeError if one lacks."""
    known = {name: document[name] for name in _ORDER if name in document}
    known["keys"] = tuple(known.get("keys", ()))
    return Event(**known)


def hash_of(line: str) -> str:
    """Return the sha256 of a line as the next line's ``prev`` bears it."""
    return hashlib.sha256(line.encode("utf-8", "surrogatepass")).hexdigest()
