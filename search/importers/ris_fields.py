"""What the fields of a RIS record mean, in every dialect we met. Pure: entry in, record out."""

from __future__ import annotations

import re
from collections.abc import Iterable

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
from search.importers.ris_identifiers import (
    accession_of,
    doi_of,
    pmcid_of,
    pmid_of,
    urls_of,
)
from search.importers.ris_tags import Index, Tags, first_said, is_nothing, tags_of
from search.reading import Reading
from search.records import Record, clean_doi

_FOUR, _TWO = re.compile(r"\d{4}"), re.compile(r"\d\d?")
_ARTICLES = frozenset({"JOUR", "EJOUR", "JFULL", "INPR", ""})
_KINDS = {"BOOK": "book", "EBOOK": "book", "EDBOOK": "book", "CHAP": "chapter", "ECHAP": "chapter"}
_ISSUE = re.compile(r"(?=.{0,24}$)[^\W\d]{0,8}\.? ?\d{1,4}(?!\d).*|.{0,12}suppl.{0,12}", re.I)
_WORK = "(?:article|paper|publication|chapter)"
# A title says that its paper was retracted, not that it is about papers that were.
_RETRACTED = re.compile(rf"^\W*retracted(?: {_WORK})?\s*[:\])–—-]|\(retracted {_WORK}", re.I)
_RETRACTED_TYPE = re.compile(r"\bretracted\b", re.I)


def to_record(entry: Entry, reading: Reading) -> Record:
    """Return the record that the fields of a RIS entry describe; further titles are notes."""
    index = entry.index
    tags = tags_of(tuple(index))
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
    pmid, pmcid = pmid_of(entry, tags), pmcid_of(entry, tags)
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
        journal=first_said(index, tags.article_in if is_article else tags.other_in),
        volume=first_said(index, tags.volumes),
        issue=_issue(index, tags, is_article),
        pages=_pages(index) if tags.pages else None,
        pmid=pmid,
        doi=doi_of(entry, tags),
        pmcid=pmcid,
        language=distinct(listed(index["LA"])) if tags.languages else (),
        publication_types=distinct(types) if types else (),
        keywords=distinct([word.lstrip("*") for word in keywords]) if keywords else (),
        retracted=_is_retracted(title, types),
        vernacular_title=first_said(index, tags.vernacular),
        kind="article" if is_article else _KINDS.get(kind, kind),
        issn=issn,
        urls=urls_of(entry, tags, pmcid) if tags.addresses else (),
        notes=(*index.get("N1", ()), *more, *further, *(f"ISBN {number}" for number in isbn)),
        accession=accession_of(index, tags, pmid),
    )


def _people(values: tuple[str, ...]) -> tuple[str, ...]:
    return distinct([person(name) for name in listed(values)])


def _titles(index: Index, tags: Tags, is_article: bool) -> list[str]:
    titles = [title for tag in tags.titles for title in index[tag]]
    if not titles and not is_article:
        titles = index.get("BT", [])
    return _telling(titles)


def _telling(values: Iterable[str]) -> list[str]:
    """Return those values that say something, each once."""
    return [value for value in dict.fromkeys(values) if not is_nothing(value)]


def _abstract(index: Index) -> tuple[str | None, tuple[str, ...]]:
    """Return the abstract, and what else stands in its fields."""
    first, second = _telling(index.get("AB", ())), _telling(index.get("N2", ()))
    if not first:
        return "\n".join(second) or None, ()
    return "\n".join(first), tuple(text for text in second if text not in first)


def _is_retracted(title: str, types: list[str]) -> bool:
    if "retracted" in title.lower() and _RETRACTED.search(title):
        return True
    return any(map(_RETRACTED_TYPE.search, types))


def _date(index: Index, tags: tuple[str, ...]) -> tuple[int | None, str | None]:
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


def _issue(index: Index, tags: Tags, is_article: bool) -> str | None:
    if said := first_said(index, tags.issues):
        return said
    # EndNote writes the issue of an article as M1, where others keep numbers of their own.
    note = first_said(index, tags.numbers) if is_article else None
    return note if note and _ISSUE.fullmatch(note) else None


def _pages(index: Index) -> str | None:
    first, last, number = (first_said(index, (tag,)) if tag in index else None
                           for tag in ("SP", "EP", "C7"))  # fmt: skip
    if (first, last) == ("No", "Specified"):  # PsycInfo's "No Pagination Specified"
        first = last = None
    return pages_of(first, last, number)


def _types(entry: Entry, tags: tuple[str, ...]) -> list[str]:
    return [value for value in entry.all(*tags) if not clean_doi(value) and not is_nothing(value)]
