"""The judgements of a review in order of time, from all logs, blinded.

Pure: state and events in, entries out. While a record waits for further reviewers at a stage, the
journal tells that somebody did something there, and not what.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from screening.decision_logs.decisions import standing
from screening.decision_logs.events import Act, Event
from screening.decision_logs.seals import TELLING
from screening.state import ReviewState
from search.errors import BadInput
from search.protocol import STAGES


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are asked for; None is no restriction. ``since`` is a UTC time or its start."""

    reviewer: str | None = None
    stage: str | None = None
    keys: frozenset[str] | None = None
    since: str | None = None

    def __contains__(self, event: Event) -> bool:
        return (
            self.reviewer in (None, event.who)
            and self.stage in (None, event.stage)
            and (self.since is None or event.t >= self.since)
            and (self.keys is None or not self.keys.isdisjoint((event.rec, *event.keys)))
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as the journal tells it."""

    event: Event
    taken_back: bool
    is_blinded: bool
    undone: Event | None = None  # what an undo takes back


def checked_since(text: str | None) -> str | None:
    """Return a date or UTC time if it is one; else BadInput."""
    if text is None:
        return None
    try:
        then = datetime.datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{text!r} is no date.", remedy="Write it as 2026-11-24.") from None
    if then.tzinfo:
        then = then.astimezone(datetime.UTC)
    return then.strftime("%Y-%m-%dT%H:%M:%SZ")


def journal(
    state: ReviewState, events: Iterable[Event], wanted: Wanted, sealed: Iterable[Event] = ()
) -> Iterator[Entry]:
    """Give the entries that are wanted, oldest first; ``sealed`` ones take back, and are none."""
    events = list(events)
    stands = {event.eid for event in standing([*events, *sealed])}
    by_id = {event.eid: event for event in events if event.act != Act.UNDO}
    undos = {event.eid for event in events if event.act == Act.UNDO}
    for event in in_time(events):
        if event in wanted:
            yield Entry(
                event,
                taken_back=event.eid not in stands and event.eid not in undos,
                is_blinded=is_blinded(state, event),
                undone=by_id.get(event.target or ""),
            )


def in_time(events: Iterable[Event]) -> list[Event]:
    """Return events by their times; those of one device as it wrote them, whatever its clock said.

    A clock that was put back makes no event older than the one written before it.
    """
    newest: dict[tuple[str, str], str] = {}
    placed = []
    for event in sorted(events, key=lambda event: event.order):
        writer = (event.who, event.dev)
        newest[writer] = max(event.t, newest.get(writer, ""))
        placed.append((newest[writer], event.order, event))
    return [event for _, _, event in sorted(placed, key=lambda each: each[:2])]


def is_blinded(state: ReviewState, event: Event) -> bool:
    """Return whether what an event says must wait until enough reviewers have judged."""
    if event.act not in TELLING or not event.rec:
        return False
    if event.stage not in STAGES:  # a line that another program wrote
        return True
    return state.is_open(state.duplicates.representative_of(event.rec), event.stage)


# --- as values and as text -----------------------------------------------------------------------


def to_document(entry: Entry) -> dict[str, Any]:
    """Return an entry as JSON values; what is blinded is null."""
    event, hidden = entry.event, entry.is_blinded
    return {
        "time": event.t,
        "reviewer": event.who,
        "device": event.dev,
        "act": event.act,
        "stage": event.stage,
        "key": event.rec,
        "keys": list(event.keys),
        "value": None if hidden else event.val,
        "reason": None if hidden else event.reason,
        "note": None if hidden else event.note,
        "blinded": hidden,
        "taken_back": entry.taken_back,
        "takes_back": event.target,
        "criteria": event.crit,
        "event": event.eid,
    }


def line(entry: Entry) -> str:
    """Return an entry on one line."""
    event = entry.event
    where = " ".join((event.rec or "", *event.keys)).strip()
    parts = (event.t, event.who, event.stage or "", where, _words(entry))
    gone = "  (taken back since)" if entry.taken_back else ""
    return "  ".join(part for part in parts if part) + gone


def _words(entry: Entry) -> str:
    event = entry.event
    if entry.is_blinded:
        return f"{_NAMES.get(event.act, event.act)} (not shown until enough have judged)"
    if event.act == Act.UNDO:
        act = entry.undone.act if entry.undone else ""
        return f"takes back {_NAMES.get(act, act) or 'an undo'}"
    reason = f" ({event.reason})" if event.reason else ""
    note = f": {' '.join(event.note.split())}" if event.note else ""
    name = "" if event.act == Act.DECIDE else _NAMES.get(event.act, event.act)
    return f"{name} {event.val or ''}".strip() + reason + note


_NAMES = {
    Act.DECIDE.value: "a decision",
    Act.LATER.value: "put off",
    Act.NOTE.value: "a note",
    Act.TAG.value: "a tag",
    Act.SETTLE.value: "settled:",
    Act.SAME.value: "the same publication",
    Act.DIFFERENT.value: "different publications",
    Act.RETRIEVED.value: "report retrieved:",
    Act.STOP.value: "screening stopped:",
    Act.TIE.value: "a tie to",
}
