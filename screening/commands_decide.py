"""`sarcat decide`: decisions from a script or a file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from screening.commands_screen import AsOption, StageOption
from search.console import JsonOption, ReviewOption, say, show, show_json
from search.errors import BadInput, SarcatError
from search.review import find_review

if TYPE_CHECKING:
    from screening.deciding import Decided
    from screening.decision_file import DecisionFile
    from search.review import Review


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: sarcat decide pmid:29117335 exclude --as reviewer-a --reason E1")(
        decide
    )


def decide(
    name: AsOption,
    key: Annotated[str | None, typer.Argument(metavar="KEY", show_default=False)] = None,
    verdict: Annotated[
        str | None, typer.Argument(metavar="include|exclude|maybe", show_default=False)
    ] = None,
    stage: StageOption = "title-abstract",
    reason: Annotated[
        str | None, typer.Option(metavar="CODE", help="Why it is excluded, by the protocol's code.")
    ] = None,
    note: Annotated[str | None, typer.Option(metavar="TEXT", help="In your own words.")] = None,
    file: Annotated[
        str | None,
        typer.Option("--file", metavar="FILE", help="Many decisions, from CSV, TSV or JSON lines "
                     "(- for stdin): key, decision, reason, note, tags, stage."),
    ] = None,
    review: ReviewOption = None,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Log one decision, from a script, or those of a file; a further one takes the place of it.

    A file is checked whole first: with any fault, named with its line, nothing of it is logged.
    What stands already is not logged again.
    """
    opened = find_review(review)
    if file is None:
        _one(opened, key, verdict, name, stage, (reason, note), as_json)
    elif key or verdict or reason or note:
        raise BadInput("give one decision, or a file of them, not both.")
    else:
        _many(opened, file, name, stage, as_json)


def _one(
    opened: Review, key: str | None, verdict: str | None, name: str, stage: str,
    why: tuple[str | None, str | None], as_json: bool,
) -> None:  # fmt: skip
    from screening.deciding import to_document
    from screening.session import decide_one
    from screening.terminal.wording import said

    if not key or not verdict:
        raise BadInput(
            "a decision needs a record and a verdict.",
            remedy="Give KEY and include, exclude or maybe; or --file FILE.",
        )
    reason, note = why
    words = (note or "").strip() or None
    event = decide_one(opened, key, verdict, name, stage, reason, words)
    if as_json:
        show_json({"decided": [to_document(event) | {"tags": []}], "unchanged": []})
    else:
        show(f"{event.rec}: {said(event)}, at {event.stage}, by {event.who}.")


def _many(opened: Review, path: str, name: str, stage: str, as_json: bool) -> None:
    from screening.deciding import decide_many, to_document
    from screening.decision_file import read_decisions

    file = read_decisions("stdin" if path == "-" else Path(path).name, _bytes_of(path))
    decided = decide_many(opened, file, name, stage)
    tags = decided.tags()
    if as_json:
        show_json({
            "decided": [to_document(event) | {"tags": tags.get((event.rec, event.stage), [])}
                        for event in decided.decisions],
            "unchanged": [{"line": each.line, "key": each.key, "stage": each.stage}
                          for each in decided.unchanged],
            "undecided_rows": file.undecided,
        })  # fmt: skip
        return
    _tell(file, decided, name)


def _tell(file: DecisionFile, decided: Decided, name: str) -> None:
    from screening.terminal.wording import said

    tags = decided.tags()
    for event in decided.decisions:
        put_on = tags.get((event.rec, event.stage))
        tagged = f", tagged {', '.join(put_on)}" if put_on else ""
        show(f"{event.rec}: {said(event)}, at {event.stage}{tagged}.")
    if file.unread:
        say(f"Columns that say nothing of decisions were passed over: {', '.join(file.unread)}.")
    if file.undecided:
        say(f"{file.undecided} rows bear no decision.")
    if decided.unchanged:
        say(f"{len(decided.unchanged)} decisions stand already; they were not logged again.")
    say(f"{len(decided.decisions)} decisions by {name} are kept.")


def _bytes_of(path: str) -> bytes:
    if path == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(path).read_bytes()
    except FileNotFoundError:
        raise BadInput("there is no such file.", where=path) from None
    except OSError as error:
        raise SarcatError(f"this file cannot be read ({error.strerror}).", where=path) from error
