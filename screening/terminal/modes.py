"""Which mode a terminal gets, and the full screen begun and ended."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, MutableMapping

from screening.engine import Engine
from screening.terminal.tying import Tying
from search.collecting import uncollected
from search.errors import SarcatError

_DRAWN = "─━╌▼▸◂‹›·–"  # what the full screen draws with


def plain_because(
    environment: Mapping[str, str], is_terminal: bool, encoding: str = "utf-8"
) -> str | None:
    """Return in words why the plain mode is used though nobody asked for it; None for the screen.

    ``is_terminal`` says whether both input and output are one (UX-11); ``encoding`` is that of the
    output: a letter that is shown as its number takes more room than its place.
    """
    if not is_terminal:
        return "input or output is no terminal"
    if environment.get("TERM", "") in ("", "dumb", "unknown"):
        return "this terminal cannot move its cursor (TERM)"
    if environment.get("SCREEN_READER", "0") not in ("", "0"):
        return "SCREEN_READER is set"
    if not _can_write(_DRAWN, encoding):
        return "this locale has too few letters (LC_ALL, LANG)"
    return None


def _can_write(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def follow_the_terminal(environment: MutableMapping[str, str], terminal: int) -> None:
    """Take a fixed size out of ``environment`` where the terminal knows its own.

    Textual asks COLUMNS and LINES before the terminal; where a shell exports them, a change of size
    would never reach the screen. ``terminal`` is a descriptor of it; a serial line knows no size.
    """
    try:
        knows = all(os.get_terminal_size(terminal))
    except OSError:
        knows = False
    if knows:
        environment.pop("COLUMNS", None)
        environment.pop("LINES", None)


def run_full_screen(engine: Engine, notices: Iterable[str], tying: Tying | None) -> None:
    """Screen on the full screen until the reviewer leaves.

    The mouse is left to the terminal, so that words can be selected and copied as ever.
    """
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    follow_the_terminal(os.environ, sys.stdout.fileno())
    with uncollected(for_good=True):
        from screening.terminal.full import Screener

        screener = Screener(engine, notices=notices, tying=tying)
    screener.run(mouse=False)
    if screener.fault:
        raise screener.fault
    if screener.return_code:
        raise SarcatError("the full screen ended of itself.", remedy="Use --plain.")
