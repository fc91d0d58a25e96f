"""A sealed log: its lines on this device alone, their seals in the review (METHODS TM-09).

The lines are written and synced like those of any log, in the user's state folder; what stands in
the review is a beginning of the same file, as far as it was revealed, and the seals of all of it.
So every file still has one writer and only grows, and git, a shared folder and packs merge them as
they merge all logs.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from screening.decision_logs.device import device_id, state_folder
from screening.decision_logs.events import Event, digest_of, hash_of, in_logical_order, to_line
from screening.decision_logs.log_lines import read_lines
from screening.decision_logs.log_reading import ENDING, Logs, read_logs
from screening.decision_logs.logs import Log, append_durably
from screening.decision_logs.seals import SEALED, SEALS, head_line, read_seals, seal_line
from search.errors import SarcatError
from search.files import sync_folder, write_whole

_VARIABLE = "SARCAT_SEALED"


def sealed_folder() -> Path:
    """Return where this device keeps lines that are not shared yet; $SARCAT_SEALED overrides."""
    named = os.environ.get(_VARIABLE)
    return Path(named) if named else state_folder() / "sealed"


class SealedLog(Log):
    """A log whose lines stay on this device until they are revealed.

    ``logs`` holds what is shared and all lines of this log. SarcatError where lines that were
    sealed are not on this device, or are others than were sealed: nothing is begun anew.
    """

    def __init__(self, folder: Path, who: str, device: str, *, wait: float = 0.0) -> None:
        """Open the log, waiting up to ``wait`` seconds for another process to leave it."""
        self.shared = folder / f"{who}.{device}{ENDING}"
        self._seals = folder / f"{who}.{device}{SEALS}"
        self._unsealed: list[str] = []
        private = sealed_folder() / _log_of(self._seals)
        with _said(self._seals):
            private.mkdir(mode=0o700, parents=True, exist_ok=True)  # others have accounts here too
            if self.shared.exists() and not (private / self.shared.name).exists():
                write_whole(private / self.shared.name, self.shared.read_bytes())
        super().__init__(private, who, device, wait=wait)
        try:
            self.own = self.logs.events  # every line of this log, in order
            with _said(self._seals):
                self._check_and_seal()
            self.logs = _together(read_logs(folder), self.own)
        except BaseException:
            self.close()
            raise
        self._clock = self.logs.clock

    def _salt(self) -> str:
        return secrets.token_hex(16)

    def keep(self, drafts: Sequence[Event]) -> None:
        """Write the events of the last draft, all or none, then their seals.

        Where a seal cannot be written the lines count all the same: the next to write writes it.
        """
        super().keep(drafts)
        self.own = (*self.own, *drafts)
        self._unsealed += [seal_line(event, hash_of(to_line(event))) for event in drafts]
        with suppress(OSError):
            self._write_seals()

    def reveal(self, count: int) -> int:
        """Share the first ``count`` lines; returns how many of them were not shared yet."""
        if count <= len(self.own) - self.kept_back:
            return 0
        data = self.path.read_bytes()
        lines = data.splitlines(keepends=True)[:count]
        with _said(self.shared), _locked(self.shared) as descriptor:
            here = self.shared.read_bytes()
            if not data.startswith(here):
                raise SarcatError(
                    "what was shared of this log is not what this device has.",
                    where=str(self.shared),
                    remedy="`sarcat verify` names the line; restore it from version control.",
                )
            told = b"".join(lines)[len(here) :]
            append_durably(descriptor, told, len(here))
            sync_folder(self.shared.parent)
            return told.count(b"\n")

    @property
    def kept_back(self) -> int:
        """Return how many lines others do not see yet."""
        shared = self.shared.read_bytes().count(b"\n") if self.shared.exists() else 0
        return len(self.own) - shared

    # --- seals ---------------------------------------------------------------------------------

    def _check_and_seal(self) -> None:
        """Hold the lines to what was sealed of them, and seal those that are not yet."""
        sealed = read_seals(self._seals.name, self._seals.read_bytes())
        data = self.path.read_bytes()
        log = read_lines(self.path.name, data)
        for fault in log.faults:
            if fault.level == "error":
                what = f"the lines that are kept here are damaged: {fault}"
                raise SarcatError(what, where=str(self.path))
        lines = log.events
        hashes = [digest_of(line)[0] for line in data.splitlines()]
        if len(sealed.seals) > len(lines):
            raise SarcatError(
                f"{len(sealed.seals) - len(lines)} of the lines sealed here are not on this "
                f"device: {self.path}",
                where=str(self._seals),
                remedy="Bring that file back, or screen as another device (SARCAT_DEVICE).",
            )
        for place, (seal, line) in enumerate(zip(sealed.seals, hashes, strict=False), start=2):
            if seal.line != line:
                raise SarcatError(
                    "this line is not the seal of what this device holds.",
                    where=f"{self._seals}:{place}",
                    remedy="Restore both files as they were.",
                )
        os.truncate(self._seals, sealed.whole)  # a seal that was cut off is written again
        rest = slice(len(sealed.seals), None)
        self._unsealed = [
            seal_line(event, line) for event, line in zip(lines[rest], hashes[rest], strict=True)
        ]
        self._write_seals()

    def _write_seals(self) -> None:
        data = "".join(f"{line}\n" for line in self._unsealed).encode()
        with _locked(self._seals) as descriptor:
            append_durably(descriptor, data, os.fstat(descriptor).st_size)
        self._unsealed.clear()


def read_with_own(folder: Path, who: str) -> Logs:
    """Read all logs of a review, with what a reviewer has sealed on this device."""
    logs = read_logs(folder)
    name = f"{who}.{device_id()}{SEALED}{ENDING}"
    for shown, path in sealed_lines(folder):
        if shown.endswith(f"/{name}"):
            lines = read_lines(name, path.read_bytes()).events
            return _together(logs, lines)
    return logs


def _together(shared: Logs, own: Collection[Event]) -> Logs:
    """Return what is shared with all lines of one's own log, each event once."""
    mine = {event.eid for event in own}
    events = [event for event in shared.events if event.eid not in mine]
    return replace(
        shared,
        events=tuple(in_logical_order((*events, *own))),
        sealed=tuple(event for event in shared.sealed if event.eid not in mine),
    )


def sealed_lines(folder: Path) -> Iterator[tuple[str, Path]]:
    """Give the logs on this device whose seals stand in ``folder``, each as ``sealed/LOG/NAME``.

    With $SARCAT_SEALED set to that folder they are found there again.
    """
    for seals in sorted(folder.glob(f"*{SEALS}")):
        log = read_seals(seals.name, seals.read_bytes()).log
        path = sealed_folder() / log / f"{seals.name.removesuffix(SEALS)}{ENDING}"
        if log and path.is_file():
            yield f"sealed/{log}/{path.name}", path


def _log_of(seals: Path) -> str:
    """Return the name of the log whose lines are sealed in a file; it is begun where it is not."""
    with _said(seals):
        seals.parent.mkdir(parents=True, exist_ok=True)
        with _locked(seals) as descriptor:
            found = read_seals(seals.name, seals.read_bytes())
            if found.log:
                return found.log
            if found.whole:
                raise SarcatError("its first line does not name the log that it seals.",
                                  where=f"{seals}:1",
                                  remedy="Restore it from version control.")  # fmt: skip
            os.ftruncate(descriptor, 0)
            name = secrets.token_hex(8)
            append_durably(descriptor, f"{head_line(name)}\n".encode(), 0)
        sync_folder(seals.parent)
        return name


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """Open a file to append to, made where it is not, with nobody else writing to it meanwhile."""
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(path, flags, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def _said(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SarcatError(
            f"seals cannot be kept here ({error.strerror}).",
            where=str(error.filename or path),
            remedy="Make the folder writable; nothing was decided.",
        ) from error


def open_screening_log(
    folder: Path, who: str, device: str | None = None, *, sealed: bool, wait: float = 0.0
) -> Log:
    """Open the log that a reviewer's judgements of records go to: sealed where it is to be.

    Where the protocol asks for seals no more, what is sealed still on this device is shared first.
    """
    name = f"{device or device_id()}{SEALED}"
    if sealed:
        return SealedLog(folder, who, name, wait=wait)
    if has_seals(folder, who, device):
        with SealedLog(folder, who, name, wait=wait) as log:
            log.reveal(len(log.own))
    return Log(folder, who, device or device_id(), wait=wait)


def has_seals(folder: Path, who: str, device: str | None = None) -> bool:
    """Return whether a reviewer has sealed anything in a review, by default on this device."""
    return (folder / f"{who}.{device or device_id()}{SEALED}{SEALS}").exists()
