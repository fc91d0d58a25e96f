"""Fold text to a width without a font at hand: by the widths of letters in the usual sans serif."""

from __future__ import annotations

import unicodedata
from functools import cache

SIZE = 13  # pixels
_SAFETY = 1.1  # fonts differ; a line must fit in all of them
_NARROW, _WIDE = frozenset("iljtfrI.,:;'!|()[]/ "), frozenset("mwMW@%—")


def width_of(text: str, size: float = SIZE) -> float:
    """Return the width of a text in pixels, rather too wide than too narrow."""
    return sum(map(_em, text)) * size * _SAFETY


@cache
def _em(letter: str) -> float:
    if unicodedata.combining(letter):
        return 0.0
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.0
    if letter in _NARROW:
        return 0.32
    if letter in _WIDE:
        return 0.92
    return 0.7 if letter.isupper() or ord(letter) > 0x24F else 0.56


def wrap(text: str, width: float, size: float = SIZE) -> list[str]:
    """Return the text in lines of at most ``width`` pixels; a word too long is cut.

    A no-break space does not break.
    """
    lines: list[str] = []
    line = ""
    for word in filter(None, text.split(" ")):
        for piece in _cut(word, width, size):
            longer = f"{line} {piece}" if line else piece
            if line and width_of(longer, size) > width:
                lines.append(line)
                longer = piece
            line = longer
    return [*lines, line] if line or not lines else lines


def _cut(word: str, width: float, size: float) -> list[str]:
    if width_of(word, size) <= width:  # nearly all
        return [word]
    pieces, piece = [], ""
    for letter in word:
        if piece and width_of(piece + letter, size) > width:
            pieces.append(piece)
            piece = ""
        piece += letter
    return [*pieces, piece]
