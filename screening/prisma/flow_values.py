"""The flow as values: its boxes, each a set of record keys, and what stands beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from screening.looked_again import Looked
from screening.prisma.boxes import LABELS, PARTS
from screening.prisma.placing import NONE, Keys
from screening.stops import Stop
from search.errors import BadInput
from search.faults import nearest
from search.runs import SearchRun


@dataclass(frozen=True)
class Flow:
    """All boxes as sets of keys. ``studies`` maps each included initiative to its reports.

    ``open_runs`` are searches that failed or broke off and were not made good since. ``as_of`` is
    the UTC time of the newest run or event.
    """

    boxes: Mapping[str, Keys]
    parts: Mapping[str, Mapping[str, Keys]]
    studies: Mapping[str, Keys] | None
    names: Mapping[str, str]  # of each report: the key that names it here, to that of its set
    reason_texts: Mapping[str, str]  # of exclusion codes, from the protocol
    offline: tuple[str, ...]  # labels of databases that the offline corpus stands in for
    open_runs: tuple[SearchRun, ...]
    lossy_imports: tuple[SearchRun, ...]
    stop: Stop | None  # of title and abstract screening, before all was read
    log_faults: int  # faults of the decision logs for which a judgement may be missing
    never_searched: bool  # no search has been run and nothing imported
    as_of: str | None
    second_looks: Mapping[str, Looked] = field(default_factory=dict)  # by stage

    def size(self, box: str) -> int | None:
        """Return the number in a box; None for studies where nobody counted them."""
        if box == "new_studies":
            return None if self.studies is None else len(self.studies)
        return len(self.boxes[box])

    @property
    def unread(self) -> int:
        """Return how many records nobody judged since screening was stopped."""
        return sum(len(self.boxes[box]) for box in
                   ("records_not_screened", "other_records_not_screened"))  # fmt: skip

    @property
    def undecided(self) -> int:
        """Return how many records and reports still wait for somebody."""
        return sum(len(self.boxes[box]) for box in (
            "awaiting_title_abstract", "awaiting_full_text", "conflicts"))  # fmt: skip

    @property
    def is_interim(self) -> bool:
        """Return whether anything is undecided, a search not whole, a log damaged (PF-03).

        So is a review that nobody has searched for: its zeros are no findings.
        """
        return bool(self.undecided or self.open_runs or self.log_faults or self.never_searched)

    def keys(self, box: str) -> list[str]:
        """Return the keys in a box, in order; "BOX:PART" is one part of it (PF-16)."""
        whole, _, part = box.partition(":")
        if part and part in self.parts.get(whole, {}):
            return sorted(self.parts[whole][part])
        if box == "new_studies":
            return sorted(self.studies or {})
        if box in self.boxes:
            return sorted(self.boxes[box])
        if box in PARTS:
            return sorted(self.boxes[PARTS[box]])
        raise _no_box(box, self)

    def boxes_of(self, key: str) -> list[str]:
        """Return every box and part that holds a key, in the diagram's order."""
        found = [box for box in LABELS if key in self.boxes.get(box, NONE)]
        return found + [
            f"{box}:{part}" for box, parts in self.parts.items() for part, keys in parts.items()
            if key in keys
        ]  # fmt: skip


def _no_box(box: str, flow: Flow) -> BadInput:
    parts = [f"{name}:{part}" for name, each in flow.parts.items() for part in each]
    known = [*LABELS, *PARTS, *parts]
    guess = nearest(box, known)
    return BadInput(
        f"the flow has no box {box!r}.",
        remedy=f"Did you mean {guess!r}?" if guess else f"Boxes are: {', '.join(LABELS)}.",
    )
