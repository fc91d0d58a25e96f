"""The pages of the site: for each a function from values to what its template shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalogue import vocabulary
from catalogue.box_pages import box_pages
from catalogue.completeness import has_value
from catalogue.initiative_page import page as initiative_page
from catalogue.initiatives import Initiative
from catalogue.method_page import method_page
from catalogue.rendering import Page, number
from catalogue.rows import Row, country_path, kind_path, row_of
from catalogue.site_data import SiteData
from catalogue.ties import ties_of
from catalogue.wording import country_name, date_text

NAVIGATION = (
    {"path": "index.html", "label": "Home"},
    {"path": "catalogue.html", "label": "Catalogue"},
    {"path": "method.html", "label": "Method"},
    {"path": "data.html", "label": "Data"},
    {"path": "about.html", "label": "About"},
)
# What the abstract of the founding review reports (PMID 40207464); its list could not be read.
FOUNDING = {
    "label": "Lasalvia and others, 2025",
    "address": "https://pubmed.ncbi.nlm.nih.gov/40207464/",
    "total": 8,
    "national": 6,
    "international": 2,
}
_SHOWN = 8  # entries that the first page names
SIZE_CAPTION = (
    "Size is the newest count of the whole initiative, with its unit and the time it speaks of. "
    "Do not add counts up: initiatives share patients."
)


@dataclass(frozen=True, slots=True)
class Download:
    """A file that readers take away; its path is relative to the site."""

    path: str
    name: str
    what: str
    bytes: int
    sha256: str


def shared(data: SiteData) -> dict[str, Any]:
    """Return the values that every page shows."""
    return {
        "site": {
            "name": "Sarcat",
            "tagline": "Catalogue of sarcoma databases",
            "navigation": NAVIGATION,
            "as_of": data.as_of,
        }
    }


def pages(data: SiteData, downloads: Sequence[Download], licence: str) -> Iterator[Page]:
    """Give every page of the site, one after the other."""
    rows = {each.id: row_of(each) for each in by_name(data.initiatives)}
    countries, kinds = _by_country(data.initiatives), _by_kind(data.initiatives)
    yield _home(data, rows, countries, kinds)
    yield _catalogue(rows, countries, kinds)
    yield from _facets(rows, countries, kinds)
    yield from _initiatives(data)
    yield method_page(data)
    yield from box_pages(data)
    yield _data(downloads, licence)
    yield Page("about.html", "about.html", {})
    yield Page("404.html", "404.html", {})


def by_name(initiatives: Iterable[Initiative]) -> list[Initiative]:
    """Return initiatives in the order in which people look for them."""
    return sorted(initiatives, key=lambda each: (each.name.casefold(), each.id))


# --- facets ------------------------------------------------------------------------------------

Facet = dict[str, list[str]]  # code to the ids of its initiatives


def _by_country(initiatives: Iterable[Initiative]) -> Facet:
    return _grouped((code, each.id) for each in initiatives for code in each.countries
                    if code in vocabulary.COUNTRIES)  # fmt: skip


def _by_kind(initiatives: Iterable[Initiative]) -> Facet:
    return _grouped((code, each.id) for each in initiatives for code in each.kind
                    if code in vocabulary.KINDS)  # fmt: skip


def _grouped(pairs: Iterable[tuple[str, str]]) -> Facet:
    found: Facet = {}
    for code, id in pairs:
        found.setdefault(code, []).append(id)
    return found


def _country_links(countries: Facet) -> list[dict[str, Any]]:
    links = [
        {"path": country_path(code), "label": country_name(code), "count": len(ids)}
        for code, ids in countries.items()
    ]
    return sorted(links, key=lambda link: str(link["label"]))


def _kind_links(kinds: Facet) -> list[dict[str, Any]]:
    return [
        {"path": kind_path(code), "label": term.label, "count": len(kinds[code])}
        for code, term in vocabulary.KINDS.items()
        if code in kinds
    ]


def _facets(rows: Mapping[str, Row], countries: Facet, kinds: Facet) -> Iterator[Page]:
    for code, ids in countries.items():
        name = country_name(code)
        alone = sum(rows[id].countries == name for id in ids)
        lead = f"{_count(len(ids))} with people or centres in {name}"
        lead += f"; {alone} of them there alone." if 0 < alone < len(ids) else "."
        yield _facet(country_path(code), name, lead, rows, ids,
                     "Other countries", _country_links(countries))  # fmt: skip
    for code, ids in kinds.items():
        term = vocabulary.KINDS[code]
        lead = f"{_count(len(ids))} of this kind. {term.help}".strip()
        yield _facet(kind_path(code), term.label, lead, rows, ids,
                     "Other kinds", _kind_links(kinds))  # fmt: skip


def _facet(
    path: str,
    heading: str,
    lead: str,
    rows: Mapping[str, Row],
    ids: Iterable[str],
    others_heading: str,
    links: Sequence[Mapping[str, Any]],
) -> Page:
    wanted = set(ids)
    context = {
        "section": "catalogue.html",
        "heading": heading,
        "lead": lead,
        "rows": [row for id, row in rows.items() if id in wanted],
        "caption": SIZE_CAPTION,
        "others_heading": others_heading,
        "others": [link for link in links if link["path"] != path],
    }
    return Page(path, "facet.html", context)


def _count(initiatives: int) -> str:
    return "One initiative" if initiatives == 1 else f"{number(initiatives)} initiatives"


# --- pages -------------------------------------------------------------------------------------


def _home(data: SiteData, rows: Mapping[str, Row], countries: Facet, kinds: Facet) -> Page:
    total = len(data.initiatives)
    international = sum(each.is_international for each in data.initiatives)
    checks = [each.last_checked for each in data.initiatives if each.last_checked]
    sourced = sum(
        bool(claim.evidence) and has_value(claim)
        for each in data.initiatives
        for claim in each.claims
    )
    newest_check = date_text(max(checks).isoformat()) if checks else "never"
    documented = sorted(rows.values(), key=lambda row: (-row.sourced, row.name.casefold()))
    context = {
        "sentence": (
            "A catalogue of registries, networks, biobanks and data federations on sarcoma, fed "
            "by a living systematic review, with a source and a date for every fact."
        ),
        "numbers": [
            {"value": number(total), "label": "initiatives", "words": False},
            {"value": number(len(countries)), "label": "countries", "words": False},
            {"value": number(sourced), "label": "claims with a source", "words": False},
            {"value": newest_check, "label": "last check", "words": True},
        ],
        "documented": documented[:_SHOWN],
        "newest": _newest(rows.values()),
        "countries": _country_links(countries),
        "kinds": _kind_links(kinds),
        "founding": FOUNDING,
        "total": number(total),
        "national": number(total - international),
        "international": number(international),
    }
    return Page("index.html", "home.html", context)


def _newest(rows: Iterable[Row]) -> list[Row]:
    """Return what came in last; nothing where all came in on one day, as in a first edition."""
    dated = [row for row in rows if row.published]
    if len({row.published for row in dated}) < 2:
        return []
    last = sorted(dated, key=lambda row: row.name.casefold())
    return sorted(last, key=lambda row: str(row.published), reverse=True)[:_SHOWN]


def _catalogue(rows: Mapping[str, Row], countries: Facet, kinds: Facet) -> Page:
    context = {
        "rows": list(rows.values()),
        "count": _count(len(rows)),
        "caption": SIZE_CAPTION,
        "countries": _country_links(countries),
        "kinds": _kind_links(kinds),
    }
    return Page("catalogue.html", "catalogue.html", context)


def _initiatives(data: SiteData) -> Iterator[Page]:
    ties = ties_of(data.initiatives)
    for each in data.initiatives:
        reports = [
            {"line": data.lines[name], "standing": data.standing(name)}
            for name in data.reports_of[each.id]
            if name in data.lines
        ]
        yield initiative_page(each, ties[each.id], data.names, reports, data.as_of)


def _data(downloads: Sequence[Download], licence: str) -> Page:
    files = [
        {"path": each.path, "name": each.name, "what": each.what, "sha256": each.sha256,
         "size": size_text(each.bytes)}
        for each in downloads
    ]  # fmt: skip
    context = {"files": files, "sums": "data/SHA256SUMS", "licence": licence}
    return Page("data.html", "data.html", context)


def size_text(size: int) -> str:
    """Return a size in bytes as people read it: "12 kB"."""
    if size < 1000:
        return f"{size} B"
    if size < 1_000_000:
        return f"{size / 1000:.0f} kB"
    return f"{size / 1_000_000:.1f} MB"
