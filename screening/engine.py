"""The engine of screening: queue, decide, undo, note, later, counters. It knows of no screen.

The plain terminal is its first user; a full-screen one will be its second.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence

from screening.decisions import Decision, in_force, standing
from screening.events import Act, Event, Verdict
from screening.logs import Log, Logs
from search.errors import BadInput
from search.faults import nearest
from search.protocol import Protocol, Stage
from search.records import StoredRecord

Lookup = Callable[[str], StoredRecord | None]


def reviewer_order(keys: Iterable[str], seed: int, reviewer: str, stage: str) -> list[str]:
    """Return the keys in a reviewer's own order: the same on every machine (TM-10).

    By hash and not by shuffle: a record that comes in later takes its place without moving others.
    """

    def place(key: str) -> bytes:
        return hashlib.sha256(f"{seed}\n{reviewer}\n{stage}\n{key}".encode()).digest()

    return sorted(keys, key=lambda key: (place(key), key))


def check_reviewer(protocol: Protocol, name: str) -> None:
    """BadInput unless the protocol names this reviewer."""
    if protocol.reviewer(name) is None:
        known = ", ".join(each.name for each in protocol.reviewers) or "nobody"
        raise BadInput(
            f"the protocol knows no reviewer {name!r}; it names {known}.", where="protocol.toml",
            remedy=f'Add a table [[reviewers]] with name = "{name}".',
        )  # fmt: skip


def check_reason(protocol: Protocol, stage: Stage, verdict: str, reason: str | None) -> None:
    """BadInput unless an exclusion has the reason that its stage asks for, and nothing else has."""
    codes = [criterion.code for criterion in protocol.exclusion]
    if reason is not None and verdict != Verdict.EXCLUDE:
        raise BadInput("only an exclusion has a reason.", remedy="Leave --reason out.")
    if reason is not None and reason not in codes:
        guess = nearest(reason, codes)
        hint = f"Did you mean {guess}?" if guess else f"It has {', '.join(codes)}."
        raise BadInput(f"the protocol has no reason {reason!r}.", remedy=hint)
    if reason is None and verdict == Verdict.EXCLUDE and stage.reason_required:
        raise BadInput(f"an exclusion at {stage.name} needs a reason.",
                       remedy=f"Give --reason, one of {', '.join(codes)}.")  # fmt: skip


class Screening:
    """One reviewer at one stage: what is next, and every act written before it counts."""

    def __init__(
        self, protocol: Protocol, stage: Stage, reviewer: str, queue: Sequence[str],
        lookup: Lookup, log: Log, past: Logs,
    ) -> None:  # fmt: skip
        check_reviewer(protocol, reviewer)
        self.protocol = protocol
        self.stage = stage
        self.reviewer = reviewer
        self.queue = list(queue)
        self._lookup = lookup
        self._log = log
        self._events = [event for event in past.events if event.who == reviewer]
        self._later: list[str] = []
        self.today = 0
        self._at = 0
        self._seek(0)

    # --- where we are --------------------------------------------------------------------------

    @property
    def current(self) -> StoredRecord | None:
        """Return the record to judge, None when none is left."""
        return self._lookup(self.queue[self._at]) if self._at < len(self.queue) else None

    @property
    def place(self) -> int:
        """Return the place of the current record in the queue, from 1."""
        return self._at + 1

    @property
    def left(self) -> int:
        """Return how many records wait for this reviewer."""
        mine = self.mine()
        return sum(1 for key in self.queue if key not in mine)

    def mine(self) -> dict[str, Decision]:
        """Return this reviewer's verdicts in force at this stage, by key."""
        return {
            key: held[self.reviewer]
            for (key, stage), held in in_force(self._events).items()
            if stage == self.stage.name and self.reviewer in held
        }

    # --- acts ----------------------------------------------------------------------------------

    def decide(self, verdict: str, reason: str | None = None, note: str | None = None) -> Event:
        """Write a verdict on the current record; the next shows only when it is on disk."""
        record = self.current
        if record is None:
            raise BadInput("no record is left to decide on.")
        check_reason(self.protocol, self.stage, verdict, reason)
        event = self._write(
            Act.DECIDE, rec=record.key, stage=self.stage.name, val=verdict, reason=reason,
            note=note, seen=record.seen, crit=self.protocol.criteria_hash,
        )  # fmt: skip
        self.today += 1
        self._seek(self._at)
        return event

    def undo(self) -> str | None:
        """Take back the newest act that stands and go to its record; None if there is none."""
        mine = (Act.DECIDE, Act.NOTE, Act.TAG)
        here = (event for event in standing(self._events) if event.stage == self.stage.name)
        acts = [event for event in here if event.act in mine]
        if not acts:
            return None
        last = acts[-1]
        self._write(Act.UNDO, target=last.eid)
        if last.rec in self.queue:
            self._at = self.queue.index(last.rec or "")
        return last.rec

    def annotate(self, act: Act, text: str) -> None:
        """Write a note or a tag on the current record."""
        if record := self.current:
            self._write(act, rec=record.key, stage=self.stage.name, val=text)

    def later(self) -> None:
        """Put the current record at the end of the queue, for this sitting."""
        if self._at < len(self.queue):
            self.queue.append(self.queue.pop(self._at))
            self._seek(min(self._at, len(self.queue) - 1))

    def move(self, by: int) -> None:
        """Go forward or back without deciding."""
        self._at = min(max(self._at + by, 0), max(len(self.queue) - 1, 0))

    def find(self, words: str) -> bool:
        """Go to the next record whose key, title, abstract or authors hold ``words``."""
        wanted = words.casefold()
        for step in range(1, len(self.queue) + 1):
            at = (self._at + step) % len(self.queue)
            found = self._lookup(self.queue[at])
            if found and wanted in _text(found).casefold():
                self._at = at
                return True
        return False

    def _seek(self, start: int) -> None:
        """Go to the first record from ``start`` on that waits for this reviewer, round the end."""
        mine = self.mine()
        waiting = [at for at, key in enumerate(self.queue) if key not in mine]
        behind = [at for at in waiting if at >= start]
        self._at = behind[0] if behind else waiting[0] if waiting else len(self.queue)

    def _write(self, act: Act, **values: str | None) -> Event:
        event = self._log.append(act, **values)
        self._events.append(event)
        return event


def _text(stored: StoredRecord) -> str:
    record = stored.record
    parts = (stored.key, record.title, record.abstract, " ".join(record.authors))
    return "\n".join(part for part in parts if part)
