"""The offline corpus and the protocol that ship with the program."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest

import cli
from screening.logs import read_logs
from search.importing import Origin, import_file
from search.offline import serve
from search.protocol import read_protocol
from search.records import OFFLINE_CORPUS
from search.review import Review

SHIPPED = Path(str(resources.files("data")))


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Review]:
    folder = tmp_path_factory.mktemp("review")
    (folder / "protocol.toml").write_bytes((SHIPPED / "protocol.toml").read_bytes())
    review = Review(folder)
    with (
        serve([SHIPPED / "corpus" / "pubmed.xml"]) as address,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("SARCAT_EUTILS_URL", address)
        assert cli.run(["search", "--review", str(folder)]) == 0
    origin = Origin(source=OFFLINE_CORPUS, database="Offline corpus", kind="other")
    for name in ("pubmed.xml", "other.ris"):
        assert import_file(review, SHIPPED / "corpus" / name, origin).error is None
    yield review
    review.store.database.close()


def test_every_record_of_the_corpus_is_there_once(filled: Review) -> None:
    keys = filled.store.keys()
    assert len(keys) == 271
    assert sum(key.startswith("pmid:") for key in keys) == 65
    assert sum(key.endswith("@offline-corpus") for key in keys) == 206


def test_no_record_poses_as_an_answer_of_pubmed(filled: Review) -> None:
    for stored in filled.store.records():
        assert {met.source for met in stored.sources} == {OFFLINE_CORPUS}
        assert (stored.record.abstract or "").startswith("SUMMARY: ")
        assert stored.record.title


def test_the_strategy_finds_every_known_paper(filled: Review) -> None:
    run = next(run for run in filled.store.runs() if run.strategy)
    found = {f"pmid:{pmid}" for pmid in run.ids}
    assert run.state == "ok"
    assert [key for key in filled.protocol.known if key not in found] == []
    assert len(found) < 65, "a strategy that finds everything tells nothing"


def test_the_first_reading_is_of_records_that_are_there(filled: Review) -> None:
    logs = read_logs(SHIPPED / "decisions")
    assert logs.faults == ()
    verdicts = Counter(event.val for event in logs.events)
    assert verdicts == {"exclude": 161, "maybe": 63, "include": 47}
    codes = {each.code for each in filled.protocol.exclusion}
    for event in logs.events:
        stored = filled.store.record(event.rec or "")
        assert stored, event.rec
        assert event.seen == stored.seen, event.rec
        assert (event.reason in codes) == (event.val == "exclude")


def test_the_protocol_is_sound() -> None:
    protocol = read_protocol(SHIPPED / "protocol.toml")
    assert {each.name for each in protocol.reviewers} == {"reviewer-a", "reviewer-b"}
    assert any(each.adjudicates for each in protocol.reviewers)
    assert protocol.exclusion[0].code == "E1"
