"""What each program does not keep of a file that it is given (METHODS 2.12), counted as we write.

Nothing is lost in the file itself; this says what the program will not show or give back.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from search.errors import BadInput
from search.exporters import Format
from search.records import Record

Concerns = Callable[[Record], bool]


@dataclass(frozen=True, slots=True)
class Loss:
    """One thing that a target does not keep: which records it concerns, and what becomes of it."""

    what: str
    becomes: str
    concerns: Concerns


def _votes(record: Record) -> bool:
    return bool(record.brought and record.brought.votes)


def _unsettled(record: Record) -> bool:
    return bool(record.brought and record.brought.outcome in ("maybe", "conflict"))


def _set(record: Record) -> bool:
    return bool(record.brought and record.brought.members)


def _no_number(record: Record) -> bool:
    values = (record.volume, record.issue)
    return any(value and not re.fullmatch(r"\d+", value) for value in values)


def _listed_word(record: Record) -> bool:
    return any(re.search(r";|--", word) for word in (*record.mesh, *record.keywords))


def _and_within(record: Record) -> bool:
    return any("and" in name.lower() for name in record.authors)


def _long(record: Record) -> bool:
    return any(len(text or "") > 32_767 for text in (record.abstract, record.title, *record.notes))


_NOTE = "stays in one note, `sarcat: {…}`, and comes back with it"
_DECISIONS = Loss("decisions, reasons, labels", _NOTE, _votes)
_SETS = Loss("duplicate sets", _NOTE, _set)
_TARGETS: dict[str, tuple[tuple[str, ...], tuple[Loss, ...]]] = {
    "zotero": (("ris", "bibtex", "endnote-xml", "nbib"), (
        Loss("PMID", "becomes “Loc. in Archive”", lambda record: bool(record.pmid)),
        Loss("PMCID", "is dropped for articles", lambda record: bool(record.pmcid)),
        Loss("keywords that hold a semicolon", "are cut at it", _listed_word),
        _DECISIONS, _SETS,
    )),
    "endnote": (("endnote-xml", "ris", "enw", "nbib"), (_DECISIONS, _SETS)),
    "rayyan": (("ris", "csv"), (
        Loss("DOI", "is not read; it stands in the address too", lambda record: bool(record.doi)),
        Loss("volume and issue that are no numbers", "lose what follows the digits", _no_number),
        Loss("PMID", "becomes Rayyan's record id", lambda record: bool(record.pmid)),
        Loss("PMCID", "is not read", lambda record: bool(record.pmcid)),
        Loss("keywords that hold “;” or “--”", "are cut there", _listed_word),
        Loss("names that hold “and”", "are cut there in CSV: prefer RIS", _and_within),
        _DECISIONS, _SETS,
    )),
    "asreview": (("ris", "csv", "tsv"), (
        Loss("who decided, and why", "one label instead; the rest stays in the note", _votes),
        Loss("maybe and conflict", "count as not seen", _unsettled),
        Loss("journal, volume, issue, pages", "are not shown",
             lambda record: bool(record.journal or record.volume or record.pages)),
        Loss("PMID", "is not shown", lambda record: bool(record.pmid)),
        _SETS,
    )),
    "covidence": (("ris", "endnote-xml", "nbib"), (
        Loss("decisions, reasons, labels", "are not taken over", _votes), _SETS,
    )),
    "excel": (("csv", "tsv"), (
        Loss("texts of more than 32,767 characters", "are cut when Excel opens the file", _long),
        Loss("several notes", "the first has a column, all stand in `sarcat`",
             lambda record: len(record.notes) > 1),
    )),
}  # fmt: skip
TARGETS = tuple(_TARGETS)
MOST_FOR_COVIDENCE = 15_000  # references a file, and 50 MB


def read_by(target: str) -> tuple[str, ...]:
    """Return the names of the formats that a target is given, the best first."""
    return _TARGETS[target][0]


def check(target: str, found: Format) -> None:
    """Raise BadInput when a target is unknown or does not read the format."""
    if target not in _TARGETS:
        raise BadInput(f"{target!r} is no program that is known here.", where="--for",
                       remedy=f"Choose among {', '.join(TARGETS)}.")  # fmt: skip
    reads = _TARGETS[target][0]
    if found.name not in reads:
        raise BadInput(f"{target} is not given {found.words}.", where="--for",
                       remedy=f"It reads {', '.join(reads)}.")  # fmt: skip


class Losses:
    """Counts, record by record, what a target will not keep."""

    def __init__(self, target: str | None) -> None:
        self.target = target
        self._losses = _TARGETS[target][1] if target else ()
        self._counts = [0] * len(self._losses)
        self.records = 0

    def count(self, record: Record) -> None:
        """Take a record into account."""
        self.records += 1
        for at, loss in enumerate(self._losses):
            self._counts[at] += loss.concerns(record)

    def rows(self) -> list[tuple[str, int, str]]:
        """Return what is not kept, of how many records, and what becomes of it."""
        pairs = zip(self._losses, self._counts, strict=True)
        found = [(loss.what, count, loss.becomes) for loss, count in pairs if count]
        if self.target == "covidence" and self.records > MOST_FOR_COVIDENCE:
            found.append((f"records beyond {MOST_FOR_COVIDENCE}", self.records - MOST_FOR_COVIDENCE,
                          "are refused: export in parts"))  # fmt: skip
        return found
