"""What of a record can be searched, by field tag. Pure: a record goes in, its words come out."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from search.records import Record, fold

Kind = Literal["words", "whole", "names", "date", "number"]


@dataclass(frozen=True, slots=True)
class Field:
    """A search field: its tag, PubMed's name for it, and how it is searched.

    ``words``: anywhere in the text; ``whole``: the value as a whole; ``names``: a person.
    """

    tag: str
    name: str
    kind: Kind = "words"


FIELDS = {
    field.tag: field for field in (
        Field("all", "All Fields"), Field("tiab", "Title/Abstract"), Field("ti", "Title"),
        Field("ab", "Abstract"), Field("tw", "Text Word"), Field("ot", "Other Term"),
        Field("mh", "MeSH Terms", "whole"), Field("sh", "MeSH Subheading", "whole"),
        Field("pt", "Publication Type", "whole"), Field("la", "Language", "whole"),
        Field("ta", "Journal", "whole"), Field("au", "Author", "names"),
        Field("fau", "Full Author Name", "names"),
        Field("cn", "Corporate Author"), Field("ad", "Affiliation"), Field("sb", "Filter"),
        Field("si", "Secondary Source ID"), Field("aid", "Article Identifier", "whole"),
        Field("dp", "Date - Publication", "date"), Field("crdt", "Date - Create", "date"),
        Field("uid", "UID", "number"),
    )
}  # fmt: skip
_OTHER_TAGS = {
    "pmid": "uid", "mesh": "mh", "majr": "mh", "mh:noexp": "mh", "mesh:noexp": "mh",
    "majr:noexp": "mh", "mesh major topic": "mh", "tt": "ti", "text words": "tw", "so": "ta",
    "jour": "ta", "is": "ta", "auth": "au", "1au": "au", "ptyp": "pt", "lang": "la",
    "filter": "sb", "subset": "sb", "pdat": "dp", "ppdat": "dp", "edat": "crdt", "doi": "aid",
    "lid": "aid", "pmc": "aid", "date - entry": "crdt", "date - entrez": "crdt",
    "date - creation": "crdt", "supplementary concept": "si",
}  # fmt: skip
_BY_NAME = {field.name.lower(): field for field in FIELDS.values()}


def field_of(tag: str) -> Field:
    """Return the field of a tag; an unknown one is all fields, as in PubMed."""
    known = FIELDS.get(_OTHER_TAGS.get(tag, tag)) or _BY_NAME.get(tag)
    return known or FIELDS["all"]


@dataclass(frozen=True, slots=True)
class Searchable:
    """A record as it is searched.

    ``texts``: per field its texts, folded, a space on either side of every word. ``dates``: per
    field its dates as first and last day (YYYY-MM-DD), the one of print first.
    """

    pmid: int
    texts: Mapping[str, tuple[str, ...]]
    dates: Mapping[str, tuple[tuple[str, str], ...]]
    is_book: bool = False
    status: str = ""


def searchable(
    record: Record, *, journals: Iterable[str] = (), affiliations: Iterable[str] = ()
) -> Searchable:
    """Return a record as it is searched; a `Record` knows only one name of its journal."""
    texts = {tag: tuple(f" {folded} " for text in found if (folded := fold(text)))
             for tag, found in _fields(record, journals, affiliations).items()}  # fmt: skip
    texts["tiab"] = texts["ti"] + texts["ab"] + texts["ot"]
    texts["tw"] = texts["tiab"] + texts["mh"] + texts["pt"] + texts["si"]
    texts["all"] = tuple(dict.fromkeys(text for found in texts.values() for text in found))
    return Searchable(
        pmid=int(record.pmid or 0),
        texts=texts,
        dates={"dp": tuple(_published(record)), "crdt": tuple(_created(record))},
        is_book=record.kind != "article",
        status=fold(record.status),
    )


def _fields(
    record: Record, journals: Iterable[str], affiliations: Iterable[str]
) -> dict[str, list[str | None]]:
    return {
        "ti": [record.title, record.vernacular_title],
        "ab": [record.abstract, *(other.text for other in record.other_abstracts)],
        "ot": [*record.keywords],
        "mh": [heading for each in record.mesh for heading in (each, each.partition("/")[0])],
        "sh": [each.partition("/")[2] for each in record.mesh],
        "pt": [*record.publication_types],
        "la": [name for code in record.language for name in (code, _LANGUAGES.get(code))],
        "ta": [record.journal, *journals, *record.issn],
        "au": [_with_initials(author) for author in record.authors],
        "fau": [*record.authors],
        "cn": [author for author in record.authors if "," not in author],
        "ad": [*affiliations],
        "si": [*record.registrations],
        "aid": [record.doi, record.pmcid],
        "sb": [],
        "uid": [record.pmid],
    }


def _with_initials(author: str) -> str:
    """Return "Family GN" for "Family, Given-Name", and a collective author as it stands."""
    family, comma, given = author.partition(",")
    return (
        f"{family} {''.join(part[0] for part in _GIVEN.split(given) if part)}" if comma else author
    )


# PubMed's tags know languages by name and by code; these are those of most sarcoma papers.
_LANGUAGES = {
    "eng": "english", "ger": "german", "fre": "french", "spa": "spanish", "ita": "italian",
    "jpn": "japanese", "chi": "chinese", "dut": "dutch", "pol": "polish", "por": "portuguese",
    "rus": "russian", "nor": "norwegian", "swe": "swedish", "dan": "danish", "fin": "finnish",
    "kor": "korean", "tur": "turkish", "hun": "hungarian", "cze": "czech",
}  # fmt: skip
_GIVEN = re.compile(r"[\s.-]+")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_PRINTED = re.compile(r"(\d{4})(?:[\s-]+([A-Za-z]{3}|\d{1,2})\b(?:[\s-]+(\d{1,2})\b)?)?")


def _published(record: Record) -> Iterator[tuple[str, str]]:
    for text in (record.published, record.published_online, str(record.year or "")):
        found = _PRINTED.search(text or "")
        if found:
            month = (found[2] or "").lower()
            number = str(_MONTHS.index(month) + 1) if month in _MONTHS else month
            parts = [found[1], number, found[3]] if number.isdigit() else [found[1]]
            days = days_of("/".join(part for part in parts if part))
            if days:
                yield days


def _created(record: Record) -> Iterator[tuple[str, str]]:
    if record.created and (days := days_of(record.created)):
        yield days


def days_of(text: str) -> tuple[str, str] | None:
    """Return the first and last day that a date of PubMed names (YYYY[/MM[/DD]]), None for none."""
    found = re.fullmatch(r"(\d{4})(?:[/-](\d{1,2})(?:[/-](\d{1,2}))?)?", text)
    if not found:
        return None
    year, month, day = found[1], int(found[2] or 0), int(found[3] or 0)
    if not month:
        return f"{year}-01-01", f"{year}-12-31"
    if not 1 <= month <= 12:
        return None
    longest = calendar.monthrange(int(year) or 1, month)[1]
    if day:
        return f"{year}-{month:02}-{day:02}", f"{year}-{month:02}-{day:02}"
    return f"{year}-{month:02}-01", f"{year}-{month:02}-{longest:02}"
