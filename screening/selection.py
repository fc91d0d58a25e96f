"""Which records are meant by "included", "awaiting" and the like, and how they are given out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import groupby
from typing import Any

from screening.decision_logs.decisions import Outcome
from screening.dedupe.merged import merged
from screening.state import FULL_TEXT, TITLE_ABSTRACT, ReviewState
from search.records import StoredRecord, to_contract
from search.store import Store


class Only(StrEnum):
    """A choice of records. All but `all` name duplicate sets, each once."""

    ALL = "all"  # every record as its source gave it
    UNIQUE = "unique"
    INCLUDED = "included"  # passed the last stage
    EXCLUDED = "excluded"  # at either stage
    CONFLICT = "conflict"  # reviewers disagree, or a maybe is to be talked over
    AWAITING = "awaiting"  # too few have judged, at the stage where it stands


OUTCOMES = {
    Only.EXCLUDED: {Outcome.EXCLUDED},
    Only.CONFLICT: {Outcome.CONFLICT, Outcome.MAYBE},
    Only.AWAITING: {Outcome.AWAITING},
    Only.INCLUDED: {Outcome.INCLUDED},
}


def select(state: ReviewState, only: Only) -> list[str]:
    """Return the keys of the records meant, in order; of sets, the representatives' keys."""
    if only is Only.ALL:
        return sorted(key for members in state.members.values() for key in members)
    if only is Only.UNIQUE:
        return list(state.members)
    return [name for name in state.members if stands(state, name) in OUTCOMES[only]]


def stands(state: ReviewState, name: str) -> Outcome | None:
    """Return the outcome at the stage that a set has come to; None: its report was not had."""
    if name in state.not_retrieved and name in state.outcomes[FULL_TEXT]:
        return None
    return state.outcomes[FULL_TEXT].get(name, state.outcomes[TITLE_ABSTRACT][name])


def documents(state: ReviewState, store: Store, only: Only) -> Iterator[dict[str, Any]]:
    """Stream the records meant as JSON values of the contract.

    A duplicate set is given in its merged view, with ``members`` and, where it has several,
    ``merged_from``: for each field the key of the record that it came from.
    """
    for members in records_of(state, store, only):
        yield document_of(state, members)


def records_of(state: ReviewState, store: Store, only: Only) -> Iterator[list[StoredRecord]]:
    """Stream the records meant: one list for each record (`all`) or duplicate set."""
    chosen = select(state, only)
    if only is Only.ALL:
        yield from ([record] for record in store.records(chosen))
        return
    keys = [key for name in chosen for key in state.members[name]]
    found = store.records(keys)
    by_set = groupby(found, key=lambda record: state.duplicates.representative_of(record.key))
    yield from (list(members) for _name, members in by_set)


def document_of(state: ReviewState, members: list[StoredRecord]) -> dict[str, Any]:
    """Return one record, or one set whose first is the representative, as JSON values."""
    first = members[0]
    name = state.duplicates.representative_of(first.key)
    if len(members) == 1:
        return to_contract(first, None if name == first.key else name)
    view, origins = merged(members)
    met = sorted({each for record in members for each in record.sources},
                 key=lambda each: (each.run, each.source))  # fmt: skip
    document = to_contract(StoredRecord(first.key, view, tuple(met)))
    document["members"] = [record.key for record in members]
    document["merged_from"] = origins
    return document


def lines(documents: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Give each record as one line: key, year, title."""
    for each in documents:
        title = " ".join((each["title"] or "(no title)").split())
        same = f"  = {each['duplicate_of']}" if each["duplicate_of"] else ""
        yield f"{each['key']}  {each['year'] or '----'}  {title}{same}"
