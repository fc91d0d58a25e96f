"""Where files are written: a place that cannot be is named as the user wrote it, and wrong use."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import add_run

import cli
from search.records import Record
from search.review import Review

LABELLED = "id,title,abstract,label_included\n1,a,b,1\n2,c,d,0\n"
WRITERS = [
    (["flow", "--interim", "--svg"], "out.svg"),
    (["backup"], "out.zip"),
    (["export"], "out.ris"),
    (["catalogue", "export"], "out.json"),
    (["catalogue", "export"], "out.csv"),
    (["catalogue", "export"], "out.db"),
    (["simulate", "LABELLED", "--output"], "out.csv"),
]


@pytest.mark.parametrize(("command", "name"), WRITERS, ids=lambda each: str(each))
def test_no_file_can_stand_there(
    review: Review, tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str],
    name: str,
) -> None:  # fmt: skip
    labelled = tmp_path / "labelled.csv"
    labelled.write_text(LABELLED)
    words = [str(labelled) if word == "LABELLED" else word for word in command]
    missing, folder = tmp_path / "missing", tmp_path / name
    folder.mkdir()
    for place, named, why in (
        (missing / name, missing, "there is no such folder. Make it first."),
        (folder, folder, "this is a folder. Name a file."),
    ):
        assert cli.run([*words, str(place), "--review", str(review.folder)]) == 2
        err = capsys.readouterr().err
        assert f"sarcat: {named}: {why}" in err
        assert ".new" not in err
    assert not missing.exists()
    assert not list(folder.iterdir())


def test_a_file_is_no_folder_to_begin_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "notes.txt"
    place.write_text("mine")
    assert cli.run(["init", str(place)]) == 2
    assert f"{place}: this is a file." in capsys.readouterr().err
    assert place.read_text() == "mine"


@pytest.mark.parametrize("command", ["conflicts", "agreement", "log"])
def test_a_damaged_line_is_named(
    review: Review, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    add_run(review, [Record(title="One", pmid="1")])
    where = ["--review", str(review.folder)]
    assert cli.run(["decide", "pmid:1", "include", "--as", "reviewer-a", *where]) == 0
    (log,) = review.decisions.glob("*.jsonl")
    log.write_text(log.read_text() + "garbage{{\n")
    capsys.readouterr()
    assert cli.run([command, *where]) == 0
    assert f"note: decisions/{log.name}:2: this line is no event" in capsys.readouterr().err
