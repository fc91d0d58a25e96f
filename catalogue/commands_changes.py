"""`sarcat changes`: what changed since a date."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from search.console import JsonOption, ReviewOption, show, show_json
from search.review import find_review

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping

    from catalogue.entries.initiatives import Initiative
    from catalogue.history.changes import EntryChange
    from search.review import Review


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command("changes", epilog="Example: sarcat changes --since 2026-11-01")(changes)


def changes(
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="A day, such as 2026-11-01.")
    ] = None,
    keep: Annotated[
        bool,
        typer.Option("--keep", help="Add what changed in the committed entries to changes.jsonl, "
                     "from where it ends (or from --since): the site tells it from there."),
    ] = False,
    review: ReviewOption = None,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Show what changed since a date: searches, records, screening, and the catalogue's entries.

    The entries' earlier versions, and the reasons, are read from version control (git): the
    reasons are the subjects of its commits. What is not committed yet counts as changed too.
    """
    from catalogue.history.review_changes import changes_of, lines, to_document
    from screening.decision_logs.logs import read_logs
    from screening.state import load
    from search.errors import BadInput

    opened = find_review(review)
    day = _day(since) if since else None
    if keep:
        _keep(opened, day)
        return
    if day is None:
        raise BadInput("--since is missing.", remedy="Give a day: --since 2026-11-01.")
    logs = read_logs(opened.decisions)
    entries, unread = _entries(opened.initiatives, day)
    found = changes_of(load(opened, logs), logs.told, day, entries, unread)
    if as_json:
        show_json(to_document(found))
        return
    for line in lines(found):
        show(line)


def _day(text: str) -> datetime.date:
    import datetime

    from search.errors import BadInput

    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise BadInput(
            f"{text!r} is no date.", where="--since", remedy="Write it as 2026-11-01."
        ) from None


def _keep(review: Review, day: datetime.date | None) -> None:
    """Write what changed in the committed entries since the last kept change into the log."""
    import datetime

    from catalogue.history.change_log import NAME, append, read_log
    from catalogue.history.changes import changes_between
    from catalogue.history.versions import head_of, reasons_since, version_at, version_before
    from search.errors import BadInput, FaultyFile

    path = review.folder / NAME
    kept, faults = read_log(path)
    if faults:
        raise FaultyFile(faults)
    folder = review.initiatives
    if day is not None:
        old = version_before(folder, day)
    elif kept:
        old = version_at(folder, kept[-1].upto)
    else:
        raise BadInput("nothing was kept yet.", remedy="Say where to begin: --since 2026-11-01.")
    head = head_of(folder)
    why = {Path(name).stem: said for name, said in reasons_since(folder, old.commit).items()}
    found = changes_between(_read(old.texts), _read(version_at(folder, head).texts), why)
    append(path, datetime.datetime.now(datetime.UTC).date(), head, found)
    entries = "1 changed entry" if len(found) == 1 else f"{len(found)} changed entries"
    show(f"{path}: {entries} added")


def _read(texts: Mapping[str, str]) -> list[Initiative]:
    """Return the entries of a version, also those that today's check would fault."""
    from catalogue.entries.reading import parse_entry

    read = (parse_entry(text, Path(name).stem) for name, text in texts.items())
    return [entry.initiative for entry in read if entry.initiative]


def _entries(folder: Path, day: datetime.date) -> tuple[list[EntryChange] | None, str | None]:
    """Return how the entries differ from those of before a day, or None and why nobody knows."""
    from catalogue.entries.reading import read_entries
    from catalogue.history.changes import changes_between
    from catalogue.history.versions import reasons_since, version_before
    from search.errors import SarcatError

    try:
        version = version_before(folder, day)
        why = reasons_since(folder, version.commit)
    except SarcatError as error:
        return None, str(error)
    found = changes_between(
        _read(version.texts),
        [entry.initiative for entry in read_entries(folder) if entry.initiative],
        {Path(name).stem: said for name, said in why.items()},
    )
    return found, None
