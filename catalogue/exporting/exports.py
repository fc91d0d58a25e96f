"""The catalogue for machines: JSON, CSV, SQLite. The same entries give the same bytes.

No clock is read here: ages are counted back from ``day``, by default the newest day on which an
entry was checked.
"""

from __future__ import annotations

import csv
import datetime
import itertools
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from catalogue.checking.checks import newest_check
from catalogue.entries import vocabulary
from catalogue.entries.completeness import completeness
from catalogue.entries.initiatives import Claim, Evidence, Initiative, Relation, State
from catalogue.entries.readiness import Answer, profile
from catalogue.entries.sources import address, source_text
from catalogue.entries.ties import Tie, ties_of
from catalogue.entries.wording import value_text

FORMAT = 1  # of the JSON document; raised when a name changes its meaning
LICENCE = {
    "name": "CC BY 4.0",
    "url": "https://creativecommons.org/licenses/by/4.0/",
    "of": "the catalogue's own descriptions, not the data that the initiatives hold",
}


# --- JSON ----------------------------------------------------------------------------------------


def to_document(
    initiatives: Iterable[Initiative], day: datetime.date | None = None
) -> dict[str, Any]:
    """Return the whole catalogue as JSON values, by id, with licence and vocabulary version."""
    document = json.loads("".join(json_parts(initiatives, day)))
    assert isinstance(document, dict)
    return document


def json_parts(
    initiatives: Iterable[Initiative], day: datetime.date | None = None
) -> Iterator[str]:
    """Give the whole catalogue as JSON text with one initiative a line: two versions compare well.

    The text of one initiative is held at a time.
    """
    ordered = sorted(initiatives, key=lambda each: each.id)
    day = day or newest_check(ordered)
    ties = ties_of(ordered)
    head = {
        "format": FORMAT,
        "licence": LICENCE,
        "vocabulary": vocabulary.VERSION,
        "checked": _iso(day),
        "count": len(ordered),
    }
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "initiatives": ['
    for number, each in enumerate(ordered):
        text = json.dumps(initiative_document(each, day, ties[each.id]), ensure_ascii=False)
        yield ("," if number else "") + "\n" + text
    yield "\n]}\n"


def initiative_document(
    each: Initiative, day: datetime.date | None, ties: Sequence[Tie] = ()
) -> dict[str, Any]:
    """Return one initiative as JSON values; completeness and readiness as they are on ``day``.

    Each claim carries its value as values and as words, and the ids of its evidence, which stands
    beside; each evidence carries the address of its source.
    """
    found = completeness(each, day)
    return {
        "id": each.id,
        "name": each.name,
        "acronym": each.acronym,
        "name_local": dict(each.name_local),
        "aliases": list(each.aliases),
        "former_ids": list(each.former_ids),
        "kind": list(each.kind),
        "scope": each.scope,
        "summary": _one_line(each.summary),
        "confidence": each.confidence,
        "countries": list(each.countries),
        "international": each.is_international,
        "record": _record(each),
        "completeness": {
            "level": found.level,
            "stated": found.stated,
            "not_found": found.sought,
            "not_sought": found.open,
            "oldest_check": _iso(found.oldest),
        },
        "readiness": [_answer(answer) for answer in profile(each, day, ties)],
        "claims": [_claim(each, claim) for claim in each.claims],
        "evidence": {id: _evidence(source) for id, source in each.evidence.items()},
        "relations": [_relation(relation) for relation in each.relations],
    }


def brief_document(each: Initiative) -> dict[str, Any]:
    """Return what a list shows of an initiative as JSON values."""
    from catalogue.entries.rows import newest_count

    count = newest_count(each)
    return {
        "id": each.id,
        "name": each.name,
        "acronym": each.acronym,
        "kind": list(each.kind),
        "scope": each.scope,
        "status": each.value("status"),
        "countries": list(each.countries),
        "international": each.is_international,
        "cases": count.value if count else None,
        "cases_as_of": count.as_of if count else None,
        "access": [claim.value for claim in each.known("access")],
        "last_checked": _iso(each.last_checked),
        "version": each.version,
    }


def _record(each: Initiative) -> dict[str, Any]:
    return {
        "first_published": _iso(each.first_published),
        "last_checked": _iso(each.last_checked),
        "next_check": _iso(each.next_check),
        "version": each.version,
        "confirmed": _iso(each.confirmed),
        "confirmed_by": each.confirmed_by,
    }


def _claim(each: Initiative, claim: Claim) -> dict[str, Any]:
    return {
        "field": claim.field,
        "state": claim.state.value,
        "value": claim.value,
        "text": value_text(claim),
        "as_of": claim.as_of,
        "note": claim.note,
        "looked": list(claim.looked),
        "checked": _iso(each.checked(claim)),
        "evidence": list(claim.evidence),
    }


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "question": answer.question,
        "label": answer.label,
        "state": answer.state,
        "text": answer.text,
        "fields": list(dict.fromkeys(claim.field for claim in answer.claims)),
        "evidence": list(answer.evidence),
    }


def _evidence(source: Evidence) -> dict[str, Any]:
    return {
        "source": source.source,
        "url": address(source.source),
        "title": source.title,
        "year": source.year,
        "locator": source.locator,
        "checked": source.checked.isoformat(),
        "by": source.by,
        "second_checked": _iso(source.second_checked),
        "second_by": source.second_by,
        "of": source.of,
        "role": source.role,
        "supports": list(source.supports),
        "note": source.note,
    }


def _relation(relation: Relation) -> dict[str, Any]:
    return {
        "type": relation.type,
        "to": relation.to,
        "note": relation.note,
        "evidence": list(relation.evidence),
    }


def _iso(day: datetime.date | None) -> str | None:
    return day.isoformat() if day else None


def _one_line(text: str) -> str:
    return " ".join(text.split())


# --- CSV -----------------------------------------------------------------------------------------

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
        writer.writerow([inert_cell(_one_line(cell)) if cell else "" for cell in row])
        yield line.text


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
    yield from (_iso(each.first_published) or "", _iso(each.last_checked) or "", str(each.version))
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
        _iso(each.checked(claim)) or "",
        " | ".join(source.locator or "" for source in sources).strip(" |"),
        " | ".join(source_text(source.source) for source in sources),
    )


# --- SQLite --------------------------------------------------------------------------------------


def write_database(
    path: Path, initiatives: Iterable[Initiative], day: datetime.date | None = None
) -> None:
    """Write the catalogue as an SQLite file: tables with foreign keys and full-text indexes.

    The file appears whole or not at all, and replaces one that is there. The same entries give the
    same bytes with the same SQLite.
    """
    from sqlite_utils import Database

    from catalogue.exporting.tables import SCHEMA, fill
    from search.files import check_place, sync

    check_place(path)
    ordered = list(initiatives)
    day = day or newest_check(ordered)
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    beside.unlink(missing_ok=True)
    try:
        connection = sqlite3.connect(beside)
        try:
            # The file is this process's alone until it is whole, and then takes its name at once:
            # no journal is needed, and no wait for the disk after each table.
            connection.execute("pragma journal_mode = off")
            connection.execute("pragma synchronous = off")
            connection.execute("pragma foreign_keys = on")
            database = Database(connection)
            database.executescript(SCHEMA + _INFO)
            fill(database, ordered, day)
            database.table("info").insert_all(_info(day))
            connection.commit()
            connection.execute("vacuum")
        finally:
            connection.close()
        sync(beside)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


_INFO = "create table info (name text primary key, value text not null);"


def _info(day: datetime.date | None) -> Iterator[dict[str, str]]:
    yield {"name": "title", "value": "Sarcat: the catalogue of sarcoma databases"}
    yield {"name": "format", "value": str(FORMAT)}
    yield {"name": "vocabulary", "value": vocabulary.VERSION}
    yield {"name": "licence", "value": f"{LICENCE['name']}, {LICENCE['url']}: {LICENCE['of']}"}
    yield {"name": "checked", "value": _iso(day) or ""}
