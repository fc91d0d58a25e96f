"""The reader of EndNote XML, in a stream: each record is cut out and parsed on its own.

Entities are never expanded, nothing is loaded or fetched (`search.xml_bytes`), and one damaged
record costs one record. EndNote's elements are its RIS fields by other names, so what they mean is
told in `ris_fields`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from lxml import etree

from search.errors import BadInput
from search.importers.fields import LARGEST, Entry, kept
from search.importers.ris_fields import to_record
from search.reading import ENDLESS, Reading, endless
from search.records import Record
from search.xml_bytes import disarm, mended, quiet_parser, utf8_chunks

_BORDER = re.compile(rb"<record(?=[\s/>])|</record\s*>")
_LONGEST_BORDER = 64
_ENVELOPE = re.compile(rb"<\?[^>]*\?>|<!DOCTYPE[^>\[]*>|<!--.*?-->|</?(?:xml|records|XML|RECORDS)"
                       rb"(?:\s[^>]*)?/?>", re.DOTALL)  # fmt: skip
# What XML cannot hold, in either form; EndNote writes both.
_CONTROLS = bytes({*range(0x20)} - {*b"\t\n\r"})
_BLANKED = bytes.maketrans(_CONTROLS, b" " * len(_CONTROLS))
_NUMBERED = re.compile(rb"&#(?:x0*(?:[0-8bcefBCEF]|1[0-9a-fA-F])|0*(?:[0-8]|1[124-9]|2\d|3[01]));")
# EndNote's numbers of reference types, as the types of RIS; any other by its name.
_TYPES = {"17": "JOUR", "6": "BOOK", "28": "EDBOOK", "5": "CHAP", "44": "EBOOK", "60": "ECHAP",
          "43": "EJOUR", "0": "JOUR"}  # fmt: skip
_TAGS = {
    "authors": "AU", "secondary-authors": "A2", "title": "TI", "secondary-title": "T2",
    "full-title": "JF", "abbr-1": "J2", "pages": "SP", "volume": "VL", "number": "IS",
    "abstract": "AB", "isbn": "SN", "accession-num": "AN", "electronic-resource-num": "DO",
    "notes": "N1", "research-notes": "N1", "language": "LA", "remote-database-name": "DB",
    "remote-database-provider": "DP", "custom2": "C2", "work-type": "M3", "year": "PY",
    "translated-title": "TT", "custom7": "C7", "rec-number": "rec-number",
}  # fmt: skip


def records(stream: BinaryIO, reading: Reading) -> Iterator[Record]:
    """Yield the records; ``reading`` says what was mended and what was lost.

    BadInput when no record begins and the file is no EndNote XML, or where one is `ENDLESS`.
    """
    parser = quiet_parser()
    seen = b""  # the end of what stands outside records, where the list should close
    for line, data, is_record in _pieces(utf8_chunks(stream, reading)):
        if not is_record:
            _outside(line, data, reading)
            seen = (seen + data)[-4096:]
            continue
        reading.begun += 1
        element = _parsed(line, data, parser, reading)
        if element is not None:
            entry = _entry(element, line, reading)
            yield from kept(to_record(entry, reading), entry, reading)
        seen = b""
    if not reading.begun and b"<records" not in seen and b"<xml" not in seen:
        raise BadInput("this is no EndNote XML.", remedy="Export the records again.")
    if b"</records" not in seen and b"<records/>" not in seen:
        reading.problem(None, "the file ends before its list of records does: it is cut short")


def _pieces(chunks: Iterable[bytes]) -> Iterator[tuple[int, bytes, bool]]:
    """Cut the file at the borders of records; gives line, bytes, and whether it is a record.

    Of a record that is larger than `LARGEST` only the beginning is given.
    """
    line, rest, inside, searched = 1, b"", False, 0
    given, begins = 0, 1  # bytes given out before the next border shows, and their line
    for chunk in _with_end(chunks):
        data = rest + chunk
        start = 0
        for cut, opens in _borders(data, searched, at_end=not chunk):
            if cut > start and not (given and inside):
                yield line, data[start:cut], inside
            line += data.count(b"\n", start, cut)
            start, inside, given, begins = cut, opens, 0, line
        rest = data[start:]
        searched = max(0, len(rest) - _LONGEST_BORDER)
        if chunk and (given or len(rest) > LARGEST):
            if not (given and inside):
                yield line, rest[:-_LONGEST_BORDER], inside
            line += rest.count(b"\n", 0, -_LONGEST_BORDER)
            given += len(rest) - _LONGEST_BORDER
            rest, searched = rest[-_LONGEST_BORDER:], 0
            if given > ENDLESS:
                raise endless(f"what begins in line {begins}")
    if rest and not (given and inside):
        yield line, rest, inside


def _borders(data: bytes, searched: int, *, at_end: bool) -> Iterator[tuple[int, bool]]:
    """Yield where a record begins or has just ended, and whether it begins."""
    end = len(data) if at_end else len(data) - _LONGEST_BORDER
    for found in _BORDER.finditer(data, searched):
        if found.start() >= end:
            return
        closes = data[found.start() + 1] == 0x2F
        yield found.end() if closes else found.start(), not closes


def _with_end(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the chunks that hold something, and an empty one behind them."""
    yield from (chunk for chunk in chunks if chunk)
    yield b""


def _outside(line: int, data: bytes, reading: Reading) -> None:
    words = _ENVELOPE.sub(b" ", data).strip()
    if words.lstrip(b"\xef\xbb\xbf"):
        shown = words[:80].decode("utf-8", "replace")
        reading.repair(line, f"something outside any record: {shown!r}")


def _parsed(
    line: int, data: bytes, parser: etree.XMLParser, reading: Reading
) -> etree._Element | None:
    """Return the element of a record; None, and a problem, when it is damaged."""
    whole = disarm(_without_invalid(mended(data, line, reading), line, reading), line, reading)
    try:
        return etree.fromstring(whole, parser)
    except etree.XMLSyntaxError as error:
        reading.problem(line, f"the record that begins here {_why(data, error)}, and is left out")
    return None


def _why(data: bytes, error: etree.XMLSyntaxError) -> str:
    if len(data) > LARGEST - _LONGEST_BORDER:
        return f"is larger than {LARGEST >> 20} MB"
    if not data.rstrip().endswith((b"</record>", b"/>")):
        return "breaks off before its end"
    words = re.sub(r",? line \d+.*", "", str(error.msg), flags=re.DOTALL)
    return f"is damaged ({words})"


def _without_invalid(data: bytes, line: int, reading: Reading) -> bytes:
    """Return the bytes with a blank for each sign that XML cannot hold."""
    clean = data.translate(_BLANKED)  # all at once, and each in one note: there may be millions
    if clean != data:
        reading.repair(line, "control characters, which XML cannot hold, read as blanks")
    clean, count = _NUMBERED.subn(b" ", clean)
    if count:
        reading.repair(line, "control characters by number, which XML cannot hold, read as blanks")
    return clean


def _entry(record: etree._Element, line: int, reading: Reading) -> Entry:
    """Return the fields of a record by their RIS tags."""
    entry = Entry(line)
    kind = record.find("ref-type")
    if kind is not None:
        number = (kind.text or "").strip()
        entry.add("TY", _TYPES.get(number) or kind.get("name") or "", reading, line)
    for child in record.iter():
        name = child.tag
        if not isinstance(name, str):
            continue
        tag = _TAGS.get(name)
        if name in ("author", "keyword", "url", "date"):
            _add_listed(entry, child, reading, line)
        elif tag and name not in ("authors", "secondary-authors"):
            text = "".join(child.itertext())
            if name == "isbn":
                text = re.sub(r"[\r\n]+", " ; ", text.strip())
            entry.add(tag, text, reading, line)
    return entry


def _add_listed(entry: Entry, child: etree._Element, reading: Reading, line: int) -> None:
    text = "".join(child.itertext())
    parent = child.getparent()
    above = str(parent.tag) if parent is not None else ""
    if child.tag == "author":
        tag = _TAGS.get(above, "")
    else:
        tag = {"keyword": "KW", "url": "UR", "date": "DA"}[str(child.tag)]
    if child.tag == "url" and above in ("pdf-urls", "image-urls", "text-urls"):
        return  # paths on somebody's disk
    if tag:
        entry.add(tag, text, reading, line)
