"""Where an engine meets its review: the reviewer's log, the records to judge, their order.

The edge: reads the folder and the database, opens the log; judging itself is `screening.engine`.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

from screening.criteria import keep
from screening.decision_logs.decisions import Outcome, standing
from screening.decision_logs.events import PILOT, Act, Event
from screening.decision_logs.judging import check_reviewer, check_stage, check_verdict
from screening.decision_logs.logs import Log
from screening.decision_logs.sealed_log import open_screening_log
from screening.dedupe.sets import DuplicateSets, Refusal
from screening.engine import Engine
from screening.lists import Which, listed_for
from screening.looked_again import SECOND_LOOK
from screening.queue import check_order, shuffled
from screening.revealing import reveal_due
from screening.sitting import Sitting
from screening.state import FULL_TEXT, TITLE_ABSTRACT, ReviewState, load
from screening.team.assigning import conflicts_of
from search.errors import BadInput
from search.faults import Fault, nearest
from search.review import Review
from search.words import counted

# Scripts may run several at once; each holds the log for some milliseconds.
WAIT = 30.0
_HOW = {Which.SECOND_LOOK: SECOND_LOOK, Which.PILOT: PILOT}  # how all records of a list are shown


@contextmanager
def open_engine(
    review: Review,
    reviewer: str,
    stage: str,
    order: str | None = None,
    *,
    which: Which = Which.QUEUE,
) -> Iterator[tuple[Engine, tuple[Fault, ...]]]:
    """Open the screening of one reviewer; gives the engine and what is wrong with the logs.

    BadInput for what the protocol does not know; SarcatError when decisions cannot be kept here.
    """
    protocol = review.protocol
    check_reviewer(protocol, reviewer)
    rules = check_stage(protocol, stage, reviewer)
    chosen = check_order(order or protocol.order)
    if review.store.is_empty():
        raise BadInput(
            "there is nothing to screen: the review has no records yet.",
            remedy="Run `sarcat search`, or `sarcat import FILE`.",
        )
    with _log(review, reviewer) as log, ExitStack() as opened:
        keep(protocol, review.decisions)
        state = load(review, log.logs)
        reveal_due(state, log)
        listed = listed_for(review, state, log.logs.told, reviewer, stage, which)
        keys = listed.keys
        elsewhere = _held_elsewhere(state, keys, reviewer, stage)
        keys = [key for key in keys if key not in elsewhere] if elsewhere else keys
        ranking = None
        if chosen == "ranked" and which is Which.QUEUE:
            from screening.ranking.ranking import PATIENCE
            from screening.ranking.review_ranking import ranking_of  # numpy takes its time to load

            # A script may wait, and gets the same order every time.
            patience = PATIENCE if sys.stdin and sys.stdin.isatty() else None
            ranking = opened.enter_context(
                ranking_of(review, state, keys, reviewer, stage, patience=patience)
            )
        sitting = Sitting(
            protocol=protocol,
            stage=rules,
            reviewer=reviewer,
            keys=keys if listed.in_order else _in_order(review, keys, reviewer, stage, chosen),
            sets={each.representative: each.members for each in state.duplicates.sets},
            records=review.store.records,
            find=state.find,
            holding=review.store.holding,
            events=log.logs.events,
            ranking=ranking,
            none_because="" if keys else listed.none_because,
            find_conflicts=partial(conflicts_of, state, reviewer, stage),
            apart=apart_of(state.duplicates),
            again=listed.again,
            how=_HOW.get(which),
        )
        notices = [*log.notices, *_told_of(elsewhere, reviewer)]
        yield Engine(sitting, log), (*notices, *log.logs.faults)


def _log(review: Review, reviewer: str, *, wait: float = 0.0) -> Log:
    sealed = review.protocol.sealed
    return open_screening_log(review.decisions, reviewer, sealed=sealed, wait=wait)


def _held_elsewhere(state: ReviewState, keys: Iterable[str], reviewer: str, stage: str) -> set[str]:
    """Return what the reviewer has judged in lines that are sealed on another device."""
    if not state.sealed:
        return set()
    return {key for key in keys if reviewer in state.sealed_by(key, stage)}


def _told_of(elsewhere: Collection[str], reviewer: str) -> Iterator[Fault]:
    """Say which records are left out since another device of the reviewer holds their verdicts."""
    if elsewhere:
        what = f"{counted(len(elsewhere), 'record')} you have judged under seal on another device."
        remedy = "They are left out here until that device reveals them."
        yield Fault(f"decisions/{reviewer}", None, "sealed", what, remedy, "warning")


def apart_of(duplicates: DuplicateSets) -> dict[str, list[Refusal]]:
    """Return the pairs that were left apart as uncertain, by each of the two sets."""
    found: dict[str, list[Refusal]] = {}
    for pair in duplicates.uncertain:
        for name in dict.fromkeys(map(duplicates.representative_of, pair.link.keys)):
            found.setdefault(name, []).append(pair)
    return found


def _in_order(review: Review, keys: list[str], reviewer: str, stage: str, order: str) -> list[str]:
    if order == "added":
        place = {key: number for number, key in enumerate(review.store.keys_as_added())}
        return sorted(keys, key=place.__getitem__)
    return shuffled(keys, review.protocol.seed, reviewer, stage)


def decide_one(
    review: Review,
    key: str,
    verdict: str,
    reviewer: str,
    stage: str,
    reason: str | None = None,
    note: str | None = None,
) -> Event:
    """Log one verdict on one record; BadInput when the protocol or the review does not allow it."""
    protocol = review.protocol
    check_reviewer(protocol, reviewer)
    rules = check_stage(protocol, stage, reviewer)
    check_verdict(protocol, rules, verdict, reason, note)
    record = review.store.record(key)
    if record is None:
        raise unknown_key(review, key)
    with _log(review, reviewer, wait=WAIT) as log:
        keep(protocol, review.decisions)
        if stage == FULL_TEXT:
            check_forwarded(load(review, log.logs), key)
        return log.append(
            Act.DECIDE, rec=key, stage=stage, val=verdict, reason=reason, note=note,
            seen=record.seen, crit=protocol.criteria_hash,
        )  # fmt: skip


def tie_one(review: Review, key: str, initiative: str, reviewer: str, *, on: bool) -> bool:
    """Log that a report is tied to an initiative, or no more; False when it was so already."""
    check_reviewer(review.protocol, reviewer)
    _check_known(review, key)
    with _log(review, reviewer, wait=WAIT) as log:
        check_forwarded(load(review, log.logs), key)
        held = [
            event for event in standing(log.logs.told)
            if (event.act, event.who, event.rec, event.val) == (Act.TIE, reviewer, key, initiative)
        ]  # fmt: skip
        if on and not held:
            log.append(Act.TIE, rec=key, stage=FULL_TEXT, val=initiative)
        for event in () if on else held:
            log.append(Act.UNDO, rec=key, stage=FULL_TEXT, target=event.eid)
        return on is not bool(held)


def say_retrieved(review: Review, key: str, had: str, reviewer: str) -> Event:
    """Log whether a report could be had; ``had`` is "yes" or "no"."""
    check_reviewer(review.protocol, reviewer)
    if had not in ("yes", "no"):
        raise BadInput(f"{had!r} is neither yes nor no.")
    _check_known(review, key)
    with _log(review, reviewer, wait=WAIT) as log:
        state = load(review, log.logs)
        check_forwarded(state, key)
        if had == "no" and state.is_judged(state.duplicates.representative_of(key), FULL_TEXT):
            raise BadInput(f"{key} was judged at full text, so it was had.")
        return log.append(Act.RETRIEVED, rec=key, stage=FULL_TEXT, val=had)


def _check_known(review: Review, key: str) -> None:
    if review.store.record(key) is None:
        raise unknown_key(review, key)


def unknown_key(review: Review, key: str) -> BadInput:
    """Return the error that says no record has this key, and which has one like it."""
    guess = nearest(key, review.store.keys())
    remedy = f"Did you mean {guess}?" if guess else "`sarcat records` lists all keys."
    return BadInput(f"no record has the key {key!r}.", remedy=remedy)


def check_forwarded(state: ReviewState, key: str) -> None:
    """Raise BadInput unless a record came to full text."""
    outcome = state.outcomes[TITLE_ABSTRACT][state.duplicates.representative_of(key)]
    if outcome is Outcome.INCLUDED:
        return
    where = {
        Outcome.AWAITING: "too few reviewers have judged its title and abstract",
        Outcome.EXCLUDED: "it is excluded at title-abstract",
        Outcome.MAYBE: "it is a maybe at title-abstract that is still to be talked over",
        Outcome.CONFLICT: "reviewers disagree on it at title-abstract",
    }[outcome]
    raise BadInput(
        f"{key} was not forwarded to full text: {where}.",
        remedy="Only records forwarded from title-abstract are judged there.",
    )
