"""Pages of records fetched in turn, or some at once, so that no request that is allowed is unused.

A page takes PubMed a second or two, and three requests a second are allowed: asked for one after
the other, most of them would not be made. The pace is the limiter's affair, whoever asks.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Sequence

from search.pubmed import PubMed

Fetched = tuple[tuple[str, ...], tuple[bytes, ...]]  # ids asked for, and the documents that came
_TICK = 0.1  # seconds


def in_turn(client: PubMed, ids: Sequence[str]) -> Iterator[Fetched]:
    """Yield pages, each asked for when the one before was dealt with."""
    at = 0
    while at < len(ids):
        asked = tuple(ids[at : at + client.page])
        at += len(asked)
        yield asked, tuple(client.fetch(asked))


def at_once(client: PubMed, ids: Sequence[str], threads: int) -> Iterator[Fetched]:
    """Yield pages as they come, up to ``threads`` of them asked for, come or in use at a time.

    A page is in use until the next is asked for: whoever takes one should not keep it. When one
    fails no other is begun; those under way are still yielded, and then its error raised.
    """
    line = _Line(client, ids, threads)
    try:
        yield from line.pages()
    finally:
        line.abandoned.set()


class _Line:
    """What the threads share."""

    def __init__(self, client: PubMed, ids: Sequence[str], threads: int) -> None:
        self.abandoned = threading.Event()
        self._client, self._ids, self._at = client, ids, 0
        self._lock = threading.Lock()
        self._come: queue.Queue[Fetched | None] = queue.Queue()
        self._room = threading.Semaphore(threads)  # pages are large: as many as that, no more
        self._error: BaseException | None = None
        self._running = threads
        for _ in range(threads):
            # a daemon: Ctrl-C must not wait for an answer that never comes
            threading.Thread(target=self._work, daemon=True).start()

    def pages(self) -> Iterator[Fetched]:
        while self._running:
            page = self._come.get()
            if page is None:
                self._running -= 1
                continue
            come = [page]
            del page
            yield come.pop()  # so that nothing here keeps it
            self._room.release()
        if self._error:
            raise self._error

    def _work(self) -> None:
        try:
            while asked := self._take():
                self._come.put((asked, tuple(self._client.fetch(asked))))
        except BaseException as error:
            with self._lock:
                self._error = self._error or error
        self._come.put(None)

    def _take(self) -> tuple[str, ...]:
        """Return what to ask for next, once there is room for it; nothing at the end."""
        while not self._room.acquire(timeout=_TICK):
            if self.abandoned.is_set():
                return ()
        with self._lock:
            asked = tuple(self._ids[self._at : self._at + self._client.page])
            if not asked or self._error or self.abandoned.is_set():
                self._room.release()  # for the others, that they end too
                return ()
            self._at += len(asked)
            return asked
