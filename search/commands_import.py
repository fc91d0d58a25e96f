"""`sarcat import`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from search.console import JsonOption, ReviewOption, progress, say, show, show_json
from search.errors import BadInput
from search.review import find_review
from search.source_kinds import KINDS, Kind

if TYPE_CHECKING:
    from search.import_outcomes import Outcome

_NOTES_SHOWN = 5


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "import",
        epilog="Example: sarcat import embase.ris --source embase --platform Ovid "
        "--exported 2026-11-20",
    )(import_them)


def import_them(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE", show_default=False, help="Files of records."),
    ],
    source: Annotated[
        str | None,
        typer.Option(metavar="NAME", show_default=False,
                     help="The source, in one word: embase, scopus … (default: pubmed for PubMed "
                     "XML and nbib with a PMID in every record, else the file's name)."),
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(metavar="LABEL", show_default=False,
                     help="The source's name as reports show it."),
    ] = None,
    platform: Annotated[
        str | None,
        typer.Option(metavar="TEXT", show_default=False,
                     help="Where it was searched: Ovid, EBSCOhost …"),
    ] = None,
    kind: Annotated[
        str, typer.Option(metavar="KIND", help=f"The kind of source: {', '.join(KINDS)}.")
    ] = "database",
    exported: Annotated[
        str | None,
        typer.Option(metavar="YYYY-MM-DD", show_default=False,
                     help="The day on which the source was searched."),
    ] = None,
    accept_loss: Annotated[
        bool, typer.Option("--accept-loss", help="Store what could be read of a damaged file.")
    ] = False,
    no_input: Annotated[
        bool, typer.Option("--no-input", help="Ask nothing; what is not known is named.")
    ] = False,
    review: ReviewOption = None,
    as_json: JsonOption = False,
) -> int:  # fmt: skip
    """Import files of records: PubMed XML, nbib, RIS, BibTeX, EndNote XML, tables, tagged texts.

    Tables are CSV or TSV by their header (Rayyan, Covidence, ASReview, Scopus, Zotero …); tagged
    texts are Web of Science's (.ciw), Ovid's and EndNote's (.enw). Files may be packed (.gz, .zip).

    A file is told by its content, not by its name. Nothing of a file is stored unless every record
    that begins in it could be read; what was mended on the way is named with its line.

    On a terminal the database, the platform and the day of the export are asked for where no option
    names them: PRISMA-S reports them.
    """
    from search.asking import asks, may_ask
    from search.file_origins import Origin
    from search.importing import import_files

    ask = {"ask": asks} if may_ask() and not (as_json or no_input) else {}
    origin = Origin(_source(source), database, platform, _kind(kind), _day(exported))
    opened = find_review(review)
    outcomes = []
    for path in files:
        for outcome in import_files(
            opened, path, origin, accept_loss=accept_loss, bar=progress, **ask
        ):
            outcomes.append(outcome)
            _tell(outcome, as_json=as_json)
    if as_json:
        show_json({"files": [outcome.document() for outcome in outcomes]})
    return max((each.error.exit_status for each in outcomes if each.error), default=0)


def _source(name: str | None) -> str | None:
    from search.protocol import NAME

    if name is not None and not NAME.fullmatch(name):
        raise BadInput(f"{name!r} cannot name a source.", where="--source",
                       remedy="Use small letters, digits and hyphens.")  # fmt: skip
    return name


def _kind(word: str) -> Kind:
    found = next((kind for kind in KINDS if kind == word), None)
    if found is None:
        raise BadInput(f"{word!r} is no kind of source.", where="--kind",
                       remedy=f"Use one of {', '.join(KINDS)}.")  # fmt: skip
    return found


def _day(text: str | None) -> str | None:
    from search.asking import day_of

    day = day_of(text) if text is not None else None
    if text is not None and day is None:
        raise BadInput(f"{text!r} is no date.", where="--exported", remedy="Write YYYY-MM-DD.")
    return day


_PLACES = {"database": '"database"', "platform": '"platform"', "exported": '"exported" in "extra"'}


def _unknown(missing: tuple[str, ...], run: str) -> str:
    """Return the sentence that says what nobody said of an import, and how to add it."""
    words = {"database": "its database", "platform": "its platform",
             "exported": "the day of its export"}  # fmt: skip
    named = ", ".join(words[name] for name in missing)
    places = ", ".join(_PLACES[name] for name in missing)
    options = " ".join(f"--{name}" for name in missing)
    return (f"Not known: {named}. PRISMA-S asks for them: give {options} with the next file, and "
            f"write them into searches/{run}/run.json ({places}).")  # fmt: skip


def _tell(outcome: Outcome, *, as_json: bool) -> None:
    """Say what became of a file: the result on stdout, all else on stderr."""
    if outcome.error:
        say(f"sarcat: {outcome.error}")
    if outcome.passed_over:
        say(f"  {outcome.file} is passed over: {outcome.passed_over}")
    run, account = outcome.run, outcome.account
    if account is None or isinstance(outcome.error, BadInput):
        return
    # an error has named the first problem
    notes = (*account.problems[1 if outcome.error else 0 :], *account.repaired)
    for note in notes[:_NOTES_SHOWN]:
        place = f"{outcome.file}:{note.line}" if note.line else outcome.file
        say(f"  {place}: {note.text}")
    if (more := len(notes) - _NOTES_SHOWN) > 0:
        say(f"  … and {more} more notes: --json names them{', run.json too' if run else ''}.")
    if run is None:
        return
    for warning in run.warnings:
        say(f"  Note: {warning}.")
    if run.problem:
        say(f"  The run is partial: {run.problem}.")
    if outcome.unknown:
        say(f"  {_unknown(outcome.unknown, run.id)}")
    if not as_json:
        lacking = {"title": outcome.without_title, "abstract": outcome.without_abstract}
        without = [f"{count} without {what}" for what, count in lacking.items() if count]
        records = f"{outcome.parsed} record{'s' if outcome.parsed != 1 else ''}"
        counts = ", ".join([records, *without, f"{run.new} new"])
        show(f"{outcome.file}: {counts} ({account.format}, {account.encoding}; {run.database}); "
             f"run {run.id}")  # fmt: skip
