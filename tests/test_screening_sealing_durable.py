"""Sealed mode weakens nothing: a line is on disk at once, and what is lost is told."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from msgspec import structs
from sealed_review import A, judge, rewrite, rules, shared

import cli
from screening.decision_logs.logs import read_logs
from screening.decision_logs.sealed_log import SealedLog, sealed_folder
from screening.session import open_engine
from screening.state import TITLE_ABSTRACT
from search.errors import SarcatError
from search.review import Review


@contextmanager
def opened(review: Review) -> Iterator[SealedLog]:
    with SealedLog(review.decisions, "reviewer-a", "test-sealed") as log:
        yield log


def test_a_file_of_seals_cut_at_any_byte_is_made_whole(sealed: Review) -> None:
    judge(sealed, "reviewer-a", {"pmid:1": "include", "pmid:2": "include"})
    path = sealed.decisions / f"{A}.seals"
    whole = path.read_bytes()
    head = whole.index(b"\n") + 1
    for cut in range(head, len(whole), 7):
        path.write_bytes(whole[:cut])
        with opened(sealed) as log:
            assert len(log.own) == 2
        assert path.read_bytes() == whole


def test_a_seal_that_cannot_be_written_loses_no_verdict(
    sealed: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with open_engine(sealed, "reviewer-a", TITLE_ABSTRACT, "added") as (engine, _):
        with monkeypatch.context() as patch:
            patch.setattr(SealedLog, "_write_seals", full)
            engine.decide("include")
        assert read_logs(sealed.decisions).sealed == ()
        engine.decide("include")
    assert [each.rec for each in read_logs(sealed.decisions).sealed] == ["pmid:1", "pmid:2"]
    assert rules(sealed) == []


def test_sealed_lines_that_are_gone_are_told_and_nothing_is_begun_anew(sealed: Review) -> None:
    judge(sealed, "reviewer-a", {"pmid:1": "include"})
    before = shared(sealed)
    shutil.rmtree(sealed_folder())
    with pytest.raises(SarcatError, match="1 of the lines sealed here are not on this device"):
        judge(sealed, "reviewer-a", {"pmid:2": "include"})
    assert shared(sealed) == before


def test_a_device_that_lost_only_what_is_shared_goes_on(revealed: Review) -> None:
    shutil.rmtree(sealed_folder())
    judge(revealed, "reviewer-a", {"pmid:4": "include"})
    assert rules(revealed) == []
    with opened(revealed) as log:
        assert (len(log.own), log.kept_back) == (4, 1)


def test_lines_other_than_were_sealed_are_refused(sealed: Review) -> None:
    judge(sealed, "reviewer-a", {"pmid:1": "include"})
    rewrite(next(sealed_folder().glob("*/*.jsonl")),
            lambda events: [structs.replace(events[0], val="exclude")])  # fmt: skip
    with pytest.raises(SarcatError, match="not the seal of what this device holds"):
        judge(sealed, "reviewer-a", {"pmid:2": "include"})


def test_a_backup_holds_the_sealed_lines_too(
    sealed: Review, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge(sealed, "reviewer-a", {"pmid:1": "include"})
    target = tmp_path / "copy.zip"
    assert cli.run(["backup", str(target), "--review", str(sealed.folder)]) == 0
    shutil.unpack_archive(target, tmp_path / "back")
    monkeypatch.setenv("SARCAT_SEALED", str(tmp_path / "back" / "sealed"))
    judge(Review(tmp_path / "back"), "reviewer-a", {"pmid:2": "include"})
    with SealedLog(tmp_path / "back" / "decisions", "reviewer-a", "test-sealed") as log:
        assert [event.rec for event in log.own] == ["pmid:1", "pmid:2"]
