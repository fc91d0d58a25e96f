"""XML from outside as UTF-8: its encoding found, its entities disarmed, what was mended noted.

A parser that only ever sees UTF-8 without entity references has little left to be attacked with,
and every line can be counted. Nothing here parses: bytes go in, bytes come out.
"""

from __future__ import annotations

import codecs
import gzip
import html.entities
import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from lxml import etree

from search.errors import BadInput
from search.reading import Reading

CHUNK = 1 << 17
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins with the same two bytes
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_DECLARED = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})[\"']")
# Text encodings that files in our field come in; Python's others ("idna", "unicode_escape") are
# not for documents.
_ENCODINGS = re.compile(r"utf-?\d|ascii|latin|iso8859|cp\d|mac|gb|big5|euc|shift_jis|koi8|tis")


def utf8_chunks(stream: BinaryIO, reading: Reading) -> Iterator[bytes]:
    """Yield the stream as UTF-8, its encoding told by mark or declaration.

    Sets ``reading.encoding``, notes repairs and a damaged archive. What claims to be UTF-8 passes
    as it is; see `mended`. BadInput when the declared encoding is unknown.
    """
    line = 1
    decoder: codecs.IncrementalDecoder | None = None
    for number, chunk in enumerate(_chunks(stream, reading)):
        if number == 0:
            reading.encoding = _encoding(chunk, reading)
            if reading.encoding not in ("utf-8", "us-ascii", "ascii"):
                decoder = codecs.getincrementaldecoder(reading.encoding)("strict")
        if decoder is None:
            yield chunk
            continue
        try:
            text = decoder.decode(chunk)
        except UnicodeDecodeError as error:
            at = line + error.object[: error.start].count(b"\n")
            reading.problem(
                at, f"signs that are no {reading.encoding} are shown as \ufffd from here on"
            )
            decoder.errors = "replace"
            text = decoder.decode(chunk)
        line += text.count("\n")
        yield text.encode("utf-8", "replace")


def mended(data: bytes, line: int, reading: Reading) -> bytes:
    """Return UTF-8; bytes that are none are read as Windows-1252, which is a repair.

    Word processors and spreadsheets leave such bytes behind in files that say they are UTF-8.
    """
    if data.isascii():
        return data
    try:
        data.decode()
    except UnicodeDecodeError as error:
        at = line + data.count(b"\n", 0, error.start)
        reading.repair(at, "bytes that are no UTF-8, read as Windows-1252")
        return data.decode("utf-8", _MIXED).encode()
    return data


def _windows_1252(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


_MIXED = "sarcat-windows-1252"
codecs.register_error(_MIXED, _windows_1252)


def _chunks(stream: BinaryIO, reading: Reading) -> Iterator[bytes]:
    """Yield what can be read; an archive that breaks off is a problem, not an end."""
    try:
        while chunk := stream.read(CHUNK):
            yield chunk
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        reading.problem(None, f"the compressed file is cut short or damaged: {error}")


def _encoding(head: bytes, reading: Reading) -> str:
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    found = _DECLARED.match(head)
    declared = found.group(1).decode().lower() if found else "utf-8"
    try:
        name = codecs.lookup(declared).name
    except LookupError:
        name = ""
    if not _ENCODINGS.match(name):
        raise BadInput(
            f"the file says that its encoding is {declared!r}, which is not known.",
            remedy="Save it as UTF-8 and correct its first line.",
        )
    if name.startswith(("utf-16", "utf-32")):
        # The declaration was read byte by byte, so it cannot be true.
        reading.repair(1, f"declared as {declared.upper()}, but written and read as UTF-8")
        return "utf-8"
    return declared


# --- entities ----------------------------------------------------------------------------------

_UNKNOWN = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);|#)")
_REFERENCE = re.compile(
    rb"(?P<inert><!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z))"
    rb"|" + _UNKNOWN.pattern + rb"(?:(?P<name>[A-Za-z_:][\w:.-]*)(?=;))?",
    re.DOTALL,
)


def disarm(data: bytes, line: int, reading: Reading) -> bytes:
    """Return XML without entity references, so that none is ever expanded.

    HTML's names for signs (``&eacute;``) become the sign: a repair. Any other name, and an
    ampersand that names nothing, stays in the text as it is written; the name is a problem, since
    what it stands for is missing from the record. Each is noted once, where it first stands.
    """
    if not _UNKNOWN.search(data):
        return data
    noted: set[bytes | None] = set()

    def harmless(found: re.Match[bytes]) -> bytes:
        if found["inert"]:
            return found[0]
        sign = html.entities.name2codepoint.get((found["name"] or b"").decode())
        if found["name"] not in noted:
            noted.add(found["name"])
            at = line + data.count(b"\n", 0, found.start())
            _note(found["name"], sign, at, reading)
        return b"&#%d" % sign if sign else b"&amp;" + found[0][1:]

    return _REFERENCE.sub(harmless, data)


def _note(name: bytes | None, sign: int | None, line: int, reading: Reading) -> None:
    if name and sign:
        reading.repair(line, f"&{name.decode()}; is not known to XML; read as {chr(sign)!r}")
    elif name:
        reading.problem(line, f"&{name.decode()}; stands for a text that is not read, for safety; "
                              "the name is left in its place")  # fmt: skip
    else:
        reading.repair(line, "a lone ampersand, read as &amp;")


def quiet_parser() -> etree.XMLParser:
    """Return a parser that expands, loads and fetches nothing.

    libxml2's own limits on depth, length and amplification stay on (``huge_tree`` is off).
    """
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
