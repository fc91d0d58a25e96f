"""What a later description of a record says that the one before did not. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from search.records import Link, Record

# PubMed's RefTypes that stand on the paper concerned, and what they mean for a review
_NOTICES = {
    "RetractionIn": "retracted",
    "RetractedandRepublishedIn": "retracted",
    "PartialRetractionIn": "retracted",
    "ErratumIn": "erratum",
    "ExpressionOfConcernIn": "expression-of-concern",
    "CorrectedandRepublishedIn": "republished",
    "UpdateIn": "updated",  # a preprint whose article has come out
}
WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed in a record.

    ``kind`` is retracted, no-longer-retracted, erratum, expression-of-concern, republished,
    updated, title, abstract, or withdrawn (PubMed has the record no more); ``detail`` says more:
    the notice, or the title as it was.
    """

    key: str
    kind: str
    detail: str | None = None


def changes_between(key: str, old: Record, new: Record) -> Iterator[Change]:
    """Yield what changed in a record that a review must know of."""
    notices = [link for link in new.links if link.kind in _NOTICES and link not in old.links]
    for link in notices:
        yield Change(key, _NOTICES[link.kind], _named(link))
    if (
        new.retracted
        and not old.retracted
        and not any(_NOTICES[link.kind] == "retracted" for link in notices)
    ):
        yield Change(key, "retracted")
    if old.retracted and not new.retracted:
        yield Change(key, "no-longer-retracted")
    if (old.title or "") != (new.title or ""):
        yield Change(key, "title", f"was: {old.title}" if old.title else "had none")
    if (old.abstract or "") != (new.abstract or ""):
        yield Change(key, "abstract", _of_abstract(old.abstract, new.abstract))


def _named(link: Link) -> str | None:
    pmid = f"pmid:{link.pmid}" if link.pmid else None
    return ", ".join(filter(None, (pmid, link.citation))) or None


def _of_abstract(old: str | None, new: str | None) -> str:
    if not old:
        return "there was none"
    return f"{len(old)} signs long, now {len(new)}" if new else "there is none any more"
