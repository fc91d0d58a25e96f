"""A second look: the ranking asks, the reviewer judges, the log keeps both, the flow counts."""

from __future__ import annotations

import json

import pytest
from conftest import add_run

import cli
from screening.decision_logs.events import Verdict
from screening.decision_logs.logs import read_logs
from screening.ending import order_of
from screening.lists import Which
from screening.looked_again import SECOND_LOOK
from screening.prisma.flow import flow_of
from screening.prisma.flow_relations import notes_of
from screening.ranking.put_high import put_high
from screening.ranking.ranker import Ranker
from screening.ranking.text_features import features_of
from screening.session import decide_one, open_engine
from screening.state import TITLE_ABSTRACT, load
from search.errors import BadInput
from search.records import Record
from search.review import Review

REGISTRY = "A registry of sarcoma patients in region"
WRONG = "pmid:7"  # a registry, excluded by mistake


@pytest.fixture
def judged(review: Review) -> Review:
    """Forty records; eight registries, one of which the reviewer has excluded."""
    protocol = review.folder / "protocol.toml"
    text = protocol.read_text("utf-8").replace("reviewers = 2", "reviewers = 1")
    protocol.write_text(text, "utf-8")
    opened = Review(review.folder)
    add_run(opened, [
        Record(pmid=str(n), title=f"{REGISTRY} {n}" if n <= 8 else f"Gene expression in mice {n}")
        for n in range(1, 41)
    ])  # fmt: skip
    with open_engine(opened, "reviewer-a", TITLE_ABSTRACT) as (engine, _):
        while engine.current:
            n = int(engine.current.removeprefix("pmid:"))
            engine.decide("include" if n <= 8 and engine.current != WRONG else "exclude")
    return opened


def look(review: Review, verdict: str) -> list[str]:
    """Go through the second look; returns what was offered."""
    offered = []
    with open_engine(review, "reviewer-a", TITLE_ABSTRACT, which=Which.SECOND_LOOK) as (engine, _):
        while engine.current:
            offered.append(engine.current)
            engine.decide(verdict)
    return offered


def status(review: Review, capsys: pytest.CaptureFixture[str]) -> dict[str, int]:
    capsys.readouterr()
    assert cli.run(["status", "--review", str(review.folder), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    return dict(found["second_look"][TITLE_ABSTRACT])


def test_what_was_excluded_among_its_like_is_offered_and_nothing_else(judged: Review) -> None:
    assert look(judged, "exclude") == [WRONG]


def test_it_decides_nothing(judged: Review) -> None:
    before = read_logs(judged.decisions).events
    with open_engine(judged, "reviewer-a", TITLE_ABSTRACT, which=Which.SECOND_LOOK) as (engine, _):
        assert engine.current == WRONG
        verdict = engine.verdict(WRONG)
        assert verdict
        assert verdict.val == Verdict.EXCLUDE
    assert read_logs(judged.decisions).events == before


def test_a_new_verdict_is_a_new_event_counted_in_status_and_flow(
    judged: Review, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status(judged, capsys) == {"looked_at": 0, "changed": 0}
    look(judged, "include")
    events = [event for event in read_logs(judged.decisions).events if event.rec == WRONG]
    assert [(event.val, event.how) for event in events] == [
        ("exclude", None), ("include", SECOND_LOOK)
    ]  # fmt: skip
    assert status(judged, capsys) == {"looked_at": 1, "changed": 1}
    notes = notes_of(flow_of(load(Review(judged.folder))))
    assert any("1 exclusion that the ranking put high was judged again" in note for note in notes)
    assert cli.run(["status", "--review", str(judged.folder)]) == 0
    assert "second look: 1 exclusion judged again, 1 changed" in capsys.readouterr().out


def test_one_that_was_looked_at_is_not_offered_again(judged: Review) -> None:
    look(judged, "exclude")
    with open_engine(judged, "reviewer-a", TITLE_ABSTRACT, which=Which.SECOND_LOOK) as (engine, _):
        assert engine.current is None
        assert engine.sitting.none_because.startswith("nothing you excluded")


def test_an_undo_takes_the_second_look_back(
    judged: Review, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_engine(judged, "reviewer-a", TITLE_ABSTRACT, which=Which.SECOND_LOOK) as (engine, _):
        engine.decide("include")
        assert engine.current is None
        engine.undo()
        assert engine.current == WRONG
    assert status(judged, capsys) == {"looked_at": 0, "changed": 0}
    assert look(judged, "exclude") == [WRONG]


def test_too_few_includes_and_contradicting_lists_are_refused(
    review: Review, capsys: pytest.CaptureFixture[str]
) -> None:
    add_run(review, [Record(pmid="1", title="One")])
    with (
        pytest.raises(BadInput, match="needs 5"),
        open_engine(review, "reviewer-a", TITLE_ABSTRACT, which=Which.SECOND_LOOK),
    ):
        pass
    two = ["--outdated", "--second-look", "--review", str(review.folder)]
    assert cli.run(["screen", "--as", "reviewer-a", *two]) == 2
    assert "two lists" in capsys.readouterr().err


def test_a_verdict_does_not_speak_for_itself() -> None:
    texts = [
        *(f"registry of sarcoma {n}" for n in range(8)),
        *(f"mouse gene {n}" for n in range(8)),
    ]
    signs = {row: 1 if row < 7 else -1 for row in range(16)}
    assert put_high(Ranker(features_of(texts)), signs, {}) == [7]
    right = {row: 1 if row < 8 else -1 for row in range(16)}
    assert put_high(Ranker(features_of(texts)), right, {}) == []


def test_what_others_decided_unseen_is_no_help(review: Review) -> None:
    # Two reviewers a record: until both have judged, b's verdicts must not move a's list.
    opened = Review(review.folder)
    add_run(opened, [
        Record(pmid=str(n), title=f"{REGISTRY} {n}" if n <= 8 else f"Gene expression in mice {n}")
        for n in range(1, 31)
    ])  # fmt: skip
    keys = [f"pmid:{n}" for n in range(1, 21)]
    for key in keys:
        wanted = int(key.removeprefix("pmid:")) <= 8 and key != WRONG
        decide_one(opened, key, "include" if wanted else "exclude", "reviewer-a", TITLE_ABSTRACT)
    assert offered(opened) == [WRONG]
    for n in range(21, 31):
        decide_one(opened, f"pmid:{n}", "include", "reviewer-b", TITLE_ABSTRACT)
    assert offered(opened) == [WRONG]


def offered(review: Review) -> list[str]:
    with open_engine(review, "reviewer-a", TITLE_ABSTRACT, which=Which.SECOND_LOOK) as (engine, _):
        return list(engine.sitting.keys)


def test_a_second_look_leaves_the_random_sample_as_it_was(judged: Review) -> None:
    before = sample(judged)
    look(judged, "include")
    assert sample(judged)[0] == before[0]


def sample(review: Review) -> tuple[int, int]:
    state, events = load(review), read_logs(review.decisions).events
    return order_of(state, events, list(state.members), "reviewer-a", TITLE_ABSTRACT).sample
