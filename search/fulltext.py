"""Where the full text of a record may be read: addresses, never a download. Pure.

What is open to everybody comes first: PubMed Central and Europe PMC by PMCID, then what Europe PMC
said is open. The publisher's page by DOI follows; Unpaywall's page by DOI says whether a
free copy lies elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from search.records import Record


@dataclass(frozen=True, slots=True)
class Location:
    """An address, whose it is, and whether the text there is known to be open to everybody."""

    site: str
    url: str
    is_open: bool


def locations(record: Record) -> Iterator[Location]:
    """Yield where a record's full text may be read, the open ones first, each address once."""
    seen: set[str] = set()
    for location in _all(record):
        if location.url not in seen:
            seen.add(location.url)
            yield location


def of_set(records: Iterable[Record]) -> list[Location]:
    """Return what the records of one duplicate set give together, the open ones first."""
    found = {at.url: at for record in records for at in locations(record)}
    return sorted(found.values(), key=lambda at: not at.is_open)


def open_addresses(record: Record) -> tuple[str, ...]:
    """Return the addresses where a record's full text is known to be open to everybody."""
    return tuple(at.url for at in locations(record) if at.is_open)


def _all(record: Record) -> Iterator[Location]:
    if record.pmcid:
        pmcid = quote(record.pmcid, safe="")
        yield Location("PubMed Central", f"https://pmc.ncbi.nlm.nih.gov/articles/{pmcid}/", True)
        yield Location("Europe PMC", f"https://europepmc.org/article/PMC/{pmcid}", True)
    if (record.accession or "").partition(":")[0] in ("MED", "PMC", "PPR"):  # Europe PMC's numbers
        for url in record.urls:
            yield Location("named by Europe PMC", url, True)
    if record.doi:
        doi = quote(record.doi, safe="/:;()._-")
        yield Location("publisher, by DOI", f"https://doi.org/{doi}", False)
        yield Location("Unpaywall", f"https://unpaywall.org/{doi}", False)
    if record.pmid:
        yield Location("PubMed", f"https://pubmed.ncbi.nlm.nih.gov/{record.pmid}/", False)
