"""What stays open when all links are followed: the pairs that are worth a person's look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from screening.dedupe.evidence import agreements, compare, reason_of
from screening.dedupe.following import Asked
from screening.dedupe.joining import Sets
from screening.dedupe.normalise import Copy
from screening.dedupe.sets import BY_HAND, Link, Refusal

# A record that could be one of so many publications tells nothing: nobody is asked about it.
MAX_ASKED = 5


def open_pairs(sets: Sets, asked: Iterable[Asked]) -> tuple[Refusal, ...]:
    """Return the pairs that are still worth a person's look, one for each pair of sets.

    Pairs that a person has judged, and those that came together on another way, are settled; what
    is left out about records that could be anything is counted.
    """
    kept: dict[tuple[int, int], Asked] = {}
    for each in sorted(asked, key=lambda each: (-each.title, each.step)):
        left, right = sets.root(each.step.left), sets.root(each.step.right)
        if left != right and not _is_settled(sets, each):
            kept.setdefault((min(left, right), max(left, right)), each)
    often = Counter(root for pair in kept for root in pair)
    found = []
    for (a, b), each in kept.items():
        if max(often[a], often[b]) <= MAX_ASKED:
            found.append(_refusal(sets.copies, each))
        else:
            sets.left_out[a] += 1
    return tuple(sorted(found, key=lambda each: each.link.keys))


def _is_settled(sets: Sets, asked: Asked) -> bool:
    """Return whether a person has answered, or what keeps the sets apart leaves no question."""
    if asked.against and asked.against.field == "size":
        return True
    against = sets.against(asked.step.left, asked.step.right)
    if against is None:
        return False
    told_apart = against.field in ("PMID", "PMCID") and against.field != asked.field
    return against.field == BY_HAND or (told_apart and not asked.against)


def _refusal(copies: Sequence[Copy], asked: Asked) -> Refusal:
    a, b = copies[asked.step.left], copies[asked.step.right]
    c = compare(a, b)
    against = asked.against or reason_of(asked.field, a, b, c)
    return Refusal(Link((a.key, b.key), asked.step.rule, agreements(a, b, c)), against)
