"""A larger team: who judges which record, what joining and retiring change, and what they do not."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import PROTOCOL, add_run
from flow_cases import protocol as small_protocol
from hypothesis import given
from hypothesis import strategies as st

import cli
from screening.decision_logs.decisions import Outcome
from screening.session import decide_one, open_engine
from screening.state import TITLE_ABSTRACT, load
from screening.status import status_of
from screening.team.assigning import to_judge
from screening.team.conflicts import conflicts
from screening.team.lots import Lots
from search.errors import BadInput, FaultyFile
from search.protocol import Protocol, Reviewer
from search.protocol_reading import read_protocol
from search.records import Record
from search.review import Review

KEYS = [f"pmid:{n}" for n in range(1, 1001)]


def team(*reviewers: Reviewer | str, seed: int = 1) -> Protocol:
    base = small_protocol()
    stages = (replace(base.stages[0], assigned=True), base.stages[1])
    named = tuple(Reviewer(each) if isinstance(each, str) else each for each in reviewers)
    return replace(base, reviewers=named, stages=stages, seed=seed)


def seats(protocol: Protocol, judges: tuple[str, ...] = ()) -> dict[str, list[str]]:
    lots = Lots(protocol, protocol.stages[0])
    return {key: lots.seats(key, judges) for key in KEYS}


def test_each_record_gets_as_many_as_it_needs_and_the_work_is_even() -> None:
    drawn = seats(team("a", "b", "c", "d", "e"))
    assert all(len(set(who)) == 2 for who in drawn.values())
    load_of = Counter(who for each in drawn.values() for who in each)
    assert all(abs(count - 400) < 60 for count in load_of.values())  # 4 standard deviations
    pairs = Counter(frozenset(each) for each in drawn.values())
    assert len(pairs) == 10  # everybody works with everybody


def test_the_draw_is_the_protocols_alone() -> None:
    assert seats(team("a", "b", "c")) == seats(team("c", "a", "b"))
    assert seats(team("a", "b", "c")) != seats(team("a", "b", "c", seed=2))


def test_shares() -> None:
    drawn = seats(team("a", "b", Reviewer("c", share=0.5), Reviewer("d", share=0.0)))
    load_of = Counter(who for each in drawn.values() for who in each)
    assert load_of["d"] == 0
    assert load_of["c"] < 0.75 * min(load_of["a"], load_of["b"])


@given(st.integers(0, 10**6))
def test_who_joins_or_retires_moves_only_what_is_theirs(seed: int) -> None:
    few = team("a", "b", "c", seed=seed)
    more = team("a", "b", "c", "d", seed=seed)
    gone = team("a", "b", "c", Reviewer("d", retired=True), seed=seed)
    lots_of_few, lots_of_more, lots_of_gone = (Lots(p, p.stages[0]) for p in (few, more, gone))
    for key in KEYS[:50]:
        before, after = lots_of_few.seats(key, ()), lots_of_more.seats(key, ())
        assert lots_of_gone.seats(key, ()) == before
        assert before == after or ("d" in after and len(set(before) & set(after)) == 1)


def test_who_has_judged_has_a_seat() -> None:
    drawn = seats(team("a", "b", "c"))
    for judge in ("a", "retired-one"):
        for key, who in seats(team("a", "b", "c"), (judge,)).items():
            assert len(who) == 1
            assert judge not in who
            assert who[0] == next(name for name in drawn[key] if name != judge)
    assert all(not who for who in seats(team("a", "b", "c"), ("b", "c")).values())


# --- in a review ---------------------------------------------------------------------------------


THREE = PROTOCOL.replace("reviewers = 2", "reviewers = 2\nassigned = true").replace(
    "[screening]", '[[reviewers]]\nname = "reviewer-c"\n[screening]'
)


def change(review: Review, text: str) -> Review:
    (review.folder / "protocol.toml").write_text(text, "utf-8")
    return Review(review.folder)


@pytest.fixture
def assigned(review: Review) -> Review:
    add_run(review, [Record(pmid=str(n), title=f"Title {n}") for n in range(1, 41)])
    return change(review, THREE)


def queues(review: Review) -> dict[str, set[str]]:
    state = load(review)
    return {who: set(to_judge(state, who, TITLE_ABSTRACT))
            for who in ("reviewer-a", "reviewer-b", "reviewer-c")}  # fmt: skip


def test_every_record_is_in_two_queues_and_stays_there(assigned: Review) -> None:
    before = queues(assigned)
    assert Counter(Counter(k for keys in before.values() for k in keys).values()) == {2: 40}
    for who, keys in before.items():
        with open_engine(Review(assigned.folder), who, TITLE_ABSTRACT) as (engine, _):
            while engine.current:
                engine.decide("include")
        assert queues(Review(assigned.folder))[who] == keys
    state = load(Review(assigned.folder))
    assert set(state.outcomes[TITLE_ABSTRACT].values()) == {Outcome.INCLUDED}


def test_records_that_come_later_move_no_other(assigned: Review) -> None:
    before = queues(assigned)
    add_run(assigned, [Record(pmid=str(n), title=f"Title {n}") for n in range(41, 61)],
            when="2026-02-01T00:00:00Z")  # fmt: skip
    after = queues(Review(assigned.folder))
    assert all(before[who] == {k for k in after[who] if int(k[5:]) <= 40} for who in before)


def test_a_retired_reviewers_votes_stay_and_the_rest_goes_to_the_others(assigned: Review) -> None:
    before = queues(assigned)
    mine = sorted(before["reviewer-c"])
    for key in mine[:5]:
        decide_one(assigned, key, "exclude", "reviewer-c", TITLE_ABSTRACT)
    now = change(assigned, THREE.replace('"reviewer-c"', '"reviewer-c"\nretired = true'))
    after = queues(now)
    for key in mine[5:]:  # the open ones: both others judge them
        assert key in after["reviewer-a"] & after["reviewer-b"]
    for key in mine[:5]:  # one seat is taken, by the vote that stays
        assert (key in after["reviewer-a"]) != (key in after["reviewer-b"])
    other = next(who for who in ("reviewer-a", "reviewer-b") if mine[0] in after[who])
    decide_one(now, mine[0], "include", other, TITLE_ABSTRACT)
    (conflict,) = conflicts(load(Review(now.folder)))
    assert {each.reviewer for each in conflict.decisions} == {"reviewer-c", other}
    status = status_of(load(now))
    (retired,) = [e for e in status["reviewers"] if e["reviewer"] == "reviewer-c" and e["decided"]]
    assert (retired["left"], retired["retired"]) == (0, True)
    with pytest.raises(BadInput, match="is retired"):
        decide_one(now, mine[6], "include", "reviewer-c", TITLE_ABSTRACT)


def test_without_assignment_nothing_waits_for_who_retired(review: Review) -> None:
    add_run(review, [Record(pmid="1", title="Title")])
    now = change(review, PROTOCOL.replace("[screening]", '[[reviewers]]\nname = "reviewer-c"\n'
                                          "retired = true\n[screening]"))  # fmt: skip
    for who in ("reviewer-a", "reviewer-b"):
        decide_one(now, "pmid:1", "include", who, TITLE_ABSTRACT)
    assert load(now).outcomes[TITLE_ABSTRACT]["pmid:1"] is Outcome.INCLUDED
    assert status_of(load(now))["shortages"] == []


def test_too_small_a_team_is_said(assigned: Review, capsys: pytest.CaptureFixture[str]) -> None:
    text = THREE.replace("adjudicates = true", 'stages = ["full-text"]').replace(
        '"reviewer-c"', '"reviewer-c"\nretired = true'
    )
    now = change(assigned, text)
    assert status_of(load(now))["shortages"] == [
        "title-abstract asks for 2 reviewers a record and has 1.",
        "nobody may settle conflicts: give one reviewer adjudicates = true.",
    ]
    assert cli.run(["screen", "--as", "reviewer-b", "--review", str(now.folder)]) == 2
    assert "does not judge at title-abstract" in capsys.readouterr().err


def test_a_stage_that_is_none_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "protocol.toml"
    path.write_text(PROTOCOL.replace("adjudicates = true", 'stages = ["abstracts"]'))
    with pytest.raises(FaultyFile, match="no stage"):
        read_protocol(path)
