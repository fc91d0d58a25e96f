"""What DCAT says of one initiative: its record, and the data set or series that it is."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from typing import Any

from catalogue.entries import vocabulary
from catalogue.entries.initiatives import Claim, Initiative
from catalogue.entries.rows import newest_count
from catalogue.entries.shapes import edtf_fault
from catalogue.entries.sources import address, url_fault
from catalogue.entries.wording import value_text
from catalogue.exporting.dcat_words import (
    ACCESS_RIGHTS,
    DCAT,
    DCT,
    EHDS,
    EHDS_LABELS,
    EU,
    FOAF,
    FREQUENCIES,
    HEALTH,
    HEALTH_THEME,
    ORDO,
    SKOS,
    VCARD,
    XSD,
    node_of,
    page_of,
    subject_of,
)
from catalogue.exporting.exports import LICENCE
from catalogue.exporting.turtle import TYPE, Literal, Triple

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_MAIL = re.compile(r"[^@\s<>\"]+@[^@\s<>\"]+\.[a-z]{2,}")
_JOINS_ONLY = {"reference-network", "data-federation"}


def about(each: Initiative, holds: Mapping[str, bool], base: str) -> Iterator[Triple]:
    """Yield all that is said of one; ``holds`` says of which ids that they hold data themselves."""
    yield from _record(each, base)
    yield from _described(each, base)
    yield from _ties(each, holds, base)


def holds_data(each: Initiative) -> bool:
    """Return whether an initiative is said to hold data: by a kind that does, or by a count."""
    return bool(set(each.kind) - _JOINS_ONLY or each.known("cases") or each.known("data_domains"))


def _record(each: Initiative, base: str) -> Iterator[Triple]:
    record, subject = page_of(each.id, base), subject_of(each.id, base)
    yield record, TYPE, DCAT.CatalogRecord
    yield record, FOAF.primaryTopic, subject
    yield record, DCT.license, LICENCE["url"]
    yield record, DCT.title, Literal(f"Record of {each.name}", "en")
    if each.first_published:
        yield record, DCT.issued, _day(each.first_published)
    # DCAT-AP asks for it once; an entry that was never checked is not published.
    yield record, DCT.modified, _day(each.last_checked or datetime.date.min)


def _day(day: datetime.date) -> Literal:
    return Literal(day.isoformat(), datatype=XSD.date)


def _described(each: Initiative, base: str) -> Iterator[Triple]:
    node = subject_of(each.id, base)
    yield node, TYPE, (DCAT.Dataset if holds_data(each) else DCAT.DatasetSeries)
    yield node, DCT.title, Literal(each.name, "en")
    for tag, name in each.name_local.items():
        if _LANGUAGE.fullmatch(tag):
            yield node, DCT.title, Literal(name, tag)
    for other in filter(None, (each.acronym, *each.aliases)):
        yield node, DCT.alternative, Literal(other)
    yield node, DCT.description, Literal(" ".join(each.summary.split()), "en")
    yield node, DCT.identifier, Literal(each.id)
    yield node, DCAT.theme, HEALTH_THEME
    yield HEALTH_THEME, TYPE, SKOS.Concept
    yield HEALTH_THEME, SKOS.prefLabel, Literal("Health", "en")
    yield from _kinds(each, node, base)
    yield from _tumours(each, node, base)
    yield from _places(each, node)
    yield from _whom(each, node)
    yield from _time(each, node)
    yield from _people(each, node)
    yield from _access(each, node)
    yield from _works(each, node)


def _kinds(each: Initiative, node: str, base: str) -> Iterator[Triple]:
    for code in each.kind:
        kind = vocabulary.KINDS.get(code)
        if kind is None:
            continue
        term = f"{base}kinds/{code}.html#term"
        yield node, DCT.type, term
        yield from _concept(term, kind.label)
        if kind.ehds:
            # The European list of these categories has no lasting address yet: its code, and
            # the law that names it, stand on a concept of our own.
            category = node_of(base, f"category-{kind.ehds}")
            yield node, HEALTH.healthCategory, category
            yield from _concept(category, EHDS_LABELS[kind.ehds])
            yield category, SKOS.notation, Literal(kind.ehds)
            yield category, DCT.source, EHDS


def _concept(term: str, label: str) -> Iterator[Triple]:
    yield term, TYPE, SKOS.Concept
    yield term, SKOS.prefLabel, Literal(label, "en")


def _tumours(each: Initiative, node: str, base: str) -> Iterator[Triple]:
    for code in dict.fromkeys(_values(each, "tumours")):
        tumour = vocabulary.TUMOURS.get(code)
        if tumour is None:
            continue
        orpha = f"{ORDO}{tumour.orpha}" if tumour.orpha else None
        term = orpha or node_of(base, f"tumour-{code}")
        yield node, DCAT.theme, term
        yield from _concept(term, tumour.label)
        yield node, DCAT.keyword, Literal(tumour.label, "en")
        for morphology in tumour.icd_o:
            yield node, HEALTH.hasCodeValues, Literal(f"ICD-O-3.2 {morphology}")


def _values(each: Initiative, field: str) -> Iterator[Any]:
    """Yield every item of the known values of a field that holds a list."""
    for claim in each.known(field):
        yield from claim.value


def _places(each: Initiative, node: str) -> Iterator[Triple]:
    for country in filter(None, map(vocabulary.COUNTRIES.get, each.countries)):
        place = f"{EU}country/{country.alpha_3}"
        yield node, DCT.spatial, place
        yield place, TYPE, DCT.Location


def _whom(each: Initiative, node: str) -> Iterator[Triple]:
    said = [vocabulary.label("scopes", each.scope)]
    for field in ("population_basis", "tumour_note", "inclusion", "exclusion"):
        said += [value_text(claim) for claim in each.known(field)]
    yield node, HEALTH.populationCoverage, Literal(". ".join(said), "en")
    for claim in each.known("ages"):
        for end in ("min", "max"):
            if claim.value.get(end) is not None:
                age = Literal(str(claim.value[end]), datatype=XSD.nonNegativeInteger)
                yield node, f"{HEALTH}{end}TypicalAge", age
    yield from _size(newest_count(each), node)


def _size(count: Claim | None, node: str) -> Iterator[Triple]:
    """Say how many are held, where the newest count is one number that nobody disputes."""
    exact = count and count.value.get("qualifier", "exact") == "exact"
    if count is None or not exact or count.value.get("n_max") or count.state != "known":
        return
    properties = {"patients": "numberOfUniqueIndividuals", "records": "numberOfRecords"}
    wanted = properties.get(count.value["unit"])
    if wanted:
        number = Literal(str(count.value["n"]), datatype=XSD.nonNegativeInteger)
        yield node, f"{HEALTH}{wanted}", number


def _time(each: Initiative, node: str) -> Iterator[Triple]:
    for field, end in (("data_from", DCAT.startDate), ("data_to", DCAT.endDate)):
        date = each.value(field)
        if date and not edtf_fault(str(date)):
            period = f"{node}-period"
            yield node, DCT.temporal, period
            yield period, TYPE, DCT.PeriodOfTime
            yield period, end, _edtf(str(date))
    rhythm = FREQUENCIES.get(str(each.value("update")))
    if rhythm:
        frequency = f"{EU}frequency/{rhythm}"
        yield node, DCT.accrualPeriodicity, frequency
        yield frequency, TYPE, DCT.Frequency


def _edtf(date: str) -> Literal:
    types = {4: XSD.gYear, 7: XSD.gYearMonth, 10: XSD.date}
    return Literal(date, datatype=types[len(date)])


def _people(each: Initiative, node: str) -> Iterator[Triple]:
    leads = list(_values(each, "lead"))
    for number, lead in enumerate(leads, start=1):
        agent = _iri(lead.get("ror")) or f"{node}-lead-{number}"
        # DCAT-AP knows one publisher; the others made it too.
        yield node, (DCT.publisher if number == 1 else DCT.creator), agent
        yield agent, TYPE, FOAF.Agent
        yield agent, FOAF.name, Literal(lead["name"])
    for number, claim in enumerate(each.known("contact"), start=1):
        yield from _contact(claim.value, node, f"{node}-contact-{number}")


def _contact(contact: Mapping[str, Any], node: str, card: str) -> Iterator[Triple]:
    yield node, DCAT.contactPoint, card
    yield card, TYPE, VCARD.Kind
    yield card, VCARD.fn, Literal(contact.get("role") or "Contact")
    if form := _iri(contact.get("form")):
        yield card, VCARD.hasURL, form
    if (mail := contact.get("address")) and _MAIL.fullmatch(mail):
        yield card, VCARD.hasEmail, f"mailto:{mail}"


def _access(each: Initiative, node: str) -> Iterator[Triple]:
    if website := _iri(each.value("website")):
        yield node, DCAT.landingPage, website
        yield website, TYPE, FOAF.Document
    rights = {ACCESS_RIGHTS[claim.value] for claim in each.known("access")
              if claim.value in ACCESS_RIGHTS}  # fmt: skip
    if len(rights) == 1:  # one at most is allowed: two routes of different openness say none
        statement = f"{EU}access-right/{rights.pop()}"
        yield node, DCT.accessRights, statement
        yield statement, TYPE, DCT.RightsStatement
    for code in dict.fromkeys(_values(each, "models")):
        if code not in ("own", "other") and code in vocabulary.TERMS["models"]:
            standard = f"{node}-model-{code}"
            yield node, DCT.conformsTo, standard
            yield standard, TYPE, DCT.Standard
            yield standard, DCT.title, Literal(vocabulary.label("models", code), "en")


def _works(each: Initiative, node: str) -> Iterator[Triple]:
    for source in dict.fromkeys(_values(each, "outputs")):
        if work := _iri(address(source)):  # a paper known by its title only has none
            yield node, DCT.isReferencedBy, work


def _ties(each: Initiative, holds: Mapping[str, bool], base: str) -> Iterator[Triple]:
    node = subject_of(each.id, base)
    for number, relation in enumerate(each.relations, start=1):
        if relation.to not in holds or relation.type not in vocabulary.RELATIONS:
            continue
        other = subject_of(relation.to, base)
        if relation.type == "part_of":
            yield node, (DCT.isPartOf if holds[relation.to] else DCAT.inSeries), other
        tie, role = f"{node}-tie-{number}", node_of(base, f"relation-{relation.type}")
        yield node, DCAT.qualifiedRelation, tie
        yield tie, TYPE, DCAT.Relationship
        yield tie, DCT.relation, other
        yield tie, DCAT.hadRole, role
        yield role, TYPE, DCAT.Role
        yield from _concept(role, vocabulary.label("relations", relation.type))


def _iri(address: str | None) -> str | None:
    """Return an address as a node; None for what is none: what is foreign never breaks a triple."""
    return address if address and not url_fault(address) else None
