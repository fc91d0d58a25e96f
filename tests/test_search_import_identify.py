"""What a file is, by its content and never by its name."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from search.errors import BadInput
from search.importers import HEAD, identify

KNOWN = [
    ("ris", "TY  - JOUR\nTI  - A\n"),
    ("ris", "\n\n1.\nTY - JOUR\nTI - A\n"),
    ("ris", "Provider: X\nContent: y\n\nTY  - JOUR\n"),
    ("ris", "TY  - JOUR\rTI  - A\r"),
    ("ris", "TY  - JOUR\nAB  - about @article{x} and\nPMID- 1\n"),
    ("ris", "<1>\nTY  - JOUR\n"),
    ("nbib", "PMID- 1\nTI  - A\n"),
    ("nbib", "\r\nPMID- 1\r\n"),
    ("nbib", "OWN - ERIC\nTI  - A\n"),
    ("nbib", "PMID- 1\nAB  - a line of\nTY  - JOUR\n"),
    ("pubmed-xml", '<?xml version="1.0"?>\n<PubmedArticleSet>'),
    ("pubmed-xml", "  <PubmedArticleSet></PubmedArticleSet>"),
    ("bibtex", "@article{a,\n title={A}}\n"),
    ("bibtex", "% Encoding: UTF-8\n\n@Comment{x}\n@article{a,\n"),
    ("ciw", "FN Clarivate Analytics Web of Science\nVR 1.0\nPT J\n"),
    ("ciw", "PT J\nAU Muster, A\n   Beispiel, B\nTI A\n"),
    ("enw", "%0 Journal Article\n%T A\n"),
    ("ovid", "<1>\nAccession Number\n  123\nTitle\n  A\n"),
    ("endnote-xml", "<xml><records><record><database name='x'>"),
    ("endnote-xml", '<?xml version="1.0"?><xml><records><record>'),
    ("csv", "key,title,authors\n1,A,B\n"),
    ("csv", '"Title";"Year"\n'),
    ("csv", "id\tTitle\n"),
    ("csv", 'title,abstract\n"A","\nTY  - JOUR\n"\n'),
    ("csv", "sep=;\ntitle;year\nA;1\n"),
    ("csv", "id|title|year\n"),
]
REFUSED = [
    (b"", "empty"),
    (b" \r\n\t", "empty"),
    (b"\xef\xbb\xbf", "empty"),
    (b"%PDF-1.7\n", "a PDF"),
    (b"PK\x03\x04\x14\x00", "ZIP archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Word"),
    (b"{\\rtf1", "RTF"),
    (b"SQLite format 3\x00", "SQLite"),
    (b"\x89PNG\r\n", "picture"),
    (b"\x1f\x8b\x08", "compressed twice"),
    (b"BZh9", "bzip2"),
    (b'{"title": "A", "x": "\\nTY  - JOUR"}', "text of no known format"),
    (b'[\n{"a": 1}]\nTY  - JOUR\n', "text of no known format"),
    (b"Dear all, see below.", "text of no known format"),
    (b"TI  - A\nAU  - B\n", "text of no known format"),
    (b"a\x00\x01b" * 9, "binary data of no known format"),
]


@pytest.mark.parametrize(("name", "text"), KNOWN, ids=[repr(row[1][:30]) for row in KNOWN])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_known(name: str, text: str, encoding: str) -> None:
    assert identify(text.encode(encoding)).name == name


@pytest.mark.parametrize(("data", "words"), REFUSED, ids=[repr(row[0][:20]) for row in REFUSED])
def test_of_no_known_format(data: bytes, words: str) -> None:
    with pytest.raises(BadInput) as caught:
        identify(data)
    assert words in str(caught.value)
    assert "Export the records as RIS" in (caught.value.remedy or "")


@pytest.mark.parametrize(
    "piece", [b"\n", b" ", b"@", b"<1>\n", b"%", b"T", b"TY", b"PMID", b"\r", b"<", b",", b"\t;"]
)
def test_telling_takes_no_time_whatever_the_bytes(piece: bytes) -> None:
    head = (b"x" + piece * HEAD)[:HEAD]
    begun = time.process_time()
    with suppress(BadInput):
        identify(head)
    assert time.process_time() - begun < 1
