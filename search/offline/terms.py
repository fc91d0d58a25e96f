"""Whether one term of a query is found in a record: words, phrases, truncation, ranges. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from search.offline.fields import FIELDS, Field, Searchable, days_of
from search.records import fold

Accepts = Callable[[Searchable], bool]
_LEAST_STEM = 4  # letters that PubMed wants before a *


@dataclass(frozen=True, slots=True)
class Term:
    """One term: its words, whether they were quoted, their field and their reach of proximity."""

    text: str
    quoted: bool = False
    field: Field = FIELDS["all"]
    within: int | None = None

    def __str__(self) -> str:
        if is_range(self.field):
            return f"{self.text}[{self.field.name}]"
        reach = f":~{self.within}" if self.within is not None else ""
        return f'"{self.text.lower()}"[{self.field.name}{reach}]'


def is_range(field: Field) -> bool:
    """Return whether a field holds dates or numbers, which are compared and not looked for."""
    return field.kind in ("date", "number")


def found_by(term: Term) -> Accepts:
    """Return what tells whether a record is found by a term, which asks for no number."""
    text, field, within = term.text, term.field, term.within
    if field.kind == "date":
        return _by_date(text, field)
    if field.tag == "sb":
        return _by_subset(fold(text))
    if within is not None and len(fold(text).split()) > 1:
        return _near(fold(text).split(), within, field)
    pattern = _pattern(text, field, term.quoted)
    if pattern is None:
        return lambda _each: False
    match = pattern.search if field.kind == "words" else pattern.fullmatch
    return lambda each: any(match(words) for words in each.texts[field.tag])


def _pattern(text: str, field: Field, quoted: bool) -> re.Pattern[str] | None:
    """Return the pattern of a term over folded words with a space on either side of each."""
    parts = []
    for word in text.split():
        folded = fold(word)
        open_ended = word.rstrip('"').endswith("*") and len(folded) >= _LEAST_STEM
        if folded:
            parts.append(re.escape(folded).replace(r"\ ", " ") + ("[^ ]*" if open_ended else ""))
    if not parts:
        return None
    pattern = " ".join(parts)
    if field.kind == "names" and not quoted:  # "smith j" is also J A Smith
        pattern += "[^ ]*" if len(parts) > 1 else "(?: .*)?"
    return re.compile(f" {pattern} ")


def _near(words: list[str], within: int, field: Field) -> Accepts:
    """Accept texts in which the words stand, in any order, with at most ``within`` others between.

    https://pubmed.ncbi.nlm.nih.gov/help/#proximity-searching
    """
    wanted = {word: words.count(word) for word in words}
    span = len(words) + within

    def near(text: str) -> bool:
        row = text.split()
        places = [place for place, word in enumerate(row) if word in wanted]
        return any(
            all(row[first : first + span].count(word) >= times for word, times in wanted.items())
            for first in places
        )

    return lambda each: any(near(text) for text in each.texts[field.tag])


def _by_subset(name: str) -> Accepts:
    if name == "all":
        return lambda _each: True
    if name == "pubmed books":
        return lambda each: each.is_book
    return lambda each: name == each.status


def numbers_of(text: str) -> tuple[int, int] | None:
    """Return the first and last number that a term asks for, None when it names none."""
    first, colon, last = text.partition(":")
    low, high = _number(first), _number(last if colon else first)
    return None if low is None or high is None else (low, high)


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,12}", text) else None


def _by_date(text: str, field: Field) -> Accepts:
    """A single date asks for the first date of a record (print), a range for any of them."""
    first, colon, last = text.partition(":")
    begins, ends = days_of(first), days_of(last if colon else first)
    if begins is None or ends is None:
        return lambda _each: False
    low, high, most = begins[0], ends[1], None if colon else 1
    return lambda each: any(
        day[0] <= high and day[1] >= low for day in each.dates[field.tag][:most]
    )
