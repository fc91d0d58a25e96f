"""What the value of each field looks like: plain data that the reader and the schema rest on."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Form = Literal["one", "list", "table", "tables", "map"]
LARGEST = 10**10  # no registry holds more, and SQLite's whole numbers end at 2**63


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a value: what it is, the terms it is chosen from, what holds when absent."""

    type: str  # text, texts, whole, flag, date, period, url, term, country, source, …
    terms: str = ""  # a list of the vocabulary; empty: the list that the field names
    required: bool = False
    default: Any = None
    words: str = ""  # an example, for messages


@dataclass(frozen=True, slots=True)
class Shape:
    """The form of a value and its parts; a value without parts of its own has the part ""."""

    form: Form
    parts: Mapping[str, Part] = field(default_factory=dict)


_TEXT = Part("text")
_DATE = Part("date")

SHAPES: dict[str, Shape] = {
    "code": Shape("one", {"": Part("term")}),
    "codes": Shape("list", {"": Part("term")}),
    "text": Shape("one", {"": _TEXT}),
    "texts": Shape("list", {"": _TEXT}),
    "date": Shape("one", {"": _DATE}),
    "url": Shape("one", {"": Part("url")}),
    "works": Shape("list", {"": Part("source")}),
    "domains": Shape("map", {"": Part("term", "domain_states")}),
    "places": Shape(
        "tables",
        {
            "code": Part("country", required=True, words='"FR"'),
            "role": Part("term", "place_roles", default="contributes"),
            "from": _DATE,
            "to": _DATE,
        },
    ),
    "count": Shape(
        "table",
        {
            "n": Part("whole", required=True, words="1200"),
            "n_max": Part("whole"),  # the upper end, where the source gives a range
            "unit": Part("term", required=True, words='"patients"'),
            "qualifier": Part("term", "qualifiers", default="exact"),
            "what": _TEXT,
            "period": Part("period"),
            "per": Part("term", "count_rhythms"),
            "part": Part("flag", default=False),  # counts a part of the initiative only
        },
    ),
    "ages": Shape(
        "table",
        {"min": Part("whole"), "max": Part("whole"), "groups": Part("terms", "age_groups")},
    ),
    "identifiers": Shape(
        "tables",
        {
            "scheme": Part("term", "identifier_schemes", required=True, words='"nct"'),
            "value": Part("text", required=True, words='"NCT01234567"'),
        },
    ),
    "dictionary": Shape(
        "table", {"url": Part("url"), "variables": Part("whole"), "public": Part("flag")}
    ),
    "links": Shape(
        "tables",
        {
            "what": Part("text", required=True, words='"Cause of Death Register"'),
            "how": Part("term", "link_methods"),
            "state": Part("term", "link_states"),
        },
    ),
    "organisations": Shape(
        "tables",
        {
            "name": Part("text", required=True, words='"Example University Hospital"'),
            "country": Part("country"),
            "ror": Part("ror"),
            "role": _TEXT,
        },
    ),
    "funders": Shape(
        "tables",
        {
            "name": Part("text", required=True, words='"Example Cancer Charity"'),
            "kind": Part("term", "funding_kinds"),
            "what": _TEXT,
            "from": _DATE,
            "to": _DATE,
        },
    ),
    "legal": Shape("table", {"consent": Part("term", "consents"), "basis": _TEXT}),
    "route": Shape(
        "table",
        {
            "steps": Part("texts"),
            "form": Part("url"),
            "body": _TEXT,
            "fee": _TEXT,
            "time": _TEXT,
            "non_members": _TEXT,
            "industry": _TEXT,
            "other_countries": _TEXT,
        },
    ),
    "contact": Shape("table", {"form": Part("url"), "address": Part("address"), "role": _TEXT}),
}


# --- dates: EDTF level 0 -------------------------------------------------------------------------

_EDTF = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def edtf_fault(text: str) -> str | None:
    """Return what is wrong with a date of EDTF level 0 (2019, 2019-07, 2019-07-14), or None."""
    found = _EDTF.fullmatch(text)
    if not found:
        return "a date is written 2019, 2019-07 or 2019-07-14"
    year, month, day = (int(part) if part else 1 for part in found.groups())
    try:
        datetime.date(year, month, day)
    except ValueError:
        return "the calendar has no such date"
    return None if 1800 <= year <= 2200 else "the year cannot be meant"
