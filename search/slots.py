"""The pace of all processes of one user on a machine: a file holds when the last request began.

Two searches in two reviews are one sender to NCBI. Where the file cannot be kept, each process
keeps its own pace as before, and nothing else changes.
"""

from __future__ import annotations

import fcntl
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

_FARTHEST = 120.0  # seconds: a time further ahead was written before the clock was set back
_TRIES, _TICK = 200, 0.001  # a lock is held for microseconds; whoever was stopped with it has it on
_LONGEST = 64  # bytes of a time


class Slots:
    """The file, by the clock that all processes have in common (seconds since 1970)."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self.path, self._clock = path, clock

    def take(self, delay: float, gap: float) -> float:
        """Return in how many seconds a request may begin, and write that down for the others.

        That is ``delay``, or later, so that ``gap`` seconds lie behind the one before, whoever
        made it.
        """
        try:
            with self._held() as file:
                now = self._clock()
                last = _time_in(os.pread(file, _LONGEST, 0))
                if last <= now + _FARTHEST:
                    delay = max(delay, last + gap - now)
                os.pwrite(file, f"{now + delay:<{_LONGEST}.6f}".encode(), 0)
        except OSError:  # no such folder, read-only, full, held by one who sleeps
            pass
        return delay

    @contextmanager
    def _held(self) -> Iterator[int]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            _lock(file)
            yield file
        finally:
            os.close(file)


def _lock(file: int) -> None:
    for _ in range(_TRIES):
        try:
            return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_TICK)
    raise BlockingIOError


def _time_in(content: bytes) -> float:
    try:
        return float(content)
    except ValueError:  # new, or not ours
        return float("-inf")


def slots_for(host: str, environment: Mapping[str, str], *, is_local: bool) -> Slots | None:
    """Return the file for a service, in SARCAT_PACE_FOLDER or the user's cache folder.

    None for a server on this machine, unless the folder is named: it is nobody's but ours.
    """
    named = environment.get("SARCAT_PACE_FOLDER", "").strip()
    if is_local and not named:
        return None
    try:
        folder = Path(named) if named else _cache(environment) / "sarcat"
    except RuntimeError:  # a user without a home
        return None
    return Slots(folder / f"pace-{host.replace(':', '-')}")


def _cache(environment: Mapping[str, str]) -> Path:
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(environment.get("XDG_CACHE_HOME") or Path.home() / ".cache")
