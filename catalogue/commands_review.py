"""`sarcat demo`, `init`, `rebuild`, `doctor`, `backup`."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from search.console import JsonOption, ReviewOption, say, show, show_json
from search.review import find_review
from search.words import counted


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(epilog="Example: sarcat demo")(demo)
    app.command(epilog="Example: sarcat init my-review")(init)
    app.command(epilog="Example: sarcat rebuild")(rebuild)
    app.command(epilog="Example: sarcat doctor")(doctor)
    app.command(epilog="Example: sarcat backup ../sarcoma-review.zip")(backup)


def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", show_default=False)] = Path("demo"),
) -> None:
    """Go the whole way on the offline corpus, in a new folder (default ./demo).

    Search, duplicate sets, screening as logged, flow, site; ends by naming the page to open.
    """
    from catalogue.demo import demo as go

    show(f"Open {go(folder, say)}")


def init(folder: Annotated[Path, typer.Argument(metavar="DIR", show_default=False)]) -> None:
    """Begin a review: a new folder with a commented protocol to edit."""
    from catalogue import new_review

    made = new_review.init(folder)
    say(
        f"Begun in {made.folder}. Next: edit {made.folder / 'protocol.toml'}, then "
        f"`sarcat search --review {shlex.quote(str(folder))}`."
    )


def rebuild(review: ReviewOption = None) -> None:
    """Work the database out again, from the text in searches/ and decisions/."""
    from catalogue.rebuilding import rebuild as work_out

    opened = find_review(review)
    say(f"Reading {opened.searches} …")
    records = work_out(opened)
    say(f"{opened.database_path} is worked out again: {counted(records, 'record')}.")


def doctor(review: ReviewOption = None, as_json: JsonOption = False) -> None:
    """Check everything: protocol, strategies, searches, database, decisions, flow, catalogue.

    Says of each part whether it is well, and how to mend what is not. Errors give exit status 3;
    warnings and notes give 0.
    """
    from catalogue.doctor import examine, lines
    from search.errors import FaultsFound

    ill = []
    findings = []
    for found in examine(find_review(review)):
        findings.append(found)
        if found.level == "error":
            ill.append(found.part)
        if not as_json:
            for line in lines(found):
                show(line)
    if as_json:
        show_json({"parts": [
            {"part": each.part, "level": each.level,
             "faults": [fault.to_document() for fault in each.faults]}
            for each in findings]})  # fmt: skip
    if ill:
        raise FaultsFound(
            f"not all is well: {', '.join(ill)}.", remedy="Each fault is named above."
        )


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", show_default=False)],
    review: ReviewOption = None,
) -> None:
    """Copy the whole review into one zip: a consistent copy, also while others go on.

    Text, searches and database; the site and raw answers are left out, since they can be made
    again. The copy is read back before it counts.
    """
    from catalogue.backing_up import back_up

    show(f"{file}: {counted(back_up(find_review(review), file), 'file')}")
