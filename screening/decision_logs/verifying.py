"""Check the decision logs: each line against the chain, the protocol and the records.

Pure: logs, protocol and texts in, faults out. Warnings say what a person should look at; only
errors make the check fail.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from screening.decision_logs.decisions import in_force, stale
from screening.decision_logs.events import OTHER, Act, Event, Verdict
from screening.decision_logs.logs import Logs
from screening.decision_logs.seals import SEALS
from search.faults import Fault, Level
from search.protocol import Protocol
from search.words import counted


def check(logs: Logs, protocol: Protocol, seen_now: Mapping[str, str]) -> list[Fault]:
    """Return every fault of the logs, those of the files first.

    ``seen_now`` gives for each record's key the hash of its title and abstract as they are today.
    """
    sealed = {event.eid for event in logs.sealed}
    found = [
        _at_seal(event, fault) if event.eid in sealed else fault
        for event, fault in _events(logs, protocol, seen_now)
    ]
    return [*logs.faults, *found, *_stale(logs, seen_now)]


def _events(
    logs: Logs, protocol: Protocol, known: Mapping[str, str]
) -> Iterator[tuple[Event, Fault]]:
    """Give what is wrong with each event, sealed ones as far as their seals tell them."""
    ids = {event.eid for event in logs.told}
    for event in logs.told:
        yield from ((event, fault) for fault in _of_event(event, ids, protocol, known))
    yield from _outside_days(logs, protocol)


def _of_event(
    event: Event, ids: Collection[str], protocol: Protocol, known: Mapping[str, str]
) -> Iterator[Fault]:
    reviewer = protocol.reviewer(event.who)
    if reviewer is None:
        yield _at(event, "reviewer", f"{event.who} is not in the protocol, and their verdicts "
                  "count.", "Add them to protocol.toml, or take the log out.")  # fmt: skip
    elif event.act == Act.SETTLE and not reviewer.adjudicates:
        yield _at(event, "role", f"{event.who} settled a conflict without that role.",
                  "Write adjudicates = true in protocol.toml, or undo it.")  # fmt: skip
    if event.act == Act.UNDO and event.target not in ids:
        yield _at(event, "target", "what this line takes back is in no log here.",
                  "Fetch the other logs of this reviewer.", "warning")  # fmt: skip
    if event.rec is not None and event.rec not in known:
        yield _at(event, "record", f"no record has the key {event.rec!r}.",
                  "Fetch the searches it came from.", "warning")  # fmt: skip
    if event.reason and event.reason not in _reasons(protocol):
        yield _at(event, "reason", f"{event.reason!r} is no reason of the protocol (any more).",
                  "Judge that record again.", "warning")  # fmt: skip
    if _lacks_reason(event, protocol):
        yield _at(event, "no-reason", f"an exclusion at {event.stage} needs a reason.",
                  "Judge that record again.", "warning")  # fmt: skip


def _outside_days(logs: Logs, protocol: Protocol) -> Iterator[tuple[Event, Fault]]:
    """Name each reviewer who judged outside the protocol's days, once, where that begins."""
    for reviewer in protocol.reviewers:
        outside = [event for event in logs.told
                   if event.who == reviewer.name and not reviewer.was_at_work(event.t)]  # fmt: skip
        if not outside:
            continue
        days = sorted({event.t[:10] for event in outside})
        when = f"on {days[0]}" if len(days) == 1 else f"from {days[0]} to {days[-1]}"
        wrote = f"{reviewer.name} wrote {counted(len(outside), 'line')}"
        yield outside[0], _at(
            outside[0], "days",
            f"{wrote} outside the days that the protocol gives, {when}; what they say counts.",
            "Mend from or until in protocol.toml.", "warning",
        )  # fmt: skip


def _reasons(protocol: Protocol) -> set[str]:
    return {criterion.code for criterion in protocol.exclusion} | {OTHER}


def _lacks_reason(event: Event, protocol: Protocol) -> bool:
    is_exclusion = event.act == Act.DECIDE and event.val == Verdict.EXCLUDE and event.stage
    return bool(
        is_exclusion and not event.reason and protocol.stage(event.stage or "").reason_required
    )


def _stale(logs: Logs, seen_now: Mapping[str, str]) -> Iterator[Fault]:
    """Name the verdicts on a text that has changed since (TM-08); they stand all the same."""
    held = in_force(logs.told)
    by_id = {event.eid: event for event in logs.events}
    for decision in stale((each for by in held.values() for each in by.values()), seen_now):
        yield _at(by_id[decision.event], "changed-text", f"title or abstract of {decision.key} "
                  f"changed after {decision.reviewer} had judged it.",
                  "Look at it again; until then the verdict stands.", "warning")  # fmt: skip


def _at(event: Event, rule: str, what: str, remedy: str, level: Level = "error") -> Fault:
    return Fault(f"decisions/{event.who}.{event.dev}.jsonl", event.n, rule, what, remedy, level)


def _at_seal(event: Event, fault: Fault) -> Fault:
    """Return a fault of a line that is not shared yet where its seal stands."""
    return replace(fault, file=f"decisions/{event.who}.{event.dev}{SEALS}", line=event.n + 1)
