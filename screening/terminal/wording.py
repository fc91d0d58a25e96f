"""What is said in a line: who is how far, what was decided, which record is meant. All inert."""

from __future__ import annotations

import datetime
import textwrap
from collections.abc import Iterator

from screening.decision_logs.events import Act, Event
from screening.dedupe.sets import Refusal
from screening.engine import Engine
from screening.sitting import Counters
from search.console import printable
from search.errors import SarcatError
from search.protocol import Criterion, Protocol
from search.words import counted

_BRIEF = 60  # letters


def inert(text: str | None) -> str:
    """Return foreign text as one harmless line: control characters become signs."""
    return " ".join(printable(text or "").split())


def refused(error: SarcatError) -> str:
    """Return why something was not done, as a sentence of its own."""
    return f"Nothing was decided: {inert(str(error))}"


def head(engine: Engine, counters: Counters) -> str:
    """Return who screens what, and how far they are."""
    sitting = engine.sitting
    who = f"{sitting.stage.name} · {sitting.reviewer} · {progress(counters)}"
    return " · ".join([who, *places(engine, counters)])


def places(engine: Engine, counters: Counters) -> Iterator[str]:
    """Give where the record at hand stands: in the queue, and among those that a filter shows."""
    if counters.position:
        yield f"place {counters.position}"
    if shown := engine.walk.filter:
        at = shown.place(engine.current)
        yield f"only {inert(shown.name)}: {at if at else '–'} of {len(shown.keys)}"


def progress(counters: Counters) -> str:
    """Return how far the reviewer is: ``214/731 · today 41 · left 517``."""
    done = f"{counters.decided}/{counters.total}"
    return f"{done} · today {counters.today} · left {counters.left}"


def said(decision: Event) -> str:
    """Return a verdict in words: ``exclude (E1)``."""
    note = f": {inert(decision.note)}" if decision.note else ""
    reason = f" ({inert(decision.reason)}{note})" if decision.reason else note
    return f"{inert(decision.val)}{reason}"


def said_why(decision: Event, protocol: Protocol) -> str:
    """Return a verdict in words, with what its reason says: a digit that was meant otherwise shows.

    ``exclude (E1): Not about sarcoma``
    """
    reason = next((each for each in protocol.exclusion if each.code == decision.reason), None)
    return f"{said(decision)}: {brief(reason).rstrip('.')}" if reason else said(decision)


def named(event: Event) -> str:
    """Return an act in words."""
    if event.act == Act.DECIDE:
        return said(event)
    return {
        Act.NOTE: "a note",
        Act.TAG: f"the tag {inert(event.val)}",
        Act.TIE: f"the tie to {inert(event.val)}",
        Act.RETRIEVED: "not retrieved" if event.val == "no" else "retrieved",
    }.get(Act(event.act), "later")


def titled(engine: Engine, key: str, most: int = 60) -> str:
    """Return a key with the beginning of its record's title, to be known again by."""
    try:
        title = inert(engine.members(engine.sitting.set_of(key))[0].record.title)
    except SarcatError:  # a record that is lost is still named
        title = ""
    return f"{inert(key)} “{shortened(title, most)}”" if title else inert(key)


def shortened(text: str, most: int) -> str:
    """Return the beginning of a line, so many letters at most, cut between words."""
    return text if len(text) <= most else textwrap.shorten(text, most, placeholder=" …")


def brief(criterion: Criterion) -> str:
    """Return what a criterion says in a few words: what stands before its colon, if it has one."""
    text = inert(criterion.text)
    head, colon, _ = text.partition(":")
    return head if colon and len(head) <= _BRIEF else shortened(text, _BRIEF)


def ago(event: Event) -> str:
    """Return how long ago an event was, or when, where the clocks make no sense."""
    try:
        then = datetime.datetime.fromisoformat(event.t)
        minutes = int((datetime.datetime.now(datetime.UTC) - then).total_seconds() // 60)
    except (ValueError, TypeError, OverflowError):
        minutes = -1
    if minutes < 0:
        return f"at {inert(event.t)}"
    for size, word in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            return f"{counted(minutes // size, word)} ago"
    return "just now"


def greeting(engine: Engine) -> Iterator[str]:
    """Give what a sitting begins with: where the reviewer stopped."""
    if engine.last:
        done = engine.counters().decided  # none of a list that is gone through once more
        decided = (
            f"{counted(done, 'record')} decided, your last act" if done else "your last act was"
        )
        yield f"Welcome back, {engine.sitting.reviewer}: {decided} {ago(engine.last)}."


def none_waits(engine: Engine) -> str:
    """Return that no record waits, and why."""
    sitting = engine.sitting
    why = f": {sitting.none_because}" if sitting.none_because else ""
    return f"No record waits for you at {sitting.stage.name}{why}."


def others_of(engine: Engine, pair: Refusal) -> list[str]:
    """Return the keys of a pair that are not in the set at hand."""
    return [key for key in pair.link.keys if engine.sitting.set_of(key) != engine.current]


def apart_line(engine: Engine) -> str:
    """Return which records may be a version of the one at hand; "" where there is none."""
    pairs = engine.sitting.apart.get(engine.current or "", ())
    names = [titled(engine, key, 40) for pair in pairs for key in others_of(engine, pair)]
    if not names:
        return ""
    further = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f"Perhaps another version of it: {names[0]}{further} (v)"
