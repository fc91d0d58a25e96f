"""The walk along ranked records: what was met stays in its place, what is ahead is ranked anew.

The order changes when a record is dealt with and at no other time: never under the eyes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from screening.queue import Queue

if TYPE_CHECKING:
    from screening.ranking.ranking import Ranking


class RankedQueue(Queue):
    """A queue whose records ahead stand in the order of a ranking."""

    def __init__(self, keys: Sequence[str], ranking: Ranking) -> None:
        super().__init__(keys)
        self._ranking = ranking
        self._met: dict[str, None] = {}  # in the order of being met: decided, put off, or skipped
        self._ahead: list[str] | None = None
        self._offered: tuple[str, str] | None = None  # the last record offered, and how it came up

    def finish(self, key: str) -> None:
        """Note that a record is decided; its verdict was told to the ranking."""
        super().finish(key)
        self.skip(key)

    def reopen(self, key: str, put_off: Any = None) -> None:
        """Note that a record is undecided: in its place, or put off, with when that was."""
        super().reopen(key, put_off)
        if put_off is not None:
            self.skip(key)

    def skip(self, key: str) -> None:
        """Note that a record was met and passed over: it comes again after all others."""
        if key in self:
            self._met.setdefault(key)

    def after(self, key: str | None) -> str | None:
        """Return the record to judge next: the likeliest, then the skipped, then those put off."""
        ranked = self._ranking.order()
        self._ahead = [each for each in ranked if each in self and each not in self._met]
        skipped = (each for each in self._met if self._waits(each))
        first = self._ahead[0] if self._ahead else next(skipped, None)
        if first is None:
            return super().after(key)
        self._offered = (first, self._ranking.how(self._ranking.decided))
        return first

    def how(self, key: str) -> str | None:
        """Return how the record came to be shown; None where the reviewer went there himself."""
        return self._offered[1] if self._offered and self._offered[0] == key else None

    def walk(self) -> list[str]:
        """Return all records: those met, those ahead as ranked, those put off."""
        if self._ahead is None:
            self.after(None)
        last = sorted(self._put_off, key=self._put_off.__getitem__)
        met = [key for key in self._met if key not in self._put_off]
        return [*met, *(key for key in self._ahead or () if key not in self._met), *last]
