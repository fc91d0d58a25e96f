"""How good an order of screening was: the figures, each with its source.

Pure. ``relevant_at`` are the places, from 1, of the relevant records in the order; ``total`` is how
many records were to be screened. Records known before screening began are in neither.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any


def recall_after(relevant_at: Sequence[int], total: int, share: float) -> float:
    """Return the recall once a share of the records was read (Ferdinands et al. 2023)."""
    read = math.floor(Fraction(str(share)) * total)
    return sum(place <= read for place in relevant_at) / len(relevant_at)


def work_until(relevant_at: Sequence[int], recall: float) -> int:
    """Return how many records were read when the recall was reached."""
    needed = math.ceil(Fraction(str(recall)) * len(relevant_at))
    return sorted(relevant_at)[max(needed, 1) - 1]


def work_saved(relevant_at: Sequence[int], total: int, recall: float) -> float:
    """Return WSS: the share of reading saved over reading at random (Cohen et al. 2006)."""
    return (total - work_until(relevant_at, recall)) / total - (1 - recall)


def loss(relevant_at: Sequence[int], total: int) -> float | None:
    """Return how far the order is from all relevant records first: 0 best, 0.5 random, 1 worst.

    One less the area under the ROC curve. None where all records are relevant.
    """
    count = len(relevant_at)
    if not 0 < count < total:
        return None
    best = count * (count + 1) / 2
    return (sum(relevant_at) - best) / (count * (total - count))


def discounted_gain(relevant_at: Sequence[int]) -> float:
    """Return NDCG: the later a relevant record comes, the less it counts."""
    ideal = math.fsum(1 / math.log2(place + 1) for place in range(1, len(relevant_at) + 1))
    return math.fsum(1 / math.log2(place + 1) for place in relevant_at) / ideal


def figures(relevant_at: Sequence[int], total: int) -> dict[str, Any]:
    """Return all figures of an order that was read to its last relevant record."""
    if not relevant_at:
        return {"records": total, "relevant": 0}
    return {
        "records": total,
        "relevant": len(relevant_at),
        "loss": loss(relevant_at, total),
        "wss@95": work_saved(relevant_at, total, 0.95),
        "wss@100": work_saved(relevant_at, total, 1.0),
        "recall@10%": recall_after(relevant_at, total, 0.1),
        "recall@20%": recall_after(relevant_at, total, 0.2),
        "ndcg": discounted_gain(relevant_at),
        "read_until_95%": work_until(relevant_at, 0.95),
        "read_until_all": max(relevant_at),
    }
