"""The reader of Sarcat's own JSON lines: one record a line, every field checked for its kind."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from search.brought import from_values
from search.importers.brought_notes import checked
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
            whole = _whole(line)
            record = _record(whole)
        except (ValueError, TypeError, RecursionError) as error:
            reading.problem(number, f"this line holds no record as Sarcat writes it ({error})")
            continue
        reading.parsed += 1
        if whole is not line:
            reading.repair(number, "half of a letter (a surrogate alone) became a question mark")
        yield record


def _whole(line: str) -> str:
    """Return a line without halves of letters, such as an escaped surrogate alone.

    None can be written as UTF-8: the run that holds it could not be read again.
    """
    if "\\ud" not in line.lower():
        return line
    text = json.dumps(json.loads(line), ensure_ascii=False)
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return line if whole == text else whole


def _record(line: str) -> Record:
    document = json.loads(line)
    if not isinstance(document, dict):
        raise TypeError("it is no object")
    values = checked(document)
    record = from_document({name: value for name, value in values.items() if value is not None})
    brought = document.get("brought")
    return record if brought is None else replace(record, brought=from_values(brought))
