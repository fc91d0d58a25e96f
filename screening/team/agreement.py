"""How well screeners agree: the statistics, each with its source.

Pure. A *table* counts how often screener A (rows) and screener B (columns) chose each pair of
categories. *Ratings* have one row for each record and one column for each screener, None where a
screener did not judge it. Where nearly all records are excluded, kappa is low however well two
people agree (Feinstein and Cicchetti 1990): show AC1 or PABAK, and the agreement on inclusions,
beside it. A figure that is 0/0 is None, never 0 or 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

Table = Sequence[Sequence[int]]
Interval = tuple[float, float]
Weight = Callable[[int, int, int], float]  # of categories i and j of q: 1 where they are the same
_Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Estimate:
    """A statistic with its standard error and its 95 % interval."""

    value: float
    se: float
    interval: Interval


# --- plain agreement ---------------------------------------------------------------------------


def percent_agreement(table: Table) -> float | None:
    """Return the share of records on which both chose the same; None without any record."""
    total = _total(table)
    return _agreed(table) / total if total else None


def wilson(hits: int, total: int) -> Interval:
    """Return the 95 % score interval of a share (Wilson 1927); 0 to 1 without any record."""
    if not total:
        return 0.0, 1.0
    share, square = hits / total, _Z95**2
    middle = share + square / (2 * total)
    spread = _Z95 * math.sqrt(share * (1 - share) / total + square / (4 * total**2))
    whole = 1 + square / total
    return max(0.0, (middle - spread) / whole), min(1.0, (middle + spread) / whole)


def clopper_pearson(hits: int, total: int, alpha: float = 0.05) -> Interval:
    """Return the exact two-sided interval of a share (Clopper and Pearson 1934)."""
    from scipy.special import betaincinv

    misses = total - hits
    low = float(betaincinv(hits, misses + 1, alpha / 2)) if hits else 0.0
    high = float(betaincinv(hits + 1, misses, 1 - alpha / 2)) if misses else 1.0
    return low, high


def positive_agreement(table: Table, category: int) -> float | None:
    """Return, of all choices of one category, the share that the other screener shares.

    Cicchetti and Feinstein 1990: positive agreement for the category "include", negative for
    "exclude". None where nobody chose it.
    """
    chosen = sum(table[category]) + sum(row[category] for row in table)
    return 2 * table[category][category] / chosen if chosen else None


# --- two screeners, corrected for chance -------------------------------------------------------


def identity(i: int, j: int, _q: int) -> float:
    """Weigh disagreements alike."""
    return float(i == j)


def linear(i: int, j: int, q: int) -> float:
    """Weigh a disagreement by its distance: exclude and maybe are nearer than exclude, include."""
    return 1 - abs(i - j) / (q - 1)


def quadratic(i: int, j: int, q: int) -> float:
    """Weigh a disagreement by the square of its distance."""
    return 1 - ((i - j) / (q - 1)) ** 2


def cohen_kappa(table: Table, weight: Weight = identity) -> float | None:
    """Return Cohen's (weighted) kappa (Cohen 1960, 1968); None where chance alone explains all."""
    total, q = _total(table), len(table)
    if not total:
        return None
    rows, columns = _margins(table)
    pairs = [(i, j, weight(i, j, q)) for i in range(q) for j in range(q)]
    found = sum(w * table[i][j] for i, j, w in pairs) / total
    # from whole numbers, so that "all of one category" is exactly 1
    chance = sum(w * rows[i] * columns[j] for i, j, w in pairs) / total**2
    return _corrected(found, chance)


def cohen_kappa_estimate(table: Table) -> Estimate | None:
    """Return kappa with its large-sample error (Fleiss, Cohen, Everitt 1969), normal interval.

    None where kappa is, and for one record alone.
    """
    kappa = cohen_kappa(table)
    if kappa is None or _total(table) == 1:
        return None  # one record alone tells nothing of chance
    total, q = _total(table), len(table)
    shares = [[cell / total for cell in row] for row in table]
    rows, columns = ([each / total for each in margin] for margin in _margins(table))
    chance = sum(a * b for a, b in zip(rows, columns, strict=True))
    rest = 1 - kappa
    same = sum(
        shares[i][i] * (1 - (rows[i] + columns[i]) * rest) ** 2 for i in range(q)
    )  # fmt: skip
    apart = rest**2 * sum(
        shares[i][j] * (columns[i] + rows[j]) ** 2 for i in range(q) for j in range(q) if i != j
    )
    variance = (same + apart - (kappa - chance * rest) ** 2) / ((1 - chance) ** 2 * total)
    se = math.sqrt(max(variance, 0.0))
    return Estimate(kappa, se, (kappa - _Z95 * se, kappa + _Z95 * se))


def cohen_kappa_max(table: Table) -> float | None:
    """Return the largest kappa that the two screeners' totals allow."""
    total = _total(table)
    if not total:
        return None
    rows, columns = _margins(table)
    best = sum(min(pair) for pair in zip(rows, columns, strict=True)) / total
    return _corrected(best, sum(a * b for a, b in zip(rows, columns, strict=True)) / total**2)


def pabak(table: Table) -> float | None:
    """Return kappa adjusted for prevalence and bias (Byrt et al. 1993; Brennan, Prediger 1981)."""
    found = percent_agreement(table)
    return None if found is None else _corrected(found, 1 / len(table))


def pabak_estimate(table: Table) -> Estimate | None:
    """Return PABAK with Gwet's error and a t interval."""
    return _linearised(table, 1 / len(table), lambda _i, _j: 0.0)


def gwet_ac1_estimate(table: Table) -> Estimate | None:
    """Return Gwet's AC1 (Gwet 2008) with his error (2014, without a finite population), t interval.

    It stays near the plain agreement where nearly all records are of one category.
    """
    total, q = _total(table), len(table)
    if not total:
        return None
    rows, columns = _margins(table)
    means = [(a + b) / (2 * total) for a, b in zip(rows, columns, strict=True)]
    chance = sum(share * (1 - share) for share in means) / (q - 1)

    def of_pair(i: int, j: int) -> float:
        return (2 - means[i] - means[j]) / (2 * (q - 1)) - chance

    return _linearised(table, chance, of_pair)


def cohen_kappa_gwet(table: Table) -> Estimate | None:
    """Return kappa with Gwet's error and a t interval, as irrCAC gives it."""
    total = _total(table)
    if not total:
        return None
    rows, columns = ([each / total for each in margin] for margin in _margins(table))
    chance = sum(a * b for a, b in zip(rows, columns, strict=True))
    return _linearised(table, chance, lambda i, j: (columns[i] + rows[j]) / 2 - chance)


def _linearised(
    table: Table, chance: float, excess: Callable[[int, int], float]
) -> Estimate | None:
    """Return a chance-corrected statistic with the variance of its linearised form (Gwet 2014).

    ``excess(i, j)``: by how much a record with this pair raises the agreement expected by chance.
    """
    from scipy.special import stdtrit

    total, found = _total(table), percent_agreement(table)
    value = None if found is None else _corrected(found, chance)
    if value is None or total < 2:
        return None
    squares = 0.0
    for i, row in enumerate(table):
        for j, count in enumerate(row):
            own = (float(i == j) - chance) / (1 - chance)
            squares += count * (own - 2 * (1 - value) * excess(i, j) / (1 - chance) - value) ** 2
    se = math.sqrt(squares / (total * (total - 1)))
    reach = float(stdtrit(total - 1, 0.975)) * se
    return Estimate(value, se, (max(-1.0, value - reach), min(1.0, value + reach)))


# --- any number of screeners, some of whom judged only a part -----------------------------------

Ratings = Sequence[Sequence[Hashable | None]]


def percent_agreement_many(ratings: Ratings) -> float | None:
    """Return the mean share of agreeing pairs over the records that two or more have judged."""
    return _pairs_agreed(_counts(ratings))


def fleiss_kappa(ratings: Ratings) -> float | None:
    """Return Fleiss' kappa (Fleiss 1971); with missing ratings in Gwet's general form (2014)."""
    counts = _counts(ratings)
    return _many(counts, lambda shares: sum(share**2 for share in shares))


def gwet_ac1(ratings: Ratings, categories: int | None = None) -> float | None:
    """Return AC1 of many screeners; ``categories`` is how many they could choose from."""
    counts = _counts(ratings)
    q = categories or max(len(counts[0]) if counts else 0, 2)
    return _many(counts, lambda shares: sum(s * (1 - s) for s in shares) / (q - 1))


def krippendorff_alpha(ratings: Ratings) -> float | None:
    """Return Krippendorff's alpha for plain categories (2004); None where all chose the same."""
    counts = [row for row in _counts(ratings) if sum(row) > 1]
    totals = [sum(column) for column in zip(*counts, strict=True)]
    n = sum(totals)
    if not n:
        return None
    apart = sum((sum(row) ** 2 - sum(c * c for c in row)) / (sum(row) - 1) for row in counts)
    by_chance = (n * n - sum(each * each for each in totals)) / (n - 1)
    return 1 - apart / by_chance if by_chance else None


def _many(counts: list[list[int]], chance_of: Callable[[list[float]], float]) -> float | None:
    found = _pairs_agreed(counts)
    if found is None:
        return None
    judged = [row for row in counts if any(row)]
    shares = [sum(row[k] / sum(row) for row in judged) / len(judged) for k in range(len(judged[0]))]
    return _corrected(found, chance_of(shares))


def _pairs_agreed(counts: list[list[int]]) -> float | None:
    shared = [row for row in counts if sum(row) > 1]
    if not shared:
        return None
    return sum(sum(c * (c - 1) for c in row) / (sum(row) * (sum(row) - 1)) for row in shared) / len(
        shared
    )


def _counts(ratings: Ratings) -> list[list[int]]:
    """Return for each record how many chose each category that occurs."""
    categories = sorted({value for row in ratings for value in row if value is not None}, key=repr)
    return [[row.count(each) for each in categories] for row in map(list, ratings)]


# --- parts -------------------------------------------------------------------------------------


def _corrected(found: float, chance: float) -> float | None:
    return None if chance >= 1 else (found - chance) / (1 - chance)


def _total(table: Table) -> int:
    return sum(map(sum, table))


def _agreed(table: Table) -> int:
    return sum(table[k][k] for k in range(len(table)))


def _margins(table: Table) -> tuple[list[int], list[int]]:
    return [sum(row) for row in table], [sum(column) for column in zip(*table, strict=True)]
