"""The page of one initiative: a view of its claims, each with marks that lead to its sources."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalogue import vocabulary
from catalogue.completeness import LEVELS, YEAR, Completeness, completeness
from catalogue.initiatives import Claim, Evidence, Initiative, State
from catalogue.rendering import Page
from catalogue.rows import country_path, kinds_of, lowered, newest_count, path_of
from catalogue.sources import address, source_text
from catalogue.wording import (
    as_of_text,
    country_name,
    date_text,
    period_text,
    state_text,
    value_text,
)

Tie = tuple[str, str, str | None, tuple[str, ...]]  # words, id of the other, note, evidence


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a value that is a link or has a sign of its own."""

    text: str
    address: str | None = None  # outside
    path: str | None = None  # within the site
    more: str = ""
    sign: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One claim as the page shows it: text, or parts; then the numbers of its sources."""

    text: str
    known: bool = True
    parts: tuple[Part, ...] = ()
    form: str = "text"  # how the parts stand: places, links, items, domains
    note: str | None = None
    marks: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """Everything that is said of one field."""

    field: str
    label: str
    lines: tuple[Line, ...]
    disputed: bool = False


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
) -> Page:
    """Return the page. ``ties`` are the relations in both directions, ``names`` of all entries.

    ``reports`` are the records of the review that are tied to it; ages are counted from ``as_of``.
    """
    view = _View(initiative)
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
        "glance": list(_glance(view)),
        "website": initiative.value("website"),
        "checked": initiative.last_checked,
        "groups": list(_groups(view)),
        "not_sought": _not_sought(initiative),
        "relations": [_relation(view, names, *tie) for tie in ties],
        "sources": list(_sources(view, as_of)),
        "reports": reports,
        "completeness": _completeness(initiative, complete),
        "citation": _citation(initiative),
    }
    return Page(path_of(initiative.id), "initiative.html", context)


class _View:
    """An initiative with its sources numbered in the order of its file: so anchors stay."""

    def __init__(self, initiative: Initiative) -> None:
        self.initiative = initiative
        self.number = {id: place for place, id in enumerate(initiative.evidence, start=1)}

    def marks(self, evidence: Iterable[str]) -> tuple[int, ...]:
        """Return the numbers of some evidence, in order."""
        return tuple(sorted({self.number[id] for id in evidence if id in self.number}))

    def head_marks(self, *names: str) -> tuple[int, ...]:
        """Return the numbers of the evidence that supports a part of the entry's head."""
        found = self.initiative.evidence.items()
        return self.marks(id for id, each in found if set(names) & set(each.supports))

    def line(self, claim: Claim, *, brief: bool = False) -> Line:
        """Return a claim as a line; a brief one has no parts and no note."""
        text = value_text(claim)
        parts, form = ((), "text") if brief or not text else _parts(claim)
        return Line(
            text=self.timed(text, claim)
            if text
            else state_text(claim, self.initiative.checked(claim)),
            known=claim.state in (State.KNOWN, State.DISPUTED, State.NONE),
            parts=parts,
            form=form,
            note=None if brief else _note(claim, form),
            marks=self.marks(claim.evidence),
        )

    @staticmethod
    def timed(text: str, claim: Claim) -> str:
        """Return a value with the time it speaks of."""
        time = as_of_text(claim)
        if vocabulary.FIELDS[claim.field].shape == "count":
            text = text[:1].upper() + text[1:]
        if not time:
            return text
        return f"{text[:-1]}, {time})" if text.endswith(")") else f"{text} ({time})"


# --- values in parts ---------------------------------------------------------------------------


def _parts(claim: Claim) -> tuple[tuple[Part, ...], str]:
    """Return the parts of values that are more than text, and how the parts stand."""
    value, shape = claim.value, vocabulary.FIELDS[claim.field].shape
    if shape == "places":
        ordered = sorted(value, key=lambda place: country_name(place["code"]))
        return tuple(_place(place) for place in ordered), "places"
    if shape == "works":
        return tuple(Part(source_text(each), address=address(each)) for each in value), "links"
    if shape == "url":
        return (Part(_bare(value), address=value),), "links"
    if shape == "domains":
        return tuple(_domains(value)), "domains"
    if shape in ("route", "contact", "dictionary"):
        return tuple(_table(value)), "items"
    if shape in ("texts", "organisations", "funders", "links") and len(value) > 1:
        singles = [Claim(claim.field, value=[each]) for each in value]
        return tuple(Part(value_text(each)) for each in singles), "items"
    return (), "text"


def _note(claim: Claim, form: str) -> str | None:
    """Return our note; where the value stands in parts, its time goes before it."""
    time = as_of_text(claim) if form != "text" else ""
    return ". ".join(part for part in (time[:1].upper() + time[1:], claim.note or "") if part)


def _place(place: Mapping[str, Any]) -> Part:
    role = place.get("role", "contributes")
    first, last = place.get("from"), place.get("to")
    span = ""
    if first or last:
        span = period_text(f"{first}/{last or '..'}") if first else f"until {date_text(str(last))}"
    said = "" if role == "contributes" else vocabulary.label("place_roles", role)
    code = place["code"]
    path = country_path(code) if code in vocabulary.COUNTRIES else None
    return Part(country_name(code), path=path, more=", ".join(p for p in (said, span) if p))


def _bare(url: str) -> str:
    return url.removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")


def _domains(value: Mapping[str, str]) -> Iterator[Part]:
    """Give all domains, those that no source speaks of too: a hole is a finding."""
    for code, term in vocabulary.DOMAINS.items():
        state = value.get(code)
        known = vocabulary.DOMAIN_STATES.get(state or "")
        yield Part(term.label, sign=state or "open", more=known.label if known else "Not stated")


_TABLE_LABELS = {
    "form": "Form", "body": "Decided by", "fee": "Fee", "time": "Time it takes",
    "non_members": "Non-members", "industry": "Industry", "other_countries": "Other countries",
    "address": "Address", "role": "Role", "url": "Address", "variables": "Variables",
    "public": "Public",
}  # fmt: skip


def _table(value: Mapping[str, Any]) -> Iterator[Part]:
    """Give the parts of a table in its order: steps first, then what is named."""
    steps = value.get("steps", ())
    for number, step in enumerate(steps, start=1):
        yield Part(f"{number}. {step}" if len(steps) > 1 else step)
    for key, label in _TABLE_LABELS.items():
        if key not in value:
            continue
        held = value[key]
        if key in ("form", "url"):
            yield Part(_bare(held), address=held, more=label)
        else:
            words = {True: "yes", False: "no"}.get(held) if isinstance(held, bool) else None
            yield Part(words or (f"{held:,}" if isinstance(held, int) else str(held)), more=label)


# --- the first screen --------------------------------------------------------------------------

_QUESTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Who is in it", ("tumours", "ages")),
    ("How many", ("cases",)),
    ("Where", ("countries", "centres")),
    ("Since when", ("started", "ended", "status")),
    ("Can I use it", ("access",)),
)
# What a cell of the first screen says before a value that would not explain itself.
_BEFORE = {"started": "Since ", "ended": "until "}
_SHOWN = 6  # countries or tumours that a cell names before it counts the others


def _glance(view: _View) -> Iterator[dict[str, Any]]:
    """Give the questions a reader comes with, each with its answer or why there is none."""
    entry = view.initiative
    scope = vocabulary.label("scopes", entry.scope)
    words = ", ".join(part for part in (kinds_of(entry), lowered(scope) if scope else "") if part)
    head = Line(words, marks=view.head_marks("kind", "scope"))
    yield {"question": "What it is", "lines": [head], "more": False}
    for question, fields in _QUESTIONS:
        lines = [line for name in fields for line in _brief(view, name)]
        more = "access" in fields and entry.value("access_route") is not None
        yield {"question": question, "lines": lines, "more": more}


def _brief(view: _View, field: str) -> list[Line]:
    claims = view.initiative.claims_on(field)
    if field == "cases":
        newest = newest_count(view.initiative)
        if newest and newest.state is State.KNOWN:
            claims = (newest,)
    if field == "centres":
        claims = claims[-1:]
    if field in ("ages", "centres", "ended"):  # said where there is something to say
        claims = tuple(claim for claim in claims if claim.value is not None)
    elif not claims:
        return [Line(f"{vocabulary.FIELDS[field].label}: not yet checked", known=False)]
    return [_brief_line(view, claim) for claim in claims]


def _brief_line(view: _View, claim: Claim) -> Line:
    line = view.line(claim, brief=True)
    if claim.value is None:
        label = vocabulary.FIELDS[claim.field].label
        return Line(f"{label}: {lowered(line.text)}", line.known, marks=line.marks)
    text = line.text
    if claim.field in ("countries", "tumours") and len(claim.value) > _SHOWN:
        few = Claim(claim.field, value=claim.value[: _SHOWN - 1])
        text = f"{value_text(few)} and {len(claim.value) - _SHOWN + 1} more"
    return Line(_BEFORE.get(claim.field, "") + text, line.known, marks=line.marks)


# --- all facts, in groups ----------------------------------------------------------------------


def _groups(view: _View) -> Iterator[dict[str, Any]]:
    for name, label in vocabulary.GROUPS.items():
        facts = [
            fact
            for field in vocabulary.FIELDS.values()
            if field.group == name and (fact := _fact(view, field))
        ]
        if facts:
            yield {"name": name, "label": label, "facts": facts}


def _fact(view: _View, field: vocabulary.Field) -> Fact | None:
    """Return what is said of a field; None where nobody has looked yet."""
    claims = [c for c in view.initiative.claims_on(field.name) if c.state is not State.NOT_SOUGHT]
    if not claims:
        return None
    lines = tuple(view.line(claim) for claim in claims)
    disputed = any(claim.state is State.DISPUTED for claim in claims)
    return Fact(field.name, field.label, lines, disputed)


def _not_sought(initiative: Initiative) -> str:
    said = {c.field for c in initiative.claims if c.state is not State.NOT_SOUGHT}
    return ", ".join(
        lowered(field.label) for name, field in vocabulary.FIELDS.items() if name not in said
    )


# --- relations, sources, the record ------------------------------------------------------------


def ties_of(initiatives: Sequence[Initiative]) -> dict[str, list[Tie]]:
    """Return each initiative's relations, those that others state about it turned round."""
    ties: dict[str, list[Tie]] = {each.id: [] for each in initiatives}
    for each in initiatives:
        for relation in each.relations:
            said = vocabulary.RELATIONS.get(relation.type)
            words = said.label if said else relation.type
            ties[each.id].append((words, relation.to, relation.note, relation.evidence))
            if relation.to in ties:
                inverse = said.inverse if said else f"{relation.type} (stated by the other)"
                ties[relation.to].append((inverse, each.id, relation.note, ()))
    return ties


def _relation(
    view: _View,
    names: Mapping[str, str],
    words: str,
    other: str,
    note: str | None,
    evidence: tuple[str, ...],
) -> dict[str, Any]:
    known = other in names
    return {
        "label": words[:1].upper() + words[1:],
        "name": names[other] if known else other,
        "path": path_of(other) if known else None,
        "note": note if evidence else _elsewhere(note),
        "marks": view.marks(evidence),
    }


def _elsewhere(note: str | None) -> str:
    return f"{note} (Source: see that entry.)" if note else "Source: see that entry."


def _sources(view: _View, as_of: datetime.date | None) -> Iterator[Source]:
    supports: dict[str, dict[str, str]] = {id: {} for id in view.number}
    for claim in view.initiative.claims:
        for id in claim.evidence:
            if id in supports:
                supports[id][claim.field] = vocabulary.FIELDS[claim.field].label
    for id, each in view.initiative.evidence.items():
        head = [(None, lowered(name)) for name in each.supports]
        fields = [(field, label) for field, label in supports[id].items()]
        yield _source(view.number[id], each, (*head, *fields), as_of)


def _source(
    number: int,
    each: Evidence,
    supports: tuple[tuple[str | None, str], ...],
    as_of: datetime.date | None,
) -> Source:
    known_as = source_text(each.source)
    return Source(
        number=number,
        address=address(each.source),
        title=each.title or _bare(known_as),
        known_as=_bare(known_as) if each.title and not each.source.startswith("url:") else "",
        year=each.year,
        place=each.locator or "place not recorded",
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
