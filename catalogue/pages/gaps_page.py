"""The gaps: what nobody collects, where nobody does, and which facts need another look."""

from __future__ import annotations

import datetime
import heapq
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from catalogue.entries import vocabulary
from catalogue.entries.completeness import YEAR, has_value
from catalogue.entries.initiatives import Claim, Initiative, State
from catalogue.entries.rows import facet_path, path_of
from catalogue.entries.wording import claim_text
from catalogue.pages.facets import Groups, domains_of, tumours_of
from catalogue.pages.rendering import Page
from catalogue.pages.tumour_pages import below, in_tree
from catalogue.pages.unlisted import Unlisted

_SHOWN = 20  # of the facts that were checked longest ago


def gaps_page(
    initiatives: Sequence[Initiative],
    groups: Mapping[str, Groups],
    as_of: datetime.date | None,
    unlisted: Sequence[Unlisted] = (),
) -> Page:
    """Return the page; each gap is a finding of the catalogue, not of the world.

    ``groups`` are the initiatives of each term, by facet.
    """
    named = groups["tumours"]
    unnamed = [
        {"path": facet_path("tumours", code), "label": term.label}
        for code, term in vocabulary.TUMOURS.items()
        if not any(each in named for each in (code, *below(code)))
    ]
    days = Counter(_checked(each, claim) for each, claim in _sourced(initiatives))
    oldest = heapq.nsmallest(_SHOWN, _sourced(initiatives), key=_by_age)
    context = {
        "section": "catalogue.html",
        "unnamed": unnamed,
        "domains": [term.label for term in vocabulary.DOMAINS.values()],
        "matrix": list(_matrix(initiatives)),
        "missing": len(vocabulary.COUNTRIES) - len(groups["countries"]),
        "countries": len(groups["countries"]),
        "fields": list(_fields(initiatives)),
        "total": len(initiatives),
        "unlisted": unlisted,
        "disputes": list(_disputes(initiatives)),
        "old": sum(count for day, count in days.items() if as_of - day > YEAR) if as_of else 0,
        "same_day": next(iter(days)) if len(days) == 1 else None,  # then none is the oldest
        "oldest": [_dated(each, claim) for each, claim in oldest],
        "facts": days.total(),
        "placeless": sum(
            not each.locator for entry in initiatives for each in entry.evidence.values()
        ),
        "sources": sum(len(entry.evidence) for entry in initiatives),
    }
    return Page("gaps.html", "gaps.html", context)


def _matrix(initiatives: Sequence[Initiative]) -> Iterator[dict[str, Any]]:
    """Give for each tumour that is named how many initiatives hold data of each domain on it."""
    totals: Counter[str] = Counter()
    cells: Counter[tuple[str, str]] = Counter()
    for each in initiatives:
        own = tumours_of(each)
        codes = own.union(*map(vocabulary.broader_tumours, own))
        held = [name for name, state in domains_of(each).items() if state in ("yes", "part")]
        totals.update(codes)
        cells.update((code, name) for code in codes for name in held)
    for code in in_tree():
        if totals[code]:
            yield {
                "path": facet_path("tumours", code),
                "label": vocabulary.TUMOURS[code].label,
                "depth": sum(1 for _ in vocabulary.broader_tumours(code)),
                "total": totals[code],
                "cells": [cells[code, domain] for domain in vocabulary.DOMAINS],
            }


def _fields(initiatives: Sequence[Initiative]) -> Iterator[dict[str, Any]]:
    """Give for each field how many entries state it, found nothing, or have not looked yet."""
    open_: Counter[str] = Counter()
    sought: Counter[str] = Counter()
    for each in initiatives:
        for name in vocabulary.FIELDS:
            held = {claim.state for claim in each.claims_on(name)}
            open_[name] += held <= {State.NOT_SOUGHT}
            sought[name] += held == {State.UNKNOWN}
    rows = [
        {
            "label": field.label,
            "required": field.required,
            "stated": len(initiatives) - open_[name] - sought[name],
            "sought": sought[name],
            "open": open_[name],
        }
        for name, field in vocabulary.FIELDS.items()
    ]
    yield from sorted(rows, key=lambda row: (not row["required"], row["stated"], row["label"]))


def _disputes(initiatives: Sequence[Initiative]) -> Iterator[dict[str, Any]]:
    for each in initiatives:
        for name, field in vocabulary.FIELDS.items():
            sides = [c for c in each.claims_on(name) if c.state is State.DISPUTED]
            if sides:
                yield {
                    "path": f"{path_of(each.id)}#fact-{name}",
                    "name": each.name,
                    "field": field.label,
                    "values": [claim_text(claim) for claim in sides],
                }


def _sourced(initiatives: Sequence[Initiative]) -> Iterator[tuple[Initiative, Claim]]:
    """Give each fact that rests on a source."""
    for each in initiatives:
        for claim in each.claims:
            if has_value(claim) and claim.evidence:
                yield each, claim


def _by_age(fact: tuple[Initiative, Claim]) -> tuple[datetime.date, str]:
    return _checked(*fact), fact[0].name.casefold()


def _dated(each: Initiative, claim: Claim) -> dict[str, Any]:
    """Return a fact with the day of its newest check."""
    return {
        "path": f"{path_of(each.id)}#fact-{claim.field}",
        "name": each.name,
        "field": vocabulary.FIELDS[claim.field].label,
        "checked": _checked(each, claim),
    }


def _checked(each: Initiative, claim: Claim) -> datetime.date:
    return each.checked(claim) or datetime.date.min
