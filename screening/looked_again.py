"""What second looks at exclusions came to, counted from the logs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from screening.decision_logs.events import Act, Event, Verdict
from screening.dedupe.sets import DuplicateSets
from search.protocol import STAGES

SECOND_LOOK = "second-look"  # how a record came to be shown


@dataclass(frozen=True, slots=True)
class Looked:
    """How many exclusions were judged again for a second look, and how many of them changed."""

    at: int = 0
    changed: int = 0


def looked_again(events: Iterable[Event], duplicates: DuplicateSets) -> dict[str, Looked]:
    """Return what second looks came to at each stage where there were any.

    ``events`` are those that stand. Counted over all reviewers: a set that two of them looked at
    again counts twice. What was judged once more after its second look counts no less.
    """
    newest: dict[tuple[str, str, str], bool] = {}
    for event in events:
        if event.how == SECOND_LOOK and event.act == Act.DECIDE and event.stage and event.rec:
            name = duplicates.representative_of(event.rec)
            newest[event.stage, event.who, name] = event.val != Verdict.EXCLUDE
    at = Counter(stage for stage, _who, _name in newest)
    changed = Counter(stage for (stage, _who, _name), is_changed in newest.items() if is_changed)
    return {stage: Looked(at[stage], changed[stage]) for stage in STAGES if at[stage]}
