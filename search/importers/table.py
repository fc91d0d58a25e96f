"""The reader of tables (CSV, TSV) by their header: one record a row, each row accounted for.

Comma, semicolon, tab or bar; what the columns mean is told in `table_fields`. A row that does not
fit its header may have slipped: rather than a title in the wrong column it gives a problem.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence

from search.errors import BadInput
from search.importers.fields import LARGEST, Entry, kept
from search.importers.table_fields import Columns, columns_of, to_record, without_apostrophe
from search.reading import Reading
from search.records import Record

_DELIMITERS = ",;\t|"
_TITLE = "title"
_SEPARATOR = re.compile(r"sep=(.)", re.IGNORECASE)  # Excel's own first line


def records(lines: Iterable[tuple[int, str]], reading: Reading) -> Iterator[Record]:
    """Yield the records; ``reading`` says what was mended and what was lost.

    BadInput when no column holds titles.
    """
    csv.field_size_limit(LARGEST)  # before the header, which may be as long as any line
    source = _Lines(lines)
    header = source.header()
    delimiter = source.separator or _delimiter(header)
    rows = csv.reader(source.rows(header), delimiter=delimiter)
    columns = columns_of(next(rows, []))
    if _TITLE not in columns.names:
        raise BadInput(
            "this table has no column of titles.",
            remedy="Name its columns in the first line: title, abstract, authors …",
        )
    reading.dialect = columns.dialect
    for row in _read(rows, source, delimiter, columns.width, reading):
        if entry := _entry(row, source, columns, delimiter, reading):
            yield from kept(to_record(entry, columns.dialect), entry, reading)
    if not reading.ends_whole and not reading.problems:
        reading.repair(source.number, "the last line has no end; the file may be cut short")


class _Lines:
    """The lines of a file as the parser takes them in; knows where a row begins."""

    def __init__(self, lines: Iterable[tuple[int, str]]) -> None:
        self._lines = iter(lines)
        self.number = 0
        self.begun = 0  # the line on which the row being read begins
        self.raw: list[str] = []  # the lines of that row
        self.separator = ""

    def header(self) -> str:
        """Return the first line that holds something; rows begin behind it."""
        for number, line in self._lines:
            self.number = number
            if found := _SEPARATOR.fullmatch(line.strip()):
                self.separator = found[1]
            elif line.strip():
                return line
        return ""

    def rows(self, header: str) -> Iterator[str]:
        """Yield the header and all lines behind it."""
        yield header + "\n"
        for number, line in self._lines:
            self.number = number
            if not self.raw and not line.strip():
                self.begun = self.number + 1
                continue
            self.raw.append(line)
            yield line + "\n"


def _read(
    rows: Iterator[list[str]], source: _Lines, delimiter: str, width: int, reading: Reading
) -> Iterator[list[str]]:
    """Yield the rows; one whose cell is larger than any record is a problem."""
    while True:
        source.raw = []
        source.begun = source.number + 1
        try:
            row = next(rows, None)
        except csv.Error as error:
            _lose(error, source, delimiter, width, reading)
            continue
        if row is None:
            return
        yield row


def _lose(
    error: csv.Error, source: _Lines, delimiter: str, width: int, reading: Reading
) -> None:  # fmt: skip
    """Name a row that cannot be read, and count the rows that its open quotation swallowed."""
    swallowed = sum(line.count(delimiter) >= width - 1 for line in source.raw[1:])
    reading.begun += 1 + swallowed
    more = f", and with it {swallowed} more up to line {source.number}" if swallowed else ""
    reading.problem(
        source.begun,
        f"the row that begins here cannot be read{more} ({error}); a quotation mark may be missing",
    )


def _delimiter(header: str) -> str:
    """Return what parts the cells: the sign by which most columns are known."""

    def known(sign: str) -> tuple[int, int]:
        cells = next(csv.reader([header], delimiter=sign), [])
        return len(columns_of(cells).names), len(cells)

    return max(_DELIMITERS, key=known)


def _entry(
    row: Sequence[str], source: _Lines, columns: Columns, delimiter: str, reading: Reading
) -> Entry | None:
    """Return a row's cells by their fields; None, and a note, where it is none or does not fit."""
    line = source.begun
    if not any(cell.strip() for cell in row):
        reading.repair(line, "an empty row")
        return None
    reading.begun += 1
    if fault := _fault(row, columns.width, source.raw, delimiter, last=not reading.ends_whole):
        reading.problem(line, f"the row that begins here {fault}")
        return None
    if len(row) < columns.width:
        few = f"fewer cells than the header: {len(row)} of {columns.width}"
        if reading.ends_whole:
            reading.repair(line, f"a row with {few}")
        else:  # this is the last row, and nothing ends it
            reading.problem(line, f"the file ends in the middle of this row, with {few}: it is cut "
                                  "short")  # fmt: skip
    entry = Entry(line)
    for at, name in columns.places:
        if at < len(row) and row[at]:
            entry.add(name, without_apostrophe(row[at]), reading, line)
    return entry


def _fault(
    row: Sequence[str], width: int, raw: Sequence[str], delimiter: str, *, last: bool
) -> str | None:
    """Return in words why a row cannot be trusted; the last one's line may have no end."""
    if any(cell.strip() for cell in row[width:]):
        return f"has {len(row)} cells, the header {width}: its cells may have slipped"
    # An odd number of marks is worth a second look; so is a row that goes on for several lines, and
    # one at which the file may be cut: `5" needle,"words` has an even number.
    doubtful = last or len(raw) > 1 or sum(line.count('"') for line in raw) % 2
    wrong = _wrong_marks(raw, delimiter) if doubtful else ""
    if "end of data" in wrong:
        return "breaks off within quotation marks: the file is cut short, or a mark is missing"
    if len(raw) > 1 and (len(row) < width or (wrong and _swallows(raw, width, delimiter))):
        return f"goes on for {len(raw)} lines: a quotation mark is missing"
    return f"has one cell, the header {width}" if len(row) == 1 and width > 2 else None


def _swallows(raw: Sequence[str], width: int, delimiter: str) -> bool:
    """Return whether a row over several lines may hold another row."""
    return any(line.count(delimiter) >= width - 1 for line in raw[1:]) or len(raw) > 200


def _wrong_marks(raw: Sequence[str], delimiter: str) -> str:
    """Return what is wrong with the quotation marks of a row, by the strict rules of RFC 4180."""
    try:
        list(csv.reader([f"{line}\n" for line in raw], delimiter=delimiter, strict=True))
    except csv.Error as error:
        return str(error)
    return ""
