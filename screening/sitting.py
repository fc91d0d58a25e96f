"""What one reviewer's screening at one stage works on, and how far it is. Plain values."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from screening.decision_logs.events import Event
from search.protocol import Protocol, Stage
from search.records import StoredRecord

if TYPE_CHECKING:
    from screening.dedupe.sets import Refusal
    from screening.ranking.ranking import Ranking

Records = Callable[[Sequence[str]], Iterator[StoredRecord]]


@dataclass(frozen=True, slots=True)
class Counters:
    """How far the reviewer is; ``position`` is the place of the record shown, from 1."""

    decided: int
    total: int
    today: int
    left: int
    position: int | None


@dataclass(frozen=True)
class Sitting:
    """What an engine works on: ``keys`` in the reviewer's order, one for each duplicate set.

    ``sets`` gives the members of each set of several records by its representative; ``events`` are
    those that were read when the log was opened.
    """

    protocol: Protocol
    stage: Stage
    reviewer: str
    keys: Sequence[str]
    sets: Mapping[str, Sequence[str]]
    records: Records
    find: Callable[[str], str | None]  # the set that a key, "pmid:N" or "doi:X" leads to
    holding: Callable[[Iterable[str]], Iterable[str]]  # keys of records that hold words, folded
    events: Iterable[Event]
    ranking: Ranking | None = None  # where the order is ranked
    none_because: str = ""  # why there are no ``keys``, in words
    apart: Mapping[str, Sequence[Refusal]] = field(default_factory=dict)  # uncertain pairs of a set
    how: str | None = None  # how all records here came to be shown, where that is one way
    again: Collection[str] = frozenset()  # decisions (by event) that are to be made once more
    find_conflicts: Callable[[], frozenset[str]] = frozenset  # see `conflicts`

    @cached_property
    def conflicts(self) -> frozenset[str]:
        """Return the sets on which the reviewer and another disagree, as the sitting began.

        Only where all who are to have judged. Worked out for those who ask.
        """
        return self.find_conflicts()

    @cached_property
    def _representatives(self) -> dict[str, str]:
        return {key: first for first, members in self.sets.items() for key in members}

    def set_of(self, key: str) -> str:
        """Return the record that stands for the duplicate set of ``key``."""
        return self._representatives.get(key, key)
