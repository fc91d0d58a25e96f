"""The lists behind the flow: for each box, and each part of one, the records that it counts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from catalogue.entries.rows import path_of
from catalogue.pages.rendering import Page
from catalogue.pages.site_data import OFFLINE_NOTE, STAGE_WORDS, SiteData
from screening.decision_logs.decisions import Outcome
from screening.prisma.boxes import LABELS, NO_REASON, PARTS
from screening.prisma.flow_values import Flow
from screening.state import FULL_TEXT, TITLE_ABSTRACT
from search.errors import SarcatError

ON_A_PAGE = 200
_BOX = re.compile(r"[a-z]+(_[a-z]+)*")
_RECORDS, _REPORTS = ("record", "records"), ("report", "reports")


def path_of_box(flow: Flow, box: str) -> str | None:
    """Return where the list behind a box, or behind "BOX:PART", begins; None where there is none.

    A part's name is foreign text (a database, a code): its page is named by its place instead.
    """
    whole, _, part = box.partition(":")
    if part:
        parts = list(flow.parts.get(whole, ()))
        return _path(f"{whole}_{parts.index(part) + 1}") if part in parts else None
    return _path(box) if flow.size(box) is not None else None


def _path(name: str, page: int = 1) -> str:
    if not _BOX.fullmatch(re.sub(r"_\d+$", "", name)):
        raise SarcatError(f"{name!r} cannot name a list of the flow.")
    further = f"-page-{page}" if page > 1 else ""
    return f"method/{name.replace('_', '-')}{further}.html"


def box_pages(data: SiteData) -> Iterator[Page]:
    """Give the pages of every box and part, each of at most ON_A_PAGE records."""
    flow = data.flow
    for box, label in LABELS.items():
        if box == "new_studies":
            if flow.studies is not None:
                yield _studies_page(data, label)
        else:
            yield from _pages(data, box, label, flow.keys(box))
    for box, parts in flow.parts.items():
        for number, part in enumerate(parts, start=1):
            words = flow.reason_texts.get(part)
            label = f"{LABELS[PARTS[box]]}: {part}" + (f" ({words.rstrip('.')})" if words else "")
            yield from _pages(data, f"{box}_{number}", label, flow.keys(f"{box}:{part}"))


def _pages(data: SiteData, name: str, label: str, keys: Sequence[str]) -> Iterator[Page]:
    ordered = data.newest_first(keys)
    pages = max(1, -(-len(ordered) // ON_A_PAGE))
    one, many = _REPORTS if label.startswith("Report") else _RECORDS
    for page in range(1, pages + 1):
        first = (page - 1) * ON_A_PAGE
        shown = ordered[first : first + ON_A_PAGE]
        context = {
            "section": "method.html",
            "label": label,
            "count": len(ordered),
            "unit": one if len(ordered) == 1 else many,
            "corpus": OFFLINE_NOTE if data.from_offline_corpus and ordered else None,
            "records": [record(data, key) for key in shown],
            "turn": {
                "page": page,
                "pages": pages,
                "first": first + 1,
                "last": first + len(shown),
                "before": _path(name, page - 1) if page > 1 else None,
                "after": _path(name, page + 1) if page < pages else None,
            },
        }
        yield Page(_path(name, page), "box.html", context)


def record(data: SiteData, key: str) -> dict[str, Any]:
    """Return what a list shows of a record: its line, its initiatives, why it was excluded."""
    name = data.flow.names.get(key, data.state.duplicates.representative_of(key))
    return {
        "line": data.lines[key],
        "initiatives": [
            {"path": path_of(id), "label": data.names[id]}
            for id in data.initiatives_of.get(name, ())
        ],
        "reason": _reason(data, name),
        "same_as": None if key in data.flow.names else name,
    }


def _reason(data: SiteData, name: str) -> str | None:
    for stage in (FULL_TEXT, TITLE_ABSTRACT):
        if data.state.outcomes.get(stage, {}).get(name) is Outcome.EXCLUDED:
            code = data.state.exclusion_reason(name, stage) or NO_REASON
            text = data.flow.reason_texts.get(code)
            said = f"{code}: {text}" if text else code
            return f"Excluded on {STAGE_WORDS[stage]}. {said[:1].upper()}{said[1:]}"
    return None


def _studies_page(data: SiteData, label: str) -> Page:
    studies = [
        {
            "path": path_of(id),
            "name": data.names.get(id, id),
            "reports": [data.lines[key] for key in data.newest_first(keys)],
        }
        for id, keys in (data.flow.studies or {}).items()
    ]
    studies.sort(key=lambda each: str(each["name"]).casefold())
    context = {"section": "method.html", "label": label, "studies": studies}
    return Page(_path("new_studies"), "studies.html", context)
