"""The page of one initiative: a view of its claims, each with marks that lead to its sources."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalogue.entries import vocabulary
from catalogue.entries.claim_lines import EntryView, Line, bare_address
from catalogue.entries.completeness import LEVELS, YEAR, Completeness, completeness
from catalogue.entries.initiatives import Claim, Evidence, Initiative, State
from catalogue.entries.rows import lowered, path_of
from catalogue.entries.sources import address, source_text
from catalogue.entries.ties import Tie, relation
from catalogue.entries.wording import (
    claim_text,
    date_text,
)
from catalogue.pages.entry_figures import course, small_map, strip
from catalogue.pages.glance import glance
from catalogue.pages.json_ld import entry_document
from catalogue.pages.rendering import Page
from catalogue.pages.site_settings import Settings

_NO_SETTINGS = Settings()
_QUOTED = 80  # letters of a value that a letter on it repeats


@dataclass(frozen=True, slots=True)
class Fact:
    """Everything that is said of one field."""

    field: str
    label: str
    lines: tuple[Line, ...]
    disputed: bool = False
    checked: datetime.date | None = None
    correct: str | None = None  # an address that opens a letter or an issue on it


@dataclass(frozen=True, slots=True)
class Source:
    """One source as the list of sources shows it."""

    number: int
    address: str
    title: str
    known_as: str
    year: int | None
    place: str
    checked: datetime.date
    old: bool
    whole_entry: bool
    background: bool
    note: str | None
    second: str
    supports: tuple[tuple[str | None, str], ...]  # field (None: of the head) and label


def page(
    initiative: Initiative,
    ties: Iterable[Tie],
    names: Mapping[str, str],
    reports: Sequence[Mapping[str, Any]],
    as_of: datetime.date | None,
    settings: Settings = _NO_SETTINGS,
    compared: str | None = None,
) -> Page:
    """Return the page. ``ties`` are the relations in both directions, ``names`` of all entries.

    ``reports`` are the records of the review that are tied to it; ages are counted from ``as_of``;
    ``settings`` say where the site will stand and how to reach its makers; ``compared`` is where
    the page lies that sets it beside others.
    """
    view = EntryView(initiative, as_of)
    complete = completeness(initiative, as_of)
    context = {
        "section": "catalogue.html",
        "id": initiative.id,
        "name": initiative.name,
        "acronym": initiative.acronym,
        "local_names": sorted(initiative.name_local.items()),
        "aliases": ", ".join(initiative.aliases),
        "summary": initiative.summary,
        "summary_marks": view.head_marks("summary"),
        "glance": list(glance(view)),
        "website": initiative.value("website"),
        "checked": initiative.last_checked,
        "groups": list(_groups(view, settings)),
        "map": small_map(initiative),
        "strip": strip(initiative),
        "course": course(view),
        "ld": entry_document(initiative, settings.address),
        "permalink": settings.address + path_of(initiative.id) if settings.address else "",
        "compared": compared,
        "version": initiative.version,
        "correct": settings.write_to_us(
            f"{initiative.id}: correction", correction_text(initiative, None)
        ),
        "not_sought": _not_sought(initiative),
        "relations": [relation(tie, names, view) for tie in ties],
        "sources": list(_sources(view, as_of)),
        "placeless": not all(each.locator for each in initiative.evidence.values()),
        "reports": reports,
        "completeness": _completeness(initiative, complete),
        "citation": _citation(initiative),
    }
    return Page(path_of(initiative.id), "initiative.html", context)


# --- all facts, in groups ----------------------------------------------------------------------


def _groups(view: EntryView, settings: Settings) -> Iterator[dict[str, Any]]:
    for name, label in vocabulary.GROUPS.items():
        facts = [
            fact
            for field in vocabulary.FIELDS.values()
            if field.group == name and (fact := _fact(view, field, settings))
        ]
        if facts:
            yield {"name": name, "label": label, "facts": facts}


def _fact(view: EntryView, field: vocabulary.Field, settings: Settings) -> Fact | None:
    """Return what is said of a field; None where nobody has looked yet, or said a word on it."""
    claims = [c for c in view.initiative.claims_on(field.name) if _says_something(c)]
    if not claims:
        return None
    lines = tuple(view.line(claim) for claim in claims)
    disputed = any(claim.state is State.DISPUTED for claim in claims)
    days = [day for claim in claims if (day := view.initiative.checked(claim))]
    correct = settings.is_reachable and settings.write_to_us(
        f"{view.initiative.id}: {field.label}",
        correction_text(view.initiative, field.label, "; ".join(map(claim_text, claims))),
    )
    return Fact(field.name, field.label, lines, disputed, max(days, default=None), correct or None)


def correction_text(initiative: Initiative, field: str | None, says: str = "") -> str:
    """Return what a letter or an issue on an entry, or one of its fields, begins with."""
    what = f"Field: {field}\nIt says: {_cut(says)}" if field else "Field:"
    return (
        f"Entry: {initiative.name} ({initiative.id}, version {initiative.version})\n{what}\n"
        "It should say:\nA public source that says so:\n"
    )


def _cut(text: str) -> str:
    return text if len(text) <= _QUOTED else text[:_QUOTED].rsplit(" ", 1)[0] + " …"


def _cut_address(text: str) -> str:
    """Return an address cut to its first letters, between two of its words where it has any."""
    if len(text) <= _QUOTED:
        return text
    words = re.match(r".*[/_-]", text[:_QUOTED])
    return (words.group()[:-1] if words and "/" in words.group()[:-1] else text[:_QUOTED]) + "…"


def _says_something(claim: Claim) -> bool:
    return claim.state is not State.NOT_SOUGHT or bool(claim.note)


def _not_sought(initiative: Initiative) -> str:
    said = {claim.field for claim in initiative.claims if _says_something(claim)}
    return ", ".join(
        lowered(field.label) for name, field in vocabulary.FIELDS.items() if name not in said
    )


# --- sources, the record ----------------------------------------------------------------------


def _sources(view: EntryView, as_of: datetime.date | None) -> Iterator[Source]:
    supports: dict[str, dict[str, str]] = {id: {} for id in view.number}
    for claim in view.initiative.claims:
        for id in claim.evidence:
            if id in supports:
                supports[id][claim.field] = vocabulary.FIELDS[claim.field].label
    for id, each in view.initiative.evidence.items():
        head = [(None, lowered(name)) for name in each.supports]
        fields = [(field, lowered(label)) for field, label in supports[id].items()]
        yield _source(view.number[id], each, (*head, *fields), as_of)


def _source(
    number: int,
    each: Evidence,
    supports: tuple[tuple[str | None, str], ...],
    as_of: datetime.date | None,
) -> Source:
    name = source_text(each.source)
    return Source(
        number=number,
        address=address(each.source),
        title=each.title or _cut_address(bare_address(name)),
        known_as=name if each.title and each.source.startswith(("pmid:", "doi:")) else "",
        year=each.year,
        place=each.locator or "",
        checked=each.checked,
        old=as_of is not None and as_of - each.checked > YEAR,
        whole_entry=each.of == "entry",
        background=each.role == "background",
        note=each.note,
        second=f"a second time on {date_text(each.second_checked.isoformat())}"
        if each.second_checked
        else "",
        supports=supports,
    )


_BAR = 320  # width of the bar's drawing


def _completeness(initiative: Initiative, found: Completeness) -> dict[str, Any]:
    fields = len(vocabulary.FIELDS)
    level = f"Level {found.level} of 5. {LEVELS[found.level]}." if found.level else "No level yet."
    words = [level]
    if found.oldest:
        words.append(f"The oldest check is of {date_text(found.oldest.isoformat())}.")
    if initiative.confirmed:
        words.append(f"The holder confirmed it on {date_text(initiative.confirmed.isoformat())}.")
    known = round(_BAR * found.stated / fields)
    return {
        "known": found.stated,
        "sought": found.sought,
        "open": found.open,
        "fields": fields,
        "known_width": known,
        "sought_width": round(_BAR * (found.stated + found.sought) / fields) - known,
        "words": " ".join(words),
    }


def _citation(initiative: Initiative) -> str:
    dated = f", {initiative.last_checked.year}" if initiative.last_checked else ""
    day = initiative.last_checked
    checked = f", last checked {date_text(day.isoformat())}" if day else ""
    return (
        f"{initiative.name}. In: Sarcat, the catalogue of sarcoma databases{dated}. "
        f"Entry “{initiative.id}”, version {initiative.version}{checked}."
    )
