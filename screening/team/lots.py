"""Which reviewers of a larger team judge which record: drawn by lot, the same on every machine.

Pure: the protocol's seed and names in, reviewers out.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection

from search.protocol import Protocol, Stage


class Lots:
    """Who is to judge which record at a stage, where the protocol has them drawn from a team.

    Each record draws for each reviewer, by the protocol's seed, and those with the lowest numbers
    judge it: weighted rendezvous hashing (Thaler and Ravishankar 1998, doi 10.1109/90.663936; the
    weights after Efraimidis and Spirakis 2006, doi 10.1016/j.ipl.2005.11.003). A record's draw
    depends on nothing but itself: records that come in later move no other, and of a reviewer who
    joins or retires only the records change hands that are, or were, that reviewer's own.
    """

    def __init__(self, protocol: Protocol, stage: Stage) -> None:
        self._stage = stage
        self._team = {
            each.name: each.share for each in protocol.reviewers
            if each.is_at(stage.name) and each.share > 0
        }  # fmt: skip
        self._begun = {
            name: hashlib.sha256(f"{protocol.seed}\n{stage.name}\n{name}\n".encode())
            for name in self._team
        }

    def falls_to(self, reviewer: str, key: str, judges: Collection[str]) -> bool:
        """Return whether a record that is not yet judged by enough is this reviewer's to judge.

        Whoever has judged it has taken a seat, assigned or retired or neither.
        """
        return not self._stage.assigned or reviewer in self.seats(key, judges)

    def seats(self, key: str, judges: Collection[str]) -> list[str]:
        """Return who is still to judge a record, in the order of the draw."""
        free = max(self._stage.reviewers_per_record - len(judges), 0)
        waiting = [name for name in self._team if name not in judges]
        return sorted(waiting, key=lambda name: (self._number(name, key), name))[:free]

    def _number(self, name: str, key: str) -> float:
        drawn = self._begun[name].copy()
        drawn.update(key.encode("utf-8", "surrogatepass"))
        uniform = (int.from_bytes(drawn.digest()[:6]) + 1) / (2**48 + 1)
        return -math.log(uniform) / self._team[name]
