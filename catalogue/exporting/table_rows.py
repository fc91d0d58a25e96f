"""The rows of the catalogue's tables: each a mapping of all columns of its table."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Sequence
from typing import Any

from catalogue.entries import vocabulary
from catalogue.entries.completeness import completeness
from catalogue.entries.found_by import found_by
from catalogue.entries.initiatives import Claim, Evidence, Initiative, Relation
from catalogue.entries.sources import address
from catalogue.entries.wording import claim_text

_json = json.JSONEncoder(ensure_ascii=False).encode  # one for all: `dumps` makes one each time


def _iso(date: datetime.date | None) -> str | None:
    return date.isoformat() if date else None


Rows = Iterator[dict[str, Any]]


def rows_of(
    initiatives: Sequence[Initiative], day: datetime.date | None
) -> Iterator[tuple[str, Rows]]:
    """Give each table with its rows, what is pointed to first; ages are counted back from ``day``.

    All rows of a table have the same columns, in one order.
    """
    ordered = sorted(initiatives, key=lambda each: each.id)
    ids = {each.id for each in ordered}
    relations = ((each, relation) for each in ordered for relation in each.relations)
    yield "terms", _terms()
    yield "countries", _countries()
    yield "fields", _fields()
    yield "initiatives", (_initiative(each, day) for each in ordered)
    yield "evidence", (_evidence(source, each) for each in ordered for source in _sorted(each))
    yield "claims", (_claim(*numbered) for numbered in _numbered(ordered))
    yield "claim_evidence", _ties(ordered)
    yield "places", (place for each in ordered for place in _places(each))
    yield "relations", (_relation(at, ids, *pair) for at, pair in enumerate(relations, start=1))


def _terms() -> Iterator[dict[str, Any]]:
    for name, terms in sorted(vocabulary.TERMS.items()):
        for term in terms.values():
            tumour = term if isinstance(term, vocabulary.Tumour) else None
            yield {
                "list": name,
                "code": term.code,
                "label": term.label,
                "help": term.help,
                "broader": tumour.broader if tumour else None,
                "orpha": tumour.orpha if tumour else None,
                "icd_o": _json(tumour.icd_o) if tumour else None,
                "who": tumour.who if tumour else None,
            }


def _countries() -> Iterator[dict[str, Any]]:
    for each in vocabulary.COUNTRIES.values():
        yield {
            "code": each.code,
            "name": each.name,
            "alpha_3": each.alpha_3,
            "numeric": each.numeric,
        }


def _fields() -> Iterator[dict[str, Any]]:
    for each in vocabulary.FIELDS.values():
        yield {
            "name": each.name,
            "label": each.label,
            "group": vocabulary.GROUPS[each.group],
            "shape": each.shape,
            "need": each.need,
            "help": each.help,
        }


def _initiative(each: Initiative, day: datetime.date | None) -> dict[str, Any]:
    return {
        "id": each.id,
        "name": each.name,
        "acronym": each.acronym,
        "aliases": _json([*each.aliases, *each.name_local.values()]),
        "kind": _json(each.kind),
        "scope": each.scope,
        "summary": " ".join(each.summary.split()),
        "confidence": each.confidence,
        "completeness": completeness(each, day).level,
        "first_published": _iso(each.first_published),
        "last_checked": _iso(each.last_checked),
        "next_check": _iso(each.next_check),
        "version": each.version,
        "confirmed": _iso(each.confirmed),
        "words": " ".join(found_by(each)),
    }


def _sorted(each: Initiative) -> list[Evidence]:
    return [each.evidence[id] for id in sorted(each.evidence)]


def _evidence(each: Evidence, initiative: Initiative) -> dict[str, Any]:
    return {
        "id": f"{initiative.id}/{each.id}",
        "initiative": initiative.id,
        "name": each.id,
        "source": each.source,
        "address": address(each.source),
        "title": each.title,
        "year": each.year,
        "locator": each.locator,
        "checked": each.checked.isoformat(),
        "second_checked": _iso(each.second_checked),
        "of": each.of,
        "role": each.role,
        "supports": _json(each.supports),
        "note": each.note,
    }


def _claim(number: int, initiative: Initiative, claim: Claim) -> dict[str, Any]:
    return {
        "id": number,
        "initiative": initiative.id,
        "field": claim.field,
        "state": claim.state.value,
        "value": None if claim.value is None else _json(claim.value),
        "text": claim_text(claim, initiative.checked(claim)),
        "as_of": claim.as_of,
        "note": claim.note,
        "looked": _json(claim.looked),
    }


def _numbered(initiatives: Sequence[Initiative]) -> Iterator[tuple[int, Initiative, Claim]]:
    number = 0
    for each in initiatives:
        for claim in each.claims:
            number += 1
            yield number, each, claim


def _ties(initiatives: Sequence[Initiative]) -> Iterator[dict[str, Any]]:
    for number, initiative, claim in _numbered(initiatives):
        for id in sorted({id for id in claim.evidence if id in initiative.evidence}):
            yield {"claim": number, "evidence": f"{initiative.id}/{id}"}


def _places(initiative: Initiative) -> Iterator[dict[str, Any]]:
    roles: dict[str, str] = {}
    for claim in initiative.claims_on("countries"):
        for place in claim.value or ():
            roles.setdefault(place["code"], place.get("role", "contributes"))
    for code, role in sorted(roles.items()):
        if code in vocabulary.COUNTRIES:
            yield {"initiative": initiative.id, "country": code, "role": role}


def _relation(
    number: int, ids: set[str], initiative: Initiative, relation: Relation
) -> dict[str, Any]:
    return {
        "id": number,
        "initiative": initiative.id,
        "type": relation.type,
        "to": relation.to,
        "other": relation.to if relation.to in ids else None,
        "note": relation.note,
        "evidence": _json(relation.evidence),
    }
