"""nbib, PubMed's and ERIC's: one oddity a row, the same record as PubMed XML gives, none lost."""

from __future__ import annotations

import io
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from import_reading import both_ways

from search.importers import FORMATS, identify, nbib
from search.reading import Reading
from search.records import Link, OtherAbstract, Record


def read(text: str | bytes) -> tuple[list[Record], Reading]:
    data = text.encode() if isinstance(text, str) else text
    found = identify(data)
    assert found is FORMATS["nbib"]
    reading = Reading("nbib")
    return list(found.reader(io.BytesIO(data), reading)), reading


# name, text, (PMID, title) of each record, lines of repairs
WHOLE = [
    ("plain", "PMID- 1\nTI  - A\nSO  - J\n\nPMID- 2\nTI  - B\nSO  - J\n", ["1 A", "2 B"], []),
    ("a first empty line", "\nPMID- 1\nTI  - A\n\n", ["1 A"], []),
    ("a byte order mark", "\ufeffPMID- 1\nTI  - A\n\n", ["1 A"], []),
    ("no line end at the end", "PMID- 1\nTI  - A\nSO  - J", ["1 A"], []),
    ("stuck together", "PMID- 1\nTI  - A\nPMID- 2\nTI  - B\n\n", ["1 A", "2 B"], [3]),
    ("several empty lines between", "PMID- 1\nTI  - A\n\n\n\nPMID- 2\nTI  - B\n\n", ["1 A", "2 B"], []),
    ("an empty line within", "PMID- 1\nTI  - A\n\nAB  - B\nSO  - J\n", ["1 A"], [3]),
    ("an empty line within a title", "PMID- 1\nTI  - A\n\n      b\nSO  - J\n", ["1 A b"], [3]),
    ("a continued title", "PMID- 1\nTI  - A\n      b\n      c\n\n", ["1 A b c"], []),
    ("a title of one blank", "PMID- 1\nTI - A\n\n", ["1 A"], []),
    ("ERIC", "\nOWN - ERIC\nTI  - A\n\nOWN - ERIC\nTI  - B\n", ["None A", "None B"], []),
    ("ERIC stuck together", "OWN - ERIC\nTI  - A\nOWN - ERIC\nTI  - B\n", ["None A", "None B"], [3]),
    ("no PMID in the second", "PMID- 1\nOWN - NLM\nTI  - A\n\nTI  - B\n\n", ["1 A", "None B"], []),
    ("no sound PMID", "PMID- 0000000\nTI  - A\n\n", ["None A"], [1]),
    ("PubMed's record without its end", "PMID- 1\nOWN - NLM\nTI  - A\n", ["1 A"], [1]),
    ("words before", "Your search:\nPMID- 1\nTI  - A\n\n", ["1 A"], [1]),
    ("words between", "PMID- 1\nTI  - A\n\nwords\nPMID- 2\nTI  - B\n\n", ["1 A", "2 B"], [4]),
    ("a book", "PMID- 1\nBTI - A\n\n", ["1 A"], []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "found", "repaired"), [row[1:] for row in WHOLE], ids=[row[0] for row in WHOLE]
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_each_oddity(text: str, found: list[str], repaired: list[int], end: str) -> None:
    records, reading = read(text.replace("\n", end))
    assert [f"{record.pmid} {record.title}" for record in records] == found
    assert sorted(note.line or 0 for note in reading.repaired) == repaired
    assert (reading.begun, reading.parsed, reading.problems) == (len(found), len(found), [])


NBIB = """\
PMID- 12345678
OWN - NLM
STAT- MEDLINE
IS  - 1234-567X (Electronic)
IS  - 1234-5678 (Linking)
VI  - 12
IP  - 3 Suppl
DP  - 2017 Nov-Dec
TI  - [A register of sarcoma: what
      ten years taught].
PG  - 113-25
LID - 10.1000/Own.1 [doi]
LID - S0000(17)1 [pii]
AB  - BACKGROUND: Words. RESULTS:
      More words.
FAU - Muster, Anna Maria
AU  - Muster AM
AUID- ORCID: 0000-0002-1825-0097
AD  - Department, Town.
FAU - King, Martin Luther Jr
AU  - King ML Jr
CN  - The Sarcoma Group
AU  - Beispiel B
LA  - ger
SI  - ClinicalTrials.gov/NCT01234567
PT  - Journal Article
PT  - Retracted Publication
TT  - Ein Register
DEP - 20170422
TA  - J Invent
JT  - Journal of inventions
MH  - *Sarcoma/epidemiology/*therapy
MH  - Humans
CIN - J Invent. 2018 Jan;13(1):1. PMID: 12345679
RIN - J Invent. 2019. doi: 10.1000/retr. PMID: 12345680
EIN - J Invent. 2018;2:3
OTO - NOTNLM
OT  - *registry
OT  - rare cancer
OAB - Publisher: Ein Abstract.
OABL- ger
GN  - A note.
FIR - Forscher, F
IR  - Forscher F
CRDT- 2017/04/23 06:00
PHST- 2017/04/23 06:00 [entrez]
AID - 10.1000/Own.1 [doi]
PMC - PMC77
PST - ppublish
SO  - J Invent. 2017 Nov-Dec;12(3 Suppl):113-25. doi: 10.1000/Own.1.
"""

READ = Record(
    title="[A register of sarcoma: what ten years taught].",
    abstract="BACKGROUND: Words. RESULTS: More words.",
    authors=("Muster, Anna Maria", "King, Martin Luther Jr", "The Sarcoma Group", "Beispiel, B"),
    year=2017,
    journal="Journal of inventions",
    volume="12",
    issue="3 Suppl",
    pages="113-25",
    pmid="12345678",
    doi="10.1000/own.1",
    pmcid="PMC77",
    language=("ger",),
    publication_types=("Journal Article", "Retracted Publication"),
    mesh=("Sarcoma/epidemiology", "Sarcoma/therapy", "Humans"),
    keywords=("registry", "rare cancer"),
    retracted=True,
    vernacular_title="Ein Register",
    published="2017 Nov-Dec",
    published_online="2017-04-22",
    created="2017-04-23",
    status="MEDLINE",
    issn=("1234-567X", "1234-5678"),
    investigators=("Forscher, F",),
    orcids=(("Muster, Anna Maria", "0000-0002-1825-0097"),),
    registrations=("ClinicalTrials.gov: NCT01234567",),
    links=(
        Link("CommentIn", "12345679", "J Invent. 2018 Jan;13(1):1"),
        Link("RetractionIn", "12345680", "J Invent. 2019. doi: 10.1000/retr"),
        Link("ErratumIn", None, "J Invent. 2018;2:3"),
    ),
    other_abstracts=(OtherAbstract("ger", "Publisher", "Ein Abstract."),),
    notes=("A note.",),
)


def test_every_field() -> None:
    (record,), reading = read(NBIB)
    assert record == READ
    assert (reading.repaired, reading.dialect) == ([], "NLM")


XML = """\
<?xml version="1.0" ?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" \
"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">
<PubmedArticleSet><PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM">
<PMID Version="1">12345678</PMID><Article><Journal><ISSN IssnType="Electronic">1234-567X</ISSN>
<JournalIssue><Volume>12</Volume><Issue>3 Suppl</Issue>
<PubDate><MedlineDate>2017 Nov-Dec</MedlineDate></PubDate></JournalIssue>
<Title>Journal of inventions</Title><ISOAbbreviation>J Invent</ISOAbbreviation></Journal>
<ArticleTitle>[A register of sarcoma: what ten years taught].</ArticleTitle>
<Pagination><MedlinePgn>113-25</MedlinePgn></Pagination>
<ELocationID EIdType="doi" ValidYN="Y">10.1000/Own.1</ELocationID>
<Abstract><AbstractText>BACKGROUND: Words. RESULTS: More words.</AbstractText></Abstract>
<AuthorList><Author><LastName>Muster</LastName><ForeName>Anna Maria</ForeName>
<Initials>AM</Initials><Identifier Source="ORCID">0000-0002-1825-0097</Identifier></Author>
<Author><LastName>King</LastName><ForeName>Martin Luther</ForeName><Suffix>Jr</Suffix></Author>
<Author><CollectiveName>The Sarcoma Group</CollectiveName></Author>
<Author><LastName>Beispiel</LastName><Initials>B</Initials></Author></AuthorList>
<Language>ger</Language><DataBankList><DataBank><DataBankName>ClinicalTrials.gov</DataBankName>
<AccessionNumberList><AccessionNumber>NCT01234567</AccessionNumber></AccessionNumberList>
</DataBank></DataBankList><PublicationTypeList><PublicationType>Journal Article</PublicationType>
<PublicationType>Retracted Publication</PublicationType></PublicationTypeList>
<VernacularTitle>Ein Register</VernacularTitle>
<ArticleDate><Year>2017</Year><Month>04</Month><Day>22</Day></ArticleDate></Article>
<MedlineJournalInfo><ISSNLinking>1234-5678</ISSNLinking></MedlineJournalInfo>
<CommentsCorrectionsList><CommentsCorrections RefType="CommentIn">
<RefSource>J Invent. 2018 Jan;13(1):1</RefSource><PMID>12345679</PMID></CommentsCorrections>
<CommentsCorrections RefType="RetractionIn"><RefSource>J Invent. 2019. doi: 10.1000/retr\
</RefSource><PMID>12345680</PMID></CommentsCorrections>
<CommentsCorrections RefType="ErratumIn"><RefSource>J Invent. 2018;2:3</RefSource>
</CommentsCorrections></CommentsCorrectionsList>
<MeshHeadingList><MeshHeading><DescriptorName MajorTopicYN="Y">Sarcoma</DescriptorName>
<QualifierName>epidemiology</QualifierName><QualifierName>therapy</QualifierName></MeshHeading>
<MeshHeading><DescriptorName>Humans</DescriptorName></MeshHeading></MeshHeadingList>
<OtherAbstract Type="Publisher" Language="ger"><AbstractText>Ein Abstract.</AbstractText>
</OtherAbstract><KeywordList Owner="NOTNLM"><Keyword MajorTopicYN="Y">registry</Keyword>
<Keyword>rare cancer</Keyword></KeywordList><GeneralNote>A note.</GeneralNote>
<InvestigatorList><Investigator><LastName>Forscher</LastName><ForeName>F</ForeName></Investigator>
</InvestigatorList></MedlineCitation><PubmedData><History><PubMedPubDate PubStatus="entrez">
<Year>2017</Year><Month>4</Month><Day>23</Day></PubMedPubDate></History><ArticleIdList>
<ArticleId IdType="pubmed">12345678</ArticleId><ArticleId IdType="doi">10.1000/Own.1</ArticleId>
<ArticleId IdType="pmc">PMC77</ArticleId></ArticleIdList></PubmedData></PubmedArticle>
</PubmedArticleSet>
"""


def test_the_same_record_as_from_xml() -> None:
    """What a record says does not hang on the format in which it was downloaded."""
    reader = FORMATS["pubmed-xml"].reader
    assert reader
    (from_xml,) = reader(io.BytesIO(XML.encode()), Reading("pubmed-xml"))
    (from_nbib,) = read(NBIB)[0]
    assert replace(from_xml, version=None) == from_nbib  # nbib has no version


FIELDS = [
    ("AU  - Muster AB", "authors", ("Muster, AB",)),
    (
        "FAU - Muster, A\nFAU - Beispiel, B\nAU  - Beispiel B",
        "authors",
        ("Muster, A", "Beispiel, B"),
    ),
    ("PT  - Retraction of Publication\nROF - J. PMID: 7", "retracted", False),
    ("RIN - J. PMID: 7", "retracted", True),
    ("DP  - 1979-1980 Fall-Winter", "year", 1979),
    ("DEP - 20200101", "year", 2020),
    ("LID - 10.1000/x [doi]", "doi", "10.1000/x"),
    ("LID - S1 [pii]", "doi", None),
    ("AID - http://dx.doi.org/10.1000/x", "doi", "10.1000/x"),
    ("AID - 10.1000/x [pii]", "doi", None),
    ("OID - NLM: PMC38908", "pmcid", "PMC38908"),
    ("OID - EJ1131633\nTI  - A", "accession", "EJ1131633"),
    ("ISSN- ISSN-1234-4567", "issn", ("1234-4567",)),
    ("BTI - Book\nTI  - Chapter", "journal", "Book"),
    ("BTI - Book\nTI  - Chapter", "kind", "chapter"),
    ("BTI - Book", "kind", "book"),
    ("ISBN- 9781482253269 (print)", "notes", ("ISBN 9781482253269",)),
    ("LID - http://eric.ed.gov/?id=EJ1", "urls", ("http://eric.ed.gov/?id=EJ1",)),
]


@pytest.mark.parametrize(("text", "name", "expected"), FIELDS, ids=[row[0] for row in FIELDS])
def test_each_field(text: str, name: str, expected: object) -> None:
    (record,), reading = read(f"OWN - ERIC\nSTAT- x\nAB  - Words.\n{text}\n")
    assert getattr(record, name) == expected
    assert not reading.problems


@pytest.mark.parametrize(
    ("text", "begun", "parsed"),
    [
        ("PMID- 123", 1, 1),
        ("PMID- 1\nTI  - Half a ti", 1, 1),
        ("PMID- 1\nTI  - A\nSO  - J\n\nPMID- 2\nTI  - B\nAID - 10.10", 2, 2),
        ("OWN - ERIC\nLA  - English\n", 1, 0),
    ],
)
def test_a_record_that_is_cut_is_a_problem(text: str, begun: int, parsed: int) -> None:
    records, reading = read(text)
    assert (reading.begun, reading.parsed, len(records)) == (begun, parsed, parsed)
    assert len(reading.problems) == 1


SAMPLE = (NBIB + "\n" + NBIB.replace("12345678", "23456789")).encode()


@pytest.mark.parametrize("at", range(8, len(SAMPLE), 7))
def test_cut_anywhere(at: int) -> None:
    records, reading = read(SAMPLE[:at])
    assert reading.begun == SAMPLE[:at].count(b"PMID- ")
    assert reading.begun == len(records) or reading.problems
    if at > len(NBIB):
        assert records[0] == READ
    # whole up to its SO, or named
    tail = SAMPLE[:at].rpartition(b"PMID- ")[2]
    said = " ".join(note.text for note in (*reading.problems, *reading.repaired))
    assert (b"\nSO  - J" in tail) == (not said)


SENTENCE = st.text(
    st.one_of(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Zs", "Cf", "Cn", "Co"]),
              st.sampled_from("PMIDTAB-  /[]")),
    max_size=60,
).map(lambda text: " ".join(f"x{text}x".split()))  # fmt: skip


@given(st.lists(st.tuples(SENTENCE, SENTENCE), min_size=1, max_size=5), st.booleans())
def test_whatever_is_said_no_record_is_lost(said: list[tuple[str, str]], stuck: bool) -> None:
    text = ("" if stuck else "\n").join(
        f"PMID- {number}\nOWN - NLM\nTI  - {title}\n      {more}\nAB  - {more}\nSO  - J\n"
        for number, (title, more) in enumerate(said, 1)
    )
    records, reading = read(text)
    assert [record.title for record in records] == [f"{title} {more}" for title, more in said]
    assert [record.pmid for record in records] == [str(n) for n in range(1, len(said) + 1)]
    assert reading.begun == reading.parsed == len(said)


@given(st.binary(max_size=300))
def test_any_bytes_are_accounted_for(data: bytes) -> None:
    records, reading = read(b"PMID- 1\nTI  - Good\nSO  - J\n\n" + data)
    assert records[0].pmid == "1"
    assert reading.parsed == len(records)
    assert reading.begun == reading.parsed or reading.problems


# --- records taken as a whole ------------------------------------------------------------------

LINES = st.sampled_from([
    "PMID- 1", "PMID- 2", "PMID- ", "OWN - NLM", "OWN - ERIC", "STAT- MEDLINE", "TI  - A title",
    "TI  - Two  blanks ", "      goes on", "        deeper", "   less", "goes on at the margin", "",
    "", "", " ", "AB  - Words\xa0apart", "FAU - Muster, Anna", "AU  - Muster A", "AUID- ORCID: 1",
    "CN  - Group", "MH  - Sarcoma/*therapy", "SO  - J. 2020.", "LID - 10.1000/x [doi]", "KW- x",
])  # fmt: skip


@given(st.lists(LINES, max_size=40), st.booleans())
def test_a_record_taken_as_a_whole_is_the_one_of_its_lines(
    lines: list[str], ends_whole: bool
) -> None:
    both_ways(nbib, ("PMID- 7\nTI  - B\n\n" + "\n".join(lines) + "\n" * ends_whole).encode())


@pytest.mark.skipif("SARCAT_REAL" not in os.environ, reason="SARCAT_REAL names no real files")
def test_so_it_is_with_real_files() -> None:
    for path in sorted(Path(os.environ["SARCAT_REAL"]).glob("nbib/*")):
        both_ways(nbib, path.read_bytes())


def test_a_plain_record_is_taken_as_a_whole() -> None:
    first, _last = nbib._parts([(5, "\nPMID- 1\nTI  - A\n      b\nAU  - B\n\nPMID- 2\nTI  - C")])
    assert first[2]
    entry = nbib._plain(*first[:2])
    assert entry
    assert (entry.line, entry.index) == (6, {"PMID": ["1"], "TI": ["A b"], "AU": ["B"]})
