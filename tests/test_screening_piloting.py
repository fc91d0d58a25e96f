"""A pilot with more judges than a record needs: nothing is told until all of them have judged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest
from flow_cases import event, protocol, run
from msgspec import structs

from screening.decision_logs.decisions import Outcome
from screening.decision_logs.events import PILOT, Event
from screening.decision_logs.seals import read_seals, seal_line, without_secrets
from screening.dedupe.sets import DuplicateSets
from screening.journal import is_blinded
from screening.lists import Which
from screening.session import decide_one, open_engine
from screening.state import TITLE_ABSTRACT, ReviewState, load, state_of
from screening.team.agreeing import pairs
from screening.team.assigning import to_judge
from screening.team.conflicts import conflicts
from search.protocol import Protocol, Reviewer
from search.review import Review

KEYS = ["k1", "k2", "k3"]


def team(*, assigned: bool = False, needed: int = 2, retired: str = "") -> Protocol:
    """Three reviewers, of whom two judge each record."""
    found = protocol(needed)
    return replace(
        found,
        reviewers=tuple(Reviewer(f"reviewer-{who}", retired=who == retired) for who in "abc"),
        stages=tuple(replace(stage, assigned=assigned) for stage in found.stages),
    )


def decided(who: str, key: str, verdict: str, *, pilot: bool = True) -> Event:
    return event(f"reviewer-{who}", "decide", key, stage=TITLE_ABSTRACT, val=verdict,
                 how=PILOT if pilot else None)  # fmt: skip


def piloted(events: Iterable[Event], rules: Protocol | None = None) -> ReviewState:
    return state_of(
        rules or team(), [run("r1")], {"r1": KEYS}, DuplicateSets(), list(events)
    )  # fmt: skip


def told(state: ReviewState, events: Iterable[Event]) -> set[str]:
    """The records of which a command would tell a verdict."""
    return {each.rec or "" for each in events if not is_blinded(state, each)}


BOTH = [decided("a", "k1", "include"), decided("b", "k1", "exclude")]
BEGUN = [*BOTH, decided("c", "k2", "include")]


def test_a_third_who_has_begun_is_waited_for() -> None:
    state = piloted(BEGUN)
    assert (told(state, BEGUN), list(conflicts(state))) == (set(), [])
    assert state.outcomes[TITLE_ABSTRACT]["k1"] is Outcome.AWAITING
    assert list(pairs(state, BEGUN)) == []
    assert "k1" in to_judge(state, "reviewer-c", TITLE_ABSTRACT)
    through = [*BEGUN, decided("c", "k1", "exclude")]
    state = piloted(through)
    assert told(state, through) == {"k1"}
    assert [each.key for each in conflicts(state)] == ["k1"]
    assert {pair.reviewers: pair.judged for pair in pairs(state, through)} == {
        ("reviewer-a", "reviewer-b"): 1, ("reviewer-a", "reviewer-c"): 1,
        ("reviewer-b", "reviewer-c"): 1,
    }  # fmt: skip


def test_one_who_has_not_begun_or_has_retired_is_not_waited_for() -> None:
    assert told(piloted(BOTH), BOTH) == {"k1"}
    assert told(piloted(BEGUN, team(retired="c")), BEGUN) == {"k1"}


def test_judging_outside_the_pilot_begins_none() -> None:
    events = [*BOTH, decided("c", "k2", "include", pilot=False)]
    assert told(piloted(events), events) == {"k1"}
    alone = [decided(who, "k1", "include", pilot=False) for who in "ab"]
    assert piloted(alone).piloting == {}


def test_where_records_are_assigned_the_whole_team_is_waited_for() -> None:
    rules = team(assigned=True)
    assert told(piloted(BOTH, rules), BOTH) == set()
    assert "k1" in to_judge(piloted(BOTH, rules), "reviewer-c", TITLE_ABSTRACT)
    # a verdict given in the normal queue is as good
    through = [*BOTH, decided("c", "k1", "include", pilot=False)]
    assert told(piloted(through, rules), through) == {"k1"}


def test_a_pilot_where_one_judges_each_record_is_blinded_too() -> None:
    rules = team(needed=1)
    events = [decided("a", "k1", "include"), decided("b", "k2", "include")]
    assert told(piloted(events, rules), events) == set()
    assert told(piloted(events[:1], rules), events[:1]) == {"k1"}


def test_what_was_settled_waits_for_nobody() -> None:
    settled = event("reviewer-a", "settle", "k1", stage=TITLE_ABSTRACT, val="include")
    assert told(piloted([*BEGUN, settled]), BEGUN) == {"k1"}


def test_a_sitting_of_the_pilot_says_so_of_each_decision(filled: Review) -> None:
    with open_engine(filled, "reviewer-a", TITLE_ABSTRACT, which=Which.PILOT) as (engine, _):
        made = engine.decide("include")
    assert made.how == PILOT
    assert load(filled).piloting[TITLE_ABSTRACT].judges == {"reviewer-a"}
    decide_one(filled, "pmid:1", "include", "reviewer-b", TITLE_ABSTRACT)
    assert load(filled).piloting[TITLE_ABSTRACT].judges == {"reviewer-a"}


@pytest.mark.parametrize(("how", "shown"), [(PILOT, PILOT), ("ranked", None), (None, None)])
def test_a_seal_says_that_a_verdict_was_given_in_a_pilot(how: str | None, shown: str) -> None:
    made = structs.replace(BOTH[0], how=how, salt="5" * 32)
    (seal,) = read_seals("x.seals", f"{seal_line(made, 'a' * 64)}\n".encode()).seals
    assert seal.event == without_secrets(made)
    assert (seal.event.how, seal.event.val) == (shown, None)


def test_under_seal_a_pilot_waits_for_all_as_well(filled: Review) -> None:
    path = filled.folder / "protocol.toml"
    text = path.read_text().replace("seed = 7", "seed = 7\nsealed = true")
    path.write_text(text + '\n[[reviewers]]\nname = "reviewer-c"\n')
    sealed = Review(filled.folder)
    made: dict[str, list[str]] = {"a": [], "b": [], "c": []}

    def judge(who: str, count: int) -> None:
        with open_engine(sealed, f"reviewer-{who}", TITLE_ABSTRACT, which=Which.PILOT) as (
            engine,
            _,
        ):
            made[who] += [engine.decide("include").rec or "" for _ in range(count)]

    judge("a", 5)
    judge("c", 1)
    judge("b", 5)
    with open_engine(sealed, "reviewer-b", TITLE_ABSTRACT) as (engine, _):
        assert engine.kept_back >= 4  # what c has not judged stays under seal
    judge("c", 4)
    with open_engine(sealed, "reviewer-b", TITLE_ABSTRACT) as (engine, _):
        assert engine.kept_back == 0
