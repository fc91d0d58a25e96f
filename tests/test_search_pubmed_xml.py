"""The PubMed XML reader: one small file of our own for each oddity of the format."""

from __future__ import annotations

import gzip
import io
import re
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.errors import BadInput
from search.pubmed_xml import records
from search.reading import Reading
from search.records import Link, OtherAbstract, Record
from search.runs import Note

PROLOG = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" '
    '"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n'
)
MATHML = "http://www.w3.org/1998/Math/MathML"


def read(xml: str | bytes) -> tuple[list[Record], Reading]:
    reading = Reading("pubmed-xml")
    data = xml.encode() if isinstance(xml, str) else xml
    return list(records(io.BytesIO(data), reading)), reading


def only(xml: str) -> Record:
    """Return the one record of a file that must be read without a fault."""
    found, reading = read(xml)
    assert not reading.problems, reading.problems
    assert reading.begun == reading.parsed == len(found) == 1
    return found[0]


def collection(*articles: str, after: str = "") -> str:
    return f"{PROLOG}<PubmedArticleSet>\n{''.join(articles)}{after}\n</PubmedArticleSet>\n"


def article(
    inside: str = "<ArticleTitle>A register.</ArticleTitle>",
    pmid: str = "30000001",
    *,
    journal: str = "",
    cited: str = "",
    data: str = "",
    version: str = "1",
    status: str = "MEDLINE",
) -> str:
    return (
        f'<PubmedArticle><MedlineCitation Status="{status}" Owner="NLM">'
        f'<PMID Version="{version}">{pmid}</PMID>'
        f"<Article><Journal>{journal}</Journal>{inside}</Article>{cited}</MedlineCitation>"
        f"<PubmedData>{data}</PubmedData></PubmedArticle>\n"
    )


def of(inside: str, **parts: str) -> Record:
    return only(collection(article(inside, **parts)))


def dated(date: str) -> Record:
    return of(
        "<ArticleTitle>T</ArticleTitle>",
        journal=f"<JournalIssue><PubDate>{date}</PubDate></JournalIssue>",
    )


def texts(notes: list[Note]) -> list[str]:
    return [note.text for note in notes]


# --- titles and abstracts ------------------------------------------------------------------------


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


# --- dates ---------------------------------------------------------------------------------------


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


# --- people --------------------------------------------------------------------------------------


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


# --- identifiers, links, indexing ----------------------------------------------------------------

REFERENCES = (
    "<ReferenceList><Title>References</Title><ReferenceList><Reference><Citation>Other 2001"
    '</Citation><ArticleIdList><ArticleId IdType="doi">10.1000/other</ArticleId>'
    '<ArticleId IdType="pubmed">999</ArticleId><ArticleId IdType="pmc">PMC999</ArticleId>'
    "</ArticleIdList></Reference></ReferenceList></ReferenceList>"
)


@pytest.mark.parametrize("note", ["", "<!-- a comment keeps the references in the tree -->"])
def test_the_ids_of_references_are_not_the_records_own(note: str) -> None:
    record = of("", data=f"{note}<ArticleIdList/>{REFERENCES}")
    assert (record.pmid, record.doi, record.pmcid) == ("30000001", None, None)
    own = (
        '<ArticleIdList><ArticleId IdType="pubmed">1</ArticleId><ArticleId IdType="doi">'
        '10.1000/OWN</ArticleId><ArticleId IdType="pmc">PMC12.2</ArticleId></ArticleIdList>'
    )
    record = of("", data=f"{note}{own}{REFERENCES}")
    assert (record.doi, record.pmcid) == ("10.1000/own", "PMC12")


def test_a_doi_by_location_counts_only_when_valid() -> None:
    wrong = '<ELocationID EIdType="doi" ValidYN="N">10.1000/wrong</ELocationID>'
    pii = '<ELocationID EIdType="pii" ValidYN="Y">10.1000/pii</ELocationID>'
    right = '<ELocationID EIdType="doi" ValidYN="Y">10.1000/Right</ELocationID>'
    assert of(wrong + pii).doi is None
    assert of(wrong + pii + right).doi == "10.1000/right"


def linked(kind: str, types: str = "") -> Record:
    return of(
        f"<PublicationTypeList>{types}</PublicationTypeList>",
        cited='<CommentsCorrectionsList><CommentsCorrections RefType="Cites"><RefSource>Old'
        f'</RefSource></CommentsCorrections><CommentsCorrections RefType="{kind}">'
        "<RefSource>J. 2021;1:2</RefSource><PMID>77</PMID></CommentsCorrections>"
        '<CommentsCorrections RefType="CommentIn"><RefSource>No PMID</RefSource>'
        "</CommentsCorrections></CommentsCorrectionsList>",
    )


@pytest.mark.parametrize(
    ("kind", "retracted"),
    [
        ("RetractionIn", True),
        ("RetractedandRepublishedIn", True),
        ("RetractionOf", False),
        ("ErratumIn", False),
        ("ExpressionOfConcernIn", False),
    ],
)
def test_links_are_kept_and_a_retraction_shows(kind: str, retracted: bool) -> None:
    record = linked(kind)
    assert record.links == (
        Link(kind, "77", "J. 2021;1:2"),
        Link("CommentIn", None, "No PMID"),
    )
    assert record.retracted is retracted


def test_the_publication_type_alone_says_retracted() -> None:
    retracted = "<PublicationType>Retracted Publication</PublicationType>"
    notice = "<PublicationType>Retraction of Publication</PublicationType>"
    assert linked("ErratumIn", retracted).retracted
    assert not linked("ErratumIn", notice).retracted


def test_everything_else_is_mapped() -> None:
    record = of(
        "<Pagination><StartPage>113</StartPage><EndPage>125</EndPage>"
        "<MedlinePgn>113-25</MedlinePgn></Pagination><Language>eng</Language>"
        "<Language>ger</Language><DataBankList><DataBank><DataBankName>ISRCTN</DataBankName>"
        "<AccessionNumberList><AccessionNumber>ISRCTN1</AccessionNumber><AccessionNumber>ISRCTN2"
        "</AccessionNumber></AccessionNumberList></DataBank><DataBank><DataBankName>GENBANK"
        "</DataBankName></DataBank></DataBankList><PublicationTypeList><PublicationType>Review"
        "</PublicationType></PublicationTypeList>",
        journal='<ISSN IssnType="Print">1234-5679</ISSN><JournalIssue><Volume>7</Volume>'
        "<Issue>2-3</Issue></JournalIssue><Title>Journal of &amp; for tests</Title>"
        "<ISOAbbreviation>J Tests</ISOAbbreviation>",
        cited="<MedlineJournalInfo><ISSNLinking>8765-4321</ISSNLinking></MedlineJournalInfo>"
        "<MeshHeadingList><MeshHeading><DescriptorName>Humans</DescriptorName></MeshHeading>"
        '<MeshHeading><DescriptorName>Sarcoma</DescriptorName><QualifierName MajorTopicYN="Y">'
        "epidemiology</QualifierName><QualifierName>therapy</QualifierName></MeshHeading>"
        "<MeshHeading><DescriptorName>Registries</DescriptorName></MeshHeading></MeshHeadingList>"
        "<KeywordList><Keyword>one <i>word</i></Keyword><Keyword>two</Keyword></KeywordList>"
        "<KeywordList><Keyword>two</Keyword></KeywordList><GeneralNote>14 fn.</GeneralNote>",
        status="In-Process",
        version="2",
    )
    assert record.pages == "113-25"
    assert record.language == ("eng", "ger")
    assert record.registrations == ("ISRCTN: ISRCTN1", "ISRCTN: ISRCTN2", "GENBANK")
    assert record.publication_types == ("Review",)
    assert record.journal == "Journal of & for tests"
    assert (record.volume, record.issue) == ("7", "2-3")
    assert record.issn == ("1234-5679", "8765-4321")
    assert record.mesh == ("Humans", "Sarcoma/epidemiology", "Sarcoma/therapy", "Registries")
    assert record.keywords == ("one word", "two")
    assert record.notes == ("14 fn.",)
    assert (record.status, record.version, record.kind) == ("In-Process", 2, "article")


def test_pages_and_journal_fall_back() -> None:
    record = of(
        "<Pagination><StartPage>e5</StartPage></Pagination>",
        journal="<ISOAbbreviation>J Tests</ISOAbbreviation>",
    )
    assert (record.pages, record.journal) == ("e5", "J Tests")


# --- books ---------------------------------------------------------------------------------------


def book(inside: str, lists: str) -> str:
    return (
        "<PubmedBookArticle><BookDocument><PMID Version='1'>40000001</PMID><ArticleIdList>"
        '<ArticleId IdType="bookaccession">NBK7</ArticleId></ArticleIdList><Book><Publisher/>'
        f"<BookTitle>A <i>book</i></BookTitle><PubDate><Year>2009</Year></PubDate>{lists}"
        '<Isbn>9780000000002</Isbn><ELocationID EIdType="doi">10.1000/book</ELocationID></Book>'
        f"<Language>eng</Language>{inside}<PublicationType>Review</PublicationType>"
        '</BookDocument><PubmedBookData><History><PubMedPubDate PubStatus="entrez"><Year>2011'
        "</Year><Month>3</Month><Day>18</Day></PubMedPubDate></History></PubmedBookData>"
        "</PubmedBookArticle>"
    )


LISTS = (
    '<AuthorList Type="authors"><Author><LastName>Writer</LastName></Author></AuthorList>'
    '<AuthorList Type="editors"><Author><LastName>Editor</LastName></Author></AuthorList>'
)


def test_a_book() -> None:
    record = only(collection(book("", LISTS)))
    assert (record.kind, record.title, record.journal) == ("book", "A book", None)
    assert (record.authors, record.editors) == (("Writer",), ("Editor",))
    assert (record.year, record.published, record.created) == (2009, "2009", "2011-03-18")
    assert (record.pmid, record.doi, record.accession) == ("40000001", "10.1000/book", "NBK7")
    assert record.publication_types == ("Review",)
    assert record.notes == ("ISBN 9780000000002",)


def test_a_chapter_has_its_own_date_and_authors_and_not_the_books_doi() -> None:
    record = only(collection(book(
        "<ArticleTitle>A chapter</ArticleTitle><AuthorList><Author><LastName>Own</LastName>"
        "</Author></AuthorList><ContributionDate><Year>2012</Year><Month>03</Month>"
        "</ContributionDate>", LISTS)))  # fmt: skip
    assert (record.kind, record.title, record.journal) == ("chapter", "A chapter", "A book")
    assert (record.authors, record.editors) == (("Own",), ("Editor",))
    assert (record.year, record.published, record.doi) == (2012, "2012 03", None)


# --- whole files ---------------------------------------------------------------------------------


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


# --- what is no PubMed XML -----------------------------------------------------------------------


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


# --- damage --------------------------------------------------------------------------------------


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


# --- attacks -------------------------------------------------------------------------------------

BOMB = "<!DOCTYPE PubmedArticleSet [\n<!ENTITY a0 'ha'>\n" + "".join(
    f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>\n" for n in range(1, 12)
) + "]>\n"  # fmt: skip


@pytest.mark.parametrize(
    "place",
    [
        "<ArticleTitle>A &a11; B</ArticleTitle>",
        "<ArticleTitle>A</ArticleTitle><Abstract><AbstractText Label='&a11;'>x</AbstractText>"
        "</Abstract>",
    ],
)
def test_a_billion_laughs_are_not_laughed(place: str) -> None:
    found, reading = read(f"{BOMB}<PubmedArticleSet>\n{article(place)}</PubmedArticleSet>")
    assert len(found) == 1
    assert "haha" not in str(found[0])
    assert "&a11;" in str(found[0])
    assert len(reading.problems) == 1
    assert "&a11;" in reading.problems[0].text
    assert any("entities of its own" in text for text in texts(reading.repaired))


def test_an_external_entity_is_not_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the secret")
    doctype = f'<!DOCTYPE PubmedArticleSet [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    title = "<ArticleTitle>It is &x;.</ArticleTitle>"
    found, reading = read(f"{doctype}<PubmedArticleSet>{article(title)}</PubmedArticleSet>")
    assert [record.title for record in found] == ["It is &x;."]
    assert "&x;" in reading.problems[0].text


def test_names_of_html_signs_and_lone_ampersands_are_mended() -> None:
    title = "<ArticleTitle>Caf&eacute; R & D &amp; &#233; <![CDATA[&x;]]></ArticleTitle>"
    found, reading = read(collection(article(title)))
    assert [record.title for record in found] == ["Café R & D & é &x;"]
    assert not reading.problems
    assert len(reading.repaired) == 2


# --- for any input -------------------------------------------------------------------------------

words = st.text("abcäß <&\n", max_size=6)


def marked_up(children: st.SearchStrategy[tuple[str, str]]) -> st.SearchStrategy[tuple[str, str]]:
    tags = st.sampled_from(["i", "b", "u", "sub", "sup"])
    inside = st.lists(children, max_size=4)
    return st.builds(
        lambda tag, parts: (
            f"<{tag}>{''.join(xml for xml, _ in parts)}</{tag}>",
            "".join(plain for _, plain in parts),
        ),
        tags,
        inside,
    )


markup = st.recursive(words.map(lambda plain: (escape(plain), plain)), marked_up, max_leaves=12)


@given(st.lists(markup, max_size=4))
def test_no_nesting_of_markup_loses_a_word(parts: list[tuple[str, str]]) -> None:
    xml = "".join(part for part, _ in parts)
    plain = " ".join("".join(text for _, text in parts).split())
    record = of(
        f"<ArticleTitle>{xml}</ArticleTitle><Abstract><AbstractText>{xml}</AbstractText></Abstract>"
    )
    assert (record.title or "", record.abstract or "") == (plain, plain)


CUTTABLE = collection(
    article("<ArticleTitle>Ä &lt; <i>b</i></ArticleTitle>", pmid="1", data=REFERENCES),
    book("<ArticleTitle>Kapitel</ArticleTitle>", LISTS),
    article(pmid="2"),
    after="<DeleteCitation><PMID>3</PMID></DeleteCitation>",
).encode()


@settings(max_examples=300)
@given(st.integers(0, len(CUTTABLE.rstrip()) - 1))
def test_a_cut_at_any_byte_is_never_hidden(at: int) -> None:
    reading = Reading("pubmed-xml")
    try:
        found = list(records(io.BytesIO(CUTTABLE[:at]), reading))
    except BadInput:
        assert b"<PubmedArticle>" not in CUTTABLE[:at]
        return
    assert reading.problems
    whole = CUTTABLE[:at].count(b"</PubmedArticle>") + CUTTABLE[:at].count(b"</PubmedBookArticle>")
    begun = CUTTABLE[:at].count(b"<PubmedArticle>") + CUTTABLE[:at].count(b"<PubmedBookArticle>")
    assert len(found) == reading.parsed == whole
    assert reading.begun == begun


@given(st.binary(max_size=200), st.integers(0, len(CUTTABLE)))
def test_no_bytes_raise_an_unnamed_error(noise: bytes, at: int) -> None:
    reading = Reading("pubmed-xml")
    try:
        found = list(records(io.BytesIO(CUTTABLE[:at] + noise + CUTTABLE[at:]), reading))
    except BadInput:
        return
    assert len(found) == reading.parsed <= reading.begun


class Dripping(io.BytesIO):
    """A stream that gives a few bytes at a time, as a slow network does."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(size or 7, 7))


def test_the_size_of_what_a_read_gives_changes_nothing() -> None:
    slow, fast = Reading("pubmed-xml"), Reading("pubmed-xml")
    whole = list(records(io.BytesIO(CUTTABLE), fast))
    assert list(records(Dripping(CUTTABLE), slow)) == whole
    assert slow == fast
    assert not fast.problems


def test_records_are_given_out_while_the_stream_is_read() -> None:
    stream = io.BytesIO(collection(*[article(pmid=str(n)) for n in range(1, 5000)]).encode())
    first = next(records(stream, Reading("pubmed-xml")))
    assert first.pmid == "1"
    assert stream.tell() < len(stream.getvalue()) / 2
