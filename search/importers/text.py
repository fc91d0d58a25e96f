"""Lines of a text file from outside: the usual encodings and line ends, in bounded memory.

Each line is decoded by itself: UTF-8 where it is UTF-8, else Windows-1252. So a file that says one
thing and holds both, as exports that were pasted together do, loses no letter.
"""

from __future__ import annotations

import codecs
import gzip
import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from search.reading import ENDLESS, Reading, endless

CHUNK = 1 << 16  # stays in the processor's cache from one step to the next
LONGEST_LINE = 4 << 20  # bytes; an abstract has thousands, a list of references some ten thousands

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
DAMAGE = (EOFError, zlib.error, gzip.BadGzipFile)  # of a compressed file
_ENDS = re.compile(rb"\r\n?")
# The five bytes that Windows-1252 leaves without a sign; control characters that no text needs.
_UNDEFINED = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_CONTROLS = bytes(sorted({*range(0x20), 0x7F} - {*b"\t\n"}))  # with the return
_C1 = re.compile(rb"\xc2[\x80-\x9f]")  # further ones, as UTF-8 writes them
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


def encoding_of(head: bytes) -> str:
    """Return what the first bytes give away: "utf-16-le", "utf-16-be", else "utf-8" for now."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    # UTF-16 without a mark: every other byte of Western text is zero
    some = head[:2000]
    if len(some) > 3 and some[1::2].count(0) > len(some) // 4:
        return "utf-16-le"
    if len(some) > 3 and some[0::2].count(0) > len(some) // 4:
        return "utf-16-be"
    return "utf-8"


def lines(stream: BinaryIO, reading: Reading) -> Iterator[tuple[int, str]]:
    """Yield each line with its number from 1, without its end; a line that is text has no controls.

    Sets ``reading.encoding``. Bytes without meaning are a repair; a line that is longer than
    `LONGEST_LINE` and a compressed file that breaks off are problems. BadInput when a line is
    longer than `ENDLESS`.
    """
    for first, piece in pieces(stream, reading):
        yield from enumerate(piece.split("\n"), start=first)


def pieces(stream: BinaryIO, reading: Reading) -> Iterator[tuple[int, str]]:
    """Yield the same lines many at a time, parted by ``\\n``, with the number of the first one.

    What is done to each line alone takes most of the time, so a reader that can take many should.
    """
    decoder = _Decoder(reading)
    damage: list[Exception] = []
    chunks = _utf8_chunks(stream, reading, damage)
    for number, piece, is_plain in _byte_pieces(chunks, reading, damage):
        yield number, decoder.text(number, piece, is_plain=is_plain)
    decoder.finish()


def _utf8_chunks(stream: BinaryIO, reading: Reading, damage: list[Exception]) -> Iterator[bytes]:
    """Yield the stream without its mark, UTF-16 turned into UTF-8, all else as it is."""
    decoder: codecs.IncrementalDecoder | None = None
    first = True
    for chunk in _chunks(stream, damage):
        data = chunk
        if first:
            first = False
            reading.encoding = encoding_of(data)
            mark = next((mark for mark, _ in _MARKS if data.startswith(mark)), b"")
            data = data[len(mark) :]
            if reading.encoding != "utf-8":
                decoder = codecs.getincrementaldecoder(reading.encoding)("replace")
        yield decoder.decode(data).encode() if decoder else data
    if decoder:
        yield decoder.decode(b"", final=True).encode()


def _chunks(stream: BinaryIO, damage: list[Exception]) -> Iterator[bytes]:
    try:
        while chunk := stream.read(CHUNK):
            yield chunk
    except DAMAGE as error:
        damage.append(error)


_Pieces = Iterator[tuple[int, bytes, bool]]


def _byte_pieces(chunks: Iterator[bytes], reading: Reading, damage: list[Exception]) -> _Pieces:
    """Yield whole lines, many at a time, without the last one's end.

    Gives the first one's number before them, and behind whether they surely hold no control
    character of ASCII. ``damage`` has the error that ended the chunks, if one did.
    """
    rest, number = b"", 1
    cut_off = 0  # bytes met of a line that is too long to be kept
    for chunk in chunks:
        data = rest + chunk
        # A return at the very end may be the first part of a line end.
        held = 2 if data.endswith(b"\r\r") else 1 if data.endswith(b"\r") else 0
        body, is_plain = _one_end(data[: len(data) - held] if held else data)
        whole, end, rest = body.rpartition(b"\n")
        rest += data[len(data) - held :] if held else b""
        if end and cut_off:
            _cut_off, end, whole = whole.partition(b"\n")
            cut_off = 0
        if end:
            yield number, whole, is_plain
            number += whole.count(b"\n") + 1
        if cut_off:
            cut_off += len(rest) - held
            rest = rest[-held:] if held else b""
            if cut_off > ENDLESS:
                raise endless(f"line {number - 1}")
        elif len(rest) > LONGEST_LINE:
            reading.problem(
                number, f"the line is longer than {LONGEST_LINE >> 20} MB; its rest is left out"
            )
            yield number, _cut(rest), False
            number += 1
            rest, cut_off = rest[-held:] if held else b"", len(rest)
    for error in damage:
        reading.problem(number, f"the compressed file is cut short or damaged after this: {error}")
    if rest and not cut_off:
        yield from _last(number, rest, reading)


def _one_end(data: bytes) -> tuple[bytes, bool]:
    """Write line ends of any kind as one; \\r\\r\\n is one, of a text that was translated twice.

    Returns also whether there surely is no control character: both are seen in one go.
    """
    without = data.translate(None, _CONTROLS)
    if len(without) == len(data):
        return data, True
    if len(data) - len(without) == data.count(b"\r\n"):
        return without, True
    data = data.replace(b"\r\n", b"\n")
    return _ENDS.sub(b"\n", data) if b"\r" in data else data, False


def _cut(line: bytes) -> bytes:
    """Return the beginning of a line, without a sign that is cut in two."""
    return line[:LONGEST_LINE].decode("utf-8", "ignore").encode() if _is_utf8(line) else line


def _is_utf8(line: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(line)  # its last sign may be cut
    except UnicodeDecodeError:
        return False
    return True


def _last(number: int, rest: bytes, reading: Reading) -> _Pieces:
    """Yield what stands behind the last line feed: lines that end in a return, then a rest."""
    whole, end, rest = _one_end(rest)[0].rpartition(b"\n")
    if end:
        yield number, whole, False
        number += whole.count(b"\n") + 1
    if rest:
        reading.ends_whole = False
        yield number, rest, False


def _has_controls(piece: bytes, text: str, *, is_plain: bool) -> bool:
    """Return whether a text may hold control characters; to go through it takes far longer."""
    if not is_plain and len(piece.translate(None, _CONTROLS)) != len(piece):
        return True
    if piece.isascii():
        return False
    if "\u2028" in text or "\u2029" in text:
        return True
    return b"\xc2" in piece and _C1.search(piece) is not None


class _Decoder:
    """Decodes lines and keeps account of what they turned out to be."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.utf8 = 0  # lines, or many at a time, that hold more than ASCII and are UTF-8
        self.others: list[int] = []  # lines that are not, the first few
        self.count = 0

    def text(self, number: int, piece: bytes, *, is_plain: bool) -> str:
        """Return lines as text, the first of which has this number."""
        text = self._at_once(piece)
        if text is None:
            lines = enumerate(piece.split(b"\n"), start=number)
            text = "\n".join([self._line(at, line) for at, line in lines])
        return _CONTROL.sub(" ", text) if _has_controls(piece, text, is_plain=is_plain) else text

    def _at_once(self, piece: bytes) -> str | None:
        """Return lines that are all UTF-8, with nothing that is looked at line by line."""
        if piece.isascii():
            return piece.decode("ascii")
        try:
            text = piece.decode("utf-8")
        except UnicodeDecodeError:
            return None
        if "\ufffd" in text or "\ufeff" in text:
            return None
        self.utf8 += 1
        return text

    def _line(self, number: int, line: bytes) -> str:
        return line.decode("ascii") if line.isascii() else self._decoded(number, line)

    def _decoded(self, number: int, line: bytes) -> str:
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            return self._windows(number, line)
        self.utf8 += 1
        if "\ufffd" in text:
            self.reading.repair(number, "signs that were lost before show as \ufffd")
        return text.removeprefix("\ufeff")  # of a file that was joined to the one before

    def _windows(self, number: int, line: bytes) -> str:
        self.count += 1
        if len(self.others) < 3:
            self.others.append(number)
        if _UNDEFINED.search(line):
            self.reading.repair(number, "bytes without meaning, shown as \ufffd")
        return line.decode("cp1252", "replace")

    def finish(self) -> None:
        """Say what the encoding turned out to be."""
        if not self.count:
            return
        if not self.utf8 and self.reading.encoding == "utf-8":
            self.reading.encoding = "windows-1252"
        else:
            self.reading.repair(
                self.others[0],
                f"{self.count} line{'s are' if self.count > 1 else ' is'} not UTF-8 as the others "
                "are, and read as Windows-1252",
            )
