"""The words of the catalogue: fields, terms, countries, tumours, relations, each with its label.

Read once from ``data/vocabulary/``, which ships with the program; VERSION is that of all of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Literal, TypeVar

import rtoml

Need = Literal["required", "expected", "optional"]


@dataclass(frozen=True, slots=True)
class Term:
    """A word that a field may hold. ``also`` are other spellings, which the check corrects."""

    code: str
    label: str
    help: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unit(Term):
    """What a count counts; ``label`` is the plural, ``one`` the singular."""

    one: str = ""


@dataclass(frozen=True, slots=True)
class Kind(Term):
    """A kind of initiative, with its category in the EHDS, at EMA and in MIABIS (None: none)."""

    ehds: str | None = None
    ema: str | None = None
    miabis: str | None = None


@dataclass(frozen=True, slots=True)
class Tumour(Term):
    """A tumour term: the term it is a kind of, ORPHA, ICD-O-3.2 morphology, WHO 2020 group."""

    broader: str | None = None
    orpha: str | None = None
    icd_o: tuple[str, ...] = ()
    who: str | None = None


@dataclass(frozen=True, slots=True)
class Continent(Term):
    """A continent of the standard M49 of the United Nations, with its countries' codes."""

    countries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Relation(Term):
    """A type of tie between two initiatives; ``inverse`` is how the other one's page says it.

    ``opposite`` are words for the other direction, in which the tie is not written.
    """

    inverse: str = ""
    symmetric: bool = False
    opposite: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Country:
    """A country or territory of ISO 3166-1; ``code`` is its alpha-2 code."""

    code: str
    name: str
    alpha_3: str
    numeric: str


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an entry; ``shape`` says what its value looks like (see `shapes`)."""

    name: str
    label: str
    group: str
    shape: str
    help: str
    terms: str = ""  # the list in TERMS that its values come from
    need: Need = "optional"
    several: bool = False  # known claims may stand side by side

    @property
    def required(self) -> bool:
        """Return whether an entry without a value or an explicit state is not published."""
        return self.need == "required"


AnyTerm = TypeVar("AnyTerm", bound=Term)


_FILES = ("vocabulary.toml", "tumours.toml", "countries.toml")
_TEXTS = {
    name: (resources.files("data") / "vocabulary" / name).read_text(encoding="utf-8")
    for name in _FILES
}


def _terms(tables: Mapping[str, Mapping[str, Any]], kind: type[AnyTerm]) -> dict[str, AnyTerm]:
    return {
        code: kind(code=code, **{name: _frozen(value) for name, value in table.items()})
        for code, table in tables.items()
    }


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


_MAIN, _TUMOURS, _PLACES = (rtoml.loads(_TEXTS[name]) for name in _FILES)
_UNITS = ("case_units", "centre_units", "output_units")
_APART = ("version", "date", "groups", "fields", "kinds", "relations", *_UNITS)

VERSION: str = _MAIN["version"]
#: Tells one state of the files from another, so that what was worked out from them can be again.
DIGEST = hashlib.sha256("\0".join(_TEXTS.values()).encode()).hexdigest()
GROUPS: dict[str, str] = _MAIN["groups"]
FIELDS: dict[str, Field] = {name: Field(name, **table) for name, table in _MAIN["fields"].items()}
KINDS = _terms(_MAIN["kinds"], Kind)
TUMOURS = _terms(_TUMOURS["tumours"], Tumour)
RELATIONS = _terms(_MAIN["relations"], Relation)
COUNTRIES = {code: Country(code, **table) for code, table in _PLACES["countries"].items()}
COUNTRY_SLIPS: dict[str, str] = _PLACES["slips"] | {
    country.alpha_3: code for code, country in COUNTRIES.items()
}
NOT_COUNTRIES: dict[str, str] = _PLACES["not_countries"]
CONTINENTS = _terms(_PLACES["continents"], Continent)
#: The continent of each country that lies in one.
CONTINENT_OF = {code: each for each, held in CONTINENTS.items() for code in held.countries}

#: Every list of terms by its name, as `Field.terms` and the parts of a value refer to it.
TERMS: dict[str, Mapping[str, Term]] = {
    **{name: _terms(table, Term) for name, table in _MAIN.items() if name not in _APART},
    **{name: _terms(_MAIN[name], Unit) for name in _UNITS},
    "kinds": KINDS,
    "relations": RELATIONS,
    "tumours": TUMOURS,
}
SCOPES = TERMS["scopes"]
STATUSES = TERMS["status"]
RUNNING = ("active", "recruiting")  # those statuses under which an initiative goes on
ACCESS = TERMS["access"]
DOMAINS = TERMS["domains"]
DOMAIN_STATES = TERMS["domain_states"]
CONFIDENCE = TERMS["confidence"]
STATES = TERMS["states"]


def label(terms: str, code: str) -> str:
    """Return the label of a term, or the code itself where the list does not know it."""
    found = TERMS[terms].get(code)
    return found.label if found else code


def unit_words(code: str, number: int) -> str:
    """Return the name of a unit as it stands behind ``number``: "1 patient", "2 patients"."""
    for name in _UNITS:
        unit = TERMS[name].get(code)
        if isinstance(unit, Unit):
            return unit.one if number == 1 else unit.label
    return code


def broader_tumours(code: str) -> Iterator[str]:
    """Yield the terms that a tumour is a kind of, the nearest first."""
    tumour = TUMOURS.get(code)
    while tumour and tumour.broader:
        yield tumour.broader
        tumour = TUMOURS.get(tumour.broader)


def meant(word: str, terms: Mapping[str, Term]) -> str | None:
    """Return the code that a wrong word most likely means, or None."""
    from search.faults import nearest

    folded = word.strip().casefold().replace(" ", "-").replace("_", "-")
    for code, term in terms.items():
        names = (code, term.label, *term.also)
        if folded in {name.casefold().replace(" ", "-").replace("_", "-") for name in names}:
            return code
    return nearest(folded, list(terms))
