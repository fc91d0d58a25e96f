"""By what a RIS record is known, and where it can be read: identifiers, addresses, own numbers.

Programs write them into many fields, and into fields that others use for other things. What a text
cannot hold is not searched for in it, since that takes time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from search.fulltext import open_addresses
from search.importers.fields import Entry, distinct
from search.importers.own import OWN
from search.importers.ris_tags import Index, Tags, first_said
from search.records import Record, clean_doi, clean_pmcid, clean_pmid

_OF_PUBMED = re.compile(r"\b(?:pubmed|medline|nlm)\b")
_ADDRESS = re.compile(r"https?://[^\s\"<>;]+")
_ADDRESSES = re.compile(r"https?://[^\s\"<>]+?(?=;?\s|;\s*https?://|;?$)")
_DOI_ONLY = re.compile(r"(?:doi:?\s*|https?://(?:dx\.)?doi\.org/)?10\.\d{4,9}/\S+", re.I)
_DOI_IN_URL = re.compile(
    r"(?:doi\.org/|/doi/(?:(?:abs|full|pdf|epdf|book)/)?|[?&]doi=|[?&]id=doi:)"
    r"(10\.\d{4,9}(?:/|%2f)[^\s&?#]+)", re.I,
)  # fmt: skip
_PMID_NOTE = re.compile(r"\bPMID\s*[:=]?\s*(\d{1,8})(?!\d)|\b(\d{1,8})\[pmid\]", re.I)
_PMID_IN_URL = re.compile(
    r"(?:ncbi\.nlm\.nih\.gov/(?:m/)?pubmed/|pubmed\.ncbi\.nlm\.nih\.gov/|pubmed\.gov/)(\d{1,8})\b"
)
_PMID_NUMBER = re.compile(r"(?:MEDLINE|PUBMED|PMID)[:\s]\s*(\d{1,8})(?!\d)", re.I)
_OVID_MEDLINE = re.compile(r"[?&]D=(?:med|mes|ppe|prem|pmn)\w*(?=&).*?[?&]AN=(\d{1,8})(?!\d)", re.I)
_PMC_IN_URL = re.compile(r"/articles/(PMC\d+)", re.I)


def doi_of(entry: Entry, tags: Tags) -> str | None:
    """Return the record's own DOI; notes may hold those of its references, so they must be one."""
    for group in (tags.dois, tags.other_dois):
        for value in entry.all(*group):
            if doi := clean_doi(unquote(value) if "doi.org/" in value else value):
                return doi
    for value in entry.all(*tags.doi_addresses):
        if "doi" in value.lower() and (found := _DOI_IN_URL.search(value)):
            return clean_doi(unquote(found[1]))
    for value in entry.all(*tags.doi_notes):
        if "10." in value and _DOI_ONLY.fullmatch(value) and (doi := clean_doi(value)):
            return doi
    return None


def pmid_of(entry: Entry, tags: Tags) -> str | None:
    """Return the record's own PMID."""
    return next(filter(None, map(clean_pmid, _pmids(entry, tags))), None)


def _pmids(entry: Entry, tags: Tags) -> Iterator[str]:
    """Yield what may be the PMID, the surest first."""
    yield from entry.all(*tags.pmids)
    if tags.in_databases and tags.databases:
        yield from _in_databases(entry, " ".join(entry.all(*tags.databases)).lower())
    for text in entry.all(*tags.pmid_numbers):
        if found := _PMID_NUMBER.match(text):
            yield found[1]
    for url in entry.all(*tags.addresses):
        if pmid := _pmid_in_url(url):
            yield pmid
    for note in entry.all(*tags.pmid_notes):
        if len(note) >= 400 or OWN in note:
            continue
        numbers = {number for pair in _PMID_NOTE.findall(note) for number in pair if number}
        if len(numbers) == 1:  # a list of references has many
            yield numbers.pop()


def _in_databases(entry: Entry, databases: str) -> Iterator[str]:
    if _OF_PUBMED.search(databases):
        yield from entry.all("AN")
    # Scopus and Embase keep it in fields that others use for other things.
    if "scopus" in databases:
        yield from entry.all("C2")
    if "embase" in databases:
        yield from entry.all("C5")


def _pmid_in_url(url: str) -> str | None:
    found = _PMID_IN_URL.search(url) if "pubmed" in url else None
    if not found and ("?" in url or "&" in url):
        found = _OVID_MEDLINE.search(url[:2000])
    return found[1] if found else None


def pmcid_of(entry: Entry, tags: Tags) -> str | None:
    """Return the record's PMCID."""
    for value in entry.all(*tags.pmcids):
        if pmcid := clean_pmcid(value):
            return pmcid
    for url in entry.all(*tags.addresses):
        if "PMC" in url.upper() and (found := _PMC_IN_URL.search(url)):
            return found[1].upper()
    return None


def accession_of(index: Index, tags: Tags, pmid: str | None) -> str | None:
    """Return the source's own number for the record, where it is not the PMID or PMCID."""
    number = first_said(index, tags.accessions) or next(
        (value for tag in tags.own_numbers for value in index[tag]
         if re.search(r"\d{5}|\d-\d", value)), None
    )  # fmt: skip
    if number is None or clean_pmid(number) == pmid is not None or clean_pmcid(number) == number:
        return None
    return number


def urls_of(entry: Entry, tags: Tags, pmcid: str | None) -> tuple[str, ...]:
    """Return the record's addresses, each once."""
    return distinct(_cut(_holding_addresses(entry, tags, pmcid)))


def _holding_addresses(entry: Entry, tags: Tags, pmcid: str | None) -> tuple[str, ...]:
    """Return what holds addresses, but for those of full texts that only say the PMCID again."""
    if not pmcid or "L2" not in tags.addresses:
        return entry.all(*tags.addresses)
    said = open_addresses(Record(pmcid=pmcid))
    pairs = entry.pairs(*tags.addresses)
    return tuple(value for tag, value in pairs if tag != "L2" or value not in said)


def _cut(values: tuple[str, ...]) -> Iterator[str]:
    for value in values:
        if _ADDRESS.fullmatch(value):
            yield value
        else:
            yield from _ADDRESSES.findall(value)
