"""Each record read together with those that are like it.

Pure. Papers that are relevant for the same reason stand near each other, in whatever words they say
it. A record that is half its own words and half those of its nearest is known by both: that helps
most where there is little to go by, a title without an abstract or a handful of decisions (the
cluster assumption of semi-supervised learning; document expansion in retrieval).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

Matrix = Any  # scipy's csr_matrix, which has no types

NEAREST = 50  # records; of a small set, no more than a third of it
UP_TO = 60_000  # records: beyond, finding them takes longer than it is worth
OWN = 0.5  # share of a record's own words in what it is read as
_RARE, _AT_LEAST, _AT_MOST = 0.05, 50, 400  # records that may have a word which tells kinship
_ROWS = 128  # records whose likeness to all others is written out at once
_READ = 32  # records written out at once as they are read, with the words of all their nearest
_DIGITS = 6  # of a likeness: what lies behind is noise of the machine's arithmetic


def expanded(words: Matrix, count: int) -> Matrix:
    """Return by what weights of which records each of the first ``count`` is to be read.

    The rows of what is returned, times ``words``, have the length 1.
    """
    near = neighbours_of(words, count)
    alone = near.getnnz(axis=1) == 0
    own = sparse.diags(np.where(alone, 1.0, OWN))
    mixed = sparse.csr_matrix(own + (1 - OWN) * near)
    records = first_rows(words, count)
    lengths = [_lengths(mixed[start : start + _READ] @ records) for start in range(0, count, _READ)]
    by = np.concatenate(lengths or [np.empty(0)])
    mixed.data /= np.repeat(np.where(by > 0, by, 1.0), np.diff(mixed.indptr))
    return mixed


def first_rows(rows: Matrix, count: int) -> Matrix:
    """Return the first rows; nothing is copied."""
    end = rows.indptr[count]
    parts = (rows.data[:end], rows.indices[:end], rows.indptr[: count + 1])
    return sparse.csr_matrix(parts, shape=(count, rows.shape[1]), copy=False)


def _lengths(rows: Matrix) -> Any:
    """Return the length of each row."""
    np.square(rows.data, out=rows.data)
    return np.sqrt(np.asarray(rows.sum(axis=1)).ravel())


def neighbours_of(words: Matrix, count: int) -> Matrix:
    """Return for each of the first ``count`` rows the weights of its nearest, 1 together.

    ``words`` are rows of length 1. A row without any kin is empty.
    """
    most = min(NEAREST, count // 3)
    rare = _rare(first_rows(words, count))
    turned = sparse.csr_matrix(rare.T)
    parts = [_nearest(rare, turned, start, most) for start in range(0, count, _ROWS)]
    return sparse.vstack(parts, format="csr") if parts else sparse.csr_matrix((0, 0))


def _rare(words: Matrix) -> Matrix:
    """Leave out the words that many records have: they make all alike, and take the time."""
    count = words.shape[0]
    most = min(max(_RARE * count, _AT_LEAST), _AT_MOST)
    in_records = np.bincount(words.indices, minlength=words.shape[1])
    return sparse.csr_matrix(words[:, np.flatnonzero(in_records <= most)], dtype=np.float32)


def _nearest(rare: Matrix, turned: Matrix, start: int, most: int) -> Matrix:
    """Return the weights of the nearest of some rows."""
    alike = sparse.csr_matrix(rare[start : start + _ROWS] @ turned)
    alike.data = np.round(alike.data, _DIGITS)
    columns, weights, ends = [], [], [0]
    for row in range(alike.shape[0]):
        place = slice(alike.indptr[row], alike.indptr[row + 1])
        kept = _largest(alike.indices[place], alike.data[place], start + row, most)
        columns.append(kept[0])
        weights.append(kept[1])
        ends.append(ends[-1] + len(kept[0]))
    shape = (alike.shape[0], rare.shape[0])
    return sparse.csr_matrix((np.concatenate(weights), np.concatenate(columns), ends), shape=shape)


def _largest(columns: Any, values: Any, itself: int, most: int) -> tuple[Any, Any]:
    """Return the columns of the largest values, but for the row's own, with weights of sum 1."""
    others = (columns != itself) & (values > 0)
    columns, values = columns[others], values[others]
    if len(values) > most:
        least = np.partition(values, len(values) - most)[len(values) - most]
        near = values >= least  # with all that are as near as the last of them
        columns, values = columns[near], values[near]
        first = np.lexsort((columns, -values))[:most]
        columns, values = columns[first], values[first]
    order = np.argsort(columns)
    columns, values = columns[order], values[order].astype(np.float64)
    return columns, values / values.sum() if len(values) else values
