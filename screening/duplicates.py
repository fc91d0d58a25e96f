"""Duplicate sets: which records describe one publication, and why.

Pure: records in, sets with reasons out. By identifiers, and by exact normalised title within one
year; what speaks against a pair is looked at first (`screening.vetoes`), and again between all
members of two sets before they are joined (`screening.joining`). The result depends on the records
and judgements alone, never on their order.

The stages, strongest first: a person's judgement, PMID, DOI, PMCID, title within the year.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import TypeVar

from screening.joining import BY_HAND, Link, Refusal, Sets
from screening.normalise import Copy, copy_of, is_telling
from screening.vetoes import Reason, families_agree, journals_agree, pages_agree, titles_agree
from search.records import StoredRecord

RULES_VERSION = "identifiers-and-titles 1"
# Records of one title that contradict each other ("Sarcoma registry report" a thousand times) are
# not compared each with each: only with this many sets of the group; what is left out is counted.
MAX_RIVALS = 50
# A value that so many publications share tells nothing: nobody is asked about them.
MAX_ASKED = 5
# A DOI is one publication's, however databases write its title; with more titles it is a volume's.
_MAX_TITLES_OF_A_DOI = 12
# A title whose records differ in these may still be one publication, written down badly: a person
# should look. Two PMIDs or two DOIs say plainly that it is not.
_DOUBTFUL = frozenset({"pages", "volume", "issue", "journal", "kind of text", "publication type"})

TITLE = "title"
Pair = tuple[str, str]
Refused = tuple[
    int, int, str, Reason
]  # two records, the rule that would join them, what speaks against
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class DuplicateSet:
    """Two or more records of one publication; ``representative`` is the one shown for all."""

    representative: str
    members: tuple[str, ...]  # all keys, the representative first, then in order
    links: tuple[Link, ...]  # one fewer than members


@dataclass(frozen=True)
class DuplicateSets:
    """All sets of two and more, in order of their representatives, and what stayed open.

    ``uncertain`` are pairs for a person to judge. ``overruled`` are judgements "same" that another
    judgement "different" stands against. ``bounded`` counts comparisons left out in groups that
    exploded.
    """

    sets: tuple[DuplicateSet, ...] = ()
    uncertain: tuple[Refusal, ...] = ()
    overruled: tuple[Pair, ...] = ()
    bounded: int = 0

    @cached_property
    def by_key(self) -> dict[str, DuplicateSet]:
        """Return the set of each record that is in one."""
        return {key: each for each in self.sets for key in each.members}

    def representative_of(self, key: str) -> str:
        """Return the record that stands for ``key``: itself where it has no duplicates."""
        found = self.by_key.get(key)
        return found.representative if found else key


def find_sets(
    records: Iterable[StoredRecord],
    same: Iterable[Pair] = (),
    different: Iterable[Pair] = (),
) -> DuplicateSets:
    """Find the duplicate sets of ``records``; judgements of persons beat the rules.

    ``same`` and ``different`` are pairs of keys; pairs with an unknown key have no effect. Streams:
    of each record only a small normalised copy is held. Time is linear in the number of records.
    """
    copies = sorted(map(copy_of, records), key=lambda copy: copy.key)
    numbers = {copy.key: number for number, copy in enumerate(copies)}
    copies = _without_shared_dois(copies)
    sets = Sets(copies, apart=_numbered(different, numbers))
    overruled = _join_by_hand(sets, _numbered(same, numbers))
    left_apart: list[Refused] = []
    for rule, value in _IDENTIFIERS.items():
        for _value, group in _groups(copies, value):
            left_apart += _join_group(sets, group, rule)
    for (title, _year), group in _groups(copies, _title_years):
        if is_telling(title):
            left_apart += _join_titles(sets, group)
    return DuplicateSets(
        sets=_as_sets(sets),
        uncertain=_open(sets, left_apart),
        overruled=overruled,
        bounded=sets.bounded,
    )


_IDENTIFIERS: dict[str, Callable[[Copy], list[str]]] = {
    "PMID": lambda copy: [copy.pmid] if copy.pmid else [],
    "DOI": lambda copy: [copy.doi] if copy.doi else [],
    "PMCID": lambda copy: [copy.pmcid] if copy.pmcid else [],
}


def _title_years(copy: Copy) -> list[tuple[str, int | None]]:
    return [(title, copy.year) for title in copy.titles]


def _numbered(pairs: Iterable[Pair], numbers: dict[str, int]) -> list[tuple[int, int]]:
    known = {(numbers[a], numbers[b]) for a, b in pairs if a in numbers and b in numbers and a != b}
    return sorted({(min(pair), max(pair)) for pair in known})


def _groups(
    copies: Sequence[Copy], values: Callable[[Copy], Iterable[T]]
) -> Iterator[tuple[T, list[int]]]:
    """Give out the records that share a value, for each value that two or more share."""
    groups: dict[T, list[int]] = defaultdict(list)
    for number, copy in enumerate(copies):
        for value in values(copy):
            groups[value].append(number)
    yield from ((value, group) for value, group in groups.items() if len(group) > 1)


def _without_shared_dois(copies: list[Copy]) -> list[Copy]:
    """Take off the DOIs that stand for a volume or supplement: they count for nothing."""
    for _doi, group in _groups(copies, _IDENTIFIERS["DOI"]):
        titled = {copies[number].titles: copies[number] for number in group}
        several = len(titled) > _MAX_TITLES_OF_A_DOI or not all(
            titles_agree(a, b) for a, b in combinations(titled.values(), 2)
        )
        if several:
            for number in group:
                copies[number] = replace(copies[number], doi=None)
    return copies


# --- joining -----------------------------------------------------------------------------------


def _join_by_hand(sets: Sets, pairs: list[tuple[int, int]]) -> tuple[Pair, ...]:
    return tuple(
        (sets.copies[left].key, sets.copies[right].key)
        for left, right in pairs
        if sets.join(left, right, BY_HAND)
    )


def _join_group(sets: Sets, group: list[int], rule: str) -> list[Refused]:
    """Join records that share a value; who contradicts one set may still fit another."""
    rivals: list[int] = []  # one record of each set that the group has come to
    left_apart: list[Refused] = []
    for record in group:
        refused = []
        for rival in rivals:
            if (against := sets.join(rival, record, rule)) is None:
                break
            refused.append((rival, record, rule, against))
        else:
            left_apart += refused
            _add_rival(sets, rivals, record)
    return left_apart if len(rivals) <= MAX_ASKED else []


def _add_rival(sets: Sets, rivals: list[int], record: int) -> None:
    if len(rivals) < MAX_RIVALS:
        rivals.append(record)
    else:
        sets.bounded += 1


def _join_titles(sets: Sets, group: list[int]) -> list[Refused]:
    """Join records of one title and year: those alike first, then each to the one set it fits.

    A record that fits two sets which contradict each other is left alone: a person should say to
    which it belongs.
    """
    alike: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for record in group:
        alike[sets.copies[record].signature].append(record)
    firsts: dict[int, int] = {}  # one record of each set that this leaves
    for records in alike.values():
        _join_group(sets, records, TITLE)
        for record in records:
            firsts.setdefault(sets.root(record), record)
    fullest_first = sorted(
        firsts.values(),
        key=lambda record: (-_identity(sets.copies[record]), record),
    )
    rivals: list[int] = []
    left_apart: list[Refused] = []
    for record in fullest_first:
        fitting, doubtful = _fitting(sets, rivals, record)
        left_apart += doubtful
        if len(fitting) == 1:
            sets.join(fitting[0], record, TITLE)
            continue
        several = Reason("several publications fit", (str(len(fitting)), str(len(fitting))))
        left_apart += ((rival, record, TITLE, several) for rival in fitting)
        _add_rival(sets, rivals, record)
    return left_apart if len(rivals) <= MAX_ASKED else []


def _identity(copy: Copy) -> int:
    """Return how much of a record can tell it from another of the same title."""
    return sum(4 * bool(value) for value in (copy.pmid, copy.doi, copy.pmcid)) + sum(
        bool(value) for value in (copy.pages, copy.volume, copy.journal, copy.family)
    )


def _fitting(sets: Sets, rivals: list[int], record: int) -> tuple[list[int], list[Refused]]:
    """Return one record of each set to which this one may belong, and those that leave a doubt."""
    fitting: dict[int, int] = {}
    doubtful: list[Refused] = []
    for rival in rivals:
        root = sets.root(rival)
        if root == sets.root(record):
            return [], []  # an identifier brought them together before
        if root in fitting or not _is_borne_out(sets.copies[rival], sets.copies[record]):
            continue
        against = sets.against(rival, record)
        if against is None:
            fitting[root] = rival
        elif against.field in _DOUBTFUL:
            doubtful.append((rival, record, TITLE, against))
    return list(fitting.values()), doubtful


def _is_borne_out(a: Copy, b: Copy) -> bool:
    """Return whether more than title and year agrees: something that both records give."""
    return (
        bool(a.family and b.family and families_agree(a.family, b.family))
        or bool(a.journal and b.journal and journals_agree(a.journal, b.journal))
        or bool(pages_agree(a.pages, b.pages))
    )


# --- the result --------------------------------------------------------------------------------


def _preference(copy: Copy) -> tuple[bool, int, str]:
    is_pubmeds = copy.key.startswith("pmid:") and "@" not in copy.key
    return (not is_pubmeds, -copy.fullness, copy.key)


def _as_sets(sets: Sets) -> tuple[DuplicateSet, ...]:
    links: dict[int, list[Link]] = defaultdict(list)
    numbers = {copy.key: number for number, copy in enumerate(sets.copies)} if sets.links else {}
    for link in sets.links:
        links[sets.root(numbers[link.keys[0]])].append(link)
    found = []
    for members in sets.sets():
        copies = [sets.copies[member] for member in sorted(members)]
        first = min(copies, key=_preference).key
        keys = (first, *(copy.key for copy in copies if copy.key != first))
        why = sorted(links[sets.root(members[0])], key=lambda link: (max(link.keys), link.keys))
        found.append(DuplicateSet(first, keys, tuple(why)))
    return tuple(sorted(found, key=lambda each: each.representative))


def _open(sets: Sets, left_apart: Iterable[Refused]) -> tuple[Refusal, ...]:
    """Return the refused links that are still worth a person's look, one for each pair of sets.

    Pairs that a person has judged, and those that came together on another way, are settled.
    """
    kept: dict[frozenset[int], Refusal] = {}
    for left, right, rule, against in left_apart:
        pair = frozenset((sets.root(left), sets.root(right)))
        if len(pair) == 2 and against.field not in (BY_HAND, "size"):
            kept.setdefault(pair, Refusal(sets.link(left, right, rule), against))
    return tuple(sorted(kept.values(), key=lambda refusal: refusal.link.keys))
