"""What a page says to programs: schema.org as JSON-LD, made of the same values as the page.

Only what is known is said. The licence stands on our record, never on the patients' data. Nodes
bear the same names as in the catalogue's DCAT files: PAGE is the record, PAGE#initiative the thing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from catalogue.entries import vocabulary
from catalogue.entries.initiatives import Initiative
from catalogue.entries.rows import newest_count, path_of
from catalogue.entries.sources import address as source_address
from catalogue.entries.wording import country_name, value_text
from catalogue.exporting.dcat_initiative import holds_data
from catalogue.exporting.exports import LICENCE

CONTEXT = "https://schema.org"
_FREE = {"open": True, "registered": True}
_FILES = (
    ("catalogue.json", "application/json"),
    ("initiatives.csv", "text/csv"),
    ("catalogue.db", "application/vnd.sqlite3"),
)
_SHOWN_WORKS = 5
_ABOUT = (
    "Databases, registries, networks and biobanks of sarcoma, each statement with its source, the "
    "place in it and the day it was checked."
)


def entry_document(each: Initiative, address: str) -> dict[str, Any]:
    """Return what the page of an initiative says of it; ``address`` is that of the site, or ""."""
    page = f"{address}{path_of(each.id)}" if address else ""
    catalogue = f"{address}#catalogue" if address else "../index.html#catalogue"
    return {"@context": CONTEXT, "@graph": _nodes(each, page, catalogue)}


def _nodes(each: Initiative, page: str, catalogue: str) -> list[dict[str, Any]]:
    """Return the record and the thing it is about; ``page`` and ``catalogue`` name nodes."""
    record = {
        "@type": "WebPage",
        "@id": page,
        "name": f"Record of {each.name}",
        "inLanguage": "en",
        "license": LICENCE["url"],
        "isPartOf": {"@id": catalogue},
        "mainEntity": {"@id": f"{page}#initiative"},
        "datePublished": each.first_published.isoformat() if each.first_published else None,
        "dateModified": each.last_checked.isoformat() if each.last_checked else None,
        "version": str(each.version),
    }
    return [_filled(record), _filled(_thing(each, page, catalogue))]


def _thing(each: Initiative, page: str, catalogue: str) -> dict[str, Any]:
    holds = holds_data(each)
    thing: dict[str, Any] = {
        "@type": "Dataset" if holds else "ResearchProject",
        "@id": f"{page}#initiative",
        "name": each.name,
        "alternateName": [
            name for name in (each.acronym, *each.aliases, *each.name_local.values()) if name
        ],
        "description": " ".join(each.summary.split()),
        "identifier": [each.id, *_identifiers(each)],
        "url": each.value("website"),
        "keywords": [vocabulary.label("kinds", code) for code in each.kind],
        "about" if holds else "knowsAbout": list(_tumours(each)),
    }
    if holds:
        thing |= {
            "includedInDataCatalog": {"@id": catalogue},
            "spatialCoverage": [
                {"@type": "Country", "name": country_name(code)} for code in each.countries
            ],
            "temporalCoverage": _time(each),
            "size": _size(each),
            "isAccessibleForFree": _FREE.get(str(each.value("access"))),
            "conditionsOfAccess": vocabulary.label("access", str(each.value("access")))
            if each.value("access")
            else None,
            "variableMeasured": [
                vocabulary.label("domains", code)
                for claim in each.known("data_domains")
                for code, state in claim.value.items()
                if state in ("yes", "part")
            ],
            "creator": _organisations(each),
            "citation": _works(each),
        }
    else:
        thing |= {"areaServed": [country_name(code) for code in each.countries],
                  "parentOrganization": _organisations(each)}  # fmt: skip
    return thing


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what is not known; a list of one stands as itself."""
    found = {}
    for name, value in values.items():
        if value is None or value == [] or (value == "" and name != "@id"):
            continue
        found[name] = value[0] if isinstance(value, list) and len(value) == 1 else value
    return found


def _identifiers(each: Initiative) -> Iterator[dict[str, str]]:
    for claim in each.known("identifiers"):
        for one in claim.value:
            yield {
                "@type": "PropertyValue",
                "propertyID": vocabulary.label("identifier_schemes", one["scheme"]),
                "value": one["value"],
            }


def _tumours(each: Initiative) -> Iterator[dict[str, Any]]:
    for code in dict.fromkeys(code for claim in each.known("tumours") for code in claim.value):
        term = vocabulary.TUMOURS.get(code)
        codes = [f"ICD-O-3.2 {morphology}" for morphology in term.icd_o] if term else []
        if term and term.orpha:
            codes.insert(0, f"ORPHA:{term.orpha}")
        medical = [
            {"@type": "MedicalCode", "codingSystem": system, "codeValue": value}
            for system, value in (_split(code) for code in codes)
        ]
        yield _filled({
            "@type": "MedicalCondition",
            "name": term.label if term else code,
            "code": medical,
        })  # fmt: skip


def _split(code: str) -> tuple[str, str]:
    system, _, value = code.replace("ORPHA:", "ORPHAcode ").rpartition(" ")
    return system, value


def _time(each: Initiative) -> str | None:
    first = each.value("data_from") or each.value("started")
    last = each.value("data_to") or each.value("ended")
    return f"{first}/{last or '..'}" if first else None


def _size(each: Initiative) -> str | None:
    claim = newest_count(each)
    return value_text(claim) if claim else None


def _organisations(each: Initiative) -> list[dict[str, Any]]:
    return [
        _filled({"@type": "Organization", "name": one["name"], "sameAs": one.get("ror")})
        for claim in each.known("lead")
        for one in claim.value
    ]


def _works(each: Initiative) -> list[str]:
    works = [work for claim in each.known("outputs") for work in claim.value]
    return [source_address(work) for work in works[:_SHOWN_WORKS]]


def schema_org_parts(
    initiatives: Sequence[Initiative], address: str, about: Mapping[str, Any]
) -> Iterator[str]:
    """Give the whole catalogue as one schema.org file, a node a line, one initiative at a time.

    ``about`` has the catalogue's ``name`` and ``publisher``; see `catalogue_document`.
    """
    ordered = sorted(initiatives, key=lambda each: each.id)
    head = catalogue_document(ordered, address, {"tagline": "", "description": _ABOUT, **about})
    del head["@context"]
    pages = [f"{address}{path_of(each.id)}" for each in ordered]
    head["dataset"] = [{"@id": f"{page}#initiative"} for page in pages]
    yield json.dumps({"@context": CONTEXT}, ensure_ascii=False)[:-1] + ', "@graph": [\n'
    yield json.dumps(_filled(head), ensure_ascii=False)
    for each, page in zip(ordered, pages, strict=True):
        for node in _nodes(each, page, head["@id"]):
            yield ",\n" + json.dumps(node, ensure_ascii=False)
    yield "\n]}\n"


def catalogue_document(
    initiatives: Sequence[Initiative], address: str, about: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what the first page says: the catalogue, and what may be downloaded of it."""
    days = [each.last_checked for each in initiatives if each.last_checked]
    return _filled({
        "@context": CONTEXT,
        "@type": "DataCatalog",
        "@id": f"{address}#catalogue" if address else "#catalogue",
        "name": ": ".join(filter(None, (about["name"], about["tagline"]))),
        "description": about["description"],
        "url": address,
        "license": LICENCE["url"],
        "inLanguage": "en",
        "keywords": ["sarcoma", "registry", "biobank", "rare cancer", "real-world data"],
        "dateModified": max(days).isoformat() if days else None,
        "publisher": _filled({"@type": "Organization", "name": about["publisher"]})
        if about["publisher"]
        else None,
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": form, "contentUrl": f"{address}data/{name}"}
            for name, form in _FILES
        ],
    })  # fmt: skip
