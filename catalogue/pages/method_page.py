"""The method page: what was asked, how it was searched and screened, and what came of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from markupsafe import Markup

from catalogue.entries import vocabulary
from catalogue.pages.box_pages import path_of_box
from catalogue.pages.rendering import Page, day, number
from catalogue.pages.site_data import OFFLINE_NOTE, STAGE_WORDS, SiteData
from screening.prisma.boxes import IDENTIFIED, LABELS
from screening.prisma.flow_diagram import to_svg
from screening.prisma.flow_list import LEFT_OUT, Entry, arms, has_other_methods
from screening.prisma.flow_relations import notes_of
from search.protocol import Stage
from search.records import OFFLINE_CORPUS
from search.runs import SearchRun

_STATES = {
    "ok": "Complete",
    "empty": "Complete, nothing found",
    "partial": "Partial: broke off before its end",
    "failed": "Failed",
}
_KINDS = {
    "database": "database",
    "register": "register of studies",
    "website": "website",
    "organisation": "organisation",
    "citation": "citation searching",
    "contact": "personal contact",
    "other": "other source",
}
# Boxes that stand beside the one before, and do not follow from it.
_BESIDE = frozenset(box for _, *others in IDENTIFIED.values() for box in others) | {"new_reports"}


def method_page(data: SiteData) -> Page:
    """Return the page; each number of the flow on it leads to the list behind it."""
    protocol, flow = data.state.protocol, data.flow
    shown: list[dict[str, Any]] = [
        {"label": label, "boxes": [_box(data, entry) for entry in entries]}
        for label, entries in arms(flow)
    ]
    listed = {box["path"] for arm in shown for box in _all(arm["boxes"])}
    context = {
        "protocol": protocol,
        "notes": notes_of(flow),
        "interim": flow.is_interim,
        "short": list(_short(data)),
        # Made by `flow_diagram`, which escapes every text it draws.
        "diagram": Markup(to_svg(flow, link_of=lambda box: path_of_box(flow, box))),  # noqa: S704
        "broad": has_other_methods(flow),
        "flow": shown,
        "further": list(_further(data, listed)),
        "corpus": OFFLINE_NOTE if data.from_offline_corpus else None,
        "runs": [_run(run) for run in reversed(data.state.runs)],
        "strategies": protocol.strategies,
        "screening": list(_screening(data)),
        "excluded": list(_excluded(data)),
        "awaiting": flow.size("awaiting_full_text") or 0,
        "states": [term for code, term in vocabulary.STATES.items() if code != "known"],
    }
    return Page("method.html", "method.html", context)


def _short(data: SiteData) -> Iterator[dict[str, Any]]:
    """Give the review in six numbers, each with where the page or a list tells more of it."""
    flow = data.flow

    def of(*boxes: str) -> str:
        return number(sum(flow.size(box) or 0 for box in boxes))

    identified = (box for arm in IDENTIFIED.values() for box in arm)
    yield {"value": of(*identified), "label": "records identified", "path": "#searches"}
    for boxes, label, path in (
        (("records_excluded", "other_records_excluded"), "excluded on title and abstract", "#flow"),
        (("dbr_excluded", "other_excluded"), "excluded at full text", "#excluded"),
        (("new_reports",), "reports included", path_of_box(flow, "new_reports")),
        (("new_studies",), "initiatives they describe", path_of_box(flow, "new_studies")),
    ):
        yield {"value": of(*boxes), "label": label, "path": path}
    newest = max((run.executed_at for run in data.state.runs), default=None)
    yield {"value": day(newest) or "none", "label": "last search", "path": "#searches"}


def _box(data: SiteData, entry: Entry) -> dict[str, Any]:
    return {
        "label": entry.label,
        "number": "not counted" if entry.number is None else number(entry.number),
        "path": path_of_box(data.flow, entry.box),
        "place": "out" if entry.box in LEFT_OUT else "with" if entry.box in _BESIDE else "",
        "parts": [_box(data, part) for part in entry.parts],
    }


def _all(boxes: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for box in boxes:
        yield box
        yield from _all(box["parts"])


def _further(data: SiteData, shown: Collection[str | None]) -> Iterator[dict[str, Any]]:
    """Give the lists that the diagram has no box for: what still waits, what was known before."""
    for box, label in LABELS.items():
        path = path_of_box(data.flow, box)
        if path and path not in shown:
            arm = " (other methods)" if box.startswith("other_") else ""
            yield {
                "label": f"{label}{arm}",
                "path": path,
                "number": number(data.flow.size(box) or 0),
            }


# --- searches ----------------------------------------------------------------------------------


def _run(run: SearchRun) -> dict[str, Any]:
    return {
        "id": run.id,
        "anchor": "run-" + re.sub(r"[^A-Za-z0-9-]", "-", run.id),
        "time": run.executed_at,
        "database": run.database,
        "strategy": run.strategy,
        "state": _STATES[run.state],
        "whole": run.state in ("ok", "empty"),
        "count": "not said" if run.count is None else number(run.count),
        "fetched": run.fetched,
        "parsed": run.parsed,
        "new": run.new,
        "facts": list(_run_facts(run)),
        "problem": run.problem,
        "query": run.query,
        "translation": run.translation,
        "remarks": list(_run_remarks(run)),
        "warnings": run.warnings,
    }


def _run_facts(run: SearchRun) -> Iterator[str]:
    yield _KINDS[run.kind]
    if run.platform:
        yield f"platform {run.platform}"
    if run.interface:
        yield f"by {run.interface}"
    if run.file:
        yield f"file {run.file.name}, {run.file.format}, SHA-256 {run.file.sha256}"


def _run_remarks(run: SearchRun) -> Iterator[str]:
    if run.source == OFFLINE_CORPUS:
        yield OFFLINE_NOTE
    if run.note:
        yield run.note
    if run.limits:
        yield f"Limits: {'; '.join(run.limits)}."
    if run.missing:
        shown = ", ".join(run.missing[:20]) + (", …" if len(run.missing) > 20 else "")
        yield f"Not received, or not read: {number(len(run.missing))} ({shown})."
    for problem in run.file.problems if run.file else ():
        place = f"line {problem.line}: " if problem.line else ""
        yield f"Problem in the file, {place}{problem.text}"


# --- screening ---------------------------------------------------------------------------------


def _screening(data: SiteData) -> Iterator[str]:
    """Give in sentences how screening is done, who did how much of it, and what was seeded."""
    for stage in data.state.protocol.stages:
        yield _stage(stage)
    for (reviewer, name), count in sorted(_decisions(data).items()):
        yield f"{reviewer} has judged {_records(count)} on {STAGE_WORDS.get(name, name)}."
    for reviewer, count in sorted(data.seeded.items()):
        yield (
            f"Of the decisions of {reviewer}, {number(count)} were seeded: they come from a single "
            "reader’s judgement, made when the offline corpus was compiled, and not from screening "
            "record by record. They will be judged again; until then they are provisional."
        )
    if data.state.decisions and any(run.source == OFFLINE_CORPUS for run in data.state.runs):
        yield (
            "These are readings of the offline corpus: of bibliographic facts and of summaries in "
            "our own words, and at full text of the facts recorded from a report, never of the "
            "publishers’ texts. A report of which nobody could read more stands as not retrieved."
        )
    if not data.state.decisions:
        yield "Nobody has judged a record yet."
    yield (
        "A decision is a line that is added to a log and never changed; a change of mind is a "
        "further line. The logs are part of the repository."
    )


def _stage(stage: Stage) -> str:
    count = stage.reviewers_per_record
    who = "one reviewer" if count == 1 else f"{count} reviewers, independently of each other"
    maybe = (
        "a “maybe” goes on to the next stage"
        if stage.maybe_counts_as == "include"
        else "a “maybe” is talked over"
    )
    reason = "every exclusion gives its reason" if stage.reason_required else "reasons are optional"
    words = STAGE_WORDS.get(stage.name, stage.name)
    return f"On {words}, each record is judged by {who}; {maybe}; {reason}."


def _decisions(data: SiteData) -> Counter[tuple[str, str]]:
    return Counter(
        (reviewer, stage)
        for (_key, stage), held in data.state.decisions.items()
        for reviewer in held
    )


def _records(count: int) -> str:
    return f"{number(count)} record{'' if count == 1 else 's'}"


def _excluded(data: SiteData) -> Iterator[dict[str, Any]]:
    """Give each reason of exclusion at full text with its numbers in both arms of the flow."""
    flow = data.flow
    arms = {"dbr_excluded": "Databases and registers", "other_excluded": "Other methods"}
    for code in dict.fromkeys(code for arm in arms for code in flow.parts[arm]):
        yield {
            "code": code,
            "text": flow.reason_texts.get(code, ""),
            "arms": [
                {
                    "label": label,
                    "count": len(flow.parts[arm].get(code, ())),
                    "path": path_of_box(flow, f"{arm}:{code}") if code in flow.parts[arm] else None,
                }
                for arm, label in arms.items()
            ],
        }
