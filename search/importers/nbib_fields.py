"""What the fields of an nbib record mean. Pure: an entry goes in, a record comes out.

The same record read from PubMed XML says the same, as far as nbib holds it. What each tag means:
https://www.nlm.nih.gov/bsd/mms/medlineelements.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from search.importers.fields import Entry, distinct, person, serials, year_in
from search.records import Link, OtherAbstract, Record, clean_doi, clean_pmcid, clean_pmid

_LINKS = {
    "CIN": "CommentIn", "CON": "CommentOn", "EIN": "ErratumIn", "EFR": "ErratumFor",
    "RIN": "RetractionIn", "ROF": "RetractionOf", "UIN": "UpdateIn", "UOF": "UpdateOf",
    "CRI": "CorrectedandRepublishedIn", "CRF": "CorrectedandRepublishedFrom",
    "RRI": "RetractedandRepublishedIn", "RRF": "RetractedandRepublishedFrom",
    "ECI": "ExpressionOfConcernIn", "ECF": "ExpressionOfConcernFor",
    "RPI": "RepublishedIn", "RPF": "RepublishedFrom", "ORI": "OriginalReportIn",
    "SPIN": "SummaryForPatientsIn", "PRIN": "PartialRetractionIn", "PROF": "PartialRetractionOf",
    "DDIN": "AssociatedDataset", "DRIN": "AssociatedPublication",
}  # fmt: skip
_RETRACTED_BY = frozenset({"RetractionIn", "RetractedandRepublishedIn"})
_PMID_AT_END = re.compile(r"\.? *PMID: *(\d{1,8})\b.*")
_ORCID = re.compile(r"(?<!\d)(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dXx])(?!\d)")
_DAY = re.compile(r"(\d{4})[/-]?(\d\d)[/-]?(\d\d)")


def to_record(entry: Entry) -> Record:
    """Return the record that the fields of an nbib entry describe."""
    chapter, book = entry.first("TI"), entry.first("BTI")
    pmid = clean_pmid(entry.first("PMID"))
    published, online = entry.first("DP"), _day(entry.first("DEP"))
    types = distinct(entry.all("PT"))
    links = tuple(_links(entry))
    authors, orcids = _people(entry, "FAU", "AU", "CN")
    issn, isbn = serials(entry.all("IS", "ISSN", "ISBN"))
    locations = entry.all("AID", "LID")
    return Record(
        title=chapter or book or entry.first("CTI"),
        vernacular_title=entry.first("TT"),
        abstract="\n".join(entry.all("AB")) or None,
        authors=authors,
        editors=_people(entry, "FED", "ED", "")[0],
        investigators=_people(entry, "FIR", "IR", "")[0],
        orcids=orcids,
        year=year_in(published) or year_in(online),
        published=published,
        published_online=online,
        created=_day(entry.first("CRDT")),
        journal=entry.first("JT", "TA") or (book if chapter else None),
        volume=entry.first("VI"),
        issue=entry.first("IP"),
        pages=entry.first("PG"),
        pmid=pmid,
        doi=next(filter(None, map(_own_doi, locations)), None),
        pmcid=next(filter(None, map(clean_pmcid, entry.all("PMC", "OID"))), None),
        language=distinct(entry.all("LA")),
        publication_types=types,
        mesh=distinct(_mesh(entry)),
        keywords=distinct(word.lstrip("*") for word in entry.all("OT")),
        retracted="Retracted Publication" in types
        or any(link.kind in _RETRACTED_BY for link in links),
        status=entry.first("STAT"),
        kind=("chapter" if chapter else "book") if book else "article",
        issn=issn,
        registrations=tuple(text.replace("/", ": ", 1) for text in entry.all("SI")),
        links=links,
        other_abstracts=tuple(_other_abstracts(entry)),
        urls=distinct(text for text in locations if re.match(r"https?://", text)),
        notes=(*entry.all("GN"), *(f"ISBN {number}" for number in isbn)),
        accession=None if pmid else entry.first("OID"),
    )


def _people(
    entry: Entry, full: str, short: str, group: str
) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Return names and (name, ORCID) pairs; a short form counts where no full one is before it."""
    names: list[str] = []
    orcids: list[tuple[str, str]] = []
    paired = False
    for tag, value in entry.pairs(full, short, group, "AUID"):
        if tag == "AUID":
            found = _ORCID.search(value)
            if found and names and short == "AU":
                orcids.append((names[-1], "-".join(found.groups()).upper()))
        elif tag == short and paired:
            paired = False
        else:
            paired = tag == full
            names.append(value if tag == group else person(value))
    return tuple(names), tuple(orcids)


def _own_doi(text: str) -> str | None:
    return clean_doi(text) if "[doi]" in text or "doi.org/" in text else None


def _day(text: str | None) -> str | None:
    """Return YYYY-MM-DD of "20170422" or "2017/04/26 06:00"."""
    found = _DAY.match(text or "")
    return "-".join(found.groups()) if found else None


def _mesh(entry: Entry) -> Iterator[str]:
    for heading in entry.all("MH"):
        descriptor, *qualifiers = heading.replace("*", "").split("/")
        if not qualifiers:
            yield descriptor
        yield from (f"{descriptor}/{qualifier}" for qualifier in qualifiers)


def _links(entry: Entry) -> Iterator[Link]:
    for tag, text in entry.pairs(*_LINKS):
        pmid = _PMID_AT_END.search(text)
        yield Link(_LINKS[tag], pmid[1] if pmid else None, _PMID_AT_END.sub("", text) or None)


def _other_abstracts(entry: Entry) -> Iterator[OtherAbstract]:
    texts: list[tuple[str, str]] = []
    for tag, value in entry.pairs("OAB", "OABL"):
        if tag == "OAB":
            texts.append((value, "eng"))
        elif texts:
            texts[-1] = (texts[-1][0], value)
    for text, language in texts:
        kind, colon, words = text.partition(": ")
        if colon and len(kind) < 40:  # "Publisher: Abstract available from the publisher."
            yield OtherAbstract(language, kind, words)
        else:
            yield OtherAbstract(language, None, text)
