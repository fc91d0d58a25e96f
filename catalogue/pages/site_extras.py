"""Files of the site for programs: feeds, sitemap, search description; the way on from old ids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import escape

from catalogue.entries.initiatives import Initiative
from catalogue.entries.rows import path_of
from catalogue.pages.change_feed import CHANGES, change_feed
from catalogue.pages.compare_page import DATA, compare_data
from catalogue.pages.feeds import feeds
from catalogue.pages.rendering import Page
from catalogue.pages.site_data import SiteData

_NOT_LISTED = ("404.html",)


def extras(data: SiteData, paths: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Give each file: its path, its text. ``paths`` are those of all pages.

    A sitemap and a search description need absolute addresses: without one they are left out,
    since a wrong one is worse than none.
    """
    settings = data.settings
    yield from feeds(data.initiatives, settings.address, settings.publisher)
    yield CHANGES, change_feed(data)
    yield DATA, compare_data(data.initiatives)
    if settings.address:
        days = {path_of(each.id): each.last_checked for each in data.initiatives}
        left = {path_of(former) for each in data.initiatives for former in each.former_ids}
        dated = (
            (path, str(days.get(path) or data.as_of or "")) for path in paths if path not in left
        )
        yield "sitemap.xml", sitemap(settings.address, dated)
        yield "robots.txt", f"User-agent: *\nAllow: /\nSitemap: {settings.address}sitemap.xml\n"
        yield "opensearch.xml", open_search(settings.address)


def redirects(initiatives: Iterable[Initiative]) -> Iterator[Page]:
    """Give for each id that an entry bore before a page that leads on to it."""
    for each in initiatives:
        for former in each.former_ids:
            context = {"target": f"{each.id}.html", "name": each.name, "former": former}
            yield Page(path_of(former), "moved.html", context)


def sitemap(address: str, pages: Iterable[tuple[str, str]]) -> str:
    """Return a sitemap of pages with the day of their data."""
    urls = "".join(
        f"<url><loc>{escape(address + ('' if path == 'index.html' else path))}</loc>"
        f"{f'<lastmod>{day}</lastmod>' if day else ''}</url>\n"
        for path, day in pages
        if path not in _NOT_LISTED
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{urls}</urlset>\n'
    )


def open_search(address: str) -> str:
    """Return what lets a browser search the catalogue from its address bar."""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">\n'
        "<ShortName>Sarcat</ShortName>\n<Description>Sarcoma databases</Description>\n"
        "<InputEncoding>UTF-8</InputEncoding>\n"
        f'<Url type="text/html" template="{escape(address)}catalogue.html?q={{searchTerms}}"/>\n'
        "</OpenSearchDescription>\n"
    )
