"""A file of PubMed XML as a whole: one small file of our own for each oddity of the format."""

from __future__ import annotations

import pytest
from pubmed_xml_files import PROLOG, article, collection, read, texts

from search.errors import BadInput

# --- whole files ----------------------------------------------------------------------------------


def test_every_version_is_given_out() -> None:
    found, reading = read(collection(article(version="1"), article(version="2")))
    assert [record.version for record in found] == [1, 2]
    assert reading.parsed == 2


def test_withdrawn_pmids_are_told() -> None:
    after = "<DeleteCitation>\n<PMID Version='1'>11</PMID>\n<PMID>12</PMID></DeleteCitation>"
    found, reading = read(collection(article(), after=after))
    assert len(found) == 1
    assert reading.withdrawn == ["11", "12"]
    assert not reading.problems


def test_an_answer_without_records_is_read_as_such() -> None:
    for xml in (collection(), f"{PROLOG}<PubmedArticleSet/>"):
        found, reading = read(xml)
        assert (found, reading.begun, reading.problems) == ([], 0, [])


def test_the_doctype_names_the_dialect() -> None:
    _, reading = read(collection(article()))
    assert (reading.dialect, reading.encoding, reading.repaired) == ("pubmed_250101", "utf-8", [])


def test_a_bare_record_without_prolog_is_read_and_noted() -> None:
    found, reading = read(article())
    assert len(found) == 1
    assert not reading.problems
    assert texts(reading.repaired) == [
        "no DOCTYPE; read by the names of the elements",
        "no PubmedArticleSet around the record",
    ]


@pytest.mark.parametrize("before", ["\n\n  ", "\ufeff\n"])
def test_white_space_before_the_declaration_is_mended(before: str) -> None:
    found, reading = read(before + collection(article()))
    assert len(found) == 1
    assert [(note.line, note.text) for note in reading.repaired] == [
        (1 + before.count("\n"), "white space before the XML declaration")
    ]


def test_documents_one_behind_the_other_are_all_read() -> None:
    found, reading = read("\ufeff".join(collection(article(pmid=n)) for n in ("1", "2", "3")))
    assert [record.pmid for record in found] == ["1", "2", "3"]
    assert not reading.problems
    assert texts(reading.repaired) == ["further documents follow in the same file"]


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("windows-1252", "windows-1252"),
        ("iso-8859-1", "ISO-8859-1"),
        ("utf-8-sig", "UTF-8"),
        ("utf-8", "UTF-16"),  # saved again by a program that left the declaration alone
    ],
)
def test_encodings(encoding: str, declared: str) -> None:
    xml = collection(article("<ArticleTitle>Über Ärzte</ArticleTitle>"))
    xml = xml.replace('encoding="UTF-8"', f'encoding="{declared}"')
    found, reading = read(xml.encode(encoding))
    assert [record.title for record in found] == ["Über Ärzte"]
    assert not reading.problems


def test_bytes_that_are_no_utf8_are_read_as_windows_1252_and_noted() -> None:
    xml = collection(article("<ArticleTitle>Größe\u201d</ArticleTitle>"), article(pmid="2"))
    found, reading = read(xml.encode("cp1252"))
    assert [record.title for record in found] == ["Größe\u201d", "A register."]
    assert [(note.line, note.text) for note in reading.repaired] == [
        (4, "bytes that are no UTF-8, read as Windows-1252")
    ]


def test_an_unknown_encoding_is_refused() -> None:
    for name in ("klingon", "unicode_escape", "hex"):
        with pytest.raises(BadInput, match=name):
            read(f'<?xml version="1.0" encoding="{name}"?><PubmedArticleSet/>')


def test_a_root_that_is_no_text_is_no_crash() -> None:
    records, reading = read(b'<?xml version="1.0"?><PubmedArticleSet/<Pu\xff\xffed><x>')
    assert not records
    assert reading.problems


# --- what is no PubMed XML ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "word"),
    [
        ("", "empty"),
        (" \n\ufeff", "empty"),
        ("<!DOCTYPE html><html><body>Log in</body></html>", "between you and PubMed"),
        ("<head> <title>Error 500</title></head>", "between you and PubMed"),
        ('<?xml version="1.0"?><!-- x --><html xmlns="http://www.w3.org/1999/xhtml"/>',
         "between you and PubMed"),
        (f'{PROLOG[:39]}<eSearchResult><ERROR>Search Backend failed</ERROR></eSearchResult>',
         "ESearch.*Search Backend failed"),
        ("<eFetchResult><ERROR>Unable to obtain query #1</ERROR></eFetchResult>",
         "EFetch.*Unable to obtain"),
        ("<records><PubmedArticle/></records>", "root is <records>"),
        ('{"error":"API rate limit exceeded","count":"4"}', "JSON.*rate limit"),
        ("PMID- 1\nTI  - nbib", "text"),
        ("<?xml version='1.0'?> words <a/>", "not well-formed"),
        (PROLOG, "ends before any record"),
        (PROLOG + "<PubmedArtic", "ends before any record"),
    ],
)  # fmt: skip
def test_what_is_something_else_is_refused_in_one_sentence(data: str, word: str) -> None:
    with pytest.raises(BadInput, match=word) as refused:
        read(data)
    assert "\n" not in str(refused.value)
