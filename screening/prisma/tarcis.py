"""How citation searching is to be reported, and whether it stands alone (TARCiS 2024).

Hirt et al. 2024, 10.1136/bmj-2023-078384, recommendations 1 to 10. Pure: the state of a review goes
in. Only what its runs say is reported; what is not known is not made up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from screening.decision_logs.decisions import Outcome
from screening.prisma.prisma_s import Item
from screening.state import FULL_TEXT, ReviewState
from search.runs import SearchRun
from search.words import counted

_NAMED = 20  # records that a line names


@dataclass(frozen=True)
class _Chased:
    """What citation searching brought, as sets of the review (named by their representatives)."""

    state: ReviewState

    @cached_property
    def runs(self) -> list[tuple[SearchRun, dict[str, Any]]]:
        return [(run, said) for run in self.state.runs if (said := run.extra.get("citation"))]

    @cached_property
    def seeds(self) -> list[str]:
        return sorted({seed for _, said in self.runs for seed in said["seeds"]}, key=int)

    @cached_property
    def found(self) -> set[str]:
        return self._sets({run.id for run, _ in self.runs})

    @cached_property
    def only(self) -> set[str]:
        """The sets that no other kind of searching found."""
        chased = {run.id for run, _ in self.runs}
        others = {run.id for run in self.state.runs if not run.is_refresh} - chased
        return self.found - self._sets(others)

    @cached_property
    def included(self) -> set[str]:
        at = self.state.outcomes.get(FULL_TEXT, {})
        return {name for name, outcome in at.items() if outcome is Outcome.INCLUDED}

    @cached_property
    def unsought(self) -> list[str]:
        """The included sets with a PMID from which no index was searched."""
        seeds = {f"pmid:{seed}" for seed in self.seeds}
        keys = {name: {key.partition("@")[0] for key in self.state.members[name]
                       if key.startswith("pmid:")} for name in self.included}  # fmt: skip
        return sorted(name for name, known in keys.items() if known and not known & seeds)

    def _sets(self, runs: set[str]) -> set[str]:
        keys = {key for run in runs for key in self.state.keys_by_run.get(run, ())}
        return {
            name for name, members in self.state.members.items() if not keys.isdisjoint(members)
        }


def citation_report(state: ReviewState) -> tuple[Item, ...]:
    """Return the items of a report of citation searching; none where none was done."""
    chased = _Chased(state)
    if not chased.runs:
        return ()
    return tuple(Item(number, name, tuple(write(chased)))
                 for number, (name, write) in enumerate(_ITEMS, start=1))  # fmt: skip


def stands_alone(state: ReviewState) -> bool:
    """Return whether no database or register was searched to its end beside the citations.

    Citation searching alone is not enough where completeness is the aim (recommendation 9).
    """
    return not any(run.kind in ("database", "register") and run.state in ("ok", "empty")
                   and not run.is_refresh for run in state.runs)  # fmt: skip


def _seeds(chased: _Chased) -> Iterator[str]:
    named = ", ".join(chased.seeds[:_NAMED]) + (" …" if len(chased.seeds) > _NAMED else "")
    yield f"{counted(len(chased.seeds), 'seed reference')} (PMID): {named}."
    reasons = dict.fromkeys(said["seed_reason"] for _, said in chased.runs)
    if None in reasons:
        yield "Seeds were all included records with a PMID."
    yield from (f"Other seeds, because {reason}" for reason in reasons if reason)


def _directions(chased: _Chased) -> Iterator[str]:
    done = dict.fromkeys(said["direction"] for _, said in chased.runs)
    yield f"{' and '.join(sorted(done))} citation searching.".capitalize()


def _indexes(chased: _Chased) -> Iterator[str]:
    for run, said in chased.runs:
        without = said.get("without", ())
        lacking = f"; without links in the index: {', '.join(without[:_NAMED])}" if without else ""
        state = "" if run.state in ("ok", "empty") else f" This run is {run.state}: {run.problem}"
        yield (f"{run.database}, {run.executed_at[:10]}: {counted(len(said['seeds']), 'seed')}"
               f"{lacking}.{state}")  # fmt: skip


def _iterations(chased: _Chased) -> Iterator[str]:
    yield f"{counted(max(said['iteration'] for _, said in chased.runs), 'iteration')}."
    if chased.unsought:
        due = ", ".join(chased.unsought[:_NAMED])
        some = f"of {counted(len(chased.included), 'included record')} {len(chased.unsought):,}"
        yield f"Not ended: {some} not yet a seed ({due}). Run `sarcat citations`."
    else:
        yield "Every included record with a PMID has been a seed: the last iteration added none."


def _deduplication(chased: _Chased) -> Iterator[str]:
    read = sum(run.parsed for run, _ in chased.runs)
    new = sum(run.new for run, _ in chased.runs)
    yield (f"Against all records of the review, screened or not: {counted(read, 'record')} read, "
           f"{new:,} of them not met before.")  # fmt: skip


def _screening(chased: _Chased) -> Iterator[str]:
    yield "Titles and abstracts from the indexes, in the same queue as the records of databases."
    for stage in chased.state.protocol.stages:
        yield f"{stage.name}: {counted(stage.reviewers_per_record, 'reviewer')} a record."


def _numbers(chased: _Chased) -> Iterator[str]:
    yield (f"{counted(len(chased.found), 'publication')} found, {len(chased.only):,} of them by no "
           "other search; under other methods in the flow.")  # fmt: skip


def _sensitivity(chased: _Chased) -> Iterator[str]:
    missed = sorted(chased.only & chased.included)
    named = f": {', '.join(missed[:_NAMED])}" if missed else ""
    yield (f"Found by citation searching alone: {len(missed):,} of "
           f"{counted(len(chased.included), 'included publication')}{named}.")  # fmt: skip
    if stands_alone(chased.state):
        yield ("No database or register was searched to its end. Citation searching alone is not "
               "enough where completeness is the aim.")  # fmt: skip


_ITEMS: tuple[tuple[str, Callable[[_Chased], Iterator[str]]], ...] = (
    ("Seed references", _seeds),
    ("Directions", _directions),
    ("Citation indexes and dates", _indexes),
    ("Iterations", _iterations),
    ("Deduplication", _deduplication),
    ("Screening", _screening),
    ("Numbers", _numbers),
    ("What the strategies missed", _sensitivity),
)
