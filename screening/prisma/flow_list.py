"""The flow as an ordered list: what a screen reader hears, and what the terminal shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from screening.prisma.boxes import IDENTIFIED, LABELS, OTHER, PARTS, PLACES, STUDY_AND_REPORT
from screening.prisma.flow_relations import notes_of
from screening.prisma.flow_values import Flow

# Boxes of ours that are left out where they are empty: the official figure does not have them.
_ONLY_WHEN_FILLED = frozenset({
    "records_not_screened", "other_records_not_screened",
    "records_awaiting", "dbr_awaiting", "other_results", "other_known", "other_duplicates",
    "other_records_excluded", "other_records_awaiting", "other_awaiting",
})  # fmt: skip
# Sums over both arms: for status and lists, not places of the diagram.
_SUMS = frozenset({
    "awaiting_title_abstract", "awaiting_full_text", "conflicts", "dbr_included", "other_included",
})  # fmt: skip
#: Boxes at the side of the diagram: whoever is in one of them goes no further.
LEFT_OUT = frozenset(box for arm in PLACES.values() for box in arm) - _SUMS
_BROKEN_DOWN = {whole: parts for parts, whole in PARTS.items()}


@dataclass(frozen=True, slots=True)
class Entry:
    """One number of the flow: ``box`` is what ``--list`` takes; None: nobody counted it."""

    box: str
    label: str
    number: int | None
    parts: tuple[Entry, ...] = ()

    def __str__(self) -> str:
        number = "not counted" if self.number is None else f"n = {self.number}"
        return f"{self.label} ({number})"


def to_list(flow: Flow) -> tuple[Entry, ...]:
    """Return the numbers of the flow in the order in which the diagram is read."""
    return tuple(
        Entry(box, label, flow.size(box), tuple(parts_of(flow, box)))
        for box, label in LABELS.items()
        if is_shown(flow, box)
    )


def has_other_methods(flow: Flow) -> bool:
    """Return whether anything was identified by other methods: only then is that arm drawn."""
    return any(flow.boxes[box] for box in IDENTIFIED[OTHER])


def is_shown(flow: Flow, box: str) -> bool:
    """Return whether a box has a place in the diagram."""
    if box in _SUMS or (box in _ONLY_WHEN_FILLED and not flow.size(box)):
        return False
    is_of_other_arm = box.startswith(("other_", "website_", "organisation_", "citations_"))
    return not is_of_other_arm or has_other_methods(flow)


def parts_of(flow: Flow, box: str) -> Iterator[Entry]:
    """Give the parts into which a box is broken down, with the reasons in words."""
    name = _BROKEN_DOWN.get(box)
    for part, keys in flow.parts.get(name or "", {}).items():
        words = flow.reason_texts.get(part) if name == box else None
        yield Entry(f"{name}:{part}", f"{part}: {words}" if words else part, len(keys))


def to_document(flow: Flow) -> dict[str, Any]:
    """Return the flow as JSON values, keyed by the box ids of PRISMA 2020 and ours.

    What the ids of the standard break down (reasons, single databases) is an object of numbers.
    """
    document: dict[str, Any] = {"interim": flow.is_interim, "as_of": flow.as_of}
    for box in LABELS:
        document[box] = flow.size(box)
    for name, parts in flow.parts.items():
        document[name] = {part: len(keys) for part, keys in parts.items()}
    document["notes"] = [STUDY_AND_REPORT, *notes_of(flow)]
    return document


_HEADINGS = {
    "database_results": "Databases and registers",
    "website_results": "Other methods",
    "new_studies": "Included",
}


def arms(flow: Flow) -> Iterator[tuple[str, list[Entry]]]:
    """Give the arms of the diagram and what they lead to, each by its name, with its boxes."""
    found: dict[str, list[Entry]] = {}
    for entry in to_list(flow):
        heading = _HEADINGS.get(entry.box) or next(reversed(found))
        found.setdefault(heading, []).append(entry)
    yield from found.items()


def lines(flow: Flow) -> Iterator[str]:
    """Give the flow as text, with the sentences that must stand under the figure."""
    for heading, entries in arms(flow):
        yield heading
        for entry in entries:
            yield f"  {entry}"
            yield from (f"      {part}" for part in entry.parts)
    yield from ("", STUDY_AND_REPORT, *notes_of(flow))
