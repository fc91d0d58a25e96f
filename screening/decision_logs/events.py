"""The events of the decision logs: what a person judged, one line of JSON each (METHODS 5.3).

An event is never changed. A change of mind is a further event; the state is a fold over all.
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
from binascii import hexlify
from collections.abc import Callable, Iterable
from enum import StrEnum
from operator import attrgetter
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

import msgspec

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


# No honest clock comes near; a line that claims more would leave no number for those after it.
END_OF_CLOCK = 10**15

if TYPE_CHECKING:
    _Act: TypeAlias = str
    _Id: TypeAlias = str
    _Stage: TypeAlias = str | None
    _Text: TypeAlias = str | None
    _Number: TypeAlias = int
else:  # what the decoder lets pass: no unknown act, and no null, which is no value of a line
    _Act = Literal[tuple(act.value for act in Act)]
    _Id = Annotated[str, msgspec.Meta(min_length=1)]
    _Stage, _Text = Literal[STAGES], str
    _Number = Annotated[int, msgspec.Meta(gt=0, lt=END_OF_CLOCK)]


class Event(msgspec.Struct, frozen=True, gc=False):
    """One line of a log. Absent values are left out of the line.

    A struct of msgspec, since a review may have a million of them: it is made from the bytes of its
    line at once, with no dict on the way, in a fifth of the time that this takes otherwise.
    """

    eid: _Id  # unique for ever, ordered by time (UUID 7)
    n: _Number  # number of the line in its log, from 1
    prev: str  # sha256 of the line before, "" for the first: a rewritten line breaks the chain
    who: str  # reviewer
    dev: str  # device: one writer, one file
    t: str  # UTC, ISO 8601
    lc: _Number  # logical clock: one more than any event this device had read
    act: _Act
    rec: _Text = None  # record key
    stage: _Stage = None
    val: _Text = None  # the verdict, or the value of the act
    reason: _Text = None  # code of the exclusion reason
    note: _Text = None
    seen: _Text = None  # sha256 of the title and abstract that were judged
    crit: _Text = None  # hash of the criteria they were judged by
    target: _Text = None  # the event that an undo takes back
    keys: tuple[str, ...] = ()  # the records of same and different
    how: _Text = None  # how a record came to be shown: ranked, drawn among these, in a pilot
    salt: _Text = None  # chance in a sealed line, so that its hash does not betray it
    v: _Number = 1

    @property
    def order(self) -> tuple[int, str]:
        """Return what all events of a review are ordered by, wherever they were written (TM-02)."""
        return self.lc, self.eid


def in_logical_order(events: Iterable[Event]) -> list[Event]:
    """Return events in logical order; twice by one value each is half the work of once by two."""
    found = sorted(events, key=attrgetter("eid"))
    found.sort(key=attrgetter("lc"))
    return found


_ORDER = ("v", *(name for name in Event.__struct_fields__ if name != "v"))
_NEEDED = ("eid", "n", "prev", "who", "dev", "t", "lc", "act")
_KINDS: dict[str, type] = {
    **dict.fromkeys(_ORDER, str),
    **dict.fromkeys(("v", "n", "lc"), int),
    "keys": list,
}
_WORDS = {str: "text", int: "number", list: "list of texts"}

# JSON may hold these as they are, but a terminal that shows the log would obey some of them, and
# half a surrogate pair is no UTF-8.
_UNSAFE = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_SUM = b',"sum":"'
_SUM_LENGTH = len(_SUM) + 16 + len('"}')
_SUM_AT = slice(len(_SUM), len(_SUM) + 16)
_begun = hashlib.sha256().copy  # a copy is made in a third of the time of a new one


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
    tail = raw[-_SUM_LENGTH:]
    whole = _begun()
    whole.update(raw[:-_SUM_LENGTH])
    body = whole.copy()  # what both begin with is read once
    body.update(b"}")
    whole.update(tail)
    is_kept = tail[_SUM_AT] == hexlify(body.digest()[:8])
    return whole.hexdigest(), is_kept or not _is_sum(tail)


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


_decoded = msgspec.json.Decoder(Event).decode
_put = msgspec.structs.force_setattr


def quick_reader() -> Callable[[bytes], Event | None]:
    """Return what gives the event of a line as nearly all are; None for any that wants more care.

    That is `from_line`, which says what is wrong. A review may have a million lines: this one takes
    a tenth of the time. What the lines of one reader say again and again (names, verdicts, versions
    of the criteria) is held once, which saves a third of their memory.
    """
    names: dict[str, str] = {}  # of reviewers and devices, found to be names
    texts: dict[str | None, str | None] = {}

    def event_of(raw: bytes) -> Event | None:
        try:
            event = _decoded(raw)
        except (msgspec.DecodeError, RecursionError):
            return None
        who, dev, val, crit = event.who, event.dev, event.val, event.crit
        if who not in names or dev not in names:
            if not (_is_name(who) and _is_name(dev)):
                return None
            names.update({who: who, dev: dev})
        _put(event, "who", names[who])
        _put(event, "dev", names[dev])
        _put(event, "val", texts.setdefault(val, val))
        _put(event, "crit", texts.setdefault(crit, crit))
        if event.act in _JUDGING:
            return event if event.rec and event.stage and val in _VERDICTS else None
        return event if event.target or event.act != "undo" else None

    return event_of


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
_JUDGING = frozenset((Act.DECIDE.value, Act.SETTLE.value))
_is_name = functools.lru_cache(maxsize=1000)(NAME.fullmatch)


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
