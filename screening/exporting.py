"""Records with what was decided on them, as an export gives them out.

Blinded, as everywhere: of a stage at which a set still waits for further reviewers, no verdict,
note or label is given out (`screening.explain`). A stream: what is held are the judgements and the
sets they were made on, never all records, their keys or their sets.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from screening.decision_logs.decisions import Decision, Outcome, standing
from screening.decision_logs.events import Act, Event
from screening.decision_logs.logs import Logs
from screening.dedupe.merged import merged
from screening.dedupe.sets import DuplicateSets
from screening.judgements import judgements
from screening.selection import OUTCOMES, Only, stands
from screening.state import ReviewState, state_of
from screening.store import KeptSets, duplicates_of
from search.brought import Brought, Vote
from search.protocol import STAGES
from search.records import Record, StoredRecord
from search.review import Review
from search.store import Store

# Up to so many records duplicate sets are looked for on the way; for more it takes long, and more
# memory than all else.
ON_THE_WAY = 20_000


def export_of(review: Review, only: Only, logs: Logs) -> Exported:
    """Return the records of a review as they are given out.

    Where every record is asked for and duplicate sets are not known, `Exported.sets` is None for a
    review of more than `ON_THE_WAY` records: each then stands for itself.
    """
    judged = judgements(logs.events)
    sets: KeptSets | None = KeptSets(review, judged)
    if sets and not sets.current:
        if only is Only.ALL and review.store.count() > ON_THE_WAY:
            sets = None
        else:
            duplicates_of(review, judged)
    return Exported(_judged_part(review, logs, sets), review.store, only, logs.told, sets)


def _judged_part(review: Review, logs: Logs, sets: KeptSets | None) -> ReviewState:
    """Return the state of those sets alone on which something was logged."""
    met = {event.rec for event in logs.told if event.rec}
    found = sets.holding(sorted(met)) if sets else DuplicateSets()
    met.update(key for each in found.sets for key in each.members)
    by_run = review.store.keys_by_run(sorted(met))
    return state_of(review.protocol, review.store.runs(), by_run, found, logs.told)


@dataclass
class Exported:
    """The records of an export as a stream; ``kept_back`` counts verdicts that are not open yet.

    ``state`` holds those sets on which something was logged; nobody has judged any other.
    """

    state: ReviewState
    store: Store
    only: Only
    events: Iterable[Event]
    sets: KeptSets | None
    kept_back: int = 0
    _said: dict[str, list[Event]] = field(default_factory=lambda: defaultdict(list), init=False)

    def count(self) -> int | None:
        """Return how many there will be, where that is known before."""
        if self.only is Only.ALL:
            return self.store.count()
        if self.only is Only.UNIQUE:
            return self.store.count() - (self.sets.count() if self.sets else 0)
        return None

    def records(self) -> Iterator[Record]:
        """Yield each record (`Only.ALL`) or each set in its merged view, with what was decided."""
        for event in standing(self.events):
            if event.act in (Act.NOTE, Act.TAG) and event.rec:
                self._said[event.rec].append(event)
        for first, keys in self._met():
            if self._is_meant(keys[0]):
                yield self._one(first, keys)

    def _met(self) -> Iterator[tuple[StoredRecord, tuple[str, ...]]]:
        """Yield each record, or that which stands for its set, with the keys of its set, by key."""
        in_sets = self.sets.in_order() if self.sets else iter(())
        key, keys = next(in_sets, ("", ()))
        for stored in self._candidates():
            while key and key < stored.key:
                key, keys = next(in_sets, ("", ()))
            members = keys if key == stored.key else (stored.key,)
            if self.only is Only.ALL or members[0] == stored.key:
                yield stored, members

    def _candidates(self) -> Iterator[StoredRecord]:
        """Yield the records among which the ones that are meant stand, by key."""
        if self.only in (Only.ALL, Only.UNIQUE, Only.AWAITING):
            return self.store.records()
        return self.store.records(sorted(self.state.members))

    def _is_meant(self, name: str) -> bool:
        if self.only in (Only.ALL, Only.UNIQUE):
            return True
        return self._stands(name) in OUTCOMES[self.only]

    def _stands(self, name: str) -> Outcome | None:
        # as many reviewers as are asked for is at least one: what nobody judged waits
        return stands(self.state, name) if name in self.state.members else Outcome.AWAITING

    def _one(self, first: StoredRecord, keys: tuple[str, ...]) -> Record:
        """Return one record, or one set: its representative is ``first``."""
        view = first.record
        if self.only is not Only.ALL and len(keys) > 1:
            view = merged([first, *self.store.records(keys[1:])])[0]
        members = keys if len(keys) > 1 else ()
        name, stands_at = keys[0], self._stands(keys[0])
        if name not in self.state.members:
            waits = Outcome.AWAITING.value
            return replace(view, brought=Brought("sarcat", first.key, waits, members=members))
        only = {first.key} if self.only is Only.ALL else set(keys)
        open_stages = {stage for stage in STAGES if not self._is_blinded(name, stage)}
        votes = [vote for stage in STAGES for vote in self._votes(name, stage, only, open_stages)]
        brought = Brought(
            "sarcat",
            key=first.key,
            outcome=stands_at.value if stands_at else "not-retrieved",
            reason=self._reason(name, stands_at),
            votes=tuple(votes),
            notes=tuple(
                (event.who, event.note) for event in self._events(only, Act.NOTE, open_stages)
                if event.note
            ),
            labels=tuple(dict.fromkeys(
                event.val for event in self._events(only, Act.TAG, open_stages) if event.val
            )),
            members=members,
        )  # fmt: skip
        return replace(view, brought=brought)

    def _is_blinded(self, name: str, stage: str) -> bool:
        outcome = self.state.outcomes[stage].get(name)
        several = self.state.protocol.stage(stage).reviewers_per_record > 1
        # what nobody may see yet, and what was judged at a stage that the set has not come to
        is_early = several and outcome in (Outcome.AWAITING, None)
        return is_early or self.state.is_open(name, stage)

    def _votes(
        self, name: str, stage: str, only: set[str], open_stages: set[str]
    ) -> Iterator[Vote]:
        held = [each for each in self.state.held(name, stage) if each.key in only]
        if stage not in open_stages:
            self.kept_back += len(held)
            return
        yield from (_vote(each) for each in held)
        settled = self.state.settled(name, stage)
        if settled and settled.key in only:
            yield replace(_vote(settled), settles=True)

    def _reason(self, name: str, outcome: Outcome | None) -> str | None:
        """Return the reason of an exclusion at the stage that the set has come to."""
        if outcome is not Outcome.EXCLUDED:
            return None
        last = next(stage for stage in reversed(STAGES) if name in self.state.outcomes[stage])
        return self.state.exclusion_reason(name, last)

    def _events(self, only: set[str], act: Act, open_stages: set[str]) -> Iterator[Event]:
        """Yield notes or tags on the records meant, of stages that are open to all."""
        for key in sorted(only):
            for event in self._said.get(key, ()):
                stages = {event.stage} if event.stage else set(STAGES[:1])
                if event.act == act and stages <= open_stages:
                    yield event


def _vote(decision: Decision) -> Vote:
    return Vote(
        decision.verdict, who=decision.reviewer, stage=decision.stage, reason=decision.reason,
        note=decision.note, time=decision.time,
    )  # fmt: skip
