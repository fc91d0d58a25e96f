"""The account of one file or answer as it is read: nothing that begins is lost without a name."""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass, field, replace

from search.errors import BadInput
from search.runs import Note

REPAIRS_NAMED = 50  # of one kind; a file of a million records may need a million of them
PROBLEMS_NAMED = 1000  # of one kind in words of their own; of the others the lines are named
ENDLESS = 32 << 20  # bytes in which a line, or a record of XML, has to end
_NUMBERS = re.compile(r"\d+")


def endless(what: str) -> BadInput:
    """Return the error of a file in which something goes on and on, as in no file of records.

    What is only too long to be kept is a problem, and the rest of the file is read; this is not.
    """
    return BadInput(
        f"{what} goes on for more than {ENDLESS >> 20} MB, as in no file of records.",
        remedy="Export the records again.",
    )


@dataclass
class Reading:
    """What a reader met: filled while its records are drawn, complete when they are exhausted.

    ``begun`` counts records that begin, ``parsed`` those that were given out; they are equal, or
    ``problems`` says at which line what was lost. ``repaired`` names what was mended on the way.
    ``withdrawn`` are PMIDs that an update file says to delete. ``ends_whole`` is false when a text
    ends in the middle of a line. ``own_ids``, where a list is given, gets what the file itself
    calls each record (None where it says nothing), in the order in which they are given out.
    """

    format: str
    encoding: str = "utf-8"
    dialect: str | None = None
    begun: int = 0
    parsed: int = 0
    repaired: list[Note] = field(default_factory=list)
    problem_count: int = 0
    withdrawn: list[str] = field(default_factory=list)
    ends_whole: bool = True
    own_ids: list[str | None] | None = None
    _kinds: dict[str, tuple[int, int]] = field(default_factory=dict, repr=False, compare=False)
    _problems: list[Note] = field(default_factory=list, repr=False)
    _more: dict[str, array[int]] = field(default_factory=dict, repr=False, compare=False)
    _counts: dict[str, int] = field(default_factory=dict, repr=False, compare=False)

    def repair(self, line: int | None, what: str) -> None:
        """Note that something was mended; what stands before ": " is its kind.

        Of each kind the first `REPAIRS_NAMED` are named one by one, the others counted in a note
        that stands for all of them: memory must not grow with what is wrong in a file.
        """
        kind = what.partition(": ")[0]
        count, place = self._kinds.get(kind, (0, 0))
        if count == REPAIRS_NAMED:
            place = len(self.repaired)
            self.repaired.append(Note(line, kind))
        if count < REPAIRS_NAMED:
            self.repaired.append(Note(line, what))
        else:
            more = f"{kind}: so too in {count + 1 - REPAIRS_NAMED} more lines, up to {line}"
            self.repaired[place] = replace(self.repaired[place], text=more)
        self._kinds[kind] = (count + 1, place)

    def problem(self, line: int | None, why: str) -> None:
        """Note that a record, or a part of the file, could not be read.

        Of each kind (the words up to ": " or " (", whatever their numbers) the first
        `PROBLEMS_NAMED` are kept as they are; of the others the lines, eight bytes each.
        """
        self.problem_count += 1
        kind = _NUMBERS.sub("…", why.partition(": ")[0].partition(" (")[0])
        count = self._counts[kind] = self._counts.get(kind, 0) + 1
        if count <= PROBLEMS_NAMED or line is None:
            self._problems.append(Note(line, why))
        else:
            self._more.setdefault(kind, array("Q")).append(line)

    @property
    def problems(self) -> list[Note]:
        """What could not be read, in the order in which it was met; then what was met too often.

        A note of the latter stands for many problems and names the line of each.
        """
        return self._problems + [
            Note(
                lines[0], f"{kind}: so too in {len(lines)} more lines: {', '.join(map(str, lines))}"
            )
            for kind, lines in self._more.items()
        ]
