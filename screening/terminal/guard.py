"""Keys that cannot have been meant: a key held down, or struck before its record could be read."""

from __future__ import annotations

import time
from collections.abc import Callable

# Keyboards begin to repeat after 250 to 660 ms, then every 30 to 40 ms.
HELD = 0.7
# Nobody has read a title by then: the key was struck for the record before.
HASTY = 0.15


class Guard:
    """Tells a decision from a key's repeat; ``clock`` gives seconds and never jumps."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._shown = self._struck = float("-inf")
        self._key = ""

    def record_shown(self) -> None:
        """Note that another record came on the screen."""
        self._shown = self._clock()

    def refusal(self, key: str) -> str | None:
        """Return why this key is not taken as a decision, or None when it is.

        Every repeat of a held key holds it off further, so that it never decides a second time.
        """
        now = self._clock()
        is_repeat = key == self._key and now - self._struck < HELD
        self._key, self._struck = key, now
        if is_repeat:
            return f"{key} came twice at once, as from a held key. Look, then press it again."
        if now - self._shown < HASTY:
            return f"{key} came before this record could be read. Look, then press it again."
        return None
