"""Read the value of a claim from TOML into JSON values, in the shape of its field.

A value of the wrong form notes a fault at its line and is left out.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from typing import Any

from catalogue.entries import vocabulary
from catalogue.entries.shapes import LARGEST, SHAPES, Part, Shape, edtf_fault
from catalogue.entries.sources import source_fault, url_fault
from search.toml_text import Table, spoken


def read_value(claim: Table, named: vocabulary.Field) -> Any:
    """Read the ``value`` of a claim in the shape of its field; None when absent or faulty."""
    shape = SHAPES[named.shape]
    if "value" not in claim.values:
        return None
    claim.known.add("value")
    written = claim.values["value"]
    if written in ({}, []) or (isinstance(written, str) and not written.strip()):
        claim.fault("value", "empty", "the value is empty.", "Fill it in, or give a state.")
        return None
    return _FORMS[shape.form](claim, shape, named) or None


def _one(claim: Table, shape: Shape, named: vocabulary.Field) -> Any:
    return read_part(claim, "value", shape.parts[""], named.terms)


def _list(claim: Table, shape: Shape, named: vocabulary.Field) -> Any:
    plural = {"term": "terms", "text": "texts", "source": "sources"}[shape.parts[""].type]
    return read_part(claim, "value", Part(plural), named.terms)


def _table(claim: Table, shape: Shape, named: vocabulary.Field) -> Any:
    values = claim.values["value"]
    if not isinstance(values, dict):
        claim.fault("value", "type", f"the value must be a table: {_example(shape)}.")
        return None
    return _parts(Table(claim.document, (*claim.path, "value"), values), shape, named)


def _tables(claim: Table, shape: Shape, named: vocabulary.Field) -> Any:
    values = claim.values["value"]
    if not isinstance(values, list) or not all(isinstance(each, dict) for each in values):
        claim.fault("value", "type", f"the value must be a list of tables: [{_example(shape)}].")
        return None
    path = (*claim.path, "value")
    found = [
        _parts(Table(claim.document, (*path, at), each), shape, named)
        for at, each in enumerate(values)
    ]
    return [each for each in found if each]


def _map(claim: Table, shape: Shape, named: vocabulary.Field) -> Any:
    values = claim.values["value"]
    if not isinstance(values, dict):
        claim.fault("value", "type", 'the value must be a table: { surgery = "yes" }.')
        return None
    table = Table(claim.document, (*claim.path, "value"), values)
    found = {}
    for key in values:
        table.known.add(key)
        if key in vocabulary.TERMS[named.terms]:
            found[key] = read_part(table, key, shape.parts[""])
        else:
            _unknown_term(table, key, key, named.terms)
    order = list(vocabulary.TERMS[named.terms])
    return {key: found[key] for key in sorted(found, key=order.index) if found[key]}


def _parts(table: Table, shape: Shape, named: vocabulary.Field) -> dict[str, Any]:
    values = {key: read_part(table, key, part, named.terms) for key, part in shape.parts.items()}
    table.done()
    return {key: value for key, value in values.items() if value is not None}


def _example(shape: Shape) -> str:
    shown = {key: part.words for key, part in shape.parts.items() if part.required}
    shown = shown or {next(iter(shape.parts)): "…"}
    return "{ " + ", ".join(f"{key} = {words}" for key, words in shown.items()) + " }"


_FORMS: dict[str, Callable[[Table, Shape, vocabulary.Field], Any]] = {
    "one": _one,
    "list": _list,
    "table": _table,
    "tables": _tables,
    "map": _map,
}


# --- parts ---------------------------------------------------------------------------------------


def read_part(table: Table, key: str, part: Part, terms: str = "") -> Any:
    """Read one part of a value from ``table``; its default when absent, None when faulty."""
    table.known.add(key)
    if key not in table.values:
        if part.required:
            what = f"{spoken(table.path)} has no {key!r}."
            table.fault(None, "missing", what, f"Add {key} = {part.words}.")
        return part.default
    faults = len(table.document.faults)
    value = _TYPES[part.type](table, key, part.terms or terms)
    if part.required and value is None and len(table.document.faults) == faults:
        table.fault(key, "empty", f"{key!r} is empty.", f"Write {key} = {part.words}.")
    return value


def _whole(table: Table, key: str, _terms: str) -> int | None:
    value = table.values[key]
    if not isinstance(value, int) or isinstance(value, bool):
        table.fault(key, "type", f"{key!r} must be a whole number without quotes.")
        return None
    if not 0 <= value <= LARGEST:
        table.fault(key, "range", f"{key!r} is {value}, which is no count.")
        return None
    return value


def _flag(table: Table, key: str, _terms: str) -> bool | None:
    value = table.values[key]
    if not isinstance(value, bool):
        table.fault(key, "type", f"{key!r} must be true or false, without quotes.")
        return None
    return value


def read_term(table: Table, key: str, terms: str) -> str | None:
    """Read one word of a list of the vocabulary; None with a fault when the list has it not."""
    word = table.text(key)
    if word is None:
        return None
    term = vocabulary.TERMS[terms].get(word)
    if term:
        return term.code  # the vocabulary's own text: thousands of entries share it
    _unknown_term(table, key, word, terms)
    return None


def read_terms(table: Table, key: str, terms: str) -> list[str]:
    """Read a list of words of the vocabulary, each once, in the order of the file."""
    found: dict[str, None] = {}
    for word in table.texts(key):
        if word not in vocabulary.TERMS[terms]:
            _unknown_term(table, key, word, terms)
        elif word in found:
            table.fault(key, "twice", f"{key!r} names {word!r} twice.", "Remove one.")
        else:
            found[word] = None
    return list(found)


def _unknown_term(table: Table, key: str, word: str, terms: str) -> None:
    known = vocabulary.TERMS[terms]
    guess = vocabulary.meant(word, known)
    if guess:
        remedy = f'Write "{guess}".'
    elif len(known) <= 12:
        remedy = f"Choose among {', '.join(known)}."
    else:
        remedy = f"The list {terms} of the vocabulary holds the known ones."
    table.fault(key, "vocabulary", f"{word!r} is no term of {terms}.", remedy)


def _country(table: Table, key: str, _terms: str) -> str | None:
    code = table.text(key)
    if code is None or code in vocabulary.COUNTRIES:
        return code
    upper = code.upper()
    if upper in vocabulary.NOT_COUNTRIES:
        remedy = vocabulary.NOT_COUNTRIES[upper]
    else:
        named = {each.name.casefold(): each.code for each in vocabulary.COUNTRIES.values()}
        meant = vocabulary.COUNTRY_SLIPS.get(upper) or named.get(code.casefold())
        meant = meant or (upper if upper in vocabulary.COUNTRIES else None)
        remedy = f'Write "{meant}".' if meant else 'Write the two letters, such as "FR".'
    table.fault(key, "country", f"{code!r} is no country code of ISO 3166-1.", remedy)
    return None


def _checked_text(wrong: Callable[[str], str | None], rule: str) -> Callable[..., str | None]:
    def read(table: Table, key: str, _terms: str) -> str | None:
        text = table.text(key)
        fault = wrong(text) if text else None
        if fault:
            table.fault(key, rule, f"{key!r} is {text!r}: {fault}.", "Correct it.")
            return None
        return text

    return read


def _ror_fault(text: str) -> str | None:
    if re.fullmatch(r"https://ror\.org/0[a-z0-9]{6}\d{2}", text):
        return None
    return "a ROR looks like https://ror.org/05abcde12"


def _address_fault(text: str) -> str | None:
    return None if re.fullmatch(r"[^@\s<>\"]+@[^@\s<>\"]+\.[a-z]{2,}", text) else "no mail address"


def read_source(table: Table, key: str, *, required: bool = False) -> str | None:
    """Read the key of a source; None with a fault when it is none."""
    source = table.text(key)
    if source is None and required and (key not in table.values or table.values[key] == ""):
        remedy = 'Write source = "pmid:…", "doi:10.…" or "url:https://…".'
        table.fault(key, "missing", "the source is missing.", remedy)
    wrong = source_fault(source) if source else None
    if wrong:
        table.fault(key, "source", f"{source!r} is no source: {wrong[0]}", wrong[1])
        return None
    return source


def _sources(table: Table, key: str, _terms: str) -> list[str]:
    found = list(table.texts(key))
    for source in found:
        wrong = source_fault(source)
        if wrong:
            table.fault(key, "source", f"{source!r} is no source: {wrong[0]}", wrong[1])
    return [source for source in found if not source_fault(source)]


def read_date(table: Table, key: str, _terms: str = "") -> str | None:
    """Read a date: "2019-07" in quotes, or a year or a whole date without."""
    table.known.add(key)
    value = table.values.get(key)
    if value is None:
        return None
    written = isinstance(value, (str, int, datetime.date)) and not isinstance(
        value, (bool, datetime.datetime)
    )
    text = str(value).strip()
    wrong = edtf_fault(text) if written else "a date is written 2019, 2019-07 or 2019-07-14"
    if wrong:
        table.fault(key, "date", f"{key!r} is {text!r}: {wrong}.", "Correct it.")
        return None
    return text


def _period(table: Table, key: str, _terms: str) -> str | None:
    value = table.values[key]
    if not isinstance(value, str):
        return read_date(table, key)
    first, slash, last = value.strip().partition("/")
    wrong = edtf_fault(first) or (edtf_fault(last) if slash and last != ".." else None)
    if not wrong and slash and last != ".." and last < first[: len(last)]:
        wrong = "it ends before it begins"
    if wrong:
        years = re.fullmatch(r"\s*(\d{4})\s*[-–]\s*(\d{4})\s*", value)
        remedy = (
            f'Write "{years.group(1)}/{years.group(2)}".'
            if years
            else 'Write "2004/2009", "2004-03/2009-12", or "2004/.." where it goes on.'
        )
        table.fault(key, "date", f"{key!r} is {value!r}: {wrong}.", remedy)
        return None
    return value.strip()


_TYPES: dict[str, Callable[[Table, str, str], Any]] = {
    "text": lambda table, key, _: table.text(key),
    "texts": lambda table, key, _: list(table.texts(key)) or None,
    "whole": _whole,
    "flag": _flag,
    "date": read_date,
    "period": _period,
    "term": read_term,
    "terms": lambda table, key, terms: read_terms(table, key, terms) or None,
    "country": _country,
    "url": _checked_text(url_fault, "url"),
    "ror": _checked_text(_ror_fault, "ror"),
    "address": _checked_text(_address_fault, "address"),
    "source": lambda table, key, _: read_source(table, key),
    "sources": lambda table, key, terms: _sources(table, key, terms) or None,
}
