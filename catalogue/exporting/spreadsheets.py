"""The catalogue as CSV: a row an initiative, or a row a claim; no cell is a formula."""

from __future__ import annotations

import csv
import datetime
import itertools
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from catalogue.checking.checks import newest_check
from catalogue.entries import vocabulary
from catalogue.entries.completeness import completeness
from catalogue.entries.initiatives import Claim, Initiative, State
from catalogue.entries.sources import source_text
from catalogue.entries.wording import value_text
from catalogue.exporting.exports import iso, one_line

_HEAD = (
    "id", "name", "acronym", "aliases", "kind", "scope", "summary", "country_codes",
    "tumour_codes", "completeness", "first_published", "last_checked", "version", "sources",
)  # fmt: skip
_CLAIM_COLUMNS = (
    "initiative", "name", "field", "label", "state", "value", "as_of", "note", "checked",
    "locators", "sources",
)  # fmt: skip
# What a spreadsheet takes for the beginning of a formula; the wide forms count as the plain ones.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_parts(
    initiatives: Iterable[Initiative], day: datetime.date | None = None
) -> Iterator[str]:  # fmt: skip
    """Give one row an initiative for a spreadsheet, each field in words.

    An empty cell is a field nobody has looked into; a state without a value stands in brackets:
    "[Not found]". Cells that a spreadsheet would take for a formula begin with an apostrophe.
    """
    ordered = sorted(initiatives, key=lambda each: each.id)
    day = day or newest_check(ordered)
    rows = (tuple(_row(each, day)) for each in ordered)
    return _table((*_HEAD, *vocabulary.FIELDS), rows)


def claims_csv_parts(initiatives: Iterable[Initiative]) -> Iterator[str]:
    """Give one row a claim for a spreadsheet, with its state, its sources and their places."""
    ordered = sorted(initiatives, key=lambda each: each.id)
    rows = (_claim_row(each, claim) for each in ordered for claim in each.claims)
    return _table(_CLAIM_COLUMNS, rows)


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Give the lines of a table (RFC 4180), one at a time."""
    line = _Line()
    writer = csv.writer(line, lineterminator="\r\n")
    for row in itertools.chain([columns], rows):
        writer.writerow(map(_shown, row))
        yield line.text


@lru_cache(maxsize=1024)
def _shown(cell: str) -> str:
    """Return a cell on one line, inert; many stand in each row of an entry."""
    return inert_cell(one_line(cell)) if cell else ""


class _Line:
    """Where a writer of CSV leaves the line that it has just made."""

    text = ""

    def write(self, text: str) -> None:
        self.text = text


def inert_cell(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _row(each: Initiative, day: datetime.date | None) -> Iterator[str]:
    tumours = {code: None for c in each.claims_on("tumours") for code in c.value or ()}
    yield from (each.id, each.name, each.acronym or "", "; ".join(each.aliases))
    yield "; ".join(vocabulary.label("kinds", code) for code in each.kind)
    yield vocabulary.label("scopes", each.scope)
    yield from (each.summary, " ".join(each.countries), " ".join(tumours))
    yield str(completeness(each, day).level)
    yield from (iso(each.first_published) or "", iso(each.last_checked) or "", str(each.version))
    yield " ".join(dict.fromkeys(source.source for source in each.evidence.values()))
    for name in vocabulary.FIELDS:
        yield " | ".join(filter(None, (_cell(claim) for claim in each.claims_on(name))))


def _cell(claim: Claim) -> str:
    value = value_text(claim)
    if value or claim.state is State.NOT_SOUGHT:
        return value
    return f"[{vocabulary.STATES[claim.state.value].label}]"


def _claim_row(each: Initiative, claim: Claim) -> tuple[str, ...]:
    sources = [each.evidence[id] for id in claim.evidence if id in each.evidence]
    return (
        each.id,
        each.name,
        claim.field,
        vocabulary.FIELDS[claim.field].label,
        claim.state.value,
        value_text(claim),
        claim.as_of or "",
        claim.note or "",
        iso(each.checked(claim)) or "",
        " | ".join(source.locator or "" for source in sources).strip(" |"),
        " | ".join(source_text(source.source) for source in sources),
    )
