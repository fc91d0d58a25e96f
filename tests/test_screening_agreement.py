"""Agreement: published tables, edges where a statistic does not exist, and a peer."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.team import agreement

EVEN = [[20, 5], [10, 15]]  # kappa 0.4 in any textbook
RARE = [[118, 5], [2, 0]]  # Gwet 2002: nearly all of one kind
VECTORS = os.environ.get("SARCAT_VECTORS")


def near(found: float | None, wanted: float) -> None:
    assert found == pytest.approx(wanted, abs=1e-6)


def test_published_tables() -> None:
    near(agreement.percent_agreement(EVEN), 0.7)
    near(agreement.cohen_kappa(EVEN), 0.4)
    near(agreement.pabak(EVEN), 0.4)
    near(agreement.cohen_kappa(RARE), -0.0233918)
    ac1 = agreement.gwet_ac1_estimate(RARE)
    assert ac1
    near(ac1.value, 0.9407763)
    near(ac1.se, 0.0230570)


def test_the_error_of_kappa_by_hand() -> None:
    # Fleiss, Cohen and Everitt (1969) on the even table, worked out on paper
    found = agreement.cohen_kappa_estimate(EVEN)
    assert found
    near(found.se, 0.1269961)
    near(found.interval[0], 0.1510923)
    near(found.interval[1], 0.6489077)


def test_a_share_has_its_interval() -> None:
    near(agreement.wilson(19, 20)[0], 0.7638688)
    near(agreement.wilson(20, 20)[0], 0.8388748)
    near(agreement.wilson(0, 5)[1], 0.4344825)
    near(agreement.clopper_pearson(0, 10)[1], 0.3084971)
    assert agreement.clopper_pearson(10, 10)[1] == 1.0
    assert agreement.wilson(0, 0) == (0.0, 1.0)


def test_positive_and_negative_agreement_stand_apart() -> None:
    near(agreement.positive_agreement(RARE, 0), 236 / 243)  # on excluding
    near(agreement.positive_agreement(RARE, 1), 0.0)  # on including: none at all
    assert agreement.positive_agreement([[7, 0], [0, 0]], 1) is None


@pytest.mark.parametrize(
    ("table", "kappa", "ac1"),
    [
        pytest.param([[50, 0], [0, 0]], None, 1.0, id="both exclude everything"),
        pytest.param([[0, 10], [10, 0]], -1.0, -1.0, id="never the same"),
        pytest.param([[1, 0], [0, 1]], 1.0, 1.0, id="two records"),
    ],
)
def test_edges(table: list[list[int]], kappa: float | None, ac1: float) -> None:
    assert agreement.cohen_kappa(table) == kappa
    found = agreement.gwet_ac1_estimate(table)
    assert found
    near(found.value, ac1)


def test_without_records_there_is_no_statistic() -> None:
    empty = [[0, 0], [0, 0]]
    assert agreement.percent_agreement(empty) is None
    assert agreement.cohen_kappa(empty) is None
    assert agreement.cohen_kappa_estimate(empty) is None
    assert agreement.pabak(empty) is None
    assert agreement.gwet_ac1_estimate(empty) is None
    assert agreement.krippendorff_alpha([]) is None
    assert agreement.percent_agreement_many([[1, None], [None, 0]]) is None


def test_three_verdicts_weigh_a_near_miss_less() -> None:
    table = [[60, 8, 2], [10, 15, 5], [1, 4, 20]]
    plain = agreement.cohen_kappa(table)
    by_steps = agreement.cohen_kappa(table, agreement.linear)
    by_squares = agreement.cohen_kappa(table, agreement.quadratic)
    assert plain is not None
    assert by_steps is not None
    assert by_squares is not None
    assert plain < by_steps < by_squares


@settings(deadline=None)  # the peer takes its time to load
@given(st.lists(st.lists(st.integers(0, 60), min_size=2, max_size=2), min_size=2, max_size=2))
def test_kappa_is_the_peers(table: list[list[int]]) -> None:
    from sklearn.metrics import cohen_kappa_score

    pairs = [(i, j) for i in (0, 1) for j in (0, 1) for _ in range(table[i][j])]
    kappa = agreement.cohen_kappa(table)
    if kappa is None:
        return
    assert kappa == pytest.approx(cohen_kappa_score(*zip(*pairs, strict=True)), abs=1e-9)


@given(
    st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), min_size=1, max_size=30),
    st.permutations([0, 1, 2]),
)
def test_many_screeners_are_the_same_in_any_order(
    ratings: list[tuple[bool, ...]], order: list[int]
) -> None:
    turned = [[row[place] for place in order] for row in ratings]
    for statistic in (
        agreement.fleiss_kappa,
        agreement.gwet_ac1,
        agreement.krippendorff_alpha,
        agreement.percent_agreement_many,
    ):
        before, after = statistic(ratings), statistic(turned)
        assert (before is None) == (after is None)
        assert before is None or before == pytest.approx(after)


def test_two_of_many_are_as_two() -> None:
    ratings = [[0, 0]] * 20 + [[0, 1]] * 5 + [[1, 0]] * 10 + [[1, 1]] * 15
    near(agreement.percent_agreement_many(ratings), 0.7)
    ac1 = agreement.gwet_ac1_estimate(EVEN)
    assert ac1
    near(agreement.gwet_ac1(ratings), ac1.value)


@pytest.mark.skipif(not VECTORS, reason="SARCAT_VECTORS names no file of vectors")
def test_the_vectors() -> None:
    vectors = json.loads(Path(VECTORS or "").read_text("utf-8"))
    for case in vectors["agreement_two_raters"]["cases"]:
        table = case["input"]["table"]
        holds(agreement.percent_agreement(table), case["percent_agreement"])
        holds(agreement.cohen_kappa(table), case["cohen_kappa"])
        holds(agreement.pabak(table), case["pabak"])
        holds(agreement.cohen_kappa_max(table), case["cohen_kappa_max"])
        for name, found in (
            ("gwet_ac1", agreement.gwet_ac1_estimate(table)),
            ("cohen_irrcac", agreement.cohen_kappa_gwet(table)),
            ("brennan_prediger", agreement.pabak_estimate(table)),
        ):
            holds(found and found.value, case[name])
            holds(found and found.se, case[f"{name}_se"])
            holds(found and found.interval, case[f"{name}_ci95"])
        estimate = agreement.cohen_kappa_estimate(table)
        holds(estimate and estimate.se, case["cohen_kappa_se_statsmodels"])
        holds(estimate and estimate.interval, case["cohen_kappa_ci95_statsmodels"])
        if "cohen_kappa_linear" in case:
            holds(agreement.cohen_kappa(table, agreement.linear), case["cohen_kappa_linear"])
            holds(agreement.cohen_kappa(table, agreement.quadratic), case["cohen_kappa_quadratic"])
    for case in vectors["agreement_many_raters"]["cases"]:
        ratings = case["input"]["ratings"]
        holds(agreement.percent_agreement_many(ratings), case["percent_agreement"])
        holds(agreement.gwet_ac1(ratings), case["gwet_ac1"])
        holds(agreement.krippendorff_alpha(ratings), case["krippendorff_alpha"])
        if "fleiss_kappa" in case:
            holds(agreement.fleiss_kappa(ratings), case["fleiss_kappa"])


def holds(found: Any, wanted: Any) -> None:
    if isinstance(wanted, list):
        if None not in wanted:
            assert found == pytest.approx(wanted, abs=1e-6)
    elif wanted is None:
        assert found is None
    else:
        assert found == pytest.approx(wanted, abs=1e-6)
