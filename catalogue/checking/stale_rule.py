"""Which claims rest on sources that nobody has looked at for long."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Iterator, Sequence

from catalogue.entries.completeness import has_value
from catalogue.entries.reading import Entry
from search.errors import BadInput
from search.faults import Fault


def limit_of(span: str, today: datetime.date) -> datetime.date:
    """Return the day that lies a span (12m, 2y) before today; BadInput when it is none."""
    found = re.fullmatch(r"([1-9]\d{0,2})([my])", span.strip().lower())
    if not found:
        raise BadInput(f"{span!r} is no span.", where="--stale", remedy="Write 12m or 2y.")
    months = int(found[1]) * (12 if found[2] == "y" else 1)
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    if year < 1:
        raise BadInput(f"{span!r} reaches back too far.", where="--stale", remedy="Write 12m.")
    last = calendar.monthrange(year, month + 1)[1]
    return datetime.date(year, month + 1, min(today.day, last))


def stale(entries: Sequence[Entry], limit: datetime.date) -> Iterator[Fault]:
    """Yield a warning for each claim whose newest check lies before ``limit``."""
    for entry in entries:
        if entry.initiative is None:
            continue
        for claim in entry.initiative.claims:
            checked = entry.initiative.checked(claim)
            if has_value(claim) and checked and checked < limit:
                what = f"{claim.field} was last checked on {checked}."
                remedy = "Read its sources again, and set their checked."
                yield entry.fault_of(claim, "stale", what, remedy, "warning")
