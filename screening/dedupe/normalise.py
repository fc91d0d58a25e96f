"""The small copy of a record that deduplication compares; the record itself stays untouched."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from screening.dedupe.notices import notice_of, typed_notice_of
from screening.dedupe.place import (
    Pages,
    conference_of,
    is_meeting,
    is_register,
    issue_of,
    journal_of,
    pages_of,
    stuck_place_of,
    volume_of,
)
from screening.dedupe.titles import LETTERS, folded_text, numbers_of, titles_of
from search.records import StoredRecord, fold

_INITIALS = re.compile(r"(?:[A-Z]\.?-?){1,4}|(?:[A-Z][a-z]?\.)+|Jr\.?|Sr\.?|I{2,3}", re.U)
_OPENING = 60  # letters of an abstract that are kept
_OPENING_READ = 150
_OPENING_LABELS = re.compile(
    r"^(background|objectives?|aims?|purpose|introduction|context|abstract|summary|and|the)\b\W*",
    re.I,
)
MAX_NAMES = 4
_YEARS = range(1850, 2101)  # other numbers in a year's field are volumes or slips

_WEB_ENDING = re.compile(r"/(abstract|full|e?pdf)$")
_WRITTEN_ALIKE = re.compile("(?<=[aou])e")


class Copy(NamedTuple):
    """What of a record is compared. Titles, names and journals are folded; absent is None or ""."""

    key: str
    pmid: str | None
    doi: str | None
    pmcid: str | None
    title: str  # without the notes in brackets at its end
    others: tuple[str, ...]  # the title in another language, where the record gives it
    letters: str  # the title without its spaces: "Ca2+" and "Ca 2 +" are one
    numbers: tuple[str, ...]  # the numbers in the title, Roman ones too, in order
    year: int | None
    names: tuple[str, ...]  # family names, at most `MAX_NAMES`
    given: str  # given names of the first author, for records that exchange them with the family
    journal: str
    volume: str | None
    issue: str | None
    pages: Pages | None
    notice: str | None  # what the title says it is: erratum, comment, reply, retraction, protocol
    typed: str | None  # the same by its publication types
    conference: str  # the meeting that is named behind the journal
    meeting: bool  # printed among the abstracts of a meeting
    register: bool  # an entry in a register of trials or reviews
    opening: str  # how the abstract begins
    fullness: int  # how many fields are filled

    @property
    def signature(self) -> tuple[object, ...]:
        """Return all that a comparison looks at: no rule tells apart two copies that share it."""
        return self[1:-1]

    @property
    def titles(self) -> tuple[str, ...]:
        """Return the title and what else it is called; none where the record has none."""
        return (self.title, *self.others) if self.title else self.others


def copy_of(stored: StoredRecord) -> Copy:
    """Return the copy of a record for comparison."""
    record = stored.record
    return copy_from(
        stored.key, record.title, record.abstract, record.authors, record.year, record.journal,
        record.volume, record.issue, record.pages, record.doi, record.pmid, record.pmcid,
        record.vernacular_title, record.publication_types,
        bool(record.mesh) + bool(record.keywords) + bool(record.language),
    )  # fmt: skip


def copy_from(
    key: str,
    title: str | None = None,
    abstract: str | None = None,
    authors: Sequence[str] = (),
    year: int | None = None,
    journal: str | None = None,
    volume: str | None = None,
    issue: str | None = None,
    pages: str | None = None,
    doi: str | None = None,
    pmid: str | None = None,
    pmcid: str | None = None,
    vernacular_title: str | None = None,
    publication_types: Sequence[str] = (),
    others_filled: int = 0,
) -> Copy:
    """Return the copy of a record of which these are the fields.

    ``others_filled`` is how many further fields say something.
    """
    filled = (title, abstract, authors, year, journal, volume, issue, pages, doi, pmid, pmcid,
              publication_types)  # fmt: skip
    folded, others = titles_of(title, vernacular_title)
    place, number = volume, issue
    if not volume and journal and journal[-1] in ").0123456789":
        place, stuck = stuck_place_of(journal)
        number = issue or stuck
    year = year if year in _YEARS else None
    return Copy(
        key,
        pmid,
        doi_of(doi),
        pmcid,
        folded,
        others,
        folded.replace(" ", ""),
        numbers_of(folded),
        year,
        names_of(authors),
        given_of(authors[0]) if authors else "",
        journal_of(journal),
        volume_of(place, year),
        issue_of(number),
        pages_of(pages, year),
        notice_of(title),
        typed_notice_of(publication_types) if publication_types else None,
        conference_of(journal) if journal and "onference" in journal else "",
        is_meeting(journal) or bool(number and "bstract" in number),
        is_register(journal),
        opening_of(abstract),
        others_filled + sum(map(bool, filled)),
    )


# --- names, identifiers, abstract --------------------------------------------------------------


def names_of(authors: Sequence[str]) -> tuple[str, ...]:
    """Return the folded family names of the first authors; "Anonymous" is nobody."""
    names = (family_of(author) for author in authors[:MAX_NAMES])
    return tuple(name for name in names if name and name != "anonymous")


@lru_cache(maxsize=65_536)
def family_of(author: str) -> str:
    """Return the folded family name of "Family, Given"; without comma, the words but initials.

    "ae", "oe" and "ue" are written as one letter, since databases write "Müller" in three ways.
    """
    family, comma, _given = author.partition(",")
    if not comma:
        family = _without_initials(family)
    if not family.isascii():
        family = family.translate(LETTERS)
    return _WRITTEN_ALIKE.sub("", fold(family))


def given_of(author: str) -> str:
    """Return the folded given names or initials of "Family, Given"."""
    given = author.partition(",")[2]
    return _WRITTEN_ALIKE.sub("", fold(given.translate(LETTERS)))


def _without_initials(name: str) -> str:
    words = name.split()
    while len(words) > 1 and _INITIALS.fullmatch(words[-1]):
        words.pop()
    while len(words) > 1 and _INITIALS.fullmatch(words[0]) and len(words[0]) <= 3:
        words.pop(0)
    return " ".join(words)


def doi_of(doi: str | None) -> str | None:
    """Return a DOI as it is compared: without percent signs and what a web page appends."""
    if not doi:
        return None
    plain = unquote(doi).lower() if "%" in doi else doi
    return _WEB_ENDING.sub("", plain)


def opening_of(abstract: str | None) -> str:
    """Return how an abstract begins, without a heading: letters only."""
    if not abstract:
        return ""
    start = abstract[:_OPENING_READ].lstrip()
    while found := _OPENING_LABELS.match(start):
        start = start[found.end() :]
    return folded_text(start).replace(" ", "")[:_OPENING]
