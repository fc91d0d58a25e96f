"""The account of one file or answer as it is read: nothing that begins is lost without a name."""

from __future__ import annotations

from dataclasses import dataclass, field

from search.runs import Note


@dataclass
class Reading:
    """What a reader met: filled while its records are drawn, complete when they are exhausted.

    ``begun`` counts records that begin, ``parsed`` those that were given out; they are equal, or
    ``problems`` says at which line what was lost. ``repaired`` names what was mended on the way.
    ``withdrawn`` are PMIDs that an update file says to delete.
    """

    format: str
    encoding: str = "utf-8"
    dialect: str | None = None
    begun: int = 0
    parsed: int = 0
    repaired: list[Note] = field(default_factory=list)
    problems: list[Note] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)

    def repair(self, line: int | None, what: str) -> None:
        """Note that something was mended."""
        self.repaired.append(Note(line, what))

    def problem(self, line: int | None, why: str) -> None:
        """Note that a record, or a part of the file, could not be read."""
        self.problems.append(Note(line, why))
