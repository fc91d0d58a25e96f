"""Damaged PubMed XML: one fault costs one record, and what is lost is named."""

from __future__ import annotations

import gzip
import io
import re

import pytest
from pubmed_xml_files import REFERENCES, article, collection, read, texts

from search.errors import BadInput
from search.pubmed_xml import records
from search.reading import Reading


@pytest.mark.parametrize(
    "damage",
    [
        "<ArticleTitle>One</ArticelTitle>",
        "<ArticleTitle>One",
        "<ArticleTitle>One\x01</ArticleTitle>",
        "<ArticleTitle>One &#0; </ArticleTitle>",
        "<ArticleTitle a='1' a='2'>One</ArticleTitle>",
        "<ArticleTitle>" + "<i>" * 300 + "</i>" * 300 + "</ArticleTitle>",
        "</Article></MedlineCitation></PubmedArticle>",
    ],
)
def test_one_damaged_record_costs_one_record(damage: str) -> None:
    found, reading = read(
        collection(article(pmid="1"), article(damage, pmid="2"), article(pmid="3"))
    )
    assert [record.pmid for record in found] in (["1", "3"], ["1", "2", "3"])
    assert reading.problems
    assert reading.problems[0].line == 5
    if len(found) == 2:
        assert "PMID 2" in reading.problems[0].text
        assert (reading.begun, reading.parsed) == (3, 2)


@pytest.mark.parametrize(
    "data", ["", REFERENCES, REFERENCES.replace("<ReferenceList><Ref", "<Ref")]
)
def test_two_records_whose_border_is_lost_are_named(data: str) -> None:
    two = article(pmid="1", data=data) + article(pmid="2", data=data)
    border = "</PubmedArticle>\n<PubmedArticle>"
    assert border in two
    found, reading = read(collection(two.replace(border, "rticle>", 1)))
    assert not found
    assert "PMID 1" in reading.problems[0].text


def test_a_record_that_is_too_large_costs_itself_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("search.pubmed_pieces", "search.pubmed_xml"):
        monkeypatch.setattr(f"{module}.LONGEST", 5000)
    monkeypatch.setattr("search.xml_bytes.CHUNK", 700)
    large = article(f"<ArticleTitle>{'words ' * 4000}</ArticleTitle>", "2")
    found, reading = read(collection(article(pmid="1"), large, article(pmid="3")))
    assert [record.pmid for record in found] == ["1", "3"]
    assert reading.begun == 3
    assert len(reading.problems) == 1
    assert "PMID 2 that begins here is larger than" in reading.problems[0].text


def test_a_file_on_one_line_has_no_limit_but_a_record_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.pubmed_pieces.LONGEST", 5000)
    monkeypatch.setattr("search.pubmed_pieces.ENDLESS", 10_000)
    monkeypatch.setattr("search.xml_bytes.CHUNK", 700)
    many = collection(*(article(pmid=str(number)) for number in range(1, 500)))
    found, reading = read(many.replace("\n", " "))
    assert (len(found), reading.problems) == (499, [])
    large = article(f"<ArticleTitle>{'words ' * 2000}</ArticleTitle>", "2")
    with pytest.raises(BadInput, match="what begins in line 4 goes on for more than"):
        read(collection(large))


def test_a_problem_names_the_lines_of_the_whole_file() -> None:
    broken = article("<ArticleTitle>\n\nOne</Article>", pmid="2", data=REFERENCES)
    _, reading = read(collection(*[article(pmid=str(n)) for n in range(10, 40)], broken))
    assert [note.line for note in reading.problems] == [34]
    assert "damaged on line 36" in reading.problems[0].text


def test_references_with_line_ends_do_not_shift_later_lines() -> None:
    data = REFERENCES.replace("><", ">\n<") + "<PublicationStatus>&#0;</PublicationStatus>"
    _, reading = read(collection(article(data=data)))
    line = collection(article(data=data)).split("&#0;")[0].count("\n") + 1
    assert f"damaged on line {line}" in reading.problems[0].text


def test_a_file_cut_between_records_is_a_problem() -> None:
    xml = collection(article(pmid="1"), article(pmid="2"))
    found, reading = read(xml[: xml.index("\n</PubmedArticleSet>")])
    assert len(found) == reading.begun == 2
    assert [note.line for note in reading.problems] == [6]
    assert "cut short" in reading.problems[0].text


def test_a_file_cut_in_a_record_gives_what_is_whole() -> None:
    xml = collection(article(pmid="1"), article(pmid="2"))
    found, reading = read(xml[: xml.index("</MedlineCitation>", xml.index(">2</PMID>"))])
    assert [record.pmid for record in found] == ["1"]
    assert (reading.begun, reading.parsed) == (2, 1)
    assert [note.line for note in reading.problems] == [5]
    assert "PMID 2" in reading.problems[0].text
    assert "breaks off" in reading.problems[0].text


def test_a_cut_answer_followed_by_a_whole_one_loses_one_record() -> None:
    cut = collection(article(pmid="1"), article(pmid="2"))
    cut = cut[: cut.index("</MedlineCitation>", cut.index(">2</PMID>"))]
    found, reading = read(cut + collection(article(pmid="3")))
    assert [record.pmid for record in found] == ["1", "3"]
    assert (reading.begun, reading.parsed) == (3, 2)
    assert "PMID 2" in reading.problems[0].text


@pytest.mark.parametrize(
    ("stray", "word"),
    [
        ("words in between", "words in between"),
        ("<ERROR>Timeout</ERROR>", "ERROR.*Timeout"),
        ("<unfinished", "cannot be read"),
        ("<!-- a comment -->", None),
    ],
)
def test_what_stands_between_records_is_not_passed_over(stray: str, word: str | None) -> None:
    found, reading = read(collection(article(pmid="1"), stray, article(pmid="2")))
    assert len(found) == 2
    if word is None:
        assert not reading.problems
    else:
        (problem,) = reading.problems
        assert problem.line == 5
        assert re.search(word, problem.text)


def test_what_stands_behind_the_records_is_not_passed_over() -> None:
    found, reading = read(collection(article()) + "<html>Bad gateway</html>")
    assert len(found) == 1
    assert ["web page" in text for text in texts(reading.problems)] == [True]


def test_a_record_that_nothing_names_is_left_out_and_told() -> None:
    found, reading = read(collection("<PubmedArticle/>", article()))
    assert len(found) == 1
    assert (reading.begun, reading.parsed) == (2, 1)
    assert "without PMID" in reading.problems[0].text


def test_a_record_without_a_valid_pmid_is_kept_and_told() -> None:
    found, reading = read(collection(article(pmid="abc")))
    assert [(record.pmid, record.title) for record in found] == [(None, "A register.")]
    assert "no valid PMID" in reading.repaired[0].text


def test_a_compressed_file_that_breaks_off_is_a_problem() -> None:
    xml = collection(*[article(f"<ArticleTitle>{n * 7919}</ArticleTitle>", pmid=str(n))
                       for n in range(1, 2000)])  # fmt: skip
    packed = gzip.compress(xml.encode())
    reading = Reading("pubmed-xml")
    with gzip.open(io.BytesIO(packed[: len(packed) * 2 // 3])) as stream:
        found = list(records(stream, reading))
    assert 0 < len(found) == reading.parsed < 1999
    assert any("compressed file is cut short" in text for text in texts(reading.problems))
