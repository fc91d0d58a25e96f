"""How complete our record of an initiative is (CATALOGUE 2.7): never a mark for the initiative."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from catalogue.entries.initiatives import Claim, Evidence, Initiative, State
from catalogue.entries.vocabulary import FIELDS

LEVELS = {
    1: "Named: it is named, of a known kind, and rests on at least one source",
    2: "Described: every required field has a value, or says why it has none",
    3: "Evidenced: each required value has a source of its own that was checked within a year",
    4: "Corroborated: cases, countries and access each rest on two sources",
    5: "Confirmed: the holder has confirmed it as well",
}
YEAR = datetime.timedelta(days=365)
_CORROBORATED = ("cases", "countries", "access")


@dataclass(frozen=True, slots=True)
class Completeness:
    """How many of the vocabulary's fields are stated, were looked for in vain, or are open.

    ``level`` is a key of LEVELS, 0 where not even the first is reached; ``oldest`` is the day of
    the oldest check among the sources.
    """

    stated: int
    sought: int
    open: int
    level: int
    oldest: datetime.date | None


def completeness(initiative: Initiative, as_of: datetime.date | None) -> Completeness:
    """Return how complete an entry is; ages are counted back from ``as_of``, not from today."""
    states: dict[str, set[State]] = {}
    for claim in initiative.claims:
        states.setdefault(claim.field, set()).add(claim.state)
    held = [found for name, found in states.items() if name in FIELDS]
    open_fields = len(FIELDS) - sum(found != {State.NOT_SOUGHT} for found in held)
    sought = sum(found == {State.UNKNOWN} for found in held)
    return Completeness(
        stated=len(FIELDS) - open_fields - sought,
        sought=sought,
        open=open_fields,
        level=_level(initiative, as_of),
        oldest=min((each.checked for each in initiative.evidence.values()), default=None),
    )


def has_value(claim: Claim) -> bool:
    """Return whether a claim says something that needs a source."""
    return claim.state in (State.KNOWN, State.DISPUTED, State.NONE)


def sources_of(initiative: Initiative, claims: Iterable[Claim]) -> list[Evidence]:
    """Return the evidence of some claims, each once, as far as the entry holds it."""
    ids = dict.fromkeys(id for claim in claims for id in claim.evidence)
    return [initiative.evidence[id] for id in ids if id in initiative.evidence]


def _level(initiative: Initiative, as_of: datetime.date | None) -> int:
    """Return the last level that is reached; no further one is looked at."""
    steps = (_is_named, _is_described, _is_evidenced, _is_corroborated, _is_confirmed)
    for level, reached in enumerate(steps):
        if not reached(initiative, as_of):
            return level
    return len(steps)


_REQUIRED = tuple(name for name, each in FIELDS.items() if each.required)


def _is_named(each: Initiative, _as_of: object) -> bool:
    return bool(each.name and each.kind and each.evidence)


def _is_described(each: Initiative, _as_of: object) -> bool:
    return all(
        any(claim.state is not State.NOT_SOUGHT for claim in each.claims_on(name))
        for name in _REQUIRED
    )


def _is_evidenced(each: Initiative, as_of: datetime.date | None) -> bool:
    stated = (claim for name in _REQUIRED for claim in each.claims_on(name) if has_value(claim))
    return all(_is_fresh(each, claim, as_of) for claim in stated)


def _is_corroborated(each: Initiative, _as_of: object) -> bool:
    return all(
        len({source.source for source in sources_of(each, each.claims_on(name))}) > 1
        for name in _CORROBORATED
    )


def _is_confirmed(each: Initiative, _as_of: object) -> bool:
    return each.confirmed is not None


def _is_page(source: Evidence, claim: Claim) -> bool:
    return source.source == f"url:{claim.value}"


def _is_fresh(initiative: Initiative, claim: Claim, as_of: datetime.date | None) -> bool:
    # A source read for the entry as a whole does not say which statement it stands for; but a page
    # is its own source for its address.
    own = [
        each
        for each in sources_of(initiative, [claim])
        if each.of == "claim" or (claim.field == "website" and _is_page(each, claim))
    ]
    newest = max((each.checked for each in own), default=None)
    return newest is not None and (as_of is None or as_of - newest <= YEAR)
