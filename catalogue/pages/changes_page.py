"""The changes: what came in, what was said otherwise and why, what was searched, day by day.

What changed field by field comes from the review's change log (`sarcat changes --keep`); the rest
from the entries' own dates and the search runs.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from catalogue.entries.initiatives import Initiative
from catalogue.entries.rows import path_of
from catalogue.history.change_log import KeptChange
from catalogue.pages.rendering import Page, number
from screening.state import ReviewState
from search.runs import SearchRun

_STATES = {"partial": "partial", "failed": "failed"}
_WORDS = {
    "added": ("New entry", "new entries"),
    "checked": ("Entry checked again", "entries checked again"),
    "confirmed": ("Entry confirmed by its holder", "entries confirmed by their holders"),
    "changed": ("Statement changed in an entry", "entries with changed statements"),
    "searched": ("Search or import", "searches and imports"),
}
_MANY = 12  # entries of one day that are listed at once; more stand behind a fold


def changes_page(
    initiatives: Sequence[Initiative], state: ReviewState, kept: Sequence[KeptChange] = ()
) -> Page:
    """Return the page: days, the newest first, each with what happened."""
    days: dict[str, dict[str, list[Any]]] = {}

    def on(day: datetime.date | str | None) -> dict[str, list[Any]]:
        return days.setdefault(str(day), {kind: [] for kind in _WORDS})

    for each in sorted(initiatives, key=lambda each: (each.name.casefold(), each.id)):
        link = {"path": path_of(each.id), "name": each.name, "version": each.version}
        if each.first_published:
            on(each.first_published)["added"].append(link)
        if each.last_checked and each.last_checked != each.first_published:
            on(each.last_checked)["checked"].append(link)
        if each.confirmed:
            on(each.confirmed)["confirmed"].append(link)
    here = {each.id for each in initiatives}
    for change in kept:
        if change.change.kind != "added":  # an entry says itself since when it is here
            on(change.day)["changed"].append(_kept(change, here))
    for run in state.runs:
        on(run.executed_at[:10])["searched"].append(_run(run))
    context = {
        "section": "changes.html",
        "days": [
            {"day": day, "groups": list(_groups(found))}
            for day, found in sorted(days.items(), reverse=True)
        ],
        "many": _MANY,
    }
    return Page("changes.html", "changes.html", context)


def _groups(found: dict[str, list[Any]]) -> Iterator[dict[str, Any]]:
    for kind, (one, many) in _WORDS.items():
        if found[kind]:
            count = len(found[kind])
            label = one if count == 1 else f"{number(count)} {many}"
            yield {"kind": kind, "label": label, "rows": found[kind]}


def _kept(kept: KeptChange, here: Collection[str]) -> dict[str, Any]:
    change = kept.change
    return {
        "name": change.name,
        "path": path_of(change.initiative) if change.initiative in here else None,
        "what": {"removed": "taken out", "renamed": f"renamed from {change.former}"}.get(
            change.kind, ""
        ),
        "fields": [{"label": each.label, "old": each.old, "new": each.new}
                   for each in change.fields],
        "why": list(change.why),
    }  # fmt: skip


def _run(run: SearchRun) -> dict[str, Any]:
    return {
        "name": run.database,
        "state": _STATES.get(run.state, ""),
        "whole": run.state in ("ok", "empty"),
        "count": f"{number(run.parsed)} records read, {number(run.new)} of them new",
    }
