"""Decisions from a file: checked whole, every fault with its line, logged together or not at all."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cli
from screening.decision_file import read_decisions
from screening.decision_logs.decisions import in_force
from screening.decision_logs.events import Act
from screening.decision_logs.logs import open_log, read_logs
from search.errors import SarcatError
from search.review import Review

TABLE = """key,decision,reason,note,tags,stage
pmid:1,include,,,registry; national,
pmid:2,exclude,E1,"two
lines",,title-abstract
pmid:3,,,,,
pmid:4,Maybe,,,,
"""
LINES = """{"key": "pmid:1", "decision": "include", "tags": ["registry", "national"]}

{"key": "pmid:2", "verdict": "exclude", "reason": "E1", "note": "two\\nlines", "tags": null}
"""


def decide(review: Review, path: Path, text: str, *arguments: str) -> int:
    path.write_text(text, "utf-8")
    return cli.run(["decide", "--as", "reviewer-a", "--review", str(review.folder),
                    "--file", str(path), *arguments])  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "mine.csv"


@pytest.mark.parametrize(
    "text",
    [
        TABLE.replace("Maybe", ""),
        "\ufeff" + TABLE.replace("Maybe", "").replace("\n", "\r\n"),
        TABLE.replace("Maybe", "").replace(",", "\t"),
        TABLE.replace("Maybe", "").replace("registry; national", '"registry; national"')
        .replace(",", ";"),
        LINES,
    ],
    ids=["csv", "windows", "tabs", "semicolons", "json lines"],
)  # fmt: skip
def test_the_decisions_of_a_file(filled: Review, path: Path, text: str) -> None:
    assert decide(filled, path, text) == 0
    held = {key: by["reviewer-a"] for (key, _), by
            in in_force(read_logs(filled.decisions).events).items()}  # fmt: skip
    assert {key: (each.verdict, each.reason) for key, each in held.items()} == {
        "pmid:1": ("include", None), "pmid:2": ("exclude", "E1"),
    }  # fmt: skip
    assert (held["pmid:2"].note or "").split() == ["two", "lines"]
    stored = filled.store.record("pmid:1")
    assert stored
    assert (held["pmid:1"].seen, held["pmid:1"].criteria) == (
        stored.seen, filled.protocol.criteria_hash,
    )  # fmt: skip
    tags = [e.val for e in read_logs(filled.decisions).events if e.act == Act.TAG]
    assert tags == ["registry", "national"]


def test_every_fault_is_named_with_its_line_and_nothing_is_logged(
    filled: Review, path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        "key,decision,reason,note,tags,stage",
        "pmid:1,include,,,,",
        "pmid:11,include,,,,",
        'pmid:2,exclude,E9,"over\ntwo lines",,',
        "pmid:3,Include,,,,",
        "pmid:1,exclude,,,,",
        "pmid:4,include,,,,screening",
        "pmid:4,,E1,,,",
        ",include,,,,",
        "pmid:5,include",
        f"pmid:5,include,,,{'t' * 61},",
        "pmid:5,include,,,,full-text",
    ]
    assert decide(filled, path, "\n".join(rows)) == 2
    said = capsys.readouterr().err
    for place, words in [
        (3, "Did you mean pmid:1?"), (4, "Use one of E1"), (6, "'Include' is no verdict"),
        (7, "in line 2 already"), (8, "'screening' is no stage"), (9, "no decision"),
        (10, "names no record"), (11, "2 cells, the header 6"), (12, "1 to 60 letters"),
    ]:  # fmt: skip
        assert any(line.startswith(("mine.csv:", "sarcat: mine.csv:")) and words in line
                   and f"mine.csv:{place}:" in line for line in said.splitlines()), words  # fmt: skip
    assert read_logs(filled.decisions).events == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "holds no decision"),
        ("key,verdict,decision\n", "'decision' stands twice"),
        ("id,decision\npmid:1,include\n", "no column is called 'key'"),
        ("key,decision,reson\npmid:1,include,\n", "Call it 'reason', or take it out"),
        ('key,decision,note\npmid:1,include,"open\n', "mine.csv:2: the row that begins here"),
        ('{"key": "pmid:1", "decision": 1}\n', "'decision' is no text"),
        ('{"key": "pmid:1", "decision": "include"}\n{"key"\n', "mine.csv:2: this line is not JSON"),
        ('{"key": "pmid:1", "decision": "include"}\n[]\n', "no JSON object"),
        ('{"key": "pmid:1", "decision": "include", "tag": [1]}\n', "'tags' is no text"),
    ],
)
def test_files_that_cannot_be_trusted(
    filled: Review, path: Path, capsys: pytest.CaptureFixture[str], text: str, words: str
) -> None:
    assert decide(filled, path, text) == 2
    assert words in capsys.readouterr().err
    assert read_logs(filled.decisions).events == ()


def test_another_encoding_is_named_with_its_line(filled: Review, path: Path) -> None:
    file = read_decisions("x.csv", "key,decision,note\npmid:1,include,für\n".encode("latin-1"))
    assert [(fault.line, fault.what) for fault in file.faults] == [(2, "this is not UTF-8.")]


def test_a_file_given_twice_logs_nothing_twice_and_a_change_is_logged(
    filled: Review, path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = TABLE.replace("Maybe", "maybe")
    assert decide(filled, path, text) == 0
    before = read_logs(filled.decisions).events
    assert decide(filled, path, text) == 0
    assert read_logs(filled.decisions).events == before
    assert "3 decisions stand already" in capsys.readouterr().err
    assert decide(filled, path, text.replace("maybe", "include"), "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert [(each["key"], each["verdict"]) for each in found["decided"]] == [("pmid:4", "include")]
    assert [each["line"] for each in found["unchanged"]] == [2, 3]
    assert found["undecided_rows"] == 1


def test_from_stdin_with_confirmation_on_stdout(
    filled: Review, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(LINES.encode())))
    assert cli.run(["decide", "--as", "reviewer-a", "--review", str(filled.folder),
                    "--file", "-"]) == 0  # fmt: skip
    assert capsys.readouterr().out.splitlines() == [
        "pmid:1: include, at title-abstract, tagged registry, national.",
        "pmid:2: exclude (E1: two lines), at title-abstract.",
    ]


def test_titles_of_the_file_open_its_full_texts(filled: Review, path: Path) -> None:
    with open_log(filled.decisions, "reviewer-b") as log:
        log.append(Act.DECIDE, rec="pmid:1", stage="title-abstract", val="include")
    rows = ["key,decision,stage", "pmid:1,include,full-text", "pmid:1,include,title-abstract",
            "pmid:2,include,full-text"]  # fmt: skip
    assert decide(filled, path, "\n".join(rows)) == 2
    assert len(read_logs(filled.decisions).events) == 1
    assert decide(filled, path, "\n".join(rows[:3])) == 0
    assert len(read_logs(filled.decisions).events) == 3


def test_one_decision_or_a_file_not_both(
    filled: Review, path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert decide(filled, path, TABLE, "pmid:1", "include") == 2
    assert "not both" in capsys.readouterr().err
    assert cli.run(["decide", "--as", "reviewer-a", "--review", str(filled.folder)]) == 2
    assert "--file FILE" in capsys.readouterr().err
    assert decide(filled, path.with_name("none"), TABLE, "--file", str(path) + "x") == 2
    assert "no such file" in capsys.readouterr().err


def test_a_disk_that_is_full_leaves_nothing_of_the_file(
    filled: Review, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_log(filled.decisions, "reviewer-a") as log:
        log.append(Act.DECIDE, rec="pmid:5", stage="title-abstract", val="include")
        before = log.path.read_bytes()
    real, written = __import__("os").write, []

    def write(descriptor: int, data: memoryview) -> int:
        if written:
            raise OSError(28, "No space left on device")
        written.append(len(data))
        return int(real(descriptor, data[:300]))

    monkeypatch.setattr("screening.decision_logs.logs.os.write", write)
    assert decide(filled, path, TABLE.replace("Maybe", "maybe")) == 1
    monkeypatch.undo()
    (kept,) = filled.decisions.glob("*.jsonl")
    assert kept.read_bytes() == before


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_bytes_bring_more_than_faults(data: bytes) -> None:
    for start in (b"", b"key,decision,note\n", b'{"key": "a", "decision": "include"}\n'):
        try:
            file = read_decisions("x", start + data)
        except SarcatError:
            pytest.fail("a fault belongs to its line")
        assert file.wanted or file.faults or file.undecided
        assert all(fault.line and fault.line >= 1 for fault in file.faults)
