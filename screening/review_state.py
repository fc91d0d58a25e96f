"""The state of a review as values: its records, duplicate sets and judgements put together.

`screening.state` makes it. Outcomes are those of duplicate sets, not of records: judgements made on
any record of a set count for the set.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain

from screening.decision_logs.decisions import Decision, Outcome
from screening.decision_logs.events import Verdict
from screening.dedupe.sets import DuplicateSets
from screening.looked_again import Looked
from screening.stops import Stop
from screening.team.piloting import Piloting
from search.faults import Fault
from search.protocol import STAGES, Protocol
from search.records import base_of_key
from search.runs import SearchRun

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
    piloting: Mapping[str, Piloting] = field(default_factory=dict)  # by stage
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
        met = dict.fromkeys(chain.from_iterable(self.keys_by_run.values()))
        if in_sets := self.duplicates.by_key:
            met = dict.fromkeys(key for key in met if key not in in_sets)
        # an index gives the keys of a run in order: there is little left to sort
        names = sorted(chain(met, together))
        return dict(zip(names, zip(names), strict=True)) | together

    @cached_property
    def came_at(self) -> dict[str, str]:
        """Return when each set first had a record in the review."""
        first: dict[str, str] = {}
        for run in sorted(self.runs, key=lambda run: run.executed_at):
            for key in self.keys_by_run.get(run.id, ()):
                first.setdefault(key, run.executed_at)
        return {name: min(first[key] for key in members) for name, members in self.members.items()}

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
        if representative not in self.members:
            return needed > 1
        waits = representative in self.waiting_in_pilot(stage)
        if needed < 2 and not waits:
            return False
        judges = self.judges[stage].get(representative, ())
        return (waits or len(judges) < needed) and not self.settled(representative, stage)

    def waiting_in_pilot(self, stage: str) -> Mapping[str, frozenset[str]]:
        """Return the sets of the stage's pilot that not all its judges have judged, with those."""
        return self._waiting_in_pilots.get(stage, {})

    @cached_property
    def _waiting_in_pilots(self) -> dict[str, dict[str, frozenset[str]]]:
        return {
            stage: {
                name: left for name in pilot.sets
                if (left := pilot.judges.difference(self.judges[stage].get(name, ())))
            }
            for stage, pilot in self.piloting.items()
        }  # fmt: skip

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
