"""The merged view of a duplicate set: each field from one of its records, and from which.

The rules: the longest abstract; the authors of whoever names most; retracted if any record says so;
every other field from the first record that has it, the representative before the others. No field
that any record has is empty in the merged view.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from search.records import Record, StoredRecord

_ABSENT = {each.name: each.default for each in fields(Record)}


def merged(records: Sequence[StoredRecord]) -> tuple[Record, dict[str, str]]:
    """Return the merged view of a set and, for each field that is filled, the key it came from.

    ``records`` are the set's, its representative first; at least one.
    """
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for name, absent in _ABSENT.items():
        best = max(records, key=lambda stored, name=name: _weight(name, stored.record))  # type: ignore[misc]
        value = getattr(best.record, name)
        if value != absent:
            values[name], origins[name] = value, best.key
    return Record(**values), origins


def _weight(name: str, record: Record) -> tuple[bool, int]:
    """Return how much a record has to say in a field: filled before empty, and how fully."""
    value = getattr(record, name)
    length = len(value) if name in ("abstract", "authors") and value else 0
    return value != _ABSENT[name], length
