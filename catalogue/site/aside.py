"""Work done in a process of its own while this one goes on, where the system lets it.

The process is a copy of this one (fork): it starts at once and has all values at hand, where one
started anew would load the program and be sent the whole catalogue, a third of what it could spare.
So it is for systems on which a copy is sound, and a processor is free.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

from search.errors import SarcatError

T = TypeVar("T")


@contextmanager
def aside(work: Callable[[], T]) -> Iterator[Callable[[], T]]:
    """Begin ``work``; yield what waits for its answer and returns it, or raises its error.

    What it leaves in files is there, what it changes among values is not. Where there is no second
    process it is done when its answer is asked for. One that is still at it when the block ends,
    by an error or Ctrl-C, is ended.
    """
    if not _can_fork():
        yield cache(work)
        return
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _do(work, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        left = [child]
        try:
            yield cache(lambda: _answer(answer.read(), left.pop()))
        finally:
            for process in left:
                os.kill(process, signal.SIGKILL)
                os.waitpid(process, 0)


def _can_fork() -> bool:
    """Return whether a copy of this process is sound and serves.

    On macOS the system's own libraries do not stand it, Windows has none; of several threads only
    one would be copied, with the locks that the others hold.
    """
    return (
        sys.platform == "linux"
        and threading.active_count() == 1
        and len(os.sched_getaffinity(0)) > 1
    )


def _do(work: Callable[[], object], writing: int) -> None:
    """Do it in the new process, send its answer, and end there: nothing of the first one's ends."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C: the first process says what there is
        answer = _sent(work)
        with os.fdopen(writing, "wb") as out:
            out.write(answer)
    finally:
        os._exit(0)


def _sent(work: Callable[[], object]) -> bytes:
    try:
        return pickle.dumps((work(), None))
    except Exception as error:
        try:
            sent = pickle.dumps((None, error))
            pickle.loads(sent)  # noqa: S301  some cannot be made again from what they were sent as
        except Exception:
            return pickle.dumps((None, RuntimeError(traceback.format_exc())))
        return sent


def _answer(answer: bytes, child: int) -> Any:
    os.waitpid(child, 0)
    if not answer:
        raise SarcatError("a process that worked beside this one has ended.",
                          remedy="Is there memory enough? Run the command again.")  # fmt: skip
    value, error = pickle.loads(answer)  # noqa: S301  of a process of our own
    if error is not None:
        raise error
    return value
