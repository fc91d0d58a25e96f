"""Stopping: the tests against counting by hand, by whole numbers, and by trying out."""

from __future__ import annotations

import json
import math
import os
import random
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.stopping import stop_rules, stopping
from search.errors import BadInput

VECTORS = os.environ.get("SARCAT_VECTORS")


def by_counting(k: int, total: int, marked: int, drawn: int) -> Fraction:
    """P(at most k) in whole numbers."""
    ways = sum(
        math.comb(marked, x) * math.comb(total - marked, drawn - x)
        for x in range(min(k, marked, drawn) + 1)
        if drawn - x <= total - marked
    )
    return Fraction(ways, math.comb(total, drawn))


@given(st.integers(1, 80), st.data())
def test_the_distribution_is_exact(total: int, data: st.DataObject) -> None:
    marked = data.draw(st.integers(0, total))
    drawn = data.draw(st.integers(0, total))
    k = data.draw(st.integers(-1, total))
    found = stopping.hypergeometric_cdf(k, total, marked, drawn)
    assert found == pytest.approx(float(by_counting(k, total, marked, drawn)), abs=1e-11)


@given(st.integers(2, 60), st.data())
def test_the_smallest_p_of_all_tails_is_found(total: int, data: st.DataObject) -> None:
    screened = data.draw(st.integers(1, total))
    places = data.draw(st.sets(st.integers(1, screened), max_size=12))
    target = data.draw(st.sampled_from(["0.8", "0.9", "0.95", "0.99"]))
    found = len(places)
    every = [Fraction(1)]
    for tail in range(1, screened + 1):
        within = sum(place > screened - tail for place in places)
        missed = math.floor(found / Fraction(target)) + 1 - (found - within)
        population = total - screened + tail
        every.append(
            by_counting(within, population, missed, tail) if missed <= population else Fraction(0)
        )
    # the tail of no record at all: nothing unread can hold what would be missed
    if math.floor(found / Fraction(target)) + 1 - found > total - screened:
        every.append(Fraction(0))
    p = stopping.recall_below_target(sorted(places), screened, total, target)
    assert p == pytest.approx(float(min(every)), abs=1e-11)


def test_the_figures_of_the_literature() -> None:
    # N 1,000, target 0.95; 40 relevant first, then none (METHODS 2.10)
    first = list(range(1, 41))
    assert stopping.recall_below_target(first, 440, 1000, 0.95) == pytest.approx(0.1980517501)
    assert stopping.recall_below_target(first, 840, 1000, 0.95) == pytest.approx(0.0045574178)


def test_a_share_is_taken_as_it_is_written() -> None:
    # 19 of 20 is 0.95 exactly: a binary 0.95 would be a little less, and one more be missed
    assert stopping.least_missed(19, 0.95) == 2
    assert stopping.least_missed(18, 0.9) == 3


def test_with_everything_read_nothing_is_missed() -> None:
    assert stopping.recall_below_target([1, 5], 100, 100, 0.95) == 0.0
    assert stopping.recall_below_target([], 30, 100, 0.95) == pytest.approx(0.7)


def test_few_found_need_nearly_all_read() -> None:
    first = [1, 2, 3, 4, 5, 6]
    assert stopping.recall_below_target(first, 900, 1000, 0.95) > 0.05
    assert stopping.recall_below_target(first, 960, 1000, 0.95) < 0.05


def test_the_rule_keeps_its_promise_on_random_orders() -> None:
    """One look at a random order: at most 5 of 100 stops may be below the target."""
    draw, wrong, stops = random.Random(1), 0, 0
    for _ in range(400):
        relevant = draw.randint(15, 60)
        order = [True] * relevant + [False] * (400 - relevant)
        draw.shuffle(order)
        sample = draw.randint(340, 399)
        seen = sum(order[:sample])
        p = stopping.recall_below_target_by_sample(0, 400, sample, seen, 0.9)
        if p < 0.05:
            stops += 1
            wrong += seen < 0.9 * relevant
    assert stops > 100
    assert wrong / 400 <= 0.05


@given(st.integers(1, 60), st.data())
def test_a_bound_is_the_largest_number_that_can_be(total: int, data: st.DataObject) -> None:
    sample = data.draw(st.integers(1, total))
    seen = data.draw(st.integers(0, sample))
    most = stopping.most_marked(total, sample, seen, "0.05")
    can_be = [
        marked
        for marked in range(seen, total - (sample - seen) + 1)
        if by_counting(seen, total, marked, sample) >= Fraction(1, 20)
    ]
    assert most == max(can_be)
    assert stopping.fewest_marked(total, sample, seen, "0.05") <= most


def test_what_is_left_is_bounded_from_both_sides() -> None:
    found = stopping.remaining(total=1000, found=18, sample=200, relevant_in_sample=4)
    assert found
    assert found.estimate == pytest.approx(2.0)
    assert found.low == 0
    assert 20 < found.high < 60
    assert stopping.remaining(1000, 18, 0, 0) is None
    whole = stopping.remaining(total=100, found=7, sample=100, relevant_in_sample=7)
    assert whole == stopping.Remaining(0.0, 0, 0, 100)


def test_an_elusion_test() -> None:
    found = stopping.elusion(1000, 300, 0, 50, "0.95")
    assert found.upper_share == pytest.approx(1 - 0.05 ** (1 / 300))
    assert found.most == 8
    assert found.recall == pytest.approx(50 / 58)


def test_so_many_in_a_row() -> None:
    assert stopping.in_a_row([3, 5], 60, 50) == 55
    assert stopping.in_a_row([3, 5, 56], 60, 50) == 55
    assert stopping.in_a_row([3, 5, 55], 60, 50) is None
    assert stopping.in_a_row([], 50, 50) == 50


def test_the_target_method() -> None:
    assert stopping.needed_in_ranking(10, 0.7, 0.95) == 10
    assert stopping.needed_in_ranking(10, 0.8, 0.95) is None
    assert stopping.needed_in_ranking(59, 0.95, 0.95) == 59


def test_capture_and_recapture() -> None:
    found = stopping.recapture(30, 20, 15)
    assert found.observed == 35
    assert found.lincoln_petersen == pytest.approx(40)
    assert found.chapman == pytest.approx(31 * 21 / 16 - 1)
    assert stopping.recapture(3, 4, 0).lincoln_petersen is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hypergeometric", "hypergeometric, target 0.95, confidence 0.95"),
        ("hypergeometric:0.9:0.8", "hypergeometric, target 0.9, confidence 0.8"),
        ("in-a-row:100", "in-a-row (100)"),
        ("2399", "2399"),
    ],
)
def test_rules_by_name(text: str, said: str) -> None:
    assert str(stop_rules.rule_of(text)) == said


@pytest.mark.parametrize(
    "text", ["", "soon", "hypergeometric:2", "in-a-row:0", "hypergeometric:1/0"]
)
def test_what_is_no_rule(text: str) -> None:
    with pytest.raises(BadInput):
        stop_rules.rule_of(text)


def test_no_rule_is_asked_before_five_are_found() -> None:
    rule = stop_rules.rule_of("in-a-row:50")
    advice = stop_rules.ask(rule, [1, 2, 3, 4], 500, 1000)
    assert not advice.stop
    assert "needs 5" in advice.why
    assert stop_rules.ask(rule, [1, 2, 3, 4, 5], 500, 1000).stop


def test_the_first_stop_is_a_multiple() -> None:
    rule = stop_rules.rule_of("hypergeometric:0.9:0.95")
    first = list(range(1, 41))
    at = stop_rules.first_stop(rule, first, 1000, every=25)
    assert at is not None
    assert at % 25 == 0
    assert stop_rules.ask(rule, first, at, 1000).stop
    assert not stop_rules.ask(rule, first, at - 25, 1000).stop
    assert stop_rules.first_stop(rule, [], 100) is None


@pytest.mark.skipif(not VECTORS, reason="SARCAT_VECTORS names no file of vectors")
def test_the_vectors() -> None:
    vectors = json.loads(Path(VECTORS or "").read_text("utf-8"))

    def cases(name: str) -> list[tuple[dict, dict]]:
        return [(case["input"], case) for case in vectors[name]["cases"]]

    def near(found: float | None, wanted: float | None) -> None:
        assert (found is None) == (wanted is None)
        assert found is None or found == pytest.approx(wanted, abs=1e-9)

    for given_, case in cases("cmh_h0"):
        near(
            stopping.recall_below_target(
                given_["relevant_at"], given_["n_screened"], given_["n_total"],
                given_["recall_target"],
            ),
            case["p_exact"],
        )  # fmt: skip
    for given_, case in cases("random_sample_test"):
        near(
            stopping.recall_below_target_by_sample(
                given_["relevant_found_before"], given_["n_unscreened"], given_["sample_size"],
                given_["relevant_in_sample"], given_["recall_target"],
            ),
            case["p"],
        )  # fmt: skip
    for given_, case in cases("elusion"):
        found = stopping.elusion(
            given_["n_unscreened"], given_["sample_size"], given_["relevant_in_sample"],
            given_["relevant_found_before"], given_["confidence"],
        )  # fmt: skip
        near(found.share, case["elusion_point"])
        near(found.upper_share, case["elusion_upper_clopper_pearson"])
        near(found.recall_by_share, case["recall_lower_clopper_pearson"])
        near(found.most, case["max_relevant_in_rest_hypergeometric"])
        near(found.recall, case["recall_lower_hypergeometric"])
    for given_, case in cases("qbcb"):
        near(
            stopping.needed_in_ranking(
                given_["sample_positives"], given_["recall_target"], given_["confidence"]
            ),
            case["required_found"],
        )
    for given_, case in cases("knee_batches"):
        batches = given_["relevant_per_batch"]
        near(stopping.knee_ratio(batches), case["rho"])
        assert stopping.is_past_knee(batches) == case["knee_stop"]
        read = len(batches) * given_["batch_size"]
        assert stopping.is_past_2399(read, sum(batches)) == case["rule_2399_stop"]
    for given_, case in cases("quant_ci"):
        expected = stopping.expected_recall(given_["probabilities"], given_["n_screened"])
        near(expected.recall, case["est_recall"])
        near(expected.variance, case["est_variance"])
        near(expected.lower(), case["lower_2sd"])
    for given_, case in cases("capture_recapture"):
        caught = stopping.recapture(
            given_["found_by_a"], given_["found_by_b"], given_["found_by_both"]
        )
        near(caught.lincoln_petersen, case["lincoln_petersen"])
        near(caught.chapman, case["chapman"])
        near(caught.chapman_variance, case["chapman_variance"])
        near(caught.chao1, case["chao1_bias_corrected"])
        near(caught.recall, case["recall_estimate_chapman"])
    for given_, case in cases("consecutive_irrelevant"):
        near(
            stopping.in_a_row(given_["relevant_at"], given_["n_screened"], given_["window"]),
            case["stop_at"],
        )
    for given_, case in cases("cmh_stop"):
        shares = f"{given_['recall_target']}:{given_['confidence']}"
        rule = stop_rules.rule_of(f"hypergeometric:{shares}")
        every, total = given_["check_every"], given_["n_total"]
        at = stop_rules.first_stop(rule, given_["relevant_at"], total, every)
        near(at, case["stop_at"] if case["stop_at"] != total else None)
