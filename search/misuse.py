"""What is said of a command that was typed wrong: what typer found, in words that people know."""

from __future__ import annotations

import re
from typing import Any

# How the library that reads numbers speaks, and how we do.
_PLAIN = (
    (r"Input should be a valid integer.*", "it is no whole number"),
    (r"Input should be a valid number.*", "it is no number"),
    (r"Input should be greater than or equal to (\S+)", r"\1 is the least"),
    (r"Input should be less than or equal to (\S+)", r"\1 is the most"),
)


def misuse(wrong: Any) -> str:
    """Return one line, or the help of a group of commands that was called without one.

    ``wrong`` is what typer raised. Its context, which only the misuse of one command has, knows the
    command and the options of those below it.
    """
    context = getattr(wrong, "ctx", None)
    name = context.command_path if context else "sarcat"
    message = str(wrong.format_message())
    if message.startswith("Usage: "):
        return message
    for found, plain in _PLAIN:
        message = re.sub(found, plain, message)
    option = getattr(wrong, "option_name", None)
    if option and context and _below(context.command, option):
        return f"{name}: {option} stands behind the command: `{name} COMMAND {option} …`."
    stop = "" if message.endswith((".", "?", "!")) else "."
    return f"{name}: {message}{stop} See `{name} --help`."


def _below(command: Any, option: str) -> bool:
    """Return whether a command of a group, or of a group below it, has an option."""
    parts = getattr(command, "commands", {}).values()
    return any(
        option in (spelling for each in part.params for spelling in each.opts)
        or _below(part, option)
        for part in parts
    )
