"""Initiatives as rows of a table: what a reader compares at a glance."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from catalogue.entries import vocabulary
from catalogue.entries.completeness import has_value
from catalogue.entries.entry_toml import ID
from catalogue.entries.found_by import found_by, holdings, places
from catalogue.entries.initiatives import Claim, Initiative, State
from catalogue.entries.wording import country_name, value_text
from search.errors import SarcatError
from search.records import fold

_SHOWN_COUNTRIES = 3


@dataclass(frozen=True, slots=True)
class Row:
    """One initiative in a list. ``words`` is its text, folded, for the instant filter."""

    path: str
    name: str
    acronym: str | None
    kind: str
    scope: str
    countries: str
    countries_known: bool
    size: str  # the newest count with its unit; empty where there is none
    size_note: str  # the time it speaks of, or why there is none
    order: int  # the count itself, by which the list can be sorted; -1 where there is none
    access: str
    access_known: bool
    checked: datetime.date | None
    published: datetime.date | None
    sourced: int  # facts with a source
    beside: str  # what the row does not show of it: continents, data held, standards; folded
    words: str


def path_of(id: str) -> str:
    """Return where the page of an initiative is, within the site; SarcatError if ``id`` is none.

    Entries are checked long before; a page's name is the last place where an id could be a path.
    """
    if not ID.fullmatch(id):
        raise SarcatError(f"{id!r} is no id of an initiative, and cannot name a page.")
    return f"initiatives/{id}.html"


def country_path(code: str) -> str:
    """Return where the page of a country is, within the site."""
    return facet_path("countries", code)


def facet_path(folder: str, code: str) -> str:
    """Return where the page of a term is: of a country, kind, tumour, domain, access, status."""
    return f"{folder}/{code.lower()}.html"


def feed_path(folder: str, code: str) -> str:
    """Return where the feed of a country or tumour is, within the site."""
    return f"feeds/{folder}/{code.lower()}.xml"


def row_of(initiative: Initiative) -> Row:
    """Return the row of one initiative."""
    size, size_note = _size(initiative)
    access, access_known = _access(initiative)
    return Row(
        path=path_of(initiative.id),
        name=initiative.name,
        acronym=initiative.acronym,
        kind=kinds_of(initiative),
        scope=vocabulary.label("scopes", initiative.scope),
        countries=_countries(initiative),
        countries_known=bool(initiative.countries),
        size=size,
        size_note=size_note,
        order=claim.value["n"] if (claim := newest_count(initiative)) else -1,
        access=access,
        access_known=access_known,
        checked=initiative.last_checked,
        published=initiative.first_published,
        sourced=sum(bool(c.evidence) and has_value(c) for c in initiative.claims),
        beside=_folded((*places(initiative), *holdings(initiative))),
        words=_words(initiative),
    )


def kinds_of(initiative: Initiative) -> str:
    """Return the kinds of an initiative in words: "Clinical registry, biobank"."""
    first, *others = [vocabulary.label("kinds", code) for code in initiative.kind] or [""]
    return ", ".join([first, *(lowered(each) for each in others)])


def lowered(label: str) -> str:
    """Return a label as it stands within a sentence; an abbreviation keeps its capitals."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def newest_count(initiative: Initiative) -> Claim | None:
    """Return the count of cases that speaks of the latest time; patients before other units.

    Plans, yearly numbers and counts of a part do not stand for the whole.
    """
    counts = [
        claim
        for claim in initiative.claims_on("cases")
        if claim.state in (State.KNOWN, State.DISPUTED)
        and claim.value.get("qualifier") != "planned"
        and not claim.value.get("per")
        and not claim.value.get("part")
    ]
    return max(
        counts,
        key=lambda c: (c.value["unit"] == "patients", _time_of(c), c.value["n"]),
        default=None,
    )


def _time_of(claim: Claim) -> str:
    """Return the time that a count speaks of, "" where none is said."""
    if claim.as_of:
        return claim.as_of
    return str(claim.value.get("period") or "").rpartition("/")[2].strip(".")


def _size(initiative: Initiative) -> tuple[str, str]:
    claim = newest_count(initiative)
    if claim is not None:
        value = {name: claim.value[name] for name in ("n", "n_max", "unit", "qualifier")
                 if name in claim.value}  # fmt: skip
        bare = Claim(field="cases", value=value)
        time = _time_of(claim)[:4]
        disputed = "sources disagree" if claim.state is State.DISPUTED else ""
        return value_text(bare), "; ".join(part for part in (time, disputed) if part)
    held = initiative.claims_on("cases")
    unsaid = [claim for claim in held if not has_value(claim)]
    if held and not unsaid:
        return "", "only parts counted"
    return "", _unsaid(unsaid)


def _access(initiative: Initiative) -> tuple[str, bool]:
    claims = initiative.claims_on("access")
    known = [value_text(claim) for claim in claims if has_value(claim)]
    if known:
        return "; ".join(dict.fromkeys(known)), True
    return _unsaid(claims), False


def _unsaid(claims: Sequence[Claim]) -> str:
    """Return why a cell has no value. The day stands in a column of its own."""
    return vocabulary.STATES[claims[0].state.value].label if claims else "Not yet checked"


def _countries(initiative: Initiative) -> str:
    names = sorted(country_name(code) for code in initiative.countries)
    if not names:
        return _unsaid(initiative.claims_on("countries"))
    if len(names) <= _SHOWN_COUNTRIES + 1:
        return ", ".join(names)
    return f"{', '.join(names[:_SHOWN_COUNTRIES])} and {len(names) - _SHOWN_COUNTRIES} more"


def _words(initiative: Initiative) -> str:
    """Return everything a reader may filter by: its names, and what it is found by."""
    names = (initiative.name, initiative.acronym or "", *initiative.aliases)
    return _folded((*names, *initiative.name_local.values(), *found_by(initiative)))


def _folded(parts: Iterable[str]) -> str:
    """Return the words of texts, folded, each once."""
    return " ".join(dict.fromkeys(fold(" ".join(parts)).split()))
