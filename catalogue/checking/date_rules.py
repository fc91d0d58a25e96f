"""Rules on the dates of an entry: nothing from the future, nothing out of order.

``day`` is the day that nothing may lie behind; None where it is not known.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from catalogue.entries.initiatives import Initiative, State
from catalogue.entries.reading import Entry
from search.faults import Fault
from search.toml_lines import KeyPath


def dates(entry: Entry, initiative: Initiative, day: datetime.date | None) -> Iterator[Fault]:
    """Nothing was read, checked or published after ``day``."""
    behind = "Correct the date."
    if day:
        for path, date in _days(initiative):
            if date > day:
                what = f"{path[-1]} is {date}, after {day}."
                yield entry.fault("future", entry.line(*path), what, behind)
        for id, each in initiative.evidence.items():
            if each.year and each.year > day.year:
                what = f"the year {each.year} of {id} is still to come."
                yield entry.fault("future", entry.line("evidence", id, "year"), what, behind)
        for claim in initiative.claims:
            if claim.as_of and claim.as_of > day.isoformat()[: len(claim.as_of)]:
                what = f"{claim.field} speaks of {claim.as_of}, which is still to come."
                yield entry.fault_of(claim, "future", what, behind)
    last, due = initiative.last_checked, initiative.next_check
    if last and due and due < last:
        what = f"next_check ({due}) lies before last_checked ({last})."
        yield entry.fault("order", entry.line("record", "next_check"), what, behind)


def _days(initiative: Initiative) -> Iterator[tuple[KeyPath, datetime.date]]:
    for name in ("first_published", "last_checked", "confirmed"):
        date = getattr(initiative, name)
        if date:
            yield ("record", name), date
    for id, each in initiative.evidence.items():
        yield ("evidence", id, "checked"), each.checked
        if each.second_checked:
            yield ("evidence", id, "second_checked"), each.second_checked


def checked_after_source(
    entry: Entry, initiative: Initiative, _day: datetime.date | None
) -> Iterator[Fault]:
    """No source was checked before it appeared."""
    for id, each in initiative.evidence.items():
        if each.year and each.checked.year < each.year:
            what = f"{id} was checked on {each.checked}, before its year {each.year}."
            yield entry.fault(
                "order", entry.line("evidence", id, "checked"), what, "Correct one of them."
            )


def life(entry: Entry, initiative: Initiative, day: datetime.date | None) -> Iterator[Fault]:
    """Start, end and status do not contradict one another."""
    status = {claim.value for claim in initiative.known("status")}
    for first, last in (("started", "ended"), ("data_from", "data_to")):
        starts = [claim.value for claim in initiative.known(first)]
        for claim in initiative.known(last):
            if any(claim.value < start[: len(claim.value)] for start in starts):
                what = f"{last} ({claim.value}) lies before {first} ({max(starts)})."
                yield entry.fault_of(claim, "order", what, "Correct one of them.")
    for name in ("started", "ended", "data_from", "data_to"):
        for claim in initiative.known(name):
            ahead = day and claim.value > day.isoformat()[: len(claim.value)]
            if ahead and "planned" not in status and name != "data_to":
                what = f"{name} ({claim.value}) is still to come, and the status is not planned."
                yield entry.fault_of(claim, "future", what, "Correct the date or the status.")
    running = status & {"planned", "recruiting", "active"}
    over = status & {"ended", "merged"}
    for claim in initiative.claims_on("ended"):
        if claim.state is State.KNOWN and running and not over:
            what = f"it ended in {claim.value}, and yet its status is {min(running)}."
            yield entry.fault_of(claim, "status", what, "Correct one of them.")
        if claim.state is State.NOT_APPLICABLE and over and not running:
            what = f"its status is {min(over)}, and yet ended does not apply."
            yield entry.fault_of(claim, "status", what, 'Give the year, or state = "unknown".')


RULES = (dates, checked_after_source, life)
