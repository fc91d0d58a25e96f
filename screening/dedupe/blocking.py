"""Which records are compared at all: those that share a key, in blocks that stay small.

Pure. A record gives a handful of keys (identifiers, both ends of its title, pages with volume,
year, journal or name); two records that share one are a candidate pair. The work is linear in the
number of records: a block above `MAX_BLOCK` is put in order by title and each record is compared
with its `WINDOW` neighbours only; what that leaves out is counted.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

from screening.dedupe.normalise import Copy

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Possible = Callable[[Ints, Ints], NDArray[np.bool_]]

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
    """Return the keys of a record as numbers, each once.

    Two texts that fall together cost one comparison.
    """
    return list(dict.fromkeys([kind | crc32(text.encode()) for kind, text in keys_of(copy)]))


def candidates(copies: Sequence[Copy], possible: Possible | None = None) -> Candidates:
    """Return the pairs of copies to compare: of those that share a key, the ``possible`` ones."""
    hashes, owners = _in_blocks(copies)
    starts = np.flatnonzero(np.r_[True, hashes[1:] != hashes[:-1]]) if len(hashes) else hashes
    sizes = np.diff(np.r_[starts, len(hashes)])
    small, large = (sizes > 1) & (sizes <= MAX_BLOCK), sizes > MAX_BLOCK
    exploded = [owners[start : start + size] for start, size in
                zip(starts[large], sizes[large], strict=True)]  # fmt: skip
    pairs = _all_pairs(owners, starts[small], sizes[small])
    near = [_neighbours(block, copies) for block in exploded]
    left, right = _each_once((*pairs, *near), len(copies), possible)
    bounded = sum(len(block) * (len(block) - 1) // 2 for block in exploded)
    return Candidates(left, right, len(exploded), bounded - sum(len(one) for one, _other in near))


def _in_blocks(copies: Iterable[Copy]) -> tuple[Ints, Ints]:
    """Return the hashes of all copies and the numbers of their owners, in the order of both."""
    flat, numbers = array("q"), array("q")
    for number, copy in enumerate(copies):
        own = hashes_of(copy)
        flat.extend(own)
        numbers.extend([number] * len(own))
    hashes, owners = np.array(flat, np.int64), np.array(numbers, np.int64)
    order = np.argsort(hashes, kind="stable")
    return hashes[order], owners[order]


def _all_pairs(owners: Ints, starts: Ints, sizes: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Give the pairs in all blocks of one size at a time."""
    for size in np.unique(sizes):
        blocks = owners[starts[sizes == size][:, None] + np.arange(size)]
        left, right = np.triu_indices(size, 1)
        yield blocks[:, left].ravel(), blocks[:, right].ravel()


def _neighbours(block: Ints, copies: Sequence[Copy]) -> tuple[Ints, Ints]:
    """Return the pairs of neighbours in a block that exploded, in the order of their titles."""

    def place(number: int) -> tuple[object, ...]:
        copy = copies[number]
        return copy.letters, copy.year or 0, copy.volume or "", str(copy.pages), number

    line = np.array(sorted(block.tolist(), key=place), np.int64)
    steps = range(1, min(WINDOW, len(line) - 1) + 1)
    one = np.concatenate([line[:-step] for step in steps])
    other = np.concatenate([line[step:] for step in steps])
    return np.minimum(one, other), np.maximum(one, other)


def _each_once(
    pairs: Iterable[tuple[Ints, Ints]], total: int, possible: Possible | None
) -> tuple[Ints, Ints]:
    """Return the pairs of records that are possible, each pair once and in order."""
    found = [np.empty(0, np.int64)]
    for left, right in pairs:
        kept = possible(left, right) if possible else slice(None)
        found.append(left[kept] * total + right[kept])
    coded = np.concatenate(found)
    coded.sort()  # not `np.unique`, which is seven times as slow with ten million
    once = coded[np.r_[True, coded[1:] != coded[:-1]]] if len(coded) else coded
    return once // max(total, 1), once % max(total, 1)
