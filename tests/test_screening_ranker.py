"""The ranking: exact, the same every time, sensible where there is little to go by."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.ranking import margin
from screening.ranking.neighbours import expanded, neighbours_of
from screening.ranking.own_words import own_words, text_of, words_of_query
from screening.ranking.ranker import Ranker, in_turns, richness_of
from screening.ranking.text_features import features_of
from search.records import Record
from search.review import Review

REGISTRY = [
    "National sarcoma registry: patients and survival",
    "A population-based registry of soft tissue sarcomas",
    "Registries of osteosarcoma in Europe",
]
OTHER = [
    "Gene expression in cultured cells of the mouse",
    "Mouse model of gene fusion",
    "Cells in culture express a gene",
    "Case report of a child",
    "A case of a rare tumour in a child",
]
TEXTS = [*REGISTRY, *OTHER, ""]
MANY = [*TEXTS, *(f"{text} {word}" for text in (*REGISTRY, *OTHER) for word in ("again", "anew"))]


def test_rows_have_length_one_and_an_empty_text_is_nothing() -> None:
    found = features_of(TEXTS)
    words = found.words.rows(range(9))
    sizes = np.sqrt(np.asarray(words.multiply(words).sum(axis=1)).ravel())
    assert sizes[:8] == pytest.approx(1)
    assert sizes[8] == 0
    letters = found.letters.rows(range(9)).toarray()
    assert np.linalg.norm(letters[:8], axis=1) == pytest.approx(1)


def test_words_are_weighted_as_said() -> None:
    found = features_of(["blue blue sea", "blue sky sea", "red sky", "red rose"])
    names = [found.name(column) for column in range(found.words.shape[1])]
    assert names == ["blue", "sea", "sky", "red", "rose"]  # no pair stands in two of them
    blue = (1 + np.log(2)) * (np.log(5 / 3) + 1)
    sea = np.log(5 / 3) + 1
    row = found.words.rows([0]).toarray().ravel()
    assert row[:2] == pytest.approx(np.array([blue, sea]) / np.hypot(blue, sea), rel=0.01)


def test_pairs_of_words_do_not_cross_from_one_record_to_the_next() -> None:
    found = features_of(["soft tissue", "soft tissue", "tissue soft"])
    names = {found.name(column) for column in range(found.words.shape[1])}
    assert names == {"soft", "tissue", "soft tissue"} - ({"tissue soft"})


def test_letters_bring_kin_together() -> None:
    found = features_of(["osteosarcoma", "sarcomas", "registry", "osteosarcoma registry"])
    likeness = (found.letters.rows(range(4)) @ found.letters.rows(range(4)).T).toarray()
    assert likeness[0, 1] > 0
    assert likeness[0, 2] == 0


@pytest.mark.parametrize("texts", [[], [""], ["", ""], ["a"], ["word"], ["\x00\ud800", "é é"]])
def test_texts_without_much_in_them(texts: list[str]) -> None:
    assert len(features_of(texts)) == len(texts)


# --- the classifier ----------------------------------------------------------------------------


@settings(deadline=None, max_examples=60)
@given(st.integers(2, 40), st.integers(1, 12), st.integers(0, 10**6), st.floats(0.01, 5))
def test_the_least_loss_is_found(count: int, width: int, seed: int, cost: float) -> None:
    draw = np.random.default_rng(seed)
    rows = draw.normal(size=(count, width))
    signs = np.where(draw.random(count) < 0.3, 1.0, -1.0)
    signs[0], signs[1] = 1.0, -1.0
    costs = margin.balanced_costs(signs, 9.8, cost)
    products = rows @ rows.T + 1
    alpha = margin.fit(products.__matmul__, products.diagonal(), signs, costs, np.zeros(count))
    # at the least loss: alpha is 2 c y (1 - y f) within the margin, and nothing outside it
    wanted = 2 * costs * signs * np.maximum(0, 1 - signs * (products @ alpha))
    assert alpha == pytest.approx(wanted, abs=1e-6 * (1 + abs(wanted).max()))


def test_it_is_the_peers_answer() -> None:
    from sklearn.svm import LinearSVC

    draw = np.random.default_rng(3)
    rows = draw.normal(size=(60, 8))
    signs = np.where(rows[:, 0] + draw.normal(size=60) > 0, 1.0, -1.0)
    costs = margin.balanced_costs(signs, 9.8, 0.11)
    products = rows @ rows.T + 1
    alpha = margin.fit(products.__matmul__, products.diagonal(), signs, costs, np.zeros(60))
    peer = LinearSVC(C=1.0, tol=1e-10, max_iter=100_000).fit(rows, signs, sample_weight=costs)
    assert rows.T @ alpha == pytest.approx(peer.coef_.ravel(), abs=1e-5)
    assert alpha.sum() == pytest.approx(peer.intercept_[0], abs=1e-5)


def test_the_includes_weigh_more() -> None:
    costs = margin.balanced_costs(np.array([1.0, -1, -1, -1]), ratio=9.8, cost=0.11)
    assert costs.mean() == pytest.approx(0.11)
    assert costs[0] == pytest.approx(9.8 * costs[1:].sum())


# --- the ranking -------------------------------------------------------------------------------


def ranked(ranker: Ranker) -> list[int]:
    return [int(row) for row in ranker.order()]


def test_what_is_like_the_includes_comes_first() -> None:
    ranker = Ranker(features_of(TEXTS))
    ranker.learn([0, 3], [1, -1])
    assert set(ranked(ranker)[:2]) == {1, 2}
    assert sorted(ranked(ranker)) == [1, 2, 4, 5, 6, 7, 8]


def test_the_reviews_own_words_order_the_first_screen() -> None:
    ranker = Ranker(features_of([*TEXTS, "sarcoma registry of patients"]), own=1)
    assert set(ranked(ranker)[:2]) <= {0, 1, 2}
    assert len(ranked(ranker)) == len(TEXTS)
    assert ranker.reasons(0)[0].word in ("sarcoma", "registry", "patients", "sarcoma registry")


def test_known_papers_count_as_included_until_they_are_judged() -> None:
    ranker = Ranker(features_of(TEXTS), known=[0])
    assert ranker.knows_includes
    assert ranked(ranker)[0] == 0
    ranker.learn([3], [-1])
    assert set(ranked(ranker)[:3]) == {0, 1, 2}
    ranker.learn([3, 0], [1, -1])
    assert set(ranked(ranker)[:2]) == {4, 5}


@pytest.mark.parametrize("texts", [TEXTS, MANY])
def test_the_order_in_which_decisions_came_is_nothing(texts: list[str]) -> None:
    rows, signs = [0, 3, 6, 1, 7], [1, -1, -1, 1, -1]
    at_once, one_by_one = Ranker(features_of(texts)), Ranker(features_of(texts))
    at_once.learn(rows, signs)
    for number in range(1, len(rows) + 1):
        one_by_one.learn(rows[:number], signs[:number])
        one_by_one.order()
    backwards = Ranker(features_of(texts))
    backwards.learn(rows[::-1], signs[::-1])
    assert ranked(at_once) == ranked(one_by_one) == ranked(backwards)


@pytest.mark.parametrize("texts", [TEXTS, MANY])
def test_a_decision_taken_back_leaves_no_trace(texts: list[str]) -> None:
    ranker, fresh = Ranker(features_of(texts)), Ranker(features_of(texts))
    ranker.learn([0, 3], [1, -1])
    ranker.learn([0, 3, 4], [1, -1, 1])
    ranker.learn([0, 3], [1, -1])
    fresh.learn([0, 3], [1, -1])
    assert ranked(ranker) == ranked(fresh)


@pytest.mark.parametrize("texts", [TEXTS, MANY])
def test_many_decisions_go_another_way_to_the_same_order(
    texts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, signs = [0, 3, 6, 1, 7], [1, -1, -1, 1, -1]
    small, large = Ranker(features_of(texts)), Ranker(features_of(texts))
    small.learn(rows, signs)
    monkeypatch.setattr("screening.ranking.voices._WRITTEN_OUT", 2)
    large.learn(rows[:2], signs[:2])
    large.learn(rows, signs)
    assert ranked(small) == ranked(large)


def test_many_new_decisions_at_once_are_the_same_as_one_by_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows, signs = [0, 3, 6, 1, 7, 9, 13, 17], [1, -1, -1, 1, -1, 1, -1, -1]
    at_once = Ranker(features_of(MANY))
    at_once.learn(rows, signs)
    monkeypatch.setattr("screening.ranking.voices._ONE_BY_ONE", 2)
    in_blocks = Ranker(features_of(MANY))
    in_blocks.learn(rows, signs)
    assert ranked(at_once) == ranked(in_blocks)


def test_with_one_verdict_only_nothing_is_trained() -> None:
    ranker = Ranker(features_of(TEXTS), places=list(range(len(TEXTS)))[::-1])
    ranker.learn([0, 1], [-1, -1])
    assert ranked(ranker) == [8, 7, 6, 5, 4, 3, 2]  # the places given, as nothing else is known


@pytest.mark.parametrize(
    ("since", "includes", "by_turns"),
    [
        (0, [0], False),
        (29, [0], False),
        (30, [0], True),
        (30, [0, 1], True),
        (30, [0, 1, 2], False),
    ],
)
def test_the_voices_take_turns_where_few_are_known_and_none_comes(
    since: int, includes: list[int], by_turns: bool
) -> None:
    ranker = Ranker(features_of(MANY, [("alpha", "beta")[n % 2] for n in range(len(MANY))]))
    ranker.learn([*includes, 3], [*(1 for _ in includes), -1])
    usual, now = ranked(ranker), [int(row) for row in ranker.order(since=since)]
    assert sorted(now) == sorted(usual)
    assert (now != usual) is by_turns


def test_by_turns_each_order_gives_its_first() -> None:
    orders = [np.array(each) for each in ([1, 2, 3, 4], [4, 1, 2, 3], [1, 4, 3, 2])]
    assert in_turns(orders, first=0).tolist() == [1, 4, 2, 3]
    assert in_turns(orders, first=1).tolist() == [4, 1, 2, 3]
    assert in_turns(orders, first=5).tolist() == [1, 4, 2, 3]
    assert in_turns([np.array([], dtype=int)] * 2, first=7).tolist() == []


def test_titles_have_a_voice_of_their_own() -> None:
    texts = ["alpha beta", "alpha gamma", "alpha delta", "alpha delta"]
    plain = Ranker(features_of(texts))
    titled = Ranker(features_of(texts, ["registry", "mouse", "mouse", "registries"]))
    for ranker in (plain, titled):
        ranker.learn([0, 1], [1, -1])
    assert ranked(plain)[0] == 2
    assert ranked(titled)[0] == 3


def test_reasons_name_the_weightiest_words() -> None:
    ranker = Ranker(features_of(TEXTS))
    ranker.learn([0, 3], [1, -1])
    found = ranker.reasons(1)
    assert {reason.word for reason in found} & {"registry", "sarcomas"}
    assert all(0 < reason.share <= 1 for reason in found)
    assert [r.share for r in found] == sorted((r.share for r in found), reverse=True)
    assert ranker.reasons(8) == []  # no text, no reason


# --- those that are alike ----------------------------------------------------------------------


def test_the_nearest_of_a_record_are_those_with_its_rare_words() -> None:
    features = features_of(MANY)
    near = neighbours_of(features.words.rows(range(len(MANY))), len(MANY))
    assert {10, 9} <= set(near[0].indices)  # the same title with a word more
    assert 0 not in near[0].indices  # itself
    sums = np.asarray(near.sum(axis=1)).ravel()
    assert sums == pytest.approx([0.0 if text == "" else 1.0 for text in MANY])


def test_records_read_with_their_nearest_have_the_length_1() -> None:
    features = features_of([*MANY, "own words of the review"], own=1)
    assert features.near is not None
    assert features.near.shape == (len(MANY), len(MANY))
    read = features.near @ features.words.rows(range(len(MANY)))
    lengths = np.asarray(read.multiply(read).sum(axis=1)).ravel()
    assert lengths == pytest.approx([0.0 if text == "" else 1.0 for text in MANY])


def test_one_is_known_by_its_nearest_where_its_own_words_say_nothing() -> None:
    # Row 0 is included. Rows 1 to 3 are near it; row 4 has words of those alone, row 5 of others.
    bridge = [f"alpha gamma delta epsilon{n}" for n in range(3)]
    others = [f"zeta eta theta iota{n}" for n in range(12)]
    texts = ["alpha beta", *bridge, "gamma delta", "kappa lambda", *others, "kappa lambda mu"]
    ranker = Ranker(features_of(texts))
    ranker.learn([0, 6], [1, -1])
    order = ranked(ranker)
    assert order.index(4) < order.index(5)


def test_few_records_are_all_alike() -> None:
    assert features_of(TEXTS).near is None
    words = features_of(TEXTS).words.rows(range(len(TEXTS)))
    assert expanded(words, len(TEXTS)).shape == (len(TEXTS), len(TEXTS))


def test_the_words_of_a_query_without_its_signs() -> None:
    assert words_of_query('"Soft Tissue Neoplasms"[mh] OR registr*[tiab]') == (
        "Soft Tissue Neoplasms registr"
    )
    assert words_of_query("Impinge$.mp.\n(Biceps adj2 load).ti,ab.\nor/1-5") == (
        "Impinge Biceps load"
    )


def test_own_words_leave_out_what_is_not_wanted(review: Review) -> None:
    words = own_words(review.protocol)
    assert "Which registries" in words
    assert "Describes a registry" in words
    assert "registr" in words
    assert "Not sarcoma" not in words
    assert "tiab" not in words


def test_a_records_text_has_its_headings() -> None:
    record = Record(title="One", abstract="Two", mesh=("Sarcoma/therapy",), keywords=("four",))
    assert text_of(record) == "One\nTwo\nSarcoma/therapy\nfour"
    assert text_of(Record()) == ""


def test_a_thin_text_counts_less() -> None:
    assert richness_of("ACE inhibitors") == 0.0  # a bare topic
    assert richness_of(" ".join(f"word{n}" for n in range(20))) == 0.5
    assert richness_of(" ".join(f"word{n}" for n in range(60))) == 1.0
