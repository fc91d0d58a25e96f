"""Decision logs: append-only files, one writer each, durable before anything else happens.

``decisions/REVIEWER.DEVICE.jsonl`` (METHODS 5.3, TM-01 to TM-06).
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from screening.decision_logs.device import checked_name, device_id, new_event_id
from screening.decision_logs.events import END_OF_CLOCK, Event, hash_of, to_line
from screening.decision_logs.log_lines import LogFile, read_lines
from screening.decision_logs.log_reading import ENDING, Logs, read_logs
from search.errors import SarcatError
from search.faults import Fault
from search.files import sync_folder
from search.runs import now

__all__ = ["Log", "Logs", "device_id", "open_log", "read_logs"]

_MODE = 0o644


class Log:
    """One reviewer's log on one device, opened for writing; nobody else writes to it meanwhile.

    ``logs`` is everything that was to be read when it was opened; ``notices`` say what was set
    aside. Use it in a ``with``: the lock ends with it, and with the process however it ends.
    """

    def __init__(self, folder: Path, who: str, device: str, *, wait: float = 0.0) -> None:
        """Open the log, waiting up to ``wait`` seconds for another process to leave it."""
        self.who = checked_name(who, "reviewer")
        self._device = checked_name(device, "device")
        self.path = folder / f"{who}.{device}{ENDING}"
        self.notices: tuple[Fault, ...] = ()
        self._file = -1
        self._size, self._next, self._end = 0, 1, ""
        try:
            _make_folder(folder)
            self._take(time.monotonic() + wait)
            self.logs = read_logs(folder, self._recover())
        except OSError as error:
            self.close()
            raise SarcatError(
                f"decisions cannot be kept here ({error.strerror}).",
                where=str(self.path),
                remedy="Make the folder writable; nothing was decided.",
            ) from error
        except BaseException:
            self.close()
            raise
        self._clock = self.logs.clock

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the log free; closing it twice is no error."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    @property
    def kept_back(self) -> int:
        """Return how many lines others do not see yet."""
        return 0

    def append(self, act: str, **values: Any) -> Event:
        """Write one event; it is on disk when this returns.

        SarcatError when it cannot be kept: then it does not count, and nothing of it is left.
        """
        (event,) = drafts = self.draft([(act, values)])
        self.keep(drafts)
        return event

    def draft(self, acts: Iterable[tuple[str, Mapping[str, Any]]]) -> list[Event]:
        """Return the events that these acts would be, for `keep`; nothing is written."""
        number, end, clock, drafts = self._next, self._end, self._clock, []
        for act, values in acts:
            clock += 1
            if clock >= END_OF_CLOCK:
                raise SarcatError(
                    "a log claims a logical time beyond all bounds.",
                    where=str(self.path.parent),
                    remedy="`sarcat verify` names it.",
                )
            event = Event(
                eid=new_event_id(), n=number, prev=end, who=self.who,
                dev=self._device, t=now(), lc=clock, act=act, **values, salt=self._salt(),
            )  # fmt: skip
            number, end = number + 1, hash_of(to_line(event))
            drafts.append(event)
        return drafts

    def _salt(self) -> str | None:
        """Return the chance that a line is to bear; None where its hash need hide nothing."""
        return None

    def keep(self, drafts: Sequence[Event]) -> None:
        """Write the events of the last draft, all or none; they are on disk when this returns."""
        if not drafts:
            return
        if (drafts[0].n, drafts[0].prev) != (self._next, self._end):
            raise ValueError("something was written since these events were drafted")
        lines = [to_line(event) for event in drafts]
        self._check_untouched()
        self._write("".join(f"{line}\n" for line in lines).encode())
        self._next, self._end = drafts[-1].n + 1, hash_of(lines[-1])
        self._clock = drafts[-1].lc

    def _write(self, data: bytes) -> None:
        """Put bytes at the end, wholly and durably, or not at all."""
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(self._file, rest) :]
            os.fsync(self._file)
        except OSError as error:
            self._cut_to(self._size)
            raise SarcatError(
                f"the decision could not be written ({error.strerror}), and does not count.",
                where=str(self.path),
                remedy="Make room, then decide again; all decisions before it are kept.",
            ) from error
        self._size += len(data)

    def _cut_to(self, size: int) -> None:
        try:
            os.ftruncate(self._file, size)
            os.fsync(self._file)
        except OSError:
            self.close()  # what is left is a torn line: the next to open this log sets it aside

    def _check_untouched(self) -> None:
        """Refuse to write past what another program did to the file (a pull, a cloud folder)."""
        try:
            mine, there = os.fstat(self._file), self.path.stat(follow_symlinks=False)
            if os.path.samestat(mine, there) and mine.st_size == self._size:
                return
        except OSError:
            pass
        raise SarcatError(
            "this log was changed or removed by another program while it was open; the decision "
            "does not count.",
            where=str(self.path),
            remedy="Leave and begin again.",
        )

    # --- opening -------------------------------------------------------------------------------

    def _take(self, until: float) -> None:
        """Open and lock the file; again if it was replaced while the lock was waited for."""
        while True:
            is_new = not self.path.exists()
            flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
            self._file = os.open(self.path, flags, _MODE)
            self._lock(until)
            if is_new:
                sync_folder(self.path.parent)
            if self.path.exists() and os.path.samestat(os.fstat(self._file), self.path.stat()):
                return
            self.close()

    def _lock(self, until: float) -> None:
        while True:
            try:
                return fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= until:
                    raise SarcatError(
                        f"{self.who} is already at work on this device, in another window.",
                        where=str(self.path),
                        remedy="Close that one first.",
                    ) from None
                time.sleep(0.05)

    def _recover(self) -> LogFile | None:
        """Find where to go on; set aside a line that a power cut tore.

        Returns what the log holds, None where it had to be mended and is to be read again.
        """
        data = self.path.read_bytes()
        log = read_lines(self.path.name, data)
        self._size = len(data)
        self._next, self._end = log.next_number, log.end
        if log.torn:
            self._set_aside(log)
        elif log.is_open:
            self._write(b"\n")
        else:
            return log
        return None

    def _set_aside(self, log: LogFile) -> None:
        aside = self.path.with_suffix(".torn")
        with aside.open("ab") as out:
            out.write(log.torn + b"\n")
            out.flush()
            os.fsync(out.fileno())
        sync_folder(aside.parent)
        self._size -= len(log.torn)
        os.ftruncate(self._file, self._size)
        os.fsync(self._file)
        self.notices = (
            Fault(f"decisions/{log.name}", log.lines + 1, "torn",
                  f"the last line was cut off while it was written; it is kept in {aside.name}.",
                  "It was never acknowledged: judge that record again.", "warning"),
        )  # fmt: skip


def append_durably(descriptor: int, data: bytes, size: int) -> None:
    """Put bytes at the end of a file of ``size`` bytes, wholly and synced, or not at all."""
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    except OSError:
        os.ftruncate(descriptor, size)
        raise


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        sync_folder(folder.parent)


def open_log(folder: Path, who: str, device: str | None = None, *, wait: float = 0.0) -> Log:
    """Open a reviewer's log on this device for writing; see `Log`."""
    return Log(folder, who, device or device_id(), wait=wait)
