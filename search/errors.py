"""The family of errors that a user may see.

    SarcatError          could not be done, what was done until then is kept      exit 1
    ├── BadInput         wrong use, or input of no known kind                     exit 2
    └── FaultsFound      a check did its work and found faults                    exit 3

Every message answers three questions: what happened, where, and what to do next.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from search.faults import Fault


class SarcatError(Exception):
    """It could not be done; what was done until then is kept (exit status 1).

    ``what`` is one sentence; ``where`` names file, line or record; ``remedy`` says what to do next.
    """

    exit_status = 1

    def __init__(self, what: str, *, where: str | None = None, remedy: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        advice = f" {self.remedy}" if self.remedy else ""
        return f"{place}{self.what}{advice}"


class BadInput(SarcatError):
    """Wrong use, or input that is of no known kind (exit status 2)."""

    exit_status = 2


class FaultsFound(SarcatError):
    """A check ran to its end and found faults (exit status 3)."""

    exit_status = 3


class FaultyFile(BadInput):
    """A file written by a person (protocol, entry) holds faults; each has its line."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        first, *others = faults
        super().__init__(str(first))
        self.faults = tuple(faults)
        self._others = others

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.faults)
