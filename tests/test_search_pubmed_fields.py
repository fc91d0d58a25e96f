"""One record of PubMed: its title, abstract, dates and people, one small file for each oddity."""

from __future__ import annotations

import pytest
from pubmed_xml_files import MATHML, article, dated, of, only

from search.records import OtherAbstract

# --- titles and abstracts -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inside", "title"),
    [
        ("A <i>whole</i> title", "A whole title"),
        ("<b>B<i>o<u>t</u></i>h</b> H<sub>2</sub>O 10<sup>6</sup>", "Both H2O 106"),
        ("<i>A</i> <b>B</b>", "A B"),  # the blank between two elements is a blank
        ("Cut\n      over\tlines", "Cut over lines"),
        ("no\u00a0break \u2009thin", "no break thin"),
        ("[Ein Register].", "[Ein Register]."),
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("<![CDATA[a <b> & c]]>", "a <b> & c"),
        ("one<!-- not a word --> title<?no word?>", "one title"),
        ("", None),
        ("  \n ", None),
    ],
)
def test_a_title_is_whole(inside: str, title: str | None) -> None:
    assert of(f"<ArticleTitle>{inside}</ArticleTitle>").title == title


def test_a_formula_laid_out_over_lines_is_part_of_the_title() -> None:
    formula = (
        f'<mml:math xmlns:mml="{MATHML}" display="block">\n  <mml:msub>\n'
        "    <mml:mi>V</mml:mi>\n    <mml:mn>2</mml:mn>\n  </mml:msub>\n</mml:math>"
    )
    assert of(f"<ArticleTitle>The {formula} test</ArticleTitle>").title == "The V 2 test"


def test_a_formula_whose_namespace_the_set_declares_is_read() -> None:
    title = "<ArticleTitle>The <mml:math><mml:mi>x</mml:mi></mml:math> test</ArticleTitle>"
    xml = f'<PubmedArticleSet xmlns:mml="{MATHML}">{article(title)}</PubmedArticleSet>'
    assert only(xml).title == "The x test"


def test_an_empty_title_leaves_the_vernacular_one() -> None:
    record = of(
        "<ArticleTitle/><VernacularTitle>Die <i>erste</i> Seite.</VernacularTitle>",
        cited="<MedlineJournalInfo><VernacularTitle>no title</VernacularTitle>"
        "</MedlineJournalInfo>",
    )
    assert (record.title, record.vernacular_title) == (None, "Die erste Seite.")


@pytest.mark.parametrize(
    ("parts", "abstract"),
    [
        ("<AbstractText>Plain.</AbstractText>", "Plain."),
        (
            '<AbstractText Label="AIMS" NlmCategory="OBJECTIVE">To <i>see</i>.</AbstractText>'
            '<AbstractText Label="RESULTS:">Seen.</AbstractText><AbstractText>End.</AbstractText>',
            "AIMS: To see.\nRESULTS: Seen.\nEnd.",
        ),
        (
            '<AbstractText Label="SUMMARY"/><AbstractText Label="AIM">Words.</AbstractText>',
            "SUMMARY:\nAIM: Words.",
        ),
        (
            f'<AbstractText>Of <DispFormula><m:math xmlns:m="{MATHML}"><m:mn>4</m:mn></m:math>'
            "</DispFormula> cm.</AbstractText>",
            "Of 4 cm.",
        ),
        ("<AbstractText>Words.</AbstractText><CopyrightInformation>©</CopyrightInformation>",
         "Words."),
        ('<AbstractText Label="SUMMARY"/>', None),
        ("", None),
    ],
)  # fmt: skip
def test_an_abstract_keeps_its_parts_and_labels(parts: str, abstract: str | None) -> None:
    assert of(f"<Abstract>{parts}</Abstract>").abstract == abstract


def test_other_abstracts_stand_apart() -> None:
    record = of(
        "<Abstract><AbstractText>English.</AbstractText></Abstract>",
        cited='<OtherAbstract Type="Publisher" Language="ger"><AbstractText Label="ZIEL">Wort.'
        '</AbstractText></OtherAbstract><OtherAbstract Type="plain-language-summary">'
        "<AbstractText>Simple.</AbstractText></OtherAbstract>",
    )
    assert record.abstract == "English."
    assert record.other_abstracts == (
        OtherAbstract("ger", "Publisher", "ZIEL: Wort."),
        OtherAbstract("eng", "plain-language-summary", "Simple."),
    )


# --- dates ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("date", "words", "year"),
    [
        ("<Year>1976</Year><Month>Sep</Month><Day>28</Day>", "1976 Sep 28", 1976),
        ("<Year>2009</Year><Month>02</Month>", "2009 02", 2009),
        ("<Year>1990</Year><Season>Spring</Season>", "1990 Spring", 1990),
        ("<MedlineDate>2017 Nov-Dec</MedlineDate>", "2017 Nov-Dec", 2017),
        ("<MedlineDate>1979-1980 Fall-Winter</MedlineDate>", "1979-1980 Fall-Winter", 1979),
        ("<MedlineDate>1979 Nov-1980 May</MedlineDate>", "1979 Nov-1980 May", 1979),
        ("<MedlineDate>2021 3rd Quarter</MedlineDate>", "2021 3rd Quarter", 2021),
        ("<MedlineDate>Summer 1984</MedlineDate>", "Summer 1984", 1984),
        ("<MedlineDate>in press 120001</MedlineDate>", "in press 120001", None),
        ("", None, None),
    ],
)
def test_a_date_keeps_its_words_and_gives_a_year(
    date: str, words: str | None, year: int | None
) -> None:
    record = dated(date)
    assert (record.published, record.year) == (words, year)


@pytest.mark.parametrize(
    ("date", "iso"),
    [
        ("<Year>2024</Year><Month>02</Month><Day>9</Day>", "2024-02-09"),
        ("<Year>2024</Year><Month>Feb</Month><Day>11</Day>", "2024-02-11"),
        ("<Year> 2024 </Year><Month> 2 </Month>", "2024-02"),
        ("<Year>2024</Year>", "2024"),
        ("<Year>2024</Year><Month>13</Month><Day>1</Day>", "2024"),
        ("<Year>2024</Year><Month>1</Month><Day>40</Day>", "2024-01"),
        ("<Year>soon</Year><Month>1</Month>", None),
    ],
)
def test_the_online_date_is_iso_as_far_as_it_is_sound(date: str, iso: str | None) -> None:
    record = of(f'<ArticleDate DateType="Electronic">{date}</ArticleDate>')
    assert record.published_online == iso
    assert record.year == (2024 if iso else None)  # the issue has no date of its own here


def test_the_create_date_is_the_one_called_entrez() -> None:
    history = "".join(
        f'<PubMedPubDate PubStatus="{status}"><Year>{year}</Year><Month>5</Month><Day>2</Day>'
        "<Hour>6</Hour></PubMedPubDate>"
        for status, year in (("received", 2019), ("entrez", 2021), ("pubmed", 2022))
    )
    assert of("", data=f"<History>{history}</History>").created == "2021-05-02"


# --- people ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inside", "name"),
    [
        ("<LastName>Eriksen</LastName><ForeName>Ada B</ForeName><Initials>AB</Initials>",
         "Eriksen, Ada B"),
        ("<LastName>Eriksen</LastName><Initials>AB</Initials>", "Eriksen, AB"),
        ("<LastName>King</LastName><ForeName>Martin</ForeName><Suffix>3<sup>rd</sup></Suffix>",
         "King, Martin 3rd"),
        ("<LastName>Mononym</LastName>", "Mononym"),
        ("<ForeName>Given</ForeName>", "Given"),
        ("<LastName>\n de  la\n Cruz </LastName><ForeName> Ana </ForeName>", "de la Cruz, Ana"),
        ("<CollectiveName>The <i>RARE</i> Study Group</CollectiveName>", "The RARE Study Group"),
    ],
)  # fmt: skip
def test_an_author_is_family_and_given(inside: str, name: str) -> None:
    assert of(f"<AuthorList><Author>{inside}</Author></AuthorList>").authors == (name,)


def test_authors_editors_and_investigators_are_kept_apart() -> None:
    record = of(
        '<AuthorList Type="authors"><Author ValidYN="N"><LastName>Eriksn</LastName></Author>'
        '<Author ValidYN="Y"><LastName>Eriksen</LastName></Author></AuthorList>'
        '<AuthorList Type="editors"><Author><LastName>Editor</LastName></Author></AuthorList>',
        cited="<InvestigatorList><Investigator><LastName>Costa</LastName>"
        "</Investigator></InvestigatorList>",
    )
    assert record.authors == ("Eriksen",)
    assert record.editors == ("Editor",)
    assert record.investigators == ("Costa",)


@pytest.mark.parametrize(
    "written",
    [
        "0000-0002-1825-009X",
        "https://orcid.org/0000-0002-1825-009x",
        "http://orcid.org/000000021825009X",
    ],
)
def test_an_orcid_has_one_form(written: str) -> None:
    record = of(
        "<AuthorList><Author><LastName>Costa</LastName><Initials>A</Initials>"
        f'<Identifier Source="ORCID">{written}</Identifier><AffiliationInfo>'
        '<Identifier Source="GRID">0000-0001-0000-0000</Identifier></AffiliationInfo></Author>'
        '<Author><LastName>Bauer</LastName><Identifier Source="ORCID">none</Identifier></Author>'
        "</AuthorList>"
    )
    assert record.orcids == (("Costa, A", "0000-0002-1825-009X"),)
