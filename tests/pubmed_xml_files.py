"""Small files of PubMed XML, and a strict reading of them."""

from __future__ import annotations

import io

from search.pubmed_xml import records
from search.reading import Reading
from search.records import Record
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


REFERENCES = (
    "<ReferenceList><Title>References</Title><ReferenceList><Reference><Citation>Other 2001"
    '</Citation><ArticleIdList><ArticleId IdType="doi">10.1000/other</ArticleId>'
    '<ArticleId IdType="pubmed">999</ArticleId><ArticleId IdType="pmc">PMC999</ArticleId>'
    "</ArticleIdList></Reference></ReferenceList></ReferenceList>"
)


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
