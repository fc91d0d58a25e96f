"""The small copy of a record that deduplication compares; the record itself stays untouched."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from screening.dedupe.notices import notice_of, typed_notice_of, without_place
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
from search.records import StoredRecord, fold

# What stands at the end of a title as a note about it, such as "[Review] [53 refs]".
_END_NOTE = re.compile(r"\s*\[([^\[\]]*)\]\s*\.?\s*$")
# "Translated title. [Russian] Title as printed": MEDLINE by way of some hosts.
_LANGUAGE_NOTE = re.compile(
    r"\s*\[(?:afrikaans|bulgarian|chinese|croatian|czech|danish|dutch|english|finnish|french|german"
    r"|greek|hebrew|hungarian|italian|japanese|korean|norwegian|persian|polish|portuguese|romanian"
    r"|russian|serbian|slovak|spanish|swedish|turkish|ukrainian)\]\.?\s+(?=\S)",
    re.I,
)
# "[Erratum appears in Some J. 2009;9(9):2205 Note: Name[added]]": to the end, whatever is in it.
_APPEARS = re.compile(
    r"\s*\[\s*(?:\w+ )?(?:erratum|correct\w*|comment|retract\w*|corrigendum|summary)[^\[\]]{0,30}"
    r"\b(?:appears?|in|on|published)\b.*$",
    re.I | re.S,
)
_DAMAGED = re.compile(r"#(?:NAME\?|VALUE!|REF!|N/A|NUM!|DIV/0!|NULL!)")
_MARKUP = re.compile(r"</?[a-z]{1,4}( [^<>]*)?>", re.I)
_LEAST_TRANSLATION = 25  # letters: a shorter note in brackets is no title in another language
_NOTE_WORDS = re.compile(r"\b(appears?|erratum|comment|refs?|published|correct\w*|see)\b", re.I)
_INITIALS = re.compile(r"(?:[A-Z]\.?-?){1,4}|(?:[A-Z][a-z]?\.)+|Jr\.?|Sr\.?|I{2,3}", re.U)
_OPENING = 60  # letters of an abstract that are kept
_OPENING_READ = 150
_OPENING_LABELS = re.compile(
    r"^(background|objectives?|aims?|purpose|introduction|context|abstract|summary|and|the)\b\W*",
    re.I,
)
MAX_NAMES = 4
_YEARS = range(1850, 2101)  # other numbers in a year's field are volumes or slips

# Letters that a decomposition leaves as they are, and Greek ones by their names.
_LETTERS = str.maketrans({
    "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ı": "i", "đ": "d", "Đ": "D", "æ": "ae", "Æ": "AE",
    "œ": "oe", "Œ": "OE", "ß": "ss", "®": " ", "™": " ", "©": " ",
})  # fmt: skip
_GREEK_LETTERS = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta",
    "η": "eta", "θ": "theta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu",
    "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau", "υ": "upsilon", "φ": "phi",
    "χ": "chi", "ψ": "psi", "ω": "omega",
}  # fmt: skip
_GREEK = str.maketrans({
    **_GREEK_LETTERS,
    **{letter.upper(): name for letter, name in _GREEK_LETTERS.items()},
    "µ": "mu", "ς": "sigma", "ϕ": "phi",
})  # fmt: skip
_ROMAN = {
    "ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "xi": "11",
    "xii": "12",
}  # fmt: skip
_ROMAN_LETTERS = {"i": "1", "v": "5", "x": "10"}
_ROMAN_WORDS = frozenset([*_ROMAN, *_ROMAN_LETTERS])
_COUNTED = frozenset(
    ["part", "type", "phase", "stage", "class", "grade", "factor", "chapter", "series", "section",
     "step", "report", "study"]
)  # fmt: skip
_WEB_ENDING = re.compile(r"/(abstract|full|e?pdf)$")
_DIGITS = re.compile(r"\d+")
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


# --- title -------------------------------------------------------------------------------------


def title_of(title: str | None) -> str:
    """Return a title folded, without the notes in brackets at its end."""
    return titles_of(title, None)[0]


def titles_of(title: str | None, vernacular: str | None) -> tuple[str, tuple[str, ...]]:
    """Return a title folded, and what else it is called: in the vernacular, or in brackets."""
    kept = "" if not title or (title[0] == "#" and _DAMAGED.match(title)) else title
    if "[" in kept:
        kept = _APPEARS.sub("", kept) or kept
    others: list[str] = []
    while kept.endswith(("]", "].", "] ")) and (found := _END_NOTE.search(kept)):
        before = kept[: found.start()]
        if not before.strip(" ."):
            break  # all of it stands in brackets: a translated title, not a note
        note = found.group(1)
        if len(note) >= _LEAST_TRANSLATION and not _NOTE_WORDS.search(note):
            others.append(_folded(note))
        kept = before
    if "[" in kept and len(parts := _LANGUAGE_NOTE.split(kept, maxsplit=1)) == 2 and parts[0]:
        kept = parts[0]
        others.append(_folded(parts[1]))
    if vernacular:
        others.append(_folded(vernacular))
    folded = _folded(without_place(kept))
    return folded, tuple(dict.fromkeys(other for other in others if other and other != folded))


def _folded(text: str) -> str:
    if "<" in text:
        text = _MARKUP.sub("", text)
    if "&" in text:
        text = html.unescape(html.unescape(text)).replace("&", " and ")
    if not text.isascii():
        text = text.translate(_LETTERS).translate(_GREEK)
    return fold(text)


def numbers_of(title: str) -> tuple[str, ...]:
    """Return the numbers of a folded title in order: "part ii at 6 months" has 2 and 6.

    A single letter is a number only behind a word that counts: "part v", not "v wave".
    """
    words = title.split()
    if not _DIGITS.search(title) and _ROMAN_WORDS.isdisjoint(words):
        return ()
    found: list[str] = []
    before = ""
    for word in words:
        if word in _ROMAN:
            found.append(_ROMAN[word])
        elif word in _ROMAN_LETTERS and before in _COUNTED:
            found.append(_ROMAN_LETTERS[word])
        elif not word.isalpha():
            found += _DIGITS.findall(word)
        before = word
    return tuple(found)


def counted_of(title: str) -> tuple[str, ...]:
    """Return which part, phase, study, … a folded title says that it is: of "part ii" 2."""
    pairs = zip(words := title.split(), words[1:], strict=False)
    numbers = {**_ROMAN, **_ROMAN_LETTERS}
    found = (numbers.get(word, word) for before, word in pairs if before in _COUNTED)
    return tuple(number for number in found if number.isdigit())


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
        family = family.translate(_LETTERS)
    return _WRITTEN_ALIKE.sub("", fold(family))


def given_of(author: str) -> str:
    """Return the folded given names or initials of "Family, Given"."""
    given = author.partition(",")[2]
    return _WRITTEN_ALIKE.sub("", fold(given.translate(_LETTERS)))


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
    return _folded(start).replace(" ", "")[:_OPENING]
