"""Real `sarcat` processes without the half second that each takes to start.

One Python has everything loaded; for each call it forks a process of its own whose input and output
are pipes. What is tested with it is killed in earnest.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
# What the waiting Python does: take two descriptors and the arguments, fork, tell the process id.
_HOUSE = """
import contextlib, io, json, os, socket, sys
import cli, screening.session, screening.terminal.plain, screening.judgements, screening.store
with contextlib.redirect_stderr(io.StringIO()):
    cli.run(["screen", "--as"])  # fails, but loads everything
home = socket.socket(fileno=int(sys.argv[1]))
while True:
    message, given, _, _ = socket.recv_fds(home, 65536, 2)
    if not message:
        break
    child = os.fork()
    if child == 0:
        for place, descriptor in enumerate(given):
            os.dup2(descriptor, place)
        sys.stdin, sys.stdout = open(0, closefd=False), open(1, "w", closefd=False)
        sys.exit(cli.run(json.loads(message)))
    for descriptor in given:
        os.close(descriptor)
    home.send(str(child).encode())
    home.send(str(os.waitpid(child, 0)[1]).encode().rjust(8))
"""


@dataclass
class Process:
    """A running `sarcat`: ``type`` keys, read ``lines``, ``kill`` it."""

    id: int
    keys: int
    output: int
    _rest: bytes = b""

    def type(self, text: str) -> None:
        """Send keys."""
        os.write(self.keys, text.encode())

    def lines(self) -> Iterator[str]:
        """Give the lines of output as they come."""
        while True:
            while b"\n" in self._rest:
                line, _, self._rest = self._rest.partition(b"\n")
                yield line.decode()
            more = os.read(self.output, 65536)
            if not more:
                return
            self._rest += more

    def kill(self) -> None:
        """Kill it as a power cut would."""
        os.kill(self.id, signal.SIGKILL)


class House:
    """Starts processes, one at a time; use it in a ``with``."""

    def __enter__(self) -> House:
        self._home, theirs = socket.socketpair()
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        self._python = subprocess.Popen(
            [sys.executable, "-c", _HOUSE, str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            env=environment,
        )
        theirs.close()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._home.close()
        self._python.wait(10)

    def start(self, *arguments: str) -> Process:
        """Start `sarcat` with these arguments."""
        (their_in, keys), (output, their_out) = os.pipe(), os.pipe()
        message = json.dumps(arguments).encode()
        socket.send_fds(self._home, [message], [their_in, their_out])
        os.close(their_in)
        os.close(their_out)
        return Process(int(self._home.recv(64)), keys, output)

    def end(self, process: Process) -> tuple[int, list[str]]:
        """Return the wait status of a process and the rest of its output."""
        os.close(process.keys)
        lines = list(process.lines())
        os.close(process.output)
        return int(self._home.recv(8, socket.MSG_WAITALL)), lines
