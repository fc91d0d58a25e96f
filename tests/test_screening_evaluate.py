"""`sarcat evaluate`: a replay over the review's own finished decisions, and no others."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from conftest import add_run

import cli
from screening.session import decide_one
from screening.state import TITLE_ABSTRACT
from search.records import Record
from search.review import Review


@pytest.fixture
def two(review: Review) -> Review:
    """Thirty records; both have judged 1 to 20, only reviewer-a 21 to 25, nobody the rest."""
    opened = Review(review.folder)
    add_run(opened, [
        Record(pmid=str(n), title=f"A registry of sarcoma {n}" if n <= 6 else f"Cells of mice {n}")
        for n in range(1, 31)
    ])  # fmt: skip
    for n in range(1, 26):
        for who in ("reviewer-a", "reviewer-b") if n <= 20 else ("reviewer-a",):
            decide_one(opened, f"pmid:{n}", "include" if n <= 6 else "exclude", who, TITLE_ABSTRACT)
    return opened


def evaluate(review: Review, *more: str) -> int:
    return cli.run(["evaluate", "--review", str(review.folder), *more])


def test_only_finished_decisions_are_replayed(
    two: Review, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    curve, order = tmp_path / "curve.svg", tmp_path / "order.csv"
    assert evaluate(two, "--json", "--curve", str(curve), "--output", str(order)) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["records"], found["relevant"]) == (18, 5)  # without the two known before
    assert "10 without a finished decision are left out." in found["notes"]
    assert found["loss"] == 0.0
    assert curve.read_text("utf-8").startswith("<svg")
    rows = list(csv.DictReader(order.read_text("utf-8").splitlines()))
    assert {row["id"] for row in rows} == {f"pmid:{n}" for n in range(1, 21)}


def test_over_one_reviewers_own_verdicts(two: Review, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate(two, "--as", "reviewer-a", "--json", "--cold") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["records"], found["relevant"]) == (25, 6)


def test_where_nothing_can_be_told_apart_it_says_so(
    review: Review, two: Review, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate(two, "--stage", "full-text") == 2
    assert "nothing is decided at full-text" in capsys.readouterr().err
    assert evaluate(two, "--as", "reviewer-x") == 2
    assert evaluate(two, "--stage", "abstracts") == 2
    assert evaluate(two, "--prior-ids", "pmid:99") == 2
    assert "no labelled record 'pmid:99'" in capsys.readouterr().err


def test_a_stopping_rule_is_asked(two: Review, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate(two, "--stop", "in-a-row:5", "--json") == 0
    assert json.loads(capsys.readouterr().out)["stop"]["at"] == 10
