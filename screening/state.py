"""The state of a review put together from its records, duplicate sets and judgements, read once.

`state_of` is pure; `load` reads the folder.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
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
from screening.decision_logs.events import Act, Event
from screening.dedupe.sets import DuplicateSets
from screening.looked_again import looked_again
from screening.review_state import FULL_TEXT, TITLE_ABSTRACT, Naming, ReviewState
from screening.stops import Stop, stops_of
from screening.team.piloting import piloting_of
from search.collecting import uncollected
from search.faults import Fault
from search.protocol import Protocol, Stage
from search.runs import SearchRun

if TYPE_CHECKING:
    from screening.decision_logs.logs import Logs
    from search.review import Review

__all__ = ["FULL_TEXT", "TITLE_ABSTRACT", "ReviewState", "load", "state_of"]


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
        piloting=piloting_of(protocol, events, duplicates),
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
        not_screened=_not_screened(base, stop, first) if stop else frozenset(),
        not_retrieved=_not_retrieved(base, events),
    )
    state.__dict__["members"] = base.members  # worked out already
    return state


def _outcomes(state: ReviewState, names: Iterable[str], stage: str) -> dict[str, Outcome]:
    """Return where each of these sets stands; most of a large review nobody has judged yet."""
    found = dict.fromkeys(names, Outcome.AWAITING)
    if not found:
        return found
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
    sealed = {state.duplicates.representative_of(key) for key, at in state.sealed if at == stage}
    sealed.update(state.waiting_in_pilot(stage))
    for name, decisions in held.items():
        if name in sealed:
            continue  # its outcome is not known before all lines are shared, or all have judged
        if len(decisions) >= rules.reviewers_per_record and name in found:
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


def _not_screened(state: ReviewState, stop: Stop, outcomes: Iterable[str]) -> frozenset[str]:
    """Return the sets that a stop left unread: nobody judged them, and they were there by then."""
    return frozenset(
        name for name in outcomes
        if state.came_at[name] <= stop.time and not state.is_judged(name, stop.stage)
    )  # fmt: skip


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
