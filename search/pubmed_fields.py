"""What articles and books of PubMed have in common: words, identifiers, pages, keywords.

Elements go in, plain values come out. Where it matters for speed an element's children are looked
at once and kept by their tags (`parts_of`), rather than searched for one by one, and taken as a
slice (``element[:]``), which lxml makes in two thirds of the time that it takes to go along them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, TypeAlias, cast

from lxml.etree import tostring

from search.records import clean_doi

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

    Parts: TypeAlias = Mapping[str, Element]


def parts_of(element: Element | None) -> Parts:
    """Return the children by their tags, the first of each tag; none when there is no element."""
    if element is None:
        return {}
    return cast("Parts", {part.tag: part for part in element[::-1]})


def every(tag: str, element: Element | None, parts: Parts) -> Iterable[Element]:
    """Return all children of a tag, in their order; ``parts`` are the `parts_of` the element.

    Where no tag stands twice, the element need not be gone through again.
    """
    if element is None or tag not in parts:
        return ()
    return (parts[tag],) if len(parts) == len(element) else element.iterchildren(tag)


def text_of(element: Element | None) -> str | None:
    """Return all words of an element, markup left out, white space single; None without words.

    ``.text`` alone would end at the first ``<i>``, and a formula laid out over lines would tear a
    title apart.
    """
    if element is None:
        return None
    if len(element):
        words: str | None = tostring(element, encoding="unicode", method="text", with_tail=False)
    else:
        words = element.text
        if words and len(words) < 80 and words.isprintable() and "  " not in words:
            return words.strip() or None  # as `single_spaced` would, without the way there
    return single_spaced(words) or None if words else None


def single_spaced(words: str) -> str:
    """Return the words with single blanks as their only white space."""
    # Nearly all words are so already, and to see that is much quicker than to make them so.
    if len(words) < 80:
        even = words.isprintable()  # no white space but the blank is
    elif words.isascii():
        even = "\n" not in words and "\t" not in words and "\r" not in words
    else:
        even = words.isprintable()
    if even and "  " not in words:
        return words.strip()
    return " ".join(words.split())


def texts_in(elements: Iterable[Element] | None) -> tuple[str, ...]:
    """Return the words of each element that has any."""
    if elements is None:
        return ()
    return tuple([words for element in elements if (words := text_of(element))])


def abstract_of(abstract: Element | None) -> str | None:
    """Return an abstract: its parts on a line each, "LABEL: words" where a part has a label."""
    if abstract is None:
        return None
    lines = []
    said = False
    for part in abstract.iterchildren("AbstractText"):
        words, label = text_of(part), single_spaced(part.get("Label") or "").rstrip(":")
        said = said or words is not None
        if label:
            lines.append(f"{label}: {words}" if words else f"{label}:")
        elif words:
            lines.append(words)
    return "\n".join(lines) if said else None


def version_of(pmid: Element | None) -> int | None:
    """Return the version that a PMID states."""
    version = (pmid.get("Version") or "") if pmid is not None else ""
    return int(version) if version.isascii() and version.isdigit() and len(version) < 6 else None


def ids_of(ids: Element | None) -> dict[str, str]:
    """Return the identifiers of one id list by their kind, the first of each kind.

    The list must be the record's own: reference lists, further down, hold those of other papers.
    """
    found: dict[str, str] = {}
    for identifier in () if ids is None else ids.iterchildren("ArticleId"):
        if words := text_of(identifier):
            found.setdefault(identifier.get("IdType") or "pubmed", words)
    return found


def location_doi(locations: Iterable[Element]) -> str | None:
    """Return the DOI of the first electronic location that has one and is marked as valid."""
    for location in locations:
        valid = location.get("EIdType") == "doi" and location.get("ValidYN", "Y") == "Y"
        if valid and (doi := clean_doi(text_of(location))):
            return doi
    return None


def pages_of(pagination: Element | None) -> str | None:
    """Return the pages as MEDLINE abridges them ("113-25"), else from first and last page."""
    parts = parts_of(pagination)
    if medline := text_of(parts.get("MedlinePgn")):
        return medline
    ends = (text_of(parts.get("StartPage")), text_of(parts.get("EndPage")))
    return "-".join(page for page in ends if page) or None


def keywords_of(lists: Iterable[Element]) -> tuple[str, ...]:
    """Return the keywords of all lists (authors', NASA's, …), each once."""
    return tuple(dict.fromkeys([words for each in lists for words in texts_in(each)]))
