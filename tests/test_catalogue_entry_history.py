"""The life of one entry, from git or from the change log; ids that are never used again."""

from __future__ import annotations

import datetime
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from catalogue_example import ID, alone, edited, entry, renamed

import cli
from catalogue.history.change_log import NAME, KeptChange, append
from catalogue.history.changes import EntryChange
from catalogue.history.entry_history import gone, history, reused
from catalogue.history.versions import Step

DAY = datetime.date(2026, 11, 24)
LATER = edited('value = "active"', 'value = "paused"')
MOVED = renamed("moved").replace("\nkind = ", f'\nformer_ids = ["{ID}"]\nkind = ', 1)


def step(day: int, subject: str, **texts: str) -> Step:
    held = {f"{name.replace('_', '-')}.toml": text for name, text in texts.items()}
    return Step(f"c{day}", datetime.date(2026, 10, day), subject, held)


def removed(id: str, name: str) -> KeptChange:
    return KeptChange(DAY, "c1", EntryChange(id, name, "removed"))


def test_each_commit_of_an_entry_is_told_with_its_reason_and_what_is_not_committed() -> None:
    key = ID.replace("-", "_")
    steps = [step(1, "Begin", **{key: alone()}), step(2, "It rests", **{key: LATER})]
    told = list(history([ID], steps, {f"{ID}.toml": alone()}, DAY))
    assert [(each.change.kind, each.change.why, each.upto) for each in told] == [
        ("added", ("Begin",), "c1"),
        ("changed", ("It rests",), "c2"),
        ("changed", (), ""),
    ]
    assert [each.label for each in told[1].change.fields] == ["Status"]
    assert told[2].day == DAY


def test_an_entry_is_followed_through_its_renaming() -> None:
    key = ID.replace("-", "_")
    steps = [step(1, "Begin", **{key: alone()}), step(2, "A better id", moved=MOVED)]
    told = list(history(["moved", ID], steps, {"moved.toml": MOVED}, DAY))
    assert [(each.change.kind, each.change.former) for each in told] == [
        ("added", None),
        ("renamed", ID),
    ]


@pytest.fixture
def review(tmp_path: Path) -> Path:
    folder = tmp_path / "review"
    assert cli.run(["init", str(folder)]) == 0
    (folder / "initiatives").mkdir(exist_ok=True)
    (folder / "initiatives" / f"{ID}.toml").write_text(alone())
    return folder


def told(review: Path, id: str, capsys: pytest.CaptureFixture[str]) -> Any:
    capsys.readouterr()
    assert cli.run(["catalogue", "history", id, "--review", str(review), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_command_follows_git(review: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def git(*words: str) -> None:
        subprocess.run(
            ["git", "-c", "user.name=reviewer-a", "-c", "user.email=a@example.org",
             "-c", "commit.gpgsign=false", *words],
            cwd=review, check=True, capture_output=True,
            env={"PATH": "/usr/bin:/bin:/usr/local/bin", "GIT_CONFIG_GLOBAL": "/dev/null",
                 "HOME": str(review)},
        )  # fmt: skip

    git("init", "-q")
    git("add", ".")
    git("commit", "-q", "-m", "Begin")
    (review / "initiatives" / f"{ID}.toml").unlink()
    (review / "initiatives" / "moved.toml").write_text(MOVED)
    git("add", ".")
    git("commit", "-q", "-m", "A better id")
    found = told(review, ID, capsys)
    assert (found["id"], ID in found["former_ids"]) == ("moved", True)
    assert [(each["kind"], each["why"]) for each in found["changes"]] == [
        ("renamed", ["A better id"]),
        ("added", ["Begin"]),
    ]
    assert cli.run(["catalogue", "history", "moved", "--review", str(review)]) == 0
    out = capsys.readouterr().out
    assert "because: A better id" in out
    assert f"renamed from {ID}" in out


def test_without_git_the_change_log_is_told(
    review: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(review.parent))
    assert cli.run(["catalogue", "history", ID, "--review", str(review)]) == 1
    assert "git" in capsys.readouterr().err
    kept = EntryChange(ID, "The example", "changed", why=("The holder wrote",))
    append(review / NAME, DAY, "c1", [kept, EntryChange("other", "Another", "added")])
    found = told(review, ID, capsys)
    assert [each["why"] for each in found["changes"]] == [["The holder wrote"]]


# --- ids that are never used again -----------------------------------------------------------------


def test_an_entry_that_came_back_is_not_gone() -> None:
    back = KeptChange(DAY, "c2", EntryChange("a", "A", "added"))
    assert set(gone([removed("a", "A"), removed("b", "B")])) == {"a", "b"}
    assert set(gone([removed("a", "A"), removed("b", "B"), back])) == {"b"}


def test_the_id_of_an_entry_that_is_gone_is_not_for_another() -> None:
    (fault,) = reused([entry(alone())], [removed(ID, "Another Registry")])
    assert (fault.rule, fault.line, fault.level) == ("id-reused", 1, "error")
    assert "'Another Registry' bore the id" in fault.what
    same = entry(alone()).initiative
    assert same
    assert not list(reused([entry(alone())], [removed(ID, same.name.upper())]))
    assert not list(reused([entry(alone())], [removed("other", "Another Registry")]))


def test_check_and_new_hold_to_it(review: Path, capsys: pytest.CaptureFixture[str]) -> None:
    append(review / NAME, DAY, "c1", [EntryChange(ID, "Another", "removed"),
                                      EntryChange("free-again", "Gone", "removed")])  # fmt: skip
    assert cli.run(["catalogue", "check", "--review", str(review)]) == 3
    assert f"initiatives/{ID}.toml:1: 'Another' bore the id" in capsys.readouterr().out
    assert cli.run(["catalogue", "new", "free-again", "--review", str(review)]) == 2
    assert "never used again" in capsys.readouterr().err
    assert not (review / "initiatives" / "free-again.toml").exists()
