"""The letters of words, so that "sarcoma", "sarcomas" and "osteosarcoma" are near each other.

Pure. The letters of a word are its runs of four (" sar", "sarc", …); a record's are the sum over
its words. They are never written out for all records, but kept as a product of two small matrices.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from screening.ranking.term_counts import (
    Asked,
    TermCounts,
    as_numpy,
    divided,
    no_zeros,
    rarity_of,
)

Matrix = Any  # scipy's csr_matrix, which has no types
Vector = Any  # numpy's array of float64

_RUN = 4  # letters


@dataclass(frozen=True)
class Letters:
    """The letters of each record's words, as a product: records by words, words by letters."""

    words: TermCounts
    letters: Matrix  # every word by runs of letters, weighted
    lengths: Vector  # of each record's row of letters, before it is divided by it
    names: tuple[str, ...]  # of every word

    def rows(self, rows: Any) -> Matrix:
        """Return the letters of some records, written out; each row has the length 1."""
        written = sparse.csr_matrix(self.words.rows(rows) @ self.letters)
        return divided(written, self.lengths[rows])

    def asked(self, weights: Vector) -> list[Asked]:
        """Return what sums the product of each record's row with weights of the letters is made of.

        It goes by way of the words, of which a record has fewer.
        """
        return [(self.words, self.letters @ weights)]

    def from_sums(self, sums: Sequence[Vector]) -> Vector:
        """Return those products from the sums that were asked for."""
        return sums[0] / self.lengths

    def of_words(self, row: int, weights: Vector) -> list[tuple[str, float]]:
        """Return what each word of a record adds to its product."""
        one = self.words.rows([row])
        values = one.data * (self.letters[one.indices] @ weights) / self.lengths[row]
        names = (self.names[column] for column in one.indices)
        return list(zip(names, values.tolist(), strict=True))


def letters_of(words: TermCounts, names: tuple[str, ...]) -> Letters:
    """Return the letters of records; runs that only one record has are left out."""
    runs = _runs(names)
    in_records = np.zeros(runs.shape[1], dtype=np.int64)
    for _where, part in words.parts():
        in_records += np.bincount((part @ runs).indices, minlength=runs.shape[1])
    used = np.flatnonzero(in_records >= 2)
    letters = runs[:, used]
    letters.data *= rarity_of(in_records[used], len(words))[letters.indices]
    return Letters(words, letters, no_zeros(_lengths(words, letters)), names)


def _lengths(words: TermCounts, letters: Matrix) -> Vector:
    lengths = np.zeros(len(words))
    for where, part in words.parts():
        written = sparse.csr_matrix(part @ letters)
        np.square(written.data, out=written.data)
        lengths[where] = np.sqrt(written @ np.ones(written.shape[1]))
    return lengths


def _runs(words: Sequence[str]) -> Matrix:
    """Return how often each word has each run of letters."""
    numbers: dict[str, int] = {}
    rows, columns = array("i"), array("i")
    for row, word in enumerate(words):
        padded = f" {word} "
        for start in range(max(1, len(padded) - _RUN + 1)):
            run = padded[start : start + _RUN]
            rows.append(row)
            columns.append(numbers.setdefault(run, len(numbers)))
    ones, shape = np.ones(len(rows)), (len(words), len(numbers))
    matrix = sparse.csr_matrix((ones, (as_numpy(rows), as_numpy(columns))), shape=shape)
    matrix.sum_duplicates()
    return matrix
