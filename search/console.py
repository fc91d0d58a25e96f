"""The one place where commands speak: data on stdout, talk on stderr, foreign text inert."""

from __future__ import annotations

import codecs
import json
import re
import shutil
import sys
import textwrap
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

    from search.faults import Fault

_REDRAWN = 0.1  # seconds between two drawings of a bar that has no thread

ReviewOption = Annotated[
    Path | None,
    typer.Option(
        "--review",
        metavar="DIR",
        help="The review folder (else $SARCAT_REVIEW, the nearest protocol.toml upwards, ./data).",
    ),
]
OfflineOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--offline",
        metavar="FILE",
        help="Ask the built-in server, which answers from this PubMed XML, and not PubMed. "
        "May be given again.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


_FEW_COLUMNS = 20  # too few for lines to be folded


def printable(text: str) -> str:
    """Make foreign text harmless on a terminal: control characters become visible signs."""
    return "".join(
        letter if letter.isprintable() or letter == "\n" else _visible(letter) for letter in text
    )


def _visible(letter: str) -> str:
    code = ord(letter)
    if letter == "\t":
        return " "
    if code < 0x20:
        return chr(0x2400 + code)
    # Zero-width joiners and bidirectional marks belong to some scripts; overrides do not.
    return letter if letter in "\u200c\u200d\u00a0\u202f\u2009\u00ad" else "�"


# Signs of ours and of printers, and what a terminal without them shows in their place.
_ALIKE = {
    "·": "-", "–": "-", "—": "-", "─": "-", "…": "...", "‘": "'", "’": "'", "“": '"', "”": '"',
    "▸": ">", "◂": "<", "‹": "<", "›": ">", "\u00a0": " ", "\u2009": " ", "\u202f": " ",
}  # fmt: skip


def _nearest_sign(error: UnicodeError) -> tuple[str | bytes, int]:
    """Encode a sign that a locale lacks as one like it; a letter it lacks as its number."""
    if isinstance(error, UnicodeEncodeError) and error.object[error.start] in _ALIKE:
        return _ALIKE[error.object[error.start]], error.start + 1
    return codecs.backslashreplace_errors(error)


def speak_anywhere() -> None:
    """Let every text be written where the locale knows few letters (`LC_ALL=C`, Latin-1).

    In a pipe or a file, data are UTF-8 as JSON and tables are expected to be; a terminal shows
    what it has no letter for as its number, and a dash or quotation mark as one that it has.
    """
    codecs.register_error("sarcat.nearest", _nearest_sign)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            if stream.isatty():
                stream.reconfigure(errors="sarcat.nearest")
            else:
                stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def say_damage(faults: Iterable[Fault]) -> None:
    """Name on stderr what is wrong with files whose sound lines are used all the same."""
    for fault in faults:
        if fault.level != "info":
            say(f"note: {fault}")


def show(text: str = "") -> None:
    """Write a line of data to stdout."""
    print(_fitted(printable(text), sys.stdout))


_LABEL = re.compile(r"( *)(\S+(?: \S+)* {2,})?")  # blanks, and words with a column of their own


def _fitted(text: str, stream: TextIO) -> str:
    """Return a text whose lines fit a terminal: it would break them within words.

    What is longer than a line by itself (a key, an address) is never cut, so that it can be copied.
    In a pipe or a file every line stays as it is.
    """
    if not stream.isatty():
        return text
    columns = shutil.get_terminal_size().columns
    if columns < _FEW_COLUMNS:
        return text
    return "\n".join(
        line if len(line) <= columns else _folded(line, columns) for line in text.split("\n")
    )


def _folded(line: str, columns: int) -> str:
    found = _LABEL.match(line)
    blanks, words = found.groups("") if found else ("", "")
    hang = len(blanks) + len(words)
    indent = " " * (hang if words and hang <= columns // 2 else len(blanks) + 2)
    return textwrap.fill(
        line, columns, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False,
        replace_whitespace=False, expand_tabs=False,
    )  # fmt: skip


def show_json(document: Any) -> None:
    """Write one JSON document to stdout, and nothing else."""
    json.dump(document, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


def show_json_stream(name: str, documents: Iterable[Any]) -> None:
    """Write one JSON document, ``{name: [...]}``, holding one of its many parts at a time."""
    write = sys.stdout.write
    write(f"{{{json.dumps(name)}: [")
    for number, document in enumerate(documents):
        write((",\n" if number else "\n") + json.dumps(document, ensure_ascii=False))
    write("\n]}\n")


def say(text: str) -> None:
    """Write a note to stderr."""
    print(_fitted(printable(text), sys.stderr), file=sys.stderr, flush=True)


def ask_line(question: str) -> str | None:
    """Ask on stderr for one line from stdin, without blanks around it; None at the input's end."""
    print(printable(question), end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline()
    if not line:
        print(file=sys.stderr)
    return line.strip() if line else None


@contextmanager
def progress(
    title: str, total: int | None = None, *, alone: bool = False
) -> Iterator[Callable[[int], None]]:
    """Show a progress bar on stderr while a long job runs; yields ``advance(by)``.

    Silent where stderr is no terminal. ``total`` is the number of steps, None when unknown. An
    ``alone`` one is drawn anew when the job advances, with no thread for it: for jobs that fork.
    """
    if not sys.stderr.isatty():
        yield lambda _by: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, auto_refresh=not alone) as bar:
        task = bar.add_task(title, total=total)
        drawn = 0.0

        def advance(by: int) -> None:
            nonlocal drawn
            bar.advance(task, by)
            if alone and (now := time.monotonic()) - drawn > _REDRAWN:
                drawn = now
                bar.refresh()

        yield advance
