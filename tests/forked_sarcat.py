"""Real `sarcat` processes without the half second that each takes to start.

One Python has everything loaded; for each call it forks a process of its own whose input and output
are pipes, or a terminal of its own. What is tested with it is killed in earnest.
"""

from __future__ import annotations

import json
import os
import select
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
import contextlib, fcntl, io, json, os, socket, sys, termios
import cli, screening.session, screening.terminal.plain, screening.judgements, screening.store
import screening.terminal.full
with contextlib.redirect_stderr(io.StringIO()):
    cli.run(["screen", "--as"])  # fails, but loads everything
home = socket.socket(fileno=int(sys.argv[1]))
while True:
    message, given, _, _ = socket.recv_fds(home, 65536, 2)
    if not message:
        break
    child = os.fork()
    if child == 0:
        for place, descriptor in enumerate(given if len(given) > 1 else given * 3):
            os.dup2(descriptor, place)
        if len(given) == 1:  # a terminal: it is to be the process's own
            os.setsid()
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
            sys.stderr = sys.__stderr__ = open(2, "w", closefd=False)
        sys.stdin = sys.__stdin__ = open(0, closefd=False)
        sys.stdout = sys.__stdout__ = open(1, "w", closefd=False)
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
    """Starts processes, one at a time; use it in a ``with``. ``environment`` is theirs as well."""

    def __init__(self, **environment: str) -> None:
        self._environment = {"TERM": "xterm-256color", "SARCAT_DEVICE": "test", **environment}

    def __enter__(self) -> House:
        self._home, theirs = socket.socketpair()
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **self._environment}
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

    def start_at(self, terminal: int, *arguments: str) -> int:
        """Start `sarcat` at a terminal; returns its process id."""
        socket.send_fds(self._home, [json.dumps(arguments).encode()], [terminal])
        return int(self._home.recv(64))

    def has_ended(self, seconds: float = 0.0) -> bool:
        """Return whether the process has ended, waiting for it at most so long."""
        return bool(select.select([self._home], [], [], seconds)[0])

    def status(self) -> int:
        """Return the wait status of the process once it has ended."""
        return int(self._home.recv(8, socket.MSG_WAITALL))

    def end(self, process: Process) -> tuple[int, list[str]]:
        """Return the wait status of a process and the rest of its output."""
        os.close(process.keys)
        lines = list(process.lines())
        os.close(process.output)
        return self.status(), lines
