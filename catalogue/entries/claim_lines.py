"""Claims as lines of an entry's page: the value, as text or in parts, and its sources' numbers."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalogue.entries import vocabulary
from catalogue.entries.completeness import YEAR
from catalogue.entries.initiatives import Claim, Initiative, State
from catalogue.entries.rows import country_path, facet_path
from catalogue.entries.sources import address, source_text
from catalogue.entries.wording import (
    as_of_text,
    country_name,
    date_text,
    period_text,
    state_text,
    value_text,
)


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
    form: str = "text"  # how the parts stand: places, terms, links, items, domains
    note: str | None = None
    marks: tuple[int, ...] = ()
    old: str = ""  # the day of its newest check, where that was more than a year before the edition


class EntryView:
    """An initiative with its sources numbered in the order of its file: so anchors stay."""

    def __init__(self, initiative: Initiative, as_of: datetime.date | None = None) -> None:
        self.initiative = initiative
        self.as_of = as_of
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
        parts, form = ((), "text") if brief or not text else self._parts(claim)
        return Line(
            text=self.timed(text, claim) if text else self.stated(claim, brief=brief),
            known=claim.state in (State.KNOWN, State.DISPUTED, State.NONE),
            parts=parts,
            form=form,
            note=None if brief else _note(claim, form),
            marks=self.marks(claim.evidence),
            old=self._old(claim) if text else "",
        )

    def _old(self, claim: Claim) -> str:
        """Return the day of a claim's newest check if it is out of date, else ""."""
        checked = self.initiative.checked(claim)
        if not checked or not self.as_of or self.as_of - checked <= YEAR:
            return ""
        return date_text(checked.isoformat())

    def _parts(self, claim: Claim) -> tuple[tuple[Part, ...], str]:
        if vocabulary.FIELDS[claim.field].shape == "works":
            return tuple(self._work(each) for each in claim.value), "items"
        return _parts(claim)

    def _work(self, source: str) -> Part:
        """Return a paper by its title, where a source of the entry tells it, else by its key."""
        held = (each for each in self.initiative.evidence.values() if each.source == source)
        paper = next((each for each in held if each.title), None)
        if paper is None:
            return Part(source_text(source), address=address(source))
        year = f" ({paper.year})" if paper.year else ""
        return Part(f"{paper.title}{year}", address=address(source))

    def stated(self, claim: Claim, *, brief: bool = False) -> str:
        """Return what a claim without a value says, with the day it was looked into."""
        said = state_text(claim, self.initiative.checked(claim), brief=brief)
        without_end = claim.field == "ended" and claim.state is State.NOT_APPLICABLE
        if without_end and self.initiative.value("status") in vocabulary.RUNNING:
            return f"{said}: it has not ended"
        return said

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
    if vocabulary.FIELDS[claim.field].terms == "tumours":
        return tuple(_tumour(code) for code in value), "terms"
    if shape == "url":
        return (Part(bare_address(value), address=value),), "links"
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


def _tumour(code: str) -> Part:
    path = facet_path("tumours", code) if code in vocabulary.TUMOURS else None
    return Part(vocabulary.label("tumours", code), path=path)


def bare_address(url: str) -> str:
    """Return a web address as people read it, without scheme and closing slash."""
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
        yield Part(f"{number}. {step}", sign="step") if len(steps) > 1 else Part(step)
    for key, label in _TABLE_LABELS.items():
        if key not in value:
            continue
        held = value[key]
        if key in ("form", "url"):
            yield Part(bare_address(held), address=held, more=label)
        else:
            words = {True: "yes", False: "no"}.get(held) if isinstance(held, bool) else None
            yield Part(words or (f"{held:,}" if isinstance(held, int) else str(held)), more=label)
