"""Import a file of records: read it whole before anything of it is stored (FM-01)."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path

from search import runs as search_runs
from search.arrivals import Arrivals
from search.errors import BadInput, SarcatError
from search.file_origins import Ask, Origin, database_of, missing_of, slug
from search.import_outcomes import Outcome, loss_of, what_is_lost
from search.importers import archive
from search.importers.archive import Member
from search.importers.spool import Advance, Spooled
from search.intake import finish, keys_of
from search.records import PUBMED
from search.review import Review
from search.runs import ImportedFile, SearchRun
from search.store import Store

Bar = Callable[[str, int | None], AbstractContextManager[Advance]]  # (title, number of steps)


def _ask_nothing(_file: str, origin: Origin, _missing: tuple[str, ...]) -> Origin:
    return origin


def _no_bar(_title: str, _steps: int | None) -> AbstractContextManager[Advance]:
    return nullcontext(lambda _by: None)


def import_files(
    review: Review, path: Path, origin: Origin, *, accept_loss: bool = False, bar: Bar = _no_bar,
    ask: Ask = _ask_nothing,
) -> Iterator[Outcome]:  # fmt: skip
    """Import a file, or each file in a ZIP archive; gives one outcome for each.

    What lies in an archive and is no file of records is passed over, and named, where another is.
    """
    try:
        found = archive.members(path)
    except SarcatError as error:
        yield Outcome(str(path), error=_placed(error, str(path)))
        return
    if found is None:
        yield import_file(review, path, origin, accept_loss=accept_loss, bar=bar, ask=ask)
        return
    outcomes = [
        import_file(review, path, origin, accept_loss=accept_loss, bar=bar, ask=ask, member=each)
        for each in found
    ]
    if not outcomes:
        yield Outcome(str(path), error=BadInput("this archive is empty.", where=str(path)))
    known = any(not isinstance(each.error, BadInput) for each in outcomes)
    for each in outcomes:
        stranger = known and isinstance(each.error, BadInput) and not each.begun
        yield replace(each, error=None, passed_over=each.error.what) if stranger else each  # type: ignore[union-attr]


def import_file(
    review: Review, path: Path, origin: Origin, *, accept_loss: bool = False, bar: Bar = _no_bar,
    ask: Ask = _ask_nothing, member: Member | None = None,
) -> Outcome:  # fmt: skip
    """Import one file into the review; the outcome holds the error when nothing was stored.

    ``ask`` is called when the file is read and sound, for what ``origin`` does not say of it.

    ``accept_loss`` stores what could be read of a damaged file, as a run in the state "partial".
    Memory does not grow with the file.
    """
    store = review.store  # an error here is the review's, not the file's
    place = str(path) if member is None else f"{path}: {member.name}"
    outcome = Outcome(place)
    with tempfile.TemporaryFile() as spool, Arrivals() as arrivals:
        read = Spooled(spool, arrivals)
        try:
            with bar(f"Reading {path.name}", _size(path, member)) as by:
                read.fill(path, by, member)
        except SarcatError as error:
            return replace(outcome, begun=read.reading.begun, error=_placed(error, place))
        account = read.account
        assert account
        outcome = replace(
            outcome, account=account, begun=account.begun, parsed=read.parsed,
            without_title=read.without_title, without_abstract=read.without_abstract,
        )  # fmt: skip
        loss = loss_of(read, place)
        if loss and (isinstance(loss, BadInput) or not accept_loss or not read.parsed):
            return replace(outcome, error=loss)
        source = _source(read, account, Path(member.name) if member else path, origin)
        if missing := missing_of(origin, source):
            origin = ask(place, origin, missing)
        run = _run(read, account, source, origin, store)
        outcome = replace(outcome, unknown=missing_of(origin, source))
        return replace(outcome, run=_store(review.searches, run, read, store, bar))


def _size(path: Path, member: Member | None) -> int | None:
    if member:
        return member.size
    return path.stat().st_size if path.is_file() else None


def _placed(error: SarcatError, place: str) -> SarcatError:
    """Return the error with the file named as its place."""
    return type(error)(error.what, where=error.where or place, remedy=error.remedy)


def _source(read: Spooled, account: ImportedFile, path: Path, origin: Origin) -> str:
    all_pubmed = account.format in ("pubmed-xml", "nbib") and read.with_pmid == read.parsed
    return origin.source or (PUBMED if all_pubmed else slug(path))


def _run(
    read: Spooled, account: ImportedFile, source: str, origin: Origin, store: Store
) -> SearchRun:
    """Return the run as far as it is known before its records are stored."""
    extra = {
        "exported": origin.exported,
        "dialect": read.reading.dialect,
        "without_title": read.without_title or None,
        "without_abstract": read.without_abstract or None,
    }
    lost = what_is_lost(read)
    return SearchRun(
        id="",
        state="partial" if lost else "ok",
        kind=origin.kind,
        source=source,
        database=database_of(origin, source),
        platform=origin.platform,
        executed_at=search_runs.now(),
        count=account.begun,
        fetched=account.begun,
        parsed=read.parsed,
        problem=f"a damaged file was accepted: {lost}" if lost else None,
        warnings=tuple(_warnings(read, account, source, store)),
        file=account,
        extra={name: value for name, value in extra.items() if value is not None},
        tool=search_runs.tool(),
    )


def _warnings(
    read: Spooled, account: ImportedFile, source: str, store: Store
) -> Iterator[str]:  # fmt: skip
    for run in store.runs_that_say(account.sha256):
        if run.file and run.file.sha256 == account.sha256:
            other = "" if run.source == source else f", from the source {run.source!r}"
            yield f"the same file was imported before, as {run.id}{other}"
    if withdrawn := read.reading.withdrawn:
        named = ", ".join(withdrawn[:20]) + (" …" if len(withdrawn) > 20 else "")
        yield f"the file says that {len(withdrawn)} PMIDs are withdrawn: {named}"


def _store(searches: Path, run: SearchRun, read: Spooled, store: Store, bar: Bar) -> SearchRun:
    """Write the records and the entry into a hidden folder, which becomes the run in one step."""
    name = read.account.name if read.account else run.source
    id, draft = search_runs.start(searches, f"import-{run.source}", run.executed_at, draft=True)
    try:
        with bar(f"Storing {name}", read.kept) as advance:
            search_runs.write_record_lines(draft, _keyed(read, run.source, store, advance))
        warnings = (*run.warnings, *_repeated(read.arrivals))
        with bar(f"Entering {name}", read.kept) as advance:
            keys = (key for key, _times in read.arrivals.given())
            return finish(draft, replace(run, id=id, warnings=warnings), store, keys, advance)
    finally:
        if draft.exists():  # not published: an error, or Ctrl-C
            shutil.rmtree(draft, ignore_errors=True)


def _keyed(
    read: Spooled, source: str, store: Store, advance: Advance
) -> Iterator[tuple[str, bytes]]:
    """Yield the records with their keys."""
    places, keys = itertools.tee(keys_of(read.arrivals, source, store))
    lines = read.lines(place for place, _key in places)
    for (_place, key), line in zip(keys, lines, strict=True):
        yield key, line
        advance(1)


def _repeated(arrivals: Arrivals) -> Iterator[str]:
    number, again = arrivals.repeated(6)
    if number:
        named = ", ".join(again[:5]) + (" …" if len(again) > 5 else "")
        yield (
            f"{number} record{'s repeat' if number > 1 else ' repeats'} another of the same file "
            f"(the same PMID, or the same title, authors, year and place): {named}"
        )
