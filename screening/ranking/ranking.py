"""One reviewer's ranking while he works: trained aside, so that he never waits for it.

What is shown after a decision was ranked by the decisions before it: there is all the time of one
record to train. That makes the order a function of the log alone, whatever the speed of the
machine, the same after a restart. Only a person who is faster than the training may be given an
order that is older still (`PATIENCE`), and never one that is more than two decisions old.

A share of the records is drawn at random, as the protocol says: they tell honestly how many
relevant records there are.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from screening.decision_logs.events import Verdict
from screening.queue import shuffled

if TYPE_CHECKING:
    from screening.ranking.ranker import Ranker, Reason

RANKED, DRAWN = "ranked", "drawn"  # how a record came to be shown
PATIENCE = 0.04  # seconds that a person at a terminal may be kept waiting for a training
_OLDEST = 2  # decisions that an order may be old
_AHEAD = 100  # records that are mixed with drawn ones: more are never seen before it changes

Verdicts = Mapping[str, str]


@dataclass(frozen=True)
class Lot:
    """How records are drawn at random: ``share`` of them, by the protocol's seed."""

    share: float
    seed: int
    reviewer: str
    stage: str

    def falls_on(self, number: int) -> bool:
        """Return whether the record shown after ``number`` decisions is drawn at random."""
        named = "\n".join((str(self.seed), self.reviewer, self.stage, "lot", str(number)))
        digest = hashlib.sha256(named.encode("utf-8", "surrogatepass")).digest()
        return int.from_bytes(digest[:8], "big") < self.share * 2**64

    def order(self, keys: Iterable[str]) -> list[str]:
        """Return the keys in the order in which they are drawn: the reviewer's own at random."""
        return shuffled(keys, self.seed, self.reviewer, self.stage)


class Ranking:
    """The live ranking of ``queue``; ``keys`` are the rows of ``ranker`` in their order.

    ``lifted`` are verdicts on records that are no secret any more: they are learned from as well.
    ``patience`` is for how many seconds a training that is late is waited for, None until it is
    there. Close it, or use it in a ``with``.
    """

    def __init__(
        self,
        ranker: Ranker,
        keys: Sequence[str],
        lot: Lot,
        *,
        queue: Collection[str] | None = None,
        lifted: Verdicts | None = None,
        patience: float | None = None,
    ) -> None:
        self._ranker, self._keys, self.lot = ranker, tuple(keys), lot
        self._rows = {key: row for row, key in enumerate(self._keys)}
        self._queue = frozenset(keys if queue is None else queue)
        self._drawing = lot.order(self._queue)
        self._lifted, self._patience = dict(lifted or {}), patience
        self._drawn: set[str] = set()
        self._judged: dict[str, str] = {}
        self._last: tuple[str, str | None] | None = None  # what changed last, and what it was
        self._since = self._since_before = 0  # excluded since the last include; before that change
        self._change = 0  # how many changes were told
        self._trainer: _Trainer | None = None

    def __enter__(self) -> Ranking:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """End the training."""
        if self._trainer:
            self._trainer.close()
            self._trainer = None

    # --- learning ------------------------------------------------------------------------------

    def judged(self, key: str, verdict: str | None, how: str | None = None) -> None:
        """Learn a verdict of the reviewer's, or with None that he took it back.

        ``how`` is how the record came to be shown (`RANKED`, `DRAWN`).
        """
        before = self._judged.get(key)
        if key not in self._queue or before == verdict:
            return
        if how == DRAWN:
            self._drawn.add(key)
        self._last, self._since_before = (key, before), self._since
        if verdict is None:
            del self._judged[key]
        else:
            self._judged[key] = verdict
        is_one_more = before is None and verdict == Verdict.EXCLUDE
        self._since = self._since + 1 if is_one_more else _since_include(self._judged)
        self._change += 1
        if self._trainer:
            self._trainer.train(self._change, (*self._signs(self._judged), self._since))

    def order(self) -> list[str]:
        """Return the records that are not judged in the order in which they are to be shown."""
        rows = self._started().result(self._change - 1)
        judged, queue, keys = self._judged, self._queue, self._keys
        ranked = [key for row in rows if (key := keys[row]) in queue and key not in judged]
        # Only the next ones matter: with every decision the order is another.
        return [*self._with_lots(ranked[:_AHEAD]), *ranked[_AHEAD:]] if self.lot.share else ranked

    def how(self, number: int) -> str:
        """Return how the record shown after ``number`` decisions came to be shown."""
        return DRAWN if self.lot.falls_on(number) else RANKED

    def _with_lots(self, ranked: list[str]) -> list[str]:
        """Put those that are drawn at random before the ranked ones whose turn it would be."""
        drawn = (key for key in self._drawing if key not in self._judged)
        taken: set[str] = set()
        order = []
        in_rank = iter(ranked)
        for number in range(self.decided, self.decided + len(ranked)):
            source = drawn if self.lot.falls_on(number) else in_rank
            key = next((key for key in source if key not in taken), None)
            if key is None:
                break
            taken.add(key)
            order.append(key)
        return [*order, *(key for key in in_rank if key not in taken)]

    def _started(self) -> _Trainer:
        """Begin to train: what was before the last change at once, what is now aside."""
        if self._trainer is None:
            self._trainer = _Trainer(self._work, self._patience)
            before = dict(self._judged)
            if self._last:
                key, verdict = self._last
                before.pop(key, None)
                before |= {key: verdict} if verdict else {}
            decisions = (*self._signs(before), self._since_before)
            self._trainer.train(max(self._change - 1, 0), decisions, at_once=True)
            if self._last:
                self._trainer.train(self._change, (*self._signs(self._judged), self._since))
        return self._trainer

    def _signs(self, judged: Verdicts) -> tuple[list[int], list[int]]:
        """Return rows and signs to learn: a maybe is worth to be looked at, as an include is."""
        taken = self._lifted | dict(judged)
        known = [(self._rows[key], verdict) for key, verdict in taken.items() if key in self._rows]
        return [row for row, _ in known], [
            -1 if verdict == Verdict.EXCLUDE else 1 for _, verdict in known
        ]

    def _work(self, decisions: Any) -> Any:
        """Return the rows in the order that these decisions make."""
        rows, signs, since = decisions
        self._ranker.learn(rows, signs)
        return self._ranker.order(left_only=False, since=since).tolist()

    # --- what the reviewer may want to know -----------------------------------------------------

    def why(self, key: str, most: int = 6) -> list[Reason]:
        """Return the words that lift a record most, by the newest training that is done."""
        if key not in self._rows:
            return []
        found: list[Reason] = self._started().ask(
            lambda: self._ranker.reasons(self._rows[key], most)
        )
        return found

    def put_high(self, verdicts: Verdicts) -> list[str]:
        """Return those of the excluded that rank as high as half of the included."""
        rows, signs = self._signs(verdicts)
        others = {row for key in self._lifted for row in (self._rows.get(key),) if row is not None}
        mine = {self._rows[key] for key in verdicts if key in self._rows}
        known = dict(zip(rows, signs, strict=True))
        from screening.ranking.put_high import put_high  # its arithmetic is for those who ask

        high = put_high(
            self._ranker,
            {row: sign for row, sign in known.items() if row in mine},
            {row: sign for row, sign in known.items() if row in others - mine},
        )
        return [self._keys[row] for row in high]

    @property
    def failure(self) -> str | None:
        """Return why the ranking learns no more, None while all is well."""
        failure = self._trainer.failure if self._trainer else None
        return f"{type(failure).__name__}: {failure}" if failure else None

    @property
    def decided(self) -> int:
        """Return how many records of the queue the reviewer has judged."""
        return len(self._judged)

    @property
    def relevant_at(self) -> list[int]:
        """Return at which of the reviewer's decisions, from 1, one was not excluded."""
        verdicts = self._judged.values()
        return [at for at, each in enumerate(verdicts, start=1) if each != Verdict.EXCLUDE]

    @property
    def since_last_include(self) -> int:
        """Return how many records were excluded since the last that was not."""
        return self._since

    def sample(self) -> tuple[int, int]:
        """Return how many records a random sample of all holds, and how many of them are relevant.

        The records in the order of drawing before the one that was drawn last: all are judged, some
        since their turn had come, some since they ranked high. The one drawn last is left out: the
        sample ends with it just because nobody had read it.
        """
        return sample_of(self._drawing, self._judged, self._drawn)


def _since_include(judged: Verdicts) -> int:
    """Return how many records were excluded since the last that was not."""
    return sum(1 for _ in takewhile(Verdict.EXCLUDE.__eq__, reversed([*judged.values()])))


def sample_of(drawing: Sequence[str], judged: Verdicts, drawn: Iterable[str]) -> tuple[int, int]:
    """Return the random sample of all records; see `Ranking.sample`.

    ``drawing`` are all records in the order of drawing, ``drawn`` those that came up by it.
    """
    places = {key: place for place, key in enumerate(drawing)}
    before = max((places[key] for key in drawn if key in judged and key in places), default=0)
    sample = list(takewhile(judged.__contains__, drawing[:before]))
    return len(sample), sum(judged[key] != Verdict.EXCLUDE for key in sample)


class _Trainer:
    """Works aside, one task after another; holds the newest results. Late tasks are dropped."""

    def __init__(self, work: Callable[[Any], Any], patience: float | None) -> None:
        self._work, self._patience = work, patience
        self._lock = threading.Condition()
        self._busy = threading.Lock()  # held while the ranker is in use
        self._tasks: dict[int, Any] = {}  # by change: those not begun yet
        self._results: dict[int, Any] = {}
        self.failure: BaseException | None = None  # then the last result stays
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="ranking", daemon=True)
        self._thread.start()

    def train(self, change: int, decisions: Any, *, at_once: bool = False) -> None:
        """Train by these decisions, aside or at once."""
        if at_once:
            with self._busy:
                result = self._work(decisions)
            self._keep(change, result)
            return
        with self._lock:
            self._tasks[change] = decisions
            for late in [each for each in self._tasks if each <= change - _OLDEST]:
                del self._tasks[late]
            self._lock.notify_all()

    def result(self, change: int) -> Any:
        """Return the result for a change; where it is late, the newest, if it is not too old."""
        oldest = change + 1 - _OLDEST
        with self._lock:
            self._lock.wait_for(
                lambda: self.failure or max(self._results) >= change, self._patience
            )
            self._lock.wait_for(lambda: self.failure or max(self._results) >= oldest)
            at = change if change in self._results else max(self._results)
            return self._results[at]

    def ask(self, question: Callable[[], Any]) -> Any:
        """Ask the ranker something while it is not at work."""
        with self._busy:
            return question()

    def close(self) -> None:
        """End it; what is being worked out comes to its end first."""
        with self._lock:
            self._closed = True
            self._lock.notify_all()
        self._thread.join()

    def _keep(self, change: int, result: Any) -> None:
        with self._lock:
            self._results[change] = result
            for old in sorted(self._results)[:-3]:
                del self._results[old]
            self._lock.notify_all()

    def _run(self) -> None:
        while True:
            with self._lock:
                self._lock.wait_for(lambda: self._tasks or self._closed)
                if self._closed:
                    return
                change = min(self._tasks)
                decisions = self._tasks.pop(change)
            try:
                with self._busy:
                    result = self._work(decisions)
            except (
                BaseException
            ) as error:  # told by the screen; screening goes on in the last order
                with self._lock:
                    self.failure = error
                    self._lock.notify_all()
                return
            self._keep(change, result)
