"""PubMed XML cut at the borders of its records, so that each is parsed as a document of its own.

NCBI's own tool for large files, xtract of EDirect, does the same. One damaged record then costs
one record and can be named, memory is bounded by the longest record, and what stands around the
records is looked at on its own (`search.pubmed_envelope`). The price: a record's start tag inside
a comment or CDATA is taken for one, and the fragments around it are reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from search.reading import ENDLESS, endless

LONGEST = 1 << 24  # bytes kept while no border shows; the longest real records have some 5 MB
_NAME = b"Pubmed"
_BEGINS = re.compile(rb"<Pubmed(?:Book)?Article(?P<set>Set)?(?=[\s/>])")
_ENDS = re.compile(rb"</Pubmed(?:Book)?Article(?:Set)?\s*>")
_LIST_ENDS = b"</ReferenceList>"
_LONGEST_TAG = 64
_LESS = ord("<")


class Piece(NamedTuple):
    """Some bytes, the line on which they begin, and whether a record or a set begins with them.

    "rest" is what follows of a record that is larger than `LONGEST`.
    """

    line: int
    data: bytes
    begins: Literal["record", "set", "rest"] | None


def pieces(chunks: Iterable[bytes]) -> Iterator[Piece]:
    """Cut UTF-8 before each start tag of a record or set, and behind each end tag.

    BadInput where no border shows for `ENDLESS` bytes.
    """
    line = size = begun = 1
    piece = None
    for data, goes_on in _cut(chunks):
        size, begun = (size + len(data), begun) if goes_on else (len(data), line)
        if size > ENDLESS:
            raise endless(f"what begins in line {begun}")
        if goes_on and piece and piece.begins in ("record", "rest"):
            piece = Piece(line, data, "rest")
        else:
            found = _BEGINS.match(data)
            piece = Piece(line, data, ("set" if found["set"] else "record") if found else None)
        yield piece
        line += newlines(data)


def newlines(data: bytes, start: int = 0, end: int | None = None) -> int:
    """Count line ends; NCBI writes none inside a record, and looking for one is quicker."""
    return data.count(b"\n", start, end) if data.find(b"\n", start, end) >= 0 else 0


def _cut(chunks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Yield what stands between borders, and whether it goes on with what came before it."""
    rest, searched, goes_on = b"", 1, False
    for chunk in chunks:
        rest += chunk
        start = 0
        for border in _borders(rest, searched, len(rest) - _LONGEST_TAG):
            if border > start:
                yield rest[start:border], goes_on
                start, goes_on = border, False
        rest = rest[start:]
        searched = max(1, len(rest) - _LONGEST_TAG)
        if len(rest) > LONGEST:
            yield rest[:-_LONGEST_TAG], goes_on
            rest, searched, goes_on = rest[-_LONGEST_TAG:], 1, True
    start = 0
    for border in (*_borders(rest, 1, len(rest)), len(rest)):
        if border > start:
            yield rest[start:border], goes_on
            start, goes_on = border, False


def _borders(data: bytes, searched: int, end: int) -> Iterator[int]:
    """Yield where a record or a set begins, and where one has just ended, up to ``end``."""
    at = data.find(_NAME, searched)
    while 0 <= at < end:
        if data[at - 1] == _LESS:
            if _BEGINS.match(data, at - 1):
                yield at - 1
        elif at > 1 and (closed := _ENDS.match(data, at - 2)):
            yield closed.end()
        at = data.find(_NAME, at + 1)


def without_references(data: bytes) -> bytes:
    """Return a record without its reference list, which nothing reads and which is most of it.

    A record is left whole where only a parser can tell what belongs to the list: where it holds
    several (nested ones, or those of two records whose border is damaged), a comment, or CDATA.
    """
    start = data.find(b"<ReferenceList>")
    end = data.find(_LIST_ENDS, start) if start >= 0 else -1
    if end < 0 or data.find(b"ReferenceList>", end + len(_LIST_ENDS)) >= 0:
        return data
    lines = b"\n" * newlines(data, start, end)  # so that later lines keep their numbers
    kept = b"".join((data[:start], lines, data[end + len(_LIST_ENDS) :]))
    return data if b"!" in kept and b"<!" in kept else kept  # one sign is found much quicker
