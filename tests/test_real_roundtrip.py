"""All real files into one review, out for each program, and in again: keys, texts and decisions."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from screening.decision_logs.events import Act
from screening.decision_logs.logs import open_log, read_logs
from screening.exporting import Exported, export_of
from screening.selection import Only
from search.exporters import FORMATS, writer_of
from search.exporters.targets import TARGETS, Losses, read_by
from search.exporters.writing import write
from search.file_origins import Origin
from search.importing import import_files
from search.records import Record
from search.review import Review

REAL = os.environ.get("SARCAT_REAL", "")
pytestmark = pytest.mark.skipif(not REAL, reason="SARCAT_REAL names no folder of real files")
WAYS = [(target, format) for target in TARGETS for format in read_by(target)]


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Review:
    """Every real file in a review, each third record judged by both reviewers, each tenth by one."""
    from conftest import PROTOCOL

    folder = tmp_path_factory.mktemp("real") / "review"
    folder.mkdir()
    (folder / "protocol.toml").write_text(PROTOCOL, "utf-8")
    review = Review(folder)
    for path in sorted(Path(REAL).glob("*/*")):
        for outcome in import_files(review, path, Origin(), accept_loss=True):
            assert outcome.error is None or outcome.run is None
    for who, step in (("reviewer-a", 3), ("reviewer-b", 3), ("reviewer-a", 10)):
        with open_log(review.decisions, who, f"d{step}") as log:
            for number, key in enumerate(review.store.keys()[::step]):
                verdict = ("include", "exclude", "maybe")[number % 3]
                reason = "E1" if verdict == "exclude" else None
                log.append(Act.DECIDE, rec=key, stage="title-abstract", val=verdict, reason=reason)
    return review


def given(review: Review) -> Exported:
    return export_of(review, Only.ALL, read_logs(review.decisions))


def told(records: Iterator[Record]) -> dict[str | None, tuple[object, ...]]:
    return {
        each.brought.key if each.brought else None: (
            each.title, each.abstract, each.authors, each.year, each.pmid, each.doi, each.pmcid,
            each.brought,
        ) for each in records
    }  # fmt: skip


@pytest.mark.parametrize(("target", "format"), WAYS, ids=["-".join(way) for way in WAYS])
def test_all_comes_back(judged: Review, tmp_path: Path, target: str, format: str) -> None:
    file = tmp_path / "out"
    losses = Losses(target)
    written = write(
        file, writer_of(FORMATS[format], target), given(judged).records(), losses, lambda _: None
    )
    assert written == judged.store.count() > 2000
    assert losses.rows()
    (tmp_path / "protocol.toml").write_bytes((judged.folder / "protocol.toml").read_bytes())
    other = Review(tmp_path)
    (outcome,) = import_files(other, file, Origin())
    assert outcome.error is None
    assert outcome.parsed == written
    assert other.store.keys() == judged.store.keys()
    expected = told(given(judged).records())
    assert sum(bool(each[-1].votes) for each in expected.values()) > 500  # type: ignore[attr-defined]
    assert told(stored.record for stored in other.store.records()) == expected
