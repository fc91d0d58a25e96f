"""How fast files of records are read, imported and exported, and that memory does not grow.

    python benchmarks/imports.py [--records N ...] [--rates | --states]

Writes made-up files of N records (default 10,000 and 100,000) in RIS, nbib and PubMed XML, and
imports each into a new review with `sarcat import`, in a process of its own: read, keys given,
written to `searches/`, and in the database. The review made from RIS is exported as CSV and RIS,
and the CSV imported again. The figures are CPU seconds and the peak memory of each process; the
limit is 300 MB.

``--states`` imports RIS, finds duplicates, logs a decision on every fifth record (a tenth of them
included, at both stages) and exports each state with `sarcat export --only`.

``--rates`` reads the same file with Sarcat and with rispy or bibtexparser (where they are
installed) in turn, in one process, and counts what each makes of small files with one fault.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

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
    parser.add_argument("--records", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--rates", action="store_true")
    parser.add_argument("--states", action="store_true")
    parser.add_argument("--one", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        one(options.one)
        return
    if options.rates:
        rates()
        return
    print(f"peak memory of the whole process; limit {LIMIT} MB")
    for count in options.records:
        if options.states:
            states(count)
            continue
        for name, write in (("ris", write_ris), ("nbib", write_nbib), ("xml", write_xml)):
            measure(name, write, count)


def measure(name: str, write: Callable[[Path, int], None], count: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        path = folder / f"made-up.{name}"
        write(path, count)
        review, again = _review(folder / "review"), _review(folder / "again")
        size = path.stat().st_size
        _run(f"import {name}", count, size, "import", path, "--review", review)
        path.unlink()
        if name != "ris":
            return
        for ending in ("ris", "csv"):
            out = folder / f"out.{ending}"
            _run(f"export {ending}", count, size, "export", out, "--review", review)
        _run("import csv", count, out.stat().st_size, "import", out, "--review", again)


def states(count: int) -> None:
    """Export each state of a review of which a fifth is judged."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        review = _review(folder / "review", reviewers=1)
        write_ris(folder / "a.ris", count)
        _judge(folder, count)
        told("import", folder / "a.ris", "--review", review)
        told("dedupe", "--review", review)
        for stage in ("title-abstract", "full-text"):
            told("decide", "--file", folder / f"{stage}.csv", "--as", "reviewer-a",
                 "--stage", stage, "--review", review)  # fmt: skip
        for state in ("included", "excluded", "awaiting", "unique", "all"):
            _run(f"only {state}", count, 0, "export", folder / "out.ris", "--only", state,
                 "--review", review, expected=False)  # fmt: skip


def _judge(folder: Path, count: int) -> None:
    """Write the decisions on every fifth record, as files that `sarcat decide` takes."""
    with (
        (folder / "title-abstract.csv").open("w", encoding="utf-8") as first,
        (folder / "full-text.csv").open("w", encoding="utf-8") as last,
    ):
        first.write("key,decision,reason\n")
        last.write("key,decision,reason\n")
        for number in range(0, count, 5):
            key = f"doi:10.1000/own.{number}@a"
            first.write(f"{key},{'exclude,E1' if number % 50 else 'include,'}\n")
            last.write("" if number % 50 else f"{key},include,\n")


def _review(folder: Path, *, reviewers: int = 2) -> Path:
    folder.mkdir()
    protocol = (ROOT / "data" / "template" / "protocol.toml").read_text("utf-8")
    protocol = protocol.replace("reviewers = 2", f"reviewers = {reviewers}")
    (folder / "protocol.toml").write_text(protocol, "utf-8")
    return folder


def told(*command: object) -> dict[str, Any]:
    """Run a command in a process of its own; return its answer, memory and time."""
    done = subprocess.run([sys.executable, __file__, "--one", *map(str, command)],
                          check=True, capture_output=True)  # fmt: skip
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def _run(title: str, count: int, size: int, *command: object, expected: bool = True) -> None:
    """Print the figures of a command; ``expected`` says that it gives each record."""
    report = told(*command)
    said = report["told"].get("files", [report["told"]])[0]
    given = said.get("new", said.get("records"))
    assert given == count if expected else given, report
    assert not said.get("problems"), report
    peak, cpu = report["peak"] / 1024, report["cpu"]
    print(f"{title:13} {given:8} {size / 1e6:7.1f} MB {cpu:7.1f} s {given / cpu:6.0f} records/s "
          f"{peak:6.1f} MB {'ok' if peak < LIMIT else 'OVER THE LIMIT'}", flush=True)  # fmt: skip
    assert peak < LIMIT


def one(command: list[str]) -> None:
    """Run a command as a person does, and print its answer with its peak memory and its time."""
    import contextlib

    import cli

    with contextlib.redirect_stdout(io.StringIO()) as out:
        status = cli.run([*command, "--json"])
    assert status == 0, status
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({"told": json.loads(out.getvalue()), "peak": used.ru_maxrss,  # kB on Linux
                      "cpu": used.ru_utime + used.ru_stime}))  # fmt: skip


# --- beside the common libraries -----------------------------------------------------------------


def rates(count: int = 3000, rounds: int = 5) -> None:
    """Read one file with each in turn, the best of some rounds, and then files with one fault."""
    with tempfile.TemporaryDirectory() as folder:
        for ending, write, peer in (("ris", write_ris, _rispy), ("nbib", write_nbib, None),
                                    ("bib", write_bib, _bibtexparser)):  # fmt: skip
            path = Path(folder) / f"made-up.{ending}"
            write(path, count)
            ours = theirs = float("inf")
            for _ in range(rounds):
                ours = min(ours, _cpu(_sarcat, path, count))
                theirs = min(theirs, _cpu(peer, path, count)) if peer else theirs
            beside = (
                f"; {peer.__name__[1:]} {count / theirs:.0f}: {theirs / ours:.2f} times"
                if peer
                else ""
            )
            print(f"{ending}: sarcat {count / ours:.0f} records/s of CPU{beside}", flush=True)
    for name, ending, text, begun in FAULTY:
        peer = _rispy if ending == "ris" else _bibtexparser
        path = Path(tempfile.gettempdir()) / f"faulty.{ending}"
        path.write_text(text, "utf-8")
        try:
            told = str(peer(path))
        except Exception as error:
            told = type(error).__name__
        print(f"{name}: {begun} begin, sarcat {_sarcat(path)}, {peer.__name__[1:]} {told}")
        path.unlink()


def _cpu(read: Callable[[Path], int], path: Path, count: int) -> float:
    begun = time.process_time()
    assert read(path) == count
    return time.process_time() - begun


def _sarcat(path: Path) -> int:
    from search.importers import identify
    from search.reading import Reading

    with path.open("rb") as file:
        found = identify(file.read(1 << 16))
        file.seek(0)
        return sum(1 for _ in found.reader(file, Reading(found.name)))


def _rispy(path: Path) -> int:
    import rispy

    with path.open(encoding="utf-8") as file:
        return len(rispy.load(file))


def _bibtexparser(path: Path) -> int:
    import bibtexparser

    return len(bibtexparser.parse_file(str(path)).entries)


_TWO = "TY  - JOUR\nTI  - One\nER  - \n\nTY  - JOUR\nTI  - Two\nAB  - Words\nAN  - 7\n"
FAULTY = (
    ("last record without ER", "ris", _TWO, 2),
    ("ER missing between two records", "ris", _TWO.replace("ER  - \n\n", "", 1) + "ER  - \n", 2),
    ("one blank in the tags", "ris", (_TWO + "ER  - \n").replace("  - ", " - "), 2),
    ("a byte order mark", "ris", "\ufeff" + _TWO + "ER  - \n", 2),
    ("a key that stands twice", "bib", "@book{a, title={A}}\n@book{a, title={B}}\n", 2),
    ("a field that stands twice", "bib", "@book{a, title={A}, note={x}, note={y}}\n", 1),
    ("a brace that is missing", "bib", "@book{a, title={A}\n@book{b, title={B}}\n", 2),
)


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


def write_bib(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as out:
        for number, title, abstract, authors, keywords in made_up(count):
            people = " and ".join(f"{family}, {given}" for family, given in authors)
            out.write(
                f"@article{{own{number},\n  title = {{{title}}},\n  author = {{{people}}},\n"
                "  journal = {Journal of invented sarcoma studies},\n"
                f"  year = {1980 + number % 45},\n  volume = {{{number % 90}}},\n"
                f"  pages = {{100--109}},\n  doi = {{10.1000/own.{number}}},\n"
                f"  keywords = {{{'; '.join(keywords)}}},\n  abstract = {{{abstract}}}"
                "\n}\n\n"
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
