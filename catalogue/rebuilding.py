"""Work the database of a review out again from its text, without a network."""

from __future__ import annotations

from screening import state
from search.review import Review
from search.runs import read_entries


def rebuild(review: Review) -> int:
    """Remove the database and work it out again; returns the number of records.

    Every run's entry is read before anything is removed: a damaged folder leaves the old database.
    """
    read_entries(review.searches)
    for suffix in ("", "-wal", "-shm"):
        path = review.database_path
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    fresh = Review(review.folder)
    state.load(fresh)
    return fresh.store.count()
