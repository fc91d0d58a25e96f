"""Duplicate sets as values: the records of each, and the reasons that brought them together.

Apart from the modules that find sets, since most commands only read those that are kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

RULES_VERSION = "evidence 7"
BY_HAND = "judgement"  # the rule of a link that a person made

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Reason:
    """One piece of evidence: what was compared, the value of either record, how alike (0 to 1)."""

    field: str
    values: tuple[str, str]
    score: float | None = None

    def __str__(self) -> str:
        left, right = self.values
        if not left and not right:
            return f"{self.field}: neither is given"
        if left == right:
            return f"same {self.field} ({left})"
        alike = f" ({self.score:.2f} alike)" if self.score is not None else ""
        return f"{self.field}: {left or 'none'} / {right or 'none'}{alike}"


@dataclass(frozen=True, slots=True)
class Link:
    """Why two records are one publication: the rule, and what agreed, field by field."""

    keys: tuple[str, str]
    rule: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A link that was not followed: what spoke for it, and what against it."""

    link: Link
    against: Reason


@dataclass(frozen=True, slots=True)
class DuplicateSet:
    """Two or more records of one publication; ``representative`` is the one shown for all."""

    representative: str
    members: tuple[str, ...]  # all keys, the representative first, then in order
    links: tuple[Link, ...]  # one fewer than members


class Counts(NamedTuple):
    """Duplicate sets in numbers; ``overruled`` and ``bounded`` as in `DuplicateSets`."""

    sets: int
    duplicates: int
    uncertain: int
    bounded: int
    overruled: tuple[Pair, ...]


@dataclass(frozen=True)
class DuplicateSets:
    """All sets of two and more, in order of their representatives, and what stayed open.

    ``uncertain`` are pairs for a person to judge. ``overruled`` are judgements "same" that another
    judgement "different" stands against. ``bounded`` counts comparisons left out in ``blocks``
    blocks that exploded, and questions left out about records that could be anything; these are in
    ``left_out`` too, under the key of one of the records.
    """

    sets: tuple[DuplicateSet, ...] = ()
    uncertain: tuple[Refusal, ...] = ()
    overruled: tuple[Pair, ...] = ()
    bounded: int = 0
    blocks: int = 0
    left_out: tuple[tuple[str, int], ...] = ()

    @cached_property
    def by_key(self) -> dict[str, DuplicateSet]:
        """Return the set of each record that is in one."""
        return {key: each for each in self.sets for key in each.members}

    @property
    def counts(self) -> Counts:
        """Return the sets in numbers."""
        members = sum(len(each.members) for each in self.sets)
        return Counts(len(self.sets), members - len(self.sets), len(self.uncertain), self.bounded,
                      self.overruled)  # fmt: skip

    def representative_of(self, key: str) -> str:
        """Return the record that stands for ``key``: itself where it has no duplicates."""
        found = self.by_key.get(key)
        return found.representative if found else key
