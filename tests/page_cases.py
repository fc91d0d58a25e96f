"""Sites of a few entries or records, for the tests of single pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flow_cases import state as review_state
from site_cases import Html, data, html

from catalogue.entries.initiatives import Initiative
from catalogue.pages.site_data import SiteData, record_line
from catalogue.site.site import write as write_site
from screening.prisma.flow import flow_of
from search.records import Record, StoredRecord
from search.runs import SearchRun


def site_of(made: SiteData, folder: Path) -> Path:
    return write_site(made, folder / "site").folder


def entry_page(folder: Path, each: Initiative, *others: Initiative) -> Html:
    return html(site_of(data(each, *others), folder), f"initiatives/{each.id}.html")


def review_data(
    runs: list[tuple[SearchRun, list[str]]],
    events: list[Any] = (),  # type: ignore[assignment]
    *initiatives: Initiative,
    **values: Any,
) -> SiteData:
    """Site data of a review whose records are made up from their keys."""
    state = review_state(runs, events, values.pop("sets", None), reviewers=1)
    keys = {key for _, held in runs for key in held}
    records = {key: StoredRecord(key, Record(title=f"Title of {key}", year=2000)) for key in keys}
    lines = {key: record_line(each, {}) for key, each in records.items()}
    rests_on = {each.id: [s.source for s in each.evidence.values()] for each in initiatives}
    return SiteData(initiatives, state, flow_of(state, rests_on), lines, **values)
