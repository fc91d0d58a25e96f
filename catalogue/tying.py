"""What screening may ask of the catalogue: its entries by name, and a draft for a report."""

from __future__ import annotations

import datetime
from pathlib import Path

from catalogue.entries.drafts import draft
from catalogue.entries.reading import Entry, read_entries
from catalogue.history.change_log import kept_changes
from catalogue.history.entry_history import gone
from catalogue.lookup import free_place
from screening.ties import Named
from search.errors import BadInput
from search.files import write_whole
from search.records import Record
from search.review import Review


class Entries:
    """The catalogue of a review, as `screening.ties.Catalogue`."""

    def names(self, review: Review) -> list[Named]:
        """Return the entries of a review, drafts with faults too, by id."""
        return [_named(entry) for entry in read_entries(review.initiatives)]

    def begin(self, review: Review, id: str, record: Record) -> None:
        """Begin a draft entry from a report; BadInput when the id is taken or is none."""
        begin_entry(review, id, record)


def begin_entry(review: Review, id: str, record: Record | None) -> Path:
    """Write a draft and return where it is; BadInput when the id is taken or is none."""
    path = free_place(id, review.initiatives, list(read_entries(review.initiatives)))
    past = gone(kept_changes(review)).get(id)
    if past:
        what = f"{past.change.name!r} bore this id until {past.day}."
        remedy = "An id is never used again: choose another."
        raise BadInput(what, where=repr(id), remedy=remedy)
    path.parent.mkdir(exist_ok=True)
    write_whole(path, draft(id, datetime.datetime.now().astimezone().date(), record))
    return path


def _named(entry: Entry) -> Named:
    read = entry.initiative
    if read is None:
        return Named(entry.id, "(a draft)")
    names = (read.name, read.acronym, *read.aliases, *read.former_ids, *read.name_local.values())
    return Named(entry.id, read.name or "(a draft)", tuple(filter(None, names)))
