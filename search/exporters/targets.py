"""What each program does not keep of a file that it is given, counted as we write.

Nothing is lost in the file itself; this says what the program will not show or give back. The facts
are those of METHODS 2.12; for Zotero those of its translators (github.com/zotero/translators), for
ASReview what its version 3.0.8 made of our files.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, fields, replace

from search.errors import BadInput
from search.exporters import Format
from search.exporters.wording import has_markup
from search.records import Record

Concerns = Callable[[Record], bool]
_CELL = 32_767  # characters that a cell of Excel can hold
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_DAY = re.compile(rf"\d{{1,4}}[-/]\d{{1,4}}|{_MONTH}[ /-]?\d{{1,4}}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Loss:
    """One thing that a target does not keep: which records it concerns, and what becomes of it.

    ``of`` are the fields of a record that it tells of.
    """

    what: str
    becomes: str
    concerns: Concerns
    of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """A program: the formats it is given, the best first, and what it makes of a record.

    ``shown`` are the fields that it shows as they are, ``first`` those of which it shows one value.
    """

    formats: tuple[str, ...]
    shown: frozenset[str]
    losses: tuple[Loss, ...]
    first: frozenset[str] = frozenset()
    others: str = "have no place there, and stay in the note"


def _has(*names: str) -> Concerns:
    return lambda record: any(getattr(record, name) for name in names)


def _votes(record: Record) -> bool:
    return bool(record.brought and record.brought.votes)


def _unsettled(record: Record) -> bool:
    return bool(record.brought and record.brought.outcome in ("maybe", "conflict"))


def _set(record: Record) -> bool:
    return bool(record.brought and record.brought.members)


def _no_number(record: Record) -> bool:
    values = (record.volume, record.issue)
    return any(value and not re.fullmatch(r"\d+", value) for value in values)


def _like_a_date(record: Record) -> bool:
    values = (record.volume, record.issue, record.pages, record.title)
    return any(value and _DAY.fullmatch(value) for value in values)


def _words(record: Record) -> tuple[str, ...]:
    return (*record.mesh, *record.keywords)


def _cut_by_zotero(record: Record) -> bool:
    words = _words(record)
    return any(";" in word for word in words) or (len(words) == 1 and "," in words[0])


def _cut_by_rayyan(record: Record) -> bool:
    return any(re.search(r";|--", word) for word in _words(record))


def _and_within(record: Record) -> bool:
    return any("and" in name.lower() for name in record.authors)


def _long(record: Record) -> bool:
    texts = (record.abstract, record.title, *record.notes)
    return any(len(text or "") > _CELL for text in texts) or (
        len(repr(replace(record, abstract=None, title=None))) > _CELL  # our own note, about
    )


_NOTE = "stays in one note, `sarcat: {…}`, and comes back with it"
_DECISIONS = Loss("decisions, reasons, labels", _NOTE, _votes)
_SETS = Loss("duplicate sets", _NOTE, _set)
_NUMBER = Loss("the source's own number beside a PMID", "stays in the note",
               lambda record: bool(record.pmid and record.accession), ("accession",))  # fmt: skip
_TEXTS = frozenset({"title", "abstract", "authors", "year", "keywords", "mesh", "doi"})
_PLACE = frozenset({"journal", "volume", "issue", "pages"})
_TARGETS = {
    "zotero": Target(("ris", "bibtex", "endnote-xml"), _TEXTS | _PLACE | {
        "editors", "notes", "kind",
    }, (
        Loss("PMID, PMCID", "stand in the field “Extra”", _has("pmid", "pmcid"), ("pmid", "pmcid")),
        Loss("DOI of what is no article", "stands in the field “Extra”",
             lambda record: bool(record.doi) and record.kind != "article", ("doi",)),
        Loss("keywords that hold a semicolon, or a comma and stand alone", "are cut there",
             _cut_by_zotero, ("keywords", "mesh")),
        Loss("titles with signs of HTML", "are read as HTML; the note keeps them",
             lambda record: has_markup(record.title), ("title",)),
        _NUMBER, _DECISIONS, _SETS,
    ), first=frozenset({"language", "issn", "urls"})),
    "endnote": Target(("endnote-xml", "ris", "enw"), _TEXTS | _PLACE | {
        "pmid", "pmcid", "notes", "kind", "editors",
    }, (_NUMBER, _DECISIONS, _SETS), first=frozenset({"language", "issn", "urls"})),
    "rayyan": Target(("ris", "csv"), _TEXTS - {"doi"} | {
        "journal", "pages", "language", "urls", "notes",
    }, (
        Loss("DOI", "is not read; it stands in the address too", _has("doi"), ("doi",)),
        Loss("volume and issue that are no numbers", "lose what follows the digits", _no_number,
             ("volume", "issue")),
        Loss("PMID", "becomes Rayyan's record id", _has("pmid"), ("pmid",)),
        Loss("PMCID", "is not read", _has("pmcid"), ("pmcid",)),
        Loss("keywords that hold “;” or “--”", "are cut there", _cut_by_rayyan,
             ("keywords", "mesh")),
        Loss("names that hold “and”", "are cut there in CSV: prefer RIS", _and_within,
             ("authors",)),
        _DECISIONS, _SETS,
    ), first=frozenset({"issn"})),
    "asreview": Target(("ris", "csv", "tsv"), _TEXTS | {"notes"}, (
        Loss("who decided, and why", "one label instead; the rest stays in the note", _votes),
        Loss("maybe and conflict", "count as not seen", _unsettled),
        Loss("journal, volume, issue, pages", "are not shown",
             _has("journal", "volume", "issue", "pages"), ("journal", "volume", "issue", "pages")),
        Loss("PMID, PMCID", "are not shown", _has("pmid", "pmcid"), ("pmid", "pmcid")),
        Loss("addresses", "the first is shown from CSV and TSV, none from RIS", _has("urls"),
             ("urls",)),
        _SETS,
    )),
    "covidence": Target(("ris", "endnote-xml"), _TEXTS - {"keywords", "mesh"} | _PLACE, (
        Loss("our key, decisions, reasons, labels", "are not taken over", _votes),
        Loss("PMID", "comes back as an accession number", _has("pmid"), ("pmid",)),
        Loss("duplicate sets", "are not taken over", _set),
    ), others="are not given back"),
    "excel": Target(("csv", "tsv"), _TEXTS | _PLACE | {
        "pmid", "pmcid", "language", "publication_types", "retracted", "kind", "published", "issn",
        "editors", "registrations", "urls", "vernacular_title", "accession",
    }, (
        Loss("texts of more than 32,767 characters", "are cut when Excel opens the file", _long,
             ("abstract", "title", "notes")),
        Loss("volumes, issues, pages and titles like 3-5 or May 2020",
             "are shown as a day; the note keeps them", _like_a_date,
             ("volume", "issue", "pages", "title")),
        Loss("several notes", "the first has a column, all stand in `sarcat`",
             lambda record: len(record.notes) > 1, ("notes",)),
    ), first=frozenset({"notes"}), others="have no column, and stay in the column `sarcat`"),
}  # fmt: skip
TARGETS = tuple(_TARGETS)
_SPELLED = {"endnote": "EndNote", "asreview": "ASReview"}  # where a capital letter is not enough
MOST_FOR_COVIDENCE = 15_000  # references a file, and 50 MB
# Fields in words, where their names are none.
_WORDS = {
    "mesh": "MeSH", "language": "further languages", "urls": "further addresses",
    "issn": "further ISSNs", "orcids": "ORCIDs", "published": "the full date",
    "published_online": "the date online", "created": "PubMed's dates", "status": "PubMed's status",
    "kind": "the kind of work", "vernacular_title": "the title in its own language",
    "other_abstracts": "further abstracts", "registrations": "trial numbers",
    "retracted": "the mark of a retraction", "links": "links to corrections", "pmid": "PMID",
    "pmcid": "PMCID",
}  # fmt: skip
_EMPTY = Record()
_NAMES = tuple(item.name for item in fields(Record) if item.name != "brought")


def _placeless(target: Target) -> list[tuple[str, object, bool]]:
    """Return the fields that are not told of: name, value where absent, if one value is shown."""
    told = {name for loss in target.losses for name in loss.of} | target.shown
    return [(name, getattr(_EMPTY, name), name in target.first)
            for name in _NAMES if name not in told]  # fmt: skip


def spelled(target: str) -> str:
    """Return a target's name as the program writes it."""
    return _SPELLED.get(target, target.capitalize())


def read_by(target: str) -> tuple[str, ...]:
    """Return the names of the formats that a target is given, the best first."""
    return _TARGETS[target].formats


def check(target: str, found: Format) -> None:
    """Raise BadInput when a target is unknown or does not read the format."""
    if target not in _TARGETS:
        raise BadInput(f"{target!r} is no program that is known here.", where="--for",
                       remedy=f"Choose among {', '.join(TARGETS)}.")  # fmt: skip
    reads = _TARGETS[target].formats
    if found.name not in reads:
        raise BadInput(f"{spelled(target)} is not given {found.words}.", where="--for",
                       remedy=f"It is given {', '.join(reads)}.")  # fmt: skip


class Losses:
    """Counts, record by record, what a target will not keep."""

    def __init__(self, target: str | None) -> None:
        self.target = target
        self._losses = _TARGETS[target].losses if target else ()
        self._counts = [0] * len(self._losses)
        self._asked = _placeless(_TARGETS[target]) if target else []
        self._hidden: Counter[str] = Counter()
        self._with_hidden = self.records = 0

    def count(self, record: Record) -> None:
        """Take a record into account."""
        self.records += 1
        for at, loss in enumerate(self._losses):
            self._counts[at] += loss.concerns(record)
        if hidden := self.hidden(record):
            self._hidden.update(hidden)
            self._with_hidden += 1

    def hidden(self, record: Record) -> list[str]:
        """Return the fields of a record for which the target has no place, nor a row above."""
        return [
            name for name, nothing, takes_one in self._asked
            if (value := getattr(record, name)) != nothing and not (takes_one and len(value) == 1)
        ]  # fmt: skip

    def rows(self) -> list[tuple[str, int, str]]:
        """Return what is not kept, of how many records, and what becomes of it."""
        pairs = zip(self._losses, self._counts, strict=True)
        found = [(loss.what, count, loss.becomes) for loss, count in pairs if count]
        if self.target and self._hidden:
            named = ", ".join(
                _WORDS.get(name, name.replace("_", " ")) for name, _ in self._hidden.most_common()
            )
            becomes = f"{_TARGETS[self.target].others}: {named}"
            found.append(("other fields", self._with_hidden, becomes))
        if self.target == "covidence" and self.records > MOST_FOR_COVIDENCE:
            found.append((f"records beyond {MOST_FOR_COVIDENCE}", self.records - MOST_FOR_COVIDENCE,
                          "are refused: export in parts"))  # fmt: skip
        return found
