"""A real `sarcat` at a real terminal: a pty, and as much of a terminal as reading its screen takes."""

from __future__ import annotations

import codecs
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable

from forked_sarcat import House

# Cursor to a place; any other control sequence; a letter. What a screen is made of.
_PIECE = re.compile(
    r"\x1b\[(\d*);?(\d*)H|\x1b(?:\[[0-9;:?<>=]*[a-zA-Z]|[PX^_\]].*?(?:\x07|\x1b\\)|.)|(.)",
    re.DOTALL,
)
_UNFINISHED = re.compile(r"\x1b(?:\[[0-9;:?<>=]*|[PX^_\]][^\x07\x1b]*)?$")


class Terminal:
    """A process on a pty: ``type`` keys, read its ``screen``, ``resize`` or ``kill`` it."""

    def __init__(self, house: House, *arguments: str, size: tuple[int, int] = (80, 24)) -> None:
        self._ours, theirs = pty.openpty()
        self._house = house
        self.size = size
        self._set_size()
        self.id = house.start_at(theirs, *arguments)
        os.close(theirs)
        self._cells: dict[tuple[int, int], str] = {}
        self._place = (1, 1)
        self._rest = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.raw = ""

    def _set_size(self) -> None:
        width, height = self.size
        fcntl.ioctl(self._ours, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))

    def resize(self, width: int, height: int) -> None:
        """Give the terminal another size; the process is told by the kernel."""
        self.size = (width, height)
        self._cells.clear()
        self._set_size()

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self._ours, keys.encode())

    def screen(self) -> str:
        """Return what is on the screen."""
        width, height = self.size
        return "\n".join(
            "".join(self._cells.get((row, column), " ") for column in range(1, width + 1)).rstrip()
            for row in range(1, height + 1)
        )

    def wait_for(self, wanted: str | Callable[[str], object], seconds: float = 20.0) -> str:
        """Return the screen as soon as it shows a text, or is as ``wanted`` says."""
        is_there = (lambda screen: wanted in screen) if isinstance(wanted, str) else wanted
        until = time.monotonic() + seconds
        while not is_there(self.screen()):
            if time.monotonic() > until or self._house.has_ended():
                self.end(0.0)
                raise AssertionError(f"never seen: {wanted}\n{self.screen()}")
            self.read(0.1)
        return self.screen()

    def read(self, seconds: float = 0.0) -> bool:
        """Take in what was written, waiting at most so long; False at the end of the process."""
        if not select.select([self._ours], [], [], seconds)[0]:
            return True
        try:
            data = os.read(self._ours, 1 << 16)
        except OSError:  # Linux says so when the other side is closed
            return False
        text = self._decoder.decode(data)
        self.raw += text
        self._draw(self._rest + text)
        return bool(data)

    def _draw(self, text: str) -> None:
        unfinished = _UNFINISHED.search(text)
        self._rest = unfinished[0] if unfinished else ""
        for row, column, letter in _PIECE.findall(text[: len(text) - len(self._rest)]):
            if row:
                self._place = (int(row), int(column or 1))
            elif letter == "\n":
                self._place = (self._place[0] + 1, self._place[1])
            elif letter == "\r":
                self._place = (self._place[0], 1)
            elif letter:
                self._cells[self._place] = letter
                self._place = (self._place[0], self._place[1] + 1)

    def kill(self, number: int) -> None:
        """Send the process a signal."""
        os.kill(self.id, number)

    def hang_up(self) -> None:
        """Close the terminal, as a lost connection does."""
        os.close(self._ours)
        self._ours = -1

    def end(self, seconds: float = 10.0) -> int:
        """Return the wait status of the process once it has ended; it is killed when late."""
        until = time.monotonic() + seconds
        while not self._house.has_ended(0.05):
            if self._ours >= 0:
                self.read()
            if time.monotonic() > until:
                self.kill(signal.SIGKILL)
                until += 10.0
        before = None  # what came with the end is still to be read
        while self._ours >= 0 and before != self.raw:
            before = self.raw
            self.read(0.05)
        status = self._house.status()
        if self._ours >= 0:
            os.close(self._ours)
        return status
