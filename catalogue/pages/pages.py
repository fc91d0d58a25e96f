"""The pages of the site: all of them, one after the other, and what every page shares."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup

from catalogue.entries.ties import Tie, ties_of
from catalogue.entries.wording import date_text
from catalogue.pages.box_pages import box_pages
from catalogue.pages.changes_page import changes_page
from catalogue.pages.compare_page import compare_pages, compare_path, nearest
from catalogue.pages.facets import FACETS, Groups, count_text, facet_pages, grouped
from catalogue.pages.gaps_page import gaps_page
from catalogue.pages.home_page import home_page
from catalogue.pages.initiative_page import page as initiative_page
from catalogue.pages.listing import SIZE_CAPTION, Listing
from catalogue.pages.map_page import map_page
from catalogue.pages.matrix_page import matrix_page
from catalogue.pages.method_page import method_page
from catalogue.pages.networks_page import networks_page
from catalogue.pages.readiness_page import readiness_page
from catalogue.pages.rendering import Page, macros
from catalogue.pages.site_data import EDITIONS, SiteData
from catalogue.pages.site_extras import redirects
from catalogue.pages.site_settings import Settings
from catalogue.pages.sizes_page import sizes_page
from catalogue.pages.timeline_page import timeline_page
from catalogue.pages.tumour_pages import tumour_pages

NAME, TAGLINE = "Sarcat", "Catalogue of sarcoma databases"
NAVIGATION = (
    {"path": "catalogue.html", "label": "Catalogue"},
    {"path": "tumours.html", "label": "Tumours"},
    {"path": "map.html", "label": "Map"},
    {"path": "method.html", "label": "Method"},
    {"path": "data.html", "label": "Data"},
    {"path": "about.html", "label": "About"},
)
#: The catalogue seen from several sides.
VIEWS = (
    {"path": "catalogue.html", "label": "List"},
    {"path": "tumours.html", "label": "Tumours"},
    {"path": "map.html", "label": "Map"},
    {"path": "timeline.html", "label": "Timeline"},
    {"path": "sizes.html", "label": "Sizes"},
    {"path": "domains.html", "label": "Data domains"},
    {"path": "readiness.html", "label": "Readiness"},
    {"path": "networks.html", "label": "Networks"},
    {"path": "compare.html", "label": "Compare"},
    {"path": "gaps.html", "label": "Gaps"},
)
#: The foot of every page.
CONTENTS = (
    {"label": "The catalogue", "links": VIEWS},
    {
        "label": "The review",
        "links": (
            {"path": "method.html", "label": "How it was made"},
            {"path": "changes.html", "label": "Changes"},
            {"path": "data.html", "label": "Data and downloads"},
        ),
    },
    {
        "label": "This site",
        "links": (
            {"path": "about.html", "label": "About"},
            {"path": "contact.html", "label": "Corrections and contact"},
            {"path": "accessibility.html", "label": "Accessibility"},
            {"path": "privacy.html", "label": "Privacy"},
        ),
    },
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
            "name": NAME,
            "tagline": TAGLINE,
            "navigation": NAVIGATION,
            "views": VIEWS,
            "as_of": data.as_of,
            "address": data.settings.address,
        },
        "contents": _contents,
    }


@lru_cache(maxsize=4)
def _contents(root: str) -> Markup:
    """Return the foot's list of all pages, the same on every page of a folder."""
    made: Markup = macros("macros.html").contents(root, CONTENTS)
    return made


def pages(
    data: SiteData, downloads: Callable[[], Sequence[Download]], licence: str
) -> Iterator[Page]:
    """Give every page of the site, one after the other.

    ``downloads`` are asked for late: they may still be written while the first pages are.
    """
    listing, groups = Listing(data.initiatives), grouped(data.initiatives, FACETS)
    ties = ties_of(data.initiatives)
    about = {"name": NAME, "tagline": TAGLINE}
    yield home_page(data.initiatives, listing, groups, data.settings, about)
    yield _catalogue(listing, groups)
    yield from facet_pages(listing, data.initiatives, groups)
    yield from tumour_pages(listing, groups["tumours"])
    yield map_page(data.initiatives, groups["countries"])
    yield timeline_page(data.initiatives, data.as_of)
    yield sizes_page(data.initiatives)
    yield matrix_page(data.initiatives, listing)
    yield readiness_page(data.initiatives, listing, ties)
    yield networks_page(data.initiatives, data.names)
    yield gaps_page(data.initiatives, groups, data.as_of, data.unlisted)
    likest = nearest(data.initiatives)
    yield from compare_pages(data.initiatives, likest)
    yield changes_page(data.initiatives, data.state, data.kept)
    yield from _initiatives(data, ties, likest)
    yield from redirects(data.initiatives)
    yield method_page(data)
    yield from box_pages(data)
    yield _data(downloads(), licence)
    yield Page("about.html", "about.html", {"citation": _citation(data)})
    yield _contact(data.settings)
    for name in ("accessibility.html", "privacy.html"):
        yield Page(name, name, {"section": "about.html"})
    yield Page("404.html", "404.html", _anywhere(data.settings))


def _catalogue(listing: Listing, groups: Mapping[str, Groups]) -> Page:
    context = {
        "rows": listing.whole(),
        "letters": listing.letters(),
        "total": len(listing.rows),
        "count": count_text(len(listing.rows)),
        "caption": SIZE_CAPTION,
        "facets": [
            {"name": facet.folder, "label": facet.label, "links": links}
            for facet in FACETS
            if (links := facet.links(groups[facet.folder]))
        ],
    }
    return Page("catalogue.html", "catalogue.html", context)


def _initiatives(
    data: SiteData, ties: Mapping[str, Sequence[Tie]], likest: Mapping[str, Sequence[str]]
) -> Iterator[Page]:
    for each in data.initiatives:
        reports = [
            {"line": data.lines[name], "standing": data.standing(name)}
            for name in data.reports_of[each.id]
            if name in data.lines
        ]
        compared = compare_path(each.id) if likest[each.id] else None
        yield initiative_page(
            each, ties[each.id], data.names, reports, data.as_of, data.settings, compared
        )


def _data(downloads: Sequence[Download], licence: str) -> Page:
    files = [
        {"path": each.path, "name": each.name, "what": each.what, "sha256": each.sha256,
         "size": size_text(each.bytes)}
        for each in downloads
    ]  # fmt: skip
    context = {
        "files": [each for each in files if EDITIONS not in each["path"]],
        "editions": [each for each in files if EDITIONS in each["path"]],
        "sums": "data/SHA256SUMS",
        "licence": licence,
    }
    return Page("data.html", "data.html", context)


def _citation(data: SiteData) -> str:
    day = (
        f" {data.as_of.year}. Data as of {date_text(data.as_of.isoformat())}." if data.as_of else ""
    )
    by = data.settings.publisher or "The maintainers of this review"
    place = f" {data.settings.address}" if data.settings.address else ""
    return f"{by}. {NAME}: {TAGLINE.lower()}.{day}{place}"


def _anywhere(settings: Settings) -> dict[str, str]:
    """Return the root of a page that a host shows at any address, however deep."""
    return {"root": urlsplit(settings.address).path} if settings.address else {}


def _contact(settings: Settings) -> Page:
    """Return the page on how to reach the makers; each way only where it is known."""
    ways = []
    if settings.contact:
        letter = f"mailto:{settings.mail}" if settings.mail else settings.contact
        label = "By letter" if settings.mail else "By form"
        ways.append({"label": label, "address": letter, "text": settings.contact})
    if settings.issues:
        ways.append({"label": "In public", "address": settings.issues, "text": "open an issue"})
    context = {"section": "about.html", "ways": ways, "publisher": settings.publisher}
    return Page("contact.html", "contact.html", context)


def size_text(size: int) -> str:
    """Return a size in bytes as people read it: "12 kB"."""
    if size < 1000:
        return f"{size} B"
    if size < 1_000_000:
        return f"{size / 1000:.0f} kB"
    return f"{size / 1_000_000:.1f} MB"
