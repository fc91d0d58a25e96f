"""A fault in a file that a person wrote: where it is, what rule it breaks, how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Level = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: ``file:line``, the rule it breaks, what is wrong, and the remedy."""

    file: str
    line: int | None
    rule: str
    what: str
    remedy: str = ""
    level: Level = "error"

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        level = "" if self.level == "error" else f"{self.level}: "
        remedy = f" {self.remedy}" if self.remedy else ""
        return f"{place}: {level}{self.what}{remedy} [{self.rule}]"

    def to_document(self) -> dict[str, Any]:
        """Return the fault as JSON values: the one form in which every command gives it."""
        return {
            "file": self.file,
            "line": self.line,
            "rule": self.rule,
            "level": self.level,
            "what": self.what,
            "remedy": self.remedy,
        }


def nearest(word: str, known: list[str]) -> str | None:
    """Return the known word closest to ``word``, or None when nothing is close."""
    from rapidfuzz import fuzz, process

    found = process.extractOne(word, known, scorer=fuzz.ratio, score_cutoff=70)
    return str(found[0]) if found else None
