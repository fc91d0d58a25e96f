"""The initiative: one curated entry of the catalogue, its claims, and what supports them.

Plain values that functions take and return; reading TOML and checking are in modules beside.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from search.toml_lines import KeyPath


class State(StrEnum):
    """What is known of a field (CATALOGUE 2.2). Only `known`, `disputed`, `none` carry evidence."""

    KNOWN = "known"
    UNKNOWN = "unknown"  # looked for, not found
    NOT_SOUGHT = "not_sought"  # not yet looked for
    NOT_APPLICABLE = "not_applicable"
    WITHHELD = "withheld"  # exists, not public
    DISPUTED = "disputed"  # sources disagree: one claim for each
    NONE = "none"  # the source says there is none


@dataclass(frozen=True, slots=True)
class Evidence:
    """What supports a claim: a paper or a page, the place in it, and the day it was checked."""

    id: str  # within the entry: "e1"
    source: str  # "pmid:N", "doi:X", "url:https://…"; "sha:HASH": a record that has neither id
    checked: datetime.date
    title: str | None = None
    year: int | None = None
    locator: str | None = None  # the place in the source; absent where it was not recorded
    of: str = "claim"  # "entry": read for the entry as a whole, not tied to single claims
    role: str = "support"  # "background": explains, supports no claim
    note: str | None = None
    by: str | None = None  # who checked it
    second_checked: datetime.date | None = None  # the day of an independent second reading
    second_by: str | None = None
    supports: tuple[str, ...] = ()  # what it supports beside claims: "name", "kind", "scope", …

    @property
    def place(self) -> KeyPath:
        """Return the key at which it stands in its file."""
        return "evidence", self.id


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement about an initiative: a field, its state, its value, its evidence."""

    field: str
    state: State = State.KNOWN
    value: Any = None  # JSON values; their shape by field is in `catalogue.entries.vocabulary`
    as_of: str | None = None  # the time the value speaks of, EDTF level 0: "2019", "2019-07"
    note: str | None = None  # ours, at most 300 characters
    evidence: tuple[str, ...] = ()
    looked: tuple[str, ...] = ()  # for unknown: where it was looked for
    number: int | None = None  # its place among the tables of a [[claims.…]], from 0

    @property
    def place(self) -> KeyPath:
        """Return the key at which it stands in its file."""
        of_field = ("claims", self.field)
        return of_field if self.number is None else (*of_field, self.number)


@dataclass(frozen=True, slots=True)
class Relation:
    """A tie to another initiative: ``type`` is one of `vocabulary.RELATIONS`: part_of, feeds."""

    type: str
    to: str
    note: str | None = None
    evidence: tuple[str, ...] = ()
    number: int = 0  # its place among the [[relations]], from 0

    @property
    def place(self) -> KeyPath:
        """Return the key at which it stands in its file."""
        return "relations", self.number


@dataclass(frozen=True, slots=True)
class Initiative:
    """A database, registry, network, biobank or federation in the catalogue."""

    id: str
    name: str
    kind: tuple[str, ...]
    scope: str  # single-centre, regional, national, multinational
    summary: str  # 40 to 120 words of our own
    claims: tuple[Claim, ...]
    evidence: Mapping[str, Evidence]
    relations: tuple[Relation, ...] = ()
    acronym: str | None = None
    name_local: Mapping[str, str] = field(default_factory=dict)  # BCP 47 tag to name
    aliases: tuple[str, ...] = ()
    former_ids: tuple[str, ...] = ()
    confidence: str | None = None
    first_published: datetime.date | None = None
    last_checked: datetime.date | None = None
    next_check: datetime.date | None = None
    version: int = 1
    file: str = ""
    confirmed: datetime.date | None = None  # the day the holder confirmed the entry
    confirmed_by: str | None = None  # in which role, never a person's name
    # The claims by field, worked out when first asked for: a page asks some two hundred times.
    _by_field: dict[str, tuple[Claim, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def claims_on(self, name: str) -> tuple[Claim, ...]:
        """Return every claim on a field, in the order of the file."""
        if self.claims and not self._by_field:
            found: dict[str, tuple[Claim, ...]] = {}
            for claim in self.claims:
                found[claim.field] = (*found.get(claim.field, ()), claim)
            self._by_field.update(found)
        return self._by_field.get(name, ())

    def known(self, name: str) -> tuple[Claim, ...]:
        """Return the claims on a field that are known, with a value."""
        claims = self.claims_on(name)
        return tuple(c for c in claims if c.state is State.KNOWN and c.value is not None)

    def checked(self, claim: Claim) -> datetime.date | None:
        """Return the day a claim was looked into: its newest evidence, else the last check."""
        newest = None
        for id in claim.evidence:
            found = self.evidence.get(id)
            if found is not None and (newest is None or found.checked > newest):
                newest = found.checked
        return newest or self.last_checked

    def value(self, name: str) -> Any:
        """Return the value of the first known claim on a field, or None."""
        return next((claim.value for claim in self.known(name)), None)

    @property
    def countries(self) -> tuple[str, ...]:
        """Return the ISO 3166-1 alpha-2 codes of the countries it is in, each once."""
        codes = (place["code"] for c in self.claims_on("countries") for place in c.value or ())
        return tuple(dict.fromkeys(codes))

    @property
    def is_international(self) -> bool:
        """Return whether it is in more than one country; all others count as national.

        Its scope says so where the countries are not all known.
        """
        return self.scope == "multinational" or len(self.countries) > 1
