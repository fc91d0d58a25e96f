"""The record: one bibliographic description as one source gave it, and its key.

Plain values: nothing here reads files, the network or the database.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from search.brought import Brought, from_values, to_values

PUBMED = "pubmed"

# Sources whose records stand in for PubMed's own and therefore bear PubMed's keys, so that a live
# search later meets the same records and the judgements made on them still hold. The source's name
# still says wherever it shows that the record did not come from PubMed.
OFFLINE_CORPUS = "offline-corpus"
BEARING_PUBMED_KEYS = frozenset({PUBMED, OFFLINE_CORPUS})


@dataclass(frozen=True, slots=True)
class Link:
    """A tie to another publication, as PubMed's CommentsCorrections has it.

    ``kind`` is PubMed's RefType ("ErratumIn", "RetractionOf", …); "In" is on the paper concerned.
    """

    kind: str
    pmid: str | None = None
    citation: str | None = None


@dataclass(frozen=True, slots=True)
class OtherAbstract:
    """A further abstract: another language, or a plain-language summary."""

    language: str | None
    kind: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Record:
    """One bibliographic description. Absent values are None or empty, never made up."""

    title: str | None = None
    abstract: str | None = None
    authors: tuple[str, ...] = ()  # "Family, Given"; a collective author as it stands
    year: int | None = None
    journal: str | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    pmid: str | None = None
    doi: str | None = None  # lower case, without resolver address
    pmcid: str | None = None
    language: tuple[str, ...] = ()  # as the source wrote it (PubMed: ISO 639-2, "eng")
    publication_types: tuple[str, ...] = ()
    mesh: tuple[str, ...] = ()  # "Descriptor/qualifier", a major topic without its mark
    keywords: tuple[str, ...] = ()
    retracted: bool = False
    vernacular_title: str | None = None
    published: str | None = None  # the source's own words for the date: "2017 Nov-Dec"
    published_online: str | None = None  # YYYY[-MM[-DD]]
    created: str | None = None  # PubMed's create date [crdt], YYYY-MM-DD
    status: str | None = None  # PubMed: MEDLINE, Publisher, In-Process, …
    version: int | None = None
    kind: str = "article"  # article, book, chapter, or the source's own type
    issn: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()
    investigators: tuple[str, ...] = ()
    orcids: tuple[tuple[str, str], ...] = ()  # (author, 0000-0000-0000-0000)
    registrations: tuple[str, ...] = ()  # "ClinicalTrials.gov: NCT01234567"
    links: tuple[Link, ...] = ()
    other_abstracts: tuple[OtherAbstract, ...] = ()
    urls: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    accession: str | None = None  # the source's own number for the record
    brought: Brought | None = None  # how it was judged elsewhere, as the file says


@dataclass(frozen=True, slots=True)
class Appearance:
    """That a record was met: in which source, by which search run or import."""

    source: str
    run: str


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record with its key and every appearance of it."""

    key: str
    record: Record
    sources: tuple[Appearance, ...] = ()

    @property
    def seen(self) -> str:
        """Return the hash of the text a reviewer sees; see `text_hash`."""
        return text_hash(self.record)


# --- normalising identifiers -------------------------------------------------------------------

_DOI = re.compile(r"\b(10\.\d{4,9}/\S+)")
_PMCID = re.compile(r"\bPMC\d+", re.IGNORECASE)
# Of ASCII: letters small, digits as they are, all else a space.
_PLAIN = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)}


def clean_doi(text: str | None) -> str | None:
    """Return the DOI inside ``text``, lower case, without resolver; None when there is none."""
    found = _DOI.search(text or "")
    if not found:
        return None
    doi = found.group(1).split("[doi]", maxsplit=1)[0].rstrip(".,;\"'>")
    # A closing bracket belongs to the DOI only where one was opened in it.
    while doi.endswith(")") and doi.count(")") > doi.count("("):
        doi = doi[:-1].rstrip(".,;")
    return doi.lower() or None


def clean_pmid(text: str | None) -> str | None:
    """Return a PMID (1 to 8 digits, no leading zero), or None when ``text`` is not one."""
    digits = (text or "").strip().removeprefix("PMID:").strip()
    return digits.lstrip("0") or None if re.fullmatch(r"\d{1,8}", digits) else None


def clean_pmcid(text: str | None) -> str | None:
    """Return a PMCID as PMC and digits, or None when ``text`` holds none."""
    found = _PMCID.search(text or "")
    return found.group(0).upper() if found else None


def fold(text: str | None) -> str:
    """Fold a text for comparison: no accents, no punctuation, single spaces, lower case."""
    if not text:
        return ""
    if text.isascii():  # most of it is, and it takes a tenth of the time
        return " ".join(text.translate(_PLAIN).split())
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(
        letter if letter.isalnum() else " "
        for letter in decomposed
        if not unicodedata.combining(letter)
    )
    return " ".join(plain.split())


# --- keys --------------------------------------------------------------------------------------


def _family(authors: Sequence[str]) -> str:
    return fold(authors[0].split(",")[0]) if authors else ""


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def base_of(record: Record) -> str:
    """Return the base of a record's key: its PMID, else its DOI, else a hash of what names it."""
    if record.pmid:
        return f"pmid:{record.pmid}"
    if record.doi:
        return f"doi:{record.doi}"
    named = (fold(record.title), str(record.year or ""), _family(record.authors))
    return f"sha:{_digest(named)[:12]}"


def base_of_key(key: str) -> str:
    """Return the base that a record's key rests on: the key without its source."""
    return key.partition("@")[0]


def key_of(record: Record, source: str) -> str:
    """Return the record's key in ``source``, before any other record is known to share it."""
    base = base_of(record)
    if source in BEARING_PUBMED_KEYS and record.pmid:
        return base
    return f"{base}@{source}"


def content_hash(record: Record) -> str:
    """Return 6 hex digits of what tells a record from another of the same base in its source.

    Abstract, keywords and the like are left out: a later export that mends them is the same record.
    Where there is no title, they are all that tells one record from another.
    """
    title = record.title or record.vernacular_title or record.abstract or " ".join(record.notes)
    naming = (
        fold(title),
        "|".join(fold(author) for author in record.authors),
        *(
            str(value or "")
            for value in (
                record.year,
                fold(record.journal),
                record.volume,
                record.issue,
                record.pages,
                record.doi,
                record.pmid,
            )
        ),
    )
    return _digest(naming)[:6]


def text_hash(record: Record) -> str:
    """Return the sha256 of title and abstract: the text on which a decision is made (TM-08)."""
    return _digest((record.title or "", record.abstract or ""))


# --- to and from plain values ------------------------------------------------------------------

_CONTRACT = (
    "pmid", "doi", "pmcid", "title", "abstract", "authors", "year", "journal", "volume", "issue",
    "pages", "language", "publication_types", "mesh", "keywords", "retracted",
)  # fmt: skip
_NAMES = tuple(item.name for item in fields(Record))
_DEFAULTS = {item.name: item.default for item in fields(Record)}
_NESTED = frozenset({"links", "other_abstracts"})


def to_document(record: Record) -> dict[str, Any]:
    """Return the record as JSON values, without those that are absent."""
    # Not by `asdict`: it copies every text deeply, which took a third of a search's time.
    document: dict[str, Any] = {}
    for name, default in _DEFAULTS.items():
        value = getattr(record, name)
        if value != default:
            if name in _NESTED:
                value = tuple(map(asdict, value))
            elif name == "brought":
                value = to_values(value)
            document[name] = value
    return document


def from_document(document: Mapping[str, Any]) -> Record:
    """Return the record that `to_document` wrote; unknown names are passed over."""
    values: dict[str, Any] = {}
    for name in _NAMES:
        if name not in document:
            continue
        value = document[name]
        if name == "links":
            value = tuple(Link(**link) for link in value)
        elif name == "other_abstracts":
            value = tuple(OtherAbstract(**other) for other in value)
        elif name == "orcids":
            value = tuple((author, orcid) for author, orcid in value)
        elif name == "brought":
            value = from_values(value)
        elif isinstance(value, list):
            value = tuple(value)
        values[name] = value
    return Record(**values)


def to_contract(stored: StoredRecord, duplicate_of: str | None = None) -> dict[str, Any]:
    """Return a stored record in the JSON form of the contract, every field present.

    How it was judged elsewhere is left out: nobody should see that before their own verdict.
    """
    values = asdict(stored.record)
    document: dict[str, Any] = {"key": stored.key}
    document |= {name: values[name] for name in _CONTRACT}
    document |= {name: values[name] for name in _NAMES if name not in (*_CONTRACT, "brought")}
    document["sources"] = [{"source": met.source, "run": met.run} for met in stored.sources]
    document["duplicate_of"] = duplicate_of
    return document
