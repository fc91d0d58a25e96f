"""Which records are compared at all: those that share a key, in blocks that stay small.

Pure. A record gives a handful of keys (identifiers, both ends of its title, pages with volume,
year, journal or name); two records that share one are a candidate pair (`blocks`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

from screening.dedupe.blocks import Blocks
from screening.dedupe.normalise import Copy

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Possible = Callable[[Ints, Ints], NDArray[np.bool_]]

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
    return list(
        dict.fromkeys(
            [kind | crc32(text.encode("utf-8", "surrogatepass")) for kind, text in keys_of(copy)]
        )
    )


def candidates(
    copies: Sequence[Copy], possible: Possible | None = None, blocks: Blocks | None = None
) -> Candidates:
    """Return the pairs of copies to compare: of those that share a key, the ``possible`` ones.

    ``blocks`` are those of the copies by their numbers, where they are known already.
    """
    blocks = blocks or blocks_of(copies)

    def in_line(block: Ints) -> Ints:
        return np.array(sorted(block.tolist(), key=lambda one: place_in_block(copies[one])),
                        np.int64)  # fmt: skip

    left, right = _each_once(blocks.pairs(in_line), len(copies), possible)
    return Candidates(left, right, *blocks.bounded())


def blocks_of(copies: Iterable[Copy]) -> Blocks:
    """Return the blocks of copies by their numbers."""
    return Blocks.of((number, hashes_of(copy)) for number, copy in enumerate(copies))


def place_in_block(copy: Copy) -> tuple[object, ...]:
    """Return what gives a record its place in a block that exploded."""
    return copy.letters, copy.year or 0, copy.volume or "", str(copy.pages), copy.key


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
