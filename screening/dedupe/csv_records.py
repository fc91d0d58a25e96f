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
from pathlib import Path
from typing import IO, cast

from search.errors import BadInput, SarcatError
from search.importers.table_fields import columns_of
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
        csv.field_size_limit(min(sys.maxsize, _LONGEST_FIELD))
        with _opened(self.path) as lines:
            rows = csv.reader(lines, strict=True)
            try:
                columns = self._columns(next(rows, []))
                for row in rows:
                    if row:
                        yield self._record(row, columns, rows.line_num)
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

    def _record(self, row: list[str], columns: dict[str, int], line: int) -> StoredRecord:
        if len(row) != len(columns):
            raise SarcatError(
                f"this row has {len(row)} fields, the header {len(columns)}: the file is damaged.",
                where=f"{self.path}:{line}",
                remedy="Export it again; nothing was written.",
            )
        values = {name: row[place].strip() for name, place in columns.items()}
        id = values["id"]
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
        record = _to_record(values)
        self.named += bool(record.title or record.doi or record.pmid)
        return StoredRecord(id, record)

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


def _to_record(values: dict[str, str]) -> Record:
    get = values.get
    year = get("year", "")[:4]
    return Record(
        title=get("title") or None,
        abstract=get("abstract") or None,
        authors=tuple(name.strip() for name in get("authors", "").split(";") if name.strip()),
        year=int(year) if year.isascii() and year.isdigit() else None,
        journal=get("journal") or None,
        volume=get("volume") or None,
        issue=get("issue") or None,
        pages=get("pages") or None,
        doi=clean_doi(get("doi")),
        pmid=clean_pmid(get("pmid")),
    )


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
