"""What the fields of a RIS record mean, in every dialect we met. Pure: entry in, record out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from search.fulltext import open_addresses
from search.importers.fields import (
    YEAR,
    Entry,
    distinct,
    listed,
    pages_of,
    person,
    serials,
    year_in,
)
from search.importers.own import OWN
from search.reading import Reading
from search.records import Record, clean_doi, clean_pmcid, clean_pmid

_FOUR, _TWO = re.compile(r"\d{4}"), re.compile(r"\d\d?")
_OF_PUBMED = re.compile(r"\b(?:pubmed|medline|nlm)\b")
_ADDRESS = re.compile(r"https?://[^\s\"<>;]+")
_ADDRESSES = re.compile(r"https?://[^\s\"<>]+?(?=;?\s|;\s*https?://|;?$)")
_ARTICLES = frozenset({"JOUR", "EJOUR", "JFULL", "INPR", ""})
_KINDS = {"BOOK": "book", "EBOOK": "book", "EDBOOK": "book", "CHAP": "chapter", "ECHAP": "chapter"}
# What R and some databases write where there is nothing.
_NOTHING = re.compile(r"\[?(?:NA|n/a|no abstract(?: available)?\.?)\]?", re.IGNORECASE)
_ISSUE = re.compile(r"(?=.{0,24}$)[^\W\d]{0,8}\.? ?\d{1,4}(?!\d).*|.{0,12}suppl.{0,12}", re.I)
_WORK = "(?:article|paper|publication|chapter)"
# A title says that its paper was retracted, not that it is about papers that were.
_RETRACTED = re.compile(rf"^\W*retracted(?: {_WORK})?\s*[:\])–—-]|\(retracted {_WORK}", re.I)
_RETRACTED_TYPE = re.compile(r"\bretracted\b", re.I)
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


class _Tags(NamedTuple):
    """Which tags of those that say something of one kind a record has."""

    titles: tuple[str, ...] = ("TI", "T1", "CT")
    people: tuple[str, ...] = ("AU", "A1")
    editors: tuple[str, ...] = ("ED", "A2")
    dates: tuple[str, ...] = ("PY", "DA", "Y1", "Y2", "Y3")
    article_in: tuple[str, ...] = ("T2", "JF", "JO", "JA", "J2", "J1", "J9", "JI")
    other_in: tuple[str, ...] = ("T2", "JF", "JO", "BT", "JA", "J2", "J1", "J9", "JI")
    volumes: tuple[str, ...] = ("VL", "VO")
    issues: tuple[str, ...] = ("IS", "CP")
    numbers: tuple[str, ...] = ("M1",)
    pages: tuple[str, ...] = ("SP", "EP", "C7")
    serials: tuple[str, ...] = ("SN",)
    types: tuple[str, ...] = ("M3", "PT")
    languages: tuple[str, ...] = ("LA",)
    keywords: tuple[str, ...] = ("KW", "DE")
    vernacular: tuple[str, ...] = ("TT",)
    notes: tuple[str, ...] = ("N1",)
    dois: tuple[str, ...] = ("DO",)
    other_dois: tuple[str, ...] = ("DOI", "DI", "M3")
    doi_addresses: tuple[str, ...] = ("UR", "L3", "L2", "LK")
    doi_notes: tuple[str, ...] = ("N1", "ID", "C7")
    pmids: tuple[str, ...] = ("PMID", "PM")
    databases: tuple[str, ...] = ("DB", "DP")
    in_databases: tuple[str, ...] = ("AN", "C2", "C5")
    pmid_numbers: tuple[str, ...] = ("AN", "XR")
    pmid_notes: tuple[str, ...] = ("U1", "C7", "N1", "M1")
    pmcids: tuple[str, ...] = ("C2", "U2", "AN")
    addresses: tuple[str, ...] = ("UR", "L2", "LK")
    accessions: tuple[str, ...] = ("AN", "UT")
    own_numbers: tuple[str, ...] = ("U2", "ID")


@lru_cache(maxsize=4096)
def _tags(present: tuple[str, ...]) -> _Tags:
    """Sort the tags of a record; records of one file have few sets of them.

    To ask each record for each of some fifty tags takes longer than all that is done with it.
    """
    return _Tags(*(tuple(tag for tag in group if tag in present) for group in _Tags()))


def to_record(entry: Entry, reading: Reading) -> Record:
    """Return the record that the fields of a RIS entry describe; further titles are notes."""
    index = entry.index
    tags = _tags(tuple(index))
    kind = index["TY"][0].upper() if "TY" in index else ""
    is_article = kind in _ARTICLES
    title, *further = _titles(index, tags, is_article) or [""]
    if further:
        reading.repair(
            entry.line, "a record has several titles; the first is taken, the others are notes"
        )
    abstract, more = _abstract(index)
    year, published = _date(index, tags.dates)
    issn, isbn = serials(entry.all("SN")) if tags.serials else ((), ())
    pmid, pmcid = _pmid(entry, tags), _pmcid(entry, tags)
    types = _types(entry, tags.types) if tags.types else []
    # an article has no editors: what stands in A2 there are authors of its references (PsycInfo)
    editors = ("ED",) if is_article else tags.editors
    keywords = listed(entry.all(*tags.keywords)) if tags.keywords else ()
    return Record(
        title=title or None,
        abstract=abstract,
        authors=_people(entry.all(*tags.people)) if tags.people else (),
        editors=_people(entry.all(*editors)) if tags.editors else (),
        year=year,
        published=published,
        journal=_said(index, tags.article_in if is_article else tags.other_in),
        volume=_said(index, tags.volumes),
        issue=_issue(index, tags, is_article),
        pages=_pages(index) if tags.pages else None,
        pmid=pmid,
        doi=_doi(entry, tags),
        pmcid=pmcid,
        language=distinct(listed(index["LA"])) if tags.languages else (),
        publication_types=distinct(types) if types else (),
        keywords=distinct([word.lstrip("*") for word in keywords]) if keywords else (),
        retracted=_is_retracted(title, types),
        vernacular_title=_said(index, tags.vernacular),
        kind="article" if is_article else _KINDS.get(kind, kind),
        issn=issn,
        urls=distinct(_addresses(_urls(entry, tags, pmcid))) if tags.addresses else (),
        notes=(*index.get("N1", ()), *more, *further, *(f"ISBN {number}" for number in isbn)),
        accession=_accession(index, tags, pmid),
    )


def _people(values: tuple[str, ...]) -> tuple[str, ...]:
    return distinct([person(name) for name in listed(values)])


_Index = Mapping[str, list[str]]


def _said(index: _Index, tags: tuple[str, ...]) -> str | None:
    """Return the first value of these tags, which the record has, that says something."""
    for tag in tags:
        for value in index[tag]:
            if not _is_nothing(value):
                return value
    return None


def _is_nothing(value: str) -> bool:
    return value[0] in "[nN" and len(value) < 30 and _NOTHING.fullmatch(value) is not None


def _titles(index: _Index, tags: _Tags, is_article: bool) -> list[str]:
    titles = [title for tag in tags.titles for title in index[tag]]
    if not titles and not is_article:
        titles = index.get("BT", [])
    return _telling(titles)


def _telling(values: Iterable[str]) -> list[str]:
    """Return those values that say something, each once."""
    return [value for value in dict.fromkeys(values) if not _is_nothing(value)]


def _abstract(index: _Index) -> tuple[str | None, tuple[str, ...]]:
    """Return the abstract, and what else stands in its fields."""
    first, second = _telling(index.get("AB", ())), _telling(index.get("N2", ()))
    if not first:
        return "\n".join(second) or None, ()
    return "\n".join(first), tuple(text for text in second if text not in first)


def _is_retracted(title: str, types: list[str]) -> bool:
    if "retracted" in title.lower() and _RETRACTED.search(title):
        return True
    return any(map(_RETRACTED_TYPE.search, types))


def _date(index: _Index, tags: tuple[str, ...]) -> tuple[int | None, str | None]:
    """Return the year, and the fullest wording of that year's date.

    ``Y2`` is the day of access; in Rayyan's files it is the month and ``Y3`` the day.
    """
    said = {tag: index[tag][0].strip("/ ") for tag in tags}
    if "Y2" in said and _FOUR.fullmatch(said.get("Y1", "")) and _TWO.fullmatch(said["Y2"]):
        said["Y1"] = "/".join(filter(None, (said["Y1"], said["Y2"], said.get("Y3", ""))))
    words = [said[tag] for tag in tags if tag < "Y2" and said[tag]]
    if len(words) == 1 and "DA" not in said:
        return year_in(words[0]), words[0]
    years = [year_in(word) for word in words]
    year = next(filter(None, years), None)
    if year is None:
        return None, words[0] if words else None
    day = said.get("DA")
    if day and not YEAR.search(day):
        return year, f"{year} {day}"  # "SEP"
    of_year = [word for word, each in zip(words, years, strict=True) if each == year]
    return year, max(of_year, key=len)


def _issue(index: _Index, tags: _Tags, is_article: bool) -> str | None:
    if said := _said(index, tags.issues):
        return said
    # EndNote writes the issue of an article as M1, where others keep numbers of their own.
    note = _said(index, tags.numbers) if is_article else None
    return note if note and _ISSUE.fullmatch(note) else None


def _pages(index: _Index) -> str | None:
    first, last, number = (_said(index, (tag,)) if tag in index else None
                           for tag in ("SP", "EP", "C7"))  # fmt: skip
    if (first, last) == ("No", "Specified"):  # PsycInfo's "No Pagination Specified"
        first = last = None
    return pages_of(first, last, number)


def _types(entry: Entry, tags: tuple[str, ...]) -> list[str]:
    return [value for value in entry.all(*tags) if not clean_doi(value) and not _is_nothing(value)]


# --- identifiers: what a text cannot hold is not searched for, since that takes time ------------


def _doi(entry: Entry, tags: _Tags) -> str | None:
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


def _pmid(entry: Entry, tags: _Tags) -> str | None:
    return next(filter(None, map(clean_pmid, _pmids(entry, tags))), None)


def _pmids(entry: Entry, tags: _Tags) -> Iterator[str]:
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


def _pmcid(entry: Entry, tags: _Tags) -> str | None:
    for value in entry.all(*tags.pmcids):
        if pmcid := clean_pmcid(value):
            return pmcid
    for url in entry.all(*tags.addresses):
        if "PMC" in url.upper() and (found := _PMC_IN_URL.search(url)):
            return found[1].upper()
    return None


def _accession(index: _Index, tags: _Tags, pmid: str | None) -> str | None:
    """Return the source's own number for the record, where it is not the PMID or PMCID."""
    number = _said(index, tags.accessions) or next(
        (value for tag in tags.own_numbers for value in index[tag]
         if re.search(r"\d{5}|\d-\d", value)), None
    )  # fmt: skip
    if number is None or clean_pmid(number) == pmid is not None or clean_pmcid(number) == number:
        return None
    return number


def _urls(entry: Entry, tags: _Tags, pmcid: str | None) -> tuple[str, ...]:
    """Return what holds addresses, but for those of full texts that only say the PMCID again."""
    if not pmcid or "L2" not in tags.addresses:
        return entry.all(*tags.addresses)
    said = open_addresses(Record(pmcid=pmcid))
    pairs = entry.pairs(*tags.addresses)
    return tuple(value for tag, value in pairs if tag != "L2" or value not in said)


def _addresses(values: tuple[str, ...]) -> Iterator[str]:
    for value in values:
        if _ADDRESS.fullmatch(value):
            yield value
        else:
            yield from _ADDRESSES.findall(value)
