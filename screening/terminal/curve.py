"""How the finding went, in one line of signs and in words. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

_LEVELS = "▁▂▃▄▅▆▇█"


def found_by(relevant_at: Sequence[int], decided: int, steps: int) -> list[int]:
    """Return how many relevant records were found after each of ``steps`` equal parts of a reading.

    ``relevant_at`` are the places at which one was found, from 1, in order.
    """
    steps = min(steps, decided)
    return [bisect_right(relevant_at, decided * (each + 1) // steps) for each in range(steps)]


def curve(relevant_at: Sequence[int], decided: int, columns: int) -> str:
    """Return the curve of what was found, from left to right: flat at its end when little is left.

    "" where nothing was decided.
    """
    found = found_by(relevant_at, decided, columns)
    most = max(found, default=0)
    top = len(_LEVELS) - 1
    return "".join(_LEVELS[each * top // most if most else 0] for each in found)
