"""Who is in a pilot, and on what: their verdicts are told when all of them have judged.

Pure. A pilot is on from the first decision that was made in it (`sarcat screen --pilot`): the
decision says so itself, so that every machine knows alike, under seal as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from screening.decision_logs.decisions import standing
from screening.decision_logs.events import PILOT, Act, Event
from screening.dedupe.sets import DuplicateSets
from search.protocol import Protocol


@dataclass(frozen=True, slots=True)
class Piloting:
    """The sets on which somebody has judged in a pilot, and who is to judge each of them."""

    sets: frozenset[str] = frozenset()
    judges: frozenset[str] = frozenset()


def piloting_of(
    protocol: Protocol, events: Iterable[Event], duplicates: DuplicateSets
) -> dict[str, Piloting]:
    """Return the pilot at each stage that has one.

    Its judges are those at work who have begun it; where the stage assigns records to a team, the
    whole team. Who retires is not waited for.
    """
    made: dict[str, list[Event]] = {}
    for event in standing(events).of(Act.DECIDE):
        if event.how == PILOT and event.stage:
            made.setdefault(event.stage, []).append(event)
    found = {}
    for stage, decisions in made.items():
        begun = {event.who for event in decisions}
        is_whole = protocol.stage(stage).assigned
        judges = (each.name for each in protocol.reviewers
                  if each.is_at(stage) and (is_whole or each.name in begun))  # fmt: skip
        sets = (duplicates.representative_of(event.rec or "") for event in decisions)
        found[stage] = Piloting(frozenset(sets), frozenset(judges))
    return found
