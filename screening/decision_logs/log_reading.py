"""Read the decision logs of a review: any number of files, in any order, to the same events.

What is wrong with a file is named and does not stop the reading (METHODS 5.3, TM-02 to TM-06).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from screening.decision_logs.events import Event, digest_of, in_logical_order
from screening.decision_logs.log_lines import LogFile, read_lines
from screening.decision_logs.seals import (
    SEALED,
    SEALS,
    Seal,
    broken,
    by_number,
    check_name,
    read_seals,
)
from search.collecting import uncollected
from search.errors import SarcatError
from search.faults import Fault

ENDING = ".jsonl"
# What cloud folders call the second of two files that were changed at once (TM-05).
_CONFLICT_COPY = re.compile(r"sync-conflict|conflicted copy|\(\d+\)\.jsonl$", re.IGNORECASE)


@dataclass(frozen=True)
class Logs:
    """Every event of a review, each once, in logical order; and what is wrong with the files.

    ``files`` are the names of the logs with the number of lines in each; ``sealed`` the events
    whose lines are not shared yet, as their seals tell them: who judged what, and no verdict.
    """

    events: tuple[Event, ...]
    faults: tuple[Fault, ...]
    files: Mapping[str, int] = field(default_factory=dict)
    sealed: tuple[Event, ...] = ()

    @cached_property
    def told(self) -> tuple[Event, ...]:
        """Return all that is known of the judgements: the events, and what the seals say."""
        if not self.sealed:
            return self.events
        return tuple(in_logical_order((*self.events, *self.sealed)))

    @property
    def clock(self) -> int:
        """Return the highest logical time met."""
        return max((event.lc for event in (*self.events, *self.sealed)), default=0)


def read_logs(folder: Path, known: LogFile | None = None) -> Logs:
    """Read all logs of a folder, in any number and order; copies and doubles change nothing.

    ``known`` is one that was read already.
    A folder that is not there holds no decisions. SarcatError when a log cannot be read at all.
    """
    with uncollected():
        paths = _paths(folder)
        merged = _merged([_read(path, known) for path in paths if path.name.endswith(ENDING)])
        return _with_seals(merged, paths)


def _with_seals(logs: Logs, paths: Sequence[Path]) -> Logs:
    """Add what is sealed to what is shared, and hold what is shared to its seals."""
    files = [read_seals(path.name, _bytes(path)) for path in paths if path.name.endswith(SEALS)]
    for file in files:
        check_name(file)
    seals = by_number(files)
    faults = [fault for file in files for fault in file.faults]
    for path in paths:
        if path.name.endswith(ENDING) and path.is_file():
            faults += _seal_faults(path, seals)
    shared = {event.eid for event in logs.events} if seals else set()
    hidden = (seal.event for by in seals.values() for seal in by.values())
    sealed = in_logical_order(each for each in hidden if each.eid not in shared)
    return replace(logs, faults=(*logs.faults, *faults), sealed=tuple(sealed))


def _seal_faults(path: Path, seals: Mapping[tuple[str, str], Mapping[int, Seal]]) -> list[Fault]:
    writer = tuple(path.name.split(".")[:2])
    if not writer[1].endswith(SEALED):  # as all logs of a review without seals
        return []
    raw = [line.removesuffix(b"\r") for line in _bytes(path).split(b"\n")]
    lines = [(place, event, digest_of(raw[place - 1])[0])
             for place, event in read_lines(path.name, _bytes(path)).numbered()]  # fmt: skip
    return list(broken(seals.get((writer[0], writer[1]), {}), lines, path.name))


def _merged(logs: Sequence[LogFile]) -> Logs:
    events = {event.eid: event for log in logs for event in log.events}
    is_once = len(events) == sum(len(log.events) for log in logs)  # as nearly always
    if not is_once:
        events = _each_once(logs)
    return Logs(
        events=tuple(in_logical_order(events.values())),
        faults=(*(fault for log in logs for fault in log.faults), *_forks(logs)),
        files={log.name: log.lines for log in logs},
    )


def _each_once(logs: Iterable[LogFile]) -> dict[str, Event]:
    """Return the events by their ids, the first met of each; name those that differ from it."""
    events: dict[str, Event] = {}
    for log in logs:
        for number, event in log.numbered():
            before = events.setdefault(event.eid, event)
            if before is not event and before != event:
                log.fault(
                    number,
                    "twice",
                    f"event {event.eid} stands elsewhere with other content; that one counts.",
                    "Restore the log from version control.",
                )
    return events


def _paths(folder: Path) -> list[Path]:
    try:
        # The file that is no copy first, so that it is the copy that is named where they differ.
        names = sorted(
            (path.name for path in folder.iterdir()),
            key=lambda name: (bool(_CONFLICT_COPY.search(name)), name),
        )
    except FileNotFoundError:
        return []
    except OSError as error:
        raise SarcatError(
            f"the decisions cannot be read ({error.strerror}).", where=str(folder)
        ) from error
    return [folder / name for name in names if name.endswith((ENDING, SEALS)) and name[0] != "."]


def _read(path: Path, known: LogFile | None) -> LogFile:
    if path.is_symlink() or not path.is_file():
        log = LogFile(path.name)
        log.fault(None, "no-file", "this is no plain file, and is not read.",
                  "Put the log itself in its place.")  # fmt: skip
        return log
    is_known = known is not None and known.name == path.name
    log = known if known and is_known else read_lines(path.name, _bytes(path))
    _check_name(log)
    return log


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SarcatError(
            f"this log cannot be read ({error.strerror}).",
            where=str(path),
            remedy="Nothing is counted without it: make it readable.",
        ) from error


def _check_name(log: LogFile) -> None:
    if _CONFLICT_COPY.search(log.name):
        log.fault(None, "conflict-copy", "this is a copy that a cloud folder made; it is read as "
                  "well, and what stands in both counts once.",
                  "When `sarcat verify` finds no fork, it can be removed.", "info")  # fmt: skip
        return
    who, _, device = log.name.removesuffix(ENDING).partition(".")
    if log.writers <= {(who, device)}:
        return
    for number, event in log.numbered():
        if log.name != f"{event.who}.{event.dev}{ENDING}":
            log.fault(number, "writer", f"this line was written by {event.who} on {event.dev}, "
                      "whose log has another name; it counts.",
                      f"Move the line's file to {event.who}.{event.dev}{ENDING}.")  # fmt: skip
            return


def _forks(logs: Iterable[LogFile]) -> list[Fault]:
    """Name the lines that one device wrote twice with different content (TM-06); both count."""
    writers: dict[tuple[str, str], list[LogFile]] = defaultdict(list)
    for log in logs:
        for writer in log.writers:
            writers[writer].append(log)
    faults = []
    for writer, theirs in writers.items():
        written: dict[int, tuple[str, str]] = {}
        for log in theirs if len(theirs) > 1 else ():
            for number, event in log.numbered():
                if (event.who, event.dev) != writer:
                    continue
                place = f"decisions/{log.name}:{number}"
                eid, elsewhere = written.setdefault(event.n, (event.eid, place))
                if eid != event.eid:
                    faults.append(Fault(f"decisions/{log.name}", number, "fork",
                        f"line {event.n} of {writer[0]} on {writer[1]} was written twice, here and "
                        f"in {elsewhere}; both count.",
                        "Give each device its own name (SARCAT_DEVICE)."))  # fmt: skip
                    break
    return faults
