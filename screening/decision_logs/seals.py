"""Seals: the sha256 of lines that are not shared yet (METHODS 5.3, TM-09). Pure.

A reviewer's sealed log stays on the device, and beside it grows a file of seals that is shared:
``REVIEWER.DEVICE.seals``. A seal says of a line what is no secret (who judged which record at which
stage, and when) and bears the hash of the whole line. Later the lines themselves are shared, and
each must be what was sealed: nobody can have changed a verdict after seeing another's. The line has
a salt, 128 bits of chance, so that no verdict can be guessed from its hash.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from msgspec.structs import asdict

from screening.decision_logs.events import PILOT, Act, Event, fields_of
from search.faults import Fault
from search.protocol import NAME, STAGES

SEALS = ".seals"
SEALED = "-sealed"  # the end of the device's name of a log whose lines are sealed
# What a person says of a record at a stage: it may tell another what to think of it.
TELLING = frozenset((Act.DECIDE.value, Act.NOTE.value, Act.TAG.value, Act.TIE.value))
_NEVER = frozenset((Act.SETTLE, Act.SAME, Act.DIFFERENT, Act.STOP))  # these all may see at once
_OPEN = ("v", "eid", "n", "prev", "who", "dev", "t", "lc", "act", "rec", "stage", "target")
_RESTORE = "Compare it with version control, and restore the file if it is not meant."


class Seal(NamedTuple):
    """One line of a file of seals: what is no secret of an event, and the hash of its line."""

    event: Event
    line: str


@dataclass
class SealFile:
    """What one file of seals holds, and what is wrong with it.

    ``log`` names the log whose lines are sealed, on the device; ``whole`` are the bytes up to the
    end of the last whole line.
    """

    name: str
    log: str = ""
    seals: list[Seal] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    whole: int = 0

    def fault(self, number: int, rule: str, what: str, remedy: str = _RESTORE) -> None:
        """Note a fault."""
        self.faults.append(Fault(f"decisions/{self.name}", number, rule, what, remedy))


def without_secrets(event: Event) -> Event:
    """Return an event as its seal tells it."""
    kept = {name: getattr(event, name) for name in _OPEN}
    how = event.how if event.how == PILOT else None  # whom a verdict waits for is no secret
    return Event(**kept, val=None if event.act in TELLING else event.val, how=how)


def head_line(log: str) -> str:
    """Return the first line of a file of seals."""
    return json.dumps({"v": 1, "log": log}, separators=(",", ":"))


def seal_line(event: Event, line: str) -> str:
    """Return the seal of an event whose line has the hash ``line``."""
    told = asdict(without_secrets(event)) | {"line": line}
    document = {
        name: told[name] for name in (*_OPEN, "val", "how", "line") if told[name] is not None
    }
    return json.dumps(document, separators=(",", ":"))  # ASCII: nothing a terminal would obey


def read_seals(name: str, data: bytes) -> SealFile:
    """Read a file of seals. A last line that was cut off is left out: its log writes it again."""
    found = SealFile(name, whole=data.rfind(b"\n") + 1)
    for number, raw in enumerate(data[: found.whole].split(b"\n")[:-1], start=1):
        try:
            document = json.loads(raw.decode("utf-8"))
            if number == 1 and type(document) is dict and "log" in document:
                found.log = _log_name(document["log"])
            else:
                found.seals.append(_seal_of(document))
        except (ValueError, RecursionError) as error:
            found.fault(number, "unreadable", f"this line is no seal: {error}.")
            continue
        _check_chain(found, number)
    return found


def _log_name(value: object) -> str:
    if type(value) is str and NAME.fullmatch(value):
        return value
    raise ValueError("it names no log")


def _seal_of(document: object) -> Seal:
    event = fields_of(document)
    line = document.get("line") if type(document) is dict else None
    if type(line) is not str or len(line) != 64:
        raise ValueError("it has no 'line'")
    if not (NAME.fullmatch(event.who) and NAME.fullmatch(event.dev)):
        raise ValueError("it names no reviewer and device")
    if event.act in _NEVER:
        raise ValueError(f"{event.act!r} is never sealed")
    if event.act == Act.DECIDE and not (event.rec and event.stage in STAGES):
        raise ValueError("it names no record and stage")
    return Seal(without_secrets(event), line)


def check_name(found: SealFile) -> None:
    """Name the first seal that is another writer's than the name of its file says."""
    for place, seal in enumerate(found.seals, start=2):
        writer = f"{seal.event.who}.{seal.event.dev}"
        rest = found.name.removeprefix(writer)  # a copy by a cloud folder adds to the name
        if rest == found.name or rest[:1].isalnum() or rest[:1] == "-":
            found.fault(place, "writer", f"this seal is of {writer}, whose file has another name; "
                        "it counts.", f"Ask {seal.event.who}, or take the file out.")  # fmt: skip
            return


def _check_chain(found: SealFile, number: int) -> None:
    """Name a seal that does not follow from the one before it."""
    if not found.seals:
        return
    *before, last = found.seals[-2:]
    n, prev = (before[0].event.n, before[0].line) if before else (0, "")
    if (last.event.n, last.event.prev) != (n + 1, prev):
        found.fault(number, "chain", "this seal does not follow from the one before it: one was "
                    "rewritten, put in or taken out.")  # fmt: skip


# --- lines against their seals -------------------------------------------------------------------


def by_number(files: Iterable[SealFile]) -> dict[tuple[str, str], dict[int, Seal]]:
    """Return the seals of each writer by the number of their lines; the first that is met counts.

    A second one with another hash is named in the faults of its file.
    """
    found: dict[tuple[str, str], dict[int, Seal]] = {}
    for file in files:
        for place, seal in enumerate(file.seals, start=2):
            event = seal.event
            before = found.setdefault((event.who, event.dev), {}).setdefault(event.n, seal)
            if before.line != seal.line:
                file.fault(place, "sealed-twice", f"line {event.n} of {event.who} on {event.dev} "
                           "was sealed twice, with other content.")  # fmt: skip
    return found


def broken(
    seals: Mapping[int, Seal], lines: Iterable[tuple[int, Event, str]], name: str
) -> Iterator[Fault]:
    """Give the lines of a log that are not what their writer had sealed.

    ``lines`` are place in the file, event and sha256 of each; ``seals`` those of its writer.
    """
    for place, event, line in lines:
        seal = seals.get(event.n)
        if seal is None:
            what = "this line was never sealed: it was put in, or its seal is not here."
            remedy = f"Fetch decisions/{event.who}.{event.dev}{SEALS}."
        elif seal.line != line:
            what = (f"this line is not the one that was sealed on {seal.event.t}: it was written "
                    "or changed after it; it counts as it stands now.")  # fmt: skip
            remedy = _RESTORE
        elif seal.event != without_secrets(event):
            what = "its seal said something else of it than it says itself."
            remedy = f"Ask {event.who}; the line counts."
        else:
            continue
        yield Fault(f"decisions/{name}", place, "seal", what, remedy)
