"""The formats that can be imported, told apart by content and never by name.

A format is one module with one function, a row of `FORMATS`, and a sign in `_SIGNS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from search.errors import BadInput
from search.importers import bibtex, ciw, enw, jsonl, nbib, ovid, ris, table, text
from search.reading import Reading
from search.records import Record

HEAD = 1 << 16  # bytes by which a file is told
Reader = Callable[[BinaryIO, Reading], Iterator[Record]]


@dataclass(frozen=True, slots=True)
class Format:
    """A format by name, and what reads it."""

    name: str
    words: str
    reader: Reader


def _pubmed_xml(stream: BinaryIO, reading: Reading) -> Iterator[Record]:
    from search.pubmed_xml import records  # lxml is heavy

    return records(stream, reading)


def _endnote_xml(stream: BinaryIO, reading: Reading) -> Iterator[Record]:
    from search.importers.endnote_xml import records  # lxml is heavy

    return records(stream, reading)


_Lines = Callable[[Iterable[tuple[int, str]], Reading], Iterator[Record]]


def _lines_of(read: _Lines) -> Reader:
    """Return the reader of a format whose module reads lines."""

    def reader(stream: BinaryIO, reading: Reading) -> Iterator[Record]:
        return read(text.lines(stream, reading), reading)

    return reader


def _pieces_of(read: _Lines) -> Reader:
    """Return the reader of a format whose module reads many lines at a time."""

    def reader(stream: BinaryIO, reading: Reading) -> Iterator[Record]:
        return read(text.pieces(stream, reading), reading)

    return reader


FORMATS = {each.name: each for each in (
    Format("pubmed-xml", "PubMed XML", _pubmed_xml),
    Format("nbib", "nbib (MEDLINE)", _pieces_of(nbib.records)),
    Format("ris", "RIS", _pieces_of(ris.records)),
    Format("ciw", "Web of Science's tagged text (.ciw, plain text)", _lines_of(ciw.records)),
    Format("enw", "EndNote's tagged format (.enw, refer)", _lines_of(enw.records)),
    Format("ovid", "Ovid's plain text", _lines_of(ovid.records)),
    Format("bibtex", "BibTeX", _lines_of(bibtex.records)),
    Format("endnote-xml", "EndNote XML", _endnote_xml),
    Format("jsonl", "Sarcat's JSON lines", _lines_of(jsonl.records)),
    Format("csv", "a table (CSV or TSV)", _lines_of(table.records)),
)}  # fmt: skip

# How each text format shows itself; where several do, the one that does so first.
_SIGNS = {
    "ris": ris.BEGINS,
    "nbib": nbib.BEGINS,
    "ciw": ciw.BEGINS,
    "enw": enw.BEGINS,
    "bibtex": bibtex.BEGINS,
}
_ENDNOTE = re.compile(r"<xml>\s*<records|<records>\s*<record>|<record>\s*<(?:database|source-app)")
_SEPARATOR = re.compile(r"sep=.$", re.IGNORECASE)  # Excel's own first line
_TITLES = frozenset({"title", "titles", "article title", "item title", "document title", "ti",
                     "primary_title", "primary title"})  # fmt: skip

# What is no bibliography, by its first bytes.
_STRANGERS = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive, or a Word, Excel or OpenDocument file"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file"),
    (b"{\\rtf", "a rich text file (RTF)"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"\x1f\x8b", "a file that was compressed twice"),
    (b"BZh", "compressed with bzip2"),
    (b"\xfd7zXZ", "compressed with xz"),
    (b"(\xb5/\xfd", "compressed with zstd"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
)
ADVICE = (
    'Export the records as RIS, nbib (PubMed\'s format "PubMed"), PubMed XML, BibTeX, EndNote XML '
    "or CSV."
)


def identify(head: bytes) -> Format:
    """Return the format of a file by its first `HEAD` bytes.

    BadInput, in one sentence, when it is of no known format.
    """
    stranger = next((what for mark, what in _STRANGERS if head.startswith(mark)), None)
    if not stranger and head[257:262] == b"ustar":
        stranger = "a tar archive"
    if stranger:
        raise BadInput(f"this is {stranger}, not a file of records.", remedy=ADVICE)
    encoding = text.encoding_of(head)
    shown = head.decode(encoding, "replace").lstrip("\ufeff")
    shown = shown.replace("\r\n", "\n").replace("\r", "\n")
    if not shown.strip():
        raise BadInput("the file is empty.", remedy=ADVICE)
    name = _name(shown)
    if name is None:
        what = "binary data" if "\0" in shown else "text"
        raise BadInput(f"this is {what} of no known format.", remedy=ADVICE)
    return FORMATS[name]


def _name(shown: str) -> str | None:
    begins = shown.lstrip()[:4096]
    if begins.startswith("<") and not begins[1:2].isdigit():
        # Whatever other XML or HTML this is, the reader of PubMed XML says so in words.
        return "endnote-xml" if _ENDNOTE.search(begins) else "pubmed-xml"
    if begins[0] in "{[":
        return "jsonl" if jsonl.BEGINS.match(begins) else None  # JSON, whatever its texts hold
    first, _, second = re.sub(r"\n+", "\n", begins).partition("\n")
    if _is_table(second.partition("\n")[0] if _SEPARATOR.match(first) else first):
        return "csv"
    signs = {name: sign.search(shown) for name, sign in _SIGNS.items()}
    places = [(found.start(), name) for name, found in signs.items() if found]
    if places:
        return min(places)[1]
    return "ovid" if ovid.BEGINS.search(shown) else None


def _is_table(line: str) -> bool:
    """Return whether a first line is a table's header with a column of titles."""
    cells = [cell.strip(' "\t').lower() for cell in re.split(r"[,;\t|]", line)]
    return len(cells) > 1 and not _TITLES.isdisjoint(cells)
