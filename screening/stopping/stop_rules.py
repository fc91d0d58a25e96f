"""Rules for when to stop, by name, asked of an order as far as it was screened.

Pure. A rule says stop or go on, and why; it never excludes. `hypergeometric` is a test,
with target and confidence; `in-a-row`, `knee` and `2399` are there for comparison and promise
nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from screening.stopping import stopping
from search.errors import BadInput

LEAST_FOUND = 5  # includes: with fewer no rule is asked (METHODS ST-03)
_SHARES = ("hypergeometric",)
_WINDOWS = {"in-a-row": 50, "knee": 10}


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with what it was set to before screening began."""

    name: str
    target: Fraction = Fraction(19, 20)
    confidence: Fraction = Fraction(19, 20)
    window: int = 0

    def __str__(self) -> str:
        if self.name in _SHARES:
            return (
                f"{self.name}, target {float(self.target):g}, confidence {float(self.confidence):g}"
            )
        return f"{self.name} ({self.window})" if self.window else self.name


@dataclass(frozen=True, slots=True)
class Advice:
    """What a rule says: whether to stop, its p where it is a test, and its reason in words."""

    stop: bool
    p: float | None
    why: str


def rule_of(text: str) -> Rule:
    """Return the rule that a text names: NAME, NAME:TARGET, NAME:TARGET:CONFIDENCE, or NAME:COUNT.

    BadInput for anything else.
    """
    name, *values = text.split(":")
    if name in _SHARES and len(values) <= 2:
        shares = [_share(value, text) for value in values] + [Fraction(19, 20)] * 2
        return Rule(name, target=shares[0], confidence=shares[1])
    if name in _WINDOWS and len(values) <= 1:
        count = values[0] if values else str(_WINDOWS[name])
        if count.isascii() and count.isdecimal() and int(count) > 0:
            return Rule(name, window=int(count))
    if name == "2399" and not values:
        return Rule(name)
    raise BadInput(
        f"{text!r} is no stopping rule.",
        remedy="Use hypergeometric:0.95:0.95 (target and confidence), in-a-row:50, knee or 2399.",
    )


def _share(value: str, text: str) -> Fraction:
    try:
        share = Fraction(value)
    except (ValueError, ZeroDivisionError):
        share = Fraction(0)
    if not 0 < share < 1:
        raise BadInput(f"{value!r} in {text!r} is no share.", remedy="Write one like 0.95.")
    return share


def ask(
    rule: Rule, relevant_at: Sequence[int], screened: int, total: int, since: int = 0
) -> Advice:
    """Ask a rule after ``screened`` of ``total`` records, relevant ones at these places so far."""
    found = len(relevant_at)
    if screened >= total:
        return Advice(True, 0.0 if rule.name in _SHARES else None, "all records were read.")
    if found < LEAST_FOUND:
        return Advice(False, None, f"{found} includes are known; the rule needs {LEAST_FOUND}.")
    if rule.name == "hypergeometric":
        p = stopping.recall_below_target(relevant_at, screened, total, rule.target, since)
        return _tested(rule, p)
    if rule.name == "in-a-row":
        at = stopping.in_a_row(relevant_at, screened, rule.window)
        return Advice(
            at is not None, None, f"{screened - max(relevant_at)} since the last include."
        )
    if rule.name == "knee":
        batches = per_batch(relevant_at, screened, rule.window)
        ratio = stopping.knee_ratio(batches) if batches else 0.0
        return Advice(bool(batches) and stopping.is_past_knee(batches), None,
                      f"the slope has fallen {ratio:.0f} times.")  # fmt: skip
    is_past = stopping.is_past_2399(screened, found)
    return Advice(is_past, None, f"{screened} read, {found} included.")


def _tested(rule: Rule, p: float) -> Advice:
    level = 1 - rule.confidence
    stop = stopping.is_below(p, level)
    why = (
        f"p = {p:.3g} that the recall is still under {float(rule.target):.0%}, "
        f"{'below' if stop else 'not below'} {float(level):.3g}."
    )
    return Advice(stop, p, why)


def per_batch(relevant_at: Sequence[int], screened: int, size: int) -> list[int]:
    """Return how many relevant records each whole batch held."""
    counts = [0] * (screened // size)
    for place in relevant_at:
        if (place - 1) // size < len(counts):
            counts[(place - 1) // size] += 1
    return counts


def first_stop(rule: Rule, relevant_at: Sequence[int], total: int, every: int = 10) -> int | None:
    """Return the first multiple of ``every`` at which the rule stops; None if only at the end."""
    places = sorted(relevant_at)
    for screened in range(every, total, every):
        until = [place for place in places if place <= screened]
        if ask(rule, until, screened, total).stop:
            return screened
    return None
