"""What each initiative holds: data domains by initiative, sorted so that the holes show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from catalogue.entries import vocabulary
from catalogue.entries.initiatives import Initiative
from catalogue.entries.rows import facet_path, path_of
from catalogue.pages.facets import FEW, domains_of
from catalogue.pages.listing import Listing
from catalogue.pages.rendering import Page

#: Sign and word of each state in a cell; "" where no source speaks of the domain.
SIGNS = {"yes": "yes", "part": "part", "no": "no", "": "·"}


def matrix_page(initiatives: Sequence[Initiative], listing: Listing) -> Page:
    """Return the page: the best covered initiative first; no information is not the same as no.

    ``listing`` has the words by which each is found.
    """
    held = {each.id: domains_of(each) for each in initiatives}
    ordered = sorted(initiatives, key=lambda each: (-_points(held[each.id]), each.name.casefold()))
    rows = [
        {
            "path": path_of(each.id),
            "name": each.acronym or each.name,
            "full": each.name if each.acronym else None,
            "words": listing.rows[each.id].words,
            "cells": [_cell(held[each.id].get(code, "")) for code in vocabulary.DOMAINS],
            "count": sum(state in ("yes", "part") for state in held[each.id].values()),
        }
        for each in ordered
        if held[each.id]
    ]
    context = {
        "section": "catalogue.html",
        "domains": [
            {
                "label": term.label,
                "path": facet_path("domains", code)
                if _total(held, code, ("yes", "part"))
                else None,
                **{state: _total(held, code, (state,)) for state in ("yes", "part", "no")},
            }
            for code, term in vocabulary.DOMAINS.items()
        ],
        "rows": rows,
        "few": FEW,
        "silent": [
            {"path": path_of(each.id), "name": each.name} for each in ordered if not held[each.id]
        ],
    }
    return Page("domains.html", "matrix.html", context)


def _points(domains: Mapping[str, str]) -> int:
    return sum({"yes": 3, "part": 2, "no": 1}.get(state, 0) for state in domains.values())


def _total(held: Mapping[str, Mapping[str, str]], code: str, states: tuple[str, ...]) -> int:
    return sum(domains.get(code) in states for domains in held.values())


def _cell(state: str) -> dict[str, Any]:
    known = state if state in SIGNS else ""
    return {"state": known or "open", "word": SIGNS[known]}
