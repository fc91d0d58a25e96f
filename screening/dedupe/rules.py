"""The rules: from a comparison to one of three answers.

Pure. What speaks against a pair is looked at first: a wrong merge loses a study and nobody sees it,
a duplicate left in costs a reviewer a minute. Identifiers alone join nothing: numbers are copied
from a paper to its erratum, and one DOI stands on every abstract of a supplement.

The order of the stages is DedupEndNote's (globbestael/DedupEndNote: year, then pages or DOI, then
names, title, journal); the thresholds were set on five of the seven sets in benchmarks/README.md.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from screening.dedupe.evidence import Comparison
from screening.dedupe.normalise import Copy, counted_of
from screening.dedupe.notices import is_telling

RULES_VERSION = "evidence 6"


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
_LEAST_REASONS = 2
_SUPPLEMENT = 100  # pages: a longer range is the whole supplement's
_LAST_DAY = 31

DIFFERENT = Judged(Answer.DIFFERENT, Rule.TITLE)


def _same(rule: Rule) -> Judged:
    return Judged(Answer.SAME, rule)


def _ask(rule: Rule, field: str) -> Judged:
    return Judged(Answer.UNCERTAIN, rule, field)


def judge(a: Copy, b: Copy, c: Comparison) -> Judged:
    """Return what the rules say of two copies that compare as ``c``."""
    one_title = (c.title >= ONE_TITLE and c.numbers and c.words) or c.beginning
    if c.pmid is False:
        return _ask(Rule.DOI, "PMID") if c.doi and one_title else DIFFERENT
    if not c.kinds:
        return _of_two_kinds(c)
    if c.pmid:
        found = _by_pmid(a, b, c)
    elif c.pmcid is False:
        return DIFFERENT
    elif c.doi or c.pmcid:
        found = _by_doi(a, b, c, one_title)
    elif c.doi is False:
        found = _despite_dois(a, b, c, one_title)
    else:
        found = _by_description(a, b, c, one_title)
    if found.answer is not Answer.SAME:
        return found
    if not c.pmid and a.typed != b.typed:
        return _ask(found.rule, "publication type")
    return found if _speaking_for(c) >= _LEAST_REASONS else _ask(found.rule, first_slip(c))


def _speaking_for(c: Comparison) -> int:
    """Return how many fields speak for a pair: nothing is joined for one reason alone."""
    fields = (c.pmid, c.doi, c.pmcid, c.pages, c.volume, c.issue, c.journal, c.first, c.opening)
    return fields.count(True) + (c.title >= LIKE_TITLE or c.part) + (c.years == 0)


def _of_two_kinds(c: Comparison) -> Judged:
    """An erratum, reply, protocol or register's entry is not what it is about.

    A person is asked where a number says otherwise, or one issue: both may be the notice.
    """
    if c.pmid or c.doi or c.pmcid:
        return _ask(Rule.PMID if c.pmid else Rule.DOI, "kind of text")
    one_issue = c.volume and c.issue and c.journal and c.first and c.title >= 0.6
    return _ask(Rule.ISSUE, "kind of text") if one_issue else DIFFERENT


# --- by an identifier --------------------------------------------------------------------------


def _by_pmid(a: Copy, b: Copy, c: Comparison) -> Judged:
    """Another database's own number can stand in the field: something else has to agree."""
    if a.title and b.title and c.title < 0.5 and not c.beginning:
        if c.doi is False:
            return _ask(Rule.PMID, "title and DOI")
        return _same(Rule.PMID) if c.pages and c.volume else _ask(Rule.PMID, "title")
    if c.title or c.pages or c.volume or c.journal or c.first or c.doi:
        return _same(Rule.PMID)
    return _ask(Rule.PMID, "title")


def _by_doi(a: Copy, b: Copy, c: Comparison, one_title: bool) -> Judged:
    """One DOI with one title is one publication, unless it was printed twice over."""
    rule = Rule.DOI if c.doi else Rule.PMCID
    slips = [field for field in (c.pages, c.volume, c.journal) if field is False]
    if one_title and len(slips) <= 1 and (a.title or c.pages or c.first):
        journals_alone = c.journal is False and (c.pages or c.volume or c.title >= 0.97)
        if not slips or journals_alone or not (c.first is False or a.meeting or b.meeting):
            return _same(rule)
    if one_title:
        return _ask(rule, first_slip(c))
    if not (a.title and b.title):
        one_place = c.pages and c.volume and c.first and not slips
        return _same(rule) if one_place else _ask(rule, "title")
    if _retold_under_one_doi(a, b, c, len(slips)):
        return _same(rule)
    if rule is Rule.PMCID and not slips and c.first is not False and c.title >= 0.5:
        return _same(rule)
    return _ask(rule, "title") if c.title >= 0.6 else DIFFERENT


def _retold_under_one_doi(a: Copy, b: Copy, c: Comparison, slips: int) -> bool:
    """A title that a database translated or cut, in the very same place or with its abstract."""
    if c.pages and one_range(a, b) and c.title >= LIKE_TITLE and c.numbers:
        return slips == 0 or bool(c.first)
    ranged = one_range(a, b)
    if slips or c.first is False or not (c.opening or (ranged and c.numbers)):
        return False
    return (c.title >= 0.75 and c.numbers) or bool(c.volume and c.title >= 0.3 and ranged)


def _despite_dois(a: Copy, b: Copy, c: Comparison, one_title: bool) -> Judged:
    """Two DOIs are two publications, unless everything else is one place: publishers re-register.

    In `cardiac` 20 of 20 such pairs are one publication.
    """
    if not one_title or not is_telling(a.title):
        return DIFFERENT
    one_place = c.pages and c.volume and one_range(a, b) and c.years == 0 and c.issue is not False
    if one_place and c.journal and c.first:
        return _same(Rule.PLACE)
    place = (c.pages, c.volume, c.journal)
    if False not in place and near(c) and (c.first is not False or c.pages):
        return _ask(Rule.PLACE if c.pages else Rule.TITLE, "DOI")
    return DIFFERENT


# --- by description ----------------------------------------------------------------------------


def _by_description(a: Copy, b: Copy, c: Comparison, one_title: bool) -> Judged:
    if not (a.title and b.title):
        one_place = c.pages and c.volume and near(c) and False not in (c.first, c.journal)
        return _ask(Rule.PLACE, "title") if one_place else DIFFERENT
    if c.first is False and not (c.pages and c.volume and (one_title or c.opening)):
        return _by_another_author(a, b, c, one_title)
    if c.pages:
        return _in_one_place(a, b, c, one_title)
    if c.pages is False:
        return _on_other_pages(a, b, c, one_title)
    return _without_pages(a, b, c) if one_title else _like_title(c)


def _by_another_author(a: Copy, b: Copy, c: Comparison, one_title: bool) -> Judged:
    """A comment often bears the title of what it is about: asked only where all else agrees."""
    agree = c.years == 0 and False not in (c.pages, c.volume)
    one_journal = c.journal or (a.meeting and b.meeting) or not (a.journal and b.journal)
    if agree and one_title and one_journal and is_telling(a.title):
        return _ask(Rule.TITLE, "first author")
    if agree and c.pages and c.volume and one_range(a, b) and c.title >= 0.75:
        return _ask(Rule.PLACE_LIKE, "first author")
    return DIFFERENT


def _in_one_place(a: Copy, b: Copy, c: Comparison, one_title: bool) -> Judged:
    """On the same pages: which volume, and how alike the titles are, decides."""
    ranged = one_range(a, b)
    if one_title and near(c) and _is_another_version(a, b, c):
        return _ask(Rule.PAGES, "issue" if c.issue is False else "year")
    issue = c.issue is not False  # or a slip, where the title names one publication
    if c.volume and near(c) and (issue or (one_title and ranged and is_telling(a.title))):
        return _in_one_volume(a, b, c, one_title, ranged)
    if c.volume is None and near(c) and (issue or is_telling(a.title)):
        if one_title and (c.journal or c.first):
            return _same(Rule.PAGES)
        like = c.title >= LIKE_TITLE or (c.part and c.journal)
        if like and c.numbers and ranged and c.first and c.journal is not False:
            return _same(Rule.PAGES)
    if c.volume is False and one_title and near(c) and c.journal and c.first and ranged:
        return _same(Rule.PAGES)
    # a slip may be in a number, too: of a volume, of a chemical name
    numbered = c.numbers or (ranged and bool(c.issue and c.first) and c.years == 0)
    like = c.title >= 0.8 and numbered if c.volume is False else c.title >= 0.6
    if (like and near(c)) or (one_title and c.volume):
        return _ask(Rule.PAGES, first_slip(c))
    return DIFFERENT


def _is_another_version(a: Copy, b: Copy, c: Comparison) -> bool:
    """Return whether these may be two versions of a Cochrane review: its number stays the same."""
    pages = (a.pages, b.pages)
    numbered = all(each and each.letters == "cd" for each in pages)
    return numbered and (c.issue is False or bool(c.years))


def _in_one_volume(a: Copy, b: Copy, c: Comparison, one_title: bool, ranged: bool) -> Judged:
    """In one volume on the same pages; a title may be cut, translated or told in other words."""
    if one_title:
        return _same(Rule.PLACE)
    translated = c.tongues and c.journal and c.issue
    retold = (c.opening or translated) and c.title >= 0.25
    like = c.title >= LIKE_TITLE and (c.numbers or counted_of(a.title) == counted_of(b.title))
    if ranged and c.first and (like or c.part or retold):
        return _same(Rule.PLACE_LIKE)
    if c.title >= 0.8 and c.numbers and c.journal and c.first:
        return _same(Rule.PLACE_LIKE)
    possible = ranged and False not in (c.first, c.journal)
    return _ask(Rule.PLACE_LIKE, "title") if possible or c.title >= 0.5 else DIFFERENT


def _without_pages(a: Copy, b: Copy, c: Comparison) -> Judged:
    """One title, and pages missing on one side: online first, or lost in an export."""
    telling = is_telling(a.title) and is_telling(b.title)
    told_apart = c.volume is False or c.issue is False
    if telling and c.first and c.journal and _one_year(a, b, c) and not told_apart:
        return _same(Rule.TITLE if c.volume is None else Rule.ISSUE)
    if c.volume and c.issue and c.journal and _is_one_of_its_issue(a, c):
        return _same(Rule.ISSUE)
    if telling and c.first and c.years == 0 and not told_apart:
        if c.journal is None and a.meeting and b.meeting:
            return _same(Rule.MEETING)
        if c.volume and c.opening and (c.issue or c.journal is None):
            return _same(Rule.ABSTRACT)
    if telling and c.first and (c.years or 0) <= 2:
        return _ask(Rule.TITLE, first_slip(c))
    likely = (telling and (c.journal or c.opening)) or (c.journal and c.first)
    if likely and c.years == 0 and not told_apart:
        return _ask(Rule.TITLE, first_slip(c))
    return DIFFERENT


def _one_year(a: Copy, b: Copy, c: Comparison) -> bool:
    """Return whether the years may be one paper's, online first and in print.

    A year later a meeting's abstract is a paper, often by more people.
    """
    return near(c) and (c.years != 1 or len(a.names) == len(b.names))


def _is_one_of_its_issue(a: Copy, c: Comparison) -> bool:
    """Return whether a short title or that of a whole issue can stand there only once."""
    if c.opening and c.first is not False:
        return near(c)
    if "s" in (a.issue or ""):
        return False  # a supplement may hold many abstracts of few words
    if c.first:
        return near(c) and " " in a.title
    return c.first is None and c.years == 0 and bool(a.numbers) and len(a.letters) >= 20


def _on_other_pages(a: Copy, b: Copy, c: Comparison, one_title: bool) -> Judged:
    """Other pages are another publication, but for the damage that exports do to pages."""
    if not one_title:
        return DIFFERENT
    one_volume = c.volume and c.journal and c.years == 0 and c.issue is not False
    if not (is_telling(a.title) and c.first):
        short = one_volume and c.issue and c.first and c.title >= 0.97
        return _ask(Rule.ISSUE, "pages") if short else DIFFERENT
    if one_volume and c.title >= 0.97 and not (a.meeting or b.meeting) and _damaged(a, b, c):
        return _same(Rule.ABSTRACT if c.opening else Rule.ISSUE)
    asked = (c.volume and c.journal is not False and c.years == 0) or (
        near(c) and (c.journal or c.opening or a.meeting)
    )
    return _ask(Rule.TITLE, "pages") if asked else DIFFERENT


def _damaged(a: Copy, b: Copy, c: Comparison) -> bool:
    """Return whether pages that differ may be one article's: of it one side has no proper pages.

    "T8" and a BMJ number stand beside a printed range, with the same abstract by the same people;
    the day of a date of publication ("23 Dec 2010") stands for a page.
    """
    names = len(a.names) > 1 and a.names == b.names
    proper = _is_article(a) or _is_article(b)
    if c.opening and names and proper and not (_is_abstract(a) or _is_abstract(b)):
        return True
    return proper and bool(c.issue or names) and _is_day(a) != _is_day(b)


def _like_title(c: Comparison) -> Judged:
    """A title in other words, without pages: worth a person's look where all else agrees."""
    if c.volume is False or not near(c):
        return DIFFERENT
    if c.first and c.journal and c.title >= 0.75 and (c.numbers or c.title >= 0.95):
        return _ask(Rule.TITLE, "title")
    bare = c.title >= 0.95 and c.years == 0 and c.journal is not False
    return _ask(Rule.TITLE, "title") if bare and (c.first or c.opening) else DIFFERENT


# --- what the rules ask ------------------------------------------------------------------------


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


def _is_article(copy: Copy) -> bool:
    """Return whether the pages are a range, or a number online: "b4796", "ec259"."""
    pages = copy.pages
    if not pages or not pages.letters:
        return is_printed(copy)
    return is_printed(copy) or pages.letters[0] == "e" or pages.first >= 1000


def _is_abstract(copy: Copy) -> bool:
    pages = copy.pages
    return bool(pages and pages.letters == "s" and (pages.last or pages.first) == pages.first)


def _is_day(copy: Copy) -> bool:
    pages = copy.pages
    return bool(pages and not pages.last and not pages.letters and pages.first <= _LAST_DAY)
