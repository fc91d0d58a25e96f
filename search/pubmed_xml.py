"""The streaming reader of PubMed XML: EFetch answers, saved results, baseline and update files.

Records are given out one by one while the file is read, in memory that does not grow with it.
Entities are never expanded, no DTD is loaded, nothing is fetched. One damaged record costs one
record, and is named; the parser is set up again at the next.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO

from lxml import etree

from search.errors import BadInput
from search.pubmed_article import article_record
from search.pubmed_book import book_record
from search.pubmed_fields import texts_in
from search.pubmed_pieces import Piece, pieces, without_references
from search.pubmed_strangers import SETS, stranger
from search.reading import Reading
from search.records import Record, clean_pmid
from search.xml_bytes import disarm, mended, utf8_chunks

_READERS = {"PubmedArticle": article_record, "PubmedBookArticle": book_record}
_WITHDRAWN = frozenset({"DeleteCitation", "DeleteDocument"})
_BLANKS = b" \t\r\n\xef\xbb\xbf"  # white space and byte order marks
_PMID = re.compile(rb"<PMID[^>]{0,80}>\s*(\d{1,8})\s*<")
_LINE = re.compile(r"\bline (\d+)")
_DTD = re.compile(r"([\w.-]{1,60})\.dtd$")


def records(stream: BinaryIO, reading: Reading) -> Iterator[Record]:
    """Yield the records of a PubMed XML stream, and give the account of it in ``reading``.

    Every version of a PMID is given out. What cannot be read (a damaged record, a cut file, words
    outside any record) is a problem with its line; what was read in spite of a fault is a repair.
    BadInput when the stream is no PubMed XML at all.
    """
    reader = _Reader(reading)
    for piece in pieces(utf8_chunks(stream, reading)):
        yield from reader.read(piece)
    yield from reader.finish()


class _Reader:
    """Drives one parser after another over the pieces of a stream."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.documents = 0
        self.parser: etree.XMLPullParser | None = None
        self.root: str | None = None  # the tag of the current document's root, once it was met
        self.record: etree._Element | None = None  # the record that is being read
        self.last = Piece(1, b"", None, closes_set=False)
        self.opening: Piece | None = None  # the piece with which the latest record began
        self.lines_before = 0  # lines of the stream that the current parser was not given
        self.lost = False  # after an error, up to the next record or set

    # --- pieces --------------------------------------------------------------------------------

    def read(self, piece: Piece) -> Iterator[Record]:
        """Parse one more piece and yield the records that end in it."""
        if self.lost and not self._regained(piece):
            return
        if self.parser is None:
            piece = self._begin(piece)
        self.last = piece
        if self.parser is None:
            return
        error = None
        try:
            self.parser.feed(self._prepared(piece))
        except etree.XMLSyntaxError as met:
            error = met
        yield from self._events()
        if error:
            self._lose(self._words(error))

    def finish(self) -> Iterator[Record]:
        """Yield what is left at the end of the stream, and name what it cut off."""
        if self.parser:
            with suppress(etree.XMLSyntaxError):
                self.parser.close()
            yield from self._events()
        if not self.documents:
            raise BadInput("the file is empty.", remedy="Fetch or export it again.")
        if self.parser is None:
            return
        if self._in_record():
            self._lost_record("is cut off by the end of the file, and left out")
        elif self.root is None and self.documents == 1:
            raise BadInput("the file ends before any record begins.", remedy="Fetch it again.")
        else:
            line = self.last.line + self.last.data.count(b"\n")
            end = f"</{self.root or 'PubmedArticleSet'}>"
            self.reading.problem(line, f"the file is cut short: it ends before {end}, and more "
                                       "records may have followed")  # fmt: skip

    def _begin(self, piece: Piece) -> Piece:
        """Begin a document with its first piece; BadInput when the first is no PubMed XML."""
        data = piece.data.lstrip(_BLANKS)
        if not data:
            return piece
        before = piece.data[: len(piece.data) - len(data)]
        piece = piece._replace(line=piece.line + before.count(b"\n"), data=data)
        if self.documents == 1:
            self.reading.repair(piece.line, "a further document follows in the same file")
        elif not self.documents and before.strip(b"\xef\xbb\xbf") and data.startswith(b"<?xml"):
            self.reading.repair(piece.line, "white space before the XML declaration")
        self.documents += 1
        what = None if piece.begins else stranger(data)
        if what and self.documents == 1:
            raise BadInput(what, remedy="Fetch or export the records again.")
        if what:
            self.reading.problem(piece.line, f"behind the records, {what}")
            self.lost = True
        else:
            self._new_parser(piece)
        return piece

    def _new_parser(self, piece: Piece, inside: str | None = None) -> None:
        """Set up a parser at a piece: at a document's start, or ``inside`` a set of that name."""
        self.parser = etree.XMLPullParser(
            events=("start", "end"),
            tag=(*SETS, *_READERS, *_WITHDRAWN),
            encoding="utf-8",
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,  # keeps libxml2's own limits on depth, length and amplification
            remove_comments=True,
            remove_pis=True,
        )
        self.lines_before = piece.line - 1
        self.record, self.root = None, inside
        if inside:
            self.parser.feed(f"<{inside}>".encode())

    def _prepared(self, piece: Piece) -> bytes:
        """Return the bytes to parse: without references, in UTF-8, without entities."""
        data = without_references(piece.data) if piece.begins == "record" else piece.data
        data = mended(data, piece.line, self.reading)
        if self.root or piece.begins:
            return disarm(data, piece.line, self.reading)
        if b"<!ENTITY" in data:
            self.reading.repair(piece.line, "the file declares entities of its own; none is read")
        return disarm(data, piece.line, Reading(""))

    # --- events --------------------------------------------------------------------------------

    def _events(self) -> Iterator[Record]:
        assert self.parser is not None
        for action, element in self.parser.read_events():
            if action == "start":
                self._started(element)
            elif self.record is not None and element is self.record:
                if record := self._finished(self.record):
                    yield record
            elif element.tag in _WITHDRAWN:
                pmids = map(clean_pmid, texts_in(element, "PMID"))
                self.reading.withdrawn.extend(pmid for pmid in pmids if pmid)
            if action == "end" and element.getparent() is None:
                self._closed(element)

    def _started(self, element: etree._Element) -> None:
        tag, parent = str(element.tag), element.getparent()
        if self.root is None:
            self._rooted(element)
        elif parent is None and tag != self.root:
            self._lose("the parser began anew in the middle")  # seen with undeclared entities
        if tag not in _READERS:
            return
        self.reading.begun += 1
        misplaced = (
            self.lost or self.record is not None or (parent is not None and parent.tag not in SETS)
        )
        if misplaced:
            self.reading.problem(self.last.line, "a record inside another element is left out")
        else:
            self.record, self.opening = element, self.last

    def _rooted(self, root: etree._Element) -> None:
        """Take note of what the root says, once a document."""
        self.root = str(root.tag)
        address = root.getroottree().docinfo.system_url
        named = _DTD.search(address or "")
        self.reading.dialect = self.reading.dialect or (named.group(1) if named else None)
        if self.documents == 1 and not address:
            self.reading.repair(self.last.line, "no DOCTYPE; read by the names of the elements")
        if self.documents == 1 and self.root in _READERS:
            self.reading.repair(self.last.line, "no PubmedArticleSet around the record")

    def _finished(self, element: etree._Element) -> Record | None:
        """Return the record of an element that is complete, and free the memory it took."""
        record = _READERS[str(element.tag)](element)
        self._clear_before(element)
        element.clear(keep_tail=True)
        self.record = None
        line = self.opening.line if self.opening else None
        if not (record.pmid or record.title or record.vernacular_title or record.doi):
            self.reading.problem(line, "a record without PMID, title and DOI is left out")
            return None
        if not record.pmid:
            self.reading.repair(line, "the record has no valid PMID, and is kept without one")
        self.reading.parsed += 1
        return record

    def _clear_before(self, element: etree._Element) -> None:
        """Drop the siblings before ``element``; name those that are not records."""
        while (before := element.getprevious()) is not None:
            self._check(before)
            parent = element.getparent()
            assert parent is not None
            parent.remove(before)

    def _check(self, child: etree._Element) -> None:
        if child.tag not in _READERS and child.tag not in _WITHDRAWN:
            words = " ".join("".join(child.itertext()).split())[:200]
            self.reading.problem(self.last.line, f"<{child.tag!s}> is no record: {words!r}")
        if child.tail and (words := " ".join(child.tail.split())):
            self.reading.problem(self.last.line, f"words outside any record: {words[:200]!r}")

    def _closed(self, root: etree._Element) -> None:
        """End the document with its root."""
        for child in root if root.tag in SETS else ():
            self._check(child)
        if root.tag in SETS and root.text and (words := " ".join(root.text.split())):
            self.reading.problem(self.last.line, f"words outside any record: {words[:200]!r}")
        self.parser = self.record = None

    # --- losses --------------------------------------------------------------------------------

    def _lose(self, why: str) -> None:
        """Name what an error costs, and skip to the next record or set."""
        if self._in_record():
            self._lost_record(f"is damaged, and left out: {why}")
        else:
            self.reading.problem(
                self.last.line, f"what follows here, up to the next record, is damaged: {why}"
            )
        self.parser = self.record = None
        self.lost = not self.last.closes_set

    def _in_record(self) -> bool:
        """Return whether a record has begun and not ended; its start tag itself may be cut."""
        if self.record is None and self.last.begins == "record" and self.opening is not self.last:
            self.opening = self.last
            self.reading.begun += 1
            return True
        return self.record is not None

    def _lost_record(self, what: str) -> None:
        opening = self.opening or self.last
        pmid = _PMID.search(opening.data)
        name = f"the record PMID {pmid.group(1).decode()}" if pmid else "the record"
        self.reading.problem(opening.line, f"{name} that begins here {what}")

    def _regained(self, piece: Piece) -> bool:
        """Return whether to read on with this piece, after an error in one before it."""
        if piece.begins == "record" and self.root in SETS:
            self._new_parser(piece, inside=self.root)
        self.lost = not (piece.begins or piece.closes_set)
        return piece.begins is not None

    def _words(self, error: etree.XMLSyntaxError) -> str:
        """Return the parser's words on an error, with lines of the whole stream."""
        message = re.sub(r", line \d+, column \d+.*", "", str(error.msg), flags=re.DOTALL)
        message = _LINE.sub(lambda found: f"line {int(found[1]) + self.lines_before}", message)
        line = (error.lineno or 1) + self.lines_before
        return f"{message} (line {line})"
