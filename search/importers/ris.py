"""The RIS reader: every dialect we met, each record accounted for (METHODS 2.12).

A record begins with ``TY`` and ends with ``ER``, the next ``TY``, or the end of the file.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from search.reading import Reading
from search.records import Record, clean_doi, clean_pmcid, clean_pmid

Lines = Iterable[tuple[int, str]]
Fields = dict[str, list[str]]

# Two signs, one or two spaces, a hyphen. Some exporters drop the space behind it, or all before.
_TAG = re.compile(r"^\s{0,3}([A-Z][A-Z0-9])(?: {1,3}- ?|-  ?|  ?–\s)(.*)$")
_TY = re.compile(r"^\s{0,3}TY {0,3}- ?\s*(\S.*)?$")
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_PMID_NOTE = re.compile(r"\bPMID:?\s*(\d{1,8})\b")
# Record numbers ("12.") and rules between records are the exporter's, not a record's.
_BETWEEN = re.compile(r"^\s*(?:<?\d{1,7}[.>]?|[-=_*]{3,}|Record \d+ of \d+)\s*$", re.IGNORECASE)
_NAMING = frozenset({"TI", "T1", "AU", "A1", "AB", "N2", "DO", "PY", "Y1"})
_RETRACTED = re.compile(r"retracted (?:publication|article)", re.IGNORECASE)


def records(lines: Lines, reading: Reading) -> Iterator[Record]:
    """Yield the records of a RIS file; ``reading`` says what was mended and what was lost."""
    fields: Fields | None = None
    last: str | None = None
    started = 0
    for number, line in lines:
        opening = _TY.match(line)
        # Inside an abstract a wrapped line may look like an end; an end has nothing behind it.
        tag = None if opening else _TAG.match(line)
        if opening:
            if fields is not None:
                reading.repair(number, "the record before has no ER; it ends here")
                yield from _given(fields, started, reading)
            reading.begun += 1
            fields, last, started = defaultdict(list), "TY", number
            fields["TY"].append((opening.group(1) or "").strip())
        elif tag and tag.group(1) == "ER" and not tag.group(2).strip():
            if fields is None:
                reading.repair(number, "an ER without a record was passed over")
            else:
                yield from _given(fields, started, reading)
            fields, last = None, None
        elif line.strip() == "ER" and fields is not None:
            reading.repair(number, "an ER without its hyphen ends the record")
            yield from _given(fields, started, reading)
            fields, last = None, None
        elif fields is None:
            _outside(line, number, reading)
        elif tag and tag.group(1) != "ER":
            last = tag.group(1)
            fields[last].append(tag.group(2).strip())
        elif line.strip() and last:
            _continue(fields, last, line.strip())
    if fields is not None:
        reading.repair(started, "the last record has no ER; it ends with the file")
        yield from _given(fields, started, reading)


def _outside(line: str, number: int, reading: Reading) -> None:
    if not line.strip() or _BETWEEN.match(line):
        return
    found = _TAG.match(line)
    if found and found.group(1) in _NAMING:  # a record that lacks its TY, not a stray remark
        reading.problem(number, f"a field outside any record: {line.strip()[:80]!r}")
    else:
        reading.repair(number, f"words between records passed over: {line.strip()[:80]!r}")


def _continue(fields: Fields, tag: str, text: str) -> None:
    values = fields[tag]
    if tag in ("KW", "AU", "A1", "UR") and values and values[-1]:
        values.append(text)  # lists go on with one value a line
    elif values:
        values[-1] = f"{values[-1]} {text}".strip()


def _given(fields: Fields, line: int, reading: Reading) -> Iterator[Record]:
    record = to_record(fields)
    if not (record.title or record.abstract or record.authors or record.doi or record.accession):
        reading.repair(line, "the record has neither title, abstract, authors nor DOI; it is kept")
    reading.parsed += 1
    yield record


# --- fields ------------------------------------------------------------------------------------


def _all(fields: Fields, *tags: str) -> tuple[str, ...]:
    return tuple(value for tag in tags for value in fields.get(tag, ()) if value)


def _first(fields: Fields, *tags: str) -> str | None:
    return next(iter(_all(fields, *tags)), None)


def to_record(fields: Fields) -> Record:
    """Return the record that the tags of one RIS entry describe."""
    kind = (fields.get("TY") or [""])[0].upper()
    is_article = kind in ("JOUR", "JFULL", "MGZN", "NEWS", "ABST", "INPR", "EJOUR", "")
    title = _first(fields, "TI", "T1", "CT") or (None if is_article else _first(fields, "BT"))
    notes = _all(fields, "N1", "RN")
    issue = _first(fields, "IS", "CP") or (_first(fields, "M1") if is_article else None)
    accession = _first(fields, "AN", "UT")
    year, published = _date(fields)
    return Record(
        title=title,
        abstract=_first(fields, "AB", "N2"),
        authors=tuple(dict.fromkeys(_all(fields, "AU", "A1"))),
        editors=_all(fields, "A2", "ED"),
        year=year,
        published=published,
        journal=_first(fields, "T2", "JF", "JO", "JA", "J2", "J1") if is_article
        else _first(fields, "T2", "BT", "JF", "JO", "JA", "J2"),
        volume=_first(fields, "VL"),
        issue=issue,
        pages=_pages(fields),
        pmid=_pmid(fields, accession),
        doi=_doi(fields),
        pmcid=next(filter(None, map(clean_pmcid, _all(fields, "C2", "U2"))), None),
        language=_all(fields, "LA"),
        publication_types=_all(fields, "M3", "PT") if not clean_doi(_first(fields, "M3"))
        else _all(fields, "PT"),
        keywords=tuple(dict.fromkeys(_all(fields, "KW", "DE"))),
        retracted=any(_RETRACTED.search(text) for text in (title or "", *_all(fields, "M3", "PT"))),
        kind=kind or "article",
        issn=_all(fields, "SN"),
        urls=_all(fields, "UR", "L1", "L2"),
        notes=notes,
        accession=accession,
        vernacular_title=_first(fields, "OP", "TT"),
    )  # fmt: skip


def _date(fields: Fields) -> tuple[int | None, str | None]:
    # Rayyan writes Y1 year, Y2 month: only a four-digit year counts, and Y2 never does.
    for tag in ("PY", "Y1", "DA"):
        for text in fields.get(tag, ()):
            if found := _YEAR.search(text):
                whole = (_first(fields, "DA") or text).strip("/ ")
                return int(found.group(1)), whole if _YEAR.search(whole) else text.strip("/ ")
    return None, _first(fields, "PY", "Y1", "DA")


def _pages(fields: Fields) -> str | None:
    first, last = _first(fields, "SP"), _first(fields, "EP")
    return f"{first}-{last}" if first and last and first != last else first or last


def _doi(fields: Fields) -> str | None:
    named = next(filter(None, map(clean_doi, _all(fields, "DO", "DI", "M3"))), None)
    linked = (clean_doi(url) for url in _all(fields, "UR", "L3", "N1") if "doi" in url.lower())
    return named or next(filter(None, linked), None)


def _pmid(fields: Fields, accession: str | None) -> str | None:
    databases = " ".join(_all(fields, "DB", "DP")).lower()
    if accession and any(name in databases for name in ("pubmed", "medline", "nlm")):
        return clean_pmid(accession)
    found = (_PMID_NOTE.search(text) for text in _all(fields, "N1", "C7", "U1"))
    return next((clean_pmid(match.group(1)) for match in found if match), None)
