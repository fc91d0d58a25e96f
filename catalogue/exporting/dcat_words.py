"""The words of DCAT: namespaces, European code lists, and where our nodes lie within the site."""

from __future__ import annotations

from catalogue.entries.rows import path_of
from catalogue.exporting.turtle import Namespace

ADMS = Namespace("http://www.w3.org/ns/adms#")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
DCT = Namespace("http://purl.org/dc/terms/")
FOAF = Namespace("http://xmlns.com/foaf/0.1/")
SKOS = Namespace("http://www.w3.org/2004/02/skos/core#")
XSD = Namespace("http://www.w3.org/2001/XMLSchema#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
HEALTH = Namespace("http://healthdataportal.eu/ns/health#")
ORDO = "http://www.orpha.net/ORDO/Orphanet_"
EU = "http://publications.europa.eu/resource/authority/"
HEALTH_THEME = f"{EU}data-theme/HEAL"
EHDS = "http://data.europa.eu/eli/reg/2025/327/oj"  # whose Article 51 lists the categories
EHDS_LABELS = {
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
PUBLISHER = "The maintainers of this review"
PREFIXES = {
    "adms": ADMS, "dcat": DCAT, "dct": DCT, "foaf": FOAF, "healthdcatap": HEALTH,
    "skos": SKOS, "vcard": VCARD, "xsd": XSD,
}  # fmt: skip


def node_of(base: str, name: str) -> str:
    """Return a node that is of the catalogue as a whole."""
    return f"{base}index.html#{name}"


def page_of(id: str, base: str) -> str:
    """Return the record of an initiative: its page."""
    return f"{base}{path_of(id)}"


def subject_of(id: str, base: str) -> str:
    """Return the node of the initiative itself, which its page tells of."""
    return f"{page_of(id, base)}#initiative"
