"""Read one file to its end before anything is done with its records.

The records go through a temporary file, what their keys rest on through another (`arrivals`):
memory holds the account of the file alone.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO, cast

from search.arrivals import Arrivals
from search.errors import BadInput, SarcatError
from search.importers import HEAD, Format, Reader, archive, identify
from search.importers.archive import Member
from search.importers.text import DAMAGE
from search.reading import Reading
from search.records import Record, from_document
from search.runs import ImportedFile, Note, to_line

Advance = Callable[[int], None]


class _Counted:
    """A file that counts and hashes the bytes that are read of it."""

    def __init__(self, raw: IO[bytes], advance: Advance, in_archive: bool = False) -> None:
        self._read = archive.reading(raw.read) if in_archive else raw.read
        self.advance = advance
        self.bytes = 0
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Read up to ``size`` bytes."""
        try:
            data = self._read(size)
        except OSError as error:
            raise SarcatError(
                f"the file cannot be read to its end ({error.strerror or error}).",
                remedy="Copy it to a sound disk and try again.",
            ) from None
        self.bytes += len(data)
        self.digest.update(data)
        self.advance(len(data))
        return data

    def readable(self) -> bool:
        """Say that it can be read, as `gzip` asks."""
        return True


class _Ahead:
    """A stream of which the first bytes can be seen before they are read."""

    def __init__(self, read: Callable[[int], bytes], seen: bytes = b"") -> None:
        self.rest = read
        self.seen = seen
        self.damage: Exception | None = None  # met while looking ahead, raised where it stands

    def look(self, size: int) -> bytes:
        """Return the first bytes, ``size`` of them or all up to the end or a damage."""
        if self.damage:  # what has met one is not asked again
            return self.seen
        try:
            while len(self.seen) < size and (part := self.rest(size - len(self.seen))):
                self.seen += part
        except DAMAGE as error:
            self.damage = error
        return self.seen

    def read(self, size: int = -1) -> bytes:
        """Read up to ``size`` bytes."""
        if self.seen:
            given = self.seen if size < 0 else self.seen[:size]
            self.seen = self.seen[len(given) :]
            return given
        if self.damage:
            raise self.damage
        return self.rest(size)


class Spooled:
    """A file that was read to its end: its account, and its records as often as they are asked for.

    ``account`` and ``reading`` tell what was met; ``without_title`` and ``without_abstract`` count
    records.
    """

    def __init__(self, spool: IO[bytes], arrivals: Arrivals) -> None:
        self._spool = spool
        self.arrivals = arrivals
        self.account: ImportedFile | None = None
        self.reading = Reading("")
        self.parsed = self.with_pmid = self.without_title = self.without_abstract = 0
        self._left_out = 0  # older versions of a record

    @property
    def kept(self) -> int:
        """How many records count: all but older versions of a PMID."""
        return self.parsed - self._left_out

    def lines(self, places: Iterable[int]) -> Iterator[bytes]:
        """Yield the records at some places, from 0 and rising, each as a line of JSON."""
        self._spool.seek(0)
        lines = enumerate(self._spool)
        for place in places:
            yield next(line for number, line in lines if number == place).rstrip()

    def records(self) -> Iterator[Record]:
        """Yield the records that count, in the order of the file."""
        places = (each.number for batch in self.arrivals.batches() for each in batch)
        return (from_document(json.loads(line)) for line in self.lines(places))

    def fill(self, path: Path, advance: Advance, member: Member | None = None) -> None:
        """Read the file, or one in an archive.

        BadInput when it is none of records, SarcatError when the disk fails.
        """
        with _open(path) if member is None else archive.opened(path, member) as raw:
            counted = _Counted(raw, advance, member is not None)
            stream = _unpacked(counted)
            reader = self._reader(stream)
            if member and member.path:
                self.reading.repair(
                    None,
                    f"its name in the archive leads out of it, and is no path: {member.path!r}",
                )
            for record in reader(cast(BinaryIO, stream), self.reading):
                self._take(record)
            self._pass_over_older()
            self._drain(counted)
        self._account(path.name if member is None else f"{path.name}: {member.name}", counted)

    def _reader(self, stream: _Ahead) -> Reader:
        """Return what reads the file, told by how it begins."""
        found = _identified(stream)
        self.reading = Reading(found.name)
        return found.reader

    def _drain(self, counted: _Counted) -> None:
        """Read on to the end: the hash is that of the whole file."""
        try:
            while counted.read(HEAD):
                pass
        except DAMAGE as error:
            self.reading.problem(None, f"the archive is damaged behind the records: {error}")

    def _take(self, record: Record) -> None:
        self.parsed += 1
        self.with_pmid += record.pmid is not None
        self.without_title += not record.title
        self.without_abstract += not record.abstract
        self.arrivals.add(record)
        self._spool.write(to_line(record) + b"\n")

    def _pass_over_older(self) -> None:
        for _place, pmid, version, highest in self.arrivals.superseded():
            self._left_out += 1
            self.reading.repair(
                None, "an older version of a record is left out: "
                      f"PMID {pmid}, version {version}, for version {highest}"
            )  # fmt: skip

    def _account(self, name: str, counted: _Counted) -> None:
        self._spool.flush()
        self.account = ImportedFile(
            name=name,
            bytes=counted.bytes,
            sha256=counted.digest.hexdigest(),
            format=self.reading.format,
            encoding=self.reading.encoding,
            begun=self.reading.begun,
            repaired=_in_order(self.reading.repaired),
            problems=tuple(self.reading.problems),  # a damaged archive before what it caused
        )


def _in_order(notes: list[Note]) -> tuple[Note, ...]:
    return tuple(sorted(notes, key=lambda note: note.line or 0))


def _open(path: Path) -> BinaryIO:
    if path.is_dir():
        raise BadInput("this is a folder.", remedy="Name the files in it.")
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise BadInput("there is no such file.", remedy="Check its name.") from None
    except OSError as error:
        raise BadInput(f"it cannot be opened ({error.strerror}).") from None


def _unpacked(counted: _Counted) -> _Ahead:
    """Return the stream, unpacked where it is gzip-compressed."""
    plain = _Ahead(counted.read)
    if plain.look(2)[:2] != b"\x1f\x8b":
        return plain
    # read1 gives what is there before it meets an error: a cut file gives all that it holds
    unpacked = gzip.GzipFile(fileobj=cast(BinaryIO, plain)).read1
    given = 0

    def read(size: int = -1) -> bytes:
        nonlocal given
        data = unpacked(size)
        given += len(data)
        archive.check(counted.bytes, given)
        return data

    return _Ahead(read)


def _identified(stream: _Ahead) -> Format:
    try:
        return identify(stream.look(HEAD))
    except BadInput:
        if stream.damage is None:
            raise
        raise SarcatError(
            "nothing of this file was stored: the compressed file is damaged at its beginning "
            f"({stream.damage}).",
            remedy="Copy or export it again.",
        ) from None


@contextmanager
def drawn(path: Path, *, own_ids: bool = False) -> Iterator[tuple[Iterator[Record], Reading]]:
    """Give the records of a file as a stream, for those who need no spool, and their account.

    The account is complete when the records are exhausted; ``own_ids`` asks what the file itself
    calls each record. BadInput when the file is none of records.
    """
    with _open(path) as raw:
        stream = _unpacked(_Counted(raw, lambda _by: None))
        found = _identified(stream)
        reading = Reading(found.name, own_ids=[] if own_ids else None)
        yield found.reader(cast(BinaryIO, stream), reading), reading
