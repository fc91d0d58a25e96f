"""The small copy of a record that deduplication compares; the record itself stays untouched."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from search.records import StoredRecord, fold

MIN_TITLE = (20, 4)  # letters and words: a shorter title ("Editorial") names too many publications
MONTHS = frozenset(
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
)

# What stands at the end of a title as a note about it, such as "[Review] [53 refs]".
_END_NOTE = re.compile(r"\s*\[[^\[\]]*\]\s*\.?\s*$")
_BRACKETS = re.compile(r"[(\[][^)\]]*[)\]]")
_SUBTITLE = re.compile(r"\s[:=/]\s")
_NOTICES = (
    ("erratum", re.compile(
        r"(published )?(erratum|errata|corrigend(um|a)|addendum)\b"
        r"|(author |publisher )?corrections?( to\b| ?[:.])", re.I)),
    ("retraction", re.compile(r"retraction( notice| note)?( ?[:.]| to\b| of\b)", re.I)),
    ("concern", re.compile(r"(editorial )?expression of concern", re.I)),
    ("reply", re.compile(
        r"(the )?(authors?|editors?)['’]?s?['’]? (reply|response)"
        r"|in (reply|response)\b ?([:.]|to\b)"
        r"|repl(y|ies)\b|response ?[:.]|response to (the )?(letter|comment|editor)", re.I)),
    ("comment", re.compile(r"comments?( ?[:.]| on\b)|commentary( ?[:.]| on\b)|re ?:", re.I)),
)  # fmt: skip
_PROTOCOL = re.compile(
    r"\b(study|trial|review|research|registry|cohort) protocol\b|\bprotocol (for|of) (an?|the)\b"
    r"|: (an? |the )?protocol\b",
    re.I,
)
_NOTICE_TYPES = {
    "published erratum": "erratum",
    "comment": "comment",
    "retraction of publication": "retraction",
    "retraction notice": "retraction",
    "expression of concern": "concern",
    "clinical trial protocol": "protocol",
}
# Titles that name a kind of text and not one publication (in folded form).
_GENERIC = re.compile(
    r"\bannual (report|meeting|conference|congress)\b|\b(conference|meeting|poster) abstracts?\b"
    r"|^abstracts? (of|from|presented)\b|^proceedings of\b|^letters? to the editors?\b"
    r"|^(a )?(letter|note|word) from the editors?\b|^from the editors?\b"
    r"|^(guest |invited )?editorial\b"
    r"|^(invited|editorial) comment(ary)?\b|^in this issue\b|^table of contents\b|^book reviews?\b"
    r"|^(the )?authors? (s )?(reply|response)\b"
    r"|^introduction to (the|this)\b.*\b(issue|supplement)\b"
    r"|^news (and|from)\b|^list of\b|^program(me)? and abstracts?\b"
    r"|^instructions (for|to) authors\b"
)
_SMALL_WORDS = frozenset(
    [
        "a",
        "an",
        "and",
        "the",
        "of",
        "on",
        "in",
        "for",
        "to",
        "de",
        "la",
        "le",
        "les",
        "du",
        "des",
        "der",
        "die",
        "das",
        "und",
        "et",
        "y",
    ]
)
_PAGES = re.compile(r"([a-z]{0,3})(\d{1,7})(?:\s*[-‐‑‒–—]+\s*([a-z]{0,3})(\d{1,7}))?", re.I)


class Pages(NamedTuple):
    """Letters before the number ("S" of "S12-5"), first page, and the last where it is given."""

    letters: str
    first: int
    last: int | None

    def __str__(self) -> str:
        return f"{self.letters}{self.first}" + (f"-{self.last}" if self.last else "")


@dataclass(frozen=True, slots=True)
class Copy:
    """What of a record is compared. Titles, names and journals are folded; absent is None or ""."""

    key: str
    pmid: str | None
    doi: str | None
    pmcid: str | None
    titles: tuple[str, ...]  # the title, and the vernacular one where there is one
    year: int | None
    family: str  # of the first author
    journal: str
    volume: str | None
    issue: str | None
    pages: Pages | None
    notice: str | None  # what the title says it is: erratum, comment, reply, retraction, protocol
    typed: str | None  # the same by its publication types
    fullness: int  # how many fields are filled

    @property
    def signature(self) -> tuple[object, ...]:
        """Return all that a comparison looks at: no rule tells apart two copies that share it."""
        return (self.pmid, self.doi, self.pmcid, self.titles, self.year, self.family, self.journal,
                self.volume, self.issue, self.pages, self.notice, self.typed)  # fmt: skip


def copy_of(stored: StoredRecord) -> Copy:
    """Return the copy of a record for comparison."""
    record = stored.record
    return Copy(
        key=stored.key,
        pmid=record.pmid,
        doi=record.doi,
        pmcid=record.pmcid,
        titles=_titles(record.title, record.vernacular_title),
        year=record.year,
        family=family_of(record.authors[0]) if record.authors else "",
        journal=journal_of(record.journal),
        volume=_number(record.volume),
        issue=_number(record.issue),
        pages=pages_of(record.pages),
        notice=notice_of(record.title),
        typed=typed_notice_of(record.publication_types),
        fullness=sum(bool(value) for value in (
            record.title, record.abstract, record.authors, record.year, record.journal,
            record.volume, record.issue, record.pages, record.pmid, record.doi, record.pmcid,
            record.publication_types, record.mesh, record.keywords, record.language,
        )),
    )  # fmt: skip


def _titles(*titles: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(folded for title in titles if (folded := title_of(title))))


def title_of(title: str | None) -> str:
    """Return a title folded, without the notes in brackets at its end."""
    kept = title or ""
    while kept.endswith(("]", "].", "] ")) and (found := _END_NOTE.search(kept)):
        if not kept[: found.start()].strip(" ."):
            break  # all of it stands in brackets: a translated title, not a note
        kept = kept[: found.start()]
    return fold(kept)


def is_telling(title: str) -> bool:
    """Return whether a folded title is long and particular enough to name one publication."""
    letters, words = MIN_TITLE
    return len(title) >= letters and title.count(" ") >= words - 1 and not _GENERIC.search(title)


def family_of(author: str) -> str:
    """Return the folded family name of "Family, Given"; without comma, the words but initials."""
    family, comma, _given = author.partition(",")
    words = fold(family).split()
    if comma or len(words) < 2:
        return " ".join(words)
    return " ".join(word for word in words if len(word) > 2) or " ".join(words)


def journal_of(journal: str | None) -> str:
    """Return the folded words of a journal's name, without subtitle, place and small words."""
    plain = _SUBTITLE.split(_BRACKETS.sub(" ", journal or ""), maxsplit=1)[0]
    words = fold(plain).split()
    return " ".join(word for word in words if word not in _SMALL_WORDS)


def pages_of(pages: str | None) -> Pages | None:
    """Return the pages ("F479-85" is F, 479 to 485), or None where they cannot be trusted.

    Not to be trusted are a range that a spreadsheet turned into a date ("06-Oct") or back to front.
    """
    found = _PAGES.fullmatch((pages or "").strip().rstrip(".;,"))
    if not found:
        return None
    before, first, letters, last = found.groups()
    if {before.lower(), (letters or "").lower()} & MONTHS:
        return None
    if last and len(last) < len(first):
        last = first[: len(first) - len(last)] + last
    if last and int(last) < int(first):
        return None
    return Pages(before.lower(), int(first), int(last) if last else None)


def _number(text: str | None) -> str | None:
    """Return a volume or issue that is a plain number; exports damage others: "1)", "01-Feb"."""
    plain = (text or "").strip()
    return plain.lstrip("0") if plain.isascii() and plain.isdigit() else None


def notice_of(title: str | None) -> str | None:
    """Return which kind of notice (or protocol) a title says that it is, or None."""
    plain = (title or "").strip().lstrip("[").strip()
    for kind, pattern in _NOTICES:
        if pattern.match(plain):
            return kind
    is_protocol = "protocol" in plain.lower() and _PROTOCOL.search(plain)
    return "protocol" if is_protocol else None


def typed_notice_of(types: Iterable[str]) -> str | None:
    """Return which kind of notice (or protocol) the publication types say that it is, or None."""
    kinds = (_NOTICE_TYPES.get(each.casefold()) for each in types)
    return next((kind for kind in kinds if kind), None)
