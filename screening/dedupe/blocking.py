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

from screening.dedupe.normalise import Copy

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

MAX_BLOCK = 40
WINDOW = 10
_END = 24  # letters of a title's beginning and end
_KINDS = tuple(kind << 32 for kind in range(10))


@dataclass(frozen=True)
class Candidates:
    """Pairs of record numbers, ``left`` < ``right``, each pair once and in order.

    ``blocks`` exploded; ``bounded`` comparisons in them were left out.
    """

    left: Ints
    right: Ints
    blocks: int = 0
    bounded: int = 0


def keys_of(copy: Copy) -> list[tuple[int, str]]:
    """Return the keys of a record: a kind, in the bits above a hash, and a text."""
    letters, pages, journal, year = copy.letters, copy.pages, copy.journal, copy.year
    name = copy.names[0] if copy.names else ""
    keys = [(_KINDS[3], letters[:_END]), (_KINDS[4], letters[-_END:])] if letters else []
    if copy.pmid:
        keys.append((_KINDS[0], copy.pmid))
    if copy.doi:
        keys.append((_KINDS[1], copy.doi))
    if copy.pmcid:
        keys.append((_KINDS[2], copy.pmcid))
    for other in copy.others:
        keys.append((_KINDS[3], other.replace(" ", "")[:_END]))
    if pages:
        keys += (
            (_KINDS[5], f"{pages.first}/{copy.volume}"),
            (_KINDS[6], f"{pages.first}/{year}/{name[:3]}"),
            (_KINDS[7], f"{pages.first}/{journal[:3]}"),
        )
    if name:
        keys += (
            (_KINDS[8], f"{name}/{year}/{journal[:2]}"),
            (_KINDS[9], f"{name}/{copy.volume}/{journal[:2]}"),
        )
    return keys


def hashes_of(copy: Copy) -> list[int]:
    """Return the keys of a record as numbers; two texts that fall together cost one comparison."""
    return [kind | crc32(text.encode()) for kind, text in keys_of(copy)]


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
