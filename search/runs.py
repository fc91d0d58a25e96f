"""Search runs: one execution of a strategy, or one import, kept as plain text (PRISMA-S).

Each run is a folder ``searches/RUN/`` with ``run.json`` (the entry) and ``records*.jsonl.gz`` (the
parsed records with their keys), enough to work everything out again without a network.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal

from search.errors import SarcatError
from search.files import (
    damaged,
    json_line,
    parsed_line,
    read_json_lines,
    read_lines,
    sync_folder,
    write_json,
    write_lines,
)
from search.records import Record, from_document, to_document
from search.source_kinds import Kind

State = Literal["ok", "empty", "partial", "failed"]
ENTRY = "run.json"


@dataclass(frozen=True, slots=True)
class Note:
    """Something met on the way at a line of a file: a repair that was made, or a problem."""

    line: int | None
    text: str


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """What is known of a file that was imported (FM-01)."""

    name: str
    bytes: int
    sha256: str
    format: str
    encoding: str
    begun: int
    repaired: tuple[Note, ...] = ()
    problems: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchRun:
    """One search run or import as reported (PRISMA-S items 1, 2, 8, 9, 13, 15).

    ``count`` is what the source said, ``fetched`` what was received, ``parsed`` what was read:
    three numbers that agree or are explained by ``missing``, ``problem`` and ``warnings``.
    ``new`` counts records first met by this run. Times are UTC.
    """

    id: str
    state: State
    kind: Kind
    source: str
    database: str
    executed_at: str
    platform: str | None = None
    interface: str | None = None
    strategy: str | None = None
    query: str | None = None
    translation: str | None = None
    limits: tuple[str, ...] = ()
    count: int | None = None
    fetched: int = 0
    parsed: int = 0
    new: int = 0
    ids: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    problem: str | None = None
    file: ImportedFile | None = None
    note: str | None = None
    tool: str | None = None
    finished_at: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_other_method(self) -> bool:
        """Return whether PRISMA counts this run under "other methods"."""
        return self.kind not in ("database", "register")

    @property
    def is_refresh(self) -> bool:
        """Return whether this run only fetched once more what was known: it identified nothing."""
        return bool(self.extra.get("refresh"))


def now() -> str:
    """Return the time as UTC, to the second, in ISO 8601."""
    return datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def tool() -> str:
    """Return the name and version of this program, as a run bears it."""
    from importlib.metadata import version

    return f"sarcat {version('sarcat')}"


def start(searches: Path, label: str, executed_at: str, *, draft: bool = False) -> tuple[str, Path]:
    """Make the folder of a new run; its id is time and label, made unique.

    Until its entry is written the folder is no run: `read_entries` passes it over. A ``draft`` is
    hidden (``.ID``) until `publish` shows it with all that is in it.
    """
    stamp = re.sub(r"[-:]", "", executed_at)
    slug = re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-")[:60] or "run"
    searches.mkdir(parents=True, exist_ok=True)
    for number in range(1, 10_000):
        id = f"{stamp}-{slug}" + (f"-{number}" if number > 1 else "")
        folder = searches / (f".{id}" if draft else id)
        try:
            folder.mkdir()
        except FileExistsError:
            continue
        if draft and (searches / id).exists():
            folder.rmdir()
            continue
        return id, folder
    raise SarcatError("no free name is left for a new run.", where=str(searches))


def publish(folder: Path) -> Path:
    """Show a draft in one step, and return where it is; any other folder stays as it is."""
    if not folder.name.startswith("."):
        return folder
    shown = folder.with_name(folder.name[1:])
    sync_folder(folder)
    folder.rename(shown)
    sync_folder(shown.parent)
    return shown


def to_entry(run: SearchRun) -> dict[str, Any]:
    """Return the run as JSON values, in the order of its fields."""
    # Not by `asdict`: it copies each of a hundred thousand ids.
    entry = {item.name: getattr(run, item.name) for item in fields(run)}
    return entry | {"file": asdict(run.file) if run.file else None}


def from_entry(entry: Mapping[str, Any], where: str) -> SearchRun:
    """Return the run that `to_entry` wrote; SarcatError when it is no run."""
    known = {item.name for item in fields(SearchRun)}
    values = {name: value for name, value in entry.items() if name in known}
    try:
        if values.get("file"):
            imported = dict(values["file"])
            for name in ("repaired", "problems"):
                imported[name] = tuple(Note(**note) for note in imported.get(name, ()))
            values["file"] = ImportedFile(**imported)
        for name, value in values.items():
            if isinstance(value, list):
                values[name] = tuple(value)
        return SearchRun(**values)
    except (TypeError, AttributeError) as error:
        raise SarcatError(
            f"this is not the entry of a search run ({error}).",
            where=where,
            remedy="Restore it from version control.",
        ) from error


def write_entry(folder: Path, run: SearchRun) -> None:
    """Write the run's entry whole."""
    write_json(folder / ENTRY, to_entry(run))


def read_entry(folder: Path) -> SearchRun:
    """Read a run's entry; a folder without one is a run that was cut off before it began."""
    path = folder / ENTRY
    try:
        entry = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SarcatError(
            f"the entry of this search run cannot be read ({error}).",
            where=str(path),
            remedy="Restore the folder from version control, or remove it.",
        ) from error
    run = from_entry(entry, str(path))
    if run.id != folder.name:
        run = replace(run, id=folder.name)
    return run


def read_entries(searches: Path) -> list[SearchRun]:
    """Read all runs, oldest first (by time, then id)."""
    if not searches.is_dir():
        return []
    # A folder without an entry is a run that was cut off before anything was promised.
    runs = [read_entry(path.parent) for path in searches.glob(f"[!.]*/{ENTRY}")]
    return sorted(runs, key=lambda run: (run.executed_at, run.id))


def write_records(
    folder: Path, keyed: Iterable[tuple[str, Record]], batch: int | None = None
) -> int:
    """Write records with their keys whole: all of a run, or one batch of it (from 1)."""
    return write_record_lines(folder, ((key, to_line(record)) for key, record in keyed), batch)


def write_record_lines(
    folder: Path, keyed: Iterable[tuple[str, bytes]], batch: int | None = None
) -> int:
    """Write records that are JSON already (`to_line`) likewise: they are not taken apart again."""
    name = "records.jsonl.gz" if batch is None else f"records-{batch:06d}.jsonl.gz"
    return write_lines(folder / name, (_with_key(key, line) for key, line in keyed))


def to_line(record: Record) -> bytes:
    """Return a record as one line of JSON without its end; `records.from_document` reads it."""
    return json_line(to_document(record))


def _with_key(key: str, line: bytes) -> bytes:
    head = b'{"key":' + json_line(key)
    return head + (b"," + line[1:] if len(line) > 2 else b"}")


_KEY = re.compile(rb'{"key":"([^"\\]+)"(?:,(?=")|(?=}))')


def read_keys(folder: Path) -> Iterator[str]:
    """Read the keys alone, in a tenth of the time that the records take."""
    for path in _record_files(folder):
        for line in read_lines(path):
            found = _KEY.match(line)
            yield found[1].decode() if found else parsed_line(line)["key"]


def read_record_lines(folder: Path) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Read the records of a run in their order: key, JSON text without it, and its values.

    SarcatError names the line that is damaged.
    """
    for path in _record_files(folder):
        for number, line in enumerate(read_lines(path), start=1):
            found = _KEY.match(line)
            try:
                document = parsed_line(line)
                key = document.pop("key")
                rest = line[found.end() :] if found else json_line(document)[1:]
                yield key, "{" + rest.decode("utf-8").rstrip(), document
            except (ValueError, KeyError, AttributeError, TypeError) as error:
                raise damaged(f"{path}:{number}", error) from error


def read_documents(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Read the records of a run as JSON values, each with its key, in their order."""
    for path in _record_files(folder):
        for document in read_json_lines(path):
            yield document.pop("key"), document


def read_records(folder: Path) -> Iterator[tuple[str, Record]]:
    """Read the records of a run with their keys, in the order in which they were written."""
    for key, document in read_documents(folder):
        yield key, from_document(document)


def _record_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("records*.jsonl.gz"))
