"""Signs of a query that are not what they look like, and signs without their partner. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from search.faults import Level
from search.query_tokens import Token, tokens


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that is wrong in a query, or that may be: where it stands, in characters from 0.

    An ``error`` makes the search another one than was meant; a ``warning`` may.
    """

    rule: str
    at: int
    what: str
    remedy: str = ""
    level: Level = "error"


_SIGNS = {
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\uff02\u301d\u301e", '"'),
    **dict.fromkeys("\u2217\u204e\u2731\uff0a\u066d\ufe61\u22c6", "*"),
    "\uff08": "(", "\uff09": ")", "\uff3b": "[", "\uff3d": "]", "\uff1a": ":",
}  # fmt: skip
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2212\uff0d"
_QUOTES = "\u2018\u2019\u201a\u201b\u2032\u00b4`"


def lookalikes(query: str) -> Iterator[Remark]:
    """Yield the signs that only look like one that a query is made of."""
    for at, sign in enumerate(query):
        if sign in _SIGNS:
            true = _SIGNS[sign]
            yield Remark("look-alike", at, f"{sign} (U+{ord(sign):04X}) only looks like {true}.",
                         f"Write {true} from the keyboard.")  # fmt: skip
        elif sign in _QUOTES:
            between = query[at - 1 : at].isalpha() and query[at + 1 : at + 2].isalpha()
            yield Remark(
                "look-alike", at, f"{sign} (U+{ord(sign):04X}) is no straight quote.",
                "Write ' in a name; for a phrase, \".", "warning" if between else "error",
            )  # fmt: skip
        elif sign in _DASHES or (not sign.isprintable() and sign not in "\n\r\t"):
            name = unicodedata.name(sign, "a control character").lower()
            yield Remark("look-alike", at, f"here stands {name} (U+{ord(sign):04X}).",
                         "Write a plain hyphen or blank.", "warning")  # fmt: skip
    yield from _mixed_scripts(query)


def _mixed_scripts(query: str) -> Iterator[Remark]:
    for token in tokens(query):
        alien = [letter for letter in token.text if letter.isalpha() and not _is_latin(letter)]
        if alien and any(_is_latin(letter) for letter in token.text if letter.isalpha()):
            yield Remark("look-alike", token.start, f"{token.text!r} mixes letters of two scripts: "
                         f"{unicodedata.name(alien[0], alien[0]).lower()}.",
                         "Type the word again.", "warning")  # fmt: skip


def _is_latin(letter: str) -> bool:
    return letter.isascii() or "LATIN" in unicodedata.name(letter, "LATIN")


def brackets(read: Sequence[Token]) -> Iterator[Remark]:
    """Yield the brackets and quotes that have no partner."""
    opened: list[Token] = []
    for token in read:
        if token.kind == "open":
            opened.append(token)
        elif token.kind == "close" and not opened:
            yield Remark("brackets", token.start, "this bracket closes, and none is open.",
                         "Remove it, or open one.")  # fmt: skip
        elif token.kind == "close":
            opened.pop()
        elif token.kind == "stray":
            is_quote = token.text == '"'
            name = "quote" if is_quote else "square bracket"
            rule = "quotes" if is_quote else "brackets"
            yield Remark(rule, token.start, f"this {name} has no partner.",
                         "Add the other, or remove it.")  # fmt: skip
    for token in opened:
        yield Remark("brackets", token.start, "this bracket is never closed.", "Close it.")
