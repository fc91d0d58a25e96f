"""Read TOML that people write, and say on which line each fault stands.

A parser gives values without their places, which `toml_lines` finds. `Table` reads typed values and
gathers faults instead of stopping at the first, so that one run of a check names them all.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import rtoml

from search.errors import BadInput, FaultyFile
from search.faults import Fault, nearest
from search.toml_lines import KeyPath, line_of_keys
from search.toml_slips import remedy


@dataclass(eq=False)
class Document:
    """One TOML file as read: its values, and the faults found so far.

    ``text`` gives it once more, when the line of a key is asked for: to find them takes as long as
    to read the values, and in most files there is no fault to be placed.
    """

    file: str
    values: dict[str, Any]
    text: Callable[[], str]
    faults: list[Fault] = field(default_factory=list)

    def line(self, path: KeyPath) -> int | None:
        """Return the line of the key at ``path``, or of the nearest table around it."""
        lines = _lines(self)
        while path:
            if path in lines:
                return lines[path]
            path = path[:-1]
        return None

    def unplaced(self) -> Document:
        """Return the same without lines: for those who only want to know whether all is well."""
        return Document(self.file, self.values, str)

    def fault(self, path: KeyPath, rule: str, what: str, remedy: str = "") -> None:
        """Note a fault at the key ``path``."""
        self.faults.append(Fault(self.file, self.line(path), rule, what, remedy))

    def root(self) -> Table:
        """Return the whole document as a table."""
        return Table(self, (), self.values)

    def raise_faults(self) -> None:
        """Raise FaultyFile when any fault was noted."""
        if self.faults:
            raise FaultyFile(self.faults)


# Whoever asks for one line asks for others of that document, and not of many at a time; a line of
# the documents of a whole catalogue may be asked for, whose lines would not all have room.
@lru_cache(maxsize=8)
def _lines(document: Document) -> Mapping[KeyPath, int]:
    try:
        return line_of_keys(document.text())
    except (OSError, BadInput):  # it was there when it was read
        return {}


def parse(text: str, file: str) -> Document:
    """Parse TOML text; FaultyFile with the line when it is not TOML."""
    return _parsed(text, file, lambda: text)


def _parsed(text: str, file: str, again: Callable[[], str]) -> Document:
    try:
        values = rtoml.loads(text)
    except (rtoml.TomlParsingError, UnicodeEncodeError):
        values = _read_slowly(text, file)
    return Document(file, values, again)


def _read_slowly(text: str, file: str) -> dict[str, Any]:
    """Read what rtoml refuses by tomli: it says of more slips what they are, and on which line."""
    import tomli

    try:
        return tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+), column \d+\)", str(error))
        line = int(found.group(1)) if found else len(text.splitlines())
        what = re.sub(r" ?\(at [^)]*\)", "", str(error))
        help = remedy(what, "".join(text.split("\n")[line - 1 : line]))
        fault = Fault(file, line, "toml", f"this is not TOML: {what}.", help)
        raise FaultyFile([fault]) from None


def read(path: Path, shown: str | None = None) -> Document:
    """Read a TOML file; ``shown`` is the name used in messages."""
    name = shown or str(path)
    text = partial(_text, path, name)
    return _parsed(text(), name, text)


def _text(path: Path, name: str) -> str:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[: error.start].split(b"\n")
        what = f"line {len(before)} is not UTF-8, at its byte {len(before[-1]) + 1}."
        raise BadInput(what, where=name, remedy="Save the file as UTF-8.") from None
    return text.replace("\r\n", "\n")


# What a value must be, and how it is written.
_AS_WRITTEN = {"a text in quotes": '"…"', 'a list of texts, such as ["a", "b"]': '["…"]'}


@dataclass(slots=True)
class Table:
    """A table of a document; a value of the wrong type notes a fault and gives the default."""

    document: Document
    path: KeyPath
    values: Mapping[str, Any]
    known: set[str] = field(default_factory=set)

    def fault(self, key: str | None, rule: str, what: str, remedy: str = "") -> None:
        """Note a fault at ``key`` of this table (or at the table itself)."""
        self.document.fault(self.path + ((key,) if key else ()), rule, what, remedy)

    def _get(self, key: str, kind: type | tuple[type, ...], words: str, required: bool) -> Any:
        self.known.add(key)
        if key not in self.values:
            if required:
                what = f"{spoken(self.path)} has no {key!r}."
                self.fault(None, "missing", what, f"Add {key} = {_AS_WRITTEN.get(words, words)}.")
            return None
        value = self.values[key]
        # bool is an int in Python, but `reviewers = true` is a slip
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is int):
            self.fault(key, "type", f"{key!r} must be {words}, not {_kind_of(value)}.")
            return None
        return value

    def text(self, key: str, *, required: bool = False) -> str | None:
        """Read a text; an empty one counts as absent."""
        found = self.values.get(key)
        if found is None and not required:  # half of all that is asked for
            self.known.add(key)
            return None
        if type(found) is str and (plain := found.strip()):  # nearly all of the others
            self.known.add(key)
            return plain
        value = self._get(key, str, "a text in quotes", required)
        if isinstance(value, str) and not value.strip():
            if required:
                self.fault(key, "empty", f"{key!r} is empty.", f'Write {key} = "…".')
            return None
        return value.strip() if isinstance(value, str) else None

    def texts(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """Read a list of texts."""
        if key not in self.values and not required:
            self.known.add(key)
            return ()
        value = self._get(key, list, 'a list of texts, such as ["a", "b"]', required)
        if value is None:
            return ()
        for entry in value:
            if not isinstance(entry, str) or not entry.strip():
                self.fault(key, "type", f"{key!r} holds {entry!r}, which is not a text.")
                return ()
        return tuple(entry.strip() for entry in value)

    def integer(self, key: str, default: int, *, least: int | None = None) -> int:
        """Read a whole number, at least ``least``."""
        value = self._get(key, int, "a whole number", False)
        if value is None:
            return default
        if least is not None and value < least:
            self.fault(key, "range", f"{key!r} is {value}; the least is {least}.")
            return default
        return int(value)

    def share(self, key: str, default: float) -> float:
        """Read a share: a number from 0 to 1."""
        value = self._get(key, (int, float), "a share such as 0.95", False)
        if value is None or isinstance(value, bool) or not 0 <= value <= 1:
            if value is not None:
                self.fault(key, "range", f"{key!r} is {value}, which is no share.",
                           "Write a number from 0 to 1, such as 0.95.")  # fmt: skip
            return default
        return float(value)

    def boolean(self, key: str, default: bool = False) -> bool:
        """Read true or false."""
        value = self._get(key, bool, "true or false", False)
        return default if value is None else bool(value)

    def date(self, key: str, *, required: bool = False) -> datetime.date | None:
        """Read a date written as YYYY-MM-DD without quotes."""
        if key not in self.values and not required:
            self.known.add(key)
            return None
        value = self._get(key, datetime.date, "a date such as 2026-11-24", required)
        return value if isinstance(value, datetime.date) else None

    def choice(self, key: str, choices: list[str], default: str | None = None) -> str | None:
        """Read one word out of ``choices``; without a default it is required."""
        value = self.text(key, required=default is None)
        if value is None:
            return default
        if value not in choices:
            guess = nearest(value, choices)
            hint = f"Did you mean {guess!r}?" if guess else f"Choose among {', '.join(choices)}."
            self.fault(key, "choice", f"{key!r} is {value!r}, which is not known.", hint)
            return default
        return value

    def table(self, key: str) -> Table | None:
        """Read a table."""
        value = self._get(key, dict, "a table", False)
        return None if value is None else Table(self.document, (*self.path, key), value)

    def tables(self, key: str) -> Iterator[Table]:
        """Read a list of tables (``[[key]]``)."""
        value = self._get(key, list, f"a list of tables ([[{key}]])", False) or []
        for index, entry in enumerate(value):
            if isinstance(entry, dict):
                yield Table(self.document, (*self.path, key, index), entry)
            else:
                self.fault(key, "type", f"{key!r} must hold tables, not {_kind_of(entry)}.")

    def done(self) -> None:
        """Note a fault for each key that nobody asked for, with the nearest known one."""
        if self.values.keys() <= self.known:
            return
        for key in self.values:
            if key not in self.known:
                guess = nearest(key, sorted(self.known))
                hint = f"Did you mean {guess!r}?" if guess else "Remove it, or correct its name."
                self.fault(key, "unknown-key", f"{key!r} is not a known key here.", hint)


def spoken(path: KeyPath) -> str:
    """Return the name of a table as a person counts: ("claims", "cases", 0) is claims.cases 1."""
    name = ""
    for part in path:
        name += f" {part + 1}" if isinstance(part, int) else f".{part}" if name else part
    return name or "the file"


def _kind_of(value: object) -> str:
    if isinstance(value, bool):
        return "true or false"
    names = {str: "a text", int: "a number", float: "a number", list: "a list", dict: "a table"}
    return next((name for kind, name in names.items() if isinstance(value, kind)), "a date")
