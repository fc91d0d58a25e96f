"""Web of Science's, EndNote's and Ovid's tagged texts: one oddity a row, no record lost unnamed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from import_reading import lines_of, read

from search.importers import ciw, enw, ovid
from search.reading import Reading

CIW = "FN Clarivate Analytics Web of Science\nVR 1.0\n"
# format, name, text, titles, lines of repairs, lines of problems
FILES = [
    ("ciw", "plain", CIW + "PT J\nAU A, B\nTI One\nER\n\nPT J\nTI Two\nER\n\nEF", ["One", "Two"], [], []),
    ("ciw", "no envelope", "PT J\nAU A, B\nTI One\nER\n", ["One"], [], []),
    ("ciw", "a title over two lines", CIW + "PT J\nTI One\n   and more\nER\nEF\n", ["One and more"], [], []),
    ("ciw", "an unindented line", CIW + "PT J\nTI One\nand more\nER\nEF\n", ["One and more"], [5], []),
    ("ciw", "no ER between", CIW + "PT J\nTI One\nPT J\nTI Two\nER\n", ["One", "Two"], [5], []),
    ("ciw", "no ER at the end", CIW + "PT J\nTI One\nPY 2001\n", ["One"], [3], []),
    ("ciw", "cut in a title", CIW + "PT J\nTI One\nER\nPT J\nTI Tw", ["One", "Tw"], [], [6]),
    ("ciw", "cut behind its PT", CIW + "PT J\nTI One\nER\nPT J\n", ["One"], [], [6]),
    ("ciw", "no PT", CIW + "AU A, B\nTI One\nER\n", ["One"], [3], []),
    ("ciw", "words between", CIW + "PT J\nTI One\nER\nwords here\nPT J\nTI Two\nER\n", ["One", "Two"], [6], []),
    ("ciw", "two ERs", CIW + "PT J\nTI One\nER\nER\nEF\n", ["One"], [6], []),
    ("enw", "plain", "%0 Journal Article\n%T One\n\n%0 Book\n%T Two\n", ["One", "Two"], [], []),
    ("enw", "no empty line between", "%0 Book\n%T One\n%0 Book\n%T Two\n", ["One", "Two"], [], []),
    ("enw", "%0 not first", "%T One\n%0 Book\n%A A\n\n%T Two\n%0 Book\n", ["One", "Two"], [], []),
    ("enw", "no %0 at all", "%T One\n%A A\n\n%T Two\n%A B\n", ["One", "Two"], [], []),
    ("enw", "authors first", "%A A\n%T One\n\n%A B\n%T Two\n", ["One", "Two"], [], []),
    ("enw", "an empty line in an abstract", "%0 Book\n%T One\n%X Words\n\nmore\n%K a\n", ["One"], [], []),
    ("enw", "words before", "Words\n%0 Book\n%T One\n", ["One"], [1], []),
    ("enw", "cut in a title", "%0 Book\n%T On", ["On"], [], [1]),
    ("enw", "no title", "%0 Journal\n%0 Book\n%T One\n", [None, "One"], [1], []),
    ("ovid", "plain", "<1>\nTitle\n  One\n<2>\nTitle\n  Two\n", ["One", "Two"], [], []),
    ("ovid", "with dots", "<1. >\nTitle\n  One\n", ["One"], [], []),
    ("ovid", "tags", "<1>\nTI  - One\nAB  - Words\n<2>\nTI  - Two\n", ["One", "Two"], [], []),
    ("ovid", "words before", "Database: Embase\n<1>\nTitle\n  One\n", ["One"], [1], []),
    ("ovid", "cut behind its number", "<1>\nTitle\n  One\n<2>\nAuthor\n", ["One"], [], [4]),
    ("ovid", "cut in a title", "<1>\nTitle\n  On", ["On"], [], [1]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("format", "name", "text", "titles", "repairs", "problems"),
    FILES, ids=[f"{row[0]}-{row[1]}" for row in FILES],
)  # fmt: skip
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_file(
    format: str, name: str, text: str, titles: list[str | None], repairs: list[int],
    problems: list[int], end: str,
) -> None:  # fmt: skip
    records, reading = read(text.replace("\n", end), format)
    assert [record.title for record in records] == titles
    assert lines_of(reading) == (repairs, problems)
    assert reading.begun == len(titles) + (name.startswith("cut behind"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("format", ["ciw", "enw", "ovid"])
def test_every_encoding(format: str, encoding: str) -> None:
    text = {"ciw": CIW + "PT J\nTI Größe\nER\n", "enw": "%0 Book\n%T Größe\n",
            "ovid": "<1>\nTitle\n  Größe\n"}[format]  # fmt: skip
    (record,), _ = read(text.encode(encoding), format)
    assert record.title == "Größe"


def test_the_fields_of_web_of_science() -> None:
    (record,), _ = read(
        CIW + "PT J\nAU Muster, A\n   Beispiel, B\nAF Muster, Anna\n   Beispiel, Bert\nTI A title\n"
        "SO JOURNAL OF THINGS\nVL 6\nIS 1\nBP 10\nEP 20\nDI 10.1000/ABC\nPD DEC 16\nPY 2020\n"
        "LA English\nDT Article; Retracted Publication\nDE one; two\nID THREE\nAB Words\n   more.\n"
        "SN 1234-5679\nEI 2345-6789\nUT WOS:000123\nPM 12345\nER\nEF\n", "ciw",
    )  # fmt: skip
    assert record.authors == ("Muster, Anna", "Beispiel, Bert")
    assert (record.journal, record.volume, record.issue, record.pages) == (
        "JOURNAL OF THINGS", "6", "1", "10-20",
    )  # fmt: skip
    assert (record.doi, record.pmid, record.accession) == ("10.1000/abc", "12345", "WOS:000123")
    assert (record.year, record.published) == (2020, "2020 DEC 16")
    assert record.keywords == ("one", "two", "THREE")
    assert record.publication_types == ("Article", "Retracted Publication")
    assert record.issn == ("1234-5679", "2345-6789")
    assert record.abstract == "Words more."


def test_an_article_number_stands_for_pages() -> None:
    (record,), _ = read(CIW + "PT J\nTI A\nAR e123\nER\n", "ciw")
    assert record.pages == "e123"


def test_the_fields_of_endnote() -> None:
    (record,), _ = read(
        "%0 Journal Article\n%A Muster, Anna\n%A Beispiel, Bert\n%D 2021\n%T A title\n"
        "%J Journal of things\n%V 6\n%N 1\n%P 10-20\n%@ 1234-5679\n%R 10.1000/ABC\n%M 12345\n"
        "%~ PubMed\n%2 PMC77\n%K one\ntwo\n%X Words\nmore.\n%Z A note\n%G eng\n"
        "%U https://example.org/a\n", "enw",
    )  # fmt: skip
    assert record.authors == ("Muster, Anna", "Beispiel, Bert")
    assert (record.pmid, record.doi, record.pmcid) == ("12345", "10.1000/abc", "PMC77")
    assert record.accession is None
    assert (record.keywords, record.abstract) == (("one", "two"), "Words more.")
    assert (record.kind, record.notes) == ("article", ("A note",))


def test_an_accession_number_is_a_pmid_only_where_the_database_is_pubmed() -> None:
    (record,), _ = read("%0 Journal Article\n%T A\n%M 12345\n%~ Embase\n", "enw")
    assert (record.pmid, record.accession) == (None, "12345")


def test_the_fields_of_ovid() -> None:
    (record,), _ = read(
        "<1>\nUnique Identifier\n  12345\nAuthor\n  Muster, Anna 1;  Beispiel, Bert RN; PhD 2\n"
        "Title\n  A title.[Review]\nSource\n  Journal of Things.   28(2):103-106, April 2015.\n"
        "Abstract\n  Words\n  more.\nAuthor Keywords\n  one;  two.\nLanguage\n  English.\n"
        "DOI Number\n  10.1000/ABC\nISSN\n  1234-5679\n", "ovid",
    )  # fmt: skip
    assert record.title == "A title"
    assert record.publication_types == ("Review",)
    assert record.authors == ("Muster, Anna", "Beispiel, Bert RN; PhD")
    assert (record.journal, record.volume, record.issue, record.pages, record.year) == (
        "Journal of Things", "28", "2", "103-106", 2015,
    )  # fmt: skip
    assert (record.pmid, record.doi) == ("12345", "10.1000/abc")
    assert (record.keywords, record.language) == (("one", "two"), ("English",))
    assert record.abstract == "Words more."


_SIGNS = ["PT J", "ER", "EF", "AU ", "TI ", "   ", "%0 ", "%T ", "%", "<1>", "Title", "  x", "", "x",
          "AB - ", "AU  - ", "\u2028", "\x00"]  # fmt: skip
_TEXTS = st.lists(
    st.lists(st.sampled_from(_SIGNS) | st.text(max_size=8), max_size=4).map("".join), max_size=12
)


@given(_TEXTS)
@pytest.mark.parametrize("module", [ciw, enw, ovid])
def test_no_record_is_lost_unnamed_whatever_the_text(module: object, text: list[str]) -> None:
    reading = Reading("x")
    found = list(module.records(enumerate(text, 1), reading))  # type: ignore[attr-defined]
    assert reading.parsed == len(found)
    assert reading.begun - reading.parsed in (0, 1)
    assert reading.begun == reading.parsed or reading.problems
