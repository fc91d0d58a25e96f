"""How fast files of records are imported, and that memory does not grow with them.

    python benchmarks/imports.py [--records N]

Writes made-up files of N records (default 100,000) in RIS, nbib and PubMed XML, and imports each
into a new review with `sarcat import`, in a process of its own: read, keys given, written to
`searches/`, and in the database. The figure is the peak memory of that process; the limit is
300 MB.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
LIMIT = 300  # MB
WORDS = (  # noqa: SIM905  easier to read so
    "sarcoma registry cohort survival tumour resection patients outcome national network biobank "
    "imaging chemotherapy radiotherapy follow-up histology grade margin metastasis analysis "
    "prospective multicentre quality treatment diagnosis database records age median risk"
).split()
FAMILIES = "Bauer Costa Dubois Eriksen Ferrari García Horváth Ivanov Jansen Kowalski".split()  # noqa: SIM905


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--one", nargs=2, metavar=("REVIEW", "FILE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        import_one(*options.one)
        return
    print(f"{options.records} records; peak memory of the whole process; limit {LIMIT} MB")
    for name, write in (("ris", write_ris), ("nbib", write_nbib), ("xml", write_xml)):
        measure(name, write, options.records)


def measure(name: str, write: Callable[[Path, int], None], count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"made-up.{name}"
        write(path, count)
        review = Path(folder) / "review"
        review.mkdir()
        shutil.copy(ROOT / "data" / "template" / "protocol.toml", review)
        begun = time.monotonic()
        done = subprocess.run(
            [sys.executable, __file__, "--one", review, path], check=True, capture_output=True
        )
        seconds = time.monotonic() - begun
        size = path.stat().st_size / 1e6
        report = json.loads(done.stdout)
    assert (report["begun"], report["parsed"], report["new"]) == (count, count, count), report
    assert not report["problems"], report["problems"]
    peak = report["peak"] / 1024
    print(f"{name:5} {size:7.1f} MB  {seconds:6.1f} s  {count / seconds:7.0f} records/s  "
          f"{peak:6.1f} MB peak  {'ok' if peak < LIMIT else 'OVER THE LIMIT'}")  # fmt: skip
    assert peak < LIMIT


def import_one(review: str, file: str) -> None:
    """Import a file as the command does, and print its account with the peak memory in kB."""
    import contextlib
    import io

    import cli

    with contextlib.redirect_stdout(io.StringIO()) as out:
        status = cli.run(["import", file, "--review", review, "--json"])
    assert status == 0, status
    report = json.loads(out.getvalue())["files"][0]
    report["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # kB on Linux
    print(json.dumps(report))


# --- made-up records -----------------------------------------------------------------------------


def made_up(count: int) -> Iterator[tuple[int, str, str, list[tuple[str, str]], list[str]]]:
    """Number, title, abstract, authors and keywords of records, the same on every machine."""
    dice = random.Random(20261124)

    def said(words: int) -> str:
        return " ".join(dice.choices(WORDS, k=words)).capitalize()

    for number in range(count):
        authors = [(dice.choice(FAMILIES), f"Ada {letter}") for letter in "BCDEFG"]
        abstract = ". ".join(said(45) for _ in range(5)) + "."
        yield number, f"{said(12)} {number}", abstract, authors, dice.choices(WORDS, k=8)


def write_ris(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8", newline="\r\n") as out:
        for number, title, abstract, authors, keywords in made_up(count):
            people = "".join(f"AU  - {family}, {given}\n" for family, given in authors)
            words = "".join(f"KW  - {word}\n" for word in keywords)
            out.write(
                f"TY  - JOUR\nTI  - {title}\n{people}PY  - {1980 + number % 45}\nT2  - Journal of "
                f"invented sarcoma studies\nVL  - {number % 90}\nIS  - 4\nSP  - 100\nEP  - 109\n"
                f"SN  - 1234-5679\nDO  - 10.1000/own.{number}\n{words}AB  - {abstract}\n"
                f"AD  - Department of invented studies\nDB  - Embase\nLA  - English\n"
                f"UR  - https://example.org/{number}\nER  - \n\n"
            )


def write_nbib(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as out:
        for number, title, abstract, authors, keywords in made_up(count):
            people = "".join(
                f"FAU - {family}, {given}\nAU  - {family} A{given[-1]}\nAD  - Department of "
                "invented studies, Nowhere.\n" for family, given in authors
            )  # fmt: skip
            words = "".join(f"OT  - {word}\n" for word in keywords)
            wrapped = "\n      ".join(abstract[at : at + 80] for at in range(0, len(abstract), 80))
            out.write(
                f"PMID- {number + 1}\nOWN - NLM\nSTAT- MEDLINE\nIS  - 1234-5679 (Print)\nVI  - "
                f"{number % 90}\nIP  - 4\nDP  - {1980 + number % 45} Apr\nTI  - {title}.\nPG  - "
                f"100-9\nLID - 10.1000/own.{number} [doi]\nAB  - {wrapped}\n{people}LA  - eng\n"
                "PT  - Journal Article\nTA  - J Invent Sarcoma Stud\nJT  - Journal of invented "
                f"sarcoma studies\nMH  - Sarcoma/*epidemiology/therapy\nMH  - Humans\n{words}"
                "CRDT- 2024/02/11 12:03\nPST - ppublish\nSO  - J Invent Sarcoma Stud. 2024.\n\n"
            )


def write_xml(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as out:
        out.write('<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD '
                  'PubMedArticle, 1st January 2025//EN" '
                  '"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n'
                  "<PubmedArticleSet>\n")  # fmt: skip
        for number, title, abstract, authors, keywords in made_up(count):
            people = "".join(
                f"<Author><LastName>{family}</LastName><ForeName>{given}</ForeName></Author>"
                for family, given in authors
            )
            words = "".join(f"<Keyword>{word}</Keyword>" for word in keywords)
            out.write(
                f'<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">{number + 1}'
                "</PMID><Article><Journal><ISSN>1234-5679</ISSN><JournalIssue><Volume>31</Volume>"
                f"<Issue>4</Issue><PubDate><Year>{1980 + number % 45}</Year><Month>Apr</Month>"
                "</PubDate></JournalIssue><Title>Journal of invented sarcoma studies</Title>"
                f"</Journal><ArticleTitle>{title}.</ArticleTitle><Pagination><MedlinePgn>100-9"
                f"</MedlinePgn></Pagination><Abstract><AbstractText>{abstract}</AbstractText>"
                f"</Abstract><AuthorList>{people}</AuthorList><Language>eng</Language>"
                "<PublicationTypeList><PublicationType>Journal Article</PublicationType>"
                f"</PublicationTypeList></Article><KeywordList>{words}</KeywordList>"
                "</MedlineCitation><PubmedData><ArticleIdList>"
                f'<ArticleId IdType="pubmed">{number + 1}</ArticleId>'
                f'<ArticleId IdType="doi">10.1000/own.{number}</ArticleId></ArticleIdList>'
                "</PubmedData></PubmedArticle>\n"
            )
        out.write("</PubmedArticleSet>\n")


if __name__ == "__main__":
    main()
