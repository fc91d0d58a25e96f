"""The first page: what this is in one sentence, four numbers, the map, and the ways in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from catalogue.entries import vocabulary
from catalogue.entries.completeness import has_value
from catalogue.entries.initiatives import Initiative
from catalogue.entries.rows import Row, facet_path
from catalogue.entries.wording import date_text
from catalogue.pages.facets import COUNTRIES, KINDS, Groups
from catalogue.pages.json_ld import catalogue_document
from catalogue.pages.listing import Listing
from catalogue.pages.map_page import figure, legend
from catalogue.pages.rendering import Page, number
from catalogue.pages.site_settings import Settings
from catalogue.pages.tumour_pages import holders

# What the abstract of the founding review reports (PMID 40207464); its list could not be read.
FOUNDING = {
    "label": "Lasalvia and others, 2025",
    "address": "https://pubmed.ncbi.nlm.nih.gov/40207464/",
    "total": 8,
    "national": 6,
    "international": 2,
}
SENTENCE = (
    "A catalogue of registries, networks, biobanks and data federations on sarcoma, fed by a "
    "living systematic review, with a source and a date for every fact."
)
_SHOWN = 8  # entries that the first page names
_TUMOURS = 20  # tumours that it names


def home_page(
    initiatives: Sequence[Initiative],
    listing: Listing,
    groups: Mapping[str, Groups],
    settings: Settings,
    about: Mapping[str, str],
) -> Page:
    """Return the first page; ``groups`` are by facet, ``about`` is what the site is called."""
    total = len(initiatives)
    international = sum(each.is_international for each in initiatives)
    countries = groups["countries"]
    rows = listing.rows.values()
    documented = sorted(rows, key=lambda row: (-row.sourced, row.name.casefold()))
    context = {
        "sentence": SENTENCE,
        "ld": catalogue_document(
            initiatives,
            settings.address,
            {**about, "description": SENTENCE, "publisher": settings.publisher},
        ),
        "numbers": _numbers(initiatives, len(countries)),
        "map": figure(countries, "world", 960),
        "legend": legend(),
        "documented": documented[:_SHOWN],
        "newest": _newest(rows),
        "tumours": _tumours(groups["tumours"]),
        "terms": len(vocabulary.TUMOURS),
        "countries": COUNTRIES.links(countries),
        "kinds": KINDS.links(groups["kinds"]),
        "founding": FOUNDING,
        "total": number(total),
        "national": number(total - international),
        "international": number(international),
    }
    return Page("index.html", "home.html", context)


def _numbers(initiatives: Sequence[Initiative], countries: int) -> list[dict[str, object]]:
    checks = [each.last_checked for each in initiatives if each.last_checked]
    sourced = sum(
        bool(claim.evidence) and has_value(claim) for each in initiatives for claim in each.claims
    )
    newest_check = date_text(max(checks).isoformat()) if checks else "never"
    return [
        {"value": number(len(initiatives)), "label": "initiatives", "words": False},
        {"value": number(countries), "label": "countries", "words": False},
        {"value": number(sourced), "label": "facts with a source", "words": False},
        {"value": newest_check, "label": "last check", "words": True},
    ]


def _tumours(named: Groups) -> list[dict[str, Any]]:
    """Return the tumours that most initiatives name, or a kind of them, in the vocabulary's order.

    What stands for all sarcoma is left out: a list of everything is a way in to nothing.
    """
    counts = {
        code: len(found["itself"]) + len(found["narrower"])
        for code in vocabulary.TUMOURS
        if vocabulary.TUMOURS[code].broader and (found := holders(code, named))
    }
    most = set(sorted((c for c in counts if counts[c]), key=lambda c: -counts[c])[:_TUMOURS])
    return [
        {
            "path": facet_path("tumours", code),
            "label": vocabulary.TUMOURS[code].label,
            "count": counts[code],
        }
        for code in counts
        if code in most
    ]


def _newest(rows: Iterable[Row]) -> list[Row]:
    """Return what came in last; nothing where all came in on one day, as in a first edition."""
    dated = [row for row in rows if row.published]
    if len({row.published for row in dated}) < 2:
        return []
    last = sorted(dated, key=lambda row: row.name.casefold())
    return sorted(last, key=lambda row: str(row.published), reverse=True)[:_SHOWN]
