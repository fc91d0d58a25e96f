"""PubMed's dates: the source's words kept, a year and an ISO date derived where they say one."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from search.pubmed_fields import texts_in

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_MONTHS = {name: number for number, name in enumerate(
    ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1,
)}  # fmt: skip
_YEAR = re.compile(r"(?<!\d)(1[4-9]\d\d|20\d\d)(?!\d)")


def date_words(date: Element | None) -> str | None:
    """Return a date as PubMed words it: "2017 Nov-Dec", "1979 Summer", "1976 Sep 28"."""
    return " ".join(texts_in(date)) or None


@lru_cache(maxsize=4096)
def year_in(words: str | None) -> int | None:
    """Return the first year in a date's words: 1979 for "1979-1980 Fall-Winter"."""
    found = _YEAR.search(words or "")
    return int(found.group()) if found else None


def iso_date(date: Element | None) -> str | None:
    """Return YYYY[-MM[-DD]] from Year, Month ("Jan" or "01"), Day, as far as they are sound."""
    if date is None:
        return None
    said = {part.tag: part.text for part in date[:]}
    return _iso(said.get("Year"), said.get("Month"), said.get("Day"))


@lru_cache(maxsize=4096)
def _iso(year: str | None, month: str | None, day: str | None) -> str | None:
    in_year, named = _number(year, 1000, 9999), (month or "").strip()
    if not in_year:
        return None
    in_month = _number(named, 1, 12) or _MONTHS.get(named[:3].lower())
    if not in_month:
        return f"{in_year}"
    on_day = _number(day, 1, 31)
    return f"{in_year}-{in_month:02}-{on_day:02}" if on_day else f"{in_year}-{in_month:02}"


def _number(words: str | None, least: int, most: int) -> int | None:
    digits = (words or "").strip()
    if digits.isascii() and digits.isdigit() and len(digits) <= 4:
        return int(digits) if least <= int(digits) <= most else None
    return None


def created_of(history: Element | None) -> str | None:
    """Return PubMed's create date [crdt] from the record's own history.

    It is the one called "entrez"; "pubmed" is the entry date [edat]: the names mislead.
    """
    for date in () if history is None else history.iterchildren(reversed=True):
        if date.get("PubStatus") == "entrez":
            return iso_date(date)
    return None
