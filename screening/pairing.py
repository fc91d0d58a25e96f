"""Pairs of records that no rule can tell, judged by a person: the same publication or not.

Each judgement is an event in the person's log, on disk when its method returns. Knows no screen.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from screening.decision_logs.decisions import standing
from screening.decision_logs.events import Act, Event
from screening.decision_logs.judging import check_reviewer
from screening.decision_logs.logs import Log, Logs, open_log, read_logs
from screening.dedupe.sets import DuplicateSets, Reason, Refusal
from screening.judgements import judgements
from screening.session import unknown_key
from screening.store import duplicates_of
from search.errors import BadInput
from search.review import Review

JUDGING = (Act.SAME, Act.DIFFERENT)


@dataclass(frozen=True)
class _Standing:
    """What is open, and which records are together or apart by now."""

    open: tuple[Refusal, ...]
    groups: dict[str, tuple[str, ...]]  # the members of each record's set, where it has others
    apart: frozenset[frozenset[str]] = frozenset()

    def members(self, key: str) -> tuple[str, ...]:
        return self.groups.get(key, (key,))

    def are_apart(self, left: str, right: str) -> bool:
        if not self.apart:
            return False
        ours, theirs = self.members(left), self.members(right)
        return any(frozenset((one, other)) in self.apart for one in ours for other in theirs)

    def settles(self, left: str, right: str) -> bool:
        return right in self.members(left) or self.are_apart(left, right)

    def asks_of(self, left: str, right: str) -> frozenset[str]:
        return frozenset((min(self.members(left)), min(self.members(right))))

    def after(self, left: str, right: str, act: Act) -> _Standing:
        """Return what stands after a judgement, without the pairs that it settles."""
        groups, apart = self.groups, self.apart
        if act is Act.DIFFERENT:
            apart |= {frozenset((left, right))}
        elif not self.are_apart(left, right):
            together = tuple(dict.fromkeys((*self.members(left), *self.members(right))))
            groups = groups | dict.fromkeys(together, together)
        then = _Standing((), groups, apart)
        still: dict[frozenset[str], Refusal] = {}  # one question for each pair of sets
        for pair in self.open:
            if set(pair.link.keys) != {left, right} and not then.settles(*pair.link.keys):
                still.setdefault(then.asks_of(*pair.link.keys), pair)
        return replace(then, open=tuple(still.values()))


class Pairing:
    """The uncertain pairs of a review, judged one by one."""

    def __init__(self, review: Review, log: Log) -> None:
        self.review = review
        self._log = log
        self._mine = [
            event for event in standing(log.logs.events)
            if event.act in JUDGING and event.who == log.who
        ]  # fmt: skip
        self._before: list[_Standing] = []  # before each judgement since the sets were worked out
        self._now = self._worked_out(log.logs)

    @property
    def open(self) -> tuple[Refusal, ...]:
        """The pairs that are still to be judged, in order."""
        return self._now.open

    def members(self, key: str) -> tuple[str, ...]:
        """Return the set that a record is in; a record alone is its own set."""
        return self._now.members(key)

    def judge(self, keys: tuple[str, str], act: Act) -> Event:
        """Log that two records are the same publication or different ones.

        Pairs that this settles as well leave the list. The sets are not worked out again for every
        answer, which would take seconds in a large review, but when the list is at its end.
        """
        event = self._log.append(act, keys=keys)
        self._mine.append(event)
        self._before.append(self._now)
        self._now = self._now.after(*keys, act)
        if not self.open:
            self._work_out()
        return event

    def undo(self) -> Event | None:
        """Take back one's own newest judgement, of whatever day; None when there is none."""
        if not self._mine:
            return None
        event = self._mine[-1]
        self._log.append(Act.UNDO, target=event.eid)
        self._mine.pop()
        if self._before:
            self._now = self._before.pop()
        else:
            self._work_out()
        return event

    def _work_out(self) -> None:
        self._before.clear()
        self._now = self._worked_out(read_logs(self.review.decisions))

    def _worked_out(self, logs: Logs) -> _Standing:
        found = sets_of(self.review, logs)
        groups = {key: each.members for each in found.sets for key in each.members}
        different = judgements(logs.events).different
        return _Standing(found.uncertain, groups, frozenset(map(frozenset, different)))


def sets_of(review: Review, logs: Logs | None = None) -> DuplicateSets:
    """Return the review's duplicate sets as all logs have them now."""
    logs = logs or read_logs(review.decisions)
    return duplicates_of(review, judgements(logs.events))


@contextmanager
def open_pairing(review: Review, name: str) -> Iterator[Pairing]:
    """Open the judging of pairs by one reviewer of the protocol."""
    check_reviewer(review.protocol, name)
    with open_log(review.decisions, name) as log:
        yield Pairing(review, log)


def judge_by_hand(
    review: Review, keys: tuple[str, str], act: Act, name: str
) -> list[tuple[str, ...]]:
    """Log one judgement on any two records; BadInput where there is nothing to judge.

    Returns the members of the one or two sets that the records are in afterwards.
    """
    left, right = keys
    check_reviewer(review.protocol, name)
    if left == right:
        raise BadInput(f"{left} is one record, not two.", remedy="Name two keys.")
    for key in keys:
        if review.store.record(key) is None:
            raise unknown_key(review, key)
    with open_log(review.decisions, name) as log:
        log.append(act, keys=keys)
        by_key = sets_of(review).by_key
    return list(dict.fromkeys(by_key[key].members if key in by_key else (key,) for key in keys))


def document(pair: Refusal, titles: dict[str, str | None]) -> dict[str, Any]:
    """Return an open pair as JSON values."""
    return {
        "keys": list(pair.link.keys),
        "titles": [titles.get(key) for key in pair.link.keys],
        "for": [_reason(each) for each in pair.link.reasons],
        "against": [_reason(pair.against)],
    }


def _reason(reason: Reason) -> dict[str, Any]:
    return {"field": reason.field, "values": list(reason.values), "says": str(reason)}
