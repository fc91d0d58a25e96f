"""How records and the outcome of their screening are worded for other programs."""

from __future__ import annotations

import re

from search.importers.own import LABEL
from search.records import Record

_MARKUP = re.compile(r"</?\w|&#?\w+;")
# ASReview knows two labels; what is not settled has none.
_LABELS = {"included": "relevant", "excluded": "irrelevant"}


def label_of(record: Record) -> str:
    """Return ASReview's label: relevant, irrelevant, or not_seen."""
    return _LABELS.get((record.brought and record.brought.outcome) or "", "not_seen")


def label_word(record: Record) -> str | None:
    """Return the outcome as a keyword, by which records can be found in Zotero or EndNote."""
    outcome = record.brought and record.brought.outcome
    return f"{LABEL}{outcome}" if outcome else None


def decisions_of(record: Record) -> str:
    """Return who decided what, on one line, for people to read."""
    votes = record.brought.votes if record.brought else ()
    return "; ".join(
        " ".join(filter(None, (
            f"{vote.who or 'somebody'}:", vote.verdict, f"({vote.reason})" if vote.reason else None,
            f"at {vote.stage}" if vote.stage else None, "settling" if vote.settles else None,
        )))
        for vote in votes
    )  # fmt: skip


def has_markup(text: str | None) -> bool:
    """Return whether a program that reads HTML in a text would change it."""
    return bool(text and _MARKUP.search(text))
