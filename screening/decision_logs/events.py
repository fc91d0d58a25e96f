"""The events of the decision logs: what a person judged, one line of JSON each (METHODS 5.3).

An event is never changed. A change of mind is a further event; the state is a fold over all.
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
from enum import StrEnum
from operator import itemgetter
from typing import Any, NamedTuple

import orjson

from search.protocol import NAME, STAGES


class Act(StrEnum):
    """What a line of a log does."""

    DECIDE = "decide"  # one verdict on one record at one stage
    UNDO = "undo"  # takes back the event named in `target`
    LATER = "later"  # puts a record off to the end of this reviewer's queue
    NOTE = "note"
    TAG = "tag"
    SETTLE = "settle"  # adjudication of a conflict
    SAME = "same"  # the records in `keys` describe one publication
    DIFFERENT = "different"  # they do not
    RETRIEVED = "retrieved"  # at full text: whether the report could be had (`val` yes or no)
    STOP = (
        "stop"  # screening of a stage ends before all is read (`val`: rule, p, how much was read)
    )
    TIE = "tie"  # a report belongs to the initiative named in `val`


class Verdict(StrEnum):
    """What a reviewer may decide."""

    INCLUDE = "include"
    EXCLUDE = "exclude"
    MAYBE = "maybe"


# The reason of an exclusion that no criterion of the protocol covers; its note says what it was.
OTHER = "other"
PILOT = "pilot"  # how a record came to be shown: among the first few that all judge


class Event(NamedTuple):
    """One line of a log. Absent values are left out of the line.

    A tuple, since a review may have a million of them: it is made in a sixth of the time that a
    frozen dataclass takes.
    """

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
    how: str | None = None  # how a record came to be shown: ranked, drawn among these, in a pilot
    salt: str | None = None  # chance in a sealed line, so that its hash does not betray it
    v: int = 1

    @property
    def order(self) -> tuple[int, str]:
        """Return what all events of a review are ordered by, wherever they were written (TM-02)."""
        return self.lc, self.eid


_ORDER = ("v", *(name for name in Event._fields if name != "v"))
_NEEDED = ("eid", "n", "prev", "who", "dev", "t", "lc", "act")
_KINDS: dict[str, type] = {
    **dict.fromkeys(_ORDER, str),
    **dict.fromkeys(("v", "n", "lc"), int),
    "keys": list,
}
_WORDS = {str: "text", int: "number", list: "list of texts"}
# No honest clock comes near; a line that claims more would leave no number for those after it.
END_OF_CLOCK = 10**15

# JSON may hold these as they are, but a terminal that shows the log would obey some of them, and
# half a surrogate pair is no UTF-8.
_UNSAFE = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_SUM = b',"sum":"'
_SUM_LENGTH = len(_SUM) + 16 + len('"}')
_SUM_AT = slice(len(_SUM), len(_SUM) + 16)
_sha256 = hashlib.sha256


def to_line(event: Event) -> str:
    """Return the event as one line of JSON without its newline; the bytes that `prev` hashes.

    It ends with a sum over itself, so that a change in the last line of a log, which no later
    line vouches for, is seen as well.
    """
    values = {name: getattr(event, name) for name in _ORDER}
    document = {name: value for name, value in values.items() if value not in (None, ())}
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    body = _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return f'{body[:-1]},"sum":"{hash_of(body)[:16]}"}}'


def keeps_its_sum(line: str) -> bool:
    """Return whether a line is as `to_line` wrote it; a line without a sum passes."""
    return digest_of(line.encode("utf-8", "surrogateescape"))[1]


def digest_of(raw: bytes) -> tuple[str, bool]:
    """Return the sha256 of a line's bytes, and whether the line is as `to_line` wrote it.

    A line without a sum passes.
    """
    body, tail = raw[:-_SUM_LENGTH], raw[-_SUM_LENGTH:]
    is_kept = tail[_SUM_AT] == _sha256(body + b"}").hexdigest()[:16].encode()
    return _sha256(raw).hexdigest(), is_kept or not _is_sum(tail)


def _is_sum(tail: bytes) -> bool:
    return tail.startswith(_SUM) and tail.endswith(b'"}')


def from_line(line: str) -> Event:
    """Return the event of a line; ValueError says in words why it is none."""
    try:
        document = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"it is not JSON: {error.msg}") from None
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    event = fields_of(document)
    _check(event)
    return event


def event_of(raw: bytes) -> Event | None:
    """Return the event of a line as nearly all are; None for any that wants a second look.

    That look is `from_line`, which says what is wrong. A review may have a million lines: this one
    takes a quarter of the time.
    """
    try:
        document = orjson.loads(raw)
    except ValueError:
        return None
    if type(document) is not dict:
        return None
    form = _form(tuple(document))
    values = (*document.values(), None, ())
    if form is None or tuple(map(type, values)) != form.kinds:
        return None
    said = _said(*form.said_in(values))
    if said is None:
        return None
    event: Event = tuple.__new__(Event, form.fields_in((*values, *said)))
    end = END_OF_CLOCK
    if not (0 < event.n < end and 0 < event.lc < end and 0 < event.v < end and event.eid):
        return None
    lacks = (event.act in _JUDGING and not event.rec) or (event.act == "undo" and not event.target)
    return None if lacks else event


_OFTEN = ("who", "dev", "act", "stage", "val", "crit")  # a log says the same here again and again


class _Form(NamedTuple):
    """How lines with the same names are read, from their values and None and () behind them."""

    kinds: tuple[type, ...]  # of these values
    said_in: itemgetter[Any]  # takes what is often said out of them
    fields_in: itemgetter[Any]  # takes an event's fields, where what is often said stands behind


@functools.lru_cache(maxsize=1000)
def _form(names: tuple[str, ...]) -> _Form | None:
    """Return how lines with these names are read; None where one is strange, a list, or lacking.

    Lines of one act have the same names: a log has a handful of forms.
    """
    count = len(names)
    at = {name: place for place, name in enumerate(names)}
    if any(name not in at for name in ("v", *_NEEDED)) or "keys" in at:
        return None
    if any(name not in _KINDS and name != "sum" for name in names):
        return None
    places = {name: at.get(name, count) for name in Event._fields} | {"keys": count + 1}
    behind = {name: count + 2 + number for number, name in enumerate(_OFTEN)}
    return _Form(
        (*(_KINDS.get(name, str) for name in names), type(None), tuple),
        itemgetter(*map(places.__getitem__, _OFTEN)),
        itemgetter(*(places | behind).values()),
    )


def fields_of(document: Any) -> Event:
    """Return what a line holds, each value of its kind; ValueError says what is wrong.

    Whether it holds what its act needs is not looked at: a seal keeps that back.
    """
    if type(document) is not dict:
        raise ValueError("it is no JSON object")
    known: dict[str, Any] = {}
    for name, value in document.items():
        if kind := _KINDS.get(name):
            if type(value) is not kind:  # true is no number here
                raise ValueError(f"{name!r} is no {_WORDS[kind]}")
            known[name] = value
    for name in _NEEDED:
        if name not in known:
            raise ValueError(f"it has no {name!r}")
    for name in ("n", "lc", "v"):
        if not 0 < known.get(name, 1) < END_OF_CLOCK:
            raise ValueError(f"{name!r} is no number from 1")
    if "keys" in known:
        known["keys"] = _keys(known["keys"])
    return Event(**known)


def _keys(value: list[Any]) -> tuple[str, ...]:
    if any(type(key) is not str for key in value):
        raise ValueError("'keys' is no list of texts")
    return tuple(value)


# Plain texts, since a comparison with a member of an enumeration takes ten times as long.
_VERDICTS = frozenset(verdict.value for verdict in Verdict)
_KNOWN = frozenset(act.value for act in Act)
_JUDGING = frozenset((Act.DECIDE.value, Act.SETTLE.value))
_is_name = functools.lru_cache(maxsize=1000)(NAME.fullmatch)


@functools.lru_cache(maxsize=1000)
def _said(
    who: str, dev: str, act: str, stage: str | None, val: str | None, crit: str | None
) -> tuple[str | None, ...] | None:
    """Return what is often said, or None where `_check` may have something against it.

    Of equal texts the first that was met: a million events then share them, and take a fifth less
    memory.
    """
    is_sound = act not in _JUDGING or (stage in STAGES and val in _VERDICTS)
    if is_sound and act in _KNOWN and _is_name(who) and _is_name(dev):
        return who, dev, act, stage, val, crit
    return None


def _check(event: Event) -> None:
    """Raise ValueError when the event does not hold what its act needs."""
    if not _is_name(event.who):
        raise ValueError("'who' is no name")
    if not _is_name(event.dev):
        raise ValueError("'dev' is no name")
    if not event.eid:
        raise ValueError("'eid' is empty")
    if event.act in _JUDGING:
        if not event.rec:
            raise ValueError("it names no record")
        if event.stage not in STAGES:
            raise ValueError(f"{event.stage!r} is no stage")
        if event.val not in _VERDICTS:
            raise ValueError(f"{event.val!r} is no verdict")
    elif event.act == "undo" and not event.target:
        raise ValueError("it names nothing to take back")


def hash_of(line: str) -> str:
    """Return the sha256 of a line as the next line's ``prev`` bears it."""
    return hashlib.sha256(line.encode("utf-8", "surrogateescape")).hexdigest()
