"""Texts as numbers kept beside the database: they hold for these texts, or count as none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from screening.ranking import kept_features
from screening.ranking.kept_features import features_kept
from screening.ranking.ranker import Ranker
from screening.ranking.text_features import Features, features_of

TEXTS = [
    f"sarcoma registry number{n % 7} of {'bone' if n % 3 else 'soft tissue'}" for n in range(40)
]
TITLES = [text.split(" of ")[0] for text in TEXTS]


@pytest.fixture(autouse=True)
def _keeps_small_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_features, "_AT_LEAST", 10)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count how often texts are worked out anew."""
    times: list[int] = []

    def counted(texts: list[str], titles: list[str], own: int) -> Features:
        times.append(len(texts))
        return features_of(texts, titles, own)

    monkeypatch.setattr(kept_features, "features_of", counted)
    return times


def _order(features: Features) -> list[int]:
    ranker = Ranker(features, own=1)
    ranker.learn([0, 1, 5], [1, -1, 1])
    return [int(row) for row in ranker.order()]


def test_the_second_time_gives_the_same_and_works_nothing_out(
    tmp_path: Path, made: list[int]
) -> None:
    path = tmp_path / "review.db-ranking.npz"
    first, second = (features_kept(path, TEXTS, TITLES, 1) for _ in range(2))
    assert made == [40]
    assert _order(first) == _order(second)
    assert [first.name(n) for n in range(first.words.shape[1])] == [
        second.name(n) for n in range(second.words.shape[1])
    ]


@pytest.mark.parametrize(
    ("texts", "titles", "own"),
    [
        ([*TEXTS[:-1], "another"], TITLES, 1),
        (TEXTS[::-1], TITLES, 1),
        (TEXTS, TITLES[::-1], 1),
        (TEXTS, TITLES, 0),
        ([*TEXTS, "one more"], [*TITLES, ""], 1),
        ([TEXTS[0] + TEXTS[1][:3], TEXTS[1][3:], *TEXTS[2:]], TITLES, 1),
    ],
)
def test_of_other_texts_nothing_is_taken(
    tmp_path: Path, made: list[int], texts: list[str], titles: list[str], own: int
) -> None:
    path = tmp_path / "kept.npz"
    features_kept(path, TEXTS, TITLES, 1)
    found = features_kept(path, texts, titles, own)
    assert made == [40, len(texts)]
    anew = features_of(texts, titles, own)
    assert (found.words.rows(range(len(texts))) != anew.words.rows(range(len(texts)))).nnz == 0


@pytest.mark.parametrize("cut", [0, 1, 100, -1, -30])
def test_a_damaged_file_counts_as_none(tmp_path: Path, made: list[int], cut: int) -> None:
    path = tmp_path / "kept.npz"
    whole = _order(features_kept(path, TEXTS, TITLES, 1))
    path.write_bytes(path.read_bytes()[:cut])
    assert _order(features_kept(path, TEXTS, TITLES, 1)) == whole
    assert made == [40, 40]
    features_kept(path, TEXTS, TITLES, 1)
    assert made == [40, 40]  # and it was mended


@pytest.mark.parametrize("name", ["words.0.indices", "near.indptr", "letters.shape"])
def test_places_outside_are_noticed(tmp_path: Path, made: list[int], name: str) -> None:
    path = tmp_path / "kept.npz"
    features_kept(path, TEXTS, TITLES, 1)
    with np.load(path) as parts:
        changed = dict(parts)
    changed[name] = changed[name] + 1_000_000
    np.savez(path, **changed)
    features_kept(path, TEXTS, TITLES, 1)
    assert made == [40, 40]


def test_a_folder_that_cannot_be_written_to_is_no_hindrance(
    tmp_path: Path, made: list[int]
) -> None:
    path = tmp_path / "none" / "kept.npz"
    assert len(features_kept(path, TEXTS, TITLES, 1)) == 40
    assert made == [40]


def test_few_texts_leave_no_file(tmp_path: Path) -> None:
    features_kept(tmp_path / "kept.npz", TEXTS[:5], TITLES[:5], 1)
    assert list(tmp_path.iterdir()) == []
