"""Texts as numbers for ranking: words, pairs of words, and the letters of words.

Pure: texts in, sparse matrices out; the same texts in the same order give the same numbers. Words
are weighted as 1 + log of their count, times the log of how rare they are; rows have length 1.
"""

from __future__ import annotations

import re
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from screening.ranking.neighbours import UP_TO, expanded
from screening.ranking.term_counts import (
    ROWS,
    Weighted,
    as_numpy,
    counted,
    rarity_of,
    weighted,
)
from screening.ranking.word_letters import Letters, letters_of
from screening.ranking.word_pairs import pairs_of

Matrix = Any  # scipy's csr_matrix, which has no types
Vector = Any  # numpy's array

VERSION = 2  # of the method: what was kept of another is worked out anew
_WORD = re.compile(r"\w\w+")
_LEAST = 12  # records: among fewer all are near each other
PAIRS_UP_TO = 200_000  # records; beyond, pairs of words take more memory than they are worth


def words_of(text: str) -> list[str]:
    """Return the words of a text in order, in small letters; single letters are none."""
    return _WORD.findall(text.lower())


@dataclass(frozen=True)
class Features:
    """Records as rows. ``words`` holds single words and pairs; ``titles`` may be none.

    Words that only one record has weigh nothing in ``words``, and such pairs are left out: they
    tell it from no other. The letters of those words count all the same.
    """

    words: Weighted
    letters: Letters
    titles: Letters | None
    near: Matrix | None  # records by records: see `screening.ranking.neighbours`
    pairs: Vector  # of the columns after those of single words: see `screening.ranking.word_pairs`

    def __len__(self) -> int:
        return self.words.shape[0]

    def name(self, column: int) -> str:
        """Return the word or the pair of words that a column of ``words`` stands for."""
        names = self.letters.names
        if column < len(names):
            return names[column]
        first, second = divmod(int(self.pairs[column - len(names)]), len(names))
        return f"{names[first]} {names[second]}"


def features_of(texts: Iterable[str], titles: Iterable[str] = (), own: int = 0) -> Features:
    """Return texts as numbers, and their titles for a look of its own.

    A text may be empty, and is then nothing but zeros. The last ``own`` of them are no records:
    they are near none. Texts are taken one by one and not kept.
    """
    read = _Reading(order_up_to=PAIRS_UP_TO)
    single = counted(read.some_at_a_time(texts))
    names, total = read.names(), len(single)
    counts, in_records = [single], single.in_records()
    rarity = [np.where(in_records >= 2, rarity_of(in_records, total), 0.0)]
    pairs = np.empty(0, dtype=np.int64)
    if total <= PAIRS_UP_TO and names:
        in_pairs, pairs = pairs_of(*read.order(), len(names))
        counts.append(in_pairs)
        rarity.append(rarity_of(in_pairs.in_records(), total))
    del read
    words = weighted(counts, rarity)
    is_read_with_others = _LEAST <= total - own <= UP_TO
    return Features(
        words=words,
        letters=letters_of(single, names),
        titles=_titles_of(titles),
        near=expanded(words.all_rows(), total - own) if is_read_with_others else None,
        pairs=pairs,
    )


def _titles_of(titles: Iterable[str]) -> Letters | None:
    read = _Reading()
    counts = counted(read.some_at_a_time(titles))
    return letters_of(counts, read.names()) if counts.width else None


class _Reading:
    """Numbers words as they come. Their order is kept for no more than so many texts."""

    def __init__(self, order_up_to: int = 0) -> None:
        self._numbers: defaultdict[str, int] = defaultdict()
        self._numbers.default_factory = self._numbers.__len__
        self._order_up_to = order_up_to
        self._words, self._ends = array("i"), array("q")

    def some_at_a_time(self, texts: Iterable[str]) -> Iterator[tuple[Vector, Vector]]:
        """Give the numbers of the texts' words, and where each text ends in them."""
        every = iter(texts)
        count = 0
        while some := list(islice(every, ROWS)):
            words, ends = array("i"), array("q")
            for text in some:
                words.extend(map(self._numbers.__getitem__, words_of(text)))
                ends.append(len(words))
            count += len(some)
            self._keep(words, ends, count)
            yield as_numpy(words), np.frombuffer(ends, dtype=np.int64)

    def _keep(self, words: array[int], ends: array[int], count: int) -> None:
        if count > self._order_up_to:
            self._words, self._ends = array("i"), array("q")
            return
        before = len(self._words)
        self._words.extend(words)
        self._ends.extend(before + end for end in ends)

    def names(self) -> tuple[str, ...]:
        """Return the words that were met, each at its number."""
        return tuple(self._numbers)

    def order(self) -> tuple[Vector, Vector]:
        """Return the numbers of all words in order, and where each text ends in them."""
        return as_numpy(self._words), np.frombuffer(self._ends, dtype=np.int64)
