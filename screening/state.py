"""The state of a review: its records, duplicate sets and judgements put together, read once.

`state_of` is pure; `load` reads the folder. Outcomes are those of duplicate sets, not of records:
judgements made on any record of a set count for the set.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from screening.decision_logs.decisions import (
    Decision,
    Outcome,
    in_force,
    outcome,
    settlements,
    standing,
    under_seal,
)
from screening.decision_logs.events import Act, Event, Verdict
from screening.dedupe.duplicates import DuplicateSets
from screening.ending import Stop, not_screened, stops_of
from screening.second_look import Looked, looked_again
from search.collecting import uncollected
from search.faults import Fault
from search.protocol import STAGES, Protocol, Stage
from search.records import base_of_key
from search.runs import SearchRun

if TYPE_CHECKING:
    from screening.decision_logs.logs import Logs
    from search.review import Review

TITLE_ABSTRACT, FULL_TEXT = STAGES
Place = tuple[str, str]  # a record's key and a stage
Naming = tuple[str, str | None, str | None]  # a record's key, PMID and DOI


@dataclass(frozen=True)
class ReviewState:
    """Everything that status, flow and lists are counted from.

    A set is named by its representative's key; a record without duplicates is a set of its own.
    ``outcomes`` holds for each stage the sets that are at it: at full text, those that were
    forwarded. ``ties`` are the initiatives that a person tied a report to; ``sealed`` says who
    judged what in lines that are not shared yet.
    """

    protocol: Protocol
    runs: tuple[SearchRun, ...]
    keys_by_run: Mapping[str, Collection[str]]
    duplicates: DuplicateSets = field(default_factory=DuplicateSets)
    decisions: Mapping[Place, Mapping[str, Decision]] = field(default_factory=dict)
    settlements: Mapping[Place, Decision] = field(default_factory=dict)
    sealed: Mapping[Place, Collection[str]] = field(default_factory=dict)
    outcomes: Mapping[str, Mapping[str, Outcome]] = field(default_factory=dict)
    not_retrieved: frozenset[str] = frozenset()
    ties: Mapping[str, frozenset[str]] = field(default_factory=dict)
    stops: Mapping[str, Stop] = field(default_factory=dict)  # by stage
    not_screened: frozenset[str] = frozenset()  # sets that a stop at the first stage left unread
    named: Callable[[], Iterable[Naming]] = tuple  # key, PMID and DOI of every record
    second_looks: Mapping[str, Looked] = field(default_factory=dict)  # by stage
    faults: tuple[Fault, ...] = ()
    as_of: str | None = None  # UTC time of the newest run or event: not of the clock

    @cached_property
    def identifiers(self) -> Mapping[str, str]:
        """Return to which set "pmid:N", "doi:X" and the bases of keys lead; few ever ask."""
        return _sets_by_identifier(self.named(), self.duplicates)

    @cached_property
    def members(self) -> dict[str, tuple[str, ...]]:
        """Return every set by its representative, in order; one record makes a set too."""
        together = {each.representative: each.members for each in self.duplicates.sets}
        alone = set().union(*self.keys_by_run.values()).difference(self.duplicates.by_key)
        return {key: together.get(key) or (key,) for key in sorted(alone.union(together))}

    @cached_property
    def judges(self) -> dict[str, dict[str, set[str]]]:
        """Return who has judged each set, by stage; sets that nobody judged are left out."""
        found: dict[str, dict[str, set[str]]] = {name: {} for name in STAGES}
        together = self.duplicates.by_key
        for (key, stage), by_reviewer in self.decisions.items():
            name = together[key].representative if key in together else key
            found[stage].setdefault(name, set()).update(by_reviewer)
        for (key, stage), reviewers in self.sealed.items():
            name = self.duplicates.representative_of(key)
            found[stage].setdefault(name, set()).update(reviewers)
        return found

    def sealed_by(self, representative: str, stage: str) -> set[str]:
        """Return who has judged a set in lines that are not shared yet."""
        if not self.sealed:
            return set()
        members = self.members.get(representative, (representative,))
        return {who for key in members for who in self.sealed.get((key, stage), ())}

    @cached_property
    def strangers(self) -> tuple[str, ...]:
        """Return the keys that were judged but are no record here, in order: nothing is lost."""
        known = {key for members in self.members.values() for key in members}
        judged = {key for key, _stage in (*self.decisions, *self.settlements)}
        return tuple(sorted(judged - known))

    def held(self, representative: str, stage: str) -> list[Decision]:
        """Return the verdicts in force on any record of a set, by reviewer and record."""
        found = (
            decision
            for key in self.members[representative]
            for decision in self.decisions.get((key, stage), {}).values()
        )
        return sorted(found, key=lambda each: (each.reviewer, each.key))

    def settled(self, representative: str, stage: str) -> Decision | None:
        """Return the newest adjudication on any record of a set."""
        return _newest(self.settlements, self.members[representative], stage)

    def is_judged(self, representative: str, stage: str) -> bool:
        """Return whether anybody has judged a set at a stage."""
        return bool(
            self.held(representative, stage)
            or self.settled(representative, stage)
            or self.sealed_by(representative, stage)
        )

    def is_open(self, representative: str, stage: str) -> bool:
        """Return whether a set waits for further reviewers, so that no verdict may be told yet."""
        needed = self.protocol.stage(stage).reviewers_per_record
        if needed < 2 or representative not in self.members:
            return needed > 1
        judges = {each.reviewer for each in self.held(representative, stage)}
        judges |= self.sealed_by(representative, stage)
        return len(judges) < needed and not self.settled(representative, stage)

    def exclusion_reason(self, representative: str, stage: str) -> str | None:
        """Return the one primary reason of an exclusion (PF-07), None where none was given.

        The adjudicator's; else, of those that reviewers gave, the first in the protocol's order.
        """
        settled = self.settled(representative, stage)
        judged = [settled] if settled else self.held(representative, stage)
        given = {each.reason for each in judged if each.verdict == Verdict.EXCLUDE and each.reason}
        order = [criterion.code for criterion in self.protocol.exclusion]
        return min(
            given,
            key=lambda code: (order.index(code) if code in order else len(order), code),
            default=None,
        )

    def find(self, identifier: str) -> str | None:
        """Return the set of a record's key, or of "pmid:N" or "doi:X", or None."""
        if identifier in self.identifiers:
            return self.identifiers[identifier]
        representative = self.duplicates.representative_of(identifier)
        return representative if representative in self.members else None


def _newest(
    settled: Mapping[Place, Decision], members: Iterable[str], stage: str
) -> Decision | None:
    found = (settled[key, stage] for key in members if (key, stage) in settled)
    return max(found, key=lambda each: (each.time, each.event), default=None)


def state_of(
    protocol: Protocol,
    runs: Iterable[SearchRun],
    keys_by_run: Mapping[str, Collection[str]],
    duplicates: DuplicateSets,
    events: Iterable[Event],
    *,
    named: Callable[[], Iterable[Naming]] = tuple,
    faults: Iterable[Fault] = (),
) -> ReviewState:
    """Put the state of a review together from its parts. ``named`` gives each key, PMID, DOI."""
    runs, events = tuple(runs), standing(events)
    base = ReviewState(
        protocol=protocol,
        runs=runs,
        keys_by_run=keys_by_run,
        duplicates=duplicates,
        decisions=in_force(events),
        sealed=under_seal(events),
        settlements=settlements(events),
        ties=_ties(events, duplicates),
        stops=stops_of(events),
        second_looks=looked_again(events, duplicates),
        named=named,
        faults=tuple(faults),
        as_of=_as_of(runs, events.latest),
    )
    first = _outcomes(base, base.members, TITLE_ABSTRACT)
    forwarded = [name for name, found in first.items() if found is Outcome.INCLUDED]
    second = _outcomes(base, forwarded, FULL_TEXT)
    stop = base.stops.get(TITLE_ABSTRACT)
    state = replace(
        base,
        outcomes={TITLE_ABSTRACT: first, FULL_TEXT: second},
        not_screened=not_screened(base, stop, first) if stop else frozenset(),
        not_retrieved=_not_retrieved(base, events),
    )
    state.__dict__["members"] = base.members  # worked out already
    return state


def _outcomes(state: ReviewState, names: Iterable[str], stage: str) -> dict[str, Outcome]:
    """Return where each of these sets stands; most of a large review nobody has judged yet."""
    rules, together = state.protocol.stage(stage), state.duplicates.by_key
    held: dict[str, list[Decision]] = {}
    settled: dict[str, list[Decision]] = {}
    for (key, at), by_reviewer in state.decisions.items():
        if at == stage:
            name = together[key].representative if key in together else key
            held.setdefault(name, []).extend(by_reviewer.values())
    for (key, at), decision in state.settlements.items():
        if at == stage:
            settled.setdefault(state.duplicates.representative_of(key), []).append(decision)
    found = dict.fromkeys(names, Outcome.AWAITING)
    sealed = {state.duplicates.representative_of(key) for key, at in state.sealed if at == stage}
    for name, decisions in held.items():
        if name in sealed:
            continue  # its outcome is not known before all lines are shared
        if name in found and len(decisions) >= rules.reviewers_per_record:
            found[name] = outcome(decisions, None, rules)
    for name, adjudications in settled.items():
        if name in found:
            found[name] = _settled_outcome(adjudications, rules)
    return found


def _settled_outcome(adjudications: Iterable[Decision], rules: Stage) -> Outcome:
    """Return what adjudications come to; those of two records may contradict each other."""
    found = {outcome((), each, rules) for each in adjudications}
    return found.pop() if len(found) == 1 else Outcome.CONFLICT


def _ties(events: Iterable[Event], duplicates: DuplicateSets) -> dict[str, frozenset[str]]:
    ties: dict[str, set[str]] = defaultdict(set)
    for event in standing(events).of(Act.TIE):
        if event.rec and event.val:
            ties[duplicates.representative_of(event.rec)].add(event.val)
    return {name: frozenset(ids) for name, ids in ties.items()}


def _sets_by_identifier(identifiers: Iterable[Naming], duplicates: DuplicateSets) -> dict[str, str]:
    """Map PMIDs, DOIs and the bases of keys to sets: "pmid:N", "doi:X", "sha:HASH".

    Where two sets bear one, the first by key is meant.
    """
    found: dict[str, str] = {}
    for key, pmid, doi in identifiers:
        named = (f"pmid:{pmid}" if pmid else "", f"doi:{doi}" if doi else "", base_of_key(key))
        for identifier in named:
            if identifier:
                found.setdefault(identifier, duplicates.representative_of(key))
    return found


def _not_retrieved(state: ReviewState, events: Iterable[Event]) -> frozenset[str]:
    """Return the reports that could not be had. Whoever judged one had it, whatever was said."""
    said: dict[str, str | None] = {}
    for event in standing(events).of(Act.RETRIEVED):
        if event.rec:
            said[state.duplicates.representative_of(event.rec)] = event.val
    return frozenset(
        name for name, value in said.items()
        if value == "no" and name in state.members and not state.is_judged(name, FULL_TEXT)
    )  # fmt: skip


def _as_of(runs: Iterable[SearchRun], latest: str | None) -> str | None:
    return max((*(run.executed_at for run in runs), *([latest] if latest else [])), default=None)


def load(review: Review, logs: Logs | None = None) -> ReviewState:
    """Read the state of a review from its folder; ``logs`` where they are read already."""
    from screening.decision_logs.logs import read_logs
    from screening.judgements import judgements
    from screening.store import duplicates_of

    logs = logs or read_logs(review.decisions)
    store = review.store
    stands = standing(logs.told, in_order=True)
    with uncollected():
        return state_of(
            review.protocol,
            store.runs(),
            store.keys_by_run(),
            duplicates_of(review, judgements(stands)),
            stands,
            named=store.identifiers,
            faults=logs.faults,
        )
