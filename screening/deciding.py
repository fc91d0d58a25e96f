"""Many decisions at once, from a file: checked whole, then logged together or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from screening.criteria import keep
from screening.decision_file import DecisionFile, Wanted
from screening.decision_logs.decisions import in_force, standing
from screening.decision_logs.events import Act, Event
from screening.decision_logs.judging import check_reviewer, check_stage, check_verdict
from screening.decision_logs.logs import Log
from screening.decision_logs.sealed_log import open_screening_log
from screening.engine import MAX_TAG
from screening.session import WAIT, check_forwarded, unknown_key
from screening.state import FULL_TEXT, load
from search.errors import BadInput, FaultyFile
from search.faults import Fault
from search.records import StoredRecord
from search.review import Review

_GUESSES = 20  # of unknown keys; looking for the nearest of 100,000 takes a while

Values = tuple[str, dict[str, Any]]  # an act, and what the event holds of it


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of a file: the events that were logged, and what stood so already."""

    events: tuple[Event, ...]
    unchanged: tuple[Wanted, ...]

    @property
    def decisions(self) -> list[Event]:
        """Return the decisions among the events; the others are tags."""
        return [event for event in self.events if event.act == Act.DECIDE]

    def tags(self) -> dict[tuple[str | None, str | None], list[str]]:
        """Return the tags that were put on, by record and stage."""
        found: dict[tuple[str | None, str | None], list[str]] = {}
        for event in self.events:
            if event.act == Act.TAG:
                found.setdefault((event.rec, event.stage), []).append(event.val or "")
        return found


def decide_many(review: Review, file: DecisionFile, reviewer: str, stage: str) -> Decided:
    """Log all decisions of a file; ``stage`` is for rows that name none.

    What the reviewer holds already, word for word, is not logged again: a file may be given twice.
    FaultyFile names every fault with its line; then nothing was logged.
    """
    check_reviewer(review.protocol, reviewer)
    check_stage(review.protocol, stage, reviewer)
    wanted = [replace(each, stage=each.stage or stage) for each in file.wanted]
    records = {each.key: each for each in review.store.records([each.key for each in wanted])}
    _raise([*file.faults, *_faults(review, file.name, reviewer, wanted, records)])
    sealed = review.protocol.sealed
    with open_screening_log(review.decisions, reviewer, sealed=sealed, wait=WAIT) as log:
        keep(review.protocol, review.decisions)
        new, unchanged = _new(review, log, wanted, records)
        drafts = log.draft(new)
        _check_full_texts(review, log, file.name, wanted, drafts)
        log.keep(drafts)
    return Decided(tuple(drafts), tuple(unchanged))


def _raise(faults: list[Fault]) -> None:
    if faults:
        raise FaultyFile(sorted(faults, key=lambda fault: fault.line or 0))


def _faults(
    review: Review, name: str, reviewer: str, wanted: list[Wanted],
    records: Mapping[str, StoredRecord],
) -> Iterator[Fault]:  # fmt: skip
    first: dict[tuple[str, str | None], int] = {}
    guesses = 0
    for each in wanted:
        if each.key not in records:
            guesses += 1
            wrong = unknown_key(review, each.key) if guesses <= _GUESSES else BadInput(
                f"no record has the key {each.key!r}."
            )  # fmt: skip
            yield Fault(name, each.line, "record", wrong.what, wrong.remedy or "")
        if fault := _rule_fault(review, name, reviewer, each):
            yield fault
        before = first.setdefault((each.key, each.stage), each.line)
        if before != each.line:
            yield Fault(name, each.line, "twice", f"{each.key} is decided at {each.stage} in line "
                        f"{before} already.", "Take one of the two out.")  # fmt: skip


def _rule_fault(review: Review, name: str, reviewer: str, each: Wanted) -> Fault | None:
    """Return what the protocol has against one decision."""
    try:
        stage = check_stage(review.protocol, each.stage or "", reviewer)
        check_verdict(review.protocol, stage, each.verdict, each.reason, each.note)
    except BadInput as wrong:
        return Fault(name, each.line, "protocol", wrong.what, wrong.remedy or "")
    if long := [tag for tag in each.tags if len(tag) > MAX_TAG]:
        return Fault(name, each.line, "tag", f"the tag {long[0][:20]!r}… is too long.",
                     f"A tag has 1 to {MAX_TAG} letters.")  # fmt: skip
    return None


def _new(
    review: Review, log: Log, wanted: list[Wanted], records: Mapping[str, StoredRecord]
) -> tuple[list[Values], list[Wanted]]:
    """Return what is to be logged, and the rows of which all stands already."""
    held = in_force(log.logs.told)
    tagged = {
        (event.rec, event.stage, event.val) for event in standing(log.logs.told)
        if event.act == Act.TAG and event.who == log.who
    }  # fmt: skip
    new: list[Values] = []
    unchanged: list[Wanted] = []
    for each in wanted:
        place = {"rec": each.key, "stage": each.stage}
        seen, crit = records[each.key].seen, review.protocol.criteria_hash
        now = held.get((each.key, each.stage or ""), {}).get(log.who)
        tags = [tag for tag in each.tags if (each.key, each.stage, tag) not in tagged]
        new += [(Act.TAG, {**place, "val": tag}) for tag in tags]
        said = (each.verdict, each.reason, each.note, seen, crit)
        if now and (now.verdict, now.reason, now.note, now.seen, now.criteria) == said:
            if not tags:
                unchanged.append(each)
            continue
        new.append((Act.DECIDE, {**place, "val": each.verdict, "reason": each.reason,
                                 "note": each.note, "seen": seen, "crit": crit}))  # fmt: skip
    return new, unchanged


def _check_full_texts(
    review: Review, log: Log, name: str, wanted: list[Wanted], drafts: list[Event]
) -> None:
    """Raise FaultyFile for full texts that are not forwarded, the file's own titles counted in."""
    at_full_text = [each for each in wanted if each.stage == FULL_TEXT]
    if not at_full_text:
        return
    state = load(review, replace(log.logs, events=(*log.logs.events, *drafts)))
    faults = []
    for each in at_full_text:
        try:
            check_forwarded(state, each.key)
        except BadInput as wrong:
            faults.append(Fault(name, each.line, "forwarded", wrong.what, wrong.remedy or ""))
    _raise(faults)


def to_document(event: Event) -> dict[str, Any]:
    """Return a decision that was logged as JSON values."""
    return {"key": event.rec, "stage": event.stage, "reviewer": event.who, "verdict": event.val,
            "reason": event.reason, "note": event.note, "time": event.t,
            "event": event.eid}  # fmt: skip
