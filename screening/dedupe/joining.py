"""Sets that grow by links, each link held against every contradiction before it joins two sets.

Union-find with a check: no chain of links may bring two records together that contradict each
other, or that a person said are different.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import NamedTuple

from screening.dedupe.answers import WEAK
from screening.dedupe.evidence import compare, reason_of
from screening.dedupe.normalise import Copy
from screening.dedupe.sets import BY_HAND, Reason
from screening.dedupe.vetoes import contradiction

# Two sets are compared by what tells their members apart. Beyond this many comparisons the sets are
# no duplicate sets any more but a title gone wild: they are left apart, and counted.
MAX_COMPARISONS = 2_500
_MAX_FITTING = 10  # sets that one record fits; with more it fits none


class Step(NamedTuple):
    """A link between two records by their numbers, by a rule or a person's judgement."""

    left: int
    right: int
    rule: str


@dataclass
class Sets:
    """Records by number, in sets. ``apart`` are pairs that a person said are different.

    ``doubts`` are pairs of which the rules would ask, each with the field that is in the way: what
    they leave to a person no weak link may settle on a way round.
    """

    copies: Sequence[Copy]
    apart: Iterable[tuple[int, int]] = ()
    doubts: Mapping[tuple[int, int], str] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)  # that were taken
    # links left out because the sets were too large to compare, by the record that stands for one
    left_out: Counter[int] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._parent = list(range(len(self.copies)))
        # Only sets of two and more have entries; a record alone is its own root and member.
        self._members: dict[int, list[int]] = {}
        self._faces: dict[int, dict[tuple[object, ...], int]] = {}
        self._apart: dict[int, set[int]] = {}
        for left, right in self.apart:
            self._apart.setdefault(left, set()).add(right)
            self._apart.setdefault(right, set()).add(left)

    def root(self, record: int) -> int:
        """Return the record that stands for the set in which a record is."""
        while self._parent[record] != record:
            self._parent[record] = self._parent[self._parent[record]]
            record = self._parent[record]
        return record

    def members(self, root: int) -> list[int]:
        """Return the records of a set."""
        return self._members.get(root, [root])

    def sets(self) -> list[list[int]]:
        """Return every set of two and more."""
        return list(self._members.values())

    def against(self, left: int, right: int) -> Reason | None:
        """Return what keeps the sets of two records apart, or None."""
        a, b = self.root(left), self.root(right)
        if a == b:
            return None
        return self._judged_different(a, b) or self._contradiction(a, b)

    def any_against(self, records: Sequence[int]) -> bool:
        """Return whether the sets of any two of these are kept apart, or a person has to tell."""
        if len(records) > _MAX_FITTING:
            return True
        pairs = combinations(records, 2)
        return any(self.against(a, b) or self._doubt(a, b) for a, b in pairs)

    def join(self, step: Step) -> Reason | None:
        """Join the sets of two records, unless something keeps them apart: then return that.

        Against a person's word (`BY_HAND`) only another person's "different" stands.
        """
        a, b = self.root(step.left), self.root(step.right)
        if a == b:
            return None
        against = self._judged_different(a, b)
        if against is None and step.rule in WEAK:
            against = self._doubt(a, b)
        if against is None and step.rule != BY_HAND and (a in self._members or b in self._members):
            # Of two records alone the rules have said all there is to say.
            against = self._contradiction(a, b)
        if against is None:
            self._unite(a, b)
            self.steps.append(step)
        return against

    def _unite(self, a: int, b: int) -> None:
        if len(self.members(a)) < len(self.members(b)):
            a, b = b, a
        self._members.setdefault(a, [a]).extend(self.members(b))
        faces = self._faces.setdefault(a, self._faces_of(a))
        for signature, record in self._faces_of(b).items():
            faces.setdefault(signature, record)
        if b in self._apart:
            self._apart.setdefault(a, set()).update(self._apart.pop(b))
        self._parent[b] = a
        self._members.pop(b, None)
        self._faces.pop(b, None)

    def _faces_of(self, root: int) -> dict[tuple[object, ...], int]:
        """Return one member for each way in which the members of a set look to a comparison."""
        return self._faces.get(root) or {self.copies[root].signature: root}

    def _judged_different(self, a: int, b: int) -> Reason | None:
        for one, other in ((a, b), (b, a)):
            apart = self._apart.get(one)
            if apart and any(member in apart for member in self.members(other)):
                return Reason(BY_HAND, ("different", "different"))
        return None

    def _doubt(self, a: int, b: int) -> Reason | None:
        left, right = self._faces_of(a).values(), self._faces_of(b).values()
        if not self.doubts or len(left) * len(right) > MAX_COMPARISONS:
            return None  # which `_contradiction` refuses
        for one in left:
            for other in right:
                field = self.doubts.get((min(one, other), max(one, other)))
                if not field:
                    continue
                x, y = self.copies[one], self.copies[other]
                reason = reason_of(field, x, y, compare(x, y))
                if all(reason.values):  # and not only that one of the two is silent
                    return reason
        return None

    def _contradiction(self, a: int, b: int) -> Reason | None:
        left, right = self._faces_of(a), self._faces_of(b)
        if len(left) * len(right) > MAX_COMPARISONS:
            self.left_out[a] += 1
            return Reason("size", (str(len(left)), str(len(right))))
        for one in left.values():
            for other in right.values():
                if against := contradiction(self.copies[one], self.copies[other]):
                    return against
        return None
