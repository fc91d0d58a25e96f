"""Votes that were given in another program (ASReview, Rayyan, Covidence), as decisions of ours.

An import keeps what its file says of each record's screening beside the record, and counts it as
nothing. Here a person says which of its users is which reviewer of the protocol; then each vote is
logged as that reviewer's decision, with a note that says from which file it came. What a reviewer
has judged here stands: it is never overruled by a file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from screening.decision_logs.events import OTHER, Verdict
from search.brought import Vote
from search.errors import BadInput
from search.protocol import STAGES, Protocol
from search.records import Record
from search.runs import SearchRun

#: How a user whom the program does not name is called when names are given.
NOBODY = "unnamed"


@dataclass(frozen=True, slots=True)
class Taken:
    """One vote as it will be logged; ``held_back`` says why not, None where nothing stands against.

    ``program`` names the log's device too: decisions that were typed here lie in other files.
    """

    key: str
    stage: str
    who: str
    verdict: str
    reason: str | None
    note: str
    program: str
    held_back: str | None = None


def users_of(records: Iterable[Record]) -> Counter[str]:
    """Return whom the votes of a run are by, as its program names them, and how many each."""
    return Counter(vote.who or NOBODY for record in records for vote in votes_of(record))


_OUTCOMES = {"included": "include", "excluded": "exclude", "maybe": "maybe"}


def votes_of(record: Record) -> list[Vote]:
    """Return the votes on a record; where a program gives an outcome alone, that is one of nobody.

    A reason that the program gives for the record as a whole is each exclusion's.
    """
    brought = record.brought
    if brought is None:
        return []
    votes = list(brought.votes)
    if not votes and brought.program != "sarcat" and brought.outcome in _OUTCOMES:
        votes = [Vote(_OUTCOMES[brought.outcome])]
    return [
        replace(vote, reason=vote.reason or brought.reason)
        if vote.verdict == Verdict.EXCLUDE
        else vote
        for vote in votes
    ]


def read_names(given: Iterable[str], protocol: Protocol) -> dict[str, str]:
    """Return which user is which reviewer, from "USER=REVIEWER"; a bare "REVIEWER" is for all.

    BadInput where one is no reviewer of the protocol, or a user stands twice.
    """
    names: dict[str, str] = {}
    for each in given:
        user, equals, who = each.rpartition("=")
        if protocol.reviewer(who) is None:
            known = ", ".join(reviewer.name for reviewer in protocol.reviewers)
            raise BadInput(f"{who!r} is no reviewer of the protocol.", where=each,
                           remedy=f"Give USER=REVIEWER; reviewers are {known}.")  # fmt: skip
        if (user if equals else "*") in names:
            raise BadInput("this user is given twice.", where=each, remedy="Give each once.")
        names[user if equals else "*"] = who
    return names


def taken(
    run: SearchRun,
    keyed: Iterable[tuple[str, Record]],
    names: Mapping[str, str],
    protocol: Protocol,
    stage: str,
    held: Mapping[tuple[str, str], Collection[str]],
) -> Iterator[Taken]:
    """Give every vote of a run as it will be logged.

    ``keyed`` are its records by key, ``names`` as `read_names` gives them, ``stage`` is where votes
    belong that do not say it themselves, ``held`` who has judged what here already.
    """
    seen: set[tuple[str, str, str]] = set()
    for key, record in keyed:
        for vote in votes_of(record):
            found = _taken(run, key, record, vote, names, protocol, stage)
            place = (found.key, found.stage, found.who)
            if not found.held_back and found.who in held.get((key, found.stage), ()):
                found = _held(found, f"{found.who} has judged it here")
            elif not found.held_back and place in seen:
                found = _held(found, f"{found.who} voted twice in the file")
            if not found.held_back:
                seen.add(place)
            yield found


def _taken(
    run: SearchRun, key: str, record: Record, vote: Vote, names: Mapping[str, str],
    protocol: Protocol, stage: str,
) -> Taken:  # fmt: skip
    assert record.brought is not None
    who = names.get(vote.who or NOBODY) or names.get("*")
    at = vote.stage if vote.stage in STAGES else stage
    reason = _reason(vote, protocol)
    file = run.file.name if run.file else "a file"
    said = [f"From {record.brought.program}, {file} (run {run.id})"]
    said += [f"given on {vote.time}"] if vote.time else []
    said += [f"reason: {vote.reason}"] if vote.reason and vote.reason != reason else []
    said += [vote.note] if vote.note else []
    found = Taken(key, at, who or "", vote.verdict, reason, "; ".join(said), record.brought.program)
    return found if who else _held(found, f"nobody was named for {vote.who or NOBODY!r}")


def _held(vote: Taken, why: str) -> Taken:
    return replace(vote, held_back=why)


def _reason(vote: Vote, protocol: Protocol) -> str | None:
    """Return the protocol's code of a reason; another program's own words stand in the note."""
    if vote.verdict != Verdict.EXCLUDE:
        return None
    given = (vote.reason or "").strip().casefold()
    for criterion in protocol.exclusion:
        if given and given in (criterion.code.casefold(), criterion.text.strip().casefold()):
            return criterion.code
    return OTHER


def values_of(vote: Taken) -> dict[str, Any]:
    """Return what a log's line of a vote holds."""
    return {"rec": vote.key, "stage": vote.stage, "val": vote.verdict, "reason": vote.reason,
            "note": vote.note}  # fmt: skip


def summary(votes: Iterable[Taken]) -> list[dict[str, Any]]:
    """Return how many votes of whom and what became of them, the most first."""
    counted = Counter((vote.who, vote.stage, vote.verdict, vote.held_back) for vote in votes)
    names = ("who", "stage", "verdict", "held_back")
    return [{**dict(zip(names, kind, strict=True)), "votes": count}
            for kind, count in counted.most_common()]  # fmt: skip
