"""`sarcat export`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from search.console import JsonOption, ReviewOption, progress, say, show, show_json
from search.review import Review, find_review
from search.words import counted

if TYPE_CHECKING:
    from collections.abc import Callable

    from screening.exporting import Exported
    from search.exporters.targets import Losses
    from search.records import Record


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "export", epilog="Example: sarcat export included.ris --only included --for zotero"
    )(export)


def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", show_default=False)],
    only: Annotated[
        str,
        typer.Option(
            metavar="STATE", help="all, unique, included, excluded, conflict or awaiting."
        ),
    ] = "all",
    format: Annotated[
        str | None,
        typer.Option(metavar="FORMAT", show_default=False,
                     help="ris, nbib, bibtex, endnote-xml, enw, csv, tsv or jsonl (default: by the "
                     "file's ending, also with .gz)."),
    ] = None,
    target: Annotated[
        str | None,
        typer.Option("--for", metavar="PROGRAM", show_default=False,
                     help="Written as this program likes it: zotero, endnote, rayyan, asreview, "
                     "covidence, excel."),
    ] = None,
    review: ReviewOption = None,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Write records to a file that other programs read, and that comes back without loss.

    Keys, decisions, reasons, notes, labels and duplicate sets go along; verdicts that others may
    not see yet do not. What a program will not keep is said before the file is put in place.
    """
    from search.exporters import format_of, writer_of
    from search.exporters.targets import Losses, check
    from search.exporters.writing import write

    found = format_of(file, format)
    if target is not None:
        check(target, found)
    opened = find_review(review)
    exported = _exported(opened, only)
    with progress(f"Writing {file.name}", exported.count()) as advance:
        written = write(
            file, writer_of(found, target), _watched(exported.records(), advance), Losses(target),
            _tell,
        )  # fmt: skip
    if exported.kept_back:
        say(f"{exported.kept_back} verdicts are kept back: as many reviewers as the protocol asks "
            "for have not judged those records yet.")  # fmt: skip
    if as_json:
        show_json({"file": str(file), "format": found.name, "records": written,
                   "kept_back": exported.kept_back})  # fmt: skip
    else:
        show(f"{file}: {written} record{'' if written == 1 else 's'} ({found.words})")


def _exported(review: Review, only: str) -> Exported:
    from screening.decision_logs.logs import read_logs
    from screening.exporting import export_of
    from screening.selection import Only
    from search.errors import BadInput

    if only not in list(Only):
        raise BadInput(
            f"{only!r} is no state of records.", remedy=f"Choose among {', '.join(Only)}."
        )
    exported = export_of(review, Only(only), read_logs(review.decisions))
    if exported.sets is None:
        say("Duplicate sets are not told: none were looked for since the last records came in. Run "
            "`sarcat dedupe` first if the file shall tell them.")  # fmt: skip
    return exported


def _watched(records: Iterable[Record], advance: Callable[[int], None]) -> Iterator[Record]:
    for number, record in enumerate(records, start=1):
        yield record
        if number % 500 == 0:
            advance(500)


def _tell(losses: Losses) -> None:
    """Say what the target will not keep, as a table."""
    from search.exporters.targets import spelled

    rows = losses.rows()
    if not rows or not losses.target:
        return
    records = counted(losses.records, "record")
    say(f"{spelled(losses.target)} will not keep everything of {records}:")
    width = max(len(what) for what, _count, _becomes in rows)
    for what, count, becomes in rows:
        say(f"  {what:<{width}}  {count:>7}  {becomes}")
