"""The fields of a record in JSON of ours, which others may have changed: each of its kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

from search.records import Record, clean_doi, clean_pmcid, clean_pmid


def _is_text(value: Any) -> bool:
    return value is None or isinstance(value, str)


def _is_number(value: Any) -> bool:
    return value is None or (type(value) is int and 0 <= value < 10_000)


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _are_objects(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(each, dict) and all(map(_is_text, each.values())) for each in value
    )


def _are_pairs(value: Any) -> bool:
    return isinstance(value, list) and all(_are_texts(each) and len(each) == 2 for each in value)


def _is_clean(clean: Callable[[str | None], str | None]) -> Callable[[Any], bool]:
    return lambda value: value is None or (isinstance(value, str) and clean(value) == value)


_CHECKS: dict[str, Callable[[Any], bool]] = {
    item.name: _are_texts if item.default == () else _is_text
    for item in fields(Record) if item.name != "brought"
} | {
    "year": _is_number, "version": _is_number, "retracted": lambda value: isinstance(value, bool),
    "links": _are_objects, "other_abstracts": _are_objects, "orcids": _are_pairs,
    "pmid": _is_clean(clean_pmid), "doi": _is_clean(clean_doi), "pmcid": _is_clean(clean_pmcid),
    "kind": lambda value: isinstance(value, str),
}  # fmt: skip


def checked(document: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a record in a JSON object; ValueError when one is of another kind."""
    return {name: _checked(name, value) for name, value in document.items() if name in _CHECKS}


def _checked(name: str, value: Any) -> Any:
    if not _CHECKS[name](value):
        raise ValueError(f"{name} is of another kind")
    return value
