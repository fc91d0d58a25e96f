"""The edge of the ranking: a review's records, words and decisions put together for one reviewer.

What a reviewer's ranking learns from must tell him nothing of what others decided: his own
verdicts, and verdicts on records that as many have judged as the protocol asks for, on which all
agree, or which were settled.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from screening.decision_logs.decisions import Outcome
from screening.decision_logs.events import Event, Verdict
from screening.ranking.kept_features import features_kept
from screening.ranking.own_words import own_words, text_of
from screening.ranking.ranker import Ranker, richness_of
from screening.ranking.ranking import Lot, Ranking
from screening.state import ReviewState
from search.records import StoredRecord
from search.review import Review

Watch = Callable[[Iterable[StoredRecord]], Iterable[StoredRecord]]
FINISHED = {
    Outcome.INCLUDED: Verdict.INCLUDE.value,
    Outcome.MAYBE: Verdict.MAYBE.value,
    Outcome.EXCLUDED: Verdict.EXCLUDE.value,
}


def ranking_of(
    review: Review,
    state: ReviewState,
    queue: Collection[str],
    reviewer: str,
    stage: str,
    *,
    patience: float | None = None,
    watch: Watch = iter,
) -> Ranking:
    """Return the ranking of ``queue``, the sets that are this reviewer's at a stage."""
    protocol = review.protocol
    names = [name for name in state.members if name in state.outcomes[stage]]
    lot = Lot(protocol.random_share, protocol.seed, reviewer, stage)
    words = own_words(protocol)
    texts, titles = texts_of(review, state, names, watch)
    kept = review.database_path.with_name(f"{review.database_path.name}-ranking.npz")
    features = features_kept(kept, (*texts, words), (*titles, ""), own=1)
    rows = {name: row for row, name in enumerate(names)}
    known = {state.find(identifier) for identifier in protocol.known}
    places = {name: place for place, name in enumerate(lot.order(names))}
    ranker = Ranker(
        features,
        own=1,
        known=sorted(rows[name] for name in known if name in rows),
        places=[places[name] for name in names],
        richness=richness_of(words),
    )
    known_verdicts = lifted(state, stage, reviewer)
    return Ranking(ranker, names, lot, queue=queue, lifted=known_verdicts, patience=patience)


def put_high_of(
    review: Review, state: ReviewState, decisions: Mapping[str, Event], reviewer: str, stage: str,
    watch: Watch = iter,
) -> list[str]:  # fmt: skip
    """Return the sets that a reviewer excluded and the ranking puts high, the highest first."""
    with ranking_of(review, state, list(decisions), reviewer, stage, watch=watch) as ranking:
        return ranking.put_high({name: event.val or "" for name, event in decisions.items()})


def lifted(state: ReviewState, stage: str, reviewer: str) -> dict[str, str]:
    """Return the verdicts on sets that are no secret to a reviewer any more, without his own."""
    return {
        name: FINISHED[outcome]
        for name, outcome in state.outcomes[stage].items()
        if outcome in FINISHED
        and all(decision.reviewer != reviewer for decision in state.held(name, stage))
    }


def texts_of(
    review: Review, state: ReviewState, names: list[str], watch: Watch = iter
) -> tuple[list[str], list[str]]:
    """Return text and title of each set: of its first record, or another that has an abstract."""
    first_of = {key: name for name in names for key in state.members[name]}
    best: dict[str, tuple[bool, str, str]] = {}
    for stored in watch(review.store.records(list(first_of))):
        name, record = first_of[stored.key], stored.record
        if name not in best or (record.abstract and not best[name][0]):
            best[name] = (bool(record.abstract), text_of(record), record.title or "")
    found = [best.get(name, (False, "", "")) for name in names]
    return [text for _, text, _ in found], [title for _, _, title in found]
