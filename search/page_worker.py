"""A process of its own that reads pages and writes them, while the first one fetches.

    python -m search.page_worker    reads jobs on its input, answers on its output

While it has enough to do the first one reads pages too, so that neither processor waits. It ends
when its input does, however the first process ended: nothing is left behind. It does not hear
Ctrl-C; what it was given before is still written.
"""

from __future__ import annotations

import gc
import itertools
import os
import pickle
import queue
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from search.collecting import uncollected
from search.errors import SarcatError
from search.pages import Job, Kept, keep_page

_WAITING = 2  # jobs given and not yet answered: one is read, the next is there when it is done
_COLLECT_EVERY = 50  # pages


class Worker:
    """The process, seen from the first one; a job may be answered before one given earlier."""

    def __init__(self) -> None:
        root = str(Path(__file__).resolve().parent.parent)
        path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
        self._process = subprocess.Popen(  # noqa: S603  our own program
            [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path}, start_new_session=True,
        )  # fmt: skip
        self._given = 0
        self._answers: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

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
        process.wait(timeout=60)
        self._listener.join()
        if process.stdout:
            process.stdout.close()

    def give(self, job: Job) -> Iterator[Kept]:
        """Give a job, and yield what was answered until then; with no room for it, do it here."""
        while not self._answers.empty():
            yield self._answer()
        if self._given >= _WAITING:
            with uncollected():
                kept = keep_page(job)
            yield kept
            return
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

    def _listen(self) -> None:
        """Put by what is answered, and None at the end."""
        assert self._process.stdout
        try:
            while True:
                self._answers.put(pickle.load(self._process.stdout))  # noqa: S301  of our own
        except (EOFError, pickle.UnpicklingError):
            pass
        finally:
            self._answers.put(None)  # whatever ended it: nobody waits for ever

    def _answer(self) -> Kept:
        answer = self._answers.get()
        self._given -= 1
        if isinstance(answer, Kept):
            return answer
        if answer is None:
            self._answers.put(None)  # for whoever asks again
            self._given = 0
            raise _ended()
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
    out = sys.stdout.buffer
    come: queue.Queue[list[Job]] = queue.Queue(maxsize=1)  # the next arrives while one is read
    threading.Thread(target=_take_in, args=(sys.stdin.buffer, come), daemon=True).start()
    for number in itertools.count(1):
        if not (jobs := come.get()):
            return
        answer = _answer_to(jobs.pop())  # with no name for the job, which is large
        pickle.dump(answer, out)
        out.flush()
        if number % _COLLECT_EVERY == 0:
            gc.collect()


def _take_in(stream: IO[bytes], come: queue.Queue[list[Job]]) -> None:
    """Put by each job that arrives, in a list that can be emptied; an empty one at the end."""
    try:
        while True:
            come.put([_receive(stream)])
    except (EOFError, pickle.UnpicklingError):
        come.put([])


if __name__ == "__main__":
    main()
