"""What an initiative is found by beside its own texts, in the site's lists and at the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from catalogue.entries import vocabulary
from catalogue.entries.completeness import has_value
from catalogue.entries.initiatives import Initiative
from catalogue.entries.wording import country_name, value_text


def found_by(initiative: Initiative) -> Iterator[str]:
    """Yield its scope, kinds, places, tumours with the wider ones, data and standards in words."""
    yield vocabulary.label("scopes", initiative.scope)
    for code in initiative.kind:
        yield vocabulary.label("kinds", code)
    yield from places(initiative)
    named = {code for claim in initiative.claims_on("tumours") for code in claim.value or ()}
    wider = {each for code in named for each in vocabulary.broader_tumours(code)}
    yield from _spelt("tumours", sorted(named | wider))
    yield from holdings(initiative)


def places(initiative: Initiative) -> Iterator[str]:
    """Yield the names of its countries, and of the continents they lie in."""
    yield from map(country_name, initiative.countries)
    lying = map(vocabulary.CONTINENT_OF.get, initiative.countries)
    yield from (vocabulary.CONTINENTS[each].label for each in dict.fromkeys(lying) if each)


def holdings(initiative: Initiative) -> Iterator[str]:
    """Yield the data that it holds, in full or in part, and its coding systems and data models."""
    for claim in initiative.claims_on("data_domains"):
        states = (claim.value or {}).items()
        yield from _spelt("domains", (code for code, said in states if said in ("yes", "part")))
    for field in ("coding", "models"):
        yield from (value_text(c) for c in initiative.claims_on(field) if has_value(c))


def _spelt(terms: str, codes: Iterable[str]) -> Iterator[str]:
    """Yield the label of each term and its other spellings: "outcome" is also "relapse"."""
    for code in codes:
        if term := vocabulary.TERMS[terms].get(code):
            spelt = [term.label, *(each.replace("-", " ") for each in (code, *term.also))]
            yield from {each.casefold(): each for each in reversed(spelt)}.values()
