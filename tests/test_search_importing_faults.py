"""`sarcat import`: all of a file or nothing of it, and an account of every record."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from importing_files import File, Run, fresh, nbib, ris, xml

import cli
from search import importing, runs
from search.errors import SarcatError
from search.file_origins import Origin
from search.importing import import_file
from search.records import Record
from search.review import Review

# --- refusals and losses --------------------------------------------------------------------------

REFUSED = [
    ("empty.ris", b"", "is empty"),
    ("paper.ris", b"%PDF-1.7 ...", "a PDF"),
    ("paper.docx", b"PK\x03\x04...", "Word"),
    ("notes.ris", b"Dear all,\nsee below.\n", "no known format"),
    ("lib.ris", b'{"title": "A"}', "no known format"),
    ("page.nbib", b"<!DOCTYPE html><html><body>Log in</body></html>", "web page"),
    ("none.xml", b"<PubmedArticleSet></PubmedArticleSet>", "no record begins"),
    ("other.xml", b"<?xml version='1.0'?><feed></feed>", "its root is <feed>"),
    ("twice.gz", gzip.compress(gzip.compress(b"TY  - JOUR\n")), "compressed twice"),
    ("packed.gz", gzip.compress(b"%PDF-1.7"), "a PDF"),
]


@pytest.mark.parametrize(("name", "content", "words"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_is_no_file_of_records_is_wrong_use(
    run: Run, file: File, review: Review, name: str, content: bytes, words: str
) -> None:
    path = file(name, content)
    status, told, said = run(path)
    assert status == 2
    (line,) = said.splitlines()
    assert line.startswith(f"sarcat: {path}: ")
    assert words in line
    (outcome,) = told["files"]
    assert words in outcome["problems"][0]["why"]
    assert (outcome["stored"], outcome["run"], outcome["new"]) == (False, None, 0)
    assert not review.searches.exists()


@pytest.mark.parametrize(("name", "words"), [("", "folder"), ("missing.ris", "no such file")])
def test_what_is_no_file_at_all(run: Run, tmp_path: Path, name: str, words: str) -> None:
    status, told, said = run(tmp_path / name)
    assert status == 2
    assert words in said
    assert words in told["files"][0]["problems"][0]["why"]


def damaged() -> Iterator[tuple[str, bytes, int]]:
    """Name, bytes, and how many records of it are whole."""
    long = ris(*(f"Title {number}" for number in range(3000))).encode()
    packed = gzip.compress(long)
    yield "cut.ris.gz", packed[: len(packed) // 2], -1
    yield "cut-soon.ris.gz", packed[:200], -1
    yield "broken.ris.gz", packed[:3000] + b"\0" * 400 + packed[3400:], -1
    yield "rubbish-behind.ris.gz", packed + b"rubbish", 3000
    yield "cut.xml", xml(1, 2, 3).encode()[:-120], 2
    yield "cut-title.ris", (ris("A") + "TY  - JOUR\nTI  - Half a").encode(), 2
    yield "cut.nbib", (nbib(1) + "\nPMID- 2\nTI  - Half a").encode(), 2


@pytest.mark.parametrize(
    ("name", "content", "whole"), list(damaged()), ids=[row[0] for row in damaged()]
)
def test_of_a_damaged_file_nothing_is_stored_unless_the_loss_is_accepted(
    run: Run, file: File, review: Review, name: str, content: bytes, whole: int
) -> None:
    path = file(name, content)
    status, told, said = run(path)
    (outcome,) = told["files"]
    assert (status, outcome["stored"]) == (1, False)
    assert outcome["problems"]
    assert "nothing of this file was stored" in said
    assert "--accept-loss" in said or not outcome["parsed"]
    assert not review.searches.exists()
    if not outcome["parsed"]:
        return
    status, told, _ = run(path, "--accept-loss")
    (outcome,) = told["files"]
    assert (status, outcome["state"]) == (0, "partial")
    assert whole in (-1, outcome["parsed"])
    (kept,) = fresh(review).store.runs()
    assert kept.state == "partial"
    assert kept.file
    assert kept.file.problems
    assert kept.file.problems[0].text in (kept.problem or "")
    assert review.store.count() == outcome["new"] > 0


def test_a_file_of_which_nothing_can_be_read_is_stored_by_no_option(run: Run, file: File) -> None:
    status, told, _ = run(file("a.nbib", "OWN - ERIC\nLA  - English\n"), "--accept-loss")
    assert (status, told["files"][0]["stored"]) == (1, False)


def test_accepting_a_loss_where_there_is_none_changes_nothing(run: Run, file: File) -> None:
    status, told, _ = run(file("a.ris", ris("A")), "--accept-loss")
    assert (status, told["files"][0]["state"]) == (0, "ok")


def test_the_other_files_of_a_command_are_imported(run: Run, file: File, review: Review) -> None:
    good, pdf = file("a.ris", ris("A")), file("b.ris", b"%PDF")
    cut, last = file("c.xml", xml(1)[:-30]), file("d.nbib", nbib(9))
    status, told, _ = run(good, pdf, cut, last)
    assert status == 2
    assert [each["file"] for each in told["files"]] == list(map(str, (good, pdf, cut, last)))
    assert [each["stored"] for each in told["files"]] == [True, False, False, True]
    assert fresh(review).store.count() == 2
    assert run(cut)[0] == 1


def test_without_json_each_file_has_a_line(
    file: File, review: Review, capsys: pytest.CaptureFixture[str]
) -> None:
    path = file("a\x1b[31m.ris", "TY  - JOUR\nTI  - A\n")
    assert cli.run(["import", str(path), "--review", str(review.folder)]) == 0
    shown = capsys.readouterr()
    assert shown.out.count("\n") == 1
    assert "1 record, 1 without abstract, 1 new" in shown.out
    assert "has no ER" in shown.err
    assert "\x1b" not in shown.out + shown.err


# --- crashes --------------------------------------------------------------------------------------


class Crash(BaseException):
    """What a power cut is to a program."""


@pytest.mark.parametrize("place", ["write_record_lines", "write_entry", "publish"])
def test_a_crash_while_storing_leaves_no_half_run(
    review: Review, file: File, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    path = file("a.ris", ris("A", "B"))
    with monkeypatch.context() as broken:

        def crash(*_args: object, **_options: object) -> None:
            raise Crash

        broken.setattr(runs, place, crash)
        broken.setattr(importing.shutil, "rmtree", lambda *_args, **_options: None)  # type: ignore[attr-defined]
        with pytest.raises(Crash):
            import_file(review, path, Origin())
    again = fresh(review)
    assert (again.store.runs(), again.store.count()) == ([], 0)
    outcome = import_file(again, path, Origin())
    assert (outcome.run and outcome.run.new, again.store.count()) == (2, 2)
    shown = [each.name for each in again.searches.iterdir() if each.name[0] != "."]
    assert shown == [outcome.run.id if outcome.run else ""]


def test_an_error_while_storing_cleans_up(
    review: Review, file: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object) -> None:
        raise SarcatError("the disk is full.")

    monkeypatch.setattr(importing, "finish", fail)
    with pytest.raises(SarcatError):
        import_file(review, file("a.ris", ris("A")), Origin())
    assert list(review.searches.iterdir()) == []


def test_a_database_that_lags_behind_catches_up(
    review: Review, file: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run is on disk; the crash comes before the database has heard of it."""

    def crash(*_args: object, **_options: object) -> None:
        raise Crash

    with monkeypatch.context() as broken:
        broken.setattr(type(review.store), "sync", crash)
        with pytest.raises(Crash):
            import_file(review, file("a.ris", ris("A")), Origin())
    assert Review(review.folder).store.count() == 1


def test_a_draft_is_no_run_and_no_name_is_used_twice(review: Review) -> None:
    when = "2026-11-24T10:00:00Z"
    first, draft = runs.start(review.searches, "import-x", when, draft=True)
    second, other = runs.start(review.searches, "import-x", when, draft=True)
    assert first != second
    assert runs.read_entries(review.searches) == []
    for folder in (draft, other):
        assert runs.publish(folder).name in (first, second)
    third, _ = runs.start(review.searches, "import-x", when, draft=True)
    assert third not in (first, second)


def test_records_in_a_run_are_those_that_were_read(run: Run, file: File, review: Review) -> None:
    run(file("a.ris", ris("A\u2028b \u00e9", "B", more="AU  - M\u00fcller, A\n")))
    (kept,) = review.store.runs()
    records = [record for _, record in runs.read_records(review.searches / kept.id)]
    assert records == [
        Record(title=title, authors=("Müller, A",), year=2020, published="2020")
        for title in ("A b é", "B")
    ]


PACKED = gzip.compress((ris("A") + ris("B")).encode())


@pytest.mark.parametrize("at", range(2, len(PACKED)))
def test_an_archive_cut_at_every_byte_is_a_loss(review: Review, file: File, at: int) -> None:
    outcome = import_file(review, file("a.ris.gz", PACKED[:at]), Origin())
    assert outcome.error
    assert outcome.error.exit_status == 1
    assert "compressed file" in str(outcome.error)
    assert not review.searches.exists()
