"""A process of its own that reads pages and writes them, while the first one fetches.

    python -m search.page_worker    reads jobs on its input, answers on its output

It ends when its input does, however the first process ended: nothing is left behind. It does not
hear Ctrl-C; what it was given before is still written.
"""

from __future__ import annotations

import gc
import itertools
import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from search.errors import SarcatError
from search.pages import Job, Kept, keep_page

_WAITING = 2  # jobs given and not yet answered: one is read while the next arrives
_COLLECT_EVERY = 50  # pages


class Worker:
    """The process, seen from the first one; jobs are answered in the order they were given."""

    def __init__(self) -> None:
        root = str(Path(__file__).resolve().parent.parent)
        path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
        self._process = subprocess.Popen(  # noqa: S603  our own program
            [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path}, start_new_session=True,
        )  # fmt: skip
        self._given = 0

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: object, _trace: TracebackType | None
    ) -> None:
        process = self._process
        try:
            if process.stdin:
                process.stdin.close()
        except BrokenPipeError:
            pass
        if kind is not None and not issubclass(kind, Exception):
            process.wait(timeout=30)  # Ctrl-C: what was given is written before we leave
        if process.stdout:
            process.stdout.close()
        process.wait(timeout=60)

    def give(self, job: Job) -> Iterator[Kept]:
        """Give a job, and yield what was answered to make room for it."""
        while self._given >= _WAITING:
            yield self._answer()
        assert self._process.stdin
        try:
            _send(self._process.stdin, job)
        except BrokenPipeError:
            raise _ended() from None
        self._given += 1

    def rest(self) -> Iterator[Kept]:
        """Yield the answers to all jobs given."""
        while self._given:
            yield self._answer()

    def _answer(self) -> Kept:
        assert self._process.stdout
        self._given -= 1
        try:
            answer = pickle.load(self._process.stdout)  # noqa: S301  of a process of our own
        except (EOFError, pickle.UnpicklingError):
            raise _ended() from None
        if isinstance(answer, Kept):
            return answer
        raise _error(*answer)


class Inline:
    """The same without a process: for a few pages none is worth starting."""

    def __init__(self) -> None:
        self._done: deque[Kept] = deque()

    def __enter__(self) -> Inline:
        return self

    def __exit__(self, *_exception: object) -> None:
        pass

    def give(self, job: Job) -> Iterator[Kept]:
        """Keep a page at once."""
        yield keep_page(job)

    def rest(self) -> Iterator[Kept]:
        """Yield nothing: all is done."""
        yield from ()


def _ended() -> SarcatError:
    return SarcatError("the process that reads records has ended.",
                       remedy="Is there memory enough? Run the command again.")  # fmt: skip


def _error(kind: str, *values: Any) -> Exception:
    if kind == "os":
        return OSError(*values)
    what, where, remedy = values
    return SarcatError(what, where=where, remedy=remedy)


# --- the process itself ------------------------------------------------------------------------


def _send(out: IO[bytes], job: Job) -> None:
    """Send a job; its bodies as they are, since they are long."""
    pickle.dump((replace(job, bodies=()), [len(body) for body in job.bodies]), out)
    for body in job.bodies:
        out.write(body)
    out.flush()


def _receive(stream: IO[bytes]) -> Job:
    job: Job
    job, lengths = pickle.load(stream)  # noqa: S301  of a process of our own
    return replace(job, bodies=tuple(stream.read(length) for length in lengths))


def _answer_to(job: Job) -> Any:
    try:
        return keep_page(job)
    except SarcatError as error:
        return "sarcat", error.what, error.where, error.remedy
    except OSError as error:
        return "os", error.errno, error.strerror, error.filename
    except Exception as error:  # a fault of ours: said there, with no traceback here
        return "sarcat", f"a page could not be read ({type(error).__name__}: {error}).", None, None


def main() -> None:
    """Answer jobs until the input ends."""
    gc.freeze()
    gc.disable()  # records hold no cycles, and looking for some takes a tenth of the time
    stream, out = sys.stdin.buffer, sys.stdout.buffer
    for number in itertools.count(1):
        try:
            answer = _answer_to(_receive(stream))  # with no name for the job, which is large
        except EOFError:
            return
        pickle.dump(answer, out)
        out.flush()
        if number % _COLLECT_EVERY == 0:
            gc.collect()


if __name__ == "__main__":
    main()
