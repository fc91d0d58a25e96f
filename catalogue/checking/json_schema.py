"""The format of an entry as a JSON Schema (draft 7), so that an editor checks it as it is typed.

Made from the same tables that the reader rests on (`shapes`, `vocabulary`), so that the two cannot
part. What only a whole catalogue shows (relations, papers, dates against each other) is left to
`sarcat catalogue check`. TOML's dates come to a schema as strings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from catalogue.checking.text_rules import NOTE_LENGTH
from catalogue.entries import vocabulary
from catalogue.entries.entry_toml import FORMAT, ID
from catalogue.entries.shapes import LARGEST, SHAPES, Part, Shape

Schema = dict[str, Any]

_EDTF = r"^\d{4}(-\d{2}(-\d{2})?)?$"
_URL = {"type": "string", "pattern": r"^https?://[^\s<>\"]+\.[^\s<>\"]+$"}
_SOURCE = {
    "type": "string",
    "pattern": r"^(pmid:[1-9]\d{0,7}|doi:10\.\d{4,9}/\S+|url:https?://\S+|sha:[0-9a-f]{12})$",
}
_TEXT = {"type": "string", "minLength": 1}
_DAY = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
_ID = {"type": "string", "pattern": f"^{ID.pattern}$"}
_DATE: Schema = {
    "anyOf": [
        {"type": "integer", "minimum": 1800, "maximum": 2200},
        {"type": "string", "pattern": _EDTF},
    ]
}
_PERIOD: Schema = {
    "anyOf": [
        {"type": "integer", "minimum": 1800, "maximum": 2200},
        {"type": "string", "pattern": r"^\d{4}(-\d{2}){0,2}(/(\d{4}(-\d{2}){0,2}|\.\.))?$"},
    ]
}


def _list(item: Schema) -> Schema:
    return {"type": "array", "items": item}


_TYPES: Mapping[str, Schema] = {
    "text": _TEXT,
    "texts": _list(_TEXT),
    "whole": {"type": "integer", "minimum": 0, "maximum": LARGEST},
    "flag": {"type": "boolean"},
    "date": _DATE,
    "period": _PERIOD,
    "url": _URL,
    "ror": {"type": "string", "pattern": r"^https://ror\.org/0[a-z0-9]{6}\d{2}$"},
    "address": {"type": "string", "pattern": r"^[^@\s<>\"]+@[^@\s<>\"]+\.[a-z]{2,}$"},
    "source": _SOURCE,
    "sources": _list(_SOURCE),
}


def entry_schema() -> Schema:
    """Return the schema of one entry, its terms under ``definitions``."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "An entry of a Sarcat catalogue",
        "description": f"Format {FORMAT}, vocabulary {vocabulary.VERSION}. "
        "All of it, with an example: docs/entry-format.md.",
        **_object(_head(), required=("id", "name", "kind", "scope", "summary", "record",
                                     "evidence", "claims")),
        "definitions": {name: _terms(name) for name in sorted(vocabulary.TERMS)}
        | {"country": _choice((each.code, each.name) for each in vocabulary.COUNTRIES.values())},
    }  # fmt: skip


def _object(properties: Mapping[str, Schema], required: Iterable[str] = ()) -> Schema:
    schema: Schema = {
        "type": "object",
        "properties": dict(properties),
        "additionalProperties": False,
    }
    return schema | ({"required": list(required)} if required else {})


def _terms(name: str) -> Schema:
    return _choice((code, term.label) for code, term in vocabulary.TERMS[name].items())


def _choice(terms: Iterable[tuple[str, str]]) -> Schema:
    """Return a choice among codes; editors show the labels, which a bare enum could not."""
    return {"oneOf": [{"const": code, "title": label} for code, label in terms]}


def _term(name: str) -> Schema:
    return {"$ref": f"#/definitions/{name}"}


def _said(schema: Schema, words: str) -> Schema:
    return {"allOf": [schema], "description": words} if "$ref" in schema else schema | {
        "description": words
    }  # fmt: skip


# --- the head ------------------------------------------------------------------------------------


def _head() -> dict[str, Schema]:
    return {
        "format": {"type": "integer", "minimum": 1, "maximum": FORMAT},
        "id": _said(_ID, "The file's name; never used again for another entry."),
        "name": _TEXT,
        "acronym": _TEXT,
        "aliases": _list(_TEXT),
        "name_local": {
            "type": "object",
            "description": "The name in other languages, by language tag.",
            "additionalProperties": _TEXT,
        },
        "former_ids": _list(_ID),
        "kind": _list(_term("kinds")) | {"minItems": 1},
        "scope": _term("scopes"),
        "confidence": _said(_term("confidence"), "How well the entry stands."),
        "summary": _said(_TEXT, "40 to 120 plain words of our own."),
        "record": _record(),
        "evidence": {
            "type": "object",
            "description": "What was read; claims cite it by id.",
            "minProperties": 1,
            "additionalProperties": _evidence(),
        },
        "claims": _object({name: _claims(each) for name, each in vocabulary.FIELDS.items()},
                          (each.name for each in vocabulary.FIELDS.values() if each.required)),
        "relations": _list(_relation()),
    }  # fmt: skip


def _record() -> Schema:
    days = ("first_published", "last_checked", "next_check", "confirmed")
    properties: dict[str, Schema] = dict.fromkeys(days, _DAY)
    properties["version"] = {"type": "integer", "minimum": 1}
    properties["confirmed_by"] = _said(_TEXT, "In which role, never a person's name.")
    return _object(properties, ("last_checked",))


def _evidence() -> Schema:
    return _object(
        {
            "source": _said(
                _SOURCE, '"pmid:…", "doi:10.…", "url:https://…" or a record\'s "sha:…"'
            ),
            "checked": _said(_DAY, "The day it was read."),
            "title": _TEXT,
            "year": _TYPES["whole"],
            "locator": _said(_TEXT, "The place in the source: Methods, p. 3; Table 1."),
            "of": _term("evidence_of"),
            "role": _term("evidence_roles"),
            "supports": _list(_TEXT),
            "note": _note(),
            "by": _TEXT,
            "second_checked": _DAY,
            "second_by": _TEXT,
        },
        ("source", "checked"),
    )


def _note() -> Schema:
    return _TEXT | {"maxLength": NOTE_LENGTH}


def _relation() -> Schema:
    properties = {
        "type": _term("relations"),
        "to": _said(_ID, "The id of the other entry."),
        "note": _note(),
        "evidence": _list(_TEXT) | {"minItems": 1},
    }
    return _object(properties, ("type", "to", "evidence"))


# --- claims --------------------------------------------------------------------------------------


def _claims(field: vocabulary.Field) -> Schema:
    claim = _claim(field)
    return {"description": field.help, "oneOf": [claim, _list(claim) | {"minItems": 1}]}


def _claim(field: vocabulary.Field) -> Schema:
    return _object(
        {
            "value": _value(SHAPES[field.shape], field.terms),
            "state": _said(_term("states"), "What we know; known where it is left out."),
            "evidence": _list(_TEXT),
            "as_of": _DATE,
            "note": _note(),
            "looked": _list(_TEXT),
        }
    ) | {"anyOf": [{"required": ["value"]}, {"required": ["state"]}]}


def _value(shape: Shape, terms: str) -> Schema:
    parts = {name: _part(part, terms) for name, part in shape.parts.items()}
    whole = _object(parts, (name for name, part in shape.parts.items() if part.required))
    if shape.form == "one":
        return parts[""]
    if shape.form == "list":
        return _list(parts[""])
    if shape.form == "map":
        return _object(dict.fromkeys(vocabulary.TERMS[terms], parts[""]))
    return whole if shape.form == "table" else _list(whole)


def _part(part: Part, terms: str) -> Schema:
    if part.type == "country":
        return _term("country")
    if part.type in ("term", "terms"):
        term = _term(part.terms or terms)
        return term if part.type == "term" else _list(term)
    return _TYPES[part.type]
