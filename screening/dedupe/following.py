"""Links followed in the order of their strength: what joins sets, and what a person is asked.

A person's judgement comes first, then equal records, then verdicts; the weak ones last, and only
where one publication alone fits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from screening.dedupe.answers import STRENGTH, WEAK, Answer
from screening.dedupe.joining import Sets, Step
from screening.dedupe.sets import BY_HAND, Pair, Reason

if TYPE_CHECKING:  # numpy takes its time to load, and who reads sets that are kept needs none
    from screening.dedupe.matching import Matches, Verdict

_SEVERAL = "several publications fit"


@dataclass(frozen=True, slots=True)
class Asked:
    """A pair for a person: the link that was not followed, and what is in its way."""

    step: Step
    title: float
    field: str = ""  # of the pair itself
    against: Reason | None = None  # of the sets that they are in


def join_by_hand(sets: Sets, pairs: Iterable[tuple[int, int]]) -> tuple[Pair, ...]:
    """Follow what persons said is the same; return the pairs that another judgement forbids."""
    return tuple(
        (sets.copies[left].key, sets.copies[right].key)
        for left, right in pairs
        if sets.join(Step(left, right, BY_HAND))
    )


def join_twins(sets: Sets, matches: Matches) -> Iterator[Asked]:
    """Join the records that look alike, and give those that a person has to tell."""
    for first, (group, judged) in matches.twins.items():
        for other in group[1:]:
            step = Step(first, other, judged.rule)
            if judged.answer is Answer.SAME:
                if against := sets.join(step):
                    yield Asked(step, 1.0, against=against)
            elif judged.answer is Answer.UNCERTAIN:
                yield Asked(step, 1.0, judged.field)


def join_verdicts(sets: Sets, verdicts: Iterable[Verdict]) -> Iterator[Asked]:
    """Follow the links, the strongest first; the weak ones where only one publication fits."""
    weak: list[Verdict] = []
    for verdict in sorted(verdicts, key=_by_strength):
        judged = verdict.judged
        step = Step(verdict.left, verdict.right, judged.rule)
        if judged.answer is Answer.UNCERTAIN:
            yield Asked(step, verdict.title, judged.field)
        elif judged.rule in WEAK:
            weak.append(verdict)
        elif against := sets.join(step):
            yield Asked(step, verdict.title, against=against)
    ambiguous = _ambiguous(sets, weak)
    for verdict in weak:
        step = Step(verdict.left, verdict.right, verdict.judged.rule)
        several = ambiguous.get(sets.root(verdict.left)) or ambiguous.get(sets.root(verdict.right))
        against = Reason(_SEVERAL, (several, several)) if several else sets.join(step)
        if against:
            yield Asked(step, verdict.title, against=against)


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
