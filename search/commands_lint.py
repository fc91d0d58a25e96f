"""`sarcat lint`: the strategies checked before anything is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from search.console import JsonOption, ReviewOption, say, show, show_json
from search.review import PROTOCOL, find_review

if TYPE_CHECKING:
    pass


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("lint", epilog="Example: sarcat lint --json")(lint)


def lint(
    warnings: Annotated[
        bool, typer.Option("--warnings/--no-warnings", help="Also what may be meant so.")
    ] = True,
    review: ReviewOption = None,
    as_json: JsonOption = False,
) -> int:
    """Check the strategies for what PubMed would run without a word.

    Errors make the search another one than was meant: an unknown tag, a tag on a bracket, a quote
    that only looks like one. Exit status 3 when there is one. Nothing is sent anywhere.
    """
    from search.linting import faults_of
    from search.strategy_places import Places

    opened = find_review(review)
    found = faults_of(opened.protocol, Places(opened.folder / PROTOCOL))
    errors = [fault for fault in found if fault.level == "error"]
    shown = found if warnings else errors
    if as_json:
        names = [each.id for each in opened.protocol.strategies]
        show_json({"strategies": names, "errors": len(errors),
                   "faults": [fault.to_document() for fault in shown]})  # fmt: skip
    else:
        for fault in shown:
            show(str(fault))
        say(f"Strategies checked: {len(opened.protocol.strategies)}. Errors: {len(errors)}, other "
            f"remarks: {len(found) - len(errors)}.")  # fmt: skip
    return 3 if errors else 0
