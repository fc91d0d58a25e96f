"""The rules for records that only their description can tell: title, place, names, abstract.

Pure. Where the pages stand decides which rule is asked.
"""

from __future__ import annotations

from screening.dedupe.answers import (
    DIFFERENT,
    LIKE_TITLE,
    Judged,
    Rule,
    ask,
    first_slip,
    is_printed,
    near,
    one_range,
    same,
)
from screening.dedupe.evidence import Comparison
from screening.dedupe.normalise import Copy
from screening.dedupe.notices import is_telling
from screening.dedupe.titles import counted_of
from screening.dedupe.titles_compared import is_begun

_LAST_DAY = 31


def by_description(a: Copy, b: Copy, c: Comparison, one_title: bool) -> Judged:
    """Return the answer for two records without an identifier that agrees or differs."""
    if not (a.title and b.title):
        one_place = c.pages and c.volume and near(c) and False not in (c.first, c.journal)
        return ask(Rule.PLACE, "title") if one_place else DIFFERENT
    if c.first is False and not (c.pages and c.volume and (one_title or c.opening)):
        return _by_another_author(a, b, c, one_title)
    if c.pages:
        return _in_one_place(a, b, c, one_title)
    if c.pages is False:
        return _on_other_pages(a, b, c, one_title)
    return _without_pages(a, b, c) if one_title else _like_title(a, b, c)


def _by_another_author(a: Copy, b: Copy, c: Comparison, one_title: bool) -> Judged:
    """A comment often bears the title of what it is about: asked only where all else agrees."""
    agree = c.years == 0 and False not in (c.pages, c.volume)
    one_journal = c.journal or (a.meeting and b.meeting) or not (a.journal and b.journal)
    if agree and one_title and one_journal and is_telling(a.title):
        return ask(Rule.TITLE, "first author")
    if agree and c.pages and c.volume and one_range(a, b) and c.title >= 0.75:
        return ask(Rule.PLACE_LIKE, "first author")
    return DIFFERENT


def _in_one_place(a: Copy, b: Copy, c: Comparison, one_title: bool) -> Judged:
    """On the same pages: which volume, and how alike the titles are, decides."""
    ranged = one_range(a, b)
    if one_title and near(c) and _is_another_version(a, b, c):
        return ask(Rule.PAGES, "issue" if c.issue is False else "year")
    issue = c.issue is not False  # or a slip, where the title names one publication
    if c.volume and near(c) and (issue or (one_title and ranged and is_telling(a.title))):
        return _in_one_volume(a, b, c, one_title, ranged)
    if c.volume is None and near(c) and (issue or is_telling(a.title)):
        if one_title and (c.journal or c.first):
            return same(Rule.PAGES)
        like = c.title >= LIKE_TITLE or (c.part and c.journal)
        if like and c.numbers and ranged and c.first and c.journal is not False:
            return same(Rule.PAGES)
    if c.volume is False and one_title and near(c) and c.journal and c.first and ranged:
        return same(Rule.PAGES)
    # a slip may be in a number, too: of a volume, of a chemical name
    numbered = c.numbers or (ranged and bool(c.issue and c.first) and c.years == 0)
    like = c.title >= 0.8 and numbered if c.volume is False else c.title >= 0.6
    if (like and near(c)) or (one_title and c.volume):
        return ask(Rule.PAGES, first_slip(c))
    return DIFFERENT


def _is_another_version(a: Copy, b: Copy, c: Comparison) -> bool:
    """Return whether these may be two versions of a Cochrane review: its number stays the same."""
    pages = (a.pages, b.pages)
    numbered = all(each and each.letters == "cd" for each in pages)
    return numbered and (c.issue is False or bool(c.years))


def _in_one_volume(a: Copy, b: Copy, c: Comparison, one_title: bool, ranged: bool) -> Judged:
    """In one volume on the same pages; a title may be cut, translated or told in other words."""
    if one_title and not ranged and not c.opening:
        if c.first is False and not set(a.names) & set(b.names):
            return ask(Rule.PLACE, "first author")  # letters on one paper stand on one page
        if c.beginning and not (is_printed(a) or is_printed(b)):
            return ask(Rule.PLACE, "title")  # and so do abstracts of one group
    if one_title:
        return same(Rule.PLACE)
    translated = c.tongues and c.journal and c.issue
    retold = (c.opening or translated) and c.title >= 0.25
    like = c.title >= LIKE_TITLE and (c.numbers or counted_of(a.title) == counted_of(b.title))
    if ranged and c.first and (like or c.part or retold):
        return same(Rule.PLACE_LIKE)
    spelled = ranged or c.words or c.opening or bool(a.notice)  # else two abstracts on one page
    if c.title >= 0.8 and c.numbers and spelled and c.journal and c.first:
        return same(Rule.PLACE_LIKE)
    possible = ranged and False not in (c.first, c.journal)
    return ask(Rule.PLACE_LIKE, "title") if possible or c.title >= 0.5 else DIFFERENT


def _without_pages(a: Copy, b: Copy, c: Comparison) -> Judged:
    """One title, and pages missing on one side: online first, or lost in an export."""
    telling = is_telling(a.title) and is_telling(b.title)
    told_apart = c.volume is False or c.issue is False
    if telling and c.first and c.beginning and not c.opening:
        return ask(Rule.TITLE, "title") if near(c) else DIFFERENT  # a paper and its companion
    if telling and c.first and c.opening is False and c.volume is None:
        return ask(Rule.TITLE, "abstract") if near(c) else DIFFERENT
    if telling and c.first and c.journal and _one_year(a, b, c) and not told_apart:
        return same(Rule.TITLE if c.volume is None else Rule.ISSUE)
    if c.volume and c.issue and c.journal and _is_one_of_its_issue(a, c):
        return same(Rule.ISSUE)
    if telling and c.first and c.years == 0 and not told_apart:
        if c.journal is None and a.meeting and b.meeting:
            return same(Rule.MEETING)
        if c.volume and c.opening and (c.issue or c.journal is None):
            return same(Rule.ABSTRACT)
    if telling and c.first and (c.years or 0) <= 2:
        return ask(Rule.TITLE, first_slip(c))
    likely = (telling and (c.journal or c.opening)) or (c.journal and c.first)
    if likely and c.years == 0 and not told_apart:
        return ask(Rule.TITLE, first_slip(c))
    silent = near(c) and False not in (c.first, c.journal, c.volume, c.issue, c.opening)
    return ask(Rule.TITLE, first_slip(c)) if telling and silent else DIFFERENT


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
        return ask(Rule.ISSUE, "pages") if short else DIFFERENT
    if one_volume and c.title >= 0.97 and not (a.meeting or b.meeting) and _damaged(a, b, c):
        return same(Rule.ABSTRACT if c.opening else Rule.ISSUE)
    asked = (c.volume and c.journal is not False and c.years == 0) or (
        near(c) and (c.journal or c.opening or a.meeting)
    )
    return ask(Rule.TITLE, "pages") if asked else DIFFERENT


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


def _like_title(a: Copy, b: Copy, c: Comparison) -> Judged:
    """A title in other words, without pages: worth a person's look where all else agrees."""
    if c.volume is False or not near(c):
        return DIFFERENT
    if c.first and c.journal and c.title >= 0.75 and (c.numbers or c.title >= 0.95):
        return ask(Rule.TITLE, "title")
    if c.first and c.journal and c.title >= 0.6 and is_begun(a, b) and c.years == 0:
        return ask(Rule.TITLE, "title")  # a subtitle with a number in it, left out
    bare = c.title >= 0.95 and c.years == 0 and c.journal is not False
    return ask(Rule.TITLE, "title") if bare and (c.first or c.opening) else DIFFERENT


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
