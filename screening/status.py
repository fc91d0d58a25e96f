"""The state of a review in numbers, as the contract gives them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from screening.decision_logs.decisions import Outcome
from screening.decision_logs.events import Verdict
from screening.looked_again import Looked
from screening.state import FULL_TEXT, TITLE_ABSTRACT, ReviewState
from screening.team.assigning import progress_of, shortages
from search.words import counted


def status_of(
    state: ReviewState, catalogue: Mapping[str, int] | None = None, outdated: int = 0
) -> dict[str, Any]:
    """Return the numbers of a review as JSON values.

    ``retrieved`` counts records, ``unique`` duplicate sets; ``by_source`` counts under each source
    the records that appeared in it, so that one which two sources gave counts under both.
    At a stage ``screened`` is the sum of ``included``, ``excluded``, ``maybe`` and ``conflicts``:
    sets that as many have judged as the protocol asks for. ``maybe`` are those on which nobody said
    include and not all said exclude: forwarded with the included ones where the protocol has a
    maybe count as include, talked over where not. ``sealed`` counts by stage those of the
    ``awaiting`` that have all their reviewers, and lines that are not shared yet.
    ``outdated`` is how many decisions a change of the criteria touches.
    ``catalogue`` has the keys initiatives, national, international, left_out (entries with faults,
    which are none of the initiatives); None where nobody counts them.
    """
    keys = {key for members in state.members.values() for key in members}
    full_text = _stage(state, FULL_TEXT)
    full_text["not_retrieved"] = len(state.not_retrieved & state.outcomes[FULL_TEXT].keys())
    full_text["awaiting"] -= full_text["not_retrieved"]
    first = _stage(state, TITLE_ABSTRACT)
    first["not_screened"] = len(state.not_screened)
    first["awaiting"] -= first["not_screened"]
    return {
        "records": {
            "retrieved": len(keys),
            "by_source": _by_source(state),
            "duplicates_removed": len(keys) - len(state.members),
            "unique": len(state.members),
        },
        "screening": {TITLE_ABSTRACT: first, FULL_TEXT: full_text},
        "included": _count(state, FULL_TEXT, Outcome.INCLUDED),
        "catalogue": {
            name: None if catalogue is None else catalogue.get(name, 0)
            for name in ("initiatives", "national", "international", "left_out")
        },
        "runs": [{"id": run.id, "state": run.state, "problem": run.problem} for run in state.runs],
        "log_faults": [str(fault) for fault in state.faults],
        "judged_but_unknown": list(state.strangers),
        "uncertain_duplicates": len(state.duplicates.uncertain),
        "second_look": {
            stage: {"looked_at": each.at, "changed": each.changed}
            for stage in (TITLE_ABSTRACT, FULL_TEXT)
            for each in (state.second_looks.get(stage, Looked()),)
        },
        "sealed": {
            stage: _judged_under_seal(state, stage) for stage in (TITLE_ABSTRACT, FULL_TEXT)
        },
        "reviewers": progress_of(state),
        "outdated_decisions": outdated,
        "shortages": shortages(state),
    }


def _by_source(state: ReviewState) -> dict[str, int]:
    found: dict[str, set[str]] = {}
    for run in state.runs:
        found.setdefault(run.source, set()).update(state.keys_by_run.get(run.id, ()))
    return {source: len(found[source]) for source in sorted(found)}


def _count(state: ReviewState, stage: str, outcome: Outcome) -> int:
    return sum(each is outcome for each in state.outcomes[stage].values())


def _stage(state: ReviewState, stage: str) -> dict[str, int]:
    at = state.outcomes[stage]
    maybe = sum(_is_maybe(state, name, stage, outcome) for name, outcome in at.items())
    forwarded = _count(state, stage, Outcome.INCLUDED) + _count(state, stage, Outcome.MAYBE)
    awaiting = _count(state, stage, Outcome.AWAITING)
    return {
        "screened": len(at) - awaiting,
        "included": forwarded - maybe,
        "excluded": _count(state, stage, Outcome.EXCLUDED),
        "maybe": maybe,
        "conflicts": _count(state, stage, Outcome.CONFLICT),
        "awaiting": awaiting,
    }


def _judged_under_seal(state: ReviewState, stage: str) -> int:
    """Return how many sets have all their reviewers, some of whose lines are sealed still."""
    needed, judges = state.protocol.stage(stage).reviewers_per_record, state.judges[stage]
    sealed = {state.duplicates.representative_of(key) for key, at in state.sealed if at == stage}
    return sum(
        len(judges[name]) >= needed for name in sealed
        if state.outcomes[stage].get(name) is Outcome.AWAITING
    )  # fmt: skip


def _is_maybe(state: ReviewState, name: str, stage: str, outcome: Outcome) -> bool:
    """Return whether a set is decided, not excluded, and nobody said include."""
    if outcome not in (Outcome.INCLUDED, Outcome.MAYBE):
        return False
    settled = state.settled(name, stage)
    judged = [settled] if settled else state.held(name, stage)
    return all(decision.verdict != Verdict.INCLUDE for decision in judged)


def _retired(until: str | None) -> str:
    return f"retired since {until}" if until else "retired"


def lines(status: Mapping[str, Any]) -> Iterator[str]:
    """Give the numbers as text, what went wrong first: failure never looks like emptiness."""
    for run in status["runs"]:
        if run["state"] in ("failed", "partial"):
            why = run["problem"] or "no reason was kept"
            yield f"! search run {run['id']} is {run['state']}: {why}"
    yield from (f"! {fault}" for fault in status["log_faults"])
    if unknown := status["judged_but_unknown"]:
        yield f"! {len(unknown)} judged records are not here, first {unknown[0]}"
    yield from (f"! {shortage}" for shortage in status["shortages"])
    if outdated := status["outdated_decisions"]:
        rests = "rests" if outdated == 1 else "rest"
        yield (f"! {counted(outdated, 'decision')} {rests} on criteria that changed; see "
               "`sarcat outdated`")  # fmt: skip
    if left_out := status["catalogue"]["left_out"]:
        entries = counted(left_out, "catalogue entry", "catalogue entries")
        yield f"! {entries} left out for faults; see `sarcat catalogue check`"
    records = status["records"]
    if not status["runs"]:
        yield "No search has been run and nothing imported yet."
    yield f"{'Records':<16}{records['retrieved']} retrieved"
    for name, count in records["by_source"].items():
        yield f"{'':<18}{count} from {name}"
    yield f"{'':<16}{counted(records['duplicates_removed'], 'duplicate')} removed"
    yield f"{'':<16}{records['unique']} unique"
    if uncertain := status["uncertain_duplicates"]:
        were = "was" if uncertain == 1 else "were"
        yield (f"{'':<16}{counted(uncertain, 'pair')} that may be duplicates and {were} left "
               "apart")  # fmt: skip
        yield f"{'':<18}judge them: sarcat duplicates --as NAME"
    for stage, title in ((TITLE_ABSTRACT, "Title/abstract"), (FULL_TEXT, "Full text")):
        yield f"{title:<16}" + ", ".join(
            counted(count, "conflict")
            if name == "conflicts"
            else f"{count} {name.replace('_', ' ')}"
            for name, count in status["screening"][stage].items()
        )
        yield from (
            f"{'':<18}{each['reviewer']}: {each['decided']} decided, "
            + (_retired(each["until"]) if each["retired"] else f"{each['left']} left")
            for each in status["reviewers"] if each["stage"] == stage
        )  # fmt: skip
        if sealed := status["sealed"][stage]:
            yield f"{'':<18}{sealed} of those awaiting are judged, with lines still sealed"
        again = status["second_look"][stage]
        if again["looked_at"]:
            yield (f"{'':<18}second look: {counted(again['looked_at'], 'exclusion')} judged again, "
                   f"{again['changed']} changed")  # fmt: skip
    yield f"{'Included':<16}{status['included']}"
    if status["catalogue"]["initiatives"] is not None:
        words = "{initiatives} initiatives: {national} national, {international} international"
        yield f"{'Catalogue':<16}{words.format(**status['catalogue'])}"
