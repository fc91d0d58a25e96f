"""PubMed's dates: the source's words kept, a year and an ISO date derived where they say one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from search.pubmed_fields import parts_of, text_of

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_MONTHS = {name: number for number, name in enumerate(
    ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1,
)}  # fmt: skip
_YEAR = re.compile(r"(?<!\d)(1[4-9]\d\d|20\d\d)(?!\d)")
_ORDER = ("MedlineDate", "Year", "Season", "Month", "Day")


def date_words(date: Element | None) -> str | None:
    """Return a date as PubMed words it: "2017 Nov-Dec", "1979 Summer", "1976 Sep 28"."""
    parts = parts_of(date)
    words = (text_of(parts[name]) for name in _ORDER if name in parts)
    return " ".join(word for word in words if word) or None


def year_in(words: str | None) -> int | None:
    """Return the first year in a date's words: 1979 for "1979-1980 Fall-Winter"."""
    found = _YEAR.search(words or "")
    return int(found.group()) if found else None


def iso_date(date: Element | None) -> str | None:
    """Return YYYY[-MM[-DD]] from Year, Month ("Jan" or "01"), Day, as far as they are sound."""
    words = {part.tag: (part.text or "").strip() for part in date} if date is not None else {}
    year = _number(words.get("Year", ""), 1000, 9999)
    if not year:
        return None
    named = words.get("Month", "")
    month = _number(named, 1, 12) or _MONTHS.get(named[:3].lower())
    if not month:
        return f"{year}"
    day = _number(words.get("Day", ""), 1, 31)
    return f"{year}-{month:02}-{day:02}" if day else f"{year}-{month:02}"


def _number(words: str, least: int, most: int) -> int | None:
    if words.isascii() and words.isdigit() and len(words) <= 4 and least <= int(words) <= most:
        return int(words)
    return None


def created_of(history: Element | None) -> str | None:
    """Return PubMed's create date [crdt] from the record's own history.

    It is the one called "entrez"; "pubmed" is the entry date [edat]: the names mislead.
    """
    for date in () if history is None else history.iterchildren("PubMedPubDate", reversed=True):
        if date.get("PubStatus") == "entrez":
            return iso_date(date)
    return None
