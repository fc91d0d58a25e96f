"""What a service sends that is no answer, and what is to be done about it: common to all of them.

What each service's own words mean is told in `eutils`, `europepmc` and `unpaywall`.
"""

from __future__ import annotations

import re
from enum import StrEnum

from search.errors import SarcatError

AGAIN = "Run the command again later."


class Fate(StrEnum):
    """What to do about an answer that is none."""

    RETRY = "retry"  # transient: as often as the patience lasts
    FEW = "few"  # perhaps transient: a few times
    SMALLER = "smaller"  # again, with fewer ids
    STOP = "stop"  # asking again would not help


class NoAnswer(SarcatError):
    """What came is no answer of the service; ``wait`` is the pause in seconds that it asked for."""

    def __init__(
        self, what: str, fate: Fate, *, wait: float | None = None, remedy: str = AGAIN
    ) -> None:
        super().__init__(what, remedy=remedy)
        self.fate = fate
        self.wait = wait
        self.slower = False  # asked to go slower: that holds for every request


def refuse_redirect(status: int, variable: str) -> None:
    """NoAnswer where a server sends on to another address, as login pages of networks do.

    ``variable`` names the setting that holds the address.
    """
    if 300 <= status < 400:
        raise NoAnswer(
            f"the server sends on to another address (HTTP {status}), which is not followed.",
            Fate.STOP, remedy=f"Log in to the network, or correct {variable}.",
        )  # fmt: skip


def seconds(retry_after: str | None) -> float | None:
    """Return what a Retry-After header asks for, None when there is none or it is a date."""
    text = (retry_after or "").strip()
    return float(text) if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", text) else None
