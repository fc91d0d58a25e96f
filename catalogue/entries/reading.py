"""Read the catalogue's entries from TOML: one file an initiative, every fault with its line.

A file with faults is named and the others are still read. What one file alone can show is found
here; what needs the calendar, the other entries or the review is found in `checking.checks`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from catalogue.entries.entry_toml import read_initiative
from catalogue.entries.initiatives import Claim, Initiative
from search import toml_text
from search.collecting import uncollected
from search.errors import BadInput, FaultyFile
from search.faults import Fault, Level
from search.toml_text import Document


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of the catalogue as read.

    ``initiative`` holds what could be read even where there are faults, so that the checks can name
    the others; it is None where the file is no TOML. Only an entry without faults is `sound`.
    """

    file: str
    id: str  # the file's name, which the id must equal
    initiative: Initiative | None
    faults: tuple[Fault, ...]
    document: Document | None = None

    @property
    def sound(self) -> bool:
        """Return whether the whole entry could be read."""
        return self.initiative is not None and not self.faults

    def line(self, *path: str | int) -> int | None:
        """Return the line of the key at ``path``, or of the nearest table around it."""
        return self.document.line(path) if self.document else None

    def fault(
        self, rule: str, line: int | None, what: str, remedy: str = "", level: Level = "error"
    ) -> Fault:
        """Return a fault at a line of this entry."""
        return Fault(self.file, line, rule, what, remedy, level)

    def fault_of(
        self, claim: Claim, rule: str, what: str, remedy: str = "", level: Level = "error"
    ) -> Fault:
        """Return a fault of one claim of this entry."""
        return Fault(self.file, self.line(*claim.place), rule, what, remedy, level)


def read_initiatives(folder: Path) -> tuple[list[Initiative], list[Fault]]:
    """Return the sound initiatives of a folder by id, and the faults of the others.

    A folder that does not exist holds no entries: git keeps no empty folders.
    """
    sound: list[Initiative] = []
    faults: list[Fault] = []
    with uncollected():
        for entry in read_entries(folder):
            if entry.initiative and entry.sound:
                sound.append(entry.initiative)
            faults += entry.faults
    return sorted(sound, key=lambda each: each.id), faults


def read_entries(folder: Path) -> Iterator[Entry]:
    """Read each ``*.toml`` file of a folder, in the order of their names; see `read_entry`."""
    for path in sorted(folder.glob("*.toml")):
        yield read_entry(path)


def read_entry(path: Path) -> Entry:
    """Read one file; whatever is wrong with it becomes a fault of the entry, with its line."""
    shown = f"{path.parent.name}/{path.name}"
    try:
        document = toml_text.read(path, shown)
    except FaultyFile as error:
        return Entry(shown, path.stem, None, error.faults)
    except BadInput as error:
        fault = Fault(shown, None, "encoding", error.what, error.remedy or "")
        return Entry(shown, path.stem, None, (fault,))
    except RecursionError:
        fault = Fault(shown, None, "toml", "its lists or tables are nested too deeply.")
        return Entry(shown, path.stem, None, (fault,))
    except OSError as error:
        fault = Fault(shown, None, "unreadable", f"it cannot be read ({error.strerror}).")
        return Entry(shown, path.stem, None, (fault,))
    return _entry(document, path.stem)


def parse_entry(text: str, id: str, file: str | None = None) -> Entry:
    """Read an entry from its text; ``id`` is the name its file has or would have."""
    shown = file or f"{id}.toml"
    try:
        return _entry(toml_text.parse(text, shown), id)
    except FaultyFile as error:
        return Entry(shown, id, None, error.faults)


def _entry(document: Document, id: str) -> Entry:
    initiative = read_initiative(document.root(), id)
    faults = sorted(document.faults, key=lambda fault: fault.line or 0)
    return Entry(document.file, id, initiative, tuple(faults), document)
