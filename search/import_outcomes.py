"""What became of a file that was to be imported: its account, what it lost, the run it is now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from search.errors import BadInput, SarcatError
from search.importers.spool import Spooled
from search.runs import ImportedFile, Note, SearchRun
from search.words import counted


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: the run it is now, or why it is none."""

    file: str
    account: ImportedFile | None = None
    begun: int = 0
    parsed: int = 0
    without_title: int = 0
    without_abstract: int = 0
    run: SearchRun | None = None
    error: SarcatError | None = None
    passed_over: str | None = None  # why a file in an archive is none of records
    unknown: tuple[str, ...] = ()  # of database, platform and exported

    def document(self) -> dict[str, Any]:
        """Return the outcome in the JSON form of the contract."""
        account, run, error = self.account, self.run, self.error
        problems = account.problems if account else ()
        if error and not problems:
            problems = (Note(None, " ".join(filter(None, (error.what, error.remedy)))),)
        return {
            "file": self.file,
            "format": account.format if account else None,
            "encoding": account.encoding if account else None,
            "begun": self.begun,
            "parsed": self.parsed,
            "new": run.new if run else 0,
            "repaired": [{"line": note.line, "what": note.text}
                         for note in (account.repaired if account else ())],
            "problems": [{"line": note.line, "why": note.text} for note in problems],
            "bytes": account.bytes if account else None,
            "sha256": account.sha256 if account else None,
            "without_title": self.without_title,
            "without_abstract": self.without_abstract,
            "stored": run is not None,
            "run": run.id if run else None,
            "state": run.state if run else None,
            "source": run.source if run else None,
            "warnings": list(run.warnings) if run else [],
            "passed_over": self.passed_over,
            "unknown": list(self.unknown),
        }  # fmt: skip


# --- losses -----------------------------------------------------------------------------------


def loss_of(read: Spooled, place: str) -> SarcatError | None:
    """Return the error of a loss; a file in which no record begins is wrong use, not a loss."""
    reading = read.reading
    if not reading.begun and not reading.problems:
        also = " It only names records that were withdrawn." if reading.withdrawn else ""
        return BadInput(
            f"no record begins in this file ({reading.format}).{also}",
            where=place,
            remedy="Check what was exported.",
        )
    if reading.begun == reading.parsed and not reading.problems:
        return None
    assert read.account
    first = next(iter(read.account.problems), None)
    where = f"{place}:{first.line}" if first and first.line else place
    remedy = "Export the file again"
    if read.parsed:
        remedy += ", or store what could be read with --accept-loss"
    return SarcatError(
        f"nothing of this file was stored: {what_is_lost(read)}.", where=where, remedy=f"{remedy}."
    )


def what_is_lost(read: Spooled) -> str:
    """Return what a damaged file costs, in words: how many records, and the first problem."""
    assert read.account
    begun, problems = read.reading.begun, read.account.problems
    following = read.reading.problem_count - 1
    lost = begun - read.parsed
    parts = [f"{lost} of {begun} records that begin could not be read"] if lost else []
    if problems:
        more = f" ({counted(following, 'more problem')} after it)" if following else ""
        parts.append(problems[0].text + more)
    return "; ".join(parts)
