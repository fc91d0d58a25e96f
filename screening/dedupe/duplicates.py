"""Duplicate sets: which records describe one publication, and why.

Pure: records in, sets with reasons out. The way is normalise (`screening.dedupe.normalise`), block
(`blocking`), compare (`comparing` in bulk, `evidence` field by field), judge (`rules`), and here:
set together. Links are followed in order of their strength, each held against every contradiction
between the two sets it would join (`joining`, `vetoes`); a person's judgement beats the rules. The
result depends on the records and judgements alone, never on their order.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from screening.dedupe.answers import STRENGTH, WEAK, Answer
from screening.dedupe.evidence import agreements, compare, reason_of
from screening.dedupe.joining import Sets, Step
from screening.dedupe.normalise import Copy, copy_of
from screening.dedupe.sets import BY_HAND, DuplicateSet, DuplicateSets, Link, Pair, Reason, Refusal
from search.records import StoredRecord

if TYPE_CHECKING:  # numpy takes its time to load, and who reads sets that are kept needs none
    from screening.dedupe.matching import Advance, Matches, Verdict


# A record that could be one of so many publications tells nothing: nobody is asked about it.
MAX_ASKED = 5
_SEVERAL = "several publications fit"


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
    overruled = _join_by_hand(sets, _numbered(same, numbers))
    asked = [*_join_twins(sets, matches), *_join_verdicts(sets, matches.verdicts)]
    uncertain = _open(sets, asked)
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


# --- joining -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Asked:
    """A pair for a person: the link that was not followed, and what is in its way."""

    step: Step
    title: float
    field: str = ""  # of the pair itself
    against: Reason | None = None  # of the sets that they are in


def _join_by_hand(sets: Sets, pairs: list[tuple[int, int]]) -> tuple[Pair, ...]:
    return tuple(
        (sets.copies[left].key, sets.copies[right].key)
        for left, right in pairs
        if sets.join(Step(left, right, BY_HAND))
    )


def _join_twins(sets: Sets, matches: Matches) -> Iterator[_Asked]:
    for first, (group, judged) in matches.twins.items():
        for other in group[1:]:
            step = Step(first, other, judged.rule)
            if judged.answer is Answer.SAME:
                if against := sets.join(step):
                    yield _Asked(step, 1.0, against=against)
            elif judged.answer is Answer.UNCERTAIN:
                yield _Asked(step, 1.0, judged.field)


def _join_verdicts(sets: Sets, verdicts: Iterable[Verdict]) -> Iterator[_Asked]:
    """Follow the links, the strongest first; the weak ones where only one publication fits."""
    weak: list[Verdict] = []
    for verdict in sorted(verdicts, key=_by_strength):
        judged = verdict.judged
        step = Step(verdict.left, verdict.right, judged.rule)
        if judged.answer is Answer.UNCERTAIN:
            yield _Asked(step, verdict.title, judged.field)
        elif judged.rule in WEAK:
            weak.append(verdict)
        elif against := sets.join(step):
            yield _Asked(step, verdict.title, against=against)
    ambiguous = _ambiguous(sets, weak)
    for verdict in weak:
        step = Step(verdict.left, verdict.right, verdict.judged.rule)
        several = ambiguous.get(sets.root(verdict.left)) or ambiguous.get(sets.root(verdict.right))
        against = Reason(_SEVERAL, (several, several)) if several else sets.join(step)
        if against:
            yield _Asked(step, verdict.title, against=against)


def _by_strength(verdict: Verdict) -> tuple[int, float, int, int]:
    return STRENGTH[verdict.judged.rule], -verdict.title, verdict.left, verdict.right


def _ambiguous(sets: Sets, weak: Iterable[Verdict]) -> dict[int, str]:
    """Return the sets that weak links tie to sets that contradict each other, and to how many.

    A bare record may be of the paper or of the meeting's abstract: a person should say of which.
    """
    fitting: dict[int, set[int]] = defaultdict(set)
    for verdict in weak:
        left, right = sets.root(verdict.left), sets.root(verdict.right)
        if left != right:
            fitting[left].add(right)
            fitting[right].add(left)
    return {
        root: str(len(others))
        for root, others in fitting.items()
        if len(others) > 1 and sets.any_against(sorted(others))
    }


# --- what stays open ---------------------------------------------------------------------------


def _open(sets: Sets, asked: Iterable[_Asked]) -> tuple[Refusal, ...]:
    """Return the pairs that are still worth a person's look, one for each pair of sets.

    Pairs that a person has judged, and those that came together on another way, are settled; what
    is left out about records that could be anything is counted.
    """
    kept: dict[tuple[int, int], _Asked] = {}
    for each in sorted(asked, key=lambda each: (-each.title, each.step)):
        left, right = sets.root(each.step.left), sets.root(each.step.right)
        if left != right and not _is_settled(sets, each):
            kept.setdefault((min(left, right), max(left, right)), each)
    often = Counter(root for pair in kept for root in pair)
    open_pairs = []
    for (a, b), each in kept.items():
        if max(often[a], often[b]) <= MAX_ASKED:
            open_pairs.append(_refusal(sets.copies, each))
        else:
            sets.left_out[a] += 1
    return tuple(sorted(open_pairs, key=lambda each: each.link.keys))


def _is_settled(sets: Sets, asked: _Asked) -> bool:
    """Return whether a person has answered, or what keeps the sets apart leaves no question."""
    if asked.against and asked.against.field == "size":
        return True
    against = sets.against(asked.step.left, asked.step.right)
    if against is None:
        return False
    told_apart = against.field in ("PMID", "PMCID") and against.field != asked.field
    return against.field == BY_HAND or (told_apart and not asked.against)


def _refusal(copies: Sequence[Copy], asked: _Asked) -> Refusal:
    a, b = copies[asked.step.left], copies[asked.step.right]
    c = compare(a, b)
    against = asked.against or reason_of(asked.field, a, b, c)
    return Refusal(Link((a.key, b.key), asked.step.rule, agreements(a, b, c)), against)


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
