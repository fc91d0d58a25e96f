"""A PubmedBookArticle (a book of the NCBI Bookshelf, or a chapter of one) as a record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from search.pubmed_dates import created_of, date_words, year_in
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
from search.records import Record, clean_doi, clean_pmcid, clean_pmid

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


def book_record(element: Element) -> Record:
    """Return the record of a ``PubmedBookArticle``.

    With an ``ArticleTitle`` it is a chapter: its date is that of the contribution, and the book's
    title stands where an article has its journal. Authors are the chapter's own, else the book's;
    editors are found in the book.
    """
    whole = parts_of(element)
    document, data = whole.get("BookDocument"), parts_of(whole.get("PubmedBookData"))
    if document is None:
        return Record()
    parts = parts_of(document)
    book = parts.get("Book")
    printed = parts_of(book)
    chapter, title = text_of(parts.get("ArticleTitle")), text_of(printed.get("BookTitle"))
    contributed = date_words(parts.get("ContributionDate")) if chapter else None
    published = contributed or date_words(printed.get("PubDate"))
    people = tuple(every("AuthorList", document, parts))
    books_people = tuple(every("AuthorList", book, printed))
    authors = people_in(lists_of("authors", people))
    if not authors.names:
        authors = people_in(lists_of("authors", books_people))
    types = texts_in(every("PublicationType", document, parts))
    ids = ids_of(data.get("ArticleIdList")) | ids_of(parts.get("ArticleIdList"))
    # a chapter that bore its book's DOI would be taken for every other chapter of it
    doi = clean_doi(ids.get("doi")) or (
        None if chapter else location_doi(every("ELocationID", book, printed))
    )
    return Record(
        title=chapter or title,
        abstract=abstract_of(parts.get("Abstract")),
        authors=authors.names,
        year=year_in(published),
        journal=title if chapter else None,
        volume=text_of(printed.get("Volume")),
        pages=pages_of(parts.get("Pagination")),
        pmid=clean_pmid(text_of(parts.get("PMID"))),
        doi=doi,
        pmcid=clean_pmcid(ids.get("pmc")),
        language=texts_in(every("Language", document, parts)),
        publication_types=types,
        keywords=keywords_of(every("KeywordList", document, parts)),
        retracted="Retracted Publication" in types,
        vernacular_title=text_of(parts.get("VernacularTitle")),
        published=published,
        created=created_of(data.get("History")),
        version=version_of(parts.get("PMID")),
        kind="chapter" if chapter else "book",
        editors=people_in(lists_of("editors", people + books_people)).names,
        investigators=people_in(
            (*every("InvestigatorList", document, parts), *every("InvestigatorList", book, printed))
        ).names,
        orcids=authors.orcids,
        notes=tuple(f"ISBN {isbn}" for isbn in texts_in(every("Isbn", book, printed))),
        accession=ids.get("bookaccession"),
    )
