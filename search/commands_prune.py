"""`sarcat prune`: raw answers removed, which can be fetched again."""

from __future__ import annotations

from typing import Annotated

import typer

from search.console import ReviewOption, say
from search.review import find_review


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("prune", epilog="Example: sarcat prune")(prune)


def prune(
    run: Annotated[str | None, typer.Option(metavar="RUN", help="Only this run's.")] = None,
    review: ReviewOption = None,
) -> None:
    """Remove the raw answers that lie beside the search runs.

    They are extra: entries and records stay, and everything can still be worked out from them.
    """
    from search.errors import BadInput
    from search.files import only_one
    from search.raw_answers import prune as remove
    from search.runs import ENTRY

    opened = find_review(review)
    if run is not None and ("/" in run or not (opened.searches / run / ENTRY).is_file()):
        raise BadInput(f"there is no run {run!r}.", where=str(opened.searches),
                       remedy="Runs are the folders there.")  # fmt: skip
    files = size = 0
    if opened.searches.is_dir():
        with only_one(opened.searches, "a search is running in this review."):
            files, size = remove(opened.searches, run)
    say(f"Removed {files:,} raw answers, {size / 1e6:,.1f} MB.")
