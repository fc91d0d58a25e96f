"""The records of a plain CSV file with ids of its own, read as fast as they can be.

Plain means: UTF-8, commas, a column `id` and one `title`, the others by the names in `OPTIONAL`.
All else that is a table goes through `search.importers`, which knows what other programs write.
"""

from __future__ import annotations

import csv
import gzip
import io
import sys
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import IO, Any, NoReturn, cast

from screening.dedupe.normalise import Copy, copy_from
from search.errors import BadInput, SarcatError
from search.records import Record, StoredRecord, clean_doi, clean_pmid

REQUIRED = ("id", "title")
OPTIONAL = ("authors", "year", "journal", "volume", "issue", "pages", "doi", "pmid", "abstract")
_LONGEST_FIELD = 16_000_000
_LONGEST_HEADER = 1 << 16
# Where a table may say the same under another name: what `search.importers` calls those columns.
_ELSEWHERE = {
    "journal": {"journal", "source"},
    "year": {"year", "published"},
    "pages": {"pages", "first_page", "number"},
    "authors": {"authors", "full_authors"},
}


def is_plain(path: Path) -> bool:
    """Return whether a file is one of plain CSV, as far as its first line says."""
    try:
        with _unpacked(path) as data:
            first = data.readline(_LONGEST_HEADER).decode("utf-8-sig")
        header = next(csv.reader([first]), [])
    except (OSError, EOFError, zlib.error, UnicodeDecodeError, csv.Error):
        return False  # whatever it is, the importers say so in words
    names = [name.strip().lower() for name in header]
    if {*REQUIRED, *OPTIONAL} <= set(names):
        return True
    from search.importers.table_fields import columns_of  # with all the readers of the package

    known = columns_of(header).names
    elsewhere = (_ELSEWHERE.get(name, {name}) for name in OPTIONAL if name not in names)
    return "id" in names and len(names) > 1 and not any(fields & known for fields in elsewhere)


@dataclass
class CsvRecords:
    """The records of one CSV file (.gz too), drawn once; complete when they are exhausted.

    ``ids`` are their ids in the order of the file; ``absent`` are columns that the file lacks.
    """

    path: Path
    ids: dict[str, int] = field(default_factory=dict)  # id to line
    absent: tuple[str, ...] = ()
    by_position: bool = False
    named: int = 0  # records with a title, DOI or PMID

    @property
    def keys(self) -> Collection[str]:
        """Return the records' ids, in the order of the file."""
        return self.ids.keys()

    def id_of(self, key: str) -> str:
        """Return the id of a record: its key here."""
        return key

    def __iter__(self) -> Iterator[StoredRecord]:
        for id, fields in self._rows():
            yield StoredRecord(id, Record(**fields))

    def copies(self) -> Iterator[Copy]:
        """Give what is compared of each record, in half of the time: no record is made."""
        for id, fields in self._rows():
            yield copy_from(id, **fields)

    def _rows(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Give each record's id and its fields by the names of `Record`."""
        csv.field_size_limit(min(sys.maxsize, _LONGEST_FIELD))
        with _opened(self.path) as lines:
            rows = csv.reader(lines, strict=True)
            try:
                columns = self._columns(next(rows, []))
                width = len(columns)
                # an absent column is the empty cell that is put behind each row
                pick = itemgetter(*(columns.get(name, -1) for name in (*REQUIRED, *OPTIONAL)))
                for row in rows:
                    if row:
                        if len(row) != width:
                            self._fail(row, width, rows.line_num)
                        row.append("")
                        yield self._record(pick(row), row, columns, rows.line_num)
            except csv.Error as error:
                raise SarcatError(
                    f"from here on this cannot be read as CSV ({error}).",
                    where=f"{self.path}:{rows.line_num}",
                    remedy="Export the file again; nothing was written.",
                ) from None
        self._check_whole()

    def _columns(self, header: list[str]) -> dict[str, int]:
        columns = {name.strip().lower(): place for place, name in enumerate(header)}
        missing = [name for name in REQUIRED if name not in columns]
        if missing:
            raise BadInput(
                f"columns are missing: {', '.join(missing)}.",
                where=f"{self.path}:1",
                remedy=f"The first line must name the columns; needed are {', '.join(REQUIRED)}; "
                f"used as well: {', '.join(OPTIONAL)}.",
            )
        if len(columns) < len(header):
            raise BadInput("a column stands twice.", where=f"{self.path}:1",
                           remedy="Give each column its own name.")  # fmt: skip
        self.absent = tuple(name for name in OPTIONAL if name not in columns)
        return columns

    def _fail(self, row: list[str], width: int, line: int) -> NoReturn:
        raise SarcatError(
            f"this row has {len(row)} fields, the header {width}: the file is damaged.",
            where=f"{self.path}:{line}",
            remedy="Export it again; nothing was written.",
        )

    def _record(
        self, cells: tuple[str, ...], _row: list[str], _columns: dict[str, int], line: int
    ) -> tuple[str, dict[str, Any]]:
        id = cells[0].strip()
        if not id:
            raise BadInput("a record has no id.", where=f"{self.path}:{line}",
                           remedy="Give every record an id of its own.")  # fmt: skip
        if id in self.ids:
            raise BadInput(
                f"the id {id!r} stands twice (first in line {self.ids[id]}).",
                where=f"{self.path}:{line}",
                remedy="Give every record an id of its own.",
            )
        self.ids[id] = line
        fields = _fields(cells)
        self.named += bool(fields["title"] or fields["doi"] or fields["pmid"])
        return id, fields

    def _check_whole(self) -> None:
        if not self.ids:
            raise BadInput("the file holds no record.", where=str(self.path),
                           remedy="A header and one line for each record are needed.")  # fmt: skip
        if not self.named:
            raise BadInput(
                "no record has a title, a DOI or a PMID: nothing can be compared.",
                where=str(self.path),
                remedy="Export the file again with these fields.",
            )


def _fields(cells: tuple[str, ...]) -> dict[str, Any]:
    """Return the fields of a row; the cells stand in the order of `REQUIRED` and `OPTIONAL`."""
    cells = tuple([cell.strip() for cell in cells])
    _id, title, authors, year, journal, volume, issue, pages, doi, pmid, abstract = cells
    year = year[:4]
    return {
        "title": title or None,
        "abstract": abstract or None,
        "authors": tuple([name for name in map(str.strip, authors.split(";")) if name]),
        "year": int(year) if year.isascii() and year.isdigit() else None,
        "journal": journal or None,
        "volume": volume or None,
        "issue": issue or None,
        "pages": pages or None,
        "doi": clean_doi(doi) if doi else None,
        "pmid": clean_pmid(pmid) if pmid else None,
    }


@contextmanager
def _unpacked(path: Path) -> Iterator[IO[bytes]]:
    with path.open("rb") as raw:
        packed = raw.peek(2).startswith(b"\x1f\x8b")
        yield cast("IO[bytes]", gzip.GzipFile(fileobj=raw) if packed else raw)


@contextmanager
def _opened(path: Path) -> Iterator[IO[str]]:
    try:
        with _unpacked(path) as data, io.TextIOWrapper(data, "utf-8-sig", newline="") as lines:
            yield lines
    except FileNotFoundError:
        raise BadInput("there is no such file.", where=str(path)) from None
    except UnicodeDecodeError:
        raise BadInput("this file is not UTF-8.", where=str(path),
                       remedy="Save it as CSV in UTF-8.") from None  # fmt: skip
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise SarcatError(f"this compressed file is damaged ({error}).", where=str(path),
                          remedy="Fetch it again; nothing was written.") from None  # fmt: skip
