"""Sets that grow by links, each link held against every contradiction before it joins two sets.

Union-find with a check: no chain of links may bring two records together that contradict each
other, or that a person said are different.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from screening.normalise import Copy
from screening.vetoes import (
    Reason,
    contradiction,
    families_agree,
    journals_agree,
    pages_agree,
)

# Two sets are compared by what tells their members apart. Beyond this many comparisons the sets are
# no duplicate sets any more but a title gone wild: they are left apart, and counted.
MAX_COMPARISONS = 2_500
BY_HAND = "judgement"


@dataclass(frozen=True, slots=True)
class Link:
    """Why two records are one publication: the rule, and what agreed."""

    keys: tuple[str, str]
    rule: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A link that was not followed: what spoke for it, and what against it."""

    link: Link
    against: Reason


@dataclass
class Sets:
    """Records by number, in sets. ``apart`` are pairs that a person said are different."""

    copies: Sequence[Copy]
    apart: Iterable[tuple[int, int]] = ()
    links: list[Link] = field(default_factory=list)
    bounded: int = 0  # links left out because the sets were too large to compare

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

    def join(self, left: int, right: int, rule: str) -> Reason | None:
        """Join the sets of two records, unless something keeps them apart: then return that.

        Against a person's word (`BY_HAND`) only another person's "different" stands.
        """
        a, b = self.root(left), self.root(right)
        if a == b:
            return None
        by_hand = rule == BY_HAND
        against = self._judged_different(a, b) if by_hand else self.against(a, b)
        if against is None:
            self._unite(a, b)
            self.links.append(self.link(left, right, rule))
        return against

    def link(self, left: int, right: int, rule: str) -> Link:
        """Return what speaks for two records being one publication."""
        a, b = self.copies[left], self.copies[right]
        said = (Reason(BY_HAND, ("same", "same")),) if rule == BY_HAND else ()
        return Link((a.key, b.key), rule, said + agreements(a, b))

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

    def _contradiction(self, a: int, b: int) -> Reason | None:
        left, right = self._faces_of(a), self._faces_of(b)
        if len(left) * len(right) > MAX_COMPARISONS:
            self.bounded += 1
            return Reason("size", (str(len(left)), str(len(right))))
        for one in left.values():
            for other in right.values():
                if against := contradiction(self.copies[one], self.copies[other]):
                    return against
        return None


def agreements(a: Copy, b: Copy) -> tuple[Reason, ...]:
    """Return everything that two records have in common, the most telling first."""
    pairs = (
        ("PMID", a.pmid, b.pmid, a.pmid == b.pmid),
        ("DOI", a.doi, b.doi, a.doi == b.doi),
        ("PMCID", a.pmcid, b.pmcid, a.pmcid == b.pmcid),
        *(("title", title, title, True) for title in a.titles[:1] if title in b.titles),
        ("year", str(a.year or ""), str(b.year or ""), a.year == b.year),
        ("first author", a.family, b.family, families_agree(a.family, b.family)),
        ("journal", a.journal, b.journal, journals_agree(a.journal, b.journal)),
        ("volume", a.volume, b.volume, a.volume == b.volume),
        ("pages", str(a.pages or ""), str(b.pages or ""), bool(pages_agree(a.pages, b.pages))),
    )  # fmt: skip
    return tuple(Reason(field, (x, y)) for field, x, y, agree in pairs if x and y and agree)
