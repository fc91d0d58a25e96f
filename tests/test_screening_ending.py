"""Stopping: off with its reason, logged by a person, counted in the flow, taken back."""

from __future__ import annotations

import json

import pytest
from conftest import add_run

import cli
from screening.prisma.flow import flow_of
from screening.prisma.flow_relations import notes_of
from screening.session import decide_one, open_engine
from screening.state import TITLE_ABSTRACT, load
from search.records import Record
from search.review import Review

RULE = '\n[screening.stopping]\nrule = "hypergeometric"\ntarget = 0.5\nconfidence = 0.9\n'


@pytest.fixture
def large(review: Review) -> Review:
    """Sixty records, eight of which speak of registries."""
    protocol = review.folder / "protocol.toml"
    text = protocol.read_text("utf-8").replace("seed = 7", "seed = 7\nrandom_share = 0.2")
    protocol.write_text(text.replace("reviewers = 2", "reviewers = 1") + RULE, "utf-8")
    opened = Review(review.folder)
    add_run(opened, [
        Record(pmid=str(n), title=f"A registry of sarcoma {n}" if n <= 8 else f"Cells of mice {n}")
        for n in range(1, 61)
    ])  # fmt: skip
    return opened


def screen(review: Review, count: int, order: str = "ranked") -> None:
    with open_engine(Review(review.folder), "reviewer-a", TITLE_ABSTRACT, order) as (engine, _):
        for _ in range(count):
            assert engine.current
            number = int(engine.current.removeprefix("pmid:"))
            engine.decide("include" if number <= 8 else "exclude")


def stop(review: Review, *more: str) -> int:
    return cli.run(["stop", "--as", "reviewer-a", "--review", str(review.folder), *more])


def test_a_stop_is_logged_counted_and_withdrawn(
    large: Review, capsys: pytest.CaptureFixture[str]
) -> None:
    screen(large, 45)
    assert stop(large, "--record", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["read"] == 45
    assert found["found"] == 8
    assert found["p"] < 0.1
    assert "reviewer-a stopped on" in found["stopped"]
    state = load(Review(large.folder))
    flow = flow_of(state)
    assert flow.size("records_not_screened") == 15
    assert flow.size("records_screened") == 45
    assert flow.size("awaiting_title_abstract") == 0
    assert any("15 records were not screened" in note and "p = " in note for note in notes_of(flow))

    add_run(large, [Record(pmid="99", title="Came later")], when="2099-01-01T00:00:00Z")
    assert flow_of(load(Review(large.folder))).keys("awaiting_title_abstract") == ["pmid:99"]

    assert stop(large, "--withdraw") == 0
    flow = flow_of(load(Review(large.folder)))
    assert flow.size("records_not_screened") == 0
    assert flow.size("awaiting_title_abstract") == 16
    assert stop(large, "--withdraw") == 2


@pytest.mark.parametrize(
    ("count", "order", "why"),
    [(0, "ranked", "nothing has been judged"), (4, "ranked", "the rule needs 5"),
     (50, "random", "did not come up by the ranking"), (12, "ranked", "not below")],
)  # fmt: skip
def test_where_it_may_not_stop_it_says_why(
    large: Review, capsys: pytest.CaptureFixture[str], count: int, order: str, why: str
) -> None:
    screen(large, count, order)
    assert stop(large, "--record") == 2
    assert why in capsys.readouterr().err
    assert load(Review(large.folder)).stops == {}


def test_without_a_rule_in_the_protocol_it_is_off(
    review: Review, capsys: pytest.CaptureFixture[str]
) -> None:
    add_run(review, [Record(pmid="1", title="A")])
    decide_one(review, "pmid:1", "include", "reviewer-a", TITLE_ABSTRACT)
    assert stop(review) == 0
    assert "the protocol sets no rule" in capsys.readouterr().out
    assert stop(review, "--record", "--withdraw") == 2
