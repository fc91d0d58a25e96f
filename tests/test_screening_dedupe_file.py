"""Deduplication from file to file: any format in, sets or unique records out."""

import csv
import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

import cli
from search.importers.spool import drawn
from search.records import Record

RIS = """TY  - JOUR
ID  - {0}
TI  - A national registry of soft tissue sarcoma
AU  - Berg, Anna
PY  - 2019
T2  - Annals of Oncology
VL  - 30
SP  - 512
EP  - 520
DO  - 10.1000/a
ER  -

TY  - JOUR
ID  - {1}
TI  - Another registry, of bone tumours in children
AU  - Dahl, Per
PY  - 2020
ER  -

TY  - JOUR
ID  - {2}
TI  - A national registry of soft tissue sarcoma.
AU  - Berg, A.
PY  - 2019
T2  - Ann Oncol
VL  - 30
SP  - 512
AB  - Background: all patients of one country.
ER  -
"""
NBIB = """PMID- 11
TI  - A national registry of soft tissue sarcoma
FAU - Berg, Anna
DP  - 2019
JT  - Annals of Oncology
VI  - 30
PG  - 512-20
SO  - Ann Oncol. 2019

PMID- {0}
TI  - A national registry of soft tissue sarcoma.
FAU - Berg, Anna
DP  - 2019
JT  - Annals of Oncology
VI  - 30
PG  - 512-20
SO  - Ann Oncol. 2019
"""
BIBTEX = """@article{berg, title={A national registry of soft tissue sarcoma}, doi={10.1000/a},
  author={Berg, Anna}, year=2019}
@article{berg2, title={A national registry of soft tissue sarcoma}, doi={10.1000/A},
  author={Berg, Anna}, year=2019}
"""
SCOPUS = """Authors,Title,Year,Source title,Volume,Page start,Page end,DOI,Link,EID
"Berg A.","A national registry of soft tissue sarcoma",2019,Annals of Oncology,30,512,520,,x,e-1
"Berg A.","A national registry of soft tissue sarcoma",2019,Ann Oncol,30,512,520,,x,e-2
"""
Run = Callable[..., int]


@pytest.fixture
def dedupe(tmp_path: Path) -> Run:
    """Write a file and deduplicate it."""

    def run(text: str | bytes, *words: str, name: str = "in.txt") -> int:
        source = tmp_path / name
        source.write_bytes(text.encode() if isinstance(text, str) else text)
        ends = [str(tmp_path / each) if not each.startswith("--") else each for each in words]
        return cli.run(["dedupe", "--input", str(source), *ends])

    return run


def rows(path: Path) -> list[tuple[str, ...]]:
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode()
    return [tuple(row) for row in csv.reader(text.splitlines())][1:]


def sets(path: Path) -> list[tuple[str, str]]:
    """Return each id with the first id of its set: which record stands for a set is no matter."""
    first: dict[str, str] = {}
    return [(id, first.setdefault(cluster, id)) for id, cluster in rows(path)]


def records(path: Path) -> list[Record]:
    with drawn(path) as (found, reading):
        held = list(found)
    assert (len(held), reading.problems) == (reading.begun, [])
    return held


# --- ids ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (RIS.format("x", "y", "z"), [("x", "x"), ("y", "y"), ("z", "x")]),
        (RIS.format("x", "y", "x"), [("1", "1"), ("2", "2"), ("3", "1")]),
        (RIS.replace("ID  - {1}\n", "").format("x", "", "z"),
         [("1", "1"), ("2", "2"), ("3", "1")]),
        (NBIB.format("12"), [("11", "11"), ("12", "12")]),
        (NBIB.format("11"), [("1", "1"), ("2", "1")]),
        (BIBTEX, [("berg", "berg"), ("berg2", "berg")]),
        (SCOPUS, [("1", "1"), ("2", "1")]),
        ("id;title;doi\na;One title of a paper;10.1/x\nb;One title of a paper;10.1/x\n",
         [("a", "a"), ("b", "b")]),
        ("id;title;doi\na;One title of a paper;10.1000/x\nb;One title of a paper;10.1000/x\n",
         [("a", "a"), ("b", "a")]),
        ("id,title,source title,publication year\n"
         "a,A national registry of sarcoma care,Sarcoma,2019\nb,Other,Sarcoma,2019\n",
         [("a", "a"), ("b", "b")]),
    ],
)  # fmt: skip
def test_records_are_called_by_their_own_ids_or_by_their_positions(
    dedupe: Run, tmp_path: Path, text: str, expected: list[tuple[str, str]]
) -> None:
    assert dedupe(text, "--output", "sets.csv") == 0
    assert sets(tmp_path / "sets.csv") == expected


def test_positions_are_said(dedupe: Run, capsys: pytest.CaptureFixture[str]) -> None:
    dedupe(RIS.format("x", "y", "x"), "--output", "sets.csv")
    assert "called by their position" in capsys.readouterr().err


def test_the_order_of_the_file_has_no_part_in_the_sets(dedupe: Run, tmp_path: Path) -> None:
    parts = RIS.format("x", "y", "z").split("\n\n")
    dedupe("\n\n".join(reversed(parts)), "--output", "sets.csv")
    assert sets(tmp_path / "sets.csv") == [("z", "z"), ("y", "y"), ("x", "z")]


# --- what is written ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["u.ris", "u.nbib", "u.bib", "u.xml", "u.jsonl", "u.csv",
                                  "u.ris.gz"])  # fmt: skip
def test_unique_records_bring_together_what_each_has(
    dedupe: Run, tmp_path: Path, name: str
) -> None:
    assert dedupe(RIS.format("x", "y", "z"), "--unique", name) == 0
    other, one = records(tmp_path / name)
    assert other.title == "Another registry, of bone tumours in children"
    assert (one.doi, one.abstract, one.authors) == (
        "10.1000/a", "Background: all patients of one country.", ("Berg, Anna",),
    )  # fmt: skip
    assert "Merged from records x; z" in one.notes


def test_an_output_of_records_by_its_ending(dedupe: Run, tmp_path: Path) -> None:
    assert dedupe(NBIB.format("11"), "--output", "u.ris") == 0
    (one,) = records(tmp_path / "u.ris")
    assert one.pmid == "11"
    assert "Merged from records 1; 2" in one.notes


def test_records_of_a_plain_csv_keep_columns_that_are_not_compared(
    dedupe: Run, tmp_path: Path
) -> None:
    text = (
        "id,title,authors,year,journal,volume,issue,pages,doi,pmid,abstract,keywords\n"
        "a,One title of a paper,,,,,,,10.1000/x,,,registry\n"
        "b,One title of a paper,,,,,,,10.1000/x,,An abstract,\n"
    )
    assert dedupe(text, "--output", "sets.csv", "--unique", "u.ris") == 0
    assert sets(tmp_path / "sets.csv") == [("a", "a"), ("b", "a")]
    (one,) = records(tmp_path / "u.ris")
    assert (one.keywords, one.abstract) == (("registry",), "An abstract")


def test_tables_are_compressed_where_their_names_say_so(dedupe: Run, tmp_path: Path) -> None:
    assert dedupe(RIS.format("x", "y", "z"), "--output", "sets.csv.gz") == 0
    assert len(rows(tmp_path / "sets.csv.gz")) == 3


def test_uncertain_pairs_are_named_by_their_ids(dedupe: Run, tmp_path: Path) -> None:
    text = RIS.format("x", "y", "z").replace("SP  - 512\nAB", "SP  - 88\nAB")
    assert dedupe(text, "--output", "sets.csv", "--review-pairs", "pairs.csv") == 0
    (pair,) = rows(tmp_path / "pairs.csv")
    assert pair[:2] == ("x", "z")
    assert "against: pages" in pair[2]


# --- what cannot be meant ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        ("", 2, "the file is empty"),
        (b"%PDF-1.7 ...", 2, "a PDF"),
        ("<html><body>Log in</body></html>", 2, "a web page"),
        ("no format at all", 2, "no known format"),
        ("TY  - JOUR\nER  -\n", 2, "nothing can be compared"),
        ("title;year\n", 2, "holds no record"),
        ("id;title\na;x\na;y\n", 2, "the id 'a' stands twice: records 1 and 2"),
        ("id;title\na;x\n;y\n", 2, "record 2 has no id"),
        ("title;year\none;2001\ntwo;2002;spilled\n", 1, ":3"),
        (gzip.compress(RIS.encode())[:-30], 1, ""),
    ],
)
def test_a_file_that_cannot_be_used_is_named_and_nothing_written(
    dedupe: Run, tmp_path: Path, text: str | bytes, status: int, words: str,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    assert dedupe(text, "--output", "sets.csv", "--unique", "u.ris") == status
    said = capsys.readouterr().err
    assert words in said
    assert "in.txt" in said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.txt"]


@pytest.mark.parametrize("words", [
    ("--output", "in.txt"), ("--output", "a.csv", "--unique", "a.csv"),
    ("--output", "no/such/folder.csv"), ("--unique", "u.docx"), ("--review-pairs", "p.csv"),
])  # fmt: skip
def test_places_that_cannot_be_written_are_refused_before_the_work(
    dedupe: Run, tmp_path: Path, words: tuple[str, ...]
) -> None:
    assert dedupe(BIBTEX, *words) == 2
    assert (tmp_path / "in.txt").read_text() == BIBTEX
    assert len(list(tmp_path.iterdir())) == 1


def test_a_thousand_equal_records_are_one_publication(dedupe: Run, tmp_path: Path) -> None:
    assert dedupe(BIBTEX.split("@article{berg2")[0] * 1000, "--output", "sets.csv") == 0
    found = sets(tmp_path / "sets.csv")
    assert (len(found), {cluster for _id, cluster in found}) == (1000, {"1"})


def test_titles_that_name_many_texts_leave_records_apart(dedupe: Run, tmp_path: Path) -> None:
    text = "id,title\n" + "".join(f"{number},Editorial\n" for number in range(1000))
    assert dedupe(text, "--output", "sets.csv") == 0
    assert len({cluster for _id, cluster in rows(tmp_path / "sets.csv")}) == 1000
