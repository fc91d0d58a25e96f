"""The ranking: which of the records still to be judged are likely to be included.

Voices, each brought to mean 0 and deviation 1 over the records that are left, and added:

- four support vector machines on the decisions so far (`screening.ranking.voices`): on words and
  pairs of words, on the same of each record read together with its nearest, on the letters of
  words, and on the letters of the title's words alone;
- the similarity to the review's own words (question, criteria, search terms, known papers), which
  is all there is at the start, and counts less with every record included.

Where few includes are known and none has come for long, the sum may be going by an include that is
unlike all others: then the voices take turns.

Knows neither files nor reviewers: rows and signs in, scores out. The same records, words and
decisions give the same order, whatever was asked before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from screening.ranking.margin import on_one_core
from screening.ranking.text_features import Features, words_of
from screening.ranking.voices import ByLetters, Expanded, Voice, Words, named, scores_of

Vector = Any  # numpy's array of float64

# Weights of the voices, and without neighbours: see "How it was chosen" in docs/ranking.md.
EXPANDED, WORDS, LETTERS, TITLES = 1.0, 0.5, 1.0, 0.7
ALONE_WORDS, ALONE_TITLES = 1.0, 0.5
FADING = 3  # records included after which the review's own words count half
BARE_TEXT = 10  # distinct words under which a text is worth nothing
RICH_TEXT = 40  # distinct words from which on a text is worth its full weight
STUCK_AFTER = 30  # records judged since the last include, and
STUCK_UNDER = 3  # includes: with more, a long run without any is mostly the end
_DIGITS = 9  # of a score: what lies behind is noise of the machine's arithmetic


@dataclass(frozen=True, slots=True)
class Reason:
    """A word (or pair of words) that lifts a record, with its share of all that lifts it."""

    word: str
    share: float


class Ranker:
    """Ranks the rows of ``features``. ``own`` are rows that hold the review's own words.

    They are at the end of ``features``, are ranked with nothing, and may be none. ``known`` are
    rows of papers that the protocol names: they count as included until they are judged. ``places``
    are the rows' places where scores are equal; default is the order of the rows.
    """

    def __init__(
        self,
        features: Features,
        own: int = 0,
        known: Sequence[int] = (),
        places: Sequence[int] | None = None,
        richness: float = 1.0,
    ) -> None:
        self.features = features
        self._count = len(features) - own
        self._known = tuple(known)
        self._places = np.arange(self._count) if places is None else np.asarray(places)
        self._similarity = self._similarity_to([*range(self._count, len(features)), *known])
        self._richness = richness
        self._voices = _voices_of(features)
        self._model: _Model | None = None

    def __len__(self) -> int:
        return self._count

    def learn(self, rows: Sequence[int], signs: Sequence[int]) -> None:
        """Take these decisions, and no others: ``signs`` are +1 for include, −1 for exclude."""
        judged = dict(zip(rows, signs, strict=True))
        taken = {row: 1 for row in self._known if row not in judged} | judged
        at = np.fromiter(taken.keys(), dtype=np.int64, count=len(taken))
        values = np.fromiter(taken.values(), dtype=np.float64, count=len(taken))
        order = np.argsort(at, kind="stable")  # a set: in which order they came is nothing
        at, values = at[order], values[order]
        includes = int((values > 0).sum())
        left = np.ones(self._count, dtype=bool)
        left[[row for row in judged if row < self._count]] = False
        is_trained = 0 < includes < len(at)
        with on_one_core():
            weights = [voice.learn(at, values) for voice, _ in self._voices] if is_trained else []
        self._model = _Model(left, includes, weights)

    @property
    def sees_own_words(self) -> bool:
        """Return whether any record has a word in common with the review's own."""
        return self._similarity is not None

    @property
    def knows_includes(self) -> bool:
        """Return whether any record is known that was included."""
        return self._needed().includes > 0

    def scores(self, whole: int | None = None) -> Vector:
        """Return the scores of all rows, on the scale of those that are left.

        With ``whole``, to be compared with scores learned from other decisions: on the scale of all
        rows, the review's own words counting as after so many includes.
        """
        model = self._needed()
        among = model.left if whole is None else np.ones_like(model.left)
        includes = model.includes if whole is None else whole
        total = np.zeros(self._count)
        for (_voice, loud), said in zip(self._voices, self._said(model), strict=False):
            total += loud * _standard(said, among)
        if self._similarity is not None:
            share = self._richness / (1 + includes / FADING)
            total += share * _standard(self._similarity, among)
        return np.round(total, _DIGITS)

    def order(self, *, left_only: bool = True, since: int = 0) -> Vector:
        """Return the rows that are left, the likeliest first; or all, as if all were left.

        ``since`` is how many records were judged since the last include: after too many the voices
        take turns, one more of them each time.
        """
        model = self._needed()
        rows = np.flatnonzero(model.left) if left_only else np.arange(self._count)
        together = self._sorted(rows, self.scores())
        if since < STUCK_AFTER or model.includes >= STUCK_UNDER or not model.weights:
            return together
        by_voice = [self._sorted(rows, np.round(said, _DIGITS)) for said in self._said(model)]
        return in_turns([together, *by_voice], first=since)

    def _said(self, model: _Model) -> list[Vector]:
        """Return what each voice says of each record; nothing before there was any training."""
        voices = [voice for voice, _loud in self._voices] if model.weights else []
        return [each[: self._count] for each in scores_of(voices, model.weights)]

    def _sorted(self, rows: Vector, scores: Vector) -> Vector:
        return rows[np.lexsort((self._places[rows], -scores[rows]))]

    def reasons(self, row: int, most: int = 6) -> list[Reason]:
        """Return the words that lift a record most, weightiest first; none where nothing does."""
        model = self._needed()
        lifts: dict[str, float] = {}
        every = zip(self._voices, model.weights, self._said(model), strict=False)
        for (voice, loud), weights, said in every:
            spread = said[model.left].std() or 1.0
            for word, value in voice.parts(row, weights):
                lifts[word] = lifts.get(word, 0.0) + loud * value / spread
        if not model.weights and self._similarity is not None:
            lifts = dict(self._shared_with_own(row))
        whole = sum(value for value in lifts.values() if value > 0)
        best = sorted(lifts.items(), key=lambda item: (-item[1], item[0]))[:most]
        return [Reason(word, value / whole) for word, value in best if value > 0]

    def _needed(self) -> _Model:
        if self._model is None:
            self.learn((), ())
        assert self._model
        return self._model

    def _similarity_to(self, rows: Sequence[int]) -> Vector | None:
        if not rows:
            return None
        likeness = self.features.words.times(self._mean_of(rows))[: self._count]
        return likeness if likeness.any() else None

    def _shared_with_own(self, row: int) -> list[tuple[str, float]]:
        own = self._mean_of([*range(self._count, len(self.features)), *self._known])
        return named(self.features, row, own)

    def _mean_of(self, rows: Sequence[int]) -> Vector:
        """Return the mean of some records' words."""
        return np.asarray(self.features.words.rows(rows).mean(axis=0)).ravel()


def in_turns(orders: Sequence[Vector], first: int) -> Vector:
    """Return the rows, each once: the first of each order by turns, then the second, and so on.

    All orders hold the same rows; the one at ``first``, counted round, begins.
    """
    count, rows = len(orders), orders[0]
    turn = np.full(rows.max(initial=-1) + 1, np.iinfo(np.int64).max)
    for number, order in enumerate(orders):
        turns = np.arange(len(order)) * count + (number - first) % count
        turn[order] = np.minimum(turn[order], turns)
    return rows[np.argsort(turn[rows])]


def richness_of(text: str) -> float:
    """Return how far a text can be relied on at the start: 1 from `RICH_TEXT` distinct words on.

    A bare topic says next to nothing: what bears its name comes first, and is then learned as what
    to leave out.
    """
    count = len(set(words_of(text)))
    return min(1.0, count / RICH_TEXT) if count >= BARE_TEXT else 0.0


@dataclass(frozen=True)
class _Model:
    left: Vector  # which rows are still to be judged
    includes: int
    weights: list[Vector]  # of each voice's columns


def _voices_of(features: Features) -> list[tuple[Voice, float]]:
    """Return the voices with their weights."""
    alone = features.near is None
    voices: list[tuple[Voice, float]] = [
        (Words(features), ALONE_WORDS if alone else WORDS),
        (ByLetters(features.letters), LETTERS),
    ]
    if not alone:
        voices.append((Expanded(features), EXPANDED))
    if features.titles:
        voices.append((ByLetters(features.titles), ALONE_TITLES if alone else TITLES))
    return voices


def _standard(values: Vector, left: Vector) -> Vector:
    """Bring values to mean 0 and deviation 1 over the records that are left."""
    among = values[left]
    if not len(among):
        return np.zeros_like(values)
    spread = among.std()
    return (values - among.mean()) / (spread if spread > 1e-12 else 1.0)
