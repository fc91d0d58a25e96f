"""The timeline: which years each initiative covers, drawn and in words."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from catalogue.entries import vocabulary
from catalogue.entries.initiatives import Initiative, State
from catalogue.entries.rows import path_of
from catalogue.pages.rendering import Page

_DATES = ("started", "data_from", "ended", "data_to")
_GROUPS = ("multinational", "national", "regional", "single-centre")


@dataclass(frozen=True, slots=True)
class Span:
    """The years of one initiative. ``end`` is "ended", "open", or "unknown"."""

    path: str  # of the fact that gives the first of the years
    name: str
    scope: str
    first: int | None
    last: int | None
    end: str

    @property
    def words(self) -> str:
        """Return the years in words."""
        first = str(self.first) if self.first else "start not known"
        if self.end == "open":
            return f"since {first}" if self.first else f"{first}, still running"
        if self.last and self.end == "unknown":
            return (
                f"{first} to {self.last} at least" if self.first else f"until {self.last} at least"
            )
        if self.last:
            return f"{first}–{self.last}" if self.first else f"until {self.last}, {first}"
        return f"since {first}, end not known" if self.first else "years not known"


def timeline_page(initiatives: Sequence[Initiative], as_of: datetime.date | None) -> Page:
    """Return the page; the axis runs over whole decades up to the day of the data."""
    spans = [span_of(each) for each in initiatives]
    years = [year for span in spans for year in (span.first, span.last) if year]
    today = as_of.year if as_of else max(years, default=2000)
    start = min(years, default=today) // 10 * 10
    stop = max([today, *years]) // 10 * 10 + 10
    context = {
        "section": "catalogue.html",
        "decades": range(start, stop, 10),
        "width": stop - start,
        "today": today,
        "undated": sum(span.first is None and span.last is None for span in spans),
        "total": len(spans),
        "groups": [
            {
                "label": vocabulary.label("scopes", scope),
                "rows": [
                    {"span": span, "bar": bar(span, start, today)}
                    for span in sorted(spans, key=_order)
                    if span.scope == scope and (span.first or span.last)
                ],
            }
            for scope in _GROUPS
            if any(span.scope == scope and (span.first or span.last) for span in spans)
        ],
        "without": sorted(
            (span for span in spans if not (span.first or span.last)),
            key=lambda span: span.name.casefold(),
        ),
    }
    return Page("timeline.html", "timeline.html", context)


def _order(span: Span) -> tuple[int, int, str]:
    return (span.first or span.last or 0, span.last or 9999, span.name.casefold())


def span_of(each: Initiative) -> Span:
    """Return the years of an initiative, from when it began to when it stopped collecting."""
    first = _year(each, "started") or _year(each, "data_from")
    last = _year(each, "ended")
    status = each.value("status")
    runs_on = any(claim.state is State.NOT_APPLICABLE for claim in each.claims_on("ended"))
    if last:
        end = "ended"
    elif runs_on or status in vocabulary.RUNNING:
        end = "open"
    else:
        last, end = _year(each, "data_to"), "unknown"
    given = next((name for name in _DATES if _year(each, name)), None)
    path = path_of(each.id) + (f"#fact-{given}" if given else "")
    return Span(path, each.name, each.scope, first, last, end)


def _year(each: Initiative, field: str) -> int | None:
    value = each.value(field)
    text = str(value)[:4]
    return int(text) if value is not None and text.isdigit() else None


def bar(span: Span, start: int, today: int) -> dict[str, Any]:
    """Return where a bar lies on an axis that begins in ``start``: in years, and how it ends."""
    known_from = span.first if span.first is not None else span.last
    assert known_from is not None
    last = today + 1 if span.end == "open" else (span.last or known_from) + 1
    return {
        "x": known_from - start,
        "width": max(last - known_from, 1),
        "open": span.end == "open",
        "fades_in": span.first is None,
        "fades_out": span.end == "unknown",
        "right": last - start,
    }
