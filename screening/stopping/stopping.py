"""When screening may stop: the statistics. They never exclude; unread records stay unread.

Pure. Places are counted from 1 in the order of screening. ``target`` is the recall to be reached,
as a fraction (0.95 as written, not as its nearest binary number). K is the smallest number of
relevant records in what was not read from which on the recall would be below the target.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from typing import Any

Share = Fraction | float | str
_ROUNDING = 1e-12


def as_fraction(share: Share) -> Fraction:
    """Return a share as it was written: 0.95 is 19/20."""
    return share if isinstance(share, Fraction) else Fraction(str(share))


def is_below(p: float, level: Share) -> bool:
    """Return whether p is below a level; p that is it but for the last digits is not."""
    return p < float(as_fraction(level)) - _ROUNDING


def least_missed(found: int, target: Share) -> int:
    """Return how many records must be missing for the recall to be below the target."""
    return math.floor(found / as_fraction(target)) + 1 - found


# --- the hypergeometric test -------------------------------------------------------------------


def hypergeometric_cdf(k: int, total: int, marked: int, drawn: int) -> float:
    """Return P(at most k marked ones among ``drawn`` of ``total``, of which ``marked`` are)."""
    import numpy as np
    from scipy.special import gammaln

    low, high = max(0, drawn - (total - marked)), min(drawn, marked)
    if k >= high:
        return 1.0
    if k < low:
        return 0.0

    def log_choose(n: float, r: Any) -> Any:
        return gammaln(n + 1) - gammaln(r + 1) - gammaln(n - r + 1)

    x = np.arange(low, k + 1, dtype=float)
    logs = (
        log_choose(marked, x)
        + log_choose(total - marked, drawn - x)
        - log_choose(total, float(drawn))
    )
    return min(1.0, math.fsum(np.exp(logs)))


def recall_below_target(
    relevant_at: Sequence[int], screened: int, total: int, target: Share, since: int = 0
) -> float:
    """Return the p of "the recall is still below the target" (Callaghan, Müller-Hansen 2020).

    doi 10.1186/s13643-020-01521-4. Every tail of the order is taken for a random draw from what was
    left when it began, which is careful as long as the ranking is better than chance; the smallest
    p counts. Among tails with the same number of relevant records the longest has the smallest p:
    only those are looked at. No tail begins before ``since``: where records came in later, what was
    read before is no draw from all of them.
    """
    found = len(relevant_at)
    places = sorted(place for place in relevant_at if place > since)
    missed = least_missed(found, target)
    unread = total - screened
    if missed > unread:
        return 0.0
    smallest = 1.0
    for within in range(len(places) + 1):
        start = places[-within - 1] if within < len(places) else since
        drawn = screened - start
        p = hypergeometric_cdf(within, unread + drawn, missed + within, drawn)
        smallest = min(smallest, p)
    return smallest


def recall_below_target_by_sample(
    found_before: int, unread: int, sample: int, relevant_in_sample: int, target: Share
) -> float:
    """Return the same p from one random sample of what was unread: exact, for one look."""
    missed = least_missed(found_before + relevant_in_sample, target) + relevant_in_sample
    if missed > unread:
        return 0.0
    return hypergeometric_cdf(relevant_in_sample, unread, missed, sample)


# --- what may be left ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Elusion:
    """What a random sample of the unread says about all of the unread.

    ``most`` is the largest number of relevant records among them that the sample allows, and
    ``recall`` the smallest recall, both at the confidence asked for (one-sided).
    """

    share: float
    upper_share: float
    recall_by_share: float
    most: int
    recall: float


def elusion(
    unread: int, sample: int, relevant_in_sample: int, found_before: int, confidence: Share
) -> Elusion:
    """Bound what is left in the unread from a random sample of it (elusion test)."""
    from scipy.special import betaincinv

    level = float(as_fraction(confidence))
    k = relevant_in_sample
    upper = float(betaincinv(k + 1, sample - k, level)) if k < sample else 1.0
    found = found_before + k
    most = most_marked(unread, sample, k, 1 - as_fraction(confidence))
    return Elusion(
        share=k / sample,
        upper_share=upper,
        recall_by_share=found / (found_before + upper * unread) if found else 0.0,
        most=most,
        recall=found / (found_before + most) if found else 0.0,
    )


def most_marked(total: int, sample: int, marked_in_sample: int, alpha: Share) -> int:
    """Return the largest number of marked ones that leaves so few in the sample a chance of alpha.

    By halving: the chance falls as their number rises.
    """
    low, high = marked_in_sample, total - (sample - marked_in_sample)
    while low < high:
        middle = (low + high + 1) // 2
        if is_below(hypergeometric_cdf(marked_in_sample, total, middle, sample), alpha):
            high = middle - 1
        else:
            low = middle
    return low


def fewest_marked(total: int, sample: int, marked_in_sample: int, alpha: Share) -> int:
    """Return the smallest number of marked ones that leaves so many in the sample such a chance."""
    unmarked = most_marked(total, sample, sample - marked_in_sample, alpha)
    return total - unmarked


@dataclass(frozen=True, slots=True)
class Remaining:
    """How many relevant records a random part of the order lets one expect among the unread."""

    estimate: float
    low: int
    high: int
    sample: int


def remaining(
    total: int, found: int, sample: int, relevant_in_sample: int, confidence: Share = "0.95"
) -> Remaining | None:
    """Estimate what is unread and relevant from a random sample of *all* records, every one judged.

    Exact two-sided hypergeometric interval for the number of relevant records in all; what was
    found is taken off. None without a sample.
    """
    if not sample:
        return None
    alpha = (1 - as_fraction(confidence)) / 2
    most = most_marked(total, sample, relevant_in_sample, alpha)
    fewest = fewest_marked(total, sample, relevant_in_sample, alpha)
    return Remaining(
        estimate=max(0.0, total * relevant_in_sample / sample - found),
        low=max(0, fewest - found),
        high=max(0, most - found),
        sample=sample,
    )


# --- other rules, for comparison and for SAFE --------------------------------------------------


def in_a_row(relevant_at: Sequence[int], screened: int, window: int) -> int | None:
    """Return where ``window`` irrelevant records in a row were first reached, or None."""
    last = 0
    for place in (*sorted(relevant_at), screened + 1):
        if place - last > window:
            return last + window
        last = place
    return None


def needed_in_ranking(relevant_in_sample: int, target: Share, confidence: Share) -> int | None:
    """Return how many of a random sample's relevant records must come up again (QBCB).

    Target method of Cormack and Grossman 2016 (doi 10.1145/2911451.2911510), as a quantile bound by
    Lewis, Yang and Frieder 2021 (arXiv 2108.12746). None where the sample holds too few.
    """
    p, level = as_fraction(target), as_fraction(confidence)
    below = Fraction(0)
    for j in range(1, relevant_in_sample + 1):
        below += (
            math.comb(relevant_in_sample, j - 1)
            * p ** (j - 1)
            * (1 - p) ** (relevant_in_sample - j + 1)
        )
        if below >= level:
            return j
    return None


def knee_ratio(relevant_per_batch: Sequence[int]) -> float:
    """Return the largest ratio of the slopes before and after a knee (Cormack, Grossman 2016)."""
    n, sums = len(relevant_per_batch), list(accumulate(relevant_per_batch))
    return max(
        (at / (i + 1)) / ((1 + sums[-1] - at) / (n - i)) for i, at in enumerate(sums)
    )  # fmt: skip


def is_past_knee(relevant_per_batch: Sequence[int]) -> bool:
    """Return whether the knee rule would stop; it guarantees nothing."""
    return knee_ratio(relevant_per_batch) >= 156 - min(sum(relevant_per_batch), 150)


def is_past_2399(screened: int, found: int) -> bool:
    """Return whether the rule of Cormack and Grossman 2015 would stop; it guarantees nothing."""
    return screened >= Fraction(6, 5) * found + 2399


@dataclass(frozen=True, slots=True)
class ExpectedRecall:
    """Recall as a model's own probabilities would have it: right only if they are calibrated."""

    recall: float
    variance: float

    def lower(self, deviations: float = 2.0) -> float:
        """Return the recall less so many standard deviations."""
        return self.recall - deviations * math.sqrt(self.variance)


def expected_recall(probabilities: Sequence[float], screened: int) -> ExpectedRecall:
    """Estimate the recall from probabilities, the first ``screened`` read (QuantCI).

    Yang, Lewis and Frieder 2021, arXiv 2106.09871.
    """
    read, unread = probabilities[:screened], probabilities[screened:]
    seen, whole = math.fsum(read), math.fsum(probabilities)
    spread_all = math.fsum(p * (1 - p) for p in probabilities)
    spread_unread = math.fsum(p * (1 - p) for p in unread)
    variance = seen**2 / whole**4 * spread_all + (spread_all - spread_unread) / whole**2
    return ExpectedRecall(seen / whole, variance)


@dataclass(frozen=True, slots=True)
class Recapture:
    """How many relevant records there are, from what two independent screeners found."""

    observed: int
    lincoln_petersen: float | None
    chapman: float
    chapman_variance: float
    chao1: float

    @property
    def recall(self) -> float:
        """Return the share of Chapman's estimate that was found."""
        return self.observed / self.chapman if self.chapman else 1.0


def recapture(found_by_a: int, found_by_b: int, by_both: int) -> Recapture:
    """Estimate all relevant records by capture and recapture (Chapman 1951; Chao 1984)."""
    a, b, m = found_by_a, found_by_b, by_both
    once = a + b - 2 * m
    return Recapture(
        observed=a + b - m,
        lincoln_petersen=a * b / m if m else None,
        chapman=(a + 1) * (b + 1) / (m + 1) - 1,
        chapman_variance=(a + 1) * (b + 1) * (a - m) * (b - m) / ((m + 1) ** 2 * (m + 2)),
        chao1=a + b - m + once * (once - 1) / (2 * (m + 1)),
    )
