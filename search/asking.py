"""Ask at a terminal where a file of records came from (PRISMA-S items 1, 2 and 13)."""

from __future__ import annotations

import datetime
import sys
from dataclasses import replace
from typing import Any

from search.console import ask_line, say
from search.file_origins import Origin

_QUESTIONS = {
    "database": "Which database was searched (such as Embase)? ",
    "platform": "On which platform (such as Ovid or EBSCOhost)? ",
    "exported": "On which day was it searched and exported (YYYY-MM-DD)? ",
}


def may_ask() -> bool:
    """Return whether somebody is there to answer."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()


def asks(file: str, origin: Origin, missing: tuple[str, ...]) -> Origin:
    """Return the origin with what was answered; an empty answer leaves a thing unknown."""
    say(f"{file}: for the report of the search; Enter where it is not known.")
    for name in missing:
        if (answer := _answer(name)) is None:
            break  # the end of the input: nobody answers any more
        if answer:
            said: dict[str, Any] = {name: answer}
            origin = replace(origin, **said)
    return origin


def _answer(name: str) -> str | None:
    while (answer := ask_line(_QUESTIONS[name])) is not None:
        if name != "exported" or not answer:
            return answer
        if day := day_of(answer):
            return day
        say(f"{answer!r} is no date: write it as 2026-11-20.")
    return None


def day_of(text: str) -> str | None:
    """Return a day as YYYY-MM-DD, None where the text is none."""
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        return None
