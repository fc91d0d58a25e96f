"""Where a file came from: asked at a terminal, named as unknown elsewhere."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

import cli
from search.review import Review

RIS = "TY  - JOUR\nTI  - A\nER  - \n"
NBIB = "PMID- 7\nTI  - A\nSO  - J\n"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def answered(
    monkeypatch: pytest.MonkeyPatch, review: Review, file: Path, answers: str, *options: str
) -> tuple[int, str]:
    said = Terminal()
    with monkeypatch.context() as here:
        here.setattr(sys, "stdin", Terminal(answers))
        here.setattr(sys, "stderr", said)
        status = cli.run(["import", str(file), "--review", str(review.folder), *options])
    return status, said.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "export.ris"
    path.write_text(RIS)
    return path


def test_what_is_answered_is_kept(
    monkeypatch: pytest.MonkeyPatch, review: Review, file: Path
) -> None:
    status, said = answered(
        monkeypatch, review, file, "Embase 1974 on\n Ovid \n20.11.2026\n2026-11-20\n"
    )
    (run,) = Review(review.folder).store.runs()
    assert status == 0
    assert (run.database, run.platform, run.extra["exported"]) == (
        "Embase 1974 on", "Ovid", "2026-11-20",
    )  # fmt: skip
    assert "'20.11.2026' is no date" in said
    assert "Not known" not in said


def test_what_options_say_is_not_asked(
    monkeypatch: pytest.MonkeyPatch, review: Review, file: Path
) -> None:
    options = ("--source", "embase", "--exported", "2026-11-20")
    _, said = answered(monkeypatch, review, file, "\n", *options)
    assert said.count("(such as") + said.count("(YYYY-MM-DD)") == 1
    assert "platform" in said
    assert "Not known: its platform." in said


@pytest.mark.parametrize("answers", ["", "\n", "\n\n\n"])
def test_nobody_need_answer(
    monkeypatch: pytest.MonkeyPatch, review: Review, file: Path, answers: str
) -> None:
    status, said = answered(monkeypatch, review, file, answers)
    (run,) = Review(review.folder).store.runs()
    assert (status, run.platform, "exported" in run.extra) == (0, None, False)
    assert "Not known: its database, its platform, the day of its export." in said


def test_a_file_that_is_not_stored_is_not_asked_about(
    monkeypatch: pytest.MonkeyPatch, review: Review, file: Path
) -> None:
    file.write_text("TY  - JOUR\nTI  - half a ti")
    status, said = answered(monkeypatch, review, file, "")
    assert status == 1
    assert "for the report of the search" not in said


@pytest.mark.parametrize("options", [["--json"], ["--no-input"]])
def test_scripts_are_not_asked(
    monkeypatch: pytest.MonkeyPatch, review: Review, file: Path, options: list[str]
) -> None:
    _, said = answered(monkeypatch, review, file, "Embase\n", *options)
    assert "for the report of the search" not in said
    (run,) = review.store.runs()
    assert run.database == "Export"


def test_without_a_terminal_it_is_named_with_the_way_to_add_it(
    review: Review, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["import", str(file), "--review", str(review.folder)]
    assert cli.run([*command, "--json"]) == 0
    shown = capsys.readouterr()
    (outcome,) = json.loads(shown.out)["files"]
    assert outcome["unknown"] == ["database", "platform", "exported"]
    assert "--platform" in shown.err
    # what the sentence says to do does it
    entry = review.searches / outcome["run"] / "run.json"
    assert f"searches/{outcome['run']}/run.json" in shown.err
    run = json.loads(entry.read_text("utf-8"))
    run["platform"], run["extra"]["exported"] = "Ovid", "2026-11-20"
    entry.write_text(json.dumps(run), "utf-8")
    (kept,) = Review(review.folder).store.runs()
    assert (kept.platform, kept.extra["exported"]) == ("Ovid", "2026-11-20")
    assert review.store.count() == 1


def test_pubmed_is_a_platform_of_its_own(
    review: Review, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.nbib"
    path.write_text(NBIB)
    assert cli.run(["import", str(path), "--review", str(review.folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["files"][0]["unknown"] == ["exported"]
