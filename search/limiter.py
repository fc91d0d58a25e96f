"""One pace for the whole process: NCBI allows 3 requests a second, 10 with a key, retries too."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Limiter:
    """Lets one request begin every ``1 / per_second`` seconds, whoever asks."""

    def __init__(
        self, per_second: float, *, clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        # A little slower than allowed: the clocks of two machines do not agree on a second.
        self._gap = 1.02 / per_second if per_second else 0.0
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self) -> None:
        """Return when the next request may begin."""
        with self._lock:
            now = self._clock()
            start = max(now, self._next)
            self._next = start + self._gap
        if start > now:
            self._sleep(start - now)

    def hold(self, seconds: float) -> None:
        """Let nothing begin for ``seconds``: the service asked for a pause."""
        with self._lock:
            self._next = max(self._next, self._clock() + seconds)
