"""Which records are compared at all: those that share a key, in blocks that stay small.

Pure. A record gives a handful of keys (identifiers, both ends of its title, pages with volume,
year, journal or name); two records that share one are a candidate pair. The work is linear in the
number of records: a block above `MAX_BLOCK` is put in order by title and each record is compared
with its `WINDOW` neighbours only; what that leaves out is counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

from screening.normalise import Copy

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

MAX_BLOCK = 40
WINDOW = 10
_END = 24  # letters of a title's beginning and end
_KIND = 32  # bits below the kind of a key


@dataclass(frozen=True)
class Candidates:
    """Pairs of record numbers, ``left`` < ``right``, each pair once and in order.

    ``blocks`` exploded; ``bounded`` comparisons in them were left out.
    """

    left: Ints
    right: Ints
    blocks: int = 0
    bounded: int = 0


def keys_of(copy: Copy) -> Iterator[tuple[int, str]]:
    """Give the keys of a record: a kind and a text."""
    if copy.pmid:
        yield 0, copy.pmid
    if copy.doi:
        yield 1, copy.doi
    if copy.pmcid:
        yield 2, copy.pmcid
    letters = copy.letters
    if letters:
        yield 3, letters[:_END]
        if len(letters) > _END:
            yield 4, letters[-_END:]
    for other in copy.others:
        yield 3, other.replace(" ", "")[:_END]
    name = copy.names[0] if copy.names else ""
    if copy.pages:
        first = copy.pages.first
        if copy.volume:
            yield 5, f"{first}/{copy.volume}"
        if copy.year:
            yield 6, f"{first}/{copy.year}/{name[:3]}"
        if copy.journal:
            yield 7, f"{first}/{copy.journal[:3]}"
    if name and copy.year:
        yield 8, f"{name}/{copy.year}/{copy.journal[:2]}"
    if name and copy.volume and copy.journal:
        yield 9, f"{name}/{copy.volume}/{copy.journal[:2]}"


def hashes_of(copy: Copy) -> list[int]:
    """Return the keys of a record as numbers; two texts that fall together cost one comparison."""
    return [kind << _KIND | crc32(text.encode()) for kind, text in keys_of(copy)]


def candidates(copies: Sequence[Copy]) -> Candidates:
    """Return the pairs of copies to compare."""
    hashes: list[int] = []
    owners: list[int] = []
    for number, copy in enumerate(copies):
        own = hashes_of(copy)
        hashes += own
        owners += [number] * len(own)
    return pairs_of(np.array(hashes, np.int64), np.array(owners, np.int64), copies)


def pairs_of(hashes: Ints, owners: Ints, copies: Sequence[Copy]) -> Candidates:
    """Return the pairs of owners that share a hash."""
    order = np.lexsort((owners, hashes))
    hashes, owners = hashes[order], owners[order]
    starts = np.flatnonzero(np.r_[True, hashes[1:] != hashes[:-1]]) if len(hashes) else hashes
    sizes = np.diff(np.r_[starts, len(hashes)])
    small = (sizes > 1) & (sizes <= MAX_BLOCK)
    found = list(_all_pairs(owners, starts[small], sizes[small]))
    exploded = starts[sizes > MAX_BLOCK], sizes[sizes > MAX_BLOCK]
    bounded = 0
    for start, size in zip(*exploded, strict=True):
        found.append(_neighbours(owners[start : start + size], copies))
        bounded += int(size * (size - 1) // 2 - len(found[-1]))
    total = len(copies)
    coded = (
        np.unique(np.concatenate([pairs[:, 0] * total + pairs[:, 1] for pairs in found]))
        if found
        else np.empty(0, np.int64)
    )
    return Candidates(coded // max(total, 1), coded % max(total, 1), len(exploded[0]), bounded)


def _all_pairs(owners: Ints, starts: Ints, sizes: Ints) -> Iterator[Ints]:
    """Give the pairs in all blocks of one size at a time."""
    for size in np.unique(sizes):
        blocks = owners[starts[sizes == size][:, None] + np.arange(size)]
        left, right = np.triu_indices(size, 1)
        yield _ordered(blocks[:, left].ravel(), blocks[:, right].ravel())


def _neighbours(block: Ints, copies: Sequence[Copy]) -> Ints:
    """Return the pairs of neighbours in a block that exploded, in the order of their titles."""

    def place(number: int) -> tuple[object, ...]:
        copy = copies[number]
        return copy.letters, copy.year or 0, copy.volume or "", str(copy.pages), number

    line = np.array(sorted(block.tolist(), key=place), np.int64)
    return np.concatenate(
        [_ordered(line[:-step], line[step:]) for step in range(1, min(WINDOW, len(line) - 1) + 1)]
    )


def _ordered(left: Ints, right: Ints) -> Ints:
    pairs: Ints = np.stack([np.minimum(left, right), np.maximum(left, right)], axis=1)
    different: Ints = pairs[pairs[:, 0] != pairs[:, 1]]
    return different
