"""What the review says of the papers that entries cite: read from the review folder."""

from __future__ import annotations

from catalogue.checking.evidence_rules import NO_ENTRY, Reports
from screening.decision_logs.decisions import Outcome, standing
from screening.decision_logs.events import Act
from screening.decision_logs.logs import read_logs
from screening.state import FULL_TEXT, TITLE_ABSTRACT, load
from search.review import Review


def reports_of(review: Review) -> Reports:
    """Return which papers the review holds, included, found retracted, and tied or excused.

    A report that could not be retrieved is undecided: nobody found it unfit.
    """
    logs = read_logs(review.decisions)
    state = load(review, logs)
    first, second = state.outcomes[TITLE_ABSTRACT], state.outcomes[FULL_TEXT]
    waiting = (Outcome.AWAITING, Outcome.CONFLICT, Outcome.MAYBE)
    undecided = {name for outcomes in (first, second) for name, each in outcomes.items()
                 if each in waiting}  # fmt: skip
    tagged = {
        state.duplicates.representative_of(event.rec)
        for event in standing(logs.told)
        if event.act == Act.TAG and event.val == NO_ENTRY and event.rec
    }
    return Reports(
        held=dict(state.identifiers),
        included={name for name, each in second.items() if each is Outcome.INCLUDED},
        retracted={state.duplicates.representative_of(each.key)
                   for each in review.store.records() if each.record.retracted},
        undecided=undecided | (state.not_retrieved & second.keys()),
        tied=set(state.ties),
        excused=tagged,
    )  # fmt: skip
