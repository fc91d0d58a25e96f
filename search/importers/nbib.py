"""The nbib reader: PubMed's MEDLINE format, and ERIC's dialect of it, each record accounted for.

A record begins with its first field and ends with an empty line, at the next ``PMID``, or with
the file. Biopython's `Bio.Medline` melts records together that lack the empty line (EUTILS.md).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from search.reading import Reading
from search.records import Link, Record, clean_doi, clean_pmcid, clean_pmid

Lines = Iterable[tuple[int, str]]
Fields = dict[str, list[str]]

_FIELD = re.compile(r"^([A-Z][A-Z0-9]{1,3}) {0,2}- ?(.*)$")
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_LINKS = {
    "CIN": "CommentIn", "CON": "CommentOn", "EIN": "ErratumIn", "EFR": "ErratumFor",
    "RIN": "RetractionIn", "ROF": "RetractionOf", "UIN": "UpdateIn", "UOF": "UpdateOf",
    "CRI": "CorrectedandRepublishedIn", "CRF": "CorrectedandRepublishedFrom",
    "RRI": "RetractedandRepublishedIn", "RRF": "RetractedandRepublishedFrom",
    "ECI": "ExpressionOfConcernIn", "ECF": "ExpressionOfConcernFor",
}  # fmt: skip
_PMID_IN = re.compile(r"\bPMID: ?(\d{1,8})\b")


def records(lines: Lines, reading: Reading) -> Iterator[Record]:
    """Yield the records of an nbib file; ``reading`` says what was mended and what was lost."""
    fields: Fields | None = None
    last: str | None = None
    started = blank = 0
    for number, line in lines:
        found = _FIELD.match(line)
        if not line.strip():
            blank = number
        elif found:
            tag, value = found.group(1), found.group(2).strip()
            if fields is not None and _begins(tag, fields, bool(blank)):
                if not blank:
                    reading.repair(number, "no empty line before this record")
                yield from _given(fields, started, reading)
                fields = None
            if fields is None:
                fields, started = defaultdict(list), number
                reading.begun += 1
            elif blank:
                reading.repair(blank, "an empty line within a record")
            blank, last = 0, tag
            fields[tag].append(value)
        elif fields is not None and last:
            fields[last][-1] = f"{fields[last][-1]} {line.strip()}".strip()
        else:
            reading.repair(number, f"words before the first record: {line.strip()[:80]!r}")
    if fields is not None:
        yield from _given(fields, started, reading)


def _begins(tag: str, fields: Fields, after_blank: bool) -> bool:
    """Return whether a field begins a new record behind those already read."""
    if tag == "PMID":
        return "PMID" in fields or after_blank
    # ERIC's records have no PMID and begin with OWN; whatever repeats their first field begins one
    return after_blank and (tag == "OWN" or tag == next(iter(fields)))


def _given(fields: Fields, line: int, reading: Reading) -> Iterator[Record]:
    record = to_record(fields)
    if not (record.pmid or record.title or record.doi or record.abstract):
        reading.problem(line, "the record has neither PMID, title, abstract nor DOI")
        return
    reading.parsed += 1
    yield record


def _first(fields: Fields, *tags: str) -> str | None:
    return next((value for tag in tags for value in fields.get(tag, ()) if value), None)


def _all(fields: Fields, *tags: str) -> tuple[str, ...]:
    return tuple(value for tag in tags for value in fields.get(tag, ()) if value)


def to_record(fields: Fields) -> Record:
    """Return the record that the fields of one entry describe."""
    identifiers = _all(fields, "AID", "LID")
    dois = (clean_doi(text) for text in identifiers if "[doi]" in text)
    published = _first(fields, "DP")
    year = _YEAR.search(published or "")
    types = _all(fields, "PT")
    links = tuple(_links(fields))
    return Record(
        title=_first(fields, "TI", "BTI", "CTI"),
        vernacular_title=_first(fields, "TT"),
        abstract=_first(fields, "AB"),
        authors=(_all(fields, "FAU") or _all(fields, "AU")) + _all(fields, "CN"),
        editors=_all(fields, "FED") or _all(fields, "ED"),
        investigators=_all(fields, "FIR") or _all(fields, "IR"),
        year=int(year.group(1)) if year else None,
        published=published,
        published_online=_first(fields, "DEP"),
        created=(_first(fields, "CRDT") or "")[:10].replace("/", "-") or None,
        journal=_first(fields, "JT", "TA"),
        volume=_first(fields, "VI"),
        issue=_first(fields, "IP"),
        pages=_first(fields, "PG"),
        pmid=clean_pmid(_first(fields, "PMID")),
        doi=next(filter(None, dois), None),
        pmcid=clean_pmcid(_first(fields, "PMC")),
        language=_all(fields, "LA"),
        publication_types=types,
        mesh=tuple(heading.replace("*", "") for heading in _all(fields, "MH")),
        keywords=tuple(word.removeprefix("*") for word in _all(fields, "OT")),
        retracted="Retracted Publication" in types or any(x.kind == "RetractionIn" for x in links),
        status=_first(fields, "STAT"),
        issn=tuple(text.split(" ")[0] for text in _all(fields, "IS")),
        registrations=_all(fields, "SI"),
        links=links,
        accession=None if _first(fields, "PMID") else next(iter(identifiers), None),
        urls=_all(fields, "LID") if not _first(fields, "PMID") else (),
    )


def _links(fields: Fields) -> Iterator[Link]:
    for tag, kind in _LINKS.items():
        for text in fields.get(tag, ()):
            pmid = _PMID_IN.search(text)
            yield Link(kind, pmid.group(1) if pmid else None, text or None)
