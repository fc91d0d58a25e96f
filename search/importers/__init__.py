"""The formats that can be imported: each is one module with one function, told apart by content.

A format is added with a row in `FORMATS` and a line in `identify`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from search.errors import BadInput
from search.importers.text import Opener, encoding_of
from search.reading import Reading
from search.records import Record

Reader = Callable[[Opener, Reading], Iterator[Record]]


@dataclass(frozen=True, slots=True)
class Format:
    """A format by name; without a reader it is known, and refused with advice."""

    name: str
    words: str
    reader: Reader | None = None


def _pubmed_xml(open_it: Opener, reading: Reading) -> Iterator[Record]:
    from search.pubmed_xml import records

    with open_it() as stream:
        yield from records(stream, reading)


def _nbib(open_it: Opener, reading: Reading) -> Iterator[Record]:
    from search.importers import nbib, text

    yield from nbib.records(text.lines(open_it, reading), reading)


def _ris(open_it: Opener, reading: Reading) -> Iterator[Record]:
    from search.importers import ris, text

    yield from ris.records(text.lines(open_it, reading), reading)


FORMATS = {
    each.name: each
    for each in (
        Format("pubmed-xml", "PubMed XML", _pubmed_xml),
        Format("nbib", "nbib (MEDLINE)", _nbib),
        Format("ris", "RIS", _ris),
        Format("bibtex", "BibTeX"),
        Format("endnote-xml", "EndNote XML"),
        Format("csv", "a table (CSV or TSV)"),
        Format("web-of-science", "Web of Science's tagged text"),
        Format("refer", "EndNote's tagged format (.enw)"),
        Format("ovid", "Ovid's plain text"),
    )
}

# What a file that holds no bibliography is, by its first bytes.
_STRANGERS = (
    (b"%PDF", "this is a PDF"),
    (b"PK\x03\x04", "this is a ZIP archive or a Word, Excel or OpenDocument file"),
    (b"\xd0\xcf\x11\xe0", "this is an old Word or Excel file"),
    (b"SQLite format 3", "this is an SQLite database"),
    (b"{\\rtf", "this is a rich text (RTF) file"),
    (b"\x89PNG", "this is a picture"),
)
_BY_TEXT = (
    ("ris", re.compile(r"^\s{0,3}TY {0,3}- ?\s*\S", re.MULTILINE)),
    ("nbib", re.compile(r"^(?:PMID|OWN ) ?- ?\S", re.MULTILINE)),
    ("web-of-science", re.compile(r"\A\s*(?:FN |VR |PT [JBSPC]\b|<?\d+>?\s*\n?FN )")),
    ("refer", re.compile(r"^%[0A-Z] \S", re.MULTILINE)),
    ("ovid", re.compile(r"^<\d+>\s*$", re.MULTILINE)),
    ("bibtex", re.compile(r"^\s*@[A-Za-z]{3,20}\s*[{(]", re.MULTILINE)),
)
_ADVICE = "Export the records as RIS, nbib or PubMed XML."


def identify(head: bytes) -> Format:
    """Return the format of a file by its first bytes (64 kB or all of it).

    BadInput, in one sentence, when it is of no known format, or of one that cannot be read yet.
    """
    for mark, what in _STRANGERS:
        if head.startswith(mark):
            raise BadInput(f"{what}, which holds no records that can be imported.", remedy=_ADVICE)
    text = head.decode(encoding_of(head) or "latin-1", "replace").lstrip("\ufeff")
    if text.startswith("ï»¿"):
        text = text[3:]
    if not text.strip():
        raise BadInput("the file is empty.", remedy=_ADVICE)
    found = FORMATS.get(_name(text))
    if found is None:
        raise BadInput("the file is of no known format.", remedy=_ADVICE)
    if found.reader is None:
        raise BadInput(f"this is {found.words}, which cannot be imported yet.", remedy=_ADVICE)
    return found


def _name(text: str) -> str:
    begins = text.lstrip()[:4096]
    if begins.startswith("<") and not begins[1:2].isdigit():  # Ovid numbers its records <1>
        if re.search(
            r"<(?:xml>\s*)?<?records>|<record>.{0,200}<(?:database|ref-type)", begins, re.S
        ):
            return "endnote-xml"
        # Whatever other XML or HTML this is, the reader of PubMed XML says so in words.
        return "pubmed-xml"
    for name, pattern in _BY_TEXT:
        if pattern.search(text):
            return name
    first = begins.partition("\n")[0].replace('"', "").lower()
    cells = [cell.strip() for cell in re.split(r"[,;\t]", first)]
    return "csv" if len(cells) > 1 and {"title", "titles", "item title"} & set(cells) else ""


def open_plain(path: object) -> Opener:
    """Return how to open a file, unpacked when it is gzip-compressed."""
    import gzip
    from pathlib import Path

    target = Path(str(path))
    with target.open("rb") as stream:
        packed = stream.read(2) == b"\x1f\x8b"

    def opener() -> BinaryIO:
        return gzip.open(target) if packed else target.open("rb")  # type: ignore[return-value]

    return opener
