"""What stands around the records of PubMed XML: prolog, set, lists of withdrawn PMIDs, the end.

All of it is accounted for: words and elements that are no records are problems, so that nothing
passes unseen because it stood in the wrong place.
"""

from __future__ import annotations

import re

from lxml import etree

from search.errors import BadInput
from search.pubmed_fields import text_of, texts_in
from search.pubmed_pieces import Piece
from search.pubmed_strangers import stranger
from search.reading import Reading
from search.records import clean_pmid
from search.xml_bytes import disarm, mended, quiet_parser

_BLANKS = b" \t\r\n\xef\xbb\xbf"  # white space and byte order marks
_WITHDRAWN = frozenset({"DeleteCitation", "DeleteDocument"})
_DTD = re.compile(rb"<!DOCTYPE[^\[>]*?([\w.-]{1,60})\.dtd[\"']", re.IGNORECASE)
_DOCUMENT = re.compile(rb"<\?xml\s|<!DOCTYPE\s")
_SET_ENDS = re.compile(rb"</Pubmed(?:Book)?ArticleSet\s*>\Z")
_AGAIN = "Fetch or export the records again."


class Envelope:
    """Follows the documents of a stream from outside their records."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.documents = 0
        self.set: str | None = None  # the name of the set that is open
        self.namespaces = b""  # those the set declares for its records
        self._prolog_read = False  # a prolog was met, and neither set nor record after it
        self._has_doctype = False
        self._last = Piece(1, b"", None)

    def read(self, piece: Piece) -> None:
        """Take account of a piece that is no record; BadInput when the first is no PubMed XML."""
        self._last = piece
        data = piece.data.lstrip(_BLANKS)
        if not data:
            return
        before = piece.data[: len(piece.data) - len(data)]
        line = piece.line + before.count(b"\n")
        if piece.begins == "set":
            self._open(data, line)
        elif self.set:
            self._inside(data, line)
        else:
            self._prolog(data, line, before)

    def before_record(self, piece: Piece) -> None:
        """Take account of a record's beginning: it needs no set around it, but should have one."""
        if self.set is None:
            self._begin(piece.line)
            if self.documents == 1:
                self.reading.repair(piece.line, "no PubmedArticleSet around the record")
        self._last = piece

    def finish(self, *, record_broke_off: bool) -> None:
        """Take account of the end; BadInput where nothing has begun, a problem where it is cut."""
        if not self.documents:
            raise BadInput("the file is empty.", remedy=_AGAIN)
        if self._prolog_read and self.documents == 1:
            raise BadInput("the file ends before any record begins.", remedy=_AGAIN)
        if (self.set or self._prolog_read) and not record_broke_off:
            end = f"</{self.set or 'PubmedArticleSet'}>"
            line = self._last.line + self._last.data.count(b"\n")
            self.reading.problem(line, f"the file is cut short: it ends before {end}, and "
                                             "more records may have followed")  # fmt: skip

    # --- documents -----------------------------------------------------------------------------

    def _begin(self, line: int) -> None:
        """Begin a document, unless its prolog has done so."""
        if not self._prolog_read:
            self._count(line)
        self._prolog_read = False
        if self.documents == 1 and not self._has_doctype:
            self._has_doctype = True  # once is enough
            self.reading.repair(line, "no DOCTYPE; read by the names of the elements")

    def _count(self, line: int) -> None:
        self.documents += 1
        if self.documents == 2:
            self.reading.repair(line, "further documents follow in the same file")

    def _prolog(self, data: bytes, line: int, before: bytes) -> None:
        what = stranger(data)
        if what and not self.documents:
            raise BadInput(what, remedy=_AGAIN)
        if what:
            self.reading.problem(line, f"behind the records, {what}")
            return
        self._count(line)
        self._prolog_read = True
        if self.documents == 1 and before.strip(b"\xef\xbb\xbf") and data.startswith(b"<?xml"):
            self.reading.repair(line, "white space before the XML declaration")
        if b"<!ENTITY" in data:
            self.reading.repair(line, "the file declares entities of its own; none of them is read")
        self._has_doctype = self._has_doctype or b"<!DOCTYPE" in data
        if (named := _DTD.search(data)) and not self.reading.dialect:
            self.reading.dialect = named[1].decode()

    def _open(self, data: bytes, line: int) -> None:
        if self.set:
            self.reading.problem(line, f"a set begins before </{self.set}>: "
                                       "what came before was cut short")  # fmt: skip
        self._begin(line)
        tag, _, content = data.partition(b">")
        self.set = tag[1:].split(None, 1)[0].rstrip(b"/").decode("utf-8", "replace")
        self.namespaces = b"" if b"xmlns" not in tag else tag.rstrip(b"/") + b">"
        if tag.endswith(b"/"):
            self.set = None
        elif content.strip():
            self._inside(content, line + tag.count(b"\n"))

    def _inside(self, data: bytes, line: int) -> None:
        """Take account of what stands in a set between, before or behind its records."""
        assert self.set
        if again := _DOCUMENT.search(data):
            self._content(data[: again.start()], line)
            line += data.count(b"\n", 0, again.start())
            self.reading.problem(line, f"a document begins before </{self.set}>: "
                                       "what came before was cut short")  # fmt: skip
            self.set = None
            self._prolog(data[again.start() :], line, b"")
            return
        closed = _SET_ENDS.search(data, max(0, len(data) - 64))
        self._content(data[: closed.start()] if closed else data, line)
        if closed:
            self.set = None

    def _content(self, data: bytes, line: int) -> None:
        if not data.strip():
            return
        safe = disarm(mended(data, line, self.reading), line, self.reading)
        try:
            content = etree.fromstring(b"<set>" + safe + b"</set>", quiet_parser())
        except etree.XMLSyntaxError as error:
            self.reading.problem(line, f"what stands here, outside any record, cannot be read: "
                                       f"{error.msg.partition(', line')[0]}")  # fmt: skip
            return
        self._words(content.text, line)
        for child in content:
            if child.tag in _WITHDRAWN:
                pmids = (clean_pmid(words) for words in texts_in(child))
                self.reading.withdrawn.extend(pmid for pmid in pmids if pmid)
            else:
                said = (text_of(child) or "")[:200]
                self.reading.problem(line, f"<{child.tag!s}> is no record: {said!r}")
            self._words(child.tail, line)

    def _words(self, words: str | None, line: int) -> None:
        if words and words.strip():
            said = " ".join(words.split())[:200]
            self.reading.problem(line, f"words outside any record: {said!r}")
