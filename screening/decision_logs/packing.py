"""Decision logs as one file to send: a zip that any other copy of the review takes in (TM-13).

A pack holds whole lines only. Taking one in never rewrites a line: a log that is here already gets
the lines that it lacks at its end; where the two differ, both are kept, and `verify` names it. So
packs may come in any order and any number of times, and the state is the same. With the logs go the
versions of the criteria that decisions were made by, else nobody could say what a change touches.
"""

from __future__ import annotations

import fcntl
import hashlib
import io
import os
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from screening.criteria import version_of
from screening.decision_logs.log_lines import read_lines
from screening.decision_logs.log_reading import ENDING
from screening.decision_logs.logs import append_durably
from screening.decision_logs.seals import SEALS, read_seals
from search.errors import BadInput, SarcatError
from search.faults import Fault
from search.files import sync_folder, write_whole
from search.protocol import NAME

Taken = Literal["new", "longer", "same", "shorter", "fork"]
LARGEST = 2**30  # bytes of one log, unpacked: some five million judgements
_CRITERIA = re.compile(r"criteria\.[0-9a-f]{12}\.json")
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same logs give the same bytes


@dataclass(frozen=True, slots=True)
class TakenLog:
    """What became of one log of a pack: how many lines it has there, and how many came in."""

    name: str
    how: Taken
    lines: int
    added: int
    kept_as: str | None = None  # the name of the copy, where the two differ


def pack(logs: Mapping[str, bytes]) -> bytes:
    """Return a zip of logs by name, each cut to its whole lines."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in sorted(logs):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            packed.writestr(info, _whole(name, logs[name]))
    return out.getvalue()


def _whole(name: str, data: bytes) -> bytes:
    """Cut a log to its whole lines: one that is being written comes with the next pack."""
    return data if is_criteria(name) else data[: data.rfind(b"\n") + 1]


def logs_in(folder: Path, who: Iterable[str] = ()) -> dict[str, bytes]:
    """Read the logs to pack: all, or those of some reviewers. BadInput where there are none."""
    wanted = set(who)
    names = [
        path.name for path in (folder.iterdir() if folder.is_dir() else ())
        if (is_log(path.name) or is_seals(path.name))
        and (not wanted or path.name.partition(".")[0] in wanted)
    ]  # fmt: skip
    if not names:
        whose = f" of {', '.join(sorted(wanted))}" if wanted else ""
        raise BadInput(f"there are no decisions{whose} to pack.", where=str(folder),
                       remedy="`sarcat status` shows what was judged.")  # fmt: skip
    names += [path.name for path in folder.iterdir() if is_criteria(path.name)]
    return {name: _whole(name, (folder / name).read_bytes()) for name in names}


def left_out(folder: Path) -> list[str]:
    """Return the names of copies that a cloud folder made: they are read here, and not packed."""
    names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    kept = (is_log, is_seals)
    return [name for name in names
            if name.endswith((ENDING, SEALS)) and not any(each(name) for each in kept)]  # fmt: skip


def is_criteria(name: str) -> bool:
    """Return whether a name is that of a version of the criteria; it never is a path."""
    return bool(_CRITERIA.fullmatch(name))


def is_log(name: str) -> bool:
    """Return whether a name is that of a log, REVIEWER.DEVICE.jsonl; it never is a path."""
    return name.endswith(ENDING) and _names_writer(name.removesuffix(ENDING))


def is_seals(name: str) -> bool:
    """Return whether a name is that of the seals of a log, REVIEWER.DEVICE.seals."""
    return name.endswith(SEALS) and _names_writer(name.removesuffix(SEALS))


def _names_writer(stem: str) -> bool:
    who, _, device = stem.partition(".")
    return bool(NAME.fullmatch(who) and NAME.fullmatch(device))


def read_pack(path: Path) -> dict[str, bytes]:
    """Read a pack whole, and check every line of it before anything is taken in.

    BadInput when it is no pack; SarcatError when it is damaged, or a line in it was rewritten.
    """
    if not path.is_file():
        raise BadInput("there is no such file.", where=str(path), remedy="Name a pack.")
    try:
        with zipfile.ZipFile(path) as packed:
            logs = _contents(packed, path)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        if not zipfile.is_zipfile(path):
            raise BadInput("this is no pack of decisions.", where=str(path),
                           remedy="A pack is made by `sarcat pack FILE`.") from error  # fmt: skip
        remedy = "Have it sent again; nothing was taken in."
        raise SarcatError(
            f"the pack is damaged ({error}).", where=str(path), remedy=remedy
        ) from error
    if not logs:
        raise BadInput("the pack is empty.", where=str(path), remedy="Have it made again.")
    faults = damage(logs)
    if faults:
        raise SarcatError(
            f"the pack's logs are not whole: {faults[0]}",
            where=str(path),
            remedy="Let its sender run `sarcat verify`; nothing was taken in.",
        )
    return logs


def _contents(packed: zipfile.ZipFile, path: Path) -> dict[str, bytes]:
    logs: dict[str, bytes] = {}
    room = LARGEST  # for all of them: what a small zip can grow to is for its sender to choose
    for info in packed.infolist():
        is_ours = any(each(info.filename) for each in (is_log, is_seals, is_criteria))
        if not is_ours or info.filename in logs:
            why = " twice" if info.filename in logs else ", which is no decision log"
            raise BadInput(f"the pack holds {info.filename!r}{why}.", where=str(path),
                           remedy="A pack is made by `sarcat pack FILE`.")  # fmt: skip
        with packed.open(info) as content:
            logs[info.filename] = content.read(room + 1)
        room -= len(logs[info.filename])
        if room < 0:
            raise BadInput(f"unpacked it is larger than {LARGEST >> 20} MB.", where=str(path),
                           remedy="No review's logs are: have it made again.")  # fmt: skip
    return logs


def damage(logs: Mapping[str, bytes]) -> list[Fault]:
    """Return what is wrong with logs by name, cut to whole lines: no pack with it is taken in."""
    return [fault for name, data in logs.items() for fault in _faults(name, data)]


def _faults(name: str, data: bytes) -> Iterator[Fault]:
    """Yield what is wrong with a log of a pack: its lines, and lines of another writer."""
    if is_criteria(name):
        if version_of(name, data) is None:
            what = "this is not the version of the criteria that its name says."
            yield Fault(f"decisions/{name}", None, "criteria", what)
        return
    if is_seals(name):
        sealed = read_seals(name, data)
        yield from sealed.faults
        writers = {(seal.event.who, seal.event.dev) for seal in sealed.seals}
        if writers - {tuple(name.removesuffix(SEALS).split("."))}:
            yield Fault(f"decisions/{name}", None, "writer", "it holds seals of another log.")
        return
    log = read_lines(name, data)
    yield from (fault for fault in log.faults if fault.level == "error" or fault.rule == "torn")
    for number, event in log.numbered():
        if f"{event.who}.{event.dev}{ENDING}" != name:
            what = f"this line was written by {event.who} on {event.dev}."
            yield Fault(f"decisions/{name}", number, "writer", what)
            return


# --- taking in -----------------------------------------------------------------------------------


def unpack(logs: Mapping[str, bytes], folder: Path) -> list[TakenLog]:
    """Take in the logs of a pack, as `read_pack` gave them; each durable when this returns."""
    folder.mkdir(parents=True, exist_ok=True)
    taken = [_take(name, logs[name], folder) for name in sorted(logs)]
    sync_folder(folder)
    return taken


def _take(name: str, data: bytes, folder: Path) -> TakenLog:
    path, lines = folder / name, data.count(b"\n")
    if not path.exists() or (is_criteria(name) and not version_of(name, path.read_bytes())):
        write_whole(path, data)
        return TakenLog(name, "new", lines, lines)
    if is_criteria(name):
        return TakenLog(name, "same", lines, 0)
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        _lock(descriptor, path)
        here = path.read_bytes()
        if data == here or here.startswith(data):
            return TakenLog(name, "same" if data == here else "shorter", lines, 0)
        if data.startswith(here) and here.endswith(b"\n"):
            _append(descriptor, data[len(here) :], len(here), path)
            return TakenLog(name, "longer", lines, lines - here.count(b"\n"))
    finally:
        os.close(descriptor)
    return _keep_beside(name, data, folder)


def _lock(descriptor: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise SarcatError(
            "somebody is writing this log just now.",
            where=str(path),
            remedy="Close the screening that is open, and unpack again.",
        ) from None


def _append(descriptor: int, data: bytes, size: int, path: Path) -> None:
    try:
        append_durably(descriptor, data, size)
    except OSError as error:
        raise SarcatError(f"the log could not be written ({error.strerror}).", where=str(path),
                          remedy="Make room, and unpack again.") from error  # fmt: skip


def _keep_beside(name: str, data: bytes, folder: Path) -> TakenLog:
    """Keep a log that differs from the one here as a copy, which is read as well (TM-05, TM-06)."""
    digest = hashlib.sha256(data).hexdigest()[:8]
    copy = f"{Path(name).stem}.sync-conflict-{digest}{Path(name).suffix}"
    lines = data.count(b"\n")
    if (folder / copy).exists():
        return TakenLog(name, "fork", lines, 0, copy)
    write_whole(folder / copy, data)
    return TakenLog(name, "fork", lines, lines, copy)
