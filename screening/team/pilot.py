"""The pilot: a few records that all judge first, and whether they agree enough to go on (DS-04).

The Joanna Briggs Institute asks for some 25 titles and abstracts, judged by the whole team, and for
75 per cent of agreement before the rest is screened.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from screening.decision_logs.events import Act, Event
from screening.queue import shuffled
from screening.state import ReviewState
from screening.team import agreement
from screening.team.agreeing import Pair, pairs
from search.protocol import Stage
from search.words import counted

NO_SAMPLE = "none of its records was there when screening began"


@dataclass(frozen=True, slots=True)
class Pilot:
    """A pilot as it stands: its sample, who has yet to judge what, and the pairs' agreement.

    ``goes_on`` is None while somebody has yet to judge.
    """

    stage: Stage
    sample: tuple[str, ...]
    waiting: tuple[tuple[str, int], ...]  # reviewer and how many
    pairs: tuple[Pair, ...]
    goes_on: bool | None


def sample_of(state: ReviewState, events: Iterable[Event], stage: Stage) -> tuple[str, ...]:
    """Return the sets of the pilot: drawn by the protocol's seed from those there at the start.

    What is found after the first judgement never enters, so that the sample stays what it was.
    """
    judged = (e.t for e in events if e.act == Act.DECIDE and e.stage == stage.name)
    first = min(judged, default=None)
    there = {
        key
        for run in state.runs
        if first is None or run.executed_at <= first
        for key in state.keys_by_run.get(run.id, ())
    }
    names = [name for name in state.outcomes[stage.name] if there & set(state.members[name])]
    return tuple(shuffled(names, state.protocol.seed, "pilot", stage.name)[: stage.pilot])


def pilot_of(state: ReviewState, events: Sequence[Event], stage: Stage) -> Pilot:
    """Return how the pilot of a stage stands.

    The reviewers are those who have judged of it, at least as many as the protocol asks for of its
    own, in its order; where the stage assigns records to a team, the whole team.
    """
    sample = sample_of(state, events, stage)
    judged = {name: state.judges[stage.name].get(name, set()) for name in sample}
    began = set().union(*judged.values()) if judged else set()
    team = [each.name for each in state.protocol.reviewers if each.is_at(stage.name)]
    retired = {each.name for each in state.protocol.reviewers if each.retired}
    asked = sorted(began, key=lambda who: (team.index(who) if who in team else len(team), who))
    least = len(team) if stage.assigned else max(stage.reviewers_per_record, 2)
    for who in team:
        if len(asked) < least and who not in asked:
            asked.append(who)
    waiting = tuple(
        (who, left)
        for who in asked
        if who not in retired and (left := sum(who not in by for by in judged.values()))
    )
    # of those who are through all that all have judged counts, until then what there is
    judges = 0 if waiting else sum(who not in retired for who in asked)
    found = tuple(each for each in pairs(state, events, sample, judges) if each.stage == stage.name)
    return Pilot(stage, sample, waiting, found, _goes_on(stage, sample, waiting, found))


def _goes_on(
    stage: Stage, sample: Sequence[str], waiting: Sequence[object], found: Sequence[Pair]
) -> bool | None:
    if waiting or not sample or not found:
        return None
    shares = [agreement.percent_agreement(pair.counted) or 0.0 for pair in found]
    return min(shares) * 100 >= stage.pilot_agreement


def lines(pilot: Pilot) -> list[str]:
    """Give a pilot as text: where it stands, and what follows from it."""
    if not pilot.sample:
        return [f"Pilot at {pilot.stage.name}: {NO_SAMPLE}, so there is nothing to draw from."]
    said = [
        f"Pilot at {pilot.stage.name}: {counted(len(pilot.sample), 'record')}, drawn by the seed."
    ]
    said += [
        f"  {who} has {left} of them to judge: `sarcat screen --pilot`."
        for who, left in pilot.waiting
    ]
    if pilot.goes_on is None:
        return said
    wanted = f"{pilot.stage.pilot_agreement} % are asked for"
    if pilot.goes_on:
        return [*said, f"  Go: every pair agrees enough ({wanted})."]
    return [*said, f"  Not yet: a pair agrees on too few ({wanted}). Talk over the criteria that "
            "stand below, mend their words in the protocol, and judge again."]  # fmt: skip
