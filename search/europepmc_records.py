"""A result of Europe PMC as a record. Pure: JSON values go in, a record comes out.

https://europepmc.org/docs/EBI_Europe_PMC_Web_Service_Reference.pdf. Any value may be absent or of
another kind than it should be.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from search.records import Link, Record, clean_doi, clean_pmcid, clean_pmid

_HEADING = re.compile(r"\s*<h4>\s*(.*?)\s*</h4>\s*", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_ISO = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
# Europe PMC's words for PubMed's ties between papers
_TIES = {
    "erratum in": "ErratumIn", "erratum for": "ErratumFor", "retraction in": "RetractionIn",
    "retraction of": "RetractionOf", "expression of concern in": "ExpressionOfConcernIn",
    "expression of concern for": "ExpressionOfConcernFor", "comment in": "CommentIn",
    "comment on": "CommentOn", "update in": "UpdateIn", "update of": "UpdateOf",
    "preprint of": "UpdateIn", "preprint in": "UpdateOf",
    "republished in": "CorrectedandRepublishedIn",
    "republished from": "CorrectedandRepublishedFrom",
}  # fmt: skip


def accession_of(result: Any) -> str | None:
    """Return what Europe PMC calls a record, "MED:123"; None when the result says neither part."""
    source, id = (_text(result, name) for name in ("source", "id"))
    return f"{source}:{id}" if source and id else None


def record_of(result: Any) -> Record | None:
    """Return the record of a result, None when it is no record: without identifier and title."""
    accession, title = accession_of(result), _words(_text(result, "title"))
    if not isinstance(result, dict) or not (accession or title):
        return None
    journal, people = _table(result, "journalInfo"), list(_people(result))
    named = _table(journal, "journal")
    types = tuple(_listed(result, "pubTypeList", "pubType"))
    links = tuple(_links(result))
    published = _text(result, "firstPublicationDate")
    return Record(
        title=title,
        abstract=_abstract(_text(result, "abstractText")),
        authors=tuple(name for name, _ in people),
        year=_year(_text(journal, "yearOfPublication")) or _year(_text(result, "pubYear")),
        journal=_text(named, "title") or _text(named, "medlineAbbreviation"),
        volume=_text(journal, "volume"),
        issue=_text(journal, "issue"),
        pages=_text(result, "pageInfo"),
        pmid=clean_pmid(_text(result, "pmid")),
        doi=clean_doi(_text(result, "doi")),
        pmcid=clean_pmcid(_text(result, "pmcid")),
        language=tuple(filter(None, (_text(result, "language"),))),
        publication_types=types,
        mesh=tuple(_mesh(result)),
        keywords=tuple(_listed(result, "keywordList", "keyword")),
        retracted=any(each.lower() == "retracted publication" for each in types)
        or any(link.kind == "RetractionIn" for link in links),
        published=_text(journal, "dateOfPublication"),
        published_online=published if published and _ISO.fullmatch(published) else None,
        kind="preprint" if _text(result, "source") == "PPR" else "article",
        issn=tuple(filter(None, (_text(named, "issn"), _text(named, "essn")))),
        orcids=tuple((name, orcid) for name, orcid in people if orcid),
        links=links,
        urls=tuple(_urls(result)),
        accession=accession,
    )


def _text(values: Any, name: str) -> str | None:
    value = values.get(name) if isinstance(values, dict) else None
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    return " ".join(value.split()) or None if isinstance(value, str) else None


def _table(values: Any, name: str) -> Any:
    return values.get(name) if isinstance(values, dict) else None


def _entries(values: Any, outer: str, inner: str) -> list[Any]:
    """Return a list inside a table: Europe PMC writes ``{"authorList": {"author": [...]}}``."""
    found = _table(_table(values, outer), inner)
    return found if isinstance(found, list) else []


def _listed(values: Any, outer: str, inner: str) -> Iterator[str]:
    for each in _entries(values, outer, inner):
        if isinstance(each, str) and (words := _words(each)):
            yield words


def _words(text: str | None) -> str | None:
    """Return a text without its markup, white space single."""
    return " ".join(html.unescape(_TAG.sub("", text)).split()) or None if text else None


def _abstract(text: str | None) -> str | None:
    """Return an abstract, a labelled part on a line each, as PubMed's are kept."""
    if not text:
        return None
    lines = _HEADING.sub(lambda found: f"\n{_words(found[1]) or ''}: ", text).split("\n")
    return "\n".join(filter(None, map(_words, lines))) or None


def _year(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"[12]\d{3}", text) else None


def _people(result: Any) -> Iterator[tuple[str, str | None]]:
    """Yield (name, ORCID) of each author."""
    entries = _entries(result, "authorList", "author")
    for each in entries:
        family = _text(each, "lastName")
        given = _text(each, "firstName") or _text(each, "initials")
        name = (f"{family}, {given}" if family and given else family or
                _text(each, "collectiveName") or _text(each, "fullName"))  # fmt: skip
        if name:
            yield name, _orcid(each)
    if not entries:
        for name in (_text(result, "authorString") or "").rstrip(".").split(","):
            if name.strip():
                family, _, initials = name.strip().rpartition(" ")
                yield (f"{family}, {initials}" if family else initials), None


def _orcid(author: Any) -> str | None:
    identifier = _table(author, "authorId")
    return _text(identifier, "value") if _text(identifier, "type") == "ORCID" else None


def _mesh(result: Any) -> Iterator[str]:
    for heading in _entries(result, "meshHeadingList", "meshHeading"):
        name = _text(heading, "descriptorName")
        listed = _entries(heading, "meshQualifierList", "meshQualifier")
        qualifiers = [_text(each, "qualifierName") for each in listed]
        if name:
            yield from [f"{name}/{each}" for each in qualifiers if each] or [name]


def _links(result: Any) -> Iterator[Link]:
    for each in _entries(result, "commentCorrectionList", "commentCorrection"):
        kind = _TIES.get((_text(each, "type") or "").lower())
        if kind:
            is_pubmeds = _text(each, "source") == "MED"
            yield Link(kind, clean_pmid(_text(each, "id")) if is_pubmeds else None,
                       _text(each, "reference"))  # fmt: skip


def _urls(result: Any) -> Iterator[str]:
    """Yield the addresses of the full text that are open to everybody."""
    for each in _entries(result, "fullTextUrlList", "fullTextUrl"):
        url = _text(each, "url") or ""
        if _text(each, "availabilityCode") in ("OA", "F") and re.match(r"https?://[^\s]+\Z", url):
            yield url
