"""The catalogue as DCAT-AP 3.0.1, with properties of HealthDCAT-AP (release 8) where known.

Only what is known is said: unknown, withheld and not sought have no triple, since DCAT-AP counts
statements and "unknown" in a literal would count as one. What only a holder can say (health data
access body, legislation, structured data) is not made up, so conformance to HealthDCAT-AP is not
claimed. Each initiative is a `dcat:Dataset`; one that joins others and is not said to hold data of
its own is a `dcat:DatasetSeries`. The licence stands on our record of it, never on patients' data.

Nothing here is a blank node: every node has an address within the site, so that the same entries
give the same bytes, and two versions compare line by line.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rdflib import DCAT, DCTERMS, FOAF, RDF, SKOS, XSD, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from catalogue.entries import vocabulary
from catalogue.entries.initiatives import Claim, Initiative
from catalogue.entries.rows import newest_count, path_of
from catalogue.entries.shapes import edtf_fault
from catalogue.entries.sources import address, url_fault
from catalogue.entries.wording import value_text
from catalogue.exporting.exports import LICENCE

ADMS = Namespace("http://www.w3.org/ns/adms#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
HEALTH = Namespace("http://healthdataportal.eu/ns/health#")
ORDO = "http://www.orpha.net/ORDO/Orphanet_"
EU = "http://publications.europa.eu/resource/authority/"
HEALTH_THEME = URIRef(f"{EU}data-theme/HEAL")
_EHDS = "http://data.europa.eu/eli/reg/2025/327/oj"  # whose Article 51 lists the categories
_EHDS_LABELS = {
    "EINS": "Biobanks and associated databases",
    "HGPD": "Human genetic, epigenomic and genomic data",
    "HRAD": "Healthcare-related administrative data",
    "MRMR": "Medical registries and mortality registries",
    "PHDR": "Population-based health data registries",
    "RMMD": "Registries of medicinal products and medical devices",
    "RQSH": "Research cohorts, questionnaires and surveys",
}

#: Our access codes in the European list of access rights: what one may see without an application.
ACCESS_RIGHTS = {
    "open": "PUBLIC",
    "registered": "RESTRICTED",
    "on-request": "RESTRICTED",
    "members-only": "NON_PUBLIC",
    "federated-query-only": "NON_PUBLIC",
    "none": "NON_PUBLIC",
}
#: Our rhythms in the European list of frequencies.
FREQUENCIES = {
    "continuous": "CONT",
    "daily": "DAILY",
    "weekly": "WEEKLY",
    "monthly": "MONTHLY",
    "quarterly": "QUARTERLY",
    "twice-a-year": "ANNUAL_2",
    "yearly": "ANNUAL",
    "irregular": "IRREG",
    "no-longer": "NEVER",
}
_SERIES = URIRef(f"{DCAT}DatasetSeries")  # of DCAT 3: newer than the namespace rdflib holds
_IN_SERIES = URIRef(f"{DCAT}inSeries")
PUBLISHER = "The maintainers of this review"
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_MAIL = re.compile(r"[^@\s<>\"]+@[^@\s<>\"]+\.[a-z]{2,}")
_JOINS_ONLY = {"reference-network", "data-federation"}
Triple = tuple[Node, Node, Node]


def to_graph(initiatives: Iterable[Initiative], *, title: str, base: str = "") -> Graph:
    """Return the whole catalogue as a graph.

    ``title`` is the review's. ``base`` is the address of the site, with a slash at its end;
    without one the addresses are relative to the file's, which lies at the top of the site.
    """
    graph = Graph()
    for prefix, namespace in _PREFIXES.items():
        graph.bind(prefix, namespace, replace=True)
    for triple in _catalogue(list(initiatives), title, base):
        graph.add(triple)
    return graph


_PREFIXES: dict[str, Any] = {
    "adms": ADMS, "dcat": DCAT, "dct": DCTERMS, "foaf": FOAF, "healthdcatap": HEALTH,
    "skos": SKOS, "vcard": VCARD, "xsd": XSD,
}  # fmt: skip


def to_turtle(graph: Graph) -> str:
    """Return a graph as Turtle."""
    return graph.serialize(format="turtle")


def to_json_ld(graph: Graph) -> str:
    """Return a graph as JSON-LD with its context inside: reading it asks no other server."""
    context = {prefix: str(namespace) for prefix, namespace in _PREFIXES.items()}
    document = json.loads(graph.serialize(format="json-ld", context=context))
    return json.dumps(_in_order(document), ensure_ascii=False, indent=1) + "\n"


def _in_order(value: Any) -> Any:
    """Return JSON values in an order of their own: neither keys nor arrays of a graph have one."""
    if isinstance(value, dict):
        return {key: _in_order(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return sorted((_in_order(each) for each in value), key=json.dumps)
    return value


# --- the catalogue and its records ---------------------------------------------------------------


def _catalogue(initiatives: list[Initiative], title: str, base: str) -> Iterator[Triple]:
    catalogue, agent = _node(base, "catalogue"), _node(base, "publisher")
    yield catalogue, RDF.type, DCAT.Catalog
    yield catalogue, DCTERMS.title, Literal(title, "en")
    yield catalogue, DCTERMS.description, Literal(
        "Databases, registries, networks, biobanks and federations that collect data or specimens "
        "of people with sarcoma; each statement has its source and the day it was checked.", "en"
    )  # fmt: skip
    yield catalogue, DCTERMS.publisher, agent
    yield catalogue, DCTERMS.license, URIRef(str(LICENCE["url"]))
    yield catalogue, DCAT.themeTaxonomy, URIRef(f"{EU}data-theme")
    yield agent, RDF.type, FOAF.Agent
    yield agent, FOAF.name, Literal(PUBLISHER)
    by_id = {each.id: each for each in initiatives}
    for each in initiatives:
        yield from _record(each, catalogue, base)
        yield from _described(each, base)
        yield from _ties(each, by_id, base)


def _site(base: str, path: str) -> URIRef:
    return URIRef(f"{base}{path}")


def _iri(address: str | None) -> URIRef | None:
    """Return an address as a node; None for what is none: what is foreign never breaks a triple."""
    return URIRef(address) if address and not url_fault(address) else None


def _node(base: str, name: str) -> URIRef:
    """Return a node that is of the catalogue as a whole."""
    return _site(base, f"index.html#{name}")


def _page(id: str, base: str) -> URIRef:
    return _site(base, path_of(id))


def _subject(id: str, base: str) -> URIRef:
    """Return the node of the initiative itself, which its page tells of."""
    return URIRef(f"{_page(id, base)}#initiative")


def _record(each: Initiative, catalogue: URIRef, base: str) -> Iterator[Triple]:
    record, subject = _page(each.id, base), _subject(each.id, base)
    yield catalogue, DCAT.record, record
    yield catalogue, DCAT.dataset, subject
    yield record, RDF.type, DCAT.CatalogRecord
    yield record, FOAF.primaryTopic, subject
    yield record, DCTERMS.license, URIRef(str(LICENCE["url"]))
    yield record, DCTERMS.title, Literal(f"Record of {each.name}", "en")
    if each.first_published:
        yield record, DCTERMS.issued, _day(each.first_published)
    # DCAT-AP asks for it once; an entry that was never checked is not published.
    yield record, DCTERMS.modified, _day(each.last_checked or datetime.date.min)


def _day(day: datetime.date) -> Literal:
    return Literal(day.isoformat(), datatype=XSD.date)


def _holds_data(each: Initiative) -> bool:
    """Return whether an initiative is said to hold data: by a kind that does, or by a count."""
    return bool(set(each.kind) - _JOINS_ONLY or each.known("cases") or each.known("data_domains"))


# --- one initiative ------------------------------------------------------------------------------


def _described(each: Initiative, base: str) -> Iterator[Triple]:
    node = _subject(each.id, base)
    yield node, RDF.type, (DCAT.Dataset if _holds_data(each) else _SERIES)
    yield node, DCTERMS.title, Literal(each.name, "en")
    for tag, name in each.name_local.items():
        if _LANGUAGE.fullmatch(tag):
            yield node, DCTERMS.title, Literal(name, tag)
    for other in filter(None, (each.acronym, *each.aliases)):
        yield node, DCTERMS.alternative, Literal(other)
    yield node, DCTERMS.description, Literal(" ".join(each.summary.split()), "en")
    yield node, DCTERMS.identifier, Literal(each.id)
    yield node, DCAT.theme, HEALTH_THEME
    yield HEALTH_THEME, RDF.type, SKOS.Concept
    yield HEALTH_THEME, SKOS.prefLabel, Literal("Health", "en")
    yield from _kinds(each, node, base)
    yield from _tumours(each, node, base)
    yield from _places(each, node)
    yield from _whom(each, node)
    yield from _time(each, node)
    yield from _people(each, node)
    yield from _access(each, node)
    yield from _works(each, node)


def _kinds(each: Initiative, node: URIRef, base: str) -> Iterator[Triple]:
    for code in each.kind:
        kind = vocabulary.KINDS.get(code)
        if kind is None:
            continue
        term = _site(base, f"kinds/{code}.html#term")
        yield node, DCTERMS.type, term
        yield from _concept(term, kind.label)
        if kind.ehds:
            # The European list of these categories has no lasting address yet: its code, and
            # the law that names it, stand on a concept of our own.
            category = _node(base, f"category-{kind.ehds}")
            yield node, HEALTH.healthCategory, category
            yield from _concept(category, _EHDS_LABELS[kind.ehds])
            yield category, SKOS.notation, Literal(kind.ehds)
            yield category, DCTERMS.source, URIRef(_EHDS)


def _concept(term: URIRef, label: str) -> Iterator[Triple]:
    yield term, RDF.type, SKOS.Concept
    yield term, SKOS.prefLabel, Literal(label, "en")


def _tumours(each: Initiative, node: URIRef, base: str) -> Iterator[Triple]:
    for code in dict.fromkeys(_values(each, "tumours")):
        tumour = vocabulary.TUMOURS.get(code)
        if tumour is None:
            continue
        orpha = URIRef(f"{ORDO}{tumour.orpha}") if tumour.orpha else None
        term = orpha or _node(base, f"tumour-{code}")
        yield node, DCAT.theme, term
        yield from _concept(term, tumour.label)
        yield node, DCAT.keyword, Literal(tumour.label, "en")
        for morphology in tumour.icd_o:
            yield node, HEALTH.hasCodeValues, Literal(f"ICD-O-3.2 {morphology}")


def _values(each: Initiative, field: str) -> Iterator[Any]:
    """Yield every item of the known values of a field that holds a list."""
    for claim in each.known(field):
        yield from claim.value


def _places(each: Initiative, node: URIRef) -> Iterator[Triple]:
    for country in filter(None, map(vocabulary.COUNTRIES.get, each.countries)):
        place = URIRef(f"{EU}country/{country.alpha_3}")
        yield node, DCTERMS.spatial, place
        yield place, RDF.type, DCTERMS.Location


def _whom(each: Initiative, node: URIRef) -> Iterator[Triple]:
    said = [vocabulary.label("scopes", each.scope)]
    for field in ("population_basis", "tumour_note", "inclusion", "exclusion"):
        said += [value_text(claim) for claim in each.known(field)]
    yield node, HEALTH.populationCoverage, Literal(". ".join(said), "en")
    for claim in each.known("ages"):
        for end in ("min", "max"):
            if claim.value.get(end) is not None:
                age = Literal(claim.value[end], datatype=XSD.nonNegativeInteger)
                yield node, HEALTH[f"{end}TypicalAge"], age
    yield from _size(newest_count(each), node)


def _size(count: Claim | None, node: URIRef) -> Iterator[Triple]:
    """Say how many are held, where the newest count is one number that nobody disputes."""
    exact = count and count.value.get("qualifier", "exact") == "exact"
    if count is None or not exact or count.value.get("n_max") or count.state != "known":
        return
    properties = {"patients": "numberOfUniqueIndividuals", "records": "numberOfRecords"}
    wanted = properties.get(count.value["unit"])
    if wanted:
        number = Literal(count.value["n"], datatype=XSD.nonNegativeInteger)
        yield node, HEALTH[wanted], number


def _time(each: Initiative, node: URIRef) -> Iterator[Triple]:
    for field, end in (("data_from", DCAT.startDate), ("data_to", DCAT.endDate)):
        date = each.value(field)
        if date and not edtf_fault(str(date)):
            period = URIRef(f"{node}-period")
            yield node, DCTERMS.temporal, period
            yield period, RDF.type, DCTERMS.PeriodOfTime
            yield period, end, _edtf(str(date))
    rhythm = FREQUENCIES.get(str(each.value("update")))
    if rhythm:
        frequency = URIRef(f"{EU}frequency/{rhythm}")
        yield node, DCTERMS.accrualPeriodicity, frequency
        yield frequency, RDF.type, DCTERMS.Frequency


def _edtf(date: str) -> Literal:
    types = {4: XSD.gYear, 7: XSD.gYearMonth, 10: XSD.date}
    return Literal(date, datatype=types[len(date)], normalize=False)


def _people(each: Initiative, node: URIRef) -> Iterator[Triple]:
    leads = list(_values(each, "lead"))
    for number, lead in enumerate(leads, start=1):
        agent = _iri(lead.get("ror")) or URIRef(f"{node}-lead-{number}")
        # DCAT-AP knows one publisher; the others made it too.
        yield node, (DCTERMS.publisher if number == 1 else DCTERMS.creator), agent
        yield agent, RDF.type, FOAF.Agent
        yield agent, FOAF.name, Literal(lead["name"])
    for number, claim in enumerate(each.known("contact"), start=1):
        yield from _contact(claim.value, node, URIRef(f"{node}-contact-{number}"))


def _contact(contact: Mapping[str, Any], node: URIRef, card: URIRef) -> Iterator[Triple]:
    yield node, DCAT.contactPoint, card
    yield card, RDF.type, VCARD.Kind
    yield card, VCARD.fn, Literal(contact.get("role") or "Contact")
    if form := _iri(contact.get("form")):
        yield card, VCARD.hasURL, form
    if (mail := contact.get("address")) and _MAIL.fullmatch(mail):
        yield card, VCARD.hasEmail, URIRef(f"mailto:{mail}")


def _access(each: Initiative, node: URIRef) -> Iterator[Triple]:
    if website := _iri(each.value("website")):
        yield node, DCAT.landingPage, website
        yield website, RDF.type, FOAF.Document
    rights = {ACCESS_RIGHTS[claim.value] for claim in each.known("access")
              if claim.value in ACCESS_RIGHTS}  # fmt: skip
    if len(rights) == 1:  # one at most is allowed: two routes of different openness say none
        statement = URIRef(f"{EU}access-right/{rights.pop()}")
        yield node, DCTERMS.accessRights, statement
        yield statement, RDF.type, DCTERMS.RightsStatement
    for code in dict.fromkeys(_values(each, "models")):
        if code not in ("own", "other") and code in vocabulary.TERMS["models"]:
            standard = URIRef(f"{node}-model-{code}")
            yield node, DCTERMS.conformsTo, standard
            yield standard, RDF.type, DCTERMS.Standard
            yield standard, DCTERMS.title, Literal(vocabulary.label("models", code), "en")


def _works(each: Initiative, node: URIRef) -> Iterator[Triple]:
    for source in dict.fromkeys(_values(each, "outputs")):
        if work := _iri(address(source)):  # a paper known by its title only has none
            yield node, DCTERMS.isReferencedBy, work


def _ties(each: Initiative, by_id: Mapping[str, Initiative], base: str) -> Iterator[Triple]:
    node = _subject(each.id, base)
    for number, relation in enumerate(each.relations, start=1):
        if relation.to not in by_id or relation.type not in vocabulary.RELATIONS:
            continue
        other = _subject(relation.to, base)
        if relation.type == "part_of":
            is_series = not _holds_data(by_id[relation.to])
            yield node, (_IN_SERIES if is_series else DCTERMS.isPartOf), other
        tie, role = URIRef(f"{node}-tie-{number}"), _node(base, f"relation-{relation.type}")
        yield node, DCAT.qualifiedRelation, tie
        yield tie, RDF.type, DCAT.Relationship
        yield tie, DCTERMS.relation, other
        yield tie, DCAT.hadRole, role
        yield role, RDF.type, DCAT.Role
        yield from _concept(role, vocabulary.label("relations", relation.type))
