"""A check of everything, and a consistent copy."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from catalogue_example import ID, alone

import cli
from catalogue.backing_up import back_up
from catalogue.doctor import PARTS, Finding, examine, lines
from screening.decision_logs.logs import open_log
from search.errors import BadInput
from search.faults import Fault
from search.review import Review

RIS = "TY  - JOUR\nTI  - A sarcoma registry\nPY  - 2020\nAU  - Doe, J\nER  - \n"


@pytest.fixture
def review(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Review:
    """A small review that is well: one record, one judgement, one entry."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    folder = tmp_path / "review"
    assert cli.run(["init", str(folder)]) == 0
    (tmp_path / "one.ris").write_text(RIS)
    assert cli.run(["import", str(tmp_path / "one.ris"), "--source", "hand",
                    "--review", str(folder)]) == 0  # fmt: skip
    (folder / "initiatives" / f"{ID}.toml").write_text(alone())
    opened = Review(folder)
    (record,) = opened.store.records()
    with open_log(opened.decisions, "reviewer-a", "desk") as log:
        log.append("decide", rec=record.key, stage="title-abstract", val="include",
                   seen=record.seen)  # fmt: skip
    return opened


def levels(review: Review) -> dict[str, str]:
    return {found.part: found.level for found in examine(Review(review.folder))}


def test_every_part_of_a_review_that_is_well_is_well(review: Review) -> None:
    found = levels(review)
    assert list(found) == list(PARTS)
    ill = {part for part, level in found.items() if level == "error"}
    assert not ill


def damage_log(review: Review) -> None:
    path = review.decisions / "reviewer-a.desk.jsonl"
    path.write_bytes(path.read_bytes().replace(b"include", b"exclude"))


def damage_run(review: Review) -> None:
    (path,) = review.searches.glob("*/records*.gz")
    path.write_bytes(gzip.compress(b""))


def damage_records(review: Review) -> None:
    (path,) = review.searches.glob("*/records*.gz")
    path.write_bytes(path.read_bytes()[:40])


def damage_entry(review: Review) -> None:
    (review.initiatives / f"{ID}.toml").write_text('id = "other"\n')


def damage_protocol(review: Review) -> None:
    (review.folder / "protocol.toml").write_text('title = "')


def damage_database(review: Review) -> None:
    review.database_path.write_bytes(b"no database at all" * 300)
    for ending in ("-wal", "-shm"):
        review.database_path.with_name(f"review.db{ending}").unlink(missing_ok=True)


@pytest.mark.parametrize(
    ("damage", "part"),
    [
        (damage_log, "decisions"),
        (damage_run, "searches"),
        (damage_records, "searches"),
        (damage_entry, "catalogue"),
        (damage_protocol, "protocol"),
        (damage_database, "database"),
    ],
)  # fmt: skip
def test_each_damage_is_found_where_it_is(review: Review, damage, part: str) -> None:  # type: ignore[no-untyped-def]
    damage(review)
    found = levels(review)
    assert found[part] == "error"
    assert list(found) == list(PARTS), "one part that is ill must not hide the others"


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_a_database_that_git_would_share_is_named(review: Review) -> None:
    subprocess.run(["git", "init", "-q"], cwd=review.folder, check=True)
    assert levels(review)["version control"] == "ok"
    (review.folder / ".gitignore").write_text("decisions/\n")
    (found,) = [each for each in examine(review) if each.part == "version control"]
    assert {fault.rule for fault in found.faults} == {"shared", "ignored"}


def test_many_faults_of_one_kind_are_counted() -> None:
    faults = tuple(Fault("f", number, "rule", "wrong.") for number in range(1, 11))
    text = list(lines(Finding("decisions", faults)))
    assert len(text) == 5
    assert "and 7 more of this kind [rule]" in text[-1]


def test_the_command_says_what_is_ill(review: Review, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["doctor", "--json", "--review", str(review.folder)]) == 0
    parts = json.loads(capsys.readouterr().out)["parts"]
    assert [each["part"] for each in parts] == list(PARTS)
    damage_log(review)
    assert cli.run(["doctor", "--review", str(review.folder)]) == 3
    assert "decisions" in capsys.readouterr().err


# --- backup --------------------------------------------------------------------------------------


def test_a_copy_unpacked_is_the_review_as_it_was(review: Review, tmp_path: Path) -> None:
    with (review.decisions / "reviewer-a.desk.jsonl").open("ab") as log:
        log.write(b'{"eid":"being wri')
    number = back_up(review, tmp_path / "copy.zip")
    with zipfile.ZipFile(tmp_path / "copy.zip") as packed:
        packed.extractall(tmp_path / "again")
        assert len(packed.namelist()) == number + 1
    again = Review(tmp_path / "again")
    assert [each.key for each in again.store.records()] == [
        each.key for each in review.store.records()
    ]
    assert levels(again)["decisions"] in ("ok", "info")
    assert (again.initiatives / f"{ID}.toml").read_text() == alone()
    assert cli.run(["status", "--review", str(again.folder)]) == 0


def test_what_is_made_again_is_left_out(review: Review, tmp_path: Path) -> None:
    (review.folder / "site").mkdir()
    (review.folder / "site" / "index.html").write_text("x")
    (review.folder / "secret").symlink_to("/etc/hostname")
    back_up(review, tmp_path / "copy.zip")
    names = zipfile.ZipFile(tmp_path / "copy.zip").namelist()
    assert not [name for name in names if name.startswith(("site/", "secret"))]
    assert names.count("review.db") == 1


@pytest.mark.parametrize("name", ["copy.tar", "review/copy.zip"])
def test_a_place_that_cannot_be_is_refused(review: Review, tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput):
        back_up(review, tmp_path / name)
    assert not list(tmp_path.glob("*.new"))
