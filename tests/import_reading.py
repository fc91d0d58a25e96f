"""Read a file of records in memory, as tests of the formats need it."""

from __future__ import annotations

import io
from types import ModuleType

import pytest

from search.importers import FORMATS, identify
from search.reading import Reading
from search.records import Record


def read(text: str | bytes, format: str) -> tuple[list[Record], Reading]:
    """Give the records of a file that must be told as one of ``format``, and the account of it."""
    data = text.encode() if isinstance(text, str) else text
    found = identify(data)
    assert found.name == format
    reading = Reading(format)
    records = list(found.reader(io.BytesIO(data), reading))
    assert len(records) == reading.parsed
    assert reading.parsed <= reading.begun
    assert reading.parsed == reading.begun or reading.problems, "a record was lost unnamed"
    return records, reading


def lines_of(reading: Reading) -> tuple[list[int | None], list[int | None]]:
    """Give the lines of repairs and of problems."""
    return [note.line for note in reading.repaired], [note.line for note in reading.problems]


def both_ways(reader: ModuleType, content: bytes) -> None:
    """Hold that records taken as a whole are what the same lines give one by one."""
    format = reader.__name__.rpartition(".")[2]

    def taken() -> tuple[list[Record], Reading]:
        reading = Reading(format)
        return list(FORMATS[format].reader(io.BytesIO(content), reading)), reading

    whole = taken()
    with pytest.MonkeyPatch.context() as slow:
        slow.setattr(reader, "_plain", lambda *_: None)
        assert taken() == whole
