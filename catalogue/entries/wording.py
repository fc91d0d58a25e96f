"""A claim in plain words: values, states, dates, counts; the same on every page and terminal.

Nothing here escapes anything: names and notes are foreign text, and each door (page, terminal,
file) makes them harmless in its own way.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from catalogue.entries.initiatives import Claim, State
from catalogue.entries.sources import source_text
from catalogue.entries.vocabulary import COUNTRIES, DOMAIN_STATES, FIELDS, STATES, label, unit_words

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def value_text(claim: Claim) -> str:
    """Return the value of a claim in plain words; empty when it has none.

    Counts come with qualifier, unit and period, countries and terms with their names, dates as
    "14 Jul 2019". The time the value speaks of is apart, in `as_of_text`.
    """
    named = FIELDS.get(claim.field)
    if claim.value is None:
        return ""
    if named is None:
        return str(claim.value)
    return _SHAPES[named.shape](claim.value, named.terms)


def state_text(claim: Claim, checked: datetime.date | None, *, brief: bool = False) -> str:
    """Return what a claim's state says, with the day it was looked for; empty for `known`.

    ``checked`` is the day of the newest evidence of the claim, or of the entry's last check. Where
    it was looked for is left out of a ``brief`` one: a cell of a table has no room for it.
    """
    if claim.state is State.KNOWN:
        return ""
    said = STATES[claim.state.value].label
    if claim.state is State.UNKNOWN and checked:
        where = f" in {_listed(claim.looked)}" if claim.looked and not brief else ""
        said += f" (looked{where} on {date_text(checked.isoformat())})"
    return said


def _listed(parts: Sequence[str]) -> str:
    *others, last = parts
    return f"{', '.join(others)} and {last}" if others else last


def as_of_text(claim: Claim) -> str:
    """Return the time the value speaks of: "as of Jul 2021"; empty when it says none."""
    return f"as of {date_text(claim.as_of)}" if claim.as_of else ""


def claim_text(claim: Claim, checked: datetime.date | None = None) -> str:
    """Return the whole claim on one line: value or state, and its time."""
    value = value_text(claim)
    said = value or state_text(claim, checked)
    time = as_of_text(claim)
    return f"{said} ({time})" if time else said


def date_text(date: str) -> str:
    """Return a date of EDTF level 0 in words: "2019", "Jul 2019", "14 Jul 2019"."""
    year, *rest = date.split("-")
    words = [year]
    if rest:
        words.insert(0, _MONTHS[int(rest[0]) - 1])
    if len(rest) > 1:
        words.insert(0, str(int(rest[1])))
    return " ".join(words)


def period_text(period: str) -> str:
    """Return a period in words: "2004–2009", "Mar 2004 to Dec 2009", "since 2004"."""
    first, slash, last = period.partition("/")
    if not slash:
        return date_text(first)
    if last == "..":
        return f"since {date_text(first)}"
    if len(first) == len(last) == 4:
        return f"{first}–{last}"
    return f"{date_text(first)} to {date_text(last)}"


def count_text(count: Mapping[str, Any]) -> str:
    """Return a count in words: "at least 12,000 patients (1993–2009): after validation"."""
    number = f"{count['n']:,}"
    if "n_max" in count:
        number += f" to {count['n_max']:,}"
    most = count.get("n_max", count["n"])
    words = [
        label("qualifiers", count.get("qualifier", "exact")),
        number,
        unit_words(count.get("unit", ""), most),
        label("count_rhythms", count["per"]) if count.get("per") else "",
    ]
    said = " ".join(word for word in words if word)
    if count.get("period"):
        said += f" ({period_text(count['period'])})"
    if count.get("part"):
        said += ", of a part"
    return f"{said}: {count['what']}" if count.get("what") else said


def country_name(code: str) -> str:
    """Return a country's name, or the code itself where there is none."""
    return COUNTRIES[code].name if code in COUNTRIES else code


def _joined(parts: list[str], mark: str = ", ") -> str:
    return mark.join(part for part in parts if part)


def _span(value: Mapping[str, Any]) -> str:
    first, last = value.get("from"), value.get("to")
    if first and last:
        return period_text(f"{first}/{last}")
    if last:
        return f"until {date_text(last)}"
    return f"since {date_text(first)}" if first else ""


def _details(name: str, *details: str) -> str:
    inside = _joined(list(details))
    return f"{name} ({inside})" if inside else name


def _places(places: list[dict[str, Any]], _terms: str) -> str:
    def one(place: dict[str, Any]) -> str:
        role = place.get("role", "contributes")
        said = "" if role == "contributes" else label("place_roles", role)
        return _details(country_name(place["code"]), said, _span(place))

    return _joined([one(place) for place in places])


def _domains(value: Mapping[str, str], terms: str) -> str:
    groups = []
    for state, term in DOMAIN_STATES.items():
        names = [label(terms, domain) for domain in value if value[domain] == state]
        if names:
            groups.append(f"{term.label}: {', '.join(names)}")
    return "; ".join(groups)


def _ages(value: Mapping[str, Any], _terms: str) -> str:
    least, most = value.get("min"), value.get("max")
    if least is not None and most is not None:
        years = f"{least} to {most} years"
    elif most is not None:
        years = f"up to {most} years"
    else:
        years = f"{least} years and over" if least is not None else ""
    groups = _joined([label("age_groups", code) for code in value.get("groups", ())])
    said = f"{groups} ({years})" if groups and years else groups or years
    return said[:1].upper() + said[1:]


def _dictionary(value: Mapping[str, Any], _terms: str) -> str:
    variables = f"{value['variables']:,} variables" if "variables" in value else ""
    public = {True: "public", False: "not public"}.get(value.get("public"), "")  # type: ignore[arg-type]
    return _joined([value.get("url", ""), variables, public])


def _links(value: list[dict[str, Any]], _terms: str) -> str:
    return _joined(
        [
            _details(
                each["what"],
                label("link_states", each["state"]) if "state" in each else "",
                label("link_methods", each["how"]) if "how" in each else "",
            )
            for each in value
        ],
        "; ",
    )


def _organisations(value: list[dict[str, Any]], _terms: str) -> str:
    return _joined(
        [
            _details(each["name"], country_name(each.get("country", "")), each.get("role", ""))
            for each in value
        ],
        "; ",
    )


def _funders(value: list[dict[str, Any]], _terms: str) -> str:
    return _joined(
        [
            _details(
                each["name"],
                label("funding_kinds", each["kind"]) if "kind" in each else "",
                each.get("what", ""),
                _span(each),
            )
            for each in value
        ],
        "; ",
    )


def _identifiers(value: list[dict[str, str]], _terms: str) -> str:
    return _joined([f"{label('identifier_schemes', e['scheme'])} {e['value']}" for e in value])


def _legal(value: Mapping[str, str], _terms: str) -> str:
    consent = label("consents", value["consent"]) if "consent" in value else ""
    said = _joined([consent, value.get("basis", "")], "; ")
    return said[:1].upper() + said[1:]


_ROUTE = {
    "form": "form",
    "body": "decided by",
    "fee": "fee",
    "time": "time",
    "non_members": "non-members",
    "industry": "industry",
    "other_countries": "other countries",
}


def _route(value: Mapping[str, Any], _terms: str) -> str:
    steps = list(value.get("steps", ()))
    if len(steps) > 1:
        steps = [f"{number}. {step}" for number, step in enumerate(steps, start=1)]
    rest = [f"{said}: {value[key]}" for key, said in _ROUTE.items() if key in value]
    return " ".join([*steps, _joined(rest, "; ")]).strip()


def _contact(value: Mapping[str, str], _terms: str) -> str:
    return _details(
        _joined([value.get("form", ""), value.get("address", "")]), value.get("role", "")
    )


#: How the value of each shape is put into words: from the value and the name of its list of terms.
_SHAPES: dict[str, Callable[[Any, str], str]] = {
    "code": lambda value, terms: label(terms, value),
    "codes": lambda value, terms: _joined([label(terms, code) for code in value]),
    "text": lambda value, _: str(value),
    "texts": lambda value, _: _joined(list(value), "; "),
    "date": lambda value, _: date_text(value),
    "url": lambda value, _: str(value),
    "works": lambda value, _: _joined([source_text(source) for source in value]),
    "count": lambda value, _: count_text(value),
    "domains": _domains,
    "places": _places,
    "ages": _ages,
    "identifiers": _identifiers,
    "dictionary": _dictionary,
    "links": _links,
    "organisations": _organisations,
    "funders": _funders,
    "legal": _legal,
    "route": _route,
    "contact": _contact,
}
