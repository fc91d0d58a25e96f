"""Agreement of a review: first independent judgements only, by pair, stage and reason."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from flow_cases import both, decide, event, run, sets_of, state
from hypothesis import given
from hypothesis import strategies as st

import cli
from screening.decision_logs.events import Event
from screening.state import FULL_TEXT, TITLE_ABSTRACT, ReviewState
from screening.team.agreeing import CATEGORIES, lines, pairs, to_document
from screening.team.pilot import lines as lines_of_pilot
from screening.team.pilot import pilot_of, sample_of

PUBMED = run("r1")
KEYS = [f"a{number}" for number in range(200)]
Verdicts = list[tuple[str, str]]


def judged(verdicts: Verdicts) -> tuple[ReviewState, list[Event]]:
    """A review in which reviewer-a and reviewer-b gave these verdicts, one pair a record."""
    events = [each for key, pair in zip(KEYS, verdicts, strict=False)
              for who, verdict in zip("ab", pair, strict=True)
              for each in [decide(who, key, verdict)]]  # fmt: skip
    return state([(PUBMED, KEYS[: len(verdicts)])], events, sets_of()), events


def figures(verdicts: Verdicts) -> dict[str, object]:
    found = list(pairs(*judged(verdicts)))
    return to_document(found[0]) if found else {}


INCLUDE, EXCLUDE, MAYBE = "include", "exclude", "maybe"


@pytest.mark.parametrize(
    ("counts", "raw", "kappa", "pabak", "ac1", "positive", "negative"),
    [
        ((20, 5, 10, 65), 0.85, 0.625, 0.7, 0.7505, 0.7273, 0.8966),
        ((1, 2, 2, 195), 0.98, 0.3232, 0.96, 0.9794, 0.3333, 0.9898),
        ((0, 3, 2, 95), 0.95, -0.0246, 0.9, 0.9474, 0, 0.9744),
        ((0, 0, 0, 50), 1.0, None, 1.0, 1.0, None, 1.0),
    ],
)  # fmt: skip
def test_the_figures_are_those_of_the_tables(
    counts: tuple[int, ...], raw: float, kappa: float | None, pabak: float, ac1: float,
    positive: float | None, negative: float,
) -> None:  # fmt: skip
    a, b, c, d = counts
    verdicts = [(INCLUDE, INCLUDE)] * a + [(INCLUDE, EXCLUDE)] * b + [(EXCLUDE, INCLUDE)] * c
    found = figures(verdicts + [(EXCLUDE, EXCLUDE)] * d)
    assert found["judged_by_both"] == sum(counts)
    assert found["agreement"] == pytest.approx(raw, abs=1e-4)
    assert found["pabak"] == pytest.approx(pabak, abs=1e-4)
    assert found["positive_agreement"] == (positive and pytest.approx(positive, abs=1e-4))
    assert found["negative_agreement"] == pytest.approx(negative, abs=1e-4)
    assert found["ac1"]["value"] == pytest.approx(ac1, abs=1e-4)  # type: ignore[index]
    if kappa is None:
        assert found["kappa"] is None
    else:
        assert found["kappa"]["value"] == pytest.approx(kappa, abs=1e-4)  # type: ignore[index]


def test_an_undefined_figure_is_said_in_words() -> None:
    (pair,) = pairs(*judged([(EXCLUDE, EXCLUDE)] * 3))
    text = "\n".join(lines(pair))
    assert "Cohen's kappa         undefined" in text
    assert "nan" not in text


@pytest.mark.parametrize(
    ("verdicts", "kappa", "has_interval"),
    [
        ([(INCLUDE, EXCLUDE)], None, False),  # one record alone
        ([(INCLUDE, EXCLUDE)] * 2, 0.0, False),
        ([(INCLUDE, INCLUDE), (EXCLUDE, EXCLUDE)], 1.0, False),
        ([(INCLUDE, INCLUDE), (EXCLUDE, EXCLUDE), (EXCLUDE, INCLUDE)], 0.4, True),
    ],
)
def test_no_interval_is_made_up(
    verdicts: Verdicts, kappa: float | None, has_interval: bool
) -> None:
    found: Any = figures(verdicts)["kappa"]
    assert (found and found["value"]) == (kappa if kappa is None else pytest.approx(kappa))
    if found:
        assert (found["interval"] is not None) is has_interval
        (pair,) = pairs(*judged(verdicts))
        assert ("no interval" in "".join(lines(pair))) is not has_interval
    if has_interval:
        assert found["interval"][1] <= 1


def test_a_maybe_counts_as_the_protocol_says_and_stands_in_the_table() -> None:
    (pair,) = pairs(*judged([(INCLUDE, MAYBE), (EXCLUDE, MAYBE)]))
    assert pair.table == ((0, 1, 0), (0, 0, 0), (0, 1, 0))
    assert pair.counted == ((1, 0), (1, 0))
    _, events = judged([(INCLUDE, MAYBE)])
    apart = state([(PUBMED, KEYS[:1])], events, sets_of(), maybe="conflict")
    (pair,) = pairs(apart, events)
    assert pair.counted == pair.table


def test_only_what_was_held_before_the_other_was_seen_counts() -> None:
    slip = decide("a", "a1", INCLUDE)
    events = [
        slip,
        event("reviewer-a", "undo", "a1", target=slip.eid),
        decide("a", "a1", EXCLUDE),
        decide("b", "a1", INCLUDE),
        decide("a", "a1", INCLUDE),  # after both are known: reconciled
        event("reviewer-b", "settle", "a1", stage=TITLE_ABSTRACT, val=INCLUDE),
    ]
    found = state([(PUBMED, ["a1"])], events, sets_of())
    (pair,) = pairs(found, events)
    assert pair.table == ((0, 0, 0), (0, 0, 0), (1, 0, 0))


def test_judgements_on_two_records_of_one_set_meet() -> None:
    events = [decide("a", "a1", INCLUDE), decide("b", "a2", INCLUDE)]
    (pair,) = pairs(state([(PUBMED, ["a1", "a2"])], events, sets_of(["a1", "a2"])), events)
    assert pair.judged == 1


def test_nothing_is_told_of_what_still_waits() -> None:
    events = [decide("a", "a1", INCLUDE)]
    assert not list(pairs(state([(PUBMED, ["a1", "a2"])], events, sets_of()), events))


def test_disagreements_are_counted_by_criterion() -> None:
    events = [
        *both("a1", INCLUDE), decide("a", "a1", EXCLUDE, FULL_TEXT, "E1"),
        decide("b", "a1", INCLUDE, FULL_TEXT),
        *both("a2", INCLUDE), decide("a", "a2", EXCLUDE, FULL_TEXT, "E1"),
        decide("b", "a2", EXCLUDE, FULL_TEXT, "E2"),
    ]  # fmt: skip
    _, pair = pairs(state([(PUBMED, ["a1", "a2"])], events, sets_of()), events)
    assert pair.apart == {"E1": 1}
    assert pair.otherwise == {("E1", "E2"): 1}
    assert "2 excluded" not in "\n".join(lines(pair))


VERDICTS = st.lists(st.tuples(*[st.sampled_from(CATEGORIES)] * 2), min_size=1, max_size=12)


@given(VERDICTS, st.randoms(use_true_random=False))
def test_the_order_in_which_logs_are_read_does_not_matter(verdicts: Verdicts, dice) -> None:  # type: ignore[no-untyped-def]
    found, events = judged(verdicts)
    mixed = list(events)
    dice.shuffle(mixed)
    assert list(pairs(found, mixed)) == list(pairs(found, events))


@given(VERDICTS)
def test_every_record_that_both_judged_is_in_the_table_once(verdicts: Verdicts) -> None:
    (pair,) = pairs(*judged(verdicts))
    assert pair.judged == len(verdicts) == sum(map(sum, pair.counted))
    for row, column in itertools.product(range(3), repeat=2):
        wanted = verdicts.count((CATEGORIES[row], CATEGORIES[column]))
        assert pair.table[row][column] == wanted


# --- the pilot -----------------------------------------------------------------------------------


def test_the_pilot_is_the_same_sample_whatever_comes_later() -> None:
    before = state([(PUBMED, KEYS)], [], sets_of())
    stage = before.protocol.stages[0]
    sample = sample_of(before, [], stage)
    assert len(sample) == stage.pilot == len(set(sample))
    events = [decide("a", sample[0], INCLUDE)]
    late = run("r2", at="2027-01-01T00:00:00Z")
    after = state([(PUBMED, KEYS), (late, [f"b{n}" for n in range(200)])], events, sets_of())
    assert sample_of(after, events, stage) == sample


@pytest.mark.parametrize(("apart", "goes_on"), [(0, True), (6, True), (7, False)])
def test_the_pilot_goes_on_where_all_agree_enough(apart: int, goes_on: bool) -> None:
    empty = state([(PUBMED, KEYS)], [], sets_of())
    sample = sample_of(empty, [], empty.protocol.stages[0])
    events = [decide(who, key, EXCLUDE if who == "b" and at < apart else INCLUDE)
              for at, key in enumerate(sample) for who in "ab"]  # fmt: skip
    found = state([(PUBMED, KEYS)], events, sets_of())
    assert pilot_of(found, events, found.protocol.stages[0]).goes_on is goes_on


def test_the_pilot_names_who_has_yet_to_judge() -> None:
    empty = state([(PUBMED, KEYS)], [], sets_of())
    stage = empty.protocol.stages[0]
    events = [decide("b", key, INCLUDE) for key in sample_of(empty, [], stage)]
    found = pilot_of(state([(PUBMED, KEYS)], events, sets_of()), events, stage)
    assert found.waiting == (("reviewer-a", 25),)
    assert found.goes_on is None


def test_the_command_on_a_review_that_nobody_screened(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["init", str(tmp_path / "review")]) == 0
    capsys.readouterr()
    command = ["agreement", "--review", str(tmp_path / "review")]
    assert cli.run(command) == 0
    assert "No two reviewers" in capsys.readouterr().err
    assert cli.run([*command, "--json", "--pilot"]) == 0
    assert json.loads(capsys.readouterr().out)["pairs"] == []


def test_a_pilot_without_records_says_why() -> None:
    late = run("r2", at="2027-01-01T00:00:00Z")
    events = [decide("a", "a0", INCLUDE)]
    found = state([(late, KEYS[:3])], events, sets_of())
    pilot = pilot_of(found, events, found.protocol.stage(TITLE_ABSTRACT))
    assert pilot.sample == ()
    (line,) = lines_of_pilot(pilot)
    assert "was there when screening began" in line
