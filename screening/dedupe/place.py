"""Where a text was printed: journal, volume, issue, pages, read through the damage of exports.

Spreadsheets turn pages into dates ("6-10" into "06-Oct"), databases cut volumes ("1)") and put the
whole place into the journal's name ("Neuron.45 (1) ()(pp 11-16) 2005.Date of Publication: …").
What cannot be trusted counts as absent.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from search.records import fold

_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_PAGES = re.compile(
    r"(?:pp?\.? ?)?([a-z]{0,4})[. -]?(\d{1,9})([a-z]?)"
    r"(?:\s*[-‐‑‒–—−]+\s*([a-z]{0,4})[. ]?(\d{1,9})([a-z]?))?(?=$|[;:,+ ])",
    re.I,
)
_AS_DATE = re.compile(r"(\d{1,2})-([A-Z][a-z]{2})|([A-Z][a-z]{2})-(\d{2})")
_NUMBER = re.compile(r"0*(\d{1,6})(?![\d)])")
_NAMED_SUPPLEMENT = re.compile(r"(\d{0,4})[ .(]*suppl[a-z]*[ .]*(\w{0,3})\)?", re.I)
_LAST_NUMBER = re.compile(r"[^\d\s)][.,] 0*(\d{1,6})$")
_BRACKETS = re.compile(r"[(\[][^)\]]*[)\]]")
_SUBTITLE = re.compile(r"\s[:=/]\s")
_STUCK = re.compile(r"\.(\d{1,4})(?: ?\(([^)]*)\))?")
_MEETING = re.compile(
    r"\bconference\b|\bannual (scientific )?(meeting|congress)\b|\bmeeting abstracts?\b", re.I
)
_AFTER_NAME = re.compile(
    r"\. ?(?:Conference\b|\d{1,4}\b|Date of Publication|Article Number)|\.?,? (?:19|20)\d\d\.?$",
    re.I,
)
_CONFERENCE = re.compile(r"\bConference: *(.+)", re.I)
_SMALL_WORDS = frozenset(
    ["a", "an", "and", "the", "of", "on", "in", "for", "to", "de", "la", "le", "les", "du", "des",
     "der", "die", "das", "und", "et", "y", "e", "l", "del", "di", "part", "section", "series"]
)  # fmt: skip
_YEAR = re.compile(r"(?:18|19|20)\d\d")
_LAST_YEAR = re.compile(r"\b((?:19|20)\d\d)\W*$")
# "2007 International Conference on …", "25th Americas Conference on …"
_NUMBERED = re.compile(r"((?:18|19|20)\d\d )?(\d{1,3}(?:st|nd|rd|th) )?")
_REGISTER = re.compile(
    r"clinicaltrials|\bnct\d|\bisrctn|trialsearch|anzctr|chictr|euctr|\bwho ictrp\b|trial regist"
    r"|\bprospero\b",
    re.I,
)


_SLIP = 1  # pages by which databases differ over where an article ends


class Pages(NamedTuple):
    """Letters beside the number ("s" of "S12-5"), first page, and the last where it is given.

    ``or_first`` is the other reading of pages that became a date: "20-Apr" was 4-20, or 20-4 for
    20-24.
    """

    letters: str
    first: int
    last: int | None
    or_first: int | None = None

    def __str__(self) -> str:
        return f"{self.letters}{self.first}" + (f"-{self.last}" if self.last else "")


def pages_of(pages: str | None, year: int | None = None) -> Pages | None:
    """Return the pages ("F479-85" is f, 479 to 485), or None where they cannot be trusted.

    A date is read back as the range it was: "06-Oct" as 6-10, "Nov-17" as 11-17. The year alone is
    no page.
    """
    if not pages:
        return None
    start, dash, end = pages.partition("-")
    if start.isdigit() and (not dash or end.isdigit()) and pages.isascii() and len(pages) < 10:
        return _plain_pages(start, end) if pages != str(year) else None  # half of all
    plain = pages.strip().rstrip(".;, ")
    if dated := _AS_DATE.fullmatch(plain):
        return _pages_of_date(*dated.groups())
    found = _PAGES.match(plain)
    if not found or plain == str(year):
        return None
    before, first, after, before_last, last, _after_last = found.groups()
    letters = (before or after or "").lower()
    if letters in _MONTHS or (before_last or "").lower() in _MONTHS:
        return None
    return _plain_pages(first, last or "", letters)


def _plain_pages(first: str, last: str, letters: str = "") -> Pages | None:
    """Return pages of digits; of "512-20" the last is 520."""
    if last and len(last) < len(first):
        last = first[: len(first) - len(last)] + last
    if last and int(last) < int(first):
        return None
    return Pages(letters, int(first), int(last) if last else None)


def _pages_of_date(
    day: str | None, month: str | None, month_first: str | None, year: str | None
) -> Pages | None:
    number = _MONTHS.get((month or month_first or "").lower())
    if number is None:
        return None
    other = int(day or year or 0)
    if month_first:
        return Pages("", number, other) if number <= other else None
    return Pages("", min(number, other), None, max(number, other)) if other else None


def volume_of(text: str | None, year: int | None) -> str | None:
    """Return the number of a volume: of "45 (Suppl 1)" 45; None for "1)", which is cut off."""
    plain = (text or "").strip()
    if plain.isascii() and plain.isdigit():
        number: str | None = plain.lstrip("0")
    else:
        found = _NUMBER.match(plain) or _LAST_NUMBER.search(plain)
        number = found.group(1) if found else None
    return None if not number or number == str(year) else number


def issue_of(text: str | None) -> str | None:
    """Return an issue that is a plain number, or a supplement by its name: "8s1", "sh".

    Exports damage others: "1)", "01-Feb".
    """
    plain = (text or "").strip()
    if plain.isascii() and plain.isdigit():
        return plain.lstrip("0")
    found = _NAMED_SUPPLEMENT.fullmatch(plain)
    return f"{found[1]}s{found[2].lower()}" if found and found[2] else None


def stuck_place_of(journal: str) -> tuple[str | None, str | None]:
    """Return volume and issue that stand behind a journal's name, where they do."""
    found = _STUCK.search(journal)
    return (found.group(1), found.group(2)) if found else (None, None)


@lru_cache(maxsize=65_536)
def is_meeting(journal: str | None) -> bool:
    """Return whether the place is a meeting's by its name."""
    return bool(journal and _MEETING.search(journal))


@lru_cache(maxsize=4_096)
def conference_of(journal: str) -> str:
    """Return the folded name of the meeting that a journal's name is followed by, or ""."""
    found = _CONFERENCE.search(journal)
    return journal_of(found.group(1)) if found else ""


@lru_cache(maxsize=65_536)
def is_register(journal: str | None) -> bool:
    """Return whether the place is a register of trials or reviews and no journal."""
    return bool(journal and _REGISTER.search(journal))


@lru_cache(maxsize=65_536)
def journal_of(journal: str | None) -> str:
    """Return the folded words of a journal's name, without subtitle, place and small words."""
    if not journal:
        return ""
    name = _AFTER_NAME.split(journal, maxsplit=1)[0]
    plain = _SUBTITLE.split(_BRACKETS.sub(" ", name), maxsplit=1)[0].replace("&amp;", " ")
    words = fold(plain).split()
    while len(words) > 1 and _YEAR.fullmatch(words[-1]):
        words.pop()
    if (year := _LAST_YEAR.search(journal)) and _MEETING.search(name) and words[0] != year[1]:
        words.insert(0, year[1])  # where others have it: which meeting of a series this is
    if "vols" in words[3:]:
        words = words[: words.index("vols", 3)]  # "…, VOLS 1-3"
    return " ".join(word for word in words if word not in _SMALL_WORDS) or " ".join(words)


@lru_cache(maxsize=65_536)
def journals_agree(left: str, right: str) -> bool | None:
    """Return whether two folded names are one journal's; None where that cannot be said.

    One where each word shortens the other's at the same place ("natl" for "national") or one is the
    initials of the other; not to be told where either is absent or one begins the other.
    """
    if not left or not right:
        return None
    if left[0].isdigit() or right[0].isdigit():
        ours, theirs = _NUMBERED.match(left), _NUMBERED.match(right)
        assert ours  # it matches nothing, too
        assert theirs
        pairs = zip(ours.groups(), theirs.groups(), strict=True)
        if any(one and other and one != other for one, other in pairs):
            return False  # two meetings of a series
        left, right = left[ours.end() :] or left, right[theirs.end() :] or right
    if left == right or left.replace(" ", "") == right.replace(" ", ""):
        return True
    short, long = sorted((left.split(), right.split()), key=lambda words: len("".join(words)))
    if len(short) == 1 and len(long) > 1 and short[0] == "".join(word[0] for word in long):
        return True  # JCO for Journal of Clinical Oncology
    if len(short) == len(long) and all(map(_one_word, short, long)):
        return True
    few, many = sorted((short, long), key=len)
    begins = len(few) > 2 or _one_word(few[0], many[0])
    return None if begins and _in_order(few, many) else False


def _in_order(few: list[str], many: list[str]) -> bool:
    rest = iter(many)
    return all(any(_one_word(word, other) for other in rest) for word in few)


def _one_word(a: str, b: str) -> bool:
    return a[0] == b[0] and (_shortens(a, b) or _shortens(b, a))


def _shortens(short: str, full: str) -> bool:
    letters = iter(full)  # "natl" for "national", "j" for "journal"
    return all(letter in letters for letter in short)


def _same_length(left: Pages, right: Pages) -> bool:
    """Return whether pages counted from 1 can be those that were printed later."""
    if not left.last or not right.last:
        return True
    return abs((left.last - left.first) - (right.last - right.first)) <= _SLIP


def pages_agree(left: Pages | None, right: Pages | None) -> bool | None:
    """Return whether the pages are the same; None where that cannot be said.

    A single page may be the first of a range, and an article's number stands beside "1-12".
    """
    if not left or not right:
        return None
    if left.or_first or right.or_first:
        return (
            True if {left.first, left.or_first} & {right.first, right.or_first} - {None} else None
        )
    if left.first == right.first:
        if left.last and right.last and abs(left.last - right.last) > _SLIP:
            return None if left.letters == right.letters else False
        one_letter = left.letters == right.letters or "" in (left.letters, right.letters)
        return True if one_letter else None
    if 1 in (left.first, right.first):
        return None if _same_length(left, right) else False
    if (left.letters == "e") != (right.letters == "e"):
        return None
    if left.last and left.last == right.last:
        return None  # a slip in the first page
    return False
