"""Counts of terms as bytes: what is worked out from them, some at a time, is right for all."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.ranking import term_counts, text_features, word_pairs
from screening.ranking.term_counts import TermCounts, counted, sums_of, weighted
from screening.ranking.text_features import features_of
from screening.ranking.word_pairs import pairs_of

RECORDS = st.lists(st.lists(st.integers(0, 6), max_size=12), max_size=9)


def given_as(records: list[list[int]], at_once: int) -> TermCounts:
    parts = [records[start : start + at_once] for start in range(0, len(records), at_once)]
    return counted(
        (
            np.array([term for record in part for term in record], dtype=np.int32),
            np.cumsum([len(record) for record in part]),
        )
        for part in parts
    )


@pytest.fixture(autouse=True)
def _some_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let three records be many, so that small sets have several parts."""
    for module in (term_counts, text_features, word_pairs):
        monkeypatch.setattr(module, "ROWS", 3)


@given(RECORDS, st.integers(1, 4))
def test_a_count_stands_as_1_and_its_log(records: list[list[int]], at_once: int) -> None:
    found = given_as(records, at_once).rows(slice(None)).toarray() / 45
    for record, row in zip(records, found, strict=True):
        times = Counter(record)
        assert row == pytest.approx(
            [1 + np.log(times[term]) if term in times else 0 for term in range(len(row))], abs=0.012
        )


def test_from_a_hundred_mentions_on_all_count_alike() -> None:
    found = given_as([[0] * 105, [0] * 106, [0] * 256, [0] * 5000], 4).matrix.toarray().ravel()
    assert found.tolist() == [254, 255, 255, 255]


@given(RECORDS, st.integers(1, 4), st.integers(0, 99))
def test_what_is_worked_out_in_parts_is_that_of_the_whole(
    records: list[list[int]], at_once: int, seed: int
) -> None:
    counts = given_as(records, at_once)
    whole = counts.rows(slice(None)).toarray()
    draw = np.random.default_rng(seed)
    by_term, other = draw.normal(size=(2, counts.width))
    by_record = draw.normal(size=len(records))
    assert counts.times(by_term) == pytest.approx(whole @ by_term)
    assert counts.turned_times(by_record) == pytest.approx(whole.T @ by_record)
    assert counts.squares(by_term) == pytest.approx((whole * by_term) ** 2 @ np.ones(counts.width))
    assert counts.in_records().tolist() == (whole > 0).sum(axis=0).tolist()
    found = sums_of([(counts, by_term), (given_as(records, 1), other), (counts, other)])
    for sums, weights in zip(found, (by_term, other, other), strict=True):
        assert sums == pytest.approx(whole @ weights)


@given(RECORDS, st.integers(0, 99))
def test_weighted_rows_have_the_length_1_and_keep_it_in_every_sum(
    records: list[list[int]], seed: int
) -> None:
    counts = [given_as(records, 2), given_as(records[::-1], 2)]
    draw = np.random.default_rng(seed)
    found = weighted(counts, [1 + draw.random(each.width) for each in counts])
    rows = found.rows(slice(None)).toarray()
    is_empty = np.array([not a and not b for a, b in zip(records, records[::-1], strict=True)])
    assert np.linalg.norm(rows, axis=1) == pytest.approx(np.where(is_empty, 0.0, 1.0))
    assert (found.all_rows() != found.rows(slice(None))).nnz == 0
    weights, by_record = draw.normal(size=found.shape[1]), draw.normal(size=len(records))
    assert found.times(weights) == pytest.approx(rows @ weights)
    assert found.turned_times(by_record) == pytest.approx(rows.T @ by_record)


@settings(max_examples=200)
@given(RECORDS)
def test_pairs_are_those_of_neighbours_in_one_record(records: list[list[int]]) -> None:
    words = np.array([term for record in records for term in record], dtype=np.int32)
    ends = np.cumsum([len(record) for record in records], dtype=np.int64)
    counts, numbers = pairs_of(words, ends, base=7)
    have: Counter[tuple[int, int]] = Counter()
    for record in records:
        have.update(set(pairwise(record)))
    wanted = {pair for pair, found in have.items() if 2 <= found <= 0.95 * len(records)}
    assert [divmod(int(number), 7) for number in numbers] == sorted(wanted)
    found = counts.rows(slice(None)).toarray() / 45
    for record, row in zip(records, found, strict=True):
        times = Counter(pairwise(record))
        assert row == pytest.approx(
            [1 + np.log(times[p]) if p in times else 0 for p in sorted(wanted)], abs=0.012
        )


def test_a_large_set_is_read_without_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["soft tissue sarcoma", "soft tissue", "a registry", "registry of soft tissue"]
    monkeypatch.setattr(text_features, "PAIRS_UP_TO", 3)
    found = features_of(iter(texts), iter(texts))
    assert not len(found.pairs)
    names = [found.name(column) for column in range(found.words.shape[1])]
    assert names == ["soft", "tissue", "sarcoma", "registry", "of"]
    monkeypatch.setattr(text_features, "PAIRS_UP_TO", 4)
    both = features_of(iter(texts))
    assert both.name(len(names)) == "soft tissue"
