"""PubMed XML cut at the borders of its records, before it is parsed.

A parser fed record by record says exactly which one it stumbled over, and can be set up again at
the next: one damaged record costs one record. Cutting decides nothing about what a record is (a
border inside a comment is fed like any other bytes); that is the parser's word alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

LONGEST = 1 << 20  # bytes kept while no border shows
_NAME = b"Pubmed"
_BEGINS = re.compile(rb"<Pubmed(?:Book)?Article(?P<set>Set)?(?=[\s/>])")
_ENDS = re.compile(rb"</Pubmed(?:Book)?Article(?:Set)?\s*>")
_CLOSES_SET = re.compile(rb"</Pubmed(?:Book)?ArticleSet\s*>\s*\Z")
_LONGEST_TAG = 64
_LESS = ord("<")


class Piece(NamedTuple):
    """Some bytes, the line on which they begin, and whether a record or a set begins with them."""

    line: int
    data: bytes
    begins: Literal["record", "set"] | None
    closes_set: bool


def pieces(chunks: Iterable[bytes]) -> Iterator[Piece]:
    """Cut UTF-8 before each start tag of a record or set, and behind each end tag."""
    line = 1
    for data in _cut(chunks):
        yield Piece(
            line,
            data,
            _begins(data),
            bool(_CLOSES_SET.search(data, max(0, len(data) - _LONGEST_TAG))),
        )
        line += data.count(b"\n")


def _cut(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        buffer = rest + chunk
        start = 0
        for border in _borders(buffer, len(buffer) - _LONGEST_TAG):
            if border > start:
                yield buffer[start:border]
                start = border
        rest = buffer[start:]
        if len(rest) > LONGEST:
            safe = _before_markup(rest)
            yield rest[:safe]
            rest = rest[safe:]
    start = 0
    for border in (*_borders(rest, len(rest)), len(rest)):
        if border > start:
            yield rest[start:border]
            start = border


def _borders(buffer: bytes, end: int) -> Iterator[int]:
    """Yield where a record or a set begins, and where one has just ended, up to ``end``."""
    at = buffer.find(_NAME, 1)
    while 0 <= at < end:
        if buffer[at - 1] == _LESS:
            if _BEGINS.match(buffer, at - 1):
                yield at - 1
        elif at > 1 and (closed := _ENDS.match(buffer, at - 2)):
            yield closed.end()
        at = buffer.find(_NAME, at + 1)


def _begins(data: bytes) -> Literal["record", "set"] | None:
    found = _BEGINS.match(data)
    if not found:
        return None
    return "set" if found["set"] else "record"


def without_references(data: bytes) -> bytes:
    """Return a record without its reference lists, which nothing reads and which are most of it.

    A record in which a tag might stand inside a comment or CDATA is left whole: only a parser
    could tell there what is a tag.
    """
    start = data.find(b"<ReferenceList>")
    if start < 0 or b"<!" in data:
        return data
    end = data.rfind(b"</ReferenceList>")
    if end < start:
        return data
    lines = b"\n" * data.count(b"\n", start, end)  # so that later lines keep their numbers
    return data[:start] + lines + data[end + len(b"</ReferenceList>") :]


def _before_markup(data: bytes) -> int:
    """Return where to cut overlong bytes: before the last tag or reference, never inside one."""
    sign = max(data.rfind(b"<"), data.rfind(b"&", len(data) - _LONGEST_TAG))
    if sign > 0:
        return sign
    end = len(data) - 1
    while data[end] & 0xC0 == 0x80:  # not inside a sign of several bytes either
        end -= 1
    return end
