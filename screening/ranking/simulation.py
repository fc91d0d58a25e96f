"""A labelled set replayed: each record is shown once, its label learned only then.

Pure. What the ranking would have spared is what is measured; the labels of records not yet shown
are touched by nothing here.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from screening.ranking.ranker import Ranker


@dataclass(frozen=True)
class Replay:
    """The rows in the order of showing; the first ``priors`` of them were known before."""

    order: tuple[int, ...]
    priors: int
    trained: int  # how often the ranking was worked out anew

    @property
    def shown(self) -> tuple[int, ...]:
        """Return the rows that were shown, without those known before."""
        return self.order[self.priors :]

    def relevant_at(self, labels: Sequence[bool]) -> list[int]:
        """Return the places of the relevant records among those shown, from 1."""
        return [place for place, row in enumerate(self.shown, start=1) if labels[row]]


def replay(
    ranker: Ranker,
    labels: Sequence[bool],
    priors: Sequence[int] = (),
    *,
    batch: int = 1,
    seed: int = 0,
    random_share: float = 0.0,
    watch: Callable[[int], object] = lambda _by: None,
) -> Replay:
    """Replay a set of labelled rows, learning after every ``batch`` records.

    Once every relevant record was shown the rest follows in the last order: nothing can change in
    what is measured. Until the first relevant one is known, a text that says too little
    (``random_share``) is helped by records drawn at random.
    """
    judged = dict.fromkeys(priors, 0) | {row: 1 if labels[row] else -1 for row in priors}
    missing = sum(labels) - sum(sign > 0 for sign in judged.values())
    draw, trained, since = random.Random(seed), 0, 0  # noqa: S311  a lot, not a secret
    while missing:
        ranker.learn(list(judged), list(judged.values()))
        trained += 1
        queue = [int(row) for row in ranker.order(since=since)]
        if not ranker.knows_includes and random_share:
            queue = _mixed(queue, random_share, draw, batch)
        for row in queue[:batch]:
            judged[row] = 1 if labels[row] else -1
            missing -= labels[row]
            since = 0 if labels[row] else since + 1
        watch(min(batch, len(queue)))
    ranker.learn(list(judged), list(judged.values()))
    rest = (int(row) for row in ranker.order())
    return Replay((*judged, *rest), len(priors), trained)


def _mixed(queue: list[int], share: float, draw: random.Random, batch: int) -> list[int]:
    """Put a record drawn at random in the place of some of the next ones."""
    for place in range(min(batch, len(queue))):
        if draw.random() < share:
            drawn = draw.randrange(place, len(queue))
            queue.insert(place, queue.pop(drawn))
    return queue


def draw_priors(labels: Sequence[bool], seed: int) -> list[int]:
    """Return one relevant and one irrelevant row, drawn by the seed."""
    draw = random.Random(seed)  # noqa: S311  a lot, not a secret
    return [draw.choice([row for row, label in enumerate(labels) if label is wanted])
            for wanted in (True, False)]  # fmt: skip


def rows_of(ids: Iterable[str], places: dict[str, int]) -> list[int]:
    """Return the rows of ids, each once; KeyError for one that is not there."""
    return [places[id] for id in dict.fromkeys(ids)]
