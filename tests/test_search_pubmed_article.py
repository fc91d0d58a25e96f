"""One record of PubMed: its identifiers, links and indexing, and books."""

from __future__ import annotations

import pytest
from pubmed_xml_files import LISTS, REFERENCES, book, collection, of, only

from search.records import Link, Record

# --- identifiers, links, indexing -----------------------------------------------------------------


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


# --- books ----------------------------------------------------------------------------------------


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
