"""What persons said about pairs of records: the same publication, or different ones.

Pure: events in, pairs out; and the events to log when a set is joined or split by hand.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from screening.decision_logs.decisions import standing
from screening.decision_logs.events import Act, Event

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Judgements:
    """Pairs of keys, each pair in order, that a person said are the same or different."""

    same: frozenset[Pair] = frozenset()
    different: frozenset[Pair] = frozenset()


def judgements(events: Iterable[Event]) -> Judgements:
    """Fold the logs: of each pair the newest judgement that was not undone holds."""
    held: dict[Pair, str] = {}
    for event in standing(events).of(Act.SAME, Act.DIFFERENT):
        for a, b in combinations(sorted(set(event.keys)), 2):
            held[a, b] = event.act
    return Judgements(
        same=frozenset(pair for pair, act in held.items() if act == Act.SAME),
        different=frozenset(pair for pair, act in held.items() if act == Act.DIFFERENT),
    )


def joined(keys: Iterable[str]) -> list[tuple[Act, Pair]]:
    """Return the judgements to log so that the records become one set: ``log.append(act, keys=)``.

    Each record with the first: that is enough to hold them together, and each pair can be undone.
    """
    first, *others = dict.fromkeys(keys)
    return [(Act.SAME, (first, other)) for other in others]


def split(keys: Iterable[str], others: Iterable[str]) -> list[tuple[Act, Pair]]:
    """Return the judgements to log so that ``keys`` and ``others`` are two sets from now on."""
    right = tuple(others)
    return [(Act.DIFFERENT, (a, b)) for a in keys for b in right if a != b]
