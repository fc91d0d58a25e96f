"""The stored change log, ``changes.jsonl``: how entries changed, kept when a version is published.

Plain text, one change of one entry a line, only ever added to: so the published site can tell the
history without version control, and the same review gives the same pages. ``upto`` names the
commit whose entries a line speaks of; the next time begins there.
"""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from catalogue.history.changes import EntryChange, FieldChange, to_document
from search.errors import FaultyFile, SarcatError
from search.faults import Fault
from search.files import sync_folder
from search.review import Review

NAME = "changes.jsonl"


@dataclass(frozen=True, slots=True)
class KeptChange:
    """One line of the log: a change, the day it was kept, the commit it was seen at."""

    day: datetime.date
    upto: str
    change: EntryChange


def read_log(path: Path) -> tuple[list[KeptChange], list[Fault]]:
    """Return the kept changes in the order of the file; a line that is none becomes a fault."""
    found: list[KeptChange] = []
    faults: list[Fault] = []
    if not path.exists():
        return found, faults
    for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), start=1):
        try:
            found.append(_kept(json.loads(line)))
        except (ValueError, KeyError, TypeError) as error:
            what = f"the line is no kept change ({type(error).__name__}: {error})."
            faults.append(Fault(path.name, number, "change-log", what, "Restore it from git."))
    return found, faults


def kept_changes(review: Review) -> list[KeptChange]:
    """Return the kept changes of a review; FaultyFile when a line of its log is damaged."""
    kept, faults = read_log(review.folder / NAME)
    if faults:
        raise FaultyFile(faults)
    return kept


def _kept(document: dict[str, object]) -> KeptChange:
    values = dict(document)
    day, upto = datetime.date.fromisoformat(str(values.pop("day"))), str(values.pop("upto"))
    fields, why, former = values["fields"], values["why"], values["former_id"]
    if not isinstance(fields, list) or not isinstance(why, list):
        raise TypeError("fields and why are lists")
    kind = values["kind"]
    if kind not in ("added", "changed", "renamed", "removed"):
        raise ValueError(f"{kind!r} is no kind of change")
    change = EntryChange(
        initiative=str(values["initiative"]),
        name=str(values["name"]),
        kind=kind,
        fields=tuple(FieldChange(**{name: str(text) for name, text in each.items()})
                     for each in fields),
        former=None if former is None else str(former),
        why=tuple(str(reason) for reason in why),
    )  # fmt: skip
    return KeptChange(day, upto, change)


def append(path: Path, day: datetime.date, upto: str, changes: Sequence[EntryChange]) -> None:
    """Add changes at the end of the log, durable when this returns."""
    if path.exists() and not path.read_bytes().endswith(b"\n"):
        raise SarcatError(
            "the last line of the change log is torn.", where=str(path),
            remedy="Restore the file from git.",
        )  # fmt: skip
    with path.open("a", encoding="utf-8", newline="\n") as out:
        out.writelines(_lines(day, upto, changes))
        out.flush()
        os.fsync(out.fileno())
    sync_folder(path.parent)


def _lines(day: datetime.date, upto: str, changes: Iterable[EntryChange]) -> Iterable[str]:
    for change in changes:
        document = {"day": day.isoformat(), "upto": upto, **to_document(change)}
        yield json.dumps(document, ensure_ascii=False) + "\n"
