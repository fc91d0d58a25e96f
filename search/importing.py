"""Import a file of records: read it whole before anything of it is stored (FM-01)."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import tempfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from search import runs as search_runs
from search.errors import BadInput, SarcatError
from search.importers import Format, identify, open_plain
from search.importers.text import CHUNK
from search.intake import assign_keys, finish
from search.reading import Reading
from search.records import PUBMED, Record, from_document, to_document
from search.review import Review
from search.runs import ImportedFile, Kind, Note, SearchRun

Advance = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the records of a file came from, as the user says it (PRISMA-S items 1 to 7, 13)."""

    source: str | None = None
    database: str | None = None
    platform: str | None = None
    kind: Kind = "database"
    exported: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: the run it is now, or why it is none."""

    file: str
    account: ImportedFile | None
    parsed: int
    run: SearchRun | None
    error: SarcatError | None = None

    def document(self) -> dict[str, object]:
        """Return the outcome in the JSON form of the contract."""
        account = self.account
        problems = (
            [{"line": note.line, "why": note.text} for note in account.problems] if account else []
        )
        if self.error and not problems:
            problems = [{"line": None, "why": str(self.error)}]
        return {
            "file": self.file,
            "format": account.format if account else None,
            "encoding": account.encoding if account else None,
            "begun": account.begun if account else 0,
            "parsed": self.parsed,
            "new": self.run.new if self.run else 0,
            "repaired": [{"line": n.line, "what": n.text} for n in account.repaired]
            if account
            else [],
            "problems": problems,
            "stored": self.run is not None,
            "run": self.run.id if self.run else None,
        }


def import_file(
    review: Review, path: Path, origin: Origin, *, accept_loss: bool = False,
    advance: Advance = lambda _by: None,
) -> Outcome:  # fmt: skip
    """Import one file into the review; the outcome holds the error when nothing was stored.

    Memory: the keys of its records, never the records, which go through a temporary file.
    """
    account: ImportedFile | None = None
    parsed = 0
    try:
        format_, opener = _recognise(path)
        reading = Reading(format_.name)
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="surrogatepass") as spool:
            parsed, with_pmid = _spool(format_, opener, reading, spool, advance)
            account = _account(path, reading)
            loss = _loss(reading, path)
            if loss and not accept_loss:
                return Outcome(str(path), account, parsed, None, loss)
            all_pubmed = format_.name != "ris" and with_pmid == parsed
            run = _run(review, origin, account, parsed, loss, reading,
                       origin.source or (PUBMED if all_pubmed else _slug(path)))  # fmt: skip
            return Outcome(str(path), account, parsed, _store(review, run, spool, path))
    except SarcatError as error:
        where = error.where or str(path)
        named = type(error)(error.what, where=where, remedy=error.remedy)
        return Outcome(str(path), account, parsed, None, named)


def _recognise(path: Path) -> tuple[Format, Callable[[], IO[bytes]]]:
    if path.is_dir():
        raise BadInput("this is a folder.", remedy="Name the files in it.")
    if not path.is_file():
        raise BadInput("there is no such file.", remedy="Check its name.")
    opener = open_plain(path)
    try:
        with opener() as stream:
            return identify(stream.read(CHUNK)), opener
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise SarcatError(
            f"the compressed file is cut short or damaged ({error}).", remedy="Export it again."
        ) from error


def _spool(
    format_: Format, opener: Callable[[], IO[bytes]], reading: Reading, spool: IO[str],
    advance: Advance,
) -> tuple[int, int]:  # fmt: skip
    assert format_.reader
    read = with_pmid = 0
    try:
        for record in format_.reader(opener, reading):  # type: ignore[arg-type]
            spool.write(json.dumps(to_document(record), ensure_ascii=False) + "\n")
            read += 1
            with_pmid += record.pmid is not None
            if read % 1000 == 0:
                advance(1000)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        reading.problem(None, f"the compressed file is cut short or damaged ({error})")
    advance(read % 1000)
    return read, with_pmid


def _account(path: Path, reading: Reading) -> ImportedFile:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    return ImportedFile(
        name=path.name,
        bytes=path.stat().st_size,
        sha256=digest.hexdigest(),
        format=reading.format,
        encoding=reading.encoding,
        begun=reading.begun,
        repaired=tuple(reading.repaired),
        problems=tuple(reading.problems),
    )


def _loss(reading: Reading, path: Path) -> SarcatError | None:
    """Return the error of a loss; a file in which no record begins is wrong use, not a loss."""
    if not reading.begun and not reading.problems:
        return BadInput(
            f"no record begins in this {reading.format} file.",
            where=str(path),
            remedy="Export the records again.",
        )
    if reading.begun == reading.parsed and not reading.problems:
        return None
    first: Note | None = next(iter(reading.problems), None)
    where = f"{path}:{first.line}" if first and first.line else str(path)
    why = f" First: {first.text}." if first else ""
    return SarcatError(
        f"{reading.begun} records begin and {reading.parsed} could be read;"
        f" nothing of this file was stored.{why}",
        where=where,
        remedy="Export it again, or take what could be read with --accept-loss.",
    )


def _slug(path: Path) -> str:
    stem = path.name.removesuffix(".gz").rpartition(".")[0] or path.name
    return re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-") or "import"


def _run(
    review: Review, origin: Origin, account: ImportedFile, parsed: int, loss: SarcatError | None,
    reading: Reading, source: str,
) -> SearchRun:  # fmt: skip
    if isinstance(loss, BadInput):
        raise loss
    again = next(
        (run.id for run in review.store.runs()
         if run.file and run.file.sha256 == account.sha256 and run.source == source), None,
    )  # fmt: skip
    warnings = [f"this file was imported before, as {again}"] if again else []
    if reading.withdrawn:
        warnings.append(
            f"the file says that these PMIDs are withdrawn: {', '.join(reading.withdrawn)}"
        )
    return SearchRun(
        id="",
        state="partial" if loss else "ok",
        kind=origin.kind,
        source=source,
        database=origin.database or ("PubMed" if source == PUBMED else source),
        platform=origin.platform,
        executed_at=search_runs.now(),
        count=account.begun,
        fetched=account.begun,
        parsed=parsed,
        problem=f"{account.begun - parsed} records could not be read" if loss else None,
        warnings=tuple(warnings),
        file=account,
        extra={"exported": origin.exported} if origin.exported else {},
        tool=search_runs.tool(),
    )


def _store(review: Review, run: SearchRun, spool: IO[str], path: Path) -> SearchRun:
    def again() -> Iterator[Record]:
        spool.seek(0)
        for line in spool:
            yield from_document(json.loads(line))

    best = _best_versions(again)

    def chosen() -> Iterator[Record]:
        for number, record in enumerate(again()):
            if record.pmid is None or best[record.pmid][1] == number:
                yield record

    id_, folder = search_runs.start(review.searches, f"import-{_slug(path)}", run.executed_at)
    keys: list[str] = []

    def keyed() -> Iterator[tuple[str, Record]]:
        for key, record in assign_keys(chosen, run.source, review.store):
            keys.append(key)
            yield key, record

    search_runs.write_records(folder, keyed())
    return finish(folder, replace(run, id=id_), review.store, keys)


def _best_versions(records: Callable[[], Iterator[Record]]) -> dict[str, tuple[int, int]]:
    """Return for each PMID its highest version and the place of it: it is counted once."""
    best: dict[str, tuple[int, int]] = {}
    for number, record in enumerate(records()):
        version = record.version or 0
        if record.pmid and (record.pmid not in best or version > best[record.pmid][0]):
            best[record.pmid] = (version, number)
    return best
