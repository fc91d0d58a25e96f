"""The classifier: a linear support vector machine with squared hinge loss, solved exactly.

It finds the weights w that make |w|²/2 + Σ cᵢ max(0, 1 − yᵢ w·xᵢ)² least. The loss has one least
value and is smooth, so that Newton's method on the set of records within the margin ends at it
after a few steps (Mangasarian 2002; Keerthi and DeCoste 2005); each step solves a linear system by
conjugate gradients. Nothing is drawn at random and nothing depends on where it started beyond
`TOLERANCE`: the same decisions give the same order, on every machine and after every restart.

All is told in the records' products K = x·x' (with 1 added, for the constant), not in words: there
are fewer records judged than words.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from threadpoolctl import ThreadpoolController

Vector = Any  # numpy's array of float64
Product = Callable[[Vector], Vector]  # K times a vector

TOLERANCE = 1e-9  # of the size of the right side: what is left has no influence on an order
_MOST_STEPS = 100
_MOST_ITERATIONS = 2000


def balanced_costs(signs: Vector, ratio: float, cost: float) -> Vector:
    """Return each record's cost: all includes together count ``ratio`` times all excludes.

    As the few includes are what is looked for, they weigh more; the mean is ``cost``.
    """
    includes, excludes = (signs > 0).sum(), (signs < 0).sum()
    raw = np.where(signs > 0, 1.0, includes / (ratio * max(excludes, 1)))
    return raw * (cost * len(signs) / raw.sum())


@cache
def _libraries() -> Any:
    """Return the libraries of linear algebra that are loaded; looking for them takes a while."""
    return ThreadpoolController()


def on_one_core() -> Any:
    """Return a context in which sums are taken on one core.

    Split among cores, they come out otherwise in their last digits on a machine that has more of
    them; and for a few thousand numbers the cores wait for each other longer than they work.
    """
    return _libraries().limit(limits=1, user_api="blas")


def fit(product: Product, diagonal: Vector, signs: Vector, costs: Vector, start: Vector) -> Vector:
    """Return α, by which the score of any record x is Σ αᵢ K(x, xᵢ).

    ``product`` multiplies by K, ``diagonal`` is K's; ``signs`` are +1 and −1. ``start`` is a guess:
    a good one saves time and changes nothing. A record of cost 0 is as if it were not there.
    """
    counted = costs > 0
    softness = 1 / (2 * np.where(counted, costs, 1.0))
    alpha, active = start, counted & (signs * product(start) < 1)
    best = np.inf
    for _step in range(_MOST_STEPS):
        solved = _solve(product, diagonal, softness, signs, active, np.where(active, alpha, 0.0))
        scores = product(solved)
        alpha, scores, best = _nearer(product, alpha, solved, scores, signs, costs, best)
        found = counted & (signs * scores < 1)
        if (found == active).all() and alpha is solved:
            break
        active = found
    return alpha


def _nearer(
    product: Product,
    old: Vector,
    new: Vector,
    scores: Vector,
    signs: Vector,
    costs: Vector,
    best: float,
) -> tuple[Vector, Vector, float]:
    """Return the new point, or one between it and the old where the new is no better.

    The loss is convex: a short enough step towards the solution makes it smaller.
    """
    for _halving in range(30):
        loss = 0.5 * new @ scores + costs @ np.maximum(0.0, 1 - signs * scores) ** 2
        if loss <= best:
            break
        new = (old + new) / 2
        scores = product(new)
    return new, scores, loss


def _solve(
    product: Product,
    diagonal: Vector,
    softness: Vector,
    right: Vector,
    active: Vector,
    start: Vector,
) -> Vector:
    """Solve (K + softness) x = right on the active records, the others being 0."""
    inverse = np.where(active, 1 / (diagonal + softness), 0.0)

    def times(x: Vector) -> Vector:
        return np.where(active, product(x) + softness * x, 0.0)

    goal = np.where(active, right, 0.0)
    x, rest = start, goal - times(start)
    towards = inverse * rest
    size, enough = rest @ towards, TOLERANCE**2 * (goal @ (inverse * goal))
    for _iteration in range(_MOST_ITERATIONS):
        if size <= enough:
            break
        image = times(towards)
        step = size / (towards @ image)
        x, rest = x + step * towards, rest - step * image
        better = inverse * rest
        size, before = rest @ better, size
        towards = better + (size / before) * towards
    return x
