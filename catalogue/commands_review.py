"""`sarcat demo`, `sarcat init`, `sarcat rebuild`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from search.console import ReviewOption, say, show
from search.review import find_review


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(epilog="Example: sarcat demo")(demo)
    app.command(epilog="Example: sarcat init my-review")(init)
    app.command(epilog="Example: sarcat rebuild")(rebuild)


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
        f"Begun in {made.folder}. Next: edit {made.folder / 'protocol.toml'}, then `sarcat search`."
    )


def rebuild(review: ReviewOption = None) -> None:
    """Work the database out again, from the text in searches/ and decisions/."""
    from catalogue.rebuilding import rebuild as work_out

    opened = find_review(review)
    say(f"Reading {opened.searches} …")
    records = work_out(opened)
    say(f"{opened.database_path} is worked out again: {records} records.")
