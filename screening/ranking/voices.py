"""The classifiers that the ranking adds up: each looks at the records in another way.

Each is a support vector machine (`screening.ranking.margin`) over rows of a sparse matrix, or of a
product of two. What was worked out for records judged before is kept and grows with them, so that
one decision more costs little; the result is the same as from nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import Any

import numpy as np
from scipy import sparse

from screening.ranking.margin import balanced_costs, fit
from screening.ranking.term_counts import Asked, sums_of
from screening.ranking.text_features import Features
from screening.ranking.word_letters import Letters

Vector = Any  # numpy's array of float64
Matrix = Any  # scipy's csr_matrix, which has no types

RATIO, COST = 9.8, 0.11  # as the peer's tuning on other reviews found; ours changed nothing
_WRITTEN_OUT = 4096  # records judged, up to which their products are kept: 128 MB each
_ONE_BY_ONE = 8  # new records, up to which their products are worked out for each by itself


class Voice:
    """One classifier. Subclasses say what the records' rows are."""

    def __init__(self, count: int) -> None:
        self._rows: list[int] = []  # the records met so far, in the order in which they came
        self._at = np.full(count, -1, dtype=np.int32)  # of each record: where it is among them
        self._products = np.empty((0, 0))  # of each with each, while they are not too many
        self._guess = np.empty(0)

    def asked(self, weights: Vector) -> list[Asked]:
        """Return what sums the scores are made of."""
        raise NotImplementedError

    def from_sums(self, sums: Sequence[Vector]) -> Vector:
        """Return the score of each row from the sums that were asked for."""
        raise NotImplementedError

    def parts(self, row: int, weights: Vector) -> list[tuple[str, float]]:
        """Return what each word adds to a row's score."""
        raise NotImplementedError

    def _take_rows(self, new: list[int]) -> None:
        """Get ready for records that were not met before; they are in ``_rows`` by now."""

    def _with(self, new: list[int]) -> Matrix:
        """Return the products of all records met with new ones."""
        raise NotImplementedError

    def _weights(self, alpha: Vector) -> Vector:
        """Return Σ αᵢ xᵢ over the records met."""
        raise NotImplementedError

    def _onto(self, weights: Vector) -> Vector:
        """Return the score of each record met."""
        raise NotImplementedError

    def _lengths(self) -> Vector:
        """Return the product of each record met with itself."""
        raise NotImplementedError

    def learn(self, rows: Vector, signs: Vector) -> Vector:
        """Return the weights of the columns."""
        self._take(rows[self._at[rows] < 0].tolist())
        at = self._at[rows]
        # What was met and is not judged any more (an undo) stays, and costs nothing.
        all_signs, costs = np.ones(len(self._rows)), np.zeros(len(self._rows))
        all_signs[at], costs[at] = signs, balanced_costs(signs, RATIO, COST)
        if len(self._rows) <= _WRITTEN_OUT:
            kept = self._products[: len(self._rows), : len(self._rows)]
            alpha = fit(kept.__matmul__, kept.diagonal().copy(), all_signs, costs, self._guess)
        else:
            alpha = fit(
                lambda x: self._onto(self._weights(x)) + x.sum(), self._lengths() + 1,
                all_signs, costs, self._guess,
            )  # fmt: skip
        self._guess = alpha
        return self._weights(alpha)

    def _take(self, new: list[int]) -> None:
        """Take in records that were not met before."""
        if not new:
            return
        old, count = len(self._rows), len(self._rows) + len(new)
        self._at[new] = np.arange(old, count)
        self._rows += new
        self._guess = np.concatenate((self._guess, np.zeros(len(new))))
        self._take_rows(new)
        if count > _WRITTEN_OUT:
            self._products = np.empty((0, 0))
            return
        if count > len(self._products):
            larger = np.empty((min(count + count // 4 + 64, _WRITTEN_OUT),) * 2)
            larger[:old, :old] = self._products[:old, :old]
            self._products = larger
        fresh = self._with(new) + 1
        self._products[:count, old:count] = fresh
        self._products[old:count, :count] = fresh.T


def scores_of(voices: Sequence[Voice], weights: Sequence[Vector]) -> list[Vector]:
    """Return what each voice says of each row."""
    asked = [voice.asked(each) for voice, each in zip(voices, weights, strict=True)]
    sums = iter(sums_of([*chain.from_iterable(asked)]))
    return [
        voice.from_sums([*islice(sums, len(mine))])
        for voice, mine in zip(voices, asked, strict=True)
    ]


class _Written(Voice):
    """A classifier over rows that are written out for the records met."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self._written: _Growing | None = None

    def _write(self, rows: Sequence[int]) -> Matrix:
        raise NotImplementedError

    def _take_rows(self, new: list[int]) -> None:
        added = self._write(new)
        if self._written is None:
            self._written = _Growing(added.shape[1], added.dtype)
        self._written.add(added)

    def _all(self) -> Matrix:
        assert self._written is not None
        return self._written.matrix()

    def _with(self, new: list[int]) -> Matrix:
        written = self._all()
        added = written[-len(new) :]
        if len(new) > _ONE_BY_ONE:
            return (written @ added.T).toarray()
        return np.stack([written @ one for one in added.toarray()], axis=1)

    def _weights(self, alpha: Vector) -> Vector:
        return self._all().T @ alpha

    def _onto(self, weights: Vector) -> Vector:
        return self._all() @ weights

    def _lengths(self) -> Vector:
        written = self._all()
        return np.asarray(written.multiply(written).sum(axis=1)).ravel()


class Words(_Written):
    """Words and pairs of words."""

    def __init__(self, features: Features) -> None:
        super().__init__(len(features))
        self._features = features

    def _write(self, rows: Sequence[int]) -> Matrix:
        return self._features.words.rows(rows)

    def asked(self, weights: Vector) -> list[Asked]:
        """Return what sums the scores are made of."""
        return self._features.words.asked(weights)

    def from_sums(self, sums: Sequence[Vector]) -> Vector:
        """Return the score of each row."""
        return self._features.words.from_sums(sums)

    def parts(self, row: int, weights: Vector) -> list[tuple[str, float]]:
        """Return what each word adds to a row's score."""
        return named(self._features, row, weights)


class ByLetters(_Written):
    """The letters of words."""

    def __init__(self, letters: Letters) -> None:
        super().__init__(len(letters.words))
        self._letters = letters

    def _write(self, rows: Sequence[int]) -> Matrix:
        return self._letters.rows(rows)

    def asked(self, weights: Vector) -> list[Asked]:
        """Return what sums the scores are made of."""
        return self._letters.asked(weights)

    def from_sums(self, sums: Sequence[Vector]) -> Vector:
        """Return the score of each row."""
        return self._letters.from_sums(sums)

    def parts(self, row: int, weights: Vector) -> list[tuple[str, float]]:
        """Return what each word adds to a row's score."""
        return self._letters.of_words(row, weights)


class Expanded(Voice):
    """Words of each record read together with its nearest (`screening.ranking.neighbours`)."""

    def __init__(self, features: Features) -> None:
        super().__init__(len(features))
        assert features.near is not None
        self._features, self._near = features, features.near
        self._words = features.words
        self._mine: _Growing = _Growing(self._near.shape[1], self._near.dtype)

    def _take_rows(self, new: list[int]) -> None:
        # The review's own words are at the end, and near none: they are no record to be judged.
        self._mine.add(self._near[new])

    def _with(self, new: list[int]) -> Matrix:
        mine = self._mine.matrix()
        blocks = []
        for rows in _blocks(mine[-len(new) :]):
            read = (
                rows[:, nearest := np.unique(rows.indices)] @ self._words.rows(nearest)
            ).toarray()
            blocks += [mine @ self._of_records(one) for one in read]
        return np.stack(blocks, axis=1)

    def _of_records(self, weights: Vector) -> Vector:
        """Return the product of each record with weights of the words."""
        return self._words.times(weights)[: self._near.shape[0]]

    def _weights(self, alpha: Vector) -> Vector:
        by_record = np.zeros(len(self._features))
        by_record[: self._near.shape[0]] = self._mine.matrix().T @ alpha
        return self._words.turned_times(by_record)

    def _onto(self, weights: Vector) -> Vector:
        return self._mine.matrix() @ self._of_records(weights)

    def _lengths(self) -> Vector:
        return np.ones(len(self._rows))

    def asked(self, weights: Vector) -> list[Asked]:
        """Return what sums the scores are made of."""
        return self._words.asked(weights)

    def from_sums(self, sums: Sequence[Vector]) -> Vector:
        """Return the score of each row; of the review's own words none."""
        count, found = self._near.shape[0], np.zeros(len(self._features))
        found[:count] = self._near @ self._words.from_sums(sums)[:count]
        return found

    def parts(self, row: int, weights: Vector) -> list[tuple[str, float]]:
        """Return what each of the record's own words adds; its neighbours' are left out."""
        own = float(self._near[row, row])
        return [(word, own * value) for word, value in named(self._features, row, weights)]


class _Growing:
    """Rows of a sparse matrix, to which more can be added without copying all each time."""

    def __init__(self, columns: int, dtype: Any) -> None:
        self._columns, self._count, self._used = columns, 0, 0
        self._data = np.empty(0, dtype=dtype)
        self._indices = np.empty(0, dtype=np.int32)
        self._ends = np.zeros(1, dtype=np.int32)

    def add(self, rows: Matrix) -> None:
        used, count = self._used + rows.nnz, self._count + rows.shape[0]
        if used > len(self._data):
            self._data = _longer(self._data, self._used, used)
            self._indices = _longer(self._indices, self._used, used)
        if count + 1 > len(self._ends):
            self._ends = _longer(self._ends, self._count + 1, count + 1)
        self._data[self._used : used] = rows.data
        self._indices[self._used : used] = rows.indices
        self._ends[self._count + 1 : count + 1] = self._used + rows.indptr[1:]
        self._used, self._count = used, count

    def matrix(self) -> Matrix:
        """Return all rows; what it shows is not copied."""
        parts = (self._data[: self._used], self._indices[: self._used],
                 self._ends[: self._count + 1])  # fmt: skip
        return sparse.csr_matrix(parts, shape=(self._count, self._columns), copy=False)


def _longer(values: Any, used: int, needed: int) -> Any:
    longer = np.empty(needed + needed // 2, dtype=values.dtype)
    longer[:used] = values[:used]
    return longer


def _blocks(rows: Matrix) -> Iterator[Matrix]:
    for start in range(0, rows.shape[0], _ONE_BY_ONE):
        yield rows[start : start + _ONE_BY_ONE]


def named(features: Features, row: int, weights: Vector) -> list[tuple[str, float]]:
    """Return the words of a row, each with what it weighs times what it is worth."""
    one = features.words.rows([row])
    names = (features.name(int(column)) for column in one.indices)
    return list(zip(names, (one.data * weights[one.indices]).tolist(), strict=True))
