"""The catalogue as JSON. The same entries give the same bytes.

No clock is read here: ages are counted back from ``day``, by default the newest day on which an
entry was checked.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from catalogue.checking.checks import newest_check
from catalogue.entries import vocabulary
from catalogue.entries.completeness import completeness
from catalogue.entries.initiatives import Claim, Evidence, Initiative, Relation
from catalogue.entries.readiness import Answer, profile
from catalogue.entries.sources import address
from catalogue.entries.ties import Tie, ties_of
from catalogue.entries.wording import value_text

FORMAT = 1  # of the JSON document; raised when a name changes its meaning
LICENCE = {
    "name": "CC BY 4.0",
    "url": "https://creativecommons.org/licenses/by/4.0/",
    "of": "the catalogue's own descriptions, not the data that the initiatives hold",
}


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
        "checked": iso(day),
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
        "summary": one_line(each.summary),
        "confidence": each.confidence,
        "countries": list(each.countries),
        "international": each.is_international,
        "record": _record(each),
        "completeness": {
            "level": found.level,
            "stated": found.stated,
            "not_found": found.sought,
            "not_sought": found.open,
            "oldest_check": iso(found.oldest),
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
        "last_checked": iso(each.last_checked),
        "version": each.version,
    }


def _record(each: Initiative) -> dict[str, Any]:
    return {
        "first_published": iso(each.first_published),
        "last_checked": iso(each.last_checked),
        "next_check": iso(each.next_check),
        "version": each.version,
        "confirmed": iso(each.confirmed),
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
        "checked": iso(each.checked(claim)),
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
        "second_checked": iso(source.second_checked),
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


def iso(day: datetime.date | None) -> str | None:
    """Return a day as files have it, or None."""
    return day.isoformat() if day else None


def one_line(text: str) -> str:
    """Return a text without ends of lines, blanks folded."""
    return " ".join(text.split())
