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
    """Yield pages as they come, up to ``threads`` of them asked for at a time.

    When one fails no other is begun; those under way are still yielded, and then its error raised.
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
        self._come: queue.Queue[Fetched | None] = queue.Queue(1)  # pages are large
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
            else:
                yield page
        if self._error:
            raise self._error

    def _work(self) -> None:
        try:
            while asked := self._take():
                self._put((asked, tuple(self._client.fetch(asked))))
        except BaseException as error:
            with self._lock:
                self._error = self._error or error
        self._put(None)

    def _take(self) -> tuple[str, ...]:
        with self._lock:
            if self._error or self.abandoned.is_set():
                return ()
            asked = tuple(self._ids[self._at : self._at + self._client.page])
            self._at += len(asked)
            return asked

    def _put(self, page: Fetched | None) -> None:
        while not self.abandoned.is_set():
            try:
                self._come.put(page, timeout=_TICK)
            except queue.Full:
                continue
            return
