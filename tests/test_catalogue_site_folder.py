"""The folder of a site: the same bytes everywhere, replaced whole or not at all."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from catalogue_example import renamed, write
from site_cases import contents, small_review

import cli
from catalogue.site.site import build
from catalogue.site.site_folder import MARKER, SiteFolder, new_site
from search.errors import BadInput, FaultsFound, SarcatError
from search.review import Review


def test_the_same_review_gives_the_same_bytes(tmp_path: Path) -> None:
    review = small_review(tmp_path / "review")
    first = contents(build(review, tmp_path / "a").folder)
    os.utime(review.initiatives / "second.toml", (1, 1))
    for left in review.folder.glob("review.db*"):
        left.unlink()
    copy = shutil.copytree(review.folder, tmp_path / "elsewhere" / "moved")
    second = contents(build(Review(copy), tmp_path / "b").folder)
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


def test_another_machine_gives_the_same_bytes(tmp_path: Path) -> None:
    review = small_review(tmp_path / "review")
    here = contents(build(review, tmp_path / "here").folder)
    # another order of sets, another time zone, no language, files for their owner alone
    other = {"PYTHONHASHSEED": "7", "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "LANG": "C"}
    command = [sys.executable, "-m", "cli", "site", "build"]
    subprocess.run(
        [*command, "--review", review.folder, "--output", tmp_path / "there"],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(cli.__file__).parent), **other},
        cwd=tmp_path,
        umask=0o077,
        check=True,
        capture_output=True,
    )
    there = contents(tmp_path / "there")
    assert here.keys() == there.keys()
    assert [name for name in here if here[name] != there[name]] == []


def test_a_site_is_replaced_whole(tmp_path: Path) -> None:
    review = small_review(tmp_path / "review")
    site = build(review).folder
    (site / "initiatives" / "gone.html").write_text("an entry that is no more")
    before = site.stat().st_ino
    build(Review(review.folder))
    assert not (site / "initiatives" / "gone.html").exists()
    assert site.stat().st_ino != before
    assert [path.name for path in review.folder.iterdir() if path.name.startswith(".site")] == []


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    review = small_review(tmp_path / "review")
    thesis = tmp_path / "thesis"
    thesis.mkdir()
    (thesis / "index.html").write_text("years of work")
    with pytest.raises(BadInput, match="no site that Sarcat built"):
        build(review, thesis)
    assert contents(thesis) == {"index.html": b"years of work"}
    with pytest.raises(BadInput):
        build(review, review.folder)
    (tmp_path / "file").write_text("x")
    with pytest.raises(BadInput):
        build(review, tmp_path / "file")
    forged = tmp_path / "forged"
    forged.mkdir()
    (forged / MARKER).write_text("[]")
    with pytest.raises(BadInput):
        build(review, forged)


def test_an_empty_folder_may_be_taken(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    assert (build(small_review(tmp_path / "review"), tmp_path / "new").folder / MARKER).is_file()


def test_a_link_to_a_site_stays_a_link(tmp_path: Path) -> None:
    review = small_review(tmp_path / "review")
    real = build(review, tmp_path / "real").folder
    link = tmp_path / "link"
    link.symlink_to(real)
    build(review, link)
    assert link.is_symlink()
    assert (real / "index.html").is_file()


def test_a_fault_in_an_entry_leaves_the_old_site(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    review = small_review(tmp_path / "review")
    before = contents(build(review).folder)
    write(review.initiatives, second=renamed("second").replace('code = "FR"', 'code = "UK"'))
    assert cli.run(["site", "build", "--review", str(review.folder)]) == 3
    said = capsys.readouterr().err
    assert re.search(r"initiatives/second\.toml:\d+: .*'UK'", said)
    assert "1 fault stands in the way of the site. Nothing was written." in said
    assert contents(review.folder / "site") == before


def test_every_faulty_entry_is_named_at_once(tmp_path: Path) -> None:
    review = small_review(tmp_path / "review")
    write(review.initiatives, broken="id = ", worse='id = "worse"\n')
    with pytest.raises(FaultsFound) as caught:
        build(review)
    assert "initiatives/broken.toml" in str(caught.value)
    assert "initiatives/worse.toml" in str(caught.value)
    assert not (review.folder / "site").exists()


def test_a_build_that_breaks_off_leaves_the_old_site(tmp_path: Path) -> None:
    review = small_review(tmp_path / "review")
    before = contents(build(review).folder)
    done = 0

    def breaks(by: int) -> None:
        nonlocal done
        done += by
        if done > 5:
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        build(review, advance=breaks)
    assert contents(review.folder / "site") == before
    assert [path.name for path in review.folder.iterdir() if path.name.startswith(".site")] == []


def test_what_a_killed_build_left_is_taken_up(tmp_path: Path) -> None:
    review = small_review(tmp_path / "review")
    site = build(review).folder
    half = review.folder / ".site.99999.new"
    half.mkdir()
    os.utime(half, (1, 1))
    site.rename(review.folder / ".site.99999.old")  # killed between the two renames
    with pytest.raises(RuntimeError), new_site(site, {}):
        raise RuntimeError("fails at once")
    assert (site / "index.html").is_file()
    assert not half.exists()


def test_a_swap_that_fails_brings_the_old_site_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = small_review(tmp_path / "review")
    site = build(review).folder
    rename = Path.rename

    def refused(self: Path, target: Path) -> Path:
        if self.name.endswith(".new"):
            raise PermissionError(13, "Permission denied")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refused)
    with pytest.raises(PermissionError):
        build(review)
    assert (site / "index.html").is_file()


@pytest.mark.parametrize(
    "name", ["../x.html", "a/../../x", "/etc/x", "a//b", ".hidden", "a\\b", "", "x\n", "é.html"]
)
def test_no_name_leads_out_of_the_site(tmp_path: Path, name: str) -> None:
    with pytest.raises(SarcatError, match="cannot name a file"):
        SiteFolder(tmp_path).write(name, "x")
    assert list(tmp_path.iterdir()) == []


def test_no_page_writes_over_another(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path)
    site.write("a/b.html", "one")
    with pytest.raises(SarcatError, match="two pages"):
        site.write("a/b.html", "two")
    assert (site.files, site.size) == (1, 3)
