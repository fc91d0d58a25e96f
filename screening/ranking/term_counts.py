"""How often records have terms, dampened and kept in one byte each: a third of the memory.

Pure. The tenth mention says less than the first: a count stands as 1 + its log. It is kept as a
whole number of 45ths of that, which is right to one part in a hundred; from 106 mentions on all
count alike. What is worked out from the bytes is worked out in full length, some records at a time.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy import sparse

Matrix = Any  # scipy's csr_matrix, which has no types
Vector = Any  # numpy's array of float64

ROWS = 1000  # records that are worked on at once: their numbers stay near the processor
_STEPS = 45  # of a dampened count: as many make 1
_MOST = 255


@dataclass(frozen=True)
class TermCounts:
    """Records by terms: ``matrix`` holds `_STEPS` (1 + log of the count), rounded, as bytes."""

    matrix: Matrix

    def __len__(self) -> int:
        return int(self.matrix.shape[0])

    @property
    def width(self) -> int:
        """Return how many terms there are."""
        return int(self.matrix.shape[1])

    def rows(self, rows: Any) -> Matrix:
        """Return some records' dampened counts, all times the same number."""
        return _written(self.matrix[rows])

    def parts(self) -> Iterator[tuple[slice, Matrix]]:
        """Give the dampened counts of all records, some at a time, with where they stand."""
        for where, taken, form in self._forms:
            part = copy(form)
            part.data = self.matrix.data[taken].astype(np.float64)
            yield where, part

    @cached_property
    def _forms(self) -> list[tuple[slice, slice, Matrix]]:
        """Return for each part its records, its bytes, and a matrix that has all but the numbers.

        To make such a matrix takes about as long as to multiply by it.
        """
        forms = []
        for start in range(0, len(self), ROWS):
            ends = self.matrix.indptr[start : start + ROWS + 1]
            taken = slice(int(ends[0]), int(ends[-1]))
            form = sparse.csr_matrix((len(ends) - 1, self.width), dtype=np.float64)
            form.indices, form.indptr = self.matrix.indices[taken], ends - ends[0]
            forms.append((slice(start, start + len(ends) - 1), taken, form))
        return forms

    def times(self, weights: Vector) -> Vector:
        """Return for each record the sum of its dampened counts, each times its term's weight."""
        return self.times_each([weights])[0]

    def times_each(self, weights: Sequence[Vector]) -> list[Vector]:
        """Return `times` of several weights; reading the counts once serves all."""
        sums = [np.empty(len(self)) for _ in weights]
        for where, part in self.parts():
            for found, each in zip(sums, weights, strict=True):
                found[where] = part @ each
        return sums

    def turned_times(self, weights: Vector) -> Vector:
        """Return for each term the sum of its dampened counts, each times its record's weight.

        All are written out for a moment: sums of parts, each as wide as all terms, take longer.
        """
        return _written(self.matrix).T @ weights

    def squares(self, weights: Vector) -> Vector:
        """Return for each record the sum of the squares of its dampened, weighted counts."""
        sums = np.empty(len(self))
        for where, part in self.parts():
            np.square(part.data, out=part.data)
            sums[where] = part @ weights**2
        return sums

    def in_records(self) -> Vector:
        """Return for each term how many records have it."""
        return np.bincount(self.matrix.indices, minlength=self.width)

    def only(self, columns: Vector) -> TermCounts:
        """Return the counts of some terms."""
        return TermCounts(self.matrix[:, columns])


def _written(part: Matrix) -> Matrix:
    data = part.data.astype(np.float64)
    return sparse.csr_matrix((data, part.indices, part.indptr), shape=part.shape)


def counted(parts: Iterable[tuple[Vector, Vector]], width: int | None = None) -> TermCounts:
    """Return the counts of terms. ``parts`` are records, some at a time: the numbers of all their
    terms, and where in them each record ends. ``width`` is how many terms there are; default is
    one more than the largest number.
    """
    bytes_of, columns, ends = array("B"), array("i"), array("q", [0])
    for terms, stops in parts:
        part = _counted(terms, stops)
        bytes_of.frombytes(_dampened(part.data).tobytes())
        columns.frombytes(part.indices.astype(np.int32).tobytes())
        ends.extend((ends[-1] + part.indptr[1:]).tolist())
    indices = as_numpy(columns)
    if width is None:
        width = int(indices.max(initial=-1)) + 1
    kept = (np.frombuffer(bytes_of, dtype=np.uint8), indices, np.frombuffer(ends, dtype=np.int64))
    return TermCounts(sparse.csr_matrix(kept, shape=(len(ends) - 1, width)))


def _counted(terms: Vector, stops: Vector) -> Matrix:
    starts = np.concatenate(([0], stops))
    shape = (len(stops), int(terms.max(initial=-1)) + 1)
    matrix = sparse.csr_matrix((np.ones(len(terms), np.int32), terms, starts), shape=shape)
    matrix.sum_duplicates()
    return matrix


def _dampened(counts: Vector) -> Vector:
    rounded = np.rint(_STEPS * (1 + np.log(counts)))
    return np.minimum(rounded, _MOST).astype(np.uint8)


def as_numpy(values: array[int]) -> Vector:
    """Return whole numbers as numpy has them; nothing is copied."""
    return np.frombuffer(values, dtype=np.int32) if len(values) else np.empty(0, np.int32)


@dataclass(frozen=True)
class Weighted:
    """Rows of length 1: counts, each times how rare its term is, divided by the row's length.

    The terms of the first part are the first columns, and so on. A row without terms is empty.
    """

    counts: tuple[TermCounts, ...]
    rarity: tuple[Vector, ...]
    lengths: Vector  # of each row; 1 for one without terms

    @property
    def shape(self) -> tuple[int, int]:
        """Return how many rows and columns there are."""
        return len(self.lengths), sum(len(each) for each in self.rarity)

    def rows(self, rows: Any) -> Matrix:
        """Return some rows, written out."""
        parts = []
        for counts, rarity in zip(self.counts, self.rarity, strict=True):
            part = counts.rows(rows)
            part.data *= rarity[part.indices]
            parts.append(part)
        both = sparse.hstack(parts, format="csr")
        return divided(both, self.lengths[rows])

    def all_rows(self) -> Matrix:
        """Return all rows, written out."""
        size = sum(counts.matrix.nnz for counts in self.counts)
        data, indices = np.empty(size), np.empty(size, dtype=np.int32)
        ends = [0]
        for start in range(0, len(self.lengths), ROWS):  # joined at the end, all would stand twice
            part = self.rows(slice(start, start + ROWS))
            taken = slice(ends[-1], ends[-1] + part.nnz)
            data[taken], indices[taken] = part.data, part.indices
            ends += (ends[-1] + part.indptr[1:]).tolist()
        return sparse.csr_matrix((data, indices, ends), shape=self.shape)

    def times(self, weights: Vector) -> Vector:
        """Return the product of each row with weights of the columns."""
        return self.from_sums(sums_of(self.asked(weights)))

    def asked(self, weights: Vector) -> list[Asked]:
        """Return what sums `times` is made of."""
        starts = np.cumsum([0, *map(len, self.rarity)])
        parts = zip(self.counts, self.rarity, starts.tolist(), strict=False)
        return [(counts, rare * weights[at : at + len(rare)]) for counts, rare, at in parts]

    def from_sums(self, sums: Sequence[Vector]) -> Vector:
        """Return `times` from the sums that were asked for."""
        return sum(sums) / self.lengths

    def turned_times(self, weights: Vector) -> Vector:
        """Return the sum of all rows, each times its weight."""
        by_row = weights / self.lengths
        sums = zip(self.counts, self.rarity, strict=True)
        return np.concatenate([each.turned_times(by_row) * rarity for each, rarity in sums])


Asked = tuple[TermCounts, Vector]  # counts, and the weights by which their sums are wanted


def sums_of(asked: Sequence[Asked]) -> list[Vector]:
    """Return the sums that are asked for, in their order. Counts asked for twice are read once."""
    places: defaultdict[int, list[int]] = defaultdict(list)
    for place, (counts, _weights) in enumerate(asked):
        places[id(counts)].append(place)
    found: dict[int, Vector] = {}
    for same in places.values():
        sums = asked[same[0]][0].times_each([asked[place][1] for place in same])
        found |= dict(zip(same, sums, strict=True))
    return [found[place] for place in range(len(asked))]


def weighted(counts: Sequence[TermCounts], rarity: Sequence[Vector]) -> Weighted:
    """Return counts as rows of length 1."""
    squares = sum(each.squares(rare) for each, rare in zip(counts, rarity, strict=True))
    return Weighted(tuple(counts), tuple(rarity), no_zeros(np.sqrt(squares)))


def divided(matrix: Matrix, by: Vector) -> Matrix:
    """Divide each row, in place."""
    matrix.data /= np.repeat(by, np.diff(matrix.indptr))
    return matrix


def no_zeros(lengths: Vector) -> Vector:
    """Return lengths to divide by: 1 for what is nothing."""
    return np.where(lengths > 0, lengths, 1.0)


def rarity_of(in_records: Vector, total: int) -> Vector:
    """Return the weight of being rare: log((1 + n) / (1 + d)) + 1."""
    return np.log((1 + total) / (1 + in_records)) + 1
