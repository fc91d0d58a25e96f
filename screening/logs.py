"""Decision logs: append-only files, one writer each, durable before anything else happens.

``decisions/REVIEWER.DEVICE.jsonl`` (METHODS 5.3, TM-01 to TM-06).
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from screening.events import Event, from_document, hash_of, to_line
from search.errors import BadInput, SarcatError
from search.faults import Fault
from search.files import sync_folder, write_whole
from search.runs import now

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# What cloud folders call the second of two files that were changed at once.
_CONFLICT_COPY = re.compile(r"sync-conflict|conflicted copy|\(\d+\)\.jsonl$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Logs:
    """Every event of a review, each once, in logical order; and what is wrong with the files."""

    events: tuple[Event, ...]
    faults: tuple[Fault, ...]

    @property
    def clock(self) -> int:
        """Return the highest logical time met."""
        return max((event.lc for event in self.events), default=0)


def read_logs(folder: Path) -> Logs:
    """Read all logs of a folder, in any number and order; copies and doubles change nothing."""
    events: dict[str, Event] = {}
    faults: list[Fault] = []
    for path in sorted(folder.glob("*.jsonl")) if folder.is_dir() else []:
        if _CONFLICT_COPY.search(path.name):
            faults.append(Fault(f"decisions/{path.name}", None, "conflict-copy",
                                "this is a copy that a cloud folder made; it is read as well.",
                                "Keep both files, or merge them.", "info"))  # fmt: skip
        for event in _read(path, faults):
            before = events.setdefault(event.eid, event)
            if before != event:
                faults.append(Fault(f"decisions/{path.name}", event.n, "fork",
                                    f"event {event.eid} stands twice with different content.",
                                    "Restore the log from version control."))  # fmt: skip
    return Logs(tuple(sorted(events.values(), key=lambda e: (e.lc, e.eid))), tuple(faults))


def _read(path: Path, faults: list[Fault]) -> Iterator[Event]:
    shown = f"decisions/{path.name}"
    data = path.read_bytes()
    whole, _, torn = data.rpartition(b"\n")
    if torn:
        faults.append(Fault(shown, whole.count(b"\n") + 2 if whole else 1, "torn",
                            "the last line was cut off while it was written, and is set aside.",
                            "It was never acknowledged; decide again if it matters.",
                            "warning"))  # fmt: skip
    previous = ""
    for number, raw in enumerate(whole.split(b"\n") if whole else (), start=1):
        line = raw.decode("utf-8", "surrogateescape")
        try:
            event = from_document(json.loads(line))
        except (ValueError, TypeError) as error:
            faults.append(Fault(shown, number, "unreadable", f"this line is no event ({error}).",
                                "Restore the log from version control."))  # fmt: skip
            previous = hash_of(line)
            continue
        if event.prev != previous or event.n != number:
            faults.append(Fault(shown, number, "chain",
                                "this line does not follow the one before it: a line was "
                                "rewritten, removed or put in.",
                                "Compare with version control."))  # fmt: skip
        previous = hash_of(line)
        yield event


# --- writing -----------------------------------------------------------------------------------


def device_id() -> str:
    """Return this device's name, made once, kept outside any review; or $SARCAT_DEVICE."""
    named = os.environ.get("SARCAT_DEVICE")
    if named:
        return _checked(named, "SARCAT_DEVICE")
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    path = state / "sarcat" / "device"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, secrets.token_hex(3) + "\n")
    return _checked(path.read_text("utf-8").strip(), str(path))


def _checked(name: str, where: str) -> str:
    if not _NAME.fullmatch(name):
        raise BadInput(f"{name!r} cannot name a log file.", where=where,
                       remedy="Use small letters, digits and hyphens.")  # fmt: skip
    return name


_last_id = 0


def new_event_id() -> str:
    """Return a UUID of version 7 (RFC 9562): unique, and rising within this process."""
    global _last_id
    # 48 bits of milliseconds and 12 that count on within one; a clock that jumps back is ignored
    _last_id = max((time.time_ns() // 1_000_000) << 12, _last_id + 1)
    stamp, count = _last_id >> 12, _last_id & 0xFFF
    number = (stamp << 80) | (7 << 76) | (count << 64) | (2 << 62) | secrets.randbits(62)
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


class Log:
    """One reviewer's log on one device, opened for writing; nobody else writes to it meanwhile."""

    def __init__(self, folder: Path, who: str, device: str) -> None:
        self._who = _checked(who, "reviewer")
        self._device = _checked(device, "device")
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"{who}.{device}.jsonl"
        is_new = not self.path.exists()
        self._file = self.path.open("ab+")
        try:
            self._lock()
            self._set_torn_aside()
            self._count, self._last = self._end()
            self._clock = read_logs(folder).clock
            if is_new:
                sync_folder(folder)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Log:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._file.close()

    def append(self, act: str, **values: Any) -> Event:
        """Write one event; it is on disk when this returns.

        SarcatError when it cannot be kept: then nothing of it is left in the log.
        """
        event = Event(
            eid=new_event_id(), n=self._count + 1, prev=self._last, who=self._who,
            dev=self._device, t=now(), lc=self._clock + 1, act=act, **values,
        )  # fmt: skip
        line = to_line(event)
        start = self._file.seek(0, os.SEEK_END)
        try:
            self._file.write(line.encode("utf-8", "surrogateescape") + b"\n")
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            self._take_back(start)
            raise SarcatError(
                f"the decision could not be written ({error.strerror}), and does not count.",
                where=str(self.path), remedy="Make room or fix the folder, then decide again.",
            ) from error  # fmt: skip
        self._count, self._last, self._clock = event.n, hash_of(line), event.lc
        return event

    def _take_back(self, start: int) -> None:
        """Cut off a line that was written in part, past the buffer that still holds it."""
        descriptor = os.open(self.path, os.O_WRONLY)
        try:
            os.ftruncate(descriptor, start)
        finally:
            os.close(descriptor)
        raw = self._file.raw
        self._file.detach()
        raw.close()
        self._file = self.path.open("ab+")
        self._lock()

    def _lock(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SarcatError(
                f"{self._who} is already screening on this device, in another window.",
                where=str(self.path), remedy="Close that one first.",
            ) from None  # fmt: skip

    def _set_torn_aside(self) -> None:
        self._file.seek(0)
        data = self._file.read()
        whole, newline, torn = data.rpartition(b"\n")
        if torn:
            aside = self.path.with_suffix(".torn")
            with aside.open("ab") as out:
                out.write(torn + b"\n")
                out.flush()
                os.fsync(out.fileno())
            self._file.truncate(len(whole) + len(newline))

    def _end(self) -> tuple[int, str]:
        self._file.seek(0)
        lines = self._file.read().split(b"\n")[:-1]
        return len(lines), hash_of(lines[-1].decode("utf-8", "surrogateescape")) if lines else ""


def open_log(folder: Path, who: str, device: str | None = None) -> Log:
    """Open a reviewer's log on this device for writing."""
    return Log(folder, who, device or device_id())
