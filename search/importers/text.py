"""Lines of a text file from outside: any of the usual encodings and line ends, in bounded memory.

Reads the stream twice: once to learn whether it is UTF-8 to its end, once to give out the lines.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from typing import BinaryIO

from search.errors import SarcatError
from search.reading import Reading

CHUNK = 1 << 16
LONGEST_LINE = 8 << 20  # characters; an abstract has thousands
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
Opener = Callable[[], BinaryIO]


def encoding_of(head: bytes) -> str | None:
    """Return the encoding that the first bytes give away, or None."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    if len(head) >= 4 and head[1::2].count(0) > len(head) // 4:
        return "utf-16-le"
    if len(head) >= 4 and head[0::2].count(0) > len(head) // 4:
        return "utf-16-be"
    return None


def find_encoding(open_it: Opener) -> str:
    """Return the file's encoding: by its mark, else UTF-8 where all of it is, else Windows-1252."""
    with open_it() as stream:
        head = stream.read(CHUNK)
        if marked := encoding_of(head):
            return marked
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while head:
                decoder.decode(head)
                head = stream.read(CHUNK)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


def lines(open_it: Opener, reading: Reading) -> Iterator[tuple[int, str]]:
    """Yield each line with its number from 1, without its end; notes what had to be mended.

    SarcatError when a line is longer than any record's could be.
    """
    reading.encoding = find_encoding(open_it)
    decoder = codecs.getincrementaldecoder(reading.encoding)("replace")
    rest, number, mended = "", 0, False
    with open_it() as stream:
        while True:
            chunk = stream.read(CHUNK)
            text = rest + decoder.decode(chunk, final=not chunk)
            # A return at the very end may be the first half of a line end.
            held = "\r" if chunk and text.endswith("\r") else ""
            parts = text[: len(text) - len(held)].replace("\r\n", "\n").replace("\r", "\n")
            *whole, rest = parts.split("\n")
            rest += held
            for line in whole:
                number += 1
                if not mended and "\ufffd" in line:
                    mended = True
                    reading.repair(number, "bytes without meaning here were replaced by a mark")
                yield number, line
            if len(rest) > LONGEST_LINE:
                raise SarcatError(
                    f"line {number + 1} is longer than {LONGEST_LINE:,} characters.",
                    remedy="This is no bibliographic file, or it is damaged; export it again.",
                )
            if not chunk:
                if rest:
                    yield number + 1, rest
                return
