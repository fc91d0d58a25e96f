"""One pace for the whole process: NCBI allows 3 requests a second, 10 with a key, retries too.

With `slots` it is the pace of all processes of the user.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from search.slots import Slots


class Limiter:
    """Lets one request begin at a time, each some seconds after the one before, whoever asks."""

    def __init__(
        self, *, clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._last = self._held = float("-inf")

    def hold(self, seconds: float) -> None:
        """Let no request begin for some seconds, whoever asks."""
        with self._lock:
            self._held = max(self._held, self._clock() + seconds)

    def wait(self, per_second: float, slots: Slots | None = None) -> None:
        """Return when the next request may begin; ``per_second`` of 0 lets it begin at once.

        ``slots`` tell what other processes do.
        """
        with self._lock:
            # A little slower than allowed: NCBI counts requests as they arrive, not as they leave.
            gap = 1.04 / per_second if per_second else 0.0
            now = self._clock()
            start = max(now, self._last + gap, self._held)
            if slots and gap:
                start = now + slots.take(start - now, gap)
            self._last = start
        # A sleep may end a little early, and the clock decides.
        while (left := start - self._clock()) > 0:
            self._sleep(left)


# NCBI counts by address of the sender: every client of this process goes through this one.
SHARED = Limiter()
