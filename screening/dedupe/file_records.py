"""The records of a file in any format that can be imported, for those who only deduplicate it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from screening.dedupe.csv_records import CsvRecords, is_plain
from screening.dedupe.normalise import Copy, copy_of
from search.errors import BadInput, SarcatError
from search.records import Record, StoredRecord, base_of, content_hash

if TYPE_CHECKING:
    from search.reading import Reading


class Source(Protocol):
    """The records of a file, drawn once; all else is known when they are exhausted."""

    @property
    def path(self) -> Path:
        """Where the file lies."""
        ...

    @property
    def absent(self) -> tuple[str, ...]:
        """Columns that a table lacks."""
        ...

    @property
    def by_position(self) -> bool:
        """Whether the records are called by their position."""
        ...

    @property
    def keys(self) -> Collection[str]:
        """The keys under which the records are compared, in the order of the file."""
        ...

    def id_of(self, key: str) -> str:
        """Return what a record is called in what is written."""
        ...

    def copies(self) -> Iterator[Copy]:
        """Give what is compared of each record."""
        ...


def source_of(path: Path) -> Source:
    """Return what reads a file."""
    return CsvRecords(path) if is_plain(path) else FileRecords(path)


@dataclass
class FileRecords:
    """The records of one file, compared under keys made of their content.

    So their order in the file has no part in the result. Their ids are the file's own (a table's
    `id`, RIS's `ID`, a citation key, a PMID in nbib) where every record has one and none stands
    twice, else their positions, from 1; a table whose ids are not so is wrong input.
    """

    path: Path
    absent: tuple[str, ...] = ()
    by_position: bool = False
    _ids: dict[str, str] = field(default_factory=dict)  # of keys, in the order of the file

    @property
    def keys(self) -> Collection[str]:
        """Return the keys, in the order of the file."""
        return self._ids.keys()

    def id_of(self, key: str) -> str:
        """Return the id of a record."""
        return self._ids[key]

    def copies(self) -> Iterator[Copy]:
        """Give what is compared of each record."""
        try:
            yield from map(copy_of, self._drawn())
        except SarcatError as error:
            where = error.where or str(self.path)
            raise type(error)(error.what, where=where, remedy=error.remedy) from None

    def _drawn(self) -> Iterator[StoredRecord]:
        from search.importers.spool import drawn  # plain CSV is read without it

        own: list[str | None] = []
        named = 0
        with drawn(self.path, own_ids=True) as (records, reading):
            for position, record in enumerate(records, start=1):
                key = f"{base_of(record)} {content_hash(record)} {position:09d}"
                named += bool(record.title or record.doi or record.pmid)
                own.append(_own_id(record, reading))
                self._ids[key] = str(position)
                yield StoredRecord(key, record)
        _check(self.path, reading, named)
        self._take(own, is_table=reading.format == "csv")

    def _take(self, own: list[str | None], *, is_table: bool) -> None:
        """Take the file's own ids where they are ids."""
        ids = [id for id in own if id]
        self.by_position = len(set(ids)) < len(own)
        if not self.by_position:
            self._ids = dict(zip(self._ids, ids, strict=True))
        elif is_table and ids:
            raise BadInput(_fault_of(own), where=str(self.path),
                           remedy="Give every record an id of its own, or leave the column out: "
                           "then a record's position in the file is its id.")  # fmt: skip


def _own_id(record: Record, reading: Reading) -> str | None:
    if reading.format in ("nbib", "pubmed-xml"):
        return record.pmid
    if reading.own_ids and len(reading.own_ids) == reading.parsed:
        return reading.own_ids[-1]
    return record.brought.key if record.brought else None


def _fault_of(own: list[str | None]) -> str:
    seen: dict[str, int] = {}
    for position, id in enumerate(own, start=1):
        if not id:
            return f"record {position} has no id, though others have one."
        if id in seen:
            return f"the id {id!r} stands twice: records {seen[id]} and {position}."
        seen[id] = position
    raise AssertionError


def _check(path: Path, reading: Reading, named: int) -> None:
    """Raise for a file that holds no record, or not all that it began."""
    if reading.problems or reading.begun != reading.parsed:
        first = next(iter(reading.problems), None)
        lost = reading.begun - reading.parsed
        what = f"{lost} of {reading.begun} records could not be read" if lost else "a part is lost"
        raise SarcatError(
            f"{what}: {first.text}." if first else f"{what}.",
            where=f"{path}:{first.line}" if first and first.line else str(path),
            remedy="Export the file again; nothing was written.",
        )
    if not reading.parsed:
        raise BadInput("the file holds no record.", where=str(path),
                       remedy="Check what was exported.")  # fmt: skip
    if not named:
        raise BadInput(
            "no record has a title, a DOI or a PMID: nothing can be compared.",
            where=str(path),
            remedy="Export the file again with these fields.",
        )


def full_records(source: Source) -> Iterator[StoredRecord]:
    """Read a file once more with all its fields, under the keys that its records have by now."""
    from search.importers.spool import drawn

    keys = iter(source.keys)
    with drawn(source.path) as (records, reading):
        for record in records:
            key = next(keys, None)
            if key is None:
                break
            yield StoredRecord(key, record)
    if next(keys, None) is not None or reading.problems:
        first = next(iter(reading.problems), None)
        raise SarcatError(
            f"a second reading gives other records{f': {first.text}' if first else ''}.",
            where=f"{source.path}:{first.line}" if first and first.line else str(source.path),
            remedy="Was it changed meanwhile? Export it again.",
        )
