"""The streaming reader of PubMed XML: EFetch answers, saved results, baseline and update files.

Records are given out one by one while the file is read, in memory bounded by the longest of them.
Entities are never expanded, no DTD is loaded, nothing is fetched. One damaged record costs one
record, and is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from lxml import etree

from search.pubmed_article import article_record
from search.pubmed_book import book_record
from search.pubmed_envelope import Envelope
from search.pubmed_pieces import LONGEST, Piece, pieces, without_references
from search.reading import Reading
from search.records import Record
from search.xml_bytes import disarm, mended, quiet_parser, utf8_chunks

_READERS = {"PubmedArticle": article_record, "PubmedBookArticle": book_record}
_CITATIONS = ("MedlineCitation", "BookDocument")
_PMID = re.compile(rb"<PMID[^>]{0,80}>\s*(\d{1,8})\s*<")
_ENDS = re.compile(rb"(?:</Pubmed(?:Book)?Article\s*|/)>\s*\Z")


def records(stream: BinaryIO, reading: Reading) -> Iterator[Record]:
    """Yield the records of a PubMed XML stream, and give the account of it in ``reading``.

    Every version of a PMID is given out. What cannot be read (a damaged record, a cut file, words
    outside any record) is a problem with its line; what was read in spite of a fault is a repair.
    BadInput when the stream is no PubMed XML at all.
    """
    envelope = Envelope(reading)
    parser = quiet_parser()
    broke_off = False
    for piece in pieces(utf8_chunks(stream, reading)):
        if piece.begins == "rest":
            continue
        if piece.begins != "record":
            envelope.read(piece)
            continue
        envelope.before_record(piece)
        reading.begun += 1
        broke_off = not _ENDS.search(piece.data, max(0, len(piece.data) - 64))
        element = _parsed(piece, broke_off, envelope.namespaces, parser, reading)
        record = None if element is None else _record(element, piece, reading)
        if record is not None:
            reading.parsed += 1
            yield record
    envelope.finish(record_broke_off=broke_off)


def _parsed(
    piece: Piece, broke_off: bool, namespaces: bytes, parser: etree.XMLParser, reading: Reading
) -> etree._Element | None:
    """Return the element of a record; None, and a problem, when it is damaged."""
    data = mended(without_references(piece.data), piece.line, reading)
    data = disarm(data, piece.line, reading)
    if namespaces:
        name = namespaces[1:-1].split(None, 1)[0]
        data = namespaces + data + b"</" + name + b">"
    try:
        element = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        too_large = f"is larger than {LONGEST >> 20} MB" if len(piece.data) >= LONGEST - 64 else ""
        broken = "breaks off before its end" if broke_off else _words(error, piece)
        _lost(piece, too_large or broken, reading)
        return None
    return element[0] if namespaces else element


def _lost(piece: Piece, why: str, reading: Reading) -> None:
    pmid = _PMID.search(piece.data)
    name = f"the record PMID {pmid[1].decode()}" if pmid else "the record"
    reading.problem(piece.line, f"{name} that begins here {why}, and is left out")


def _words(error: etree.XMLSyntaxError, piece: Piece) -> str:
    """Return what the parser says, with the lines of the whole file."""
    message = re.sub(r", line \d+, column \d+.*", "", str(error.msg), flags=re.DOTALL)
    before = piece.line - 1
    message = re.sub(r"\bline (\d+)", lambda found: f"line {int(found[1]) + before}", message)
    return f"is damaged on line {(error.lineno or 1) + before} ({message})"


def _record(element: etree._Element, piece: Piece, reading: Reading) -> Record | None:
    # what a lost border makes of two records may be well-formed by chance
    if len(element) > 2 and len(list(element.iterchildren(*_CITATIONS))) > 1:
        _lost(piece, "runs into another one", reading)
        return None
    record = _READERS[str(element.tag)](element)
    if not (record.pmid or record.title or record.vernacular_title or record.doi):
        reading.problem(piece.line, "a record without PMID, title and DOI is left out")
        return None
    if not record.pmid:
        reading.repair(piece.line, "the record has no valid PMID, and is kept without one")
    return record
