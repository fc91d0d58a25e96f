"""Two records held against each other, field by field: what agrees, differs, or is silent."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from rapidfuzz import fuzz

from screening.dedupe.normalise import Copy
from screening.dedupe.place import journals_agree, pages_agree
from screening.dedupe.sets import Reason
from screening.dedupe.titles_compared import (
    begins,
    best_of_all,
    is_english,
    is_part,
    likeness,
    same_words,
    titles_held,
)

# What an abstract's DOI has beyond its supplement's; ".1" is a version, or a comment's.
_OF_SUPPLEMENT = re.compile(r"[./_-]\d{2,4}")
_ONE_NAME = 85.0
_LIKE = 0.6  # how alike titles have to be to count as speaking for a pair
_ONE_OPENING = 80.0


class Comparison(NamedTuple):
    """True where two records agree in a field, False where they differ, None where one is silent.

    ``title`` is how alike the titles are, 0 to 1; ``years`` the years between them.
    """

    title: float
    beginning: bool  # one title begins the other: a subtitle is left out
    part: bool  # one title begins or ends the other, whatever the rest says
    tongues: bool  # the titles are in two languages
    numbers: bool  # the titles' numbers are the same
    words: bool  # the titles' words are the same or spellings of each other
    kinds: bool  # neither says that it is another kind of text
    pmid: bool | None
    doi: bool | None
    pmcid: bool | None
    pages: bool | None
    volume: bool | None
    issue: bool | None
    journal: bool | None
    years: int | None
    first: bool | None  # the first author
    opening: bool | None  # of the abstract


def compare(a: Copy, b: Copy, title: float | None = None) -> Comparison:
    """Compare two copies; ``title`` is how alike their titles are, where that is known already."""
    if title is None or not (a.letters and b.letters):
        title = likeness(a, b)
    if a.others or b.others:
        title = max(title, best_of_all(a, b))
    exact = a.letters == b.letters
    beginning = not exact and begins(a, b)
    shifted = _shifted(a, b) or _shifted(b, a)
    journal = journals_agree(a.journal, b.journal)
    if a.conference and b.conference and journals_agree(a.conference, b.conference) is False:
        journal = False  # two meetings whose abstracts one journal prints
    elif not journal and (a.conference or b.conference) and _one_meeting(a, b):
        journal = True
    return Comparison(
        title=title,
        beginning=beginning,
        part=beginning or is_part(a.letters, b.letters),
        tongues=title < 0.8 and is_english(a.title) is not is_english(b.title),
        numbers=exact or a.numbers == b.numbers or beginning,
        words=exact or beginning or (title >= 0.7 and same_words(a.title, b.title)),
        kinds=a.notice == b.notice and a.register == b.register,
        pmid=_same(a.pmid, b.pmid),
        doi=_same_doi(a.doi, b.doi),
        pmcid=_same(a.pmcid, b.pmcid),
        pages=None if shifted else pages_agree(a.pages, b.pages),
        volume=shifted or _same(a.volume, b.volume),
        issue=shifted or _same_issue(a.issue, b.issue),
        journal=journal,
        years=abs(a.year - b.year) if a.year and b.year else None,
        first=first_authors_agree(a, b),
        opening=_same_opening(a.opening, b.opening),
    )


def _shifted(a: Copy, b: Copy) -> bool:
    """Return whether volume and issue of one stand in the next fields of the other."""
    return bool(
        not a.volume and a.issue and a.issue == b.volume
        and a.pages and not a.pages.last and b.issue and str(a.pages.first) == b.issue
    )  # fmt: skip


def _one_meeting(a: Copy, b: Copy) -> bool:
    ours, theirs = a.conference or a.journal, b.conference or b.journal
    return (
        min(ours.count(" "), theirs.count(" ")) >= 2 and journals_agree(ours, theirs) is not False
    )


def _same(left: str | None, right: str | None) -> bool | None:
    return left == right if left and right else None


def _same_issue(left: str | None, right: str | None) -> bool | None:
    """A supplement is named in many ways: it can be the same, never surely another."""
    same = _same(left, right)
    return None if same is False and "s" in f"{left}{right}" else same


def _same_doi(left: str | None, right: str | None) -> bool | None:
    """A supplement's DOI begins those of what is in it: then nothing can be said."""
    if not left or not right:
        return None
    if left == right:
        return True
    short, long = sorted((left, right), key=len)
    if len(left) > 15 and left.partition("/")[2] == right.partition("/")[2]:
        return None  # a publisher took over the journal of another
    return (
        None if long.startswith(short) and _OF_SUPPLEMENT.fullmatch(long[len(short) :]) else False
    )


def first_authors_agree(a: Copy, b: Copy) -> bool | None:
    """Return whether the first authors can be one; None where a record names nobody.

    One may lack a part of the name, have a slip in it, or have family and given names exchanged.
    """
    if not a.names or not b.names:
        return None
    left, right = a.names[0], b.names[0]
    if left == right:
        return True
    ours, theirs = set(left.split()), set(right.split())
    if ours <= theirs or theirs <= ours:
        return True
    short, long = sorted((left, right), key=len)
    if len(short) >= 5 and (long.startswith(short) or long.endswith(short)):
        return True  # initials or a part of the name stuck to it
    if left in b.names and right in a.names:
        return True  # the same people in another order
    if _exchanged(left, a.given, right, b.given) or _exchanged(right, b.given, left, a.given):
        return True
    return fuzz.ratio(left, right) >= _ONE_NAME or left.replace(" ", "") == right.replace(" ", "")


def _exchanged(family: str, given: str, other_family: str, other_given: str) -> bool:
    """Return whether the other record has family and given names in each other's place.

    "Wang, X." and "Xiaoguang, Wang": what is known of the given names has to fit.
    """
    if len(family) < 2 or f" {family} " not in f" {other_given} ":
        return False
    return not given or other_family.startswith(given[0])


def _same_opening(left: str, right: str) -> bool | None:
    if len(left) < 40 or len(right) < 40:
        return None
    return left == right or fuzz.ratio(left, right) >= _ONE_OPENING


# --- in words ----------------------------------------------------------------------------------


def reason_of(field: str, a: Copy, b: Copy, c: Comparison) -> Reason:
    """Return what two copies have in a field; for the title with how alike it is."""
    if field == "title and DOI":
        return Reason(field, (a.title, b.title), c.title)
    if field == "title":
        left, right = titles_held(a, b)
        return Reason(field, (left, right), None if left == right else c.title)
    if field == "journal" and c.journal is False and a.journal == b.journal:
        return Reason(field, (a.conference, b.conference))
    said = _SAID[field]
    return Reason(field, (str(said(a) or ""), str(said(b) or "")))


_SAID: dict[str, Callable[[Copy], object]] = {
    "PMID": lambda copy: copy.pmid,
    "DOI": lambda copy: copy.doi,
    "PMCID": lambda copy: copy.pmcid,
    "year": lambda copy: copy.year,
    "first author": lambda copy: copy.names[0] if copy.names else None,
    "journal": lambda copy: copy.journal or copy.conference,
    "volume": lambda copy: copy.volume,
    "issue": lambda copy: copy.issue,
    "pages": lambda copy: copy.pages,
    "abstract": lambda copy: copy.opening,
    "kind of text": lambda copy: copy.notice or ("register" if copy.register else "article"),
    "publication type": lambda copy: copy.typed or "article",
}


def agreements(a: Copy, b: Copy, c: Comparison) -> tuple[Reason, ...]:
    """Return everything that two copies have in common, the most telling first."""
    agree = (
        ("PMID", c.pmid), ("DOI", c.doi), ("PMCID", c.pmcid),
        ("title", bool(a.titles and b.titles) and (c.title >= _LIKE or c.part)),
        ("pages", c.pages), ("volume", c.volume), ("issue", c.issue), ("year", c.years == 0),
        ("first author", c.first), ("journal", c.journal), ("abstract", c.opening),
    )  # fmt: skip
    return tuple(reason_of(field, a, b, c) for field, value in agree if value)
