"""What keeps two records apart in whichever set they meet: looked at before two sets are joined.

A link says what speaks for two records; the sets they are in bring others along, and no chain of
links may bring two together that contradict each other.
"""

from __future__ import annotations

from screening.dedupe.answers import ONE_TITLE, first_slip, is_printed, one_range
from screening.dedupe.evidence import Comparison, compare, reason_of
from screening.dedupe.normalise import Copy
from screening.dedupe.sets import Reason


def contradiction(a: Copy, b: Copy) -> Reason | None:
    """Return the first thing that says `a` and `b` are two publications, or None.

    Weaker than a rule that joins: one slip of an export between two records of a set is borne.
    """
    c = compare(a, b)
    field = _field(a, b, c)
    return reason_of(field, a, b, c) if field else None


def _field(a: Copy, b: Copy, c: Comparison) -> str | None:
    if c.pmid is False:
        return "PMID"
    if not c.kinds:
        return "kind of text"
    if c.pmid:
        return None
    if c.pmcid is False:
        return "PMCID"
    one_place = one_range(a, b) and c.volume is not False
    if c.doi is False and not (one_place and c.title >= ONE_TITLE):
        return "DOI"
    if one_place or c.doi:
        return None
    if a.title and b.title and not (c.part or c.tongues) and _other_title(c):
        return "title"
    if c.pages is False and is_printed(a) and is_printed(b) and not c.opening:
        return "pages"
    years = None if c.years is None else c.years <= 1
    slips = (c.pages, c.volume, c.issue, c.journal, c.first, years)
    return first_slip(c) if slips.count(False) > 1 else None


def _other_title(c: Comparison) -> bool:
    """Return whether the titles are two: other numbers ("6 months"), other words, nothing alike."""
    return c.title < 0.5 or (not c.pages and not (c.numbers and c.words))
