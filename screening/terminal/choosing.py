"""What the next key chooses from: each key with what it does."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from screening.terminal.keys import choosing_key
from search.protocol import Protocol

Choices = dict[str, Callable[[], None]]


def reason_choices(protocol: Protocol, answer: Callable[[str, str | None], None]) -> Choices:
    """Return the reasons of an exclusion, in the protocol's order."""
    return {
        choosing_key(place): partial(answer, each.code, None)
        for place, each in enumerate(protocol.exclusion, start=1)
        if choosing_key(place)
    }


def option_choices(count: int, answer: Callable[[int], None]) -> Choices:
    """Return ``count`` options; ``answer`` takes the place chosen, from 0."""
    keys = ((place, choosing_key(place + 1)) for place in range(count))
    return {key: partial(answer, place) for place, key in keys if key}
