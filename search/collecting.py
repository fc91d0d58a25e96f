"""Millions of small values made without Python's looking through them again and again."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected(*, for_good: bool = False) -> Iterator[None]:
    """Hold Python's search for cycles off while millions of small values are made: none has any.

    It would look through all of them again and again, for a third of the time. ``for_good``: what
    there is at the end lives as long as the program, and is never looked through.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if for_good:
            gc.freeze()
        if was:
            gc.enable()
