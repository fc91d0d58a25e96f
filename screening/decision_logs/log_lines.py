"""The lines of one decision log: bytes in, events and faults out (TM-03, TM-04, TM-06).

Nothing stops the reading: what cannot be read is named with its line and passed over. The chain of
hashes tells where a line was rewritten, taken out or put in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from screening.decision_logs.events import Act, Event, digest_of, from_line, quick_reader
from search.faults import Fault
from search.words import counted

_KNOWN_ACTS = frozenset(act.value for act in Act)
_RESTORE = "Compare it with version control, and restore the log if it is not meant."


@dataclass
class LogFile:
    """What one log holds: its events, and what is wrong with it.

    ``passed_over`` are the numbers of the lines that are no events, in order.
    ``torn`` are the bytes of a last line that was cut off while it was written; ``is_open`` says
    that the last line is whole and only lacks its newline. ``end`` is the hash of the last line.
    """

    name: str
    events: list[Event] = field(default_factory=list)
    passed_over: list[int] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    lines: int = 0
    end: str = ""
    torn: bytes = b""
    is_open: bool = False

    @property
    def writers(self) -> set[tuple[str, str]]:
        """Return who wrote its lines, and on which device."""
        found: set[tuple[str, str]] = set()
        last = None
        for event in self.events:
            if (event.who, event.dev) != last:
                found.add(last := (event.who, event.dev))
        return found

    @property
    def next_number(self) -> int:
        """Return the number that the next event of this log bears."""
        is_last_read = self.events and self.lines not in self.passed_over[-1:]
        return self.events[-1].n + 1 if is_last_read else self.lines + 1

    def numbered(self) -> Iterator[tuple[int, Event]]:
        """Give the events, each with the number of its line, from 1."""
        strange = set(self.passed_over)
        numbers = (at for at in range(1, self.lines + 1) if at not in strange)
        return zip(numbers, self.events, strict=True)

    def fault(
        self, line: int | None, rule: str, what: str, remedy: str = "", level: str = "error"
    ) -> None:
        """Note a fault, once for each line and rule."""
        fault = Fault(f"decisions/{self.name}", line, rule, what, remedy, level)  # type: ignore[arg-type]
        if fault not in self.faults[-3:]:
            self.faults.append(fault)


def read_lines(name: str, data: bytes) -> LogFile:
    """Read the bytes of one log."""
    log = LogFile(name)
    *whole, last = data.split(b"\n")
    previous: Event | None = None
    end, following = "", 0  # of the line before: its hash, and the number that follows its own
    event_of, keep = quick_reader(), log.events.append
    for number, content in enumerate(whole, start=1):
        # git on Windows may have put a carriage return at each line's end: the content is the same
        raw = content.removesuffix(b"\r")
        event = event_of(raw) or _event(log, number, raw)
        before, (end, is_kept) = end, digest_of(raw)
        if event:
            # nearly every line follows
            if not (is_kept and event.n == following and event.prev == before):
                _check_chain(log, number, event, previous, before, is_kept)
            keep(event)
            following = event.n + 1
        else:
            log.passed_over.append(number)
            following = 0
        previous = event
    log.lines, log.end = len(whole), end
    if last:
        _read_last(log, last, previous)
    return log


def _event(log: LogFile, number: int, raw: bytes) -> Event | None:
    try:
        event = from_line(raw.decode("utf-8", "surrogateescape"))
    except ValueError as error:
        log.fault(number, "unreadable", f"this line is no event: {error}.", _RESTORE)
        return None
    if event.act not in _KNOWN_ACTS:
        log.fault(number, "unknown-act", f"this line says {event.act!r}, which this version of "
                  "Sarcat does not know; it is kept but does not count.",
                  "Update Sarcat.", "warning")  # fmt: skip
    return event


def _check_chain(
    log: LogFile, number: int, event: Event, previous: Event | None, before: str, is_kept: bool
) -> None:
    """Name the line that was rewritten, or where lines are missing, doubled or strange.

    ``before`` is the hash of the line before, ``previous`` its event where it is one.
    """
    expected = previous.n + 1 if previous else number
    if not is_kept:
        _rewritten(log, number)
    if previous is None and number > 1:
        return  # the line before is named already as unreadable
    if event.n > expected:
        gone = event.n - expected
        log.fault(number, "chain", f"{counted(gone, 'line')} that stood before this one "
                  f"{'is' if gone == 1 else 'are'} missing.", _RESTORE)  # fmt: skip
    elif event.n < expected:
        log.fault(number, "chain", "this line does not belong here: it stands twice, or was put "
                  "in.", _RESTORE)  # fmt: skip
    elif event.prev != before:
        # The line itself is whole: it was written after another text than stands before it now.
        _rewritten(log, max(number - 1, 1))


def _rewritten(log: LogFile, number: int) -> None:
    log.fault(number, "chain", "this line was rewritten after it was logged; it counts as it "
              "stands now.", _RESTORE)  # fmt: skip


def _read_last(log: LogFile, raw: bytes, previous: Event | None) -> None:
    """Read what stands after the last newline: a torn line, or a whole one without its newline."""
    number = log.lines + 1
    content = raw.removesuffix(b"\r")
    try:
        event = from_line(content.decode("utf-8", "surrogateescape"))
    except ValueError:
        log.torn = raw
        log.fault(
            number,
            "torn",
            "the last line was cut off while it was written, and is left out.",
            "It was never acknowledged: judge that record again.",
            "warning",
        )
        return
    # Cut short, JSON never reads as an object: this one is whole, and is not to be lost.
    log.is_open = True
    log.fault(number, "no-newline", "the last line lacks its newline; it is whole and counts.",
              level="info")  # fmt: skip
    end, is_kept = digest_of(content)
    _check_chain(log, number, event, previous, log.end, is_kept)
    log.events.append(event)
    log.lines, log.end = number, end
