"""How far a review's reviewers agree: pairs, tables and the reasons of disagreement.

Only first independent judgements count (DS-02): of each duplicate set, what each reviewer held at
the moment when as many had judged it as the protocol asks for. Until then nobody sees another's
verdict, so that a slip put right before it is still independent; whatever is changed after it is
reconciliation. Adjudications count in no figure (TM-11).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from screening.decision_logs.events import Act, Event, Verdict
from screening.state import ReviewState
from screening.team import agreement
from screening.team.piloting import Piloting
from search.protocol import Stage
from search.words import counted

#: The order of rows and columns in every table.
CATEGORIES = (Verdict.INCLUDE.value, Verdict.MAYBE.value, Verdict.EXCLUDE.value)
Judgement = tuple[str, str | None]  # verdict and reason
Snapshot = Mapping[str, Mapping[str, Judgement]]  # of each set, by reviewer


@dataclass(frozen=True, slots=True)
class Pair:
    """Two reviewers at one stage: a table of verdicts (rows: the first), and their reasons.

    ``apart`` counts, for each exclusion reason, the sets that one excluded by it and the other did
    not exclude; ``otherwise`` those that both excluded, by different reasons.
    """

    stage: str
    reviewers: tuple[str, str]
    table: tuple[tuple[int, ...], ...]
    maybe_is_include: bool
    apart: Mapping[str, int]
    otherwise: Mapping[tuple[str, str], int]

    @property
    def judged(self) -> int:
        """Return how many duplicate sets both have judged independently."""
        return sum(map(sum, self.table))

    @property
    def counted(self) -> tuple[tuple[int, ...], ...]:
        """Return the table that the figures are worked out from: as the protocol counts a maybe."""
        if not self.maybe_is_include:
            return self.table
        (a, b, c), (d, e, f), (g, h, i) = self.table
        return (a + b + d + e, c + f), (g + h, i)


def pairs(
    state: ReviewState,
    events: Iterable[Event],
    only: Collection[str] | None = None,
    judges: int = 0,
) -> Iterator[Pair]:
    """Give every pair of reviewers that judged a set both, by stage and name.

    ``only`` are the duplicate sets to look at; all where it is None. ``judges`` is how many are to
    have judged a set, where that is more than the protocol asks for.
    """
    events = sorted(events, key=lambda event: event.order)
    for stage in state.protocol.stages:
        found = independent(state, events, stage, judges)
        held = {name: by for name, by in found.items() if only is None or name in only}
        reviewers = sorted({who for by in held.values() for who in by})
        for one, other in combinations(reviewers, 2):
            both = [(by[one], by[other]) for by in held.values() if one in by and other in by]
            if both:
                yield _pair(stage, (one, other), both)


def independent(
    state: ReviewState, events: Iterable[Event], stage: Stage, judges: int = 0
) -> Snapshot:
    """Return what reviewers held on each set when it was first judged by as many as are asked.

    ``events`` in logical order; ``judges`` as in `pairs`. Sets that still wait are left out, and
    those of which a line is under seal: what it says is part of the figures once it is known.
    """
    pilot = state.piloting.get(stage.name, Piloting())
    waiting = state.waiting_in_pilot(stage.name)

    def needed(name: str) -> int:
        in_pilot = len(pilot.judges) if name in pilot.sets else 0
        return max(stage.reviewers_per_record, judges, in_pilot)

    held: dict[str, dict[str, dict[str, Event]]] = defaultdict(lambda: defaultdict(dict))
    decided: dict[str, Event] = {}
    found: dict[str, dict[str, Judgement]] = {}
    for event in events:
        if event.act == Act.DECIDE and event.stage == stage.name and event.rec:
            name = state.duplicates.representative_of(event.rec)
            decided[event.eid] = event
            held[name][event.who][event.eid] = event
            if name not in found and len(held[name]) >= needed(name) > 1:
                found[name] = {who: _newest(by) for who, by in held[name].items()}
        elif event.act == Act.UNDO and event.target in decided:
            undone = decided[event.target]
            if undone.who == event.who and undone.rec:
                by_reviewer = held[state.duplicates.representative_of(undone.rec)]
                by_reviewer[event.who].pop(undone.eid, None)
                if not by_reviewer[event.who]:
                    del by_reviewer[event.who]
    return {
        name: by for name, by in found.items()
        if name not in waiting and all(verdict for verdict, _reason in by.values())
    }  # fmt: skip


def _newest(events: Mapping[str, Event]) -> Judgement:
    newest = max(events.values(), key=lambda event: event.order)
    return newest.val or "", newest.reason


def _pair(
    stage: Stage, reviewers: tuple[str, str], both: list[tuple[Judgement, Judgement]]
) -> Pair:
    cells = Counter((one[0], other[0]) for one, other in both)
    excluded = Verdict.EXCLUDE.value
    apart = Counter(
        judgement[1] or "no reason"
        for pair in both
        for judgement, against in (pair, pair[::-1])
        if judgement[0] == excluded != against[0]
    )
    otherwise = Counter(
        (one[1] or "no reason", other[1] or "no reason")
        for one, other in both
        if one[0] == other[0] == excluded and one[1] != other[1]
    )
    return Pair(
        stage=stage.name,
        reviewers=reviewers,
        table=tuple(tuple(cells[row, column] for column in CATEGORIES) for row in CATEGORIES),
        maybe_is_include=stage.maybe_counts_as == "include",
        apart=dict(sorted(apart.items(), key=lambda each: (-each[1], each[0]))),
        otherwise=dict(sorted(otherwise.items(), key=lambda each: (-each[1], each[0]))),
    )


# --- as values and as text -----------------------------------------------------------------------


def to_document(pair: Pair) -> dict[str, Any]:
    """Return a pair as JSON values; a figure that is undefined is null."""
    table = pair.counted
    last = len(table) - 1
    return {
        "stage": pair.stage,
        "reviewers": list(pair.reviewers),
        "judged_by_both": pair.judged,
        "categories": list(CATEGORIES),
        "table": [list(row) for row in pair.table],
        "maybe_counts_as": "include" if pair.maybe_is_include else "maybe",
        "agreement": agreement.percent_agreement(table),
        "agreement_interval": list(agreement.wilson(_same(table), pair.judged)),
        "positive_agreement": agreement.positive_agreement(table, 0),
        "negative_agreement": agreement.positive_agreement(table, last),
        "kappa": _estimate(agreement.cohen_kappa_estimate(table)),
        "pabak": agreement.pabak(table),
        "ac1": _estimate(agreement.gwet_ac1_estimate(table)),
        "excluded_by_one_only": dict(pair.apart),
        "excluded_for_other_reasons": [
            {"reasons": list(reasons), "sets": count} for reasons, count in pair.otherwise.items()
        ],
    }


def _same(table: agreement.Table) -> int:
    return sum(table[at][at] for at in range(len(table)))


def _estimate(found: agreement.Estimate | None) -> dict[str, Any] | None:
    """Return a figure with its interval, null where these records tell nothing of its error.

    A normal interval may reach beyond 1, where no agreement is.
    """
    if found is None:
        return None
    low, high = (min(max(each, -1.0), 1.0) for each in found.interval)
    return {"value": found.value, "interval": [low, high] if found.se > _NO_ERROR else None}


_NO_ERROR = 1e-9  # a sum that comes to 0, but for the last digits


def lines(pair: Pair) -> Iterator[str]:
    """Give a pair as text."""
    said = to_document(pair)
    one, other = pair.reviewers
    yield f"{pair.stage}: {one} and {other}, {counted(pair.judged, 'record')} judged by both"
    yield f"  {'agreement':<22}{_share(said['agreement'])}  {_span(said['agreement_interval'])}"
    yield f"  {'on inclusions':<22}{_share(said['positive_agreement'])}"
    yield f"  {'on exclusions':<22}{_share(said['negative_agreement'])}"
    for name, label in (("kappa", "Cohen's kappa"), ("ac1", "Gwet's AC1")):
        found = said[name]
        yield f"  {label:<22}{_with_span(found) if found else _UNDEFINED}"
    yield f"  {'PABAK':<22}{said['pabak']:.3f}"
    yield from _table_lines(pair)
    for reason, count in pair.apart.items():
        yield f"  {count} excluded by one only, by {reason}"
    for (first, second), count in pair.otherwise.items():
        yield f"  {count} excluded by both, {one} by {first}, {other} by {second}"


_UNDEFINED = "undefined: one record alone, or all judgements are of one kind"


def _share(value: float | None) -> str:
    return _UNDEFINED if value is None else f"{value:.1%}"


def _with_span(found: dict[str, Any]) -> str:
    if found["interval"] is None:
        return f"{found['value']:.3f}  (no interval: all records fall alike)"
    return f"{found['value']:.3f}  {_span(found['interval'], 3)}"


def _span(interval: list[float], digits: int = 1) -> str:
    low, high = (f"{each:.{digits}f}" if digits > 1 else f"{each:.1%}" for each in interval)
    return f"(95 % interval {low} to {high})"


def _table_lines(pair: Pair) -> Iterator[str]:
    one, other = pair.reviewers
    yield f"  {one} down, {other} across:"
    yield "    " + " " * 9 + "".join(f"{name:>9}" for name in CATEGORIES)
    for name, row in zip(CATEGORIES, pair.table, strict=True):
        yield f"    {name:<9}" + "".join(f"{count:>9}" for count in row)
