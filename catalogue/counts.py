"""What only the catalogue knows and the flow needs: how many initiatives, resting on what.

Handed down by `cli`, since `screening` may not know the catalogue.
"""

from __future__ import annotations

from catalogue.checking.checks import cited_papers
from catalogue.entries.reading import read_initiatives
from search.review import Review


def count_initiatives(review: Review) -> dict[str, int]:
    """Return the initiatives by reach: in more than one country, or (all others) national.

    ``left_out`` counts the files that have faults, and are counted as none of them.
    """
    initiatives, faults = read_initiatives(review.initiatives)
    international = sum(each.is_international for each in initiatives)
    return {
        "initiatives": len(initiatives),
        "national": len(initiatives) - international,
        "international": international,
        "left_out": len({fault.file for fault in faults}),
    }


def sources_of_initiatives(review: Review) -> dict[str, list[str]]:
    """Return for each initiative the papers it rests on, by PMID, DOI or base key."""
    initiatives, _ = read_initiatives(review.initiatives)
    return {each.id: list(cited_papers(each)) for each in initiatives}
