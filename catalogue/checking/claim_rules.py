"""Rules on the claims of an entry: their states, what supports them, whether they make sense."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

from catalogue.entries.initiatives import Initiative, State
from catalogue.entries.reading import Entry
from catalogue.entries.vocabulary import FIELDS
from search.faults import Fault

# Pages about initiatives that other people keep: none is the holder's own.
_OTHERS = frozenset(
    {
        "clinicaltrials.gov",
        "doi.org",
        "fairsharing.org",
        "orpha.net",
        "pmc.ncbi.nlm.nih.gov",
        "pubmed.ncbi.nlm.nih.gov",
        "re3data.org",
        "wikidata.org",
        "wikipedia.org",
    }
)


def states(entry: Entry, initiative: Initiative) -> Iterator[Fault]:
    """The claims on one field can hold together."""
    for name, named in FIELDS.items():
        claims = initiative.claims_on(name)
        if len(claims) < 2:
            continue
        held = {claim.state for claim in claims}
        if held - {State.KNOWN, State.DISPUTED} or len(held) > 1:
            what = f"the claims on {name} have the states {', '.join(sorted(held))}."
            remedy = "Several claims are all known, or all disputed."
            yield entry.fault_of(claims[-1], "states", what, remedy)
        elif State.KNOWN in held and not named.several:
            times = Counter(claim.as_of for claim in claims)
            if None in times or max(times.values()) > 1:
                what = f"{name} has {len(claims)} known values at one time."
                remedy = 'Give each its as_of, or mark them state = "disputed".'
                yield entry.fault_of(claims[-1], "one-value", what, remedy)


def support(entry: Entry, initiative: Initiative) -> Iterator[Fault]:
    """No claim rests on background alone; a search that found nothing says where it looked."""
    background = {id for id, e in initiative.evidence.items() if e.role == "background"}
    for claim in initiative.claims:
        if claim.evidence and background.issuperset(claim.evidence):
            what = f"{claim.field} rests on background alone."
            yield entry.fault_of(claim, "background", what, "Cite evidence that supports it.")
        if claim.state is State.UNKNOWN and not claim.evidence and not claim.looked:
            what = f"{claim.field} is unknown, and nothing says where it was looked for."
            remedy = 'Add looked = ["website", "papers"], or write state = "not_sought".'
            yield entry.fault_of(claim, "looked", what, remedy, "warning")
        if len(set(claim.evidence)) < len(claim.evidence):
            for id in (id for id, times in Counter(claim.evidence).items() if times > 1):
                what = f"{claim.field} cites {id} twice."
                yield entry.fault_of(claim, "twice", what, "Once will do.")


def uncited(entry: Entry, initiative: Initiative) -> Iterator[Fault]:
    """Each evidence that supports claims is cited, and stands in the entry once."""
    cited = {id for claim in initiative.claims for id in claim.evidence}
    cited |= {id for relation in initiative.relations for id in relation.evidence}
    first: dict[tuple[str, str | None], str] = {}
    for id, each in initiative.evidence.items():
        path = ("evidence", id)
        idle = id not in cited and not each.supports
        if idle and each.role != "background" and each.of != "entry":
            remedy = 'Cite it in a claim, or say role = "background" or of = "entry".'
            yield entry.fault(
                "uncited", entry.line(*path), f"nothing cites {id}.", remedy, "warning"
            )
        other = first.setdefault((each.source, each.locator), id)
        if other != id:
            what = f"{id} is the same place in the same source as {other}."
            yield entry.fault("twice", entry.line(*path), what, "Keep one of them.", "warning")


def counts(entry: Entry, initiative: Initiative) -> Iterator[Fault]:
    """A count says its time; ranges run upwards."""
    for claim in initiative.claims:
        shape, value = FIELDS[claim.field].shape, claim.value
        if shape == "count" and value and "n" in value:
            if value.get("n_max", value["n"]) < value["n"]:
                what = f"n_max ({value['n_max']}) is less than n ({value['n']})."
                yield entry.fault_of(claim, "range", what, "Swap them.")
            if not claim.as_of and not value.get("period"):
                what = f"the count of {claim.field} says no time."
                yield entry.fault_of(
                    claim, "no-time", what, "Add as_of or period if known.", "info"
                )
        if shape == "ages" and value and value.get("min", 0) > value.get("max", 999):
            what = f"min ({value['min']}) is more than max ({value['max']})."
            yield entry.fault_of(claim, "range", what, "Swap them.")


def places(entry: Entry, initiative: Initiative) -> Iterator[Fault]:
    """Each country once; as many as the scope says."""
    for claim in initiative.claims_on("countries"):
        codes = Counter(place["code"] for place in claim.value or () if "code" in place)
        for code in (code for code, times in codes.items() if times > 1):
            yield entry.fault_of(claim, "twice", f"countries names {code} twice.", "Remove one.")
    number = len(initiative.countries) if _are_all(initiative) else 0
    one_country = initiative.scope in ("national", "regional", "single-centre")
    if (number > 1 and one_country) or (number == 1 and initiative.scope == "multinational"):
        what = f"its scope is {initiative.scope}, and it names {number} " + (
            "country." if number == 1 else "countries."
        )
        yield entry.fault("scope", entry.line("scope"), what, "Correct one of them.", "warning")


def _are_all(initiative: Initiative) -> bool:
    """Return whether the countries named are all: each has a code, and no note speaks of others."""
    claims = initiative.claims_on("countries")
    coded = all("code" in place for claim in claims for place in claim.value or ())
    return coded and not (initiative.scope == "multinational" and any(c.note for c in claims))


def pages(entry: Entry, initiative: Initiative) -> Iterator[Fault]:
    """The website is the holder's own; a contact is no person's address."""
    for claim in initiative.known("website"):
        host = (urlsplit(claim.value).hostname or "").removeprefix("www.")
        if host in _OTHERS or host.endswith(".wikipedia.org"):
            what = f"{host} is not the holder's own page."
            remedy = 'Give the holder\'s page, or state = "unknown".'
            yield entry.fault_of(claim, "website", what, remedy, "warning")
    for claim in initiative.known("contact"):
        local = claim.value.get("address", "").partition("@")[0]
        if re.fullmatch(r"[a-z]+[._][a-z]+", local, re.IGNORECASE):
            what = "the contact looks like the address of a person."
            remedy = "Give the address of a role, or a form."
            yield entry.fault_of(claim, "contact", what, remedy, "warning")


def expected(entry: Entry, initiative: Initiative) -> Iterator[Fault]:
    """Fields that a full entry speaks of."""
    missing = [
        name
        for name, named in FIELDS.items()
        if named.need == "expected" and not initiative.claims_on(name)
    ]
    if missing:
        what = f"it says nothing of {', '.join(missing)}."
        remedy = 'Add a claim on each, if only with state = "not_sought".'
        yield entry.fault("expected", entry.line("claims"), what, remedy, "info")


RULES = (states, support, uncited, counts, places, pages, expected)
