"""The reader of Sarcat's own JSON lines: one record a line, every field checked for its kind."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from search.brought import from_values
from search.importers.own import without_halves
from search.importers.own_fields import checked
from search.reading import Reading
from search.records import Record, from_document

BEGINS = re.compile(r'\A\{"key":\s?"[^"]{1,400}",\s?"')


def records(lines: Iterable[tuple[int, str]], reading: Reading) -> Iterator[Record]:
    """Yield the records; a line that holds none is a problem."""
    for number, line in lines:
        if not line.strip():
            continue
        reading.begun += 1
        try:
            document = json.loads(line)
            whole = without_halves(document, line)
            record = _record(whole)
        except (ValueError, TypeError, RecursionError) as error:
            reading.problem(number, f"this line holds no record as Sarcat writes it ({error})")
            continue
        reading.parsed += 1
        if whole != document:
            reading.repair(number, "half of a letter (a surrogate alone) became a question mark")
        yield record


def _record(document: Any) -> Record:
    if not isinstance(document, dict):
        raise TypeError("it is no object")
    values = checked(document)
    record = from_document({name: value for name, value in values.items() if value is not None})
    brought = document.get("brought")
    return record if brought is None else replace(record, brought=from_values(brought))
