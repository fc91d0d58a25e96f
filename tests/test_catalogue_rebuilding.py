"""Everything in the database can be worked out again from the text."""

from __future__ import annotations

from pathlib import Path

import pytest

import cli
from search.review import Review

RIS = "TY  - JOUR\nTI  - A registry of sarcoma\nPY  - 2020\nDO  - 10.1000/a\nER  - \n"


def shown(review: Review, capsys: pytest.CaptureFixture[str], *command: str) -> str:
    cli.run([*command, "--json", "--review", str(review.folder)])
    return capsys.readouterr().out


def test_a_rebuilt_review_says_the_same(
    review: Review, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("embase", "scopus"):
        path = tmp_path / f"{name}.ris"
        path.write_text(RIS)
        assert cli.run(["import", str(path), "--review", str(review.folder)]) == 0
    key = "doi:10.1000/a@embase"
    for who in ("reviewer-a", "reviewer-b"):
        assert cli.run(["decide", key, "include", "--as", who, "--review", str(review.folder)]) == 0
    commands = (["status"], ["flow", "--interim"], ["records"])
    capsys.readouterr()
    before = [shown(review, capsys, *command) for command in commands]
    assert '"unique": 1' in before[0]
    assert cli.run(["rebuild", "--review", str(review.folder)]) == 0
    capsys.readouterr()
    assert [shown(review, capsys, *command) for command in commands] == before


def test_a_damaged_run_leaves_the_database(review: Review, tmp_path: Path) -> None:
    path = tmp_path / "embase.ris"
    path.write_text(RIS)
    cli.run(["import", str(path), "--review", str(review.folder)])
    (entry,) = review.searches.glob("*/run.json")
    entry.write_text("{")
    assert cli.run(["rebuild", "--review", str(review.folder)]) == 1
    assert review.database_path.exists()


def test_init_begins_a_review_and_never_overwrites(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["init", str(tmp_path / "new")]) == 0
    assert cli.run(["status", "--review", str(tmp_path / "new")]) == 0
    assert cli.run(["init", str(tmp_path / "new")]) == 2
    assert "not empty" in capsys.readouterr().err
