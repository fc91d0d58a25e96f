"""Records of PubMed XML files as they are searched and served: newest first, as PubMed has them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from pathlib import Path

from lxml import etree

from search.errors import BadInput
from search.offline.fields import Searchable, searchable
from search.offline.places import Places
from search.offline.query import Answer, ask
from search.pubmed_xml import records
from search.reading import Reading
from search.records import Record

# The id of a reference; the record's own stands in a list that begins with it.
_REFERENCE = re.compile(r'<Reference>(?:(?!</Reference>).)*?IdType="pubmed">(\d{1,8})<', re.DOTALL)
_RECORDS = ("PubmedArticle", "PubmedBookArticle")
_WITHDRAWN = ("DeleteCitation", "DeleteDocument")
_SET = (
    b'<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, '
    b'1st January 2025//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n'
    b"<PubmedArticleSet>%s</PubmedArticleSet>\n"
)


@dataclass(frozen=True)
class Corpus:
    """Records to search in, in the order in which they are listed, each with its XML by PMID."""

    searchables: tuple[Searchable, ...]
    elements: dict[str, bytes] = field(repr=False)

    def find(self, term: str) -> tuple[list[str], Answer]:
        """Return the PMIDs that a query finds, and how it was understood; see `query.ask`."""
        answer = ask(term, self._places)
        return [self._pmids[place] for place in answer.places], answer

    @cached_property
    def _places(self) -> Places:
        return Places(self.searchables)

    @cached_property
    def _pmids(self) -> list[str]:
        return [str(each.pmid) for each in self.searchables]

    @cached_property
    def digest(self) -> str:
        """Return what tells this set of records from any other: the same for the same records."""
        records = sorted(hashlib.sha256(xml).digest() for xml in self.elements.values())
        return hashlib.sha256(b"".join(records)).hexdigest()[:16]

    @cached_property
    def references(self) -> dict[str, list[str]]:
        """Return for each record the PMIDs of its reference list."""
        return {pmid: list(dict.fromkeys(_REFERENCE.findall(xml.decode())))
                for pmid, xml in self.elements.items()}  # fmt: skip

    @cached_property
    def citing(self) -> dict[str, list[str]]:
        """Return for each PMID the records whose reference list has it."""
        found: dict[str, list[str]] = {}
        for pmid, cited in self.references.items():
            for each in cited:
                found.setdefault(each, []).append(pmid)
        return found

    def document(self, ids: Sequence[str]) -> bytes:
        """Return the records of some PMIDs as PubMed XML; unknown ids are left out, as PubMed does.

        Each stands as in its file, and once.
        """
        known = (self.elements[pmid] for pmid in dict.fromkeys(ids) if pmid in self.elements)
        return _SET % b"\n".join(known)


def read_corpus(paths: Sequence[Path]) -> Corpus:
    """Read PubMed XML files as PubMed's baseline and update files are read, one after the other.

    Of a PMID that comes again the last record counts, and a DeleteCitation takes away those named
    before it. BadInput for a file that is not whole, and for a record without a PMID.
    """
    found: dict[str, tuple[Record, Searchable, bytes]] = {}
    for path in paths:
        for element in _root(path).iterchildren(*_RECORDS, *_WITHDRAWN):
            if element.tag in _WITHDRAWN:
                for pmid in element.iterchildren("PMID"):
                    found.pop((pmid.text or "").strip(), None)
                continue
            xml = etree.tostring(element, with_tail=False)
            record = _record(xml)
            if record is None or record.pmid is None:
                raise BadInput("a record without a PMID cannot be served.",
                               where=f"{path}:{element.sourceline}")  # fmt: skip
            found[record.pmid] = record, _searchable(record, element), xml
    newest = sorted(found.values(), key=lambda each: _age(each[0]), reverse=True)
    return Corpus(
        tuple(each for _, each, _ in newest), {pmid: xml for pmid, (_, _, xml) in found.items()}
    )


def _root(path: Path) -> etree._Element:
    try:
        return etree.parse(path, _parser()).getroot()
    except etree.XMLSyntaxError as error:
        raise BadInput(f"this is not well-formed XML: {error.msg}.", where=str(path),
                       remedy="Mend it, or fetch it again.") from None  # fmt: skip


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True
    )


def _record(xml: bytes) -> Record | None:
    return next(records(BytesIO(_SET % xml), Reading("pubmed-xml")), None)


def _searchable(record: Record, element: etree._Element) -> Searchable:
    names = [each.text for path in (".//MedlineTA", ".//ISOAbbreviation")
             for each in element.iterfind(path) if each.text]  # fmt: skip
    places = ["".join(map(str, each.itertext())) for each in element.iterfind(".//Affiliation")]
    return searchable(record, journals=names, affiliations=places)


def _age(record: Record) -> tuple[str, int]:
    return record.created or str(record.year or ""), int(record.pmid or 0)
