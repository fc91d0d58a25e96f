"""Read a file of records in memory, as tests of the formats need it."""

from __future__ import annotations

import io

from search.importers import identify
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
