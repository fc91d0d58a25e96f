"""RIS in every dialect we met: one oddity a row, no record lost unnamed, no field misread."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from import_reading import both_ways

from search.importers import FORMATS, identify, ris
from search.importers import fields as shared
from search.reading import Reading
from search.records import Record


def read(text: str | bytes) -> tuple[list[Record], Reading]:
    data = text.encode() if isinstance(text, str) else text
    found = identify(data)
    assert found is FORMATS["ris"]
    reading = Reading("ris")
    return list(found.reader(io.BytesIO(data), reading)), reading


def one(fields: str, kind: str = "JOUR") -> Record:
    (record,), reading = read(f"TY  - {kind}\n{fields}\nER  - \n")
    assert not reading.problems
    return record


# name, text, titles, lines of repairs
WHOLE = [
    ("plain", "TY  - JOUR\nTI  - A\nER  - \n", ["A"], []),
    ("no blank behind ER", "TY  - JOUR\nTI  - A\nER  -\n", ["A"], []),
    ("no line end at the end", "TY  - JOUR\nTI  - A\nER  - ", ["A"], []),
    ("empty lines everywhere", "\n\nTY  - JOUR\n\nTI  - A\n\nER  - \n\n\n", ["A"], []),
    ("a byte order mark", "\ufeffTY  - JOUR\nTI  - A\nER  - \n", ["A"], []),
    ("one blank before the hyphen", "TY - JOUR\nTI - A\nER - \n", ["A"], []),
    ("no blank before the hyphen", "TY- JOUR\nTI- A\nER- \n", ["A"], []),
    ("a tab before the hyphen", "TY\t- JOUR\nTI \t- A\nER  - \n", ["A"], []),
    ("no blank behind the hyphen", "TY  -JOUR\nTI  -A\nER  -\n", ["A"], []),
    ("hard blanks", "TY\xa0\xa0- JOUR\nTI\xa0\xa0-\xa0A\nER\xa0\xa0- \n", ["A"], []),
    ("a dash that was corrected", "TY  – JOUR\nTI  – A\nER  – \n", ["A"], []),
    ("indented", "  TY  - JOUR\n  TI  - A\n  ER  - \n", ["A"], []),
    ("old tags", "TY  - JOUR\nT1  - A\nER  - \n", ["A"], []),
    ("a title over two lines", "TY  - JOUR\nTI  - A\n  b\nc\nER  - \n", ["A b c"], []),
    ("blanks within a title", "TY  - JOUR\nTI  -   A\u2003 \t b  \nER  - \n", ["A b"], []),
    ("record numbers", "1.\nTY  - JOUR\nTI  - A\nER  - \n\n2.\n<3>\n----\nRecord 4 of 9\n", ["A"], []),
    ("a header", "Provider: X\nTY  - JOUR\nTI  - A\nER  - \n", ["A"], [1]),
    ("words between", "TY  - JOUR\nTI  - A\nER  - \nNL  - J\nLink to it\n\nTY  - JOUR\nTI  - B\nER  - \n",
     ["A", "B"], [4, 5]),
    ("no ER at the end", "TY  - JOUR\nTI  - A\n", ["A"], [1]),
    ("no ER between", "TY  - JOUR\nTI  - A\nTY  - JOUR\nTI  - B\nER  - \n", ["A", "B"], [3]),
    ("no ER, odd types", "TY  - Journal Article\nTI  - A\nTY  - Journal Article\nTI  - B\nER  - \n",
     ["A", "B"], [3]),
    ("no ER, unknown type behind an empty line",
     "TY  - x y\nTI  - A\n\nTY  - x y\nTI  - B\nER  - \n", ["A", "B"], [4]),
    ("two ERs", "TY  - JOUR\nTI  - A\nER  - \nER  - \n", ["A"], [4]),
    ("ER alone behind a short field", "TY  - JOUR\nTI  - A\nPY  - 2020\nER\n", ["A"], [4]),
    ("no TY", "TY  - JOUR\nTI  - A\nER  - \n\nPY  - 2020\nTI  - B\nER  - \n", ["A", "B"], [6]),
    ("no TY at first", "TI  - A\nER  - \nTY  - JOUR\nTI  - B\nER  - \n", ["A", "B"], [1]),
    ("nothing but a type", "TY  - JOUR\nER  - \n", [None], [1]),
    ("tags without values", "TY  -\nTI  -\nT1  - A\nAB  -\nER  -\n", ["A"], []),
    ("words behind TY", "TY  - JOUR\nwhat\nTI  - A\nER  - \n", ["A"], [2]),
    ("two titles", "TY  - JOUR\nTI  - A\nTI  - B\nER  - \n", ["A"], [1]),
    ("the same title twice", "TY  - JOUR\nTI  - A\nT1  - A\nER  - \n", ["A"], []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "titles", "repaired"), [row[1:] for row in WHOLE], ids=[row[0] for row in WHOLE]
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_each_oddity(text: str, titles: list[str | None], repaired: list[int], end: str) -> None:
    records, reading = read(text.replace("\n", end))
    assert [record.title for record in records] == titles
    assert sorted(note.line or 0 for note in reading.repaired) == repaired
    assert (reading.begun, reading.parsed, reading.problems) == (len(titles), len(titles), [])


# --- wrapped prose that looks like fields ------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "ER  - positive tumours were",
        "ER - positive tumours were",
        "TY  - positive tumours were",
        "CT - guided biopsies were",
        "ER",
        "AU - a unit",
    ],
)
def test_prose_is_no_field(line: str) -> None:
    text = f"TY  - JOUR\nTI  - A\nAB  - In most patients\n{line}\nfound.\nAN  - 77\nER  - \n"
    (record,), reading = read(text)
    assert record.abstract == f"In most patients {' '.join(line.split())} found."
    assert (record.title, record.accession, record.authors) == ("A", "77", ())
    assert [note.line for note in reading.repaired] == [4]


def test_loose_fields_in_a_strict_record_are_read_where_no_prose_is_wrapped() -> None:
    record = one("PY  - 2020\nTI - A\nDO  - 10.1000/x\nAU - Muster, A.")
    assert (record.title, record.authors) == ("A", ("Muster, A.",))


# --- fields ------------------------------------------------------------------------------------

FIELDS = [
    ("AU  - Muster, A.\nA1  - Beispiel, B\nAU  - Muster, A.", "authors", ("Muster, A.", "Beispiel, B")),
    ("A1  - Muster J.-A.", "authors", ("Muster, J.-A.",)),
    ("A1  - van der Berg AB", "authors", ("van der Berg, AB",)),
    ("AU  - Muster,Anna", "authors", ("Muster, Anna",)),
    ("AU  - Anna Muster", "authors", ("Anna Muster",)),
    ("AU  - The Sarcoma Group", "authors", ("The Sarcoma Group",)),
    ("AU  - Muster, A\nBeispiel, B", "authors", ("Muster, A", "Beispiel, B")),
    ("AU  - Muster, A; Beispiel, B;", "authors", ("Muster, A", "Beispiel, B")),
    ("PY  - 2022/11/05/", "year", 2022),
    ("PY  - 2022/11/05/", "published", "2022/11/05"),
    ("PY  - 2020//", "published", "2020"),
    ("PY  - 2018\nDA  - SEP", "published", "2018 SEP"),
    ("PY  - 2018\nY1  - 4-8 Aug. 2018", "published", "4-8 Aug. 2018"),
    ("DA  - 1950/01/01\nY1  - 1900/01/01", "year", 1950),
    ("Y1  - 2019\nY2  - 5\nY3  - 17", "published", "2019/5/17"),
    ("PY  - 2015\nY2  - 2020/11/06", "published", "2015"),
    ("Y2  - 2020/11/06", "year", None),
    ("PY  - in press", "published", "in press"),
    ("N2  - Words.", "abstract", "Words."),
    ("AB  - NA", "abstract", None),
    ("AB  - [No abstract available]", "abstract", None),
    ("AB  - One.\nAB  - Two.", "abstract", "One.\nTwo."),
    ("AB  - One.\nN2  - Other.", "notes", ("Other.",)),
    ("AB  - One.\nN2  - One.", "notes", ()),
    ("T2  - Full Journal\nJ2  - Full J", "journal", "Full Journal"),
    ("JA  - Full J", "journal", "Full J"),
    ("M1  - 4", "issue", "4"),
    ("M1  - Suppl 2", "issue", "Suppl 2"),
    ("IS  - 3\nM1  - 4", "issue", "3"),
    ("M1  - 1228150341", "issue", None),
    ("M1  - Copyright (C) 2016 Somebody", "issue", None),
    ("VL  - 12 Suppl 3", "volume", "12 Suppl 3"),
    ("SP  - 10\nEP  - 19", "pages", "10-19"),
    ("SP  - 10-19\nEP  - 19", "pages", "10-19"),
    ("SP  - 10\nEP  - 10", "pages", "10"),
    ("SP  - No\nEP  - Specified", "pages", None),
    ("SP  -\nC7  - e123", "pages", "e123"),
    ("DO  - https://doi.org/10.1000/ABC.", "doi", "10.1000/abc"),
    ("DO  - doi:10.1000/abc", "doi", "10.1000/abc"),
    ("DO  - http://dx.doi.org/10.1002/%28SICI%291%3C2%3E3.0", "doi", "10.1002/(sici)1<2>3.0"),
    ("M3  - 10.1000/abc", "doi", "10.1000/abc"),
    ("UR  - https://example.org/doi/full/10.1000/abc?x=1", "doi", "10.1000/abc"),
    ("UR  - https://example.org/r?doi=10.1000%2fabc&x=1", "doi", "10.1000/abc"),
    ("UR  - https://example.org/10.1000/abc", "doi", None),
    ("N1  - 10.1000/abc", "doi", "10.1000/abc"),
    ("N1  - References: A. Muster. doi:10.1000/other", "doi", None),
    ("AN  - 0123\nDB  - PubMed", "pmid", "123"),
    ("AN  - 123456", "pmid", None),
    ("AN  - MEDLINE:123456", "pmid", "123456"),
    ("U1  - 123456[pmid]", "pmid", "123456"),
    ("PMID  - 123456", "pmid", "123456"),
    ("N1  - PMID: 123456", "pmid", "123456"),
    ("N1  - References: PMID: 123456; PMID: 123457", "pmid", None),
    ("UR  - https://pubmed.ncbi.nlm.nih.gov/123456/", "pmid", "123456"),
    ("UR  - https://ovidsp.ovid.com/x?T=JS&D=med16&AN=123456", "pmid", "123456"),
    ("UR  - https://ovidsp.ovid.com/x?T=JS&D=psyc16&AN=123456", "pmid", None),
    ("C2  - 123456\nDB  - Scopus", "pmid", "123456"),
    ("C5  - 123456\nDB  - Embase", "pmid", "123456"),
    ("C5  - 123456", "pmid", None),
    ("C2  - PMC123", "pmcid", "PMC123"),
    ("U2  - PMC123[pmcid]", "pmcid", "PMC123"),
    ("L2  - https://www.ncbi.nlm.nih.gov/pmc/articles/PMC123/", "pmcid", "PMC123"),
    ("AN  - 0123\nDB  - PubMed", "accession", None),
    ("U2  - L371915258\nDB  - Embase", "accession", "L371915258"),
    ("ID  - 2019-65183-001", "accession", "2019-65183-001"),
    ("ID  - 369", "accession", None),
    ("KW  - *one\nKW  - two; three\nfour\nKW  - one", "keywords", ("one", "two", "three", "four")),
    ("KW  - R&amp;D; x", "keywords", ("R&amp;D", "x")),
    ("KW  - a long\n      keyword", "keywords", ("a long keyword",)),
    ("SN  - 03064530 (ISSN)\nSN  - 1999-777x(Electronic),0222-6666(Print)", "issn",
     ("0306-4530", "1999-777X", "0222-6666")),
    ("SN  - 978-1-4822-5326-9", "notes", ("ISBN 978-1-4822-5326-9",)),
    ("SN  - 978-1-4822-5326-9", "issn", ()),
    ("UR  - http://a.example; http://b.example\nL2  - https://c.example/x;y", "urls",
     ("http://a.example", "http://b.example", "https://c.example/x;y")),
    ("UR  - javascript:alert(1)\nL1  - internal-pdf://x", "urls", ()),
    ("LA  - ger", "language", ("ger",)),
    ("M3  - Review", "publication_types", ("Review",)),
    ("TI  - RETRACTED: A trial", "retracted", True),
    ("TI  - A trial (Retracted article. See vol. 3)", "retracted", True),
    ("TI  - A trial\nM3  - Article; Retracted Publication", "retracted", True),
    ("TI  - Retracted articles in oncology", "retracted", False),
    ("TI  - Citations of retracted articles", "retracted", False),
    ("TI  - Retraction: A trial\nM3  - Retraction of Publication", "retracted", False),
    ("TT  - Ein Register", "vernacular_title", "Ein Register"),
    ("A2  - Cited, Author", "editors", ()),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "name", "expected"), FIELDS, ids=[f"{r[1]}: {r[0]}" for r in FIELDS]
)
def test_each_field(text: str, name: str, expected: object) -> None:
    assert getattr(one(text), name) == expected


@pytest.mark.parametrize(
    ("kind", "said"),
    [("JOUR", "article"), ("BOOK", "book"), ("CHAP", "chapter"), ("THES", "THES"), ("", "article")],
)
def test_kinds(kind: str, said: str) -> None:
    assert one("TI  - A", kind).kind == said


def test_a_chapter_stands_in_its_book() -> None:
    record = one("TI  - A chapter\nBT  - A book\nA2  - Muster, E.", "CHAP")
    assert (record.title, record.journal, record.editors) == (
        "A chapter",
        "A book",
        ("Muster, E.",),
    )
    assert one("BT  - A book", "BOOK").title == "A book"


# --- losses ------------------------------------------------------------------------------------

CUT = [
    ("in its title", "TY  - JOUR\nAU  - A\nTI  - Half a ti", 1, 1),
    ("in its DOI", "TY  - JOUR\nTI  - A\nDO  - 10.1000/ha", 1, 1),
    ("before anything names it", "TY  - JOUR\nPY  - 2020\n", 1, 0),
    ("behind a whole record", "TY  - JOUR\nTI  - A\nER  - \nTY  - JO", 2, 1),
]


@pytest.mark.parametrize(
    ("text", "begun", "parsed"), [row[1:] for row in CUT], ids=[row[0] for row in CUT]
)
def test_a_record_that_is_cut_is_a_problem(text: str, begun: int, parsed: int) -> None:
    records, reading = read(text)
    assert (reading.begun, reading.parsed, len(records)) == (begun, parsed, parsed)
    assert len(reading.problems) == 1
    assert "cut short" in reading.problems[0].text


def test_a_record_without_end_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "LARGEST", 10_000)
    text = "TY  - JOUR\nTI  - A\nAB  - B\n" + "and more words\n" * 5000 + "ER  - \n"
    (record,), reading = read(text)
    assert len(record.abstract or "") < 10_000
    assert len(reading.problems) == 1
    assert "larger than" in reading.problems[0].text


SAMPLE = (
    "\ufeffTY  - JOUR\r\nTI  - Erstes Register für Sarkome\r\nAU  - Muster, Änne\r\nPY  - 2020\r\n"
    "DO  - 10.1000/a\r\nAB  - Words\r\nER  - positive.\r\nER  - \r\n\r\nTY  - CHAP\r\n"
    "T1  - Zweites\r\nN2  - Mehr\r\nER  - \r\n"
).encode()


@pytest.mark.parametrize("at", range(SAMPLE.index(b"TY  -") + 5, len(SAMPLE)))
def test_cut_at_every_byte(at: int) -> None:
    """What is whole is the same; what is cut off is named as cut, or ended between two records."""
    whole, _ = read(SAMPLE)
    records, reading = read(SAMPLE[:at])
    begun = SAMPLE[:at].count(b"TY  -")
    assert reading.begun == begun
    ends = [SAMPLE.index(b"ER  - \r") + 5, SAMPLE.rindex(b"ER  - ") + 5]
    ended = sum(at >= end for end in ends)
    assert records[:ended] == whole[:ended]
    said = " ".join(note.text for note in (*reading.problems, *reading.repaired))
    # the one cut that nobody can see: behind the ER with which a line of the abstract begins
    seems_whole = SAMPLE[:at].rstrip().endswith(b"\nER  -")
    assert ("cut short" in said) == (ended < begun and not seems_whole)
    assert reading.begun == reading.parsed or reading.problems


# --- anything ----------------------------------------------------------------------------------

HOSTILE = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("TYERAB-  \n\r\t;,/10.")),
    max_size=60,
)
SENTENCE = HOSTILE.map(lambda text: " ".join(f"x{text}x".split()))
LINE = HOSTILE.map(lambda text: " ".join(text.replace("\ufeff", "").split()))


@given(st.lists(SENTENCE, min_size=1, max_size=5), st.lists(SENTENCE, max_size=3))
def test_whatever_is_said_no_record_is_lost(titles: list[str], words: list[str]) -> None:
    more = "".join(f"AB  - {word}\nKW  - {word}\nAU  - {word}\n" for word in words)
    records, reading = read(
        "".join(f"TY  - JOUR\nTI  - {title}\n{more}ER  - \n\n" for title in titles)
    )
    clean = [" ".join("".join(c if c.isprintable() or c.isspace() else " " for c in title).split())
             for title in titles]  # fmt: skip
    assert [_letters(record.title) for record in records] == [_letters(title) for title in clean]
    assert reading.begun == reading.parsed == len(titles)
    assert not reading.problems


def _letters(text: str | None) -> str:
    """Controls and unusual blanks become blanks; what is left are the signs that are words."""
    return "".join(letter for letter in text or "" if letter.isprintable() and letter != " ")


@given(st.lists(st.lists(LINE, max_size=4), min_size=1, max_size=4))
def test_wrapped_abstracts_lose_no_record_and_no_word(abstracts: list[list[str]]) -> None:
    text = "".join(
        f"TY  - JOUR\nTI  - Title {number}\nPY  - 2020\nAB  - Begins\n"
        + "".join(f"x{line}\n" for line in wrapped) + "ER  - \n\n"
        for number, wrapped in enumerate(abstracts)
    )  # fmt: skip
    records, reading = read(text)
    assert [record.title for record in records] == [f"Title {n}" for n in range(len(abstracts))]
    for record, wrapped in zip(records, abstracts, strict=True):
        assert _letters(record.abstract) == _letters("Begins" + "".join(f"x{w}" for w in wrapped))
    assert not reading.problems


@given(st.binary(max_size=300))
def test_any_bytes_are_accounted_for(data: bytes) -> None:
    """Behind one good record, anything: the record is there, and begun and parsed agree or not."""
    records, reading = read(b"TY  - JOUR\nTI  - Good\nER  - \n" + data)
    assert records[0].title == "Good"
    assert reading.parsed == len(records)
    assert reading.begun == reading.parsed or reading.problems


# --- records taken as a whole ------------------------------------------------------------------

PARTS = st.sampled_from([
    "TY  - JOUR", "TY  - BOOK", "TY  - ", "ER  - ", "ER  -", "ER  - positive", "ER", "TI  - A title",
    "TI  - Two  blanks ", "TI  -  Led\tby", "AU  - Muster, A", "AU  - G\xf6del, K; Church, A", "AU  - ",
    "KW  - a;b", "AB  - words\u2003wide\xa0apart", "N1  - PMID: 77", "PY  - 2020", "DO  - 10.1000/x",
    "wrapped words", "", " ", "T1 - One blank", "PMID  - 7", "M3  - Article", "ED  - Editor, E", "A1  - B",
])  # fmt: skip


@given(st.lists(PARTS, max_size=30), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_a_record_taken_as_a_whole_is_the_one_of_its_lines(
    lines: list[str], end: str, ends_whole: bool
) -> None:
    both_ways(ris, (end.join(lines) + (end if ends_whole else "")).encode())


@pytest.mark.skipif("SARCAT_REAL" not in os.environ, reason="SARCAT_REAL names no real files")
def test_so_it_is_with_real_files() -> None:
    for path in sorted(Path(os.environ["SARCAT_REAL"]).glob("ris/*")):
        both_ways(ris, path.read_bytes())


def test_a_plain_record_is_taken_as_a_whole() -> None:
    (part,) = ris._parts([(5, "\nTY  - JOUR\nTI  - A\nKW  - \nAU  - B\u2003C\nER  - ")])
    entry = ris._plain(*part)
    assert entry
    assert (entry.line, entry.index) == (6, {"TY": ["JOUR"], "TI": ["A"], "AU": ["B C"]})
    assert entry.pairs("AU", "TI") == [("TI", "A"), ("AU", "B C")]


def test_memory_does_not_grow_with_lines_that_end_no_record() -> None:
    pieces = ((number, "words " * 20_000) for number in range(1, 200))
    longest = max(len(text) for _number, text, _lines in ris._parts(pieces))
    assert longest < 2 << 20


def test_an_ampersand_at_the_end_of_a_list_gets_no_semicolon() -> None:
    records, _ = read("TY  - JOUR\nTI  - A\nKW  - R&amp;D; AT&T\nER  - \n")
    assert records[0].keywords == ("R&amp;D", "AT&T")
