"""What the fields of a RIS record mean, in every dialect we met. Pure: entry in, record out."""

from __future__ import annotations

import re
from collections.abc import Iterator
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

_ARTICLE_IN = ("T2", "JF", "JO", "JA", "J2", "J1", "J9", "JI")
_OTHER_IN = ("T2", "JF", "JO", "BT", "JA", "J2", "J1", "J9", "JI")
_DATES = ("PY", "DA", "Y1", "Y2", "Y3")
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


def to_record(entry: Entry, reading: Reading) -> Record:
    """Return the record that the fields of a RIS entry describe; further titles are notes."""
    kind = (entry.first("TY") or "").upper()
    is_article = kind in _ARTICLES
    title, *further = _titles(entry, is_article) or [""]
    if further:
        reading.repair(
            entry.line, "a record has several titles; the first is taken, the others are notes"
        )
    abstract, more = _abstract(entry)
    year, published = _date(entry)
    issn, isbn = serials(entry.all("SN"))
    pmid, pmcid, types = _pmid(entry), _pmcid(entry), _types(entry)
    urls = _urls(entry, pmcid)
    # an article has no editors: what stands in A2 there are authors of its references (PsycInfo)
    editors = entry.all("ED") if is_article else entry.all("ED", "A2")
    return Record(
        title=title or None,
        abstract=abstract,
        authors=_people(entry.all("AU", "A1")),
        editors=_people(editors) if editors else (),
        year=year,
        published=published,
        journal=_said(entry, *(_ARTICLE_IN if is_article else _OTHER_IN)),
        volume=_said(entry, "VL", "VO"),
        issue=_issue(entry, is_article),
        pages=_pages(entry),
        pmid=pmid,
        doi=_doi(entry),
        pmcid=pmcid,
        language=distinct(listed(entry.all("LA"))),
        publication_types=distinct(types),
        keywords=distinct([word.lstrip("*") for word in listed(entry.all("KW", "DE"))]),
        retracted=_is_retracted(title, types),
        vernacular_title=_said(entry, "TT"),
        kind="article" if is_article else _KINDS.get(kind, kind),
        issn=issn,
        urls=distinct(_addresses(urls)) if urls else (),
        notes=(*entry.all("N1"), *more, *further, *(f"ISBN {number}" for number in isbn)),
        accession=_accession(entry, pmid),
    )


def _people(values: tuple[str, ...]) -> tuple[str, ...]:
    return distinct([person(name) for name in listed(values)])


def _said(entry: Entry, *tags: str) -> str | None:
    """Return the first value that says something."""
    index = entry.index
    for tag in tags:
        for value in index.get(tag, ()):
            if not _is_nothing(value):
                return value
    return None


def _is_nothing(value: str) -> bool:
    return len(value) < 30 and _NOTHING.fullmatch(value) is not None


def _titles(entry: Entry, is_article: bool) -> list[str]:
    titles = entry.all("TI") + entry.all("T1") + entry.all("CT")
    if not titles and not is_article:
        titles = entry.all("BT")
    return list(dict.fromkeys(title for title in titles if not _is_nothing(title)))


def _abstract(entry: Entry) -> tuple[str | None, tuple[str, ...]]:
    """Return the abstract, and what else stands in its fields."""
    first, second = (
        [text for text in dict.fromkeys(entry.all(tag)) if not _is_nothing(text)]
        for tag in ("AB", "N2")
    )
    if not first:
        return "\n".join(second) or None, ()
    return "\n".join(first), tuple(text for text in second if text not in first)


def _is_retracted(title: str, types: list[str]) -> bool:
    if "retracted" in title.lower() and _RETRACTED.search(title):
        return True
    return any(map(_RETRACTED_TYPE.search, types))


def _date(entry: Entry) -> tuple[int | None, str | None]:
    """Return the year, and the fullest wording of that year's date.

    ``Y2`` is the day of access; in Rayyan's files it is the month and ``Y3`` the day.
    """
    index = entry.index
    said = {tag: index[tag][0].strip("/ ") for tag in _DATES if tag in index}
    if "Y2" in said and _FOUR.fullmatch(said.get("Y1", "")) and _TWO.fullmatch(said["Y2"]):
        said["Y1"] = "/".join(filter(None, (said["Y1"], said["Y2"], said.get("Y3", ""))))
    words = [said[tag] for tag in _DATES[:3] if said.get(tag)]
    years = [year_in(word) for word in words]
    year = next(filter(None, years), None)
    if year is None:
        return None, words[0] if words else None
    day = said.get("DA")
    if day and not YEAR.search(day):
        return year, f"{year} {day}"  # "SEP"
    of_year = [word for word, each in zip(words, years, strict=True) if each == year]
    return year, max(of_year, key=len)


def _issue(entry: Entry, is_article: bool) -> str | None:
    if said := _said(entry, "IS", "CP"):
        return said
    # EndNote writes the issue of an article as M1, where others keep numbers of their own.
    note = _said(entry, "M1") if is_article else None
    return note if note and _ISSUE.fullmatch(note) else None


def _pages(entry: Entry) -> str | None:
    first, last = _said(entry, "SP"), _said(entry, "EP")
    if (first, last) == ("No", "Specified"):  # PsycInfo's "No Pagination Specified"
        first = last = None
    return pages_of(first, last, _said(entry, "C7"))


def _types(entry: Entry) -> list[str]:
    return [value for value in entry.all("M3", "PT")
            if not clean_doi(value) and not _is_nothing(value)]  # fmt: skip


# --- identifiers: what a text cannot hold is not searched for, since that takes time ------------


def _doi(entry: Entry) -> str | None:
    """Return the record's own DOI; notes may hold those of its references, so they must be one."""
    for value in (*entry.all("DO"), *entry.all("DOI", "DI", "M3")):
        if doi := clean_doi(unquote(value) if "doi.org/" in value else value):
            return doi
    for value in entry.all("UR", "L3", "L2", "LK"):
        if "doi" in value.lower() and (found := _DOI_IN_URL.search(value)):
            return clean_doi(unquote(found[1]))
    for value in entry.all("N1", "ID", "C7"):
        if "10." in value and _DOI_ONLY.fullmatch(value) and (doi := clean_doi(value)):
            return doi
    return None


def _pmid(entry: Entry) -> str | None:
    return next(filter(None, map(clean_pmid, _pmids(entry))), None)


def _pmids(entry: Entry) -> Iterator[str]:
    """Yield what may be the PMID, the surest first."""
    yield from entry.all("PMID", "PM")
    databases = " ".join(entry.all("DB", "DP")).lower()
    if _OF_PUBMED.search(databases):
        yield from entry.all("AN")
    # Scopus and Embase keep it in fields that others use for other things.
    if "scopus" in databases:
        yield from entry.all("C2")
    if "embase" in databases:
        yield from entry.all("C5")
    yield from (found[1] for text in entry.all("AN", "XR") if (found := _PMID_NUMBER.match(text)))
    yield from filter(None, map(_pmid_in_url, entry.all("UR", "L2", "LK")))
    for note in entry.all("U1", "C7", "N1", "M1"):
        if len(note) >= 400 or note.startswith(OWN):
            continue
        numbers = {number for pair in _PMID_NOTE.findall(note) for number in pair if number}
        if len(numbers) == 1:  # a list of references has many
            yield numbers.pop()


def _pmid_in_url(url: str) -> str | None:
    found = _PMID_IN_URL.search(url) if "pubmed" in url else None
    if not found and ("?" in url or "&" in url):
        found = _OVID_MEDLINE.search(url[:2000])
    return found[1] if found else None


def _pmcid(entry: Entry) -> str | None:
    for value in entry.all("C2", "U2", "AN"):
        if pmcid := clean_pmcid(value):
            return pmcid
    for url in entry.all("UR", "L2", "LK"):
        if "PMC" in url.upper() and (found := _PMC_IN_URL.search(url)):
            return found[1].upper()
    return None


def _accession(entry: Entry, pmid: str | None) -> str | None:
    """Return the source's own number for the record, where it is not the PMID or PMCID."""
    number = _said(entry, "AN", "UT") or next(
        (value for value in entry.all("U2", "ID") if re.search(r"\d{5}|\d-\d", value)), None
    )
    if number is None or clean_pmid(number) == pmid is not None or clean_pmcid(number) == number:
        return None
    return number


def _urls(entry: Entry, pmcid: str | None) -> tuple[str, ...]:
    """Return what holds addresses, but for those of full texts that only say the PMCID again."""
    if not pmcid or not entry.all("L2"):
        return entry.all("UR", "L2", "LK")
    said = open_addresses(Record(pmcid=pmcid))
    pairs = entry.pairs("UR", "L2", "LK")
    return tuple(value for tag, value in pairs if tag != "L2" or value not in said)


def _addresses(values: tuple[str, ...]) -> Iterator[str]:
    for value in values:
        if _ADDRESS.fullmatch(value):
            yield value
        else:
            yield from _ADDRESSES.findall(value)
