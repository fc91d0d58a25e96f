"""Texts as numbers for ranking: words, pairs of words, and the letters of words.

Pure: texts in, sparse matrices out; the same texts in the same order give the same numbers. Words
are weighted as 1 + log of their count, times the log of how rare they are; rows have length 1.

The letters of a word are its runs of four (" sar", "sarc", …), so that "sarcoma", "sarcomas" and
"osteosarcoma" are near each other. A record's letters are the sum over its words; they are never
written out for all records, but kept as a product of two small matrices.
"""

from __future__ import annotations

import re
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from screening.ranking.neighbours import UP_TO, expanded

Matrix = Any  # scipy's csr_matrix, which has no types
Vector = Any  # numpy's array of float64

VERSION = 1  # of the method: what was kept of another is worked out anew
_WORD = re.compile(r"\w\w+")
_RUN = 4  # letters
_MOST_COMMON = 0.95  # a pair of words in more of the records than this tells nothing
_ROWS = 1000  # records whose letters are written out at once, to count them
_NONE = np.empty(0, dtype=np.int64)
_LEAST = 12  # records: among fewer all are near each other
PAIRS_UP_TO = 200_000  # records; beyond, pairs of words take more memory than they are worth


def words_of(text: str) -> list[str]:
    """Return the words of a text in order, in small letters; single letters are none."""
    return _WORD.findall(text.lower())


@dataclass(frozen=True)
class Letters:
    """The letters of each record's words, as a product: records by words, words by letters."""

    single: Matrix
    letters: Matrix  # every word by runs of letters, weighted
    names: tuple[str, ...]  # of every word

    def written(self, rows: Any) -> Matrix:
        """Return the letters of some records, written out."""
        return sparse.csr_matrix(self.single[rows] @ self.letters)


@dataclass(frozen=True)
class Features:
    """Records as rows. ``words`` holds single words and pairs; ``titles`` may be none.

    Words and pairs that only one record has are left out of ``words``: they tell it from no other.
    Their letters count all the same.
    """

    words: Matrix
    letters: Letters
    titles: Letters | None
    near: Matrix | None  # records by records: see `screening.ranking.neighbours`
    used: Vector  # numbers of the words that are the first columns of ``words``
    pairs: Vector  # the others: number of the first word * how many words there are + the second

    def __len__(self) -> int:
        return int(self.words.shape[0])

    def name(self, column: int) -> str:
        """Return the word or the pair of words that a column of ``words`` stands for."""
        names = self.letters.names
        if column < len(self.used):
            return names[int(self.used[column])]
        first, second = divmod(int(self.pairs[column - len(self.used)]), len(names))
        return f"{names[first]} {names[second]}"


def features_of(texts: Iterable[str], titles: Iterable[str] = (), own: int = 0) -> Features:
    """Return texts as numbers, and their titles for a look of its own.

    A text may be empty, and is then nothing but zeros. The last ``own`` of them are no records:
    they are near none.
    """
    words, lengths, numbers = _numbered(texts)
    single = _dampened(_counted(words, lengths, len(numbers)))
    written, used, pairs = _words_and_pairs(words, lengths, single)
    del words
    total = len(lengths)
    return Features(
        words=written,
        letters=_letters_of(tuple(numbers), single),
        titles=_titles_of(titles),
        near=expanded(written, total - own) if _LEAST <= total - own <= UP_TO else None,
        used=used,
        pairs=pairs,
    )


def _words_and_pairs(
    words: Vector, lengths: Vector, single: Matrix
) -> tuple[Matrix, Vector, Vector]:
    """Return ``words``, ``used`` and ``pairs`` of `Features`."""
    total, base = single.shape
    in_records = _document_counts(single)
    used = np.flatnonzero(in_records >= 2)
    parts, rarity, codes = [single[:, used]], [_rarity(in_records[used], total)], _NONE
    if total <= PAIRS_UP_TO:
        pairs, codes, found = _pairs(words, lengths, max(base, 1))
        parts.append(_dampened(pairs))
        rarity.append(_rarity(found, total))
    both = sparse.hstack(parts, format="csr")
    parts.clear()
    return _unit(_scaled(both, np.concatenate(rarity))), used, codes


def _titles_of(titles: Iterable[str]) -> Letters | None:
    words, lengths, numbers = _numbered(titles)
    if not len(words):
        return None
    return _letters_of(tuple(numbers), _dampened(_counted(words, lengths, len(numbers))))


def _letters_of(names: tuple[str, ...], single: Matrix) -> Letters:
    letters = _letters(names, single)
    return Letters(_unit_letters(single, letters), letters, names)


# --- words and pairs ---------------------------------------------------------------------------


def _numbered(texts: Iterable[str]) -> tuple[Vector, Vector, dict[str, int]]:
    """Return all words of all texts as numbers, how many each text has, and the numbers' words."""
    numbers: defaultdict[str, int] = defaultdict()
    numbers.default_factory = numbers.__len__
    words, lengths = array("i"), array("i")
    for text in texts:
        before = len(words)
        words.extend(map(numbers.__getitem__, words_of(text)))
        lengths.append(len(words) - before)
    numbers.default_factory = None
    return _as_numpy(words), _as_numpy(lengths), dict(numbers)


def _as_numpy(values: array[int]) -> Vector:
    return np.frombuffer(values, dtype=np.int32) if len(values) else np.empty(0, np.int32)


def _counted(words: Vector, lengths: Vector, count: int) -> Matrix:
    starts = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=starts[1:])
    ones = np.ones(len(words))
    matrix = sparse.csr_matrix((ones, words.copy(), starts), shape=(len(lengths), count))
    matrix.sum_duplicates()
    return matrix


def _matrix(rows: Vector, columns: Vector, shape: tuple[int, int]) -> Matrix:
    matrix = sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=shape)
    matrix.sum_duplicates()
    return matrix


def _codes(words: Vector, rows: Vector, base: int) -> tuple[Vector, Vector]:
    """Return the pairs of neighbouring words of one record as one number each, with the record."""
    together = rows[1:] == rows[:-1]
    first, second = words[:-1][together].astype(np.int64), words[1:][together]
    known = (first >= 0) & (second >= 0)
    return first[known] * base + second[known], rows[1:][together][known]


def _pairs(words: Vector, lengths: Vector, base: int) -> tuple[Matrix, Vector, Vector]:
    """Return the pairs that occur in two records or more: counts, codes, in how many records."""
    rows = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
    codes, rows = _codes(words, rows, base)
    known, times = np.unique(codes, return_counts=True)
    known = known[times >= 2]  # most pairs occur once: they are let go before they take memory
    kept, places = _places(known, codes)
    pairs = _matrix(rows[kept], places, (len(lengths), len(known)))
    found = _document_counts(pairs)
    used = np.flatnonzero((found >= 2) & (found <= _MOST_COMMON * len(lengths)))
    return pairs[:, used], known[used], found[used]


def _places(known: Vector, values: Vector) -> tuple[Vector, Vector]:
    """Return which of the values are known (sorted), and the places of those that are."""
    places: Vector = np.searchsorted(known, values).astype(np.int32)
    kept: Vector = places < len(known)
    kept[kept] = known[places[kept]] == values[kept]
    return kept, places[kept]


def _document_counts(counts: Matrix) -> Vector:
    return np.bincount(counts.indices, minlength=counts.shape[1])


def _rarity(in_records: Vector, total: int) -> Vector:
    """Return the weight of being rare: log((1 + n) / (1 + d)) + 1."""
    return np.log((1 + total) / (1 + in_records)) + 1


def _dampened(counts: Matrix) -> Matrix:
    """Make each count 1 + its log, in place: the tenth mention says less than the first."""
    np.log(counts.data, out=counts.data)
    counts.data += 1
    return counts


def _scaled(matrix: Matrix, weights: Vector) -> Matrix:
    matrix.data *= weights[matrix.indices]
    return matrix


def _unit(matrix: Matrix) -> Matrix:
    """Give each row the length 1, in place; an empty row stays empty."""
    return _divided(matrix, np.sqrt(_row_sums(matrix, matrix.data**2)))


def _row_sums(matrix: Matrix, values: Vector) -> Vector:
    weighted = sparse.csr_matrix((values, matrix.indices, matrix.indptr), shape=matrix.shape)
    return weighted @ np.ones(matrix.shape[1])


def _divided(matrix: Matrix, by: Vector) -> Matrix:
    matrix.data /= np.repeat(np.where(by > 0, by, 1.0), np.diff(matrix.indptr))
    return matrix


# --- letters -----------------------------------------------------------------------------------


def _letters(words: Sequence[str], single: Matrix) -> Matrix:
    """Return words by runs of letters; runs of one record only are left out."""
    numbers: dict[str, int] = {}
    rows, columns = array("i"), array("i")
    for row, word in enumerate(words):
        padded = f" {word} "
        for start in range(max(1, len(padded) - _RUN + 1)):
            run = padded[start : start + _RUN]
            rows.append(row)
            columns.append(numbers.setdefault(run, len(numbers)))
    runs = _matrix(_as_numpy(rows), _as_numpy(columns), (len(words), len(numbers)))
    in_records = np.zeros(len(numbers), dtype=np.int64)
    for written in _by_rows(single, runs):
        in_records += _document_counts(written)
    used = np.flatnonzero(in_records >= 2)
    return _scaled(runs[:, used], _rarity(in_records[used], single.shape[0]))


def _by_rows(left: Matrix, right: Matrix) -> Iterator[Matrix]:
    for start in range(0, left.shape[0], _ROWS):
        yield sparse.csr_matrix(left[start : start + _ROWS] @ right)


def _unit_letters(single: Matrix, letters: Matrix) -> Matrix:
    """Scale the rows of ``single`` so that those of ``single @ letters`` have the length 1."""
    squares = [_row_sums(each, each.data**2) for each in _by_rows(single, letters)]
    return _divided(single.copy(), np.sqrt(np.concatenate(squares or [np.empty(0)])))
