"""How fast the PubMed XML reader is beside Bio.Entrez, and that its memory does not grow.

    python benchmarks/pubmed_xml.py [--records N]

Reads made-up records of today's shape (structured abstract, six authors with affiliations, MeSH
headings, substances, grants, forty references), the same bytes with both readers in one process, in
CPU seconds: a file of many records, and a single record as EFetch sends it when asked for one. Then
a file ten times as large, streamed in a process of its own: its peak memory is that of the small
one. The floor that lxml sets (the same bytes parsed, nothing read from them) is shown beside.
"""

from __future__ import annotations

import argparse
import gc
import io
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

WORDS = """
    sarcoma registry cohort survival tumour resection patients outcome national network biobank
    imaging chemotherapy radiotherapy follow-up histology grade margin metastasis analysis
    prospective multicentre quality treatment diagnosis database records age median risk
""".split()  # noqa: SIM905 - easier to read than thirty quoted words
FAMILIES = ("Bauer", "Costa", "Dubois", "Eriksen", "Ferrari", "García", "Horváth", "Kowalski")
HEAD = (
    '<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, '
    '1st January 2025//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n'
    "<PubmedArticleSet>\n"
)
TAIL = "</PubmedArticleSet>\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=2000)
    parser.add_argument("--peak", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peak:
        report_peak(options.peak)
        return
    compare(options.records)
    compare_memory(options.records)


# --- made-up records -----------------------------------------------------------------------------


def write(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as out:
        out.write(HEAD)
        out.writelines(records(count))
        out.write(TAIL)


def records(count: int) -> Iterator[str]:
    """The same records on every machine."""
    dice = random.Random(20250101)
    for number in range(count):
        yield record(dice, 30_000_001 + number)


def record(dice: random.Random, pmid: int) -> str:
    def said(words: int) -> str:
        return " ".join(dice.choices(WORDS, k=words)).capitalize() + "."

    abstract = "".join(
        f'<AbstractText Label="{label}" NlmCategory="{label}">{said(45)} <i>P</i> &lt; 0.05, '
        f"10<sup>3</sup> cases. {said(15)}</AbstractText>"
        for label in ("BACKGROUND", "METHODS", "RESULTS", "CONCLUSIONS")
    )
    authors = "".join(
        f'<Author ValidYN="Y"><LastName>{dice.choice(FAMILIES)}</LastName>'
        f"<ForeName>Ada {letter}</ForeName><Initials>A{letter}</Initials>"
        + (f'<Identifier Source="ORCID">0000-0002-{pmid % 10000:04}-0000</Identifier>'
           if letter == "B" else "")
        + f"<AffiliationInfo><Affiliation>Department of {said(12)}</Affiliation></AffiliationInfo>"
        "</Author>"
        for letter in "BCDEFG"
    )  # fmt: skip
    mesh = "".join(
        f'<MeshHeading><DescriptorName UI="D{dice.randrange(10**6):06}" MajorTopicYN="N">'
        f"{dice.choice(WORDS).capitalize()}</DescriptorName>"
        + (f'<QualifierName UI="Q{dice.randrange(10**6):06}" MajorTopicYN="Y">epidemiology'
           "</QualifierName>" if heading % 2 else "")
        + "</MeshHeading>"
        for heading in range(12)
    )  # fmt: skip
    keywords = "".join(
        f'<Keyword MajorTopicYN="N">{dice.choice(WORDS)}</Keyword>' for _ in range(5)
    )
    substances = "".join(
        f'<Chemical><RegistryNumber>0</RegistryNumber><NameOfSubstance UI="D{n:06}">'
        f"{dice.choice(WORDS)}</NameOfSubstance></Chemical>"
        for n in range(3)
    )
    grants = "".join(
        f"<Grant><GrantID>{dice.randrange(10**6)}</GrantID><Agency>{said(4)}</Agency>"
        "<Country>Germany</Country></Grant>"
        for _ in range(2)
    )
    references = "".join(
        f"<Reference><Citation>{said(14)} 2015;{n}(2):100-110. doi:10.1000/ref.{pmid}.{n}."
        f'</Citation><ArticleIdList><ArticleId IdType="doi">10.1000/ref.{pmid}.{n}</ArticleId>'
        + (f'<ArticleId IdType="pmc">PMC{3_000_000 + n}</ArticleId>' if n % 2 else "")
        + f'<ArticleId IdType="pubmed">{20_000_000 + n}</ArticleId></ArticleIdList></Reference>'
        for n in range(40)
    )
    return f"""\
<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM" IndexingMethod="Automated">\
<PMID Version="1">{pmid}</PMID>\
<DateCompleted><Year>2024</Year><Month>05</Month><Day>02</Day></DateCompleted>\
<DateRevised><Year>2024</Year><Month>06</Month><Day>01</Day></DateRevised>\
<Article PubModel="Print-Electronic"><Journal><ISSN IssnType="Electronic">1234-5679</ISSN>\
<JournalIssue CitedMedium="Internet"><Volume>31</Volume><Issue>4</Issue>\
<PubDate><Year>2024</Year><Month>Apr</Month></PubDate></JournalIssue>\
<Title>Journal of invented sarcoma studies</Title>\
<ISOAbbreviation>J Invent Sarcoma Stud</ISOAbbreviation></Journal>\
<ArticleTitle>{said(12)[:-1]} in <i>Homo sapiens</i>.</ArticleTitle>\
<Pagination><StartPage>100</StartPage><EndPage>109</EndPage><MedlinePgn>100-109</MedlinePgn>\
</Pagination><ELocationID EIdType="doi" ValidYN="Y">10.1000/own.{pmid}</ELocationID>\
<Abstract>{abstract}<CopyrightInformation>© 2024 Nobody.</CopyrightInformation></Abstract>\
<AuthorList CompleteYN="Y">{authors}</AuthorList><Language>eng</Language>\
<GrantList CompleteYN="Y">{grants}</GrantList><PublicationTypeList>\
<PublicationType UI="D016428">Journal Article</PublicationType>\
</PublicationTypeList><ArticleDate DateType="Electronic"><Year>2024</Year><Month>02</Month>\
<Day>11</Day></ArticleDate></Article><MedlineJournalInfo><Country>Germany</Country>\
<MedlineTA>J Invent Sarcoma Stud</MedlineTA><NlmUniqueID>1000001</NlmUniqueID>\
<ISSNLinking>1234-5679</ISSNLinking></MedlineJournalInfo>\
<ChemicalList>{substances}</ChemicalList><CitationSubset>IM</CitationSubset>\
<MeshHeadingList>{mesh}</MeshHeadingList><KeywordList Owner="NOTNLM">{keywords}</KeywordList>\
<CoiStatement>{said(20)}</CoiStatement></MedlineCitation><PubmedData><History>\
<PubMedPubDate PubStatus="received"><Year>2023</Year><Month>9</Month><Day>1</Day></PubMedPubDate>\
<PubMedPubDate PubStatus="medline"><Year>2024</Year><Month>5</Month><Day>2</Day><Hour>6</Hour>\
<Minute>43</Minute></PubMedPubDate><PubMedPubDate PubStatus="pubmed"><Year>2024</Year>\
<Month>2</Month><Day>12</Day><Hour>6</Hour><Minute>42</Minute></PubMedPubDate>\
<PubMedPubDate PubStatus="entrez"><Year>2024</Year><Month>2</Month><Day>11</Day>\
<Hour>12</Hour><Minute>3</Minute></PubMedPubDate></History>\
<PublicationStatus>ppublish</PublicationStatus><ArticleIdList>\
<ArticleId IdType="pubmed">{pmid}</ArticleId>\
<ArticleId IdType="doi">10.1000/own.{pmid}</ArticleId></ArticleIdList>\
<ReferenceList>{references}</ReferenceList></PubmedData></PubmedArticle>
"""


# --- speed ---------------------------------------------------------------------------------------


def compare(count: int) -> None:
    """Show the rates side by side; of several rounds the best, since other programs disturb."""
    compare_one((HEAD + "".join(records(count)) + TAIL).encode(), count, rounds=3)
    compare_one((HEAD + "".join(records(1)) + TAIL).encode(), 1, rounds=30)


def compare_one(data: bytes, count: int, rounds: int) -> None:
    readers = {
        "sarcat": read_with_sarcat,
        "lxml alone": parse_only,
        "Bio.Entrez": read_with_biopython,
    }
    best = dict.fromkeys(readers, float("inf"))
    for _ in range(rounds):
        for name, read in readers.items():
            best[name] = min(best[name], timed(read, data, count))
    print(f"{count} record(s), {len(data) / 1e6:.2f} MB, CPU seconds, best of {rounds} rounds")
    for name, spent in best.items():
        print(f"  {name:10} {spent:9.4f} s {count / spent:8.0f} records/s")
    print(f"  sarcat reads {best['Bio.Entrez'] / best['sarcat']:.1f} times as fast as Bio.Entrez")


def timed(read: Callable[[bytes], int], data: bytes, expected: int) -> float:
    gc.collect()  # what one reader leaves behind must not slow the next
    start = time.process_time()
    found = read(data)
    spent = time.process_time() - start
    assert found == expected, f"{found} of {expected} records"
    return spent


def read_with_sarcat(data: bytes) -> int:
    from search.pubmed_xml import records as parsed
    from search.reading import Reading

    reading = Reading("pubmed-xml")
    found = sum(1 for each in parsed(io.BytesIO(data), reading) if each.abstract and each.doi)
    assert not reading.problems, reading.problems
    return found


def parse_only(data: bytes) -> int:
    from lxml import etree

    return len(etree.fromstring(data))


def read_with_biopython(data: bytes) -> int:
    from Bio import Entrez
    from Bio.Entrez import Parser

    def offline(*_: object) -> None:
        raise SystemExit("Bio.Entrez would fetch a DTD: name one that it ships")

    Parser.urlopen = offline
    return len(Entrez.read(io.BytesIO(data))["PubmedArticle"])


# --- memory --------------------------------------------------------------------------------------


def compare_memory(count: int) -> None:
    print("peak memory of a process that streams the file")
    with tempfile.TemporaryDirectory() as folder:
        for size in (count, 10 * count):
            path = Path(folder) / f"{size}.xml"
            write(path, size)
            peak = subprocess.run(
                [sys.executable, __file__, "--peak", path], check=True, capture_output=True
            ).stdout
            print(
                f"{size:7} records {path.stat().st_size / 1e6:7.1f} MB: {int(peak) / 1024:6.1f} MB"
            )


def report_peak(path: Path) -> None:
    from search.pubmed_xml import records as parsed
    from search.reading import Reading

    with path.open("rb") as stream:
        for _ in parsed(stream, Reading("pubmed-xml")):
            pass
    print(peak_kilobytes())


def peak_kilobytes() -> int:
    status = Path("/proc/self/status")
    if status.exists():  # Linux: getrusage would count the parent's memory before exec as well
        found = re.search(r"VmHWM:\s+(\d+)", status.read_text())
        assert found
        return int(found[1])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 1024 if sys.platform == "darwin" else peak


if __name__ == "__main__":
    main()
