"""What changed since a day: entries field by field, with reasons from version control."""

from __future__ import annotations

import datetime
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from catalogue_example import ID, alone, edited, initiative, renamed

import cli
from catalogue.history.change_log import NAME, append, read_log
from catalogue.history.changes import EntryChange, FieldChange, changes_between, lines
from catalogue.history.versions import reasons_since, version_before
from search.errors import SarcatError

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
OLD, NEW = "2026-10-01T12:00:00Z", "2026-11-10T12:00:00Z"
ON_REQUEST = 'value = "on-request"\nevidence = ["e2"]'
OPEN = 'value = "open"\nevidence = ["e2"]'


def moved() -> str:
    text = alone().replace(f'id = "{ID}"', 'id = "moved"')
    return text.replace('former_ids = ["esr"]', f'former_ids = ["esr", "{ID}"]')


def test_an_entry_is_new_or_gone_or_as_it_was() -> None:
    one, two = initiative(), initiative(renamed("two"), "two")
    assert changes_between([one], [one]) == []
    assert [(c.initiative, c.kind) for c in changes_between([one], [one, two])] == [
        ("two", "added")
    ]
    assert [(c.initiative, c.kind) for c in changes_between([one, two], [one])] == [
        ("two", "removed")
    ]


def test_a_changed_claim_is_told_in_words_before_and_after() -> None:
    new = initiative(edited(ON_REQUEST, OPEN))
    (change,) = changes_between([initiative()], [new], {ID: ["The holder opened it"]})
    assert change.fields == (FieldChange("access", "Access", "On request", "Open to all"),)
    assert change.why == ("The holder opened it",)
    assert list(lines([change]))[1:] == [
        "    Access: On request → Open to all",
        "    because: The holder opened it",
    ]


def test_a_claim_that_is_gone_shows_as_nothing() -> None:
    text = alone()
    start = text.index("[claims.patients_involved]")
    shorter = text[:start] + text[text.index("[claims.funding]") :]
    (change,) = changes_between([initiative()], [initiative(shorter)])
    assert [(each.field, each.new) for each in change.fields] == [("patients_involved", "")]
    assert "→ (nothing)" in "\n".join(lines([change]))


def test_a_new_id_is_a_renaming_and_no_loss() -> None:
    new = initiative(moved(), "moved")
    (change,) = changes_between([initiative()], [new])
    assert (change.initiative, change.kind, change.former) == ("moved", "renamed", ID)


# --- version control -----------------------------------------------------------------------------


def git(folder: Path, *arguments: str, at: str = NEW) -> None:
    subprocess.run(
        ["git", "-c", "user.name=reviewer-a", "-c", "user.email=a@example.org",
         "-c", "commit.gpgsign=false", *arguments],
        cwd=folder, check=True, capture_output=True,
        env={"PATH": "/usr/bin:/bin:/usr/local/bin", "GIT_AUTHOR_DATE": at,
             "GIT_COMMITTER_DATE": at, "GIT_CONFIG_GLOBAL": "/dev/null", "HOME": str(folder)},
    )  # fmt: skip


def commit(folder: Path, subject: str, at: str) -> None:
    git(folder, "add", ".", at=at)
    git(folder, "commit", "-q", "-m", subject, at=at)


@pytest.fixture
def review(tmp_path: Path) -> Path:
    """A review under version control: one entry in October, changed in November, one more."""
    folder = tmp_path / "review"
    assert cli.run(["init", str(folder)]) == 0
    entries = folder / "initiatives"
    entries.mkdir(exist_ok=True)
    git(tmp_path, "init", "-q", "review")
    (entries / f"{ID}.toml").write_text(alone())
    commit(folder, "Begin", OLD)
    (entries / f"{ID}.toml").write_text(edited(ON_REQUEST, OPEN))
    commit(folder, "The holder opened it", NEW)
    (entries / "two.toml").write_text(renamed("two"))
    commit(folder, "A second one", NEW)
    return folder


def changed(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, object]]:
    capsys.readouterr()
    assert cli.run(["changes", "--json", *arguments]) == 0
    found = json.loads(capsys.readouterr().out)["catalogue"]
    assert isinstance(found, list)
    return found


@needs_git
def test_what_changed_since_a_day_has_the_reasons_of_its_commits(
    review: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = changed(capsys, "--since", "2026-11-01", "--review", str(review))
    assert [(c["initiative"], c["kind"], c["why"]) for c in found] == [
        (ID, "changed", ["The holder opened it"]), ("two", "added", ["A second one"]),
    ]  # fmt: skip
    early = changed(capsys, "--since", "2026-09-01", "--review", str(review))
    assert [c["kind"] for c in early] == ["added", "added"]


@needs_git
def test_what_is_not_committed_yet_counts(review: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (review / "initiatives" / "two.toml").unlink()
    found = changed(capsys, "--since", "2026-11-24", "--review", str(review))
    assert [(c["initiative"], c["kind"]) for c in found] == [("two", "removed")]


@needs_git
def test_earlier_versions_are_read_without_touching_anything(review: Path) -> None:
    entries = review / "initiatives"
    before = {path: path.read_bytes() for path in entries.iterdir()}
    version = version_before(entries, datetime.date(2026, 11, 1))
    assert list(version.texts) == [f"{ID}.toml"]
    assert version.texts[f"{ID}.toml"] == alone()
    assert reasons_since(entries, version.commit)["two.toml"] == ["A second one"]
    assert {path: path.read_bytes() for path in entries.iterdir()} == before


def test_without_version_control_the_rest_is_told_and_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    assert cli.run(["init", str(tmp_path / "review")]) == 0
    capsys.readouterr()
    assert cli.run(["changes", "--since", "2026-11-01", "--review", str(tmp_path / "review")]) == 0
    out = capsys.readouterr().out
    assert "0 new publications" in out
    assert "no version control keeps the folder" in out or "not installed" in out


def test_a_day_that_is_none_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["init", str(tmp_path / "review")]) == 0
    for wanted in (["--since", "last week"], []):
        assert cli.run(["changes", *wanted, "--review", str(tmp_path / "review")]) == 2
        assert "2026-11-01" in capsys.readouterr().err


# --- the stored log ------------------------------------------------------------------------------


@needs_git
def test_kept_changes_go_on_where_they_ended(
    review: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep = ["changes", "--keep", "--review", str(review)]
    assert cli.run(keep) == 2
    assert cli.run([*keep, "--since", "2026-11-01"]) == 0
    kept, faults = read_log(review / NAME)
    assert [(each.change.initiative, each.change.kind) for each in kept] == [
        (ID, "changed"), ("two", "added"),
    ]  # fmt: skip
    assert not faults
    assert cli.run(keep) == 0
    assert read_log(review / NAME)[0] == kept
    (review / "initiatives" / "two.toml").unlink()
    commit(review, "It never was one", NEW)
    assert cli.run(keep) == 0
    assert [each.change.kind for each in read_log(review / NAME)[0]][len(kept) :] == ["removed"]


def test_a_kept_change_comes_back_as_it_was(tmp_path: Path) -> None:
    change = EntryChange("moved", "Tab\tand “quotes”", "renamed",
                         (FieldChange("name", "Name", "a\nb", ""),), "old-id", ("why",))  # fmt: skip
    append(tmp_path / NAME, datetime.date(2026, 11, 24), "abc", [change])
    kept, faults = read_log(tmp_path / NAME)
    assert [each.change for each in kept] == [change]
    assert not faults


@pytest.mark.parametrize("line", ["{", "[]", "{}", '{"day": "2026-11-24", "upto": "a"}'])
def test_a_damaged_line_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / NAME).write_text(line + "\n")
    kept, faults = read_log(tmp_path / NAME)
    assert not kept
    assert [fault.line for fault in faults] == [1]


def test_nothing_is_added_behind_a_torn_line(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text('{"day"')
    with pytest.raises(SarcatError, match="torn"):
        append(tmp_path / NAME, datetime.date(2026, 11, 24), "abc", [])
