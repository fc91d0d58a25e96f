"""Atom feeds: what came into the catalogue or was checked again; of all, a country, a tumour.

RFC 4287. Ids are names of their own and not addresses, so that they last when the site moves; days
are those of the entries, never the clock's.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from xml.sax.saxutils import escape, quoteattr

from catalogue.entries import vocabulary
from catalogue.entries.initiatives import Initiative
from catalogue.entries.rows import facet_path, feed_path, path_of
from catalogue.entries.wording import country_name, date_text
from catalogue.pages.facets import COUNTRIES, TUMOURS
from catalogue.pages.rendering import fit
from catalogue.pages.tumour_pages import below

ALL = "feeds/all.xml"
_SHOWN = 50
_HELD = 1024  # entries kept as text, since most stand in several feeds
_NAMES = uuid.uuid5(uuid.NAMESPACE_URL, "urn:sarcat")


def feeds(
    initiatives: Sequence[Initiative], address: str, publisher: str
) -> Iterator[tuple[str, str]]:
    """Give each feed: its path within the site, and its text."""
    newest = sorted(initiatives, key=lambda each: each.id)
    newest.sort(key=_changed, reverse=True)
    order = {each.id: place for place, each in enumerate(newest)}

    @lru_cache(maxsize=_HELD)
    def entry(id: str, depth: int) -> str:  # a relative way to its page differs by the feed's depth
        return _entry(newest[order[id]], address or "../" * depth)

    days = {each.id: _changed(each) for each in newest}

    def feed(path: str, name: str, ids: Iterable[str], page: str) -> tuple[str, str]:
        shown = sorted(set(ids), key=order.__getitem__)[:_SHOWN]
        updated = max((days[id] for id in shown), default=datetime.date.min)
        head = feed_head(path, name, page, address, publisher, updated)
        entries = (entry(id, path.count("/")) for id in shown)
        return path, "".join([head, *entries, "</feed>\n"])

    yield feed(ALL, "Sarcat: all initiatives", days, "catalogue.html")
    for code, ids in COUNTRIES.groups(initiatives).items():
        name = f"Sarcat: {country_name(code)}"
        yield feed(feed_path("countries", code), name, ids, facet_path("countries", code))
    yield from (
        feed(feed_path("tumours", code), f"Sarcat: {label}", ids, facet_path("tumours", code))
        for code, label, ids in _tumours(TUMOURS.groups(initiatives))
    )


def _tumours(named: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str, list[str]]]:
    """Give each tumour that is named, or a kind of which is, with who names it."""
    for code, term in vocabulary.TUMOURS.items():
        ids = [id for each in (code, *below(code)) for id in named.get(each, ())]
        if ids:
            yield code, term.label, ids


def _changed(each: Initiative) -> datetime.date:
    return each.last_checked or each.first_published or datetime.date.min


def feed_head(
    path: str, name: str, page: str, address: str, publisher: str, updated: datetime.date
) -> str:
    """Return a feed up to its first entry; ``page`` is the page of the site that it follows."""
    root = address or "../" * path.count("/")
    self = f'<link rel="self" href={quoteattr(address + path)}/>\n' if address else ""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">\n'
        f"<title>{feed_text(name)}</title>\n"
        f"<id>{feed_id(path)}</id>\n<updated>{feed_time(updated)}</updated>\n"
        f"<author><name>{feed_text(publisher or 'Sarcat')}</name></author>\n"
        f'{self}<link rel="alternate" type="text/html" href={quoteattr(root + page)}/>\n'
        "<rights>CC BY 4.0</rights>\n"
    )


def _entry(each: Initiative, root: str) -> str:
    day, page = _changed(each), root + path_of(each.id)
    said = f"Checked on {date_text(day.isoformat())}, version {each.version}."
    published = (
        f"<published>{feed_time(each.first_published)}</published>\n"
        if each.first_published
        else ""
    )
    return (
        f"<entry>\n<title>{feed_text(each.name)}</title>\n<id>{feed_id(_first_id(each))}</id>\n"
        f"<updated>{feed_time(day)}</updated>\n{published}"
        f'<link rel="alternate" type="text/html" href={quoteattr(page)}/>\n'
        f"<summary>{feed_text(said + ' ' + ' '.join(each.summary.split()))}</summary>\n</entry>\n"
    )


def _first_id(each: Initiative) -> str:
    """Return the id it was first published under: a renamed entry is no new one to a reader."""
    return (*each.former_ids, each.id)[0]


def feed_id(name: str) -> str:
    """Return a lasting id for what bears a name."""
    return f"urn:uuid:{uuid.uuid5(_NAMES, name)}"


def feed_time(day: datetime.date) -> str:
    """Return a day as a point in time (RFC 3339)."""
    return f"{day.isoformat()}T00:00:00Z"


def feed_text(text: str) -> str:
    """Return a text for XML, between quotes too, without signs that XML may not hold."""
    return escape(str(fit(text)), {'"': "&quot;"})
