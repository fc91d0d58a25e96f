"""The commands, as they are typed: status, flow, records, explain, dedupe."""

import csv
import gzip
import json
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import typer
from flow_cases import review_folder, take_in

import cli
from screening import commands_dedupe, commands_flow
from screening.decision_logs.logs import open_log
from search.records import Record
from search.review import Review

Run = Callable[..., int]


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command line with only these commands, and a catalogue of two."""
    made = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)
    commands_dedupe.register(made)
    commands_flow.register(
        made,
        lambda _review: {"initiatives": 2, "national": 1, "international": 1, "left_out": 0},
        lambda _review: {"register-x": ["pmid:1"], "register-y": ["doi:10.1000/z"]},
    )
    monkeypatch.setattr(cli, "app", made)
    monkeypatch.setenv("SARCAT_DEBUG", "1")
    return lambda *arguments: cli.run([str(each) for each in arguments])


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Review]:
    """Three records of PubMed, one of which Embase has as well."""
    review = review_folder(tmp_path / "review", reviewers=1)
    paper = Record(title="A national registry of sarcoma care", doi="10.1000/a", year=2019)
    take_in(review, "one", [
        Record(title="A national registry of sarcoma care", pmid="1", doi="10.1000/a", year=2019),
        Record(title="Care\x1b[31m of <b>children</b>", pmid="2"),
        Record(title="A trial", pmid="3"),
    ])  # fmt: skip
    take_in(review, "two", [paper], source="embase", database="Embase")
    yield review
    review.store.database.close()


def decide(review: Review, *verdicts: tuple[str, str, str]) -> None:
    with open_log(review.decisions, "reviewer-a", "d") as log:
        for key, stage, verdict in verdicts:
            log.append("decide", rec=key, stage=stage, val=verdict)


def finish(review: Review) -> None:
    decide(review, ("pmid:1", "title-abstract", "include"), ("pmid:2", "title-abstract", "exclude"),
           ("pmid:3", "title-abstract", "exclude"), ("pmid:1", "full-text", "include"))  # fmt: skip


def out(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out


@pytest.mark.parametrize("command", ["dedupe", "status", "flow", "records", "explain"])
def test_every_command_has_help_a_review_and_an_example(
    app: Run, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert app(command, "--help") == 0
    text = out(capsys)
    assert "Example: sarcat" in text
    assert "--review" in text
    assert "--json" in text


def test_status(app: Run, small: Review, capsys: pytest.CaptureFixture[str]) -> None:
    assert app("status", "--review", small.folder, "--json") == 0
    document = json.loads(out(capsys))
    assert document["records"]["unique"] == 3
    assert document["catalogue"] == {
        "initiatives": 2, "national": 1, "international": 1, "left_out": 0,
    }  # fmt: skip
    assert app("status", "--review", small.folder) == 0
    assert "4 retrieved" in out(capsys)


def test_a_flow_that_is_not_final_says_so_and_draws_nothing(
    app: Run, small: Review, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    decide(small, ("pmid:1", "title-abstract", "include"))
    svg = tmp_path / "flow.svg"
    assert app("flow", "--review", small.folder, "--svg", svg) == 3
    assert not svg.exists()
    told = capsys.readouterr()
    assert told.out == ""
    assert "2 awaiting screening on title and abstract" in told.err
    assert "1 awaiting assessment of the full text" in told.err
    assert "--interim" in told.err


def test_an_interim_flow_is_marked_and_dated(
    app: Run, small: Review, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    svg = tmp_path / "flow.svg"
    assert app("flow", "--review", small.folder, "--svg", svg, "--interim", "--json") == 0
    document = json.loads(out(capsys))
    assert (document["interim"], document["as_of"]) == (True, "2026-11-01T10:00:00Z")
    assert "Interim, as of 2026-11-01" in svg.read_text("utf-8")


def test_a_final_flow(
    app: Run, small: Review, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    finish(small)
    svg = tmp_path / "flow.svg"
    assert app("flow", "--review", small.folder, "--json", "--svg", svg) == 0
    document = json.loads(out(capsys))
    assert document["interim"] is False
    assert document["database_specific_results"] == {"Embase": 1, "PubMed": 3}
    assert (document["duplicates"], document["records_screened"]) == (1, 3)
    assert (document["new_reports"], document["new_studies"]) == (1, 1)
    ET.fromstring(svg.read_text("utf-8"))
    first = svg.read_bytes()
    assert app("flow", "--review", small.folder, "--svg", svg) == 0
    assert svg.read_bytes() == first
    assert "Duplicate records removed (n = 1)" in out(capsys)


def test_every_number_lists_its_keys(
    app: Run, small: Review, capsys: pytest.CaptureFixture[str]
) -> None:
    finish(small)
    assert app("flow", "--review", small.folder, "--json") == 0
    for box, number in json.loads(out(capsys)).items():
        if isinstance(number, int) and not isinstance(number, bool):
            assert app("flow", "--review", small.folder, "--list", box) == 0
            assert len(out(capsys).splitlines()) == number
    assert app("flow", "--review", small.folder, "--list", "duplicates", "--json") == 0
    assert json.loads(out(capsys)) == ["doi:10.1000/a@embase"]
    assert app("flow", "--review", small.folder, "--list", "duplicate") == 2
    assert "Did you mean 'duplicates'?" in capsys.readouterr().err


def test_records(app: Run, small: Review, capsys: pytest.CaptureFixture[str]) -> None:
    assert app("records", "--review", small.folder, "--json") == 0
    listed = json.loads(out(capsys))["records"]
    assert [(each["key"], each["duplicate_of"]) for each in listed] == [
        ("doi:10.1000/a@embase", "pmid:1"), ("pmid:1", None), ("pmid:2", None), ("pmid:3", None),
    ]  # fmt: skip
    assert app("records", "--review", small.folder, "--only", "unique", "--json") == 0
    listed = json.loads(out(capsys))["records"]
    assert [each["key"] for each in listed] == ["pmid:1", "pmid:2", "pmid:3"]
    assert listed[0]["members"] == ["pmid:1", "doi:10.1000/a@embase"]
    assert len(listed[0]["sources"]) == 2
    assert app("records", "--review", small.folder, "--only", "awaiting") == 0
    text = out(capsys)
    assert len(text.splitlines()) == 3
    assert "\x1b" not in text
    assert app("records", "--review", small.folder, "--only", "included", "--json") == 0
    assert json.loads(out(capsys)) == {"records": []}
    assert app("records", "--review", small.folder, "--only", "new") == 2


def test_explain(app: Run, small: Review, capsys: pytest.CaptureFixture[str]) -> None:
    assert app("explain", "doi:10.1000/a@embase", "--review", small.folder) == 0
    text = out(capsys)
    assert "doi:10.1000/a@embase = pmid:1: DOI 10.1000/a" in text
    assert "records_awaiting" in text
    assert app("explain", "pmid:1", "--review", small.folder, "--json") == 0
    assert json.loads(out(capsys))["representative"] == "pmid:1"
    assert app("explain", "pmid:99", "--review", small.folder) == 2


def test_dedupe_in_the_review(app: Run, small: Review, capsys: pytest.CaptureFixture[str]) -> None:
    assert app("dedupe", "--review", small.folder, "--json") == 0
    document = json.loads(out(capsys))
    assert (document["records"], document["sets"], document["unique"]) == (4, 1, 3)
    assert app("dedupe", "--review", small.folder, "--output", "x.csv") == 2


# --- file to file ------------------------------------------------------------------------------

HEADER = "id,source_db,title,authors,year,journal,volume,issue,pages,doi,pmid,abstract"
TITLE = "A national registry of sarcoma care"
ROWS = [
    f'a,PubMed,{TITLE},"Berg, A.; Dahl, P.",2019,Sarcoma,1,2,3-9,,7,',
    f'b,Embase,{TITLE}.,"Berg, Anna",2019,SARCOMA,1,2,3-9,https://doi.org/10.1000/A,,',
    'c,Embase,"Another, with a comma\nand a line",,,,,,,,,',
    f'd,Scopus,{TITLE},"Berg, A.",2019,Sarcoma,1,2,88-90,,,',
]


def written(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as lines:
        return list(csv.reader(lines))


@pytest.mark.parametrize("packed", [False, True])
def test_dedupe_a_file(app: Run, tmp_path: Path, packed: bool) -> None:
    data = "\n".join([HEADER, *ROWS, ""]).encode()
    source = tmp_path / "all.csv"
    source.write_bytes(gzip.compress(data) if packed else data)
    output, pairs = tmp_path / "sets.csv", tmp_path / "pairs.csv"
    assert app("dedupe", "--input", source, "--output", output, "--review-pairs", pairs) == 0
    assert written(output) == [["id", "cluster"], ["a", "a"], ["b", "a"], ["c", "c"], ["d", "d"]]
    (header, pair) = written(pairs)
    assert header == ["id1", "id2", "reasons"]
    assert pair[:2] == ["a", "d"]
    assert "against: pages: 3-9 / 88-90" in pair[2]


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        ("", 2, "the file is empty"),
        ("id,name\n1,x\n", 2, ":1: columns are missing: title"),
        (HEADER + "\n", 2, "holds no record"),
        ("id,title\n1,x\n2,y\n1,z\n", 2, ":4: the id '1' stands twice (first in line 2)"),
        ("id,title\n,x\n", 2, ":2: a record has no id"),
        ("id,title\n1,\n2,\n", 2, "no record has a title"),
        ("id,title\n1,x\n2\n", 1, ":3: this row has 1 fields, the header 2"),
        ('id,title\n1,"x\n', 1, "cannot be read as CSV"),
        ("id,title\n1,\udcff\n", 2, "not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_meant_is_named_and_nothing_written(
    app: Run, tmp_path: Path, text: str, status: int, words: str,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    source, output = tmp_path / "all.csv", tmp_path / "sets.csv"
    source.write_bytes(text.encode("utf-8", "surrogateescape"))
    assert app("dedupe", "--input", source, "--output", output) == status
    assert words in capsys.readouterr().err
    assert not output.exists()


def test_a_file_cut_off_or_absent(
    app: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, output = tmp_path / "all.csv.gz", tmp_path / "sets.csv"
    assert app("dedupe", "--input", source, "--output", output) == 2
    source.write_bytes(gzip.compress("\n".join([HEADER, *ROWS]).encode())[:-20])
    assert app("dedupe", "--input", source, "--output", output) == 1
    assert "damaged" in capsys.readouterr().err
    assert not output.exists()


def test_columns_that_are_missing_are_named(
    app: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, output = tmp_path / "all.csv", tmp_path / "sets.csv"
    source.write_text("\ufeffID, Title\n1,x\n", "utf-8")
    assert app("dedupe", "--input", source, "--output", output) == 0
    assert "no column authors, year" in capsys.readouterr().err
    assert app("dedupe", "--input", source) == 2
