"""The signs and words of a PubMed query, each with its place. Pure.

Only what stands where: what it means is the affair of `lint` (is it what was meant?) and of
`offline.query` (what would PubMed find?).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["open", "close", "operator", "word", "phrase", "tag", "stray"]
Operator = Literal["AND", "OR", "NOT"]
OPERATORS: tuple[Operator, ...] = ("AND", "OR", "NOT")
_TOKEN = re.compile(r"""
    (?P<open>\() | (?P<close>\)) |
    "(?P<phrase>[^"]*)" |
    \[(?P<tag>[^\]]*)\] |
    (?P<stray>["\[\]]) |
    (?P<word>[^\s()"\[\]]+)
""", re.VERBOSE)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """A sign or word of a query; ``text`` is without quotes and square brackets.

    ``stray`` is a quote or a square bracket that has no partner.
    """

    kind: Kind
    text: str
    start: int
    end: int


def tokens(query: str) -> Iterator[Token]:
    """Yield the tokens of a query in order; white space parts words and is left out."""
    for found in _TOKEN.finditer(query):
        kind = str(found.lastgroup)
        text = found[kind]
        if kind == "word" and text in OPERATORS:
            kind = "operator"
        yield Token(kind, text, found.start(), found.end())  # type: ignore[arg-type]
