"""What a file brings along beside a bibliographic description: key, outcome and votes of others.

A file that another review or program wrote may say how a record was judged there. That is kept with
the record, in its run, and counts as no decision of this review: decisions stand in the logs alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

# A key as `search.records` makes it; anything else that a file calls a key is none.
_BASE = r"(?:pmid:[1-9]\d{0,7}|doi:10\.\d{4,9}/\S{1,300}|sha:[0-9a-f]{12})"
_KEY = re.compile(rf"{_BASE}(?:@[a-z0-9]+(?:-[a-z0-9]+)*)?(?:#[0-9a-f]{{6}})?")
SARCAT = "sarcat"  # the program that wrote a file of our own
VERDICTS = frozenset({"include", "exclude", "maybe"})


@dataclass(frozen=True, slots=True)
class Vote:
    """One verdict as a file has it; ``who`` is None where the program names nobody."""

    verdict: str  # include, exclude, maybe
    who: str | None = None
    stage: str | None = None
    reason: str | None = None
    note: str | None = None
    time: str | None = None
    settles: bool = False  # the adjudication of a conflict, which goes before the other votes


@dataclass(frozen=True, slots=True)
class Brought:
    """What a file says of a record's screening.

    ``key`` is the record's in the review that wrote the file, ``members`` are those of its
    duplicate set, ``outcome`` is where it stood (included, excluded, maybe, conflict, awaiting),
    ``notes`` are (who, text).
    """

    program: str  # sarcat, rayyan, asreview, covidence
    key: str | None = None
    outcome: str | None = None
    reason: str | None = None
    votes: tuple[Vote, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
    labels: tuple[str, ...] = ()
    members: tuple[str, ...] = ()


def is_key(text: str) -> bool:
    """Return whether a text is a record's key in its form."""
    return len(text) < 400 and _KEY.fullmatch(text) is not None


def to_values(brought: Brought) -> dict[str, Any]:
    """Return JSON values without those that are absent."""
    values = {item.name: getattr(brought, item.name) for item in fields(Brought)}
    values["votes"] = [_present(vote) for vote in brought.votes]
    return {name: value for name, value in values.items() if value not in (None, (), [])}


def _present(vote: Vote) -> dict[str, Any]:
    values = {item.name: getattr(vote, item.name) for item in fields(Vote)}
    return {name: value for name, value in values.items() if value not in (None, False)}


def from_values(values: Any) -> Brought:
    """Return what `to_values` wrote; ValueError when it is anything else, whoever wrote it."""
    if not isinstance(values, Mapping):
        raise ValueError("what was brought is no object")  # noqa: TRY004  one kind of error for all
    keys = {name: _text(values.get(name)) for name in ("key", "outcome", "reason")}
    members = _texts(values.get("members"))
    if (keys["key"] and not is_key(keys["key"])) or not all(map(is_key, members)):
        raise ValueError("a key is none")
    return Brought(
        program=_text(values.get("program")) or "sarcat",
        votes=tuple(_vote(each) for each in _list(values.get("votes"))),
        notes=tuple(_pair(each) for each in _list(values.get("notes"))),
        labels=_texts(values.get("labels")),
        members=members,
        **keys,
    )


def _vote(values: Any) -> Vote:
    if not isinstance(values, Mapping) or values.get("verdict") not in VERDICTS:
        raise ValueError("a vote has no verdict")
    texts = {item.name: _text(values.get(item.name)) for item in fields(Vote)
             if item.name not in ("verdict", "settles")}  # fmt: skip
    return Vote(values["verdict"], **texts, settles=values.get("settles") is True)


def _pair(value: Any) -> tuple[str, str]:
    who, text = _texts(value)
    return who, text


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, (list, tuple)):
        raise ValueError("a list is none")  # noqa: TRY004  one kind of error for all
    return list(value)


def _texts(value: Any) -> tuple[str, ...]:
    found = _list(value)
    if not all(isinstance(each, str) for each in found):
        raise ValueError("a list holds something else than texts")
    return tuple(found)


def _text(value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise ValueError("a text is none")
    return value
