"""A file of decisions (CSV, TSV or JSON lines) as wanted decisions, each with its line.

Pure: bytes in, rows and faults out. Nothing is guessed: a row that cannot be trusted is a fault.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from search.faults import Fault, nearest
from search.importers.table_fields import without_apostrophe

NAMES = ("key", "decision", "reason", "note", "tags", "stage")
_OTHER_NAMES = {"verdict": "decision", "tag": "tags"}
_BETWEEN = re.compile(r"\s*;\s*")
_SIGNS = (",", ";", "\t")
_LARGEST = 1_000_000  # characters of a cell; nobody writes a longer note


@dataclass(frozen=True, slots=True)
class Wanted:
    """One decision that a file asks for; ``line`` is where its row begins, from 1."""

    line: int
    key: str
    verdict: str
    stage: str | None = None
    reason: str | None = None
    note: str | None = None
    tags: tuple[str, ...] = ()


@dataclass
class DecisionFile:
    """What a file holds: the decisions wanted, what is wrong with it, and what was passed over."""

    name: str
    wanted: list[Wanted] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    undecided: int = 0  # rows that name a record and decide nothing
    unread: tuple[str, ...] = ()  # columns that say nothing of decisions

    def fault(self, line: int, rule: str, what: str, remedy: str = "") -> None:
        """Note what is wrong with a line."""
        self.faults.append(Fault(self.name, line, rule, what, remedy))

    def add(self, line: int, row: Mapping[str, Any]) -> None:
        """Take in one row of texts by name; ``tags`` may be a list of texts."""
        values = {name: _text(row.get(name)) for name in NAMES if name != "tags"}
        tags = _tags(row.get("tags"))
        if not values["decision"]:
            if any(values[name] for name in ("reason", "note")) or tags:
                self.fault(line, "no-decision", "this row gives a reason, note or tag, and no "
                           "decision.", "Write include, exclude or maybe.")  # fmt: skip
            else:
                self.undecided += 1
            return
        if not values["key"]:
            self.fault(line, "no-key", "this row names no record.", "Give its key.")
            return
        self.wanted.append(Wanted(line, values["key"], values["decision"], values["stage"],
                                  values["reason"], values["note"], tags))  # fmt: skip


def _text(value: Any) -> str | None:
    return (value or "").strip() or None


def _tags(value: Any) -> tuple[str, ...]:
    parts = value if isinstance(value, list) else _BETWEEN.split(value or "")
    return tuple(dict.fromkeys(tag for part in parts if (tag := " ".join(part.split()))))


def read_decisions(name: str, data: bytes) -> DecisionFile:
    """Read a file of decisions, told apart by content: JSON lines, or a table with a header.

    Names are key, decision (or verdict), reason, note, tags (with semicolons between) and stage; a
    table needs the first two.
    """
    file = DecisionFile(name)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        file.fault(data.count(b"\n", 0, error.start) + 1, "encoding", "this is not UTF-8.",
                   "Save the file as UTF-8.")  # fmt: skip
        return file
    if text.lstrip().startswith("{"):
        _read_json_lines(file, text)
    else:
        _read_table(file, text)
    if not file.faults and not file.wanted and not file.undecided:
        file.fault(1, "empty", "the file holds no decision.",
                   f"Give a table with the columns {', '.join(NAMES)}.")  # fmt: skip
    return file


def _known(file: DecisionFile, line: int, names: Sequence[str]) -> list[str | None]:
    """Return for each name the one that is meant, None for what says nothing of decisions.

    A name that is nearly one of ours, which the file lacks, is a fault: what it holds would be
    lost without a word.
    """
    plain = [name.strip().lower() for name in names]
    meant = [_OTHER_NAMES.get(name, name) for name in plain]
    lacking = [name for name in NAMES if name not in meant]
    for name in meant:
        if name not in NAMES and (guess := nearest(name, lacking)):
            file.fault(line, "name", f"{name!r} is no name of a column here.",
                       f"Call it {guess!r}, or take it out.")  # fmt: skip
    for name in NAMES:
        if meant.count(name) > 1:
            file.fault(line, "twice", f"{name!r} stands twice.", "Take one out.")
    file.unread = tuple(dict.fromkeys((*file.unread, *(n for n in meant if n not in NAMES))))
    return [name if name in NAMES else None for name in meant]


# --- tables --------------------------------------------------------------------------------------


def _read_table(file: DecisionFile, text: str) -> None:
    header_line = text.partition("\n")[0]
    sign = max(_SIGNS, key=header_line.count)
    rows = _rows(file, text, sign)
    _line, header = next(rows, (1, []))
    if not header:
        return
    names = _known(file, 1, header)
    for needed in ("key", "decision"):
        if needed not in names and not any(fault.rule == "name" for fault in file.faults):
            file.fault(1, "columns", f"no column is called {needed!r}.",
                       f"The first line names the columns: {', '.join(NAMES)}.")  # fmt: skip
    if file.faults:
        return
    for line, row in rows:
        if len(row) != len(header):
            file.fault(line, "cells", f"this row has {len(row)} cells, the header {len(header)}.",
                       "A cell with the separating sign needs quotation marks.")  # fmt: skip
        else:
            cells = zip(names, row, strict=True)
            file.add(line, {name: without_apostrophe(cell) for name, cell in cells if name})


def _rows(file: DecisionFile, text: str, sign: str) -> Iterator[tuple[int, list[str]]]:
    """Give each row that is not blank with the line where it begins."""
    csv.field_size_limit(_LARGEST)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True)
    line = 1
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            file.fault(line, "table", f"the row that begins here cannot be read ({error}).",
                       "Look for a quotation mark that is missing.")  # fmt: skip
            return
        if any(cell.strip() for cell in row):
            yield line, row
        line = reader.line_num + 1


# --- JSON lines ----------------------------------------------------------------------------------


def _read_json_lines(file: DecisionFile, text: str) -> None:
    for line, raw in enumerate(text.split("\n"), start=1):
        if raw.strip():
            row = _object(file, line, raw)
            if row is not None:
                names = _known(file, line, list(row))
                meant = {name: value for name, value in zip(names, row.values(), strict=True)
                         if name}  # fmt: skip
                are_texts = [_is_text(file, line, *each) for each in meant.items()]
                if all(are_texts):
                    file.add(line, meant)


def _object(file: DecisionFile, line: int, raw: str) -> dict[str, Any] | None:
    try:
        row = json.loads(raw)
    except (json.JSONDecodeError, RecursionError) as error:
        why = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deeply"
        file.fault(line, "json", f"this line is not JSON ({why}).", "Write one object a line.")
        return None
    if not isinstance(row, dict):
        file.fault(line, "json", "this line is no JSON object.", "Write one object a line.")
        return None
    return row


def _is_text(file: DecisionFile, line: int, name: str, value: Any) -> bool:
    """Return whether a value is a text, or for tags a list of texts; else note the fault."""
    is_list = name == "tags" and isinstance(value, list)
    if all(each is None or isinstance(each, str) for each in (value if is_list else [value])):
        return True
    file.fault(line, "value", f"{name!r} is no text.", 'Write it in quotation marks: "…".')
    return False
