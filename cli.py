"""The command `sarcat`: assembles the commands of each package; the one error boundary.

No logic lives here.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

import catalogue.commands
import screening.commands
import search.commands

if TYPE_CHECKING:
    from screening.ties import Catalogue
    from search.review import Review

INTERRUPTED = 130

app = typer.Typer(
    name="sarcat",
    no_args_is_help=True,
    rich_markup_mode=None,  # help in plain text: it starts in a third of the time
    pretty_exceptions_enable=False,
    add_completion=False,
    help="A living systematic review of sarcoma databases, and the catalogue it feeds.",
    epilog="Example: sarcat search --review my-review",
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"sarcat {version('sarcat')}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass


def _count_initiatives(review: Review) -> Mapping[str, int]:
    from catalogue.counts import count_initiatives

    return count_initiatives(review)


def _sources_of_initiatives(review: Review) -> Mapping[str, Collection[str]]:
    from catalogue.counts import sources_of_initiatives

    return sources_of_initiatives(review)


def _catalogue() -> Catalogue:
    from catalogue.tying import Entries

    return Entries()


def _on_changed_texts(review: Review) -> Sequence[Mapping[str, Any]]:
    from screening.changed_texts import on_changed_texts

    return on_changed_texts(review)


search.commands.register(app, _on_changed_texts)
screening.commands.register(app, _count_initiatives, _sources_of_initiatives, _catalogue)
catalogue.commands.register(app)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; the exit status is that of the contract, and no traceback is shown."""
    from search.console import speak_anywhere

    speak_anywhere()
    sys.exit(run(arguments))


def run(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit status: 0, 1, 2, 3, or 130 when interrupted."""
    from search.console import say
    from search.errors import SarcatError

    try:
        status = app(args=arguments, prog_name="sarcat", standalone_mode=False)
        sys.stdout.flush()
    except SystemExit as leaving:
        # typer ends the program itself when the reader of its output has left
        # (`sarcat records | head`): nothing is wrong.
        return 0 if isinstance(leaving.__context__, BrokenPipeError) else 1
    except (typer.Abort, KeyboardInterrupt):
        status = INTERRUPTED
    except typer.exceptions.TyperException as wrong:
        from search.misuse import misuse

        say(misuse(wrong))
        return 2
    except SarcatError as error:
        say(f"sarcat: {error}")
        return error.exit_status
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for the flush at exit
        return 0
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        say(f"sarcat: {place}{error.strerror or error}. What was done until now is kept.")
        return 1
    except Exception as error:
        if os.environ.get("SARCAT_DEBUG"):
            raise
        # SQLite's word for a disk or folder that takes no more; its other errors are faults of ours
        if getattr(error, "sqlite_errorname", "").startswith(("SQLITE_READONLY", "SQLITE_FULL")):
            say(
                f"sarcat: review.db: {error}. What was done until now is kept. "
                "Free some space, or copy the review to a folder that can be written to."
            )
            return 1
        say(
            f"sarcat: this is a fault in Sarcat itself ({type(error).__name__}: {error}). "
            "Please report it with the command you gave; SARCAT_DEBUG=1 shows where it happened."
        )
        return 1
    if status == INTERRUPTED:
        say("Interrupted. What was done until now is kept.")
    return status if isinstance(status, int) else 0


if __name__ == "__main__":  # `python -m cli`, from a checkout that is not installed
    main()
