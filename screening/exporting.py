"""Records with what was decided on them, as an export gives them out.

Blinded, as everywhere: of a stage at which a set still waits for further reviewers, no verdict,
note or label is given out (`screening.explain`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from screening.decision_logs.decisions import Decision, Outcome, standing
from screening.decision_logs.events import Act, Event
from screening.dedupe.merged import merged
from screening.selection import Only, records_of, stands
from screening.state import ReviewState
from search.brought import Brought, Vote
from search.protocol import STAGES
from search.records import Record, StoredRecord
from search.store import Store


@dataclass
class Exported:
    """The records of an export as a stream; ``kept_back`` counts verdicts that are not open yet."""

    state: ReviewState
    store: Store
    only: Only
    events: Iterable[Event] = ()
    kept_back: int = 0
    _said: dict[str, list[Event]] = field(default_factory=lambda: defaultdict(list), init=False)

    def records(self) -> Iterator[Record]:
        """Yield each record (`Only.ALL`) or each set in its merged view, with what was decided."""
        for event in standing(self.events):
            if event.act in (Act.NOTE, Act.TAG) and event.rec:
                self._said[event.rec].append(event)
        for members in records_of(self.state, self.store, self.only):
            yield self._one(members)

    def _one(self, members: list[StoredRecord]) -> Record:
        """Return one record, or one set whose first is the representative."""
        first = members[0]
        name = self.state.duplicates.representative_of(first.key)
        keys = self.state.members[name]
        view = first.record if len(members) == 1 else merged(members)[0]
        only = {first.key} if self.only is Only.ALL else set(keys)
        open_stages = {stage for stage in STAGES if not self._is_blinded(name, stage)}
        votes = [vote for stage in STAGES for vote in self._votes(name, stage, only, open_stages)]
        stands_at = stands(self.state, name)
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
            members=keys if len(keys) > 1 else (),
        )  # fmt: skip
        return replace(view, brought=brought)

    def _is_blinded(self, name: str, stage: str) -> bool:
        outcome = self.state.outcomes[stage].get(name)
        several = self.state.protocol.stage(stage).reviewers_per_record > 1
        # what nobody may see yet, and what was judged at a stage that the set has not come to
        return several and outcome in (Outcome.AWAITING, None)

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
