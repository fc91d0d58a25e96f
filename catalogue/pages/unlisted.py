"""Initiatives that are known by name and have no entry: `unlisted.toml` in the review folder.

Nothing enters the catalogue without a source that can be cited; what is only heard of is named
here with the reason, so that readers see that it was not overlooked.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

from search.toml_text import Table, read

FILE = "unlisted.toml"


@dataclass(frozen=True, slots=True)
class Unlisted:
    """``why``: a clause without a full stop; ``looked``: the day it was last sought."""

    name: str
    why: str
    looked: datetime.date | None = None


def read_unlisted(folder: Path) -> list[Unlisted]:
    """Read `unlisted.toml` of a review folder; FaultyFile names what is wrong with its line."""
    path = folder / FILE
    if not path.exists():
        return []
    document = read(path, FILE)
    root = document.root()
    found = [_one(table) for table in root.tables("initiatives")]
    root.done()
    document.raise_faults()
    return found


def _one(table: Table) -> Unlisted:
    name = table.text("name", required=True) or ""
    why = (table.text("why", required=True) or "").rstrip(". ")
    looked = table.date("looked")
    table.done()
    return Unlisted(name, why, looked)
