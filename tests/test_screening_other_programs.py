"""Votes of other programs: shown first, logged when a person says whose they are, never twice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import cli
from screening.decision_logs.logs import read_logs
from search.review import Review

RAYYAN = (
    "title,year,notes\n"
    'One registry,2020,"RAYYAN-INCLUSION: {""Ann""=>""Included"", ""Bob""=>""Excluded""} | '
    'RAYYAN-EXCLUSION-REASONS: wrong population"\n'
    'Another registry,2021,"RAYYAN-INCLUSION: {""Ann""=>""Maybe""}"\n'
)
ASREVIEW = (
    "title,year,asreview_label,asreview_time,asreview_note\n"
    "One registry,2020,1,2024-01-01,because\nAnother registry,2021,0,,\nA third,2022,,,\n"
)
COVIDENCE = "title,year,notes,covidence #,tags\nOne registry,2020,Exclusion reason: Not about sarcoma;,#12,\n"


@pytest.fixture
def review(tmp_path: Path) -> Path:
    folder = tmp_path / "review"
    assert cli.run(["init", str(folder)]) == 0
    return folder


def imported(review: Path, text: str, name: str = "export.csv") -> None:
    (review.parent / name).write_text(text)
    command = ["import", str(review.parent / name), "--source", "embase", "--review", str(review)]
    assert cli.run(command) == 0


def votes(review: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    capsys.readouterr()
    assert cli.run(["votes", "--json", *arguments, "--review", str(review)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    return found


def logged(review: Path) -> list[tuple[str, ...]]:
    events = read_logs(review / "decisions").events
    return [(e.who, e.dev, e.val or "", e.reason or "") for e in events]


def test_nothing_is_logged_until_somebody_says_whose_it_is(
    review: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    imported(review, RAYYAN)
    found = votes(review, capsys)
    assert list(found["runs"].values()) == [{"Ann": 2, "Bob": 1}]
    assert {each["held_back"] for each in found["votes"]} == {
        "nobody was named for 'Ann'", "nobody was named for 'Bob'"}  # fmt: skip
    assert votes(review, capsys, "--log")["logged"] == 0
    assert votes(review, capsys, "--as", "Ann=reviewer-a")["logged"] == 0
    assert logged(review) == []


def test_votes_become_their_reviewers_decisions_with_their_origin(
    review: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    imported(review, RAYYAN)
    names = ["--as", "Ann=reviewer-a", "--as", "Bob=reviewer-b", "--log"]
    assert votes(review, capsys, *names)["logged"] == 3
    assert sorted(logged(review)) == [
        ("reviewer-a", "rayyan", "include", ""), ("reviewer-a", "rayyan", "maybe", ""),
        ("reviewer-b", "rayyan", "exclude", "other"),
    ]  # fmt: skip
    notes = {event.val: event.note or "" for event in read_logs(review / "decisions").events}
    assert "From rayyan, export.csv" in notes["exclude"]
    assert "reason: wrong population" in notes["exclude"]
    assert cli.run(["verify", "--review", str(review)]) == 0


def test_a_second_time_nothing_is_logged(review: Path, capsys: pytest.CaptureFixture[str]) -> None:
    imported(review, ASREVIEW)
    assert votes(review, capsys, "--as", "reviewer-a", "--log")["logged"] == 2
    again = votes(review, capsys, "--as", "reviewer-a", "--log")
    assert again["logged"] == 0
    assert {each["held_back"] for each in again["votes"]} == {"reviewer-a has judged it here"}


def test_what_was_judged_here_stands(review: Path, capsys: pytest.CaptureFixture[str]) -> None:
    imported(review, ASREVIEW)
    keys = {each.record.title: each.key for each in Review(review).store.records()}
    decide = ["decide", keys["One registry"], "exclude", "--reason", "E1", "--as", "reviewer-a"]
    assert cli.run([*decide, "--review", str(review)]) == 0
    assert votes(review, capsys, "--as", "reviewer-a", "--log")["logged"] == 1
    assert [each[2:] for each in logged(review) if each[1] != "asreview"] == [("exclude", "E1")]


def test_an_outcome_alone_is_one_vote_and_a_known_reason_its_code(
    review: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    protocol = review / "protocol.toml"
    text = protocol.read_text()
    first = Review(review).protocol.exclusion[0].text
    protocol.write_text(text.replace(first, "Not about sarcoma"))
    imported(review, COVIDENCE)
    assert votes(review, capsys, "--as", "reviewer-a", "--log")["logged"] == 1
    assert logged(review) == [("reviewer-a", "covidence", "exclude", "E1")]


@pytest.mark.parametrize(
    "arguments",
    [["--as", "Ann=nobody"], ["--as", "A=reviewer-a", "--as", "A=reviewer-b"], ["no-such-run"],
     ["--stage", "abstract"]],
)  # fmt: skip
def test_wrong_use_is_said(review: Path, arguments: list[str]) -> None:
    imported(review, RAYYAN)
    assert cli.run(["votes", *arguments, "--review", str(review)]) == 2
    assert logged(review) == []


def test_files_without_votes_are_said_to_have_none(
    review: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    imported(review, "title,year\nOne,2020\n")
    assert cli.run(["votes", "--review", str(review)]) == 0
    assert "No import brought votes" in capsys.readouterr().err
