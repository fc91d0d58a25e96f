"""The rules: from a comparison to one of three answers.

Pure. What speaks against a pair is looked at first: a wrong merge loses a study and nobody sees it,
a duplicate left in costs a reviewer a minute. Identifiers alone join nothing: numbers are copied
from a paper to its erratum, and one DOI stands on every abstract of a supplement.

The order of the stages is DedupEndNote's (globbestael/DedupEndNote: year, then pages or DOI, then
names, title, journal); the thresholds were set on five of the seven sets in benchmarks/README.md.
"""

from __future__ import annotations

from screening.dedupe.answers import (
    DIFFERENT,
    LIKE_TITLE,
    ONE_TITLE,
    Answer,
    Judged,
    Rule,
    ask,
    first_slip,
    near,
    one_range,
    same,
)
from screening.dedupe.by_description import by_description
from screening.dedupe.evidence import Comparison
from screening.dedupe.normalise import Copy
from screening.dedupe.notices import is_telling

_LEAST_REASONS = 2


def judge(a: Copy, b: Copy, c: Comparison) -> Judged:
    """Return what the rules say of two copies that compare as ``c``."""
    one_title = (c.title >= ONE_TITLE and c.numbers and c.words) or c.beginning
    if c.pmid is False:
        return ask(Rule.DOI, "PMID") if c.doi and one_title else DIFFERENT
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
        found = by_description(a, b, c, one_title)
    if found.answer is not Answer.SAME:
        return found
    if not c.pmid and a.typed != b.typed:
        return ask(found.rule, "publication type")
    return found if _speaking_for(c) >= _LEAST_REASONS else ask(found.rule, first_slip(c))


def _speaking_for(c: Comparison) -> int:
    """Return how many fields speak for a pair: nothing is joined for one reason alone."""
    fields = (c.pmid, c.doi, c.pmcid, c.pages, c.volume, c.issue, c.journal, c.first, c.opening)
    return fields.count(True) + (c.title >= LIKE_TITLE or c.part) + (c.years == 0)


def _of_two_kinds(c: Comparison) -> Judged:
    """An erratum, reply, protocol or register's entry is not what it is about.

    A person is asked where a number says otherwise, or one issue: both may be the notice.
    """
    if c.pmid or c.doi or c.pmcid:
        return ask(Rule.PMID if c.pmid else Rule.DOI, "kind of text")
    one_issue = c.volume and c.issue and c.journal and c.first and c.title >= 0.6
    return ask(Rule.ISSUE, "kind of text") if one_issue else DIFFERENT


# --- by an identifier --------------------------------------------------------------------------


def _by_pmid(a: Copy, b: Copy, c: Comparison) -> Judged:
    """Another database's own number can stand in the field: something else has to agree."""
    if a.title and b.title and c.title < 0.5 and not c.beginning:
        if c.doi is False:
            return ask(Rule.PMID, "title and DOI")
        return same(Rule.PMID) if c.pages and c.volume else ask(Rule.PMID, "title")
    if c.title or c.pages or c.volume or c.journal or c.first or c.doi:
        return same(Rule.PMID)
    return ask(Rule.PMID, "title")


def _by_doi(a: Copy, b: Copy, c: Comparison, one_title: bool) -> Judged:
    """One DOI with one title is one publication, unless it was printed twice over."""
    rule = Rule.DOI if c.doi else Rule.PMCID
    slips = [field for field in (c.pages, c.volume, c.journal) if field is False]
    if one_title and len(slips) <= 1 and (a.title or c.pages or c.first):
        journals_alone = c.journal is False and (c.pages or c.volume or c.title >= 0.97)
        if not slips or journals_alone or not (c.first is False or a.meeting or b.meeting):
            return same(rule)
    if one_title:
        return ask(rule, first_slip(c))
    if not (a.title and b.title):
        one_place = c.pages and c.volume and c.first and not slips
        return same(rule) if one_place else ask(rule, "title")
    if _retold_under_one_doi(a, b, c, len(slips)):
        return same(rule)
    if rule is Rule.PMCID and not slips and c.first is not False and c.title >= 0.5:
        return same(rule)
    return ask(rule, "title") if c.title >= 0.6 else DIFFERENT


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
        return same(Rule.PLACE)
    place = (c.pages, c.volume, c.journal)
    if False not in place and near(c) and (c.first is not False or c.pages):
        return ask(Rule.PLACE if c.pages else Rule.TITLE, "DOI")
    return DIFFERENT
