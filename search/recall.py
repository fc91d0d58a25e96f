"""How many of the papers that a search must find it finds, and what loses the others.

Relative recall: found among known (Sampson 2006, 10.1016/j.jclinepi.2005.09.005), over those that
the database holds at all. Pure but for ``ask``, which is handed in.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from search.protocol import Strategy
from search.strategies import parts_of, query_of

Ask = Callable[[str], Iterable[str]]  # the PMIDs that a query finds
Numbers = Mapping[str, frozenset[str]]  # of each paper by its key, the PMIDs it goes by
_Z = 1.959963984540054  # of a 95 % interval
_AT_ONCE = 200  # PMIDs in one query


@dataclass(frozen=True, slots=True)
class Missed:
    """A paper that the database holds and the strategy does not find.

    ``lost_by`` names the blocks and limits that do not find it, and the NOT blocks that do; empty
    where a query has no parts to ask for.
    """

    key: str
    lost_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recall:
    """One strategy, or all together (``strategy`` None), held against known papers."""

    strategy: str | None
    found: tuple[str, ...]
    missed: tuple[Missed, ...]
    absent: tuple[str, ...]  # not in the database: they are no part of the ratio

    @property
    def of(self) -> int:
        """Return how many papers could have been found."""
        return len(self.found) + len(self.missed)

    @property
    def share(self) -> float | None:
        """Return found of those that could be, None when there are none."""
        return len(self.found) / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Return the 95 % interval of the share."""
        return wilson(len(self.found), self.of) if self.of else None


def wilson(found: int, of: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927, 10.1080/01621459.1927.10502953)."""
    share, z2 = found / of, _Z * _Z
    middle = share + z2 / (2 * of)
    reach = _Z * math.sqrt(share * (1 - share) / of + z2 / (4 * of * of))
    below, above = ((middle + sign * reach) / (1 + z2 / of) for sign in (-1, 1))
    return (0.0 if not found else max(0.0, below)), (1.0 if found == of else min(1.0, above))


def numbers_of(known: Sequence[str], ask: Ask) -> Numbers:
    """Return the PMIDs of known papers that the database holds; none for those it does not."""
    pmids = [key.removeprefix("pmid:") for key in known if key.startswith("pmid:")]
    held = set(_asked(None, pmids, ask))
    found = {f"pmid:{pmid}": frozenset({pmid} & held) for pmid in pmids}
    for key in known:
        if key.startswith("doi:"):
            doi = key.removeprefix("doi:").replace('"', "")
            found[key] = frozenset(ask(f'"{doi}"[aid]'))
    return found


def recall_of(strategy: Strategy, numbers: Numbers, ask: Ask) -> Recall:
    """Hold one strategy against known papers; asks once, and once a part if it misses any."""
    held = {pmid for each in numbers.values() for pmid in each}
    found = set(_asked(query_of(strategy), held, ask))
    missed = [key for key, pmids in numbers.items() if pmids and not pmids & found]
    lost = dict(_lost(strategy, {key: numbers[key] for key in missed}, ask)) if missed else {}
    return Recall(
        strategy.id,
        tuple(key for key, pmids in numbers.items() if pmids & found),
        tuple(Missed(key, tuple(name for name, keys in lost.items() if key in keys))
              for key in missed),
        tuple(key for key, pmids in numbers.items() if not pmids),
    )  # fmt: skip


def together(each: Sequence[Recall]) -> Recall:
    """Return what several strategies find between them: what is missed is missed by all."""
    found = dict.fromkeys(key for recall in each for key in recall.found)
    missed = {miss.key: miss for recall in each for miss in recall.missed if miss.key not in found}
    return Recall(
        None, tuple(found), tuple(Missed(key) for key in missed),
        tuple(dict.fromkeys(key for recall in each for key in recall.absent)),
    )  # fmt: skip


def _lost(strategy: Strategy, missed: Numbers, ask: Ask) -> Iterator[tuple[str, set[str]]]:
    """Yield each part of a strategy with the papers that it loses."""
    held = {pmid for pmids in missed.values() for pmid in pmids}
    for part in parts_of(strategy):
        found = set(_asked(part.query, held, ask))
        yield part.name, {key for key, pmids in missed.items()
                          if bool(pmids & found) == part.negated}  # fmt: skip


def _asked(query: str | None, pmids: Iterable[str], ask: Ask) -> Iterator[str]:
    """Yield which of some PMIDs a query finds; without a query, which the database holds."""
    wanted = sorted(pmids, key=int)
    for at in range(0, len(wanted), _AT_ONCE):
        some = wanted[at : at + _AT_ONCE]
        named = " OR ".join(f"{pmid}[uid]" for pmid in some)
        yield from set(ask(f"({query}) AND ({named})" if query else named)) & set(some)
