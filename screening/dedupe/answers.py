"""What the rules answer, and what all of them ask of two records. Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from screening.dedupe.evidence import Comparison
from screening.dedupe.normalise import Copy


class Answer(StrEnum):
    """What the rules say of a pair; `UNCERTAIN` is for a person."""

    SAME = "same"
    DIFFERENT = "different"
    UNCERTAIN = "uncertain"


class Rule(StrEnum):
    """What joins two records, the strongest first: links are followed in this order."""

    PMID = "PMID"
    DOI = "DOI"
    PMCID = "PMCID"
    PLACE = "title and place"  # volume and pages
    PLACE_LIKE = "place and like title"
    PAGES = "title and pages"
    ISSUE = "title and issue"
    ABSTRACT = "title and abstract"
    MEETING = "title at one meeting"
    TITLE = "title, author and journal"


STRENGTH = {rule.value: number for number, rule in enumerate(Rule)}
# Links by these hold only while nothing else fits as well (`joining`).
WEAK = frozenset({Rule.ISSUE, Rule.MEETING, Rule.TITLE})


class Judged(NamedTuple):
    """The answer, the rule that gave or would give "same", and the field that is in its way."""

    answer: Answer
    rule: Rule
    field: str = ""


ONE_TITLE = 0.9  # with the same numbers and words: spellings of one title
LIKE_TITLE = 0.85  # in one place, by one first author
_SUPPLEMENT = 100  # pages: a longer range is the whole supplement's

DIFFERENT = Judged(Answer.DIFFERENT, Rule.TITLE)


def same(rule: Rule) -> Judged:
    """Return that two records are one publication."""
    return Judged(Answer.SAME, rule)


def ask(rule: Rule, field: str) -> Judged:
    """Return that a person has to tell, and which field is in the way."""
    return Judged(Answer.UNCERTAIN, rule, field)


def near(c: Comparison) -> bool:
    """Return whether the years are at most one apart (online first), or one is not given."""
    return (c.years or 0) <= 1


def one_range(a: Copy, b: Copy) -> bool:
    """Return whether both give first and last page of an article, and the same."""
    if not (a.pages and b.pages and a.pages.last and b.pages.last):
        return False
    one = a.pages.first == b.pages.first and abs(a.pages.last - b.pages.last) <= 1
    return one and 0 < a.pages.last - a.pages.first <= _SUPPLEMENT


def first_slip(c: Comparison) -> str:
    """Return the field that stands in the way: the first that differs, else one that is silent."""
    fields = (
        ("pages", c.pages), ("volume", c.volume), ("journal", c.journal), ("issue", c.issue),
        ("first author", c.first), ("year", near(c) and (c.years == 0 or None)),
    )  # fmt: skip
    for wanted in (False, None):
        for field, value in fields:
            if value is wanted:
                return field
    return "title"


def is_printed(copy: Copy) -> bool:
    """Return whether first and last page of more than one are given."""
    return bool(copy.pages and copy.pages.last and copy.pages.last > copy.pages.first)
