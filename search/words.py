"""Words that agree with their number."""

from __future__ import annotations


def counted(count: int, one: str, many: str | None = None) -> str:
    """Return a number with its word: "1 entry", "2 entries"; ``many`` is by default ``one`` + s."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
