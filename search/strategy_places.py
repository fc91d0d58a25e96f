"""Where in `protocol.toml` each part of a strategy stands, so that a remark can name its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from search import toml_text
from search.protocol import Strategy
from search.toml_lines import KeyPath

_STRING = re.compile(
    r'''"""(?P<a>(?:[^"\\]|\\.|"(?!""))*)"""|\'\'\'(?P<b>(?:[^']|'(?!''))*)\'\'\'|'''
    r""""(?P<c>(?:[^"\\\n]|\\.)*)"|'(?P<d>[^'\n]*)'|(?P<rest>\#[^\n]*|[\[\]])""",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a strategy that was written in one piece: a term, a limit, a raw query or line.

    ``group`` names the block it belongs to; parts of one group are joined by OR.
    """

    text: str
    written: str
    line: int
    group: str | None = None

    def line_of(self, at: int) -> int:
        """Return the line of a place in ``text``, counted in characters from 0.

        The text and its source differ in white space and backslashes only, so that the n-th other
        sign of one is the n-th of the other.
        """
        ink = sum(map(_is_ink, self.text[:at]))
        newlines = 0
        for sign in self.written:
            if _is_ink(sign):
                if not ink:
                    break
                ink -= 1
            newlines += sign == "\n"
        return self.line + newlines


def _is_ink(sign: str) -> bool:
    return not sign.isspace() and sign != "\\"


class Places:
    """A protocol's text and the lines of its keys."""

    def __init__(self, path: Path) -> None:
        document = toml_text.read(path, path.name)
        self.file = path.name
        self._text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        self._starts = [0, *(found.end() for found in re.finditer("\n", self._text))]
        self._document = document

    def line(self, strategy: int) -> int:
        """Return the line on which a strategy begins; strategies count from 0."""
        return self._document.line(("strategies", strategy)) or 1

    def parts(self, number: int, strategy: Strategy) -> Iterator[Part]:
        """Yield the parts of a strategy in the order in which they stand in its query."""
        here: KeyPath = ("strategies", number)
        blocks = sorted(enumerate(strategy.blocks), key=lambda each: each[1].negated)
        if strategy.lines:
            yield from self._texts((*here, "lines"), strategy.lines)
        elif strategy.query:
            yield from self._texts((*here, "query"), (strategy.query,))
        for place, block in blocks:
            if not block.negated:
                yield from self._texts((*here, "blocks", place, "terms"), block.terms, block.name)
        for place, limit in enumerate(strategy.limits):
            yield from self._texts((*here, "limits", place, "text"), (limit.text,))
        for place, block in blocks:
            if block.negated:
                name = block.name or f"NOT block {place + 1}"
                yield from self._texts((*here, "blocks", place, "terms"), block.terms, name)

    def _texts(
        self, path: KeyPath, texts: tuple[str, ...], group: str | None = None
    ) -> Iterator[Part]:
        first = self._document.line(path) or 1
        written = list(self._strings(first, len(texts)))
        for place, text in enumerate(texts):
            raw, line = written[place] if place < len(written) else (text, first)
            yield Part(text, raw, line, group)

    def _strings(self, line: int, count: int) -> Iterator[tuple[str, int]]:
        """Yield up to ``count`` strings from a line's ``=`` on, as written, each with its line."""
        at = self._text.find("=", self._starts[line - 1])
        for found in _STRING.finditer(self._text, at):
            if found.lastgroup == "rest":
                continue
            yield found[str(found.lastgroup)], self._text.count("\n", 0, found.start()) + 1
            count -= 1
            if not count:
                return
