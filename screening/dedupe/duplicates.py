"""Duplicate sets: which records describe one publication, and why.

Pure: records in, sets with reasons out. The way is normalise (`screening.dedupe.normalise`), block
(`blocking`), compare (`comparing` in bulk, `evidence` field by field), judge (`rules`), and here:
set together. Links are followed in order of their strength (`following`), each held against every
contradiction between the two sets it would join (`joining`, `vetoes`); a person's judgement beats
the rules, and what stays open is asked (`open_pairs`). The result depends on the records and
judgements alone, never on their order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from screening.dedupe.answers import Answer
from screening.dedupe.evidence import agreements, compare
from screening.dedupe.following import join_by_hand, join_twins, join_verdicts
from screening.dedupe.joining import Sets
from screening.dedupe.normalise import Copy, copy_of
from screening.dedupe.open_pairs import open_pairs
from screening.dedupe.sets import BY_HAND, DuplicateSet, DuplicateSets, Link, Pair, Reason
from search.records import StoredRecord

if TYPE_CHECKING:  # numpy takes its time to load, and who reads sets that are kept needs none
    from screening.dedupe.matching import Advance, Matches


def find_sets(
    records: Iterable[StoredRecord],
    same: Iterable[Pair] = (),
    different: Iterable[Pair] = (),
    *,
    advance: Advance = lambda _done, _all: None,
) -> DuplicateSets:
    """Find the duplicate sets of ``records``; judgements of persons beat the rules.

    ``same`` and ``different`` are pairs of keys; pairs with an unknown key have no effect. Streams:
    of each record only a small normalised copy is held. Time is near linear in the number of
    records. ``advance`` is told how many pairs were compared, and of how many.
    """
    from screening.dedupe.matching import match

    return settle(match(in_order(map(copy_of, records)), advance), same, different)


def in_order(copies: Iterable[Copy]) -> list[Copy]:
    """Return copies in the order of their keys: nothing below depends on any other order."""
    return sorted(copies, key=lambda copy: copy.key)


def settle(
    matches: Matches,
    same: Iterable[Pair] = (),
    different: Iterable[Pair] = (),
    *,
    explained: bool = True,
) -> DuplicateSets:
    """Set records together by verdicts and judgements.

    Where it need not be ``explained``, the links of the sets are without reasons.
    """
    copies = matches.copies
    numbers = {copy.key: number for number, copy in enumerate(copies)}
    doubts = {
        (verdict.left, verdict.right): verdict.judged.field
        for verdict in matches.verdicts
        if verdict.judged.answer is Answer.UNCERTAIN
    }
    sets = Sets(copies, apart=_numbered(different, numbers), doubts=doubts)
    overruled = join_by_hand(sets, _numbered(same, numbers))
    asked = [*join_twins(sets, matches), *join_verdicts(sets, matches.verdicts)]
    uncertain = open_pairs(sets, asked)
    left_out = sorted((copies[one].key, count) for one, count in sets.left_out.items())
    return DuplicateSets(
        sets=_as_sets(sets, _links(sets, matches, explained=explained)),
        uncertain=uncertain,
        overruled=overruled,
        bounded=matches.bounded + sets.left_out.total(),
        blocks=matches.blocks,
        left_out=tuple(left_out),
    )


def _numbered(pairs: Iterable[Pair], numbers: dict[str, int]) -> list[tuple[int, int]]:
    known = {(numbers[a], numbers[b]) for a, b in pairs if a in numbers and b in numbers and a != b}
    return sorted({(min(pair), max(pair)) for pair in known})


# --- the result --------------------------------------------------------------------------------


def _preference(copy: Copy) -> tuple[bool, int, str]:
    is_pubmeds = copy.key.startswith("pmid:") and "@" not in copy.key
    return (not is_pubmeds, -copy.fullness, copy.key)


def _as_sets(sets: Sets, found_links: Iterator[Link]) -> tuple[DuplicateSet, ...]:
    links: dict[int, list[Link]] = defaultdict(list)
    for step, link in zip(sets.steps, found_links, strict=True):
        links[sets.root(step.left)].append(link)
    found = []
    for members in sets.sets():
        copies = [sets.copies[member] for member in sorted(members)]
        first = min(copies, key=_preference).key
        keys = (first, *(copy.key for copy in copies if copy.key != first))
        why = sorted(links[sets.root(members[0])], key=lambda link: (max(link.keys), link.keys))
        found.append(DuplicateSet(first, keys, tuple(why)))
    return tuple(sorted(found, key=lambda each: each.representative))


def _links(sets: Sets, matches: Matches, *, explained: bool) -> Iterator[Link]:
    """Give the steps that were taken with their reasons, worked out once for equal records."""
    first_of = {each: first for first, (group, _judged) in matches.twins.items() for each in group}
    known: dict[tuple[int, int], tuple[Reason, ...]] = {}
    for step in sets.steps:
        a, b = sets.copies[step.left], sets.copies[step.right]
        alike = first_of.get(step.left, step.left), first_of.get(step.right, step.right)
        if alike not in known:
            known[alike] = agreements(a, b, compare(a, b)) if explained else ()
        said = (Reason(BY_HAND, ("same", "same")),) if step.rule == BY_HAND else ()
        yield Link((a.key, b.key), step.rule, said + known[alike])
