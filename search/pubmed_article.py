"""A PubmedArticle as a record. Pure: an element goes in, a record comes out.

What each element means: https://www.nlm.nih.gov/bsd/licensee/elements_descriptions.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from search.pubmed_dates import created_of, date_words, iso_date, year_in
from search.pubmed_fields import (
    abstract_of,
    every,
    ids_of,
    keywords_of,
    location_doi,
    pages_of,
    parts_of,
    text_of,
    texts_in,
    version_of,
)
from search.pubmed_people import lists_of, people_in
from search.records import Link, OtherAbstract, Record, clean_doi, clean_pmcid, clean_pmid

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

    from search.pubmed_fields import Parts

_RETRACTED_BY = frozenset({"RetractionIn", "RetractedandRepublishedIn"})


def article_record(element: Element) -> Record:
    """Return the record of a ``PubmedArticle``.

    ``journal`` is the full title, or the ISO abbreviation where there is no title. ``year`` is
    that of the issue, or of the electronic publication where the issue has none. ``retracted``
    rests on the publication type or on a notice of retraction.
    """
    whole = parts_of(element)
    citation, data = whole.get("MedlineCitation"), parts_of(whole.get("PubmedData"))
    if citation is None:
        return Record()
    cited = parts_of(citation)
    listed = cited.get("MedlineJournalInfo")
    article = cited.get("Article", citation)
    parts = parts_of(article)
    journal = parts_of(parts.get("Journal"))
    issue = parts_of(journal.get("JournalIssue"))
    published = date_words(issue.get("PubDate"))
    online = _online(every("ArticleDate", article, parts))
    people = tuple(every("AuthorList", article, parts))
    authors = people_in(lists_of("authors", people))
    links = tuple(_links(cited.get("CommentsCorrectionsList")))
    types = texts_in(parts.get("PublicationTypeList"))
    ids = ids_of(data.get("ArticleIdList"))
    return Record(
        title=text_of(parts.get("ArticleTitle")),
        abstract=abstract_of(parts.get("Abstract")),
        authors=authors.names,
        year=year_in(published) or year_in(online),
        journal=text_of(journal.get("Title")) or text_of(journal.get("ISOAbbreviation")),
        volume=text_of(issue.get("Volume")),
        issue=text_of(issue.get("Issue")),
        pages=pages_of(parts.get("Pagination")),
        pmid=clean_pmid(text_of(cited.get("PMID"))),
        doi=clean_doi(ids.get("doi")) or location_doi(every("ELocationID", article, parts)),
        pmcid=clean_pmcid(ids.get("pmc")),
        language=texts_in(every("Language", article, parts)),
        publication_types=types,
        mesh=tuple(_mesh(cited["MeshHeadingList"])) if "MeshHeadingList" in cited else (),
        keywords=keywords_of(every("KeywordList", citation, cited)),
        retracted="Retracted Publication" in types
        or any(link.kind in _RETRACTED_BY for link in links),
        vernacular_title=text_of(parts.get("VernacularTitle")),
        published=published,
        published_online=online,
        created=created_of(data.get("History")),
        status=citation.get("Status"),
        version=version_of(cited.get("PMID")),
        issn=_issn(journal.get("ISSN"), parts_of(listed).get("ISSNLinking")),
        editors=people_in(lists_of("editors", people)).names,
        investigators=people_in(every("InvestigatorList", citation, cited)).names,
        orcids=authors.orcids,
        registrations=tuple(_registrations(parts.get("DataBankList"))),
        links=links,
        other_abstracts=tuple(_other_abstracts(every("OtherAbstract", citation, cited))),
        notes=texts_in(every("GeneralNote", citation, cited)),
    )


def _online(dates: Iterable[Element]) -> str | None:
    """Return the date of electronic publication; by the DTD no other kind of date stands here."""
    return next(filter(None, map(iso_date, dates)), None)


def _mesh(headings: Element) -> Iterator[str]:
    """Yield "Descriptor/qualifier" for each qualifier, or the descriptor where there is none."""
    descriptor, bare = None, False
    for part in headings.iter("DescriptorName", "QualifierName"):
        words = text_of(part)
        if part.tag == "QualifierName":
            if words:
                bare = False
                yield f"{descriptor}/{words}" if descriptor else words
            continue
        if bare and descriptor:
            yield descriptor
        descriptor, bare = words, True
    if bare and descriptor:
        yield descriptor


def _issn(cited: Element | None, linking: Element | None) -> tuple[str, ...]:
    """Return the ISSN of the medium cited and the one that links all media of the journal."""
    both = (text_of(cited), text_of(linking))
    return tuple(dict.fromkeys(issn for issn in both if issn))


def _registrations(banks: Element | None) -> Iterator[str]:
    for bank in () if banks is None else banks.iterchildren("DataBank"):
        parts = parts_of(bank)
        name = text_of(parts.get("DataBankName"))
        numbers = texts_in(parts.get("AccessionNumberList"))
        if name and not numbers:
            yield name
        for number in numbers:
            yield f"{name}: {number}" if name else number


def _links(ties: Element | None) -> Iterator[Link]:
    for tie in () if ties is None else ties.iterchildren("CommentsCorrections"):
        kind = tie.get("RefType")
        if kind and kind != "Cites":  # the reference list: no tie between publications
            parts: Parts = parts_of(tie)
            pmid = clean_pmid(text_of(parts.get("PMID")))
            yield Link(kind, pmid, text_of(parts.get("RefSource")))


def _other_abstracts(others: Iterable[Element]) -> Iterator[OtherAbstract]:
    for other in others:
        if words := abstract_of(other):
            # by the DTD an abstract that names no language is in English
            yield OtherAbstract(other.get("Language") or "eng", other.get("Type"), words)
