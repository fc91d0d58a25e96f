"""`sarcat import`."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from search.console import JsonOption, ReviewOption, progress, say, show_json
from search.errors import BadInput, SarcatError
from search.protocol import NAME
from search.review import find_review
from search.runs import KINDS

if TYPE_CHECKING:
    from search.importing import Outcome


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("import", epilog="Example: sarcat import embase.ris --source embase")(import_files)


def import_files(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", show_default=False)],
    source: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The source: embase, scopus … (default: pubmed, or "
                     "the file's name)."),
    ] = None,
    database: Annotated[
        str | None, typer.Option(metavar="LABEL", help="Its name as reports show it.")
    ] = None,
    platform: Annotated[
        str | None, typer.Option(metavar="TEXT", help="The platform: Ovid, EBSCOhost …")
    ] = None,
    kind: Annotated[str, typer.Option(help=f"One of: {', '.join(KINDS)}.")] = "database",
    exported: Annotated[
        str | None, typer.Option(metavar="DATE", help="The day of the search, YYYY-MM-DD.")
    ] = None,
    accept_loss: Annotated[
        bool, typer.Option("--accept-loss", help="Store what could be read of a damaged file.")
    ] = False,
    review: ReviewOption = None,
    as_json: JsonOption = False,
) -> int:  # fmt: skip
    """Import files of records: PubMed XML, nbib, RIS (also .gz), told apart by content.

    Nothing of a file is stored unless each record that begins in it could be read.
    """
    from search.importing import Origin, import_file

    origin = Origin(_name(source), database, platform, _kind(kind), _date(exported))
    opened = find_review(review)
    outcomes = []
    for path in files:
        with progress(f"Reading {path.name}") as advance:
            outcome = import_file(opened, path, origin, accept_loss=accept_loss, advance=advance)
        outcomes.append(outcome)
        _tell(outcome)
    if as_json:
        show_json({"files": [outcome.document() for outcome in outcomes]})
    return max((each.error.exit_status for each in outcomes if each.error), default=0)


def _name(source: str | None) -> str | None:
    if source is not None and not NAME.fullmatch(source):
        raise BadInput(
            f"{source!r} cannot name a source.", remedy="Use small letters, digits, hyphens."
        )
    return source


def _kind(kind: str):  # type: ignore[no-untyped-def]
    if kind not in KINDS:
        raise BadInput(f"{kind!r} is no kind of source.", remedy=f"Use one of {', '.join(KINDS)}.")
    return kind


def _date(text: str | None) -> str | None:
    try:
        return text and datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        raise BadInput(f"{text!r} is no date.", remedy="Write YYYY-MM-DD.") from None


def _tell(outcome: Outcome) -> None:
    error: SarcatError | None = outcome.error
    if error:
        say(f"sarcat: {error}")
    run, account = outcome.run, outcome.account
    if run is None or account is None:
        return
    say(f"{outcome.file}: {outcome.parsed} records read ({account.format}, {account.encoding}), "
        f"{run.new} new; kept as {run.id}.")  # fmt: skip
    for note in account.repaired[:5]:
        say(f"  mended, line {note.line}: {note.text}")
    if len(account.repaired) > 5:
        say(f"  … and {len(account.repaired) - 5} more, named in its run.json")
    for warning in run.warnings:
        say(f"  note: {warning}")
    if run.problem:
        say(f"  {run.problem}")
