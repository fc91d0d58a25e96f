"""The demo: the whole way on the offline corpus, and again in the same folder."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import pytest

import cli
from catalogue.checking.checks import check
from search.review import Review


def test_the_whole_way(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "demo"
    assert cli.run(["demo", str(folder)]) == 0
    assert capsys.readouterr().out.strip().endswith(str(folder.resolve() / "site" / "index.html"))
    home = (folder / "site" / "index.html").read_text("utf-8")
    assert "40207464" in home
    cli.run(["status", "--json", "--review", str(folder)])
    status = json.loads(capsys.readouterr().out)
    assert status["records"]["retrieved"] == 278
    assert status["records"]["by_source"] == {"offline-corpus": 278}
    assert status["records"]["duplicates_removed"] == 1, (
        "one report in two files, joined by reviewer-a"
    )
    assert status["screening"]["title-abstract"]["screened"] == 277
    assert status["catalogue"]["initiatives"] >= 25


def test_the_demo_is_taken_up_and_judgements_in_it_stay(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "demo"
    assert cli.run(["demo", str(folder)]) == 0
    decide = ["decide", "pmid:29117335", "exclude", "--reason", "E1", "--as", "reviewer-a"]
    assert cli.run([*decide, "--review", str(folder)]) == 0
    runs = sorted(path.name for path in (folder / "searches").iterdir())
    assert cli.run(["demo", str(folder)]) == 0
    assert sorted(path.name for path in (folder / "searches").iterdir()) == runs
    assert list(Review(folder).decisions.glob("reviewer-a.test.jsonl"))
    assert "done before" in capsys.readouterr().err


def test_a_folder_that_holds_something_else_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    assert cli.run(["demo", str(tmp_path)]) == 2
    assert "something else" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_two_builds_of_one_review_are_the_same_bytes(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    assert cli.run(["demo", str(folder)]) == 0
    assert cli.run(["rebuild", "--review", str(folder)]) == 0
    assert cli.run(["site", "build", "--review", str(folder), "--output", str(tmp_path / "b")]) == 0
    first, second = folder / "site", tmp_path / "b"
    names = sorted(str(path.relative_to(first)) for path in first.rglob("*") if path.is_file())
    assert names == sorted(str(p.relative_to(second)) for p in second.rglob("*") if p.is_file())
    assert [n for n in names if (first / n).read_bytes() != (second / n).read_bytes()] == []


def test_the_shipped_entries_have_no_faults() -> None:
    folder = Path(str(resources.files("data"))) / "initiatives"
    faults = check(folder)
    assert [str(fault) for fault in faults if fault.level == "error"] == []
    assert len(list(folder.glob("*.toml"))) >= 25
