"""However a file is read, quickly or with care, in large or small pieces: it gives the same.

The same records, the same account with the same lines; over texts that are written as a format has
them and then damaged as files are, and as nobody would.
"""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.errors import SarcatError
from search.importers import FORMATS, nbib, ris, text
from search.reading import Reading
from search.records import Record

ONE_OF_EACH = {
    "ris": b"TY  - JOUR\nTI  - A\nAU  - B, C\nAB  - some words\nDO  - 10.1000/x\nER  - \n\n"
           b"TY  - JOUR\nTI  - B\nKW  - a\nKW  - b\nER  - \n",
    "nbib": b"PMID- 1\nOWN - NLM\nTI  - A title\n      goes on\nFAU - B, C\nSO  - J\n\n"
            b"PMID- 2\nOWN - NLM\nTI  - B\nSO  - J\n\nPMID- 3\nTI  - C\nSO  - J\n",
    "csv": b'title,abstract,authors,doi\nA,"b, c","D, E; F, G",10.1000/x\n"B ""q""",y,,\n"C\nD",z,,\n',
    "ciw": b"FN ISI\nVR 1.0\nPT J\nAU A, B\n   C, D\nTI A title\n   of two\nER\n\nPT J\nTI B\nER\n\nEF\n",
    "enw": b"%0 Journal Article\n%T A\n%A B, C\n%X text\n\n%0 Book\n%T B\n\n",
    "ovid": b"<1>\nUnique Identifier\n  123\nTitle\n  A title\n  goes on\n\n<2>\nTI  - B\nAB  - x\n",
    "bibtex": b'@article{a,\n title = {A {B} c},\n author = "X, Y and Z, W",\n}\n\n'
              b'@string{j = "J"}\n@book{b, title={B}, journal = j # " x"}\n',
    "jsonl": b'{"key":"pmid:1","title":"A"}\n{"key":"pmid:2","title":"B","authors":["X"]}\n',
}  # fmt: skip
HOSTILE = [
    b"\r", b"\n", b"\r\n", b"\r\r\n", b"\n\n", b"\n \n", b"\x00", b"\x1a", b"\x1c", b"\x0b", b"\t",
    b"  ", b"\xc2\x85", b"\xe2\x80\xa8", b"\xc2\xa0", b"\xe2\x80\x83", b"\xef\xbb\xbf",
    b"\xef\xbf\xbd", b"\xed\xa0\x80", b"\xff", b"\x81", b"\xfc", b"\xe2\x80", b'"', b"{", b"}", b"@",
    b"TY  - JOUR\n", b"ER  - \n", b"ER  -\n", b"\nER", b"ER  - positive", b"TI - ", b"  - ", b"<3>\n",
    b"\n\nPMID- 9\n", b"PMID- ", b"PMID-", b"OWN - ERIC\n", b"      more", b"SO  - ", b"%0 B\n", b"%",
    b"PT J\n", b"ER\n", b"\n   ", b",,", b'",\n', b"x" * 90,
]  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn) -> tuple[str, bytes]:
    name = draw(st.sampled_from(sorted(ONE_OF_EACH)))
    data = ONE_OF_EACH[name]
    for _ in range(draw(st.integers(0, 5))):
        at = draw(st.integers(0, len(data)))
        gone = draw(st.sampled_from([0, 0, 0, 1, 2, 7, 30]))
        data = data[:at] + draw(st.sampled_from(HOSTILE)) + data[at + gone :]
    data = data.replace(b"\n", draw(st.sampled_from([b"\n", b"\n", b"\r\n", b"\r", b"\r\r\n"])))
    return name, data[: draw(st.integers(0, len(data)))] if draw(st.booleans()) else data


def taken(name: str, data: bytes) -> tuple[list[Record] | str, Reading]:
    """Return the records, or the words with which they are refused, and the account by line."""
    reading = Reading(name, own_ids=[])
    try:
        records = list(FORMATS[name].reader(io.BytesIO(data), reading))
    except SarcatError as error:
        return str(error), Reading(name)
    assert len(records) == reading.parsed <= reading.begun
    assert reading.parsed == reading.begun or reading.problems, "a record was lost unnamed"
    # how far the lines have been decoded when a record is given out hangs on the pieces
    reading.repaired.sort(key=lambda note: (note.line or 0, note.text))
    return records, reading


@given(damaged(), st.sampled_from([4, 5, 7, 16, 64, 333]))
def test_every_way_gives_the_same(file: tuple[str, bytes], size: int) -> None:
    name, data = file
    quick = taken(name, data)
    with pytest.MonkeyPatch.context() as careful:
        careful.setattr(ris, "_plain", lambda *_: None)
        careful.setattr(nbib, "_plain", lambda *_: None)
        assert taken(name, data) == quick
    encoding = text.encoding_of(data)  # is told by the first piece, which is of 64 kB in earnest
    with pytest.MonkeyPatch.context() as small:
        small.setattr(text, "CHUNK", size)
        small.setattr(text, "encoding_of", lambda _head: encoding)
        assert taken(name, data) == quick


def test_whose_file_it_is_stands_on_several_lines() -> None:
    data = b"PMID- 1\nOWN - One\n      and more\nTI  - A\nSO  - J\n\nPMID- 2\nTI  - B\nSO  - J\n"
    _, reading = taken("nbib", data)
    assert reading.dialect == "One and more"
