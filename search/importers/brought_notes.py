"""How a record was judged, as programs write it into notes, read out of them.

Sarcat's own exports hold one note with everything that the format has no field for (`own_note`);
other programs have their own wordings (`other_notes`).
"""

from __future__ import annotations

from dataclasses import replace

from search.brought import Brought
from search.importers.other_notes import asreview_notes, covidence, rayyan
from search.importers.own import LABEL, OWN
from search.importers.own_note import own_note
from search.records import Record

_TELLING = (OWN, "RAYYAN-", "USER-NOTES", "ASReview_", "asreview_", "Exclusion reason:",
            "sarcat: {&quot;")  # fmt: skip


def with_brought(record: Record) -> Record:
    """Return the record with what its notes say of its screening taken out of them and read."""
    # a plain loop: most records have nothing of the kind, and a generator costs more than that
    for word in record.keywords:
        if word.startswith(LABEL):
            record = _labelled(record)
            break
    if not record.notes or not any(sign in note for note in record.notes for sign in _TELLING):
        return record
    record, said = own_note(record)
    for read in (rayyan, asreview_notes, covidence):
        record = read(record)
    # what Sarcat says are the notes are the notes, whatever they look like
    return record if said is None else replace(record, notes=(*said, *record.notes))


def _labelled(record: Record) -> Record:
    """Return the record without the keyword that says where it stood."""
    said = [word for word in record.keywords if word.startswith(LABEL)]
    keywords = tuple(word for word in record.keywords if not word.startswith(LABEL))
    return replace(
        record, keywords=keywords, brought=Brought("sarcat", outcome=said[0].removeprefix(LABEL))
    )
