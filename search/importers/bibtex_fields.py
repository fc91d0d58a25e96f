"""What the fields of a BibTeX or BibLaTeX entry mean. Pure: entry in, record out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from search.importers.bibtex_values import plain
from search.importers.fields import Entry, distinct, serials, year_in
from search.importers.own import OWN
from search.records import Record, clean_doi, clean_pmcid, clean_pmid

_BOOKS = frozenset({"book", "mvbook", "collection", "mvcollection", "proceedings", "booklet"})
_CHAPTERS = frozenset({"inbook", "incollection", "bookinbook", "suppbook"})
_ARTICLES = frozenset({"article", "suppperiodical", "periodical"})
_AND = re.compile(r"\s+and\s+", re.IGNORECASE)
_PMID_NOTE = re.compile(r"\bPMID\s*[:=]?\s*(\d{1,8})(?!\d)", re.I)
_RETRACTED = re.compile(r"^\W*retracted(?: article)?\s*[:\])–—-]", re.I)


def to_record(entry: Entry) -> Record:
    """Return the record that the fields of an entry describe."""
    kind = entry.first("entrytype") or "misc"
    title = _text(entry, "title")
    if title and (subtitle := _text(entry, "subtitle")):
        title = f"{title}: {subtitle}"
    issn, isbn = serials((*entry.all("issn"), *entry.all("isbn")))
    date = _text(entry, "date")
    year = year_in(_text(entry, "year")) or year_in(date)
    notes = (*map(plain, entry.all("note", "annote", "annotation")),
             *(f"crossref: {key}" for key in entry.all("crossref")),
             *(f"ISBN {number}" for number in isbn))  # fmt: skip
    return Record(
        title=title,
        abstract=_text(entry, "abstract"),
        authors=distinct(_people(entry, "author")),
        editors=distinct(_people(entry, "editor")),
        year=year,
        published=date or _date(entry, year),
        journal=_text(entry, "journaltitle", "journal", "booktitle", "maintitle"),
        volume=_text(entry, "volume"),
        issue=_text(entry, "issue", "number") if kind not in ("techreport", "report") else None,
        pages=_pages(entry),
        pmid=_pmid(entry),
        doi=next(filter(None, map(_doi, entry.all("doi", "url"))), None),
        pmcid=next(filter(None, map(clean_pmcid, entry.all("pmcid", "pmc", "eprint"))), None),
        language=distinct(map(plain, entry.all("language", "langid"))),
        publication_types=distinct(map(plain, entry.all("type"))),
        keywords=distinct(_keywords(entry)),
        retracted=bool(_RETRACTED.search(title or "")),
        kind=_kind(kind),
        issn=issn,
        urls=distinct(url.replace("\\", "") for url in entry.all("url")
                      if re.match(r"https?://\S+$", url)),
        notes=notes,
    )  # fmt: skip


def _text(entry: Entry, *names: str) -> str | None:
    for name in names:
        for value in entry.all(name):
            if text := " ".join(plain(value).split()):
                return text
    return None


def _kind(kind: str) -> str:
    if kind in _ARTICLES:
        return "article"
    return "book" if kind in _BOOKS else "chapter" if kind in _CHAPTERS else kind


def _date(entry: Entry, year: int | None) -> str | None:
    """Return the source's own words for a date: "2003 feb 14"."""
    words = (_text(entry, "year"), _text(entry, "month"), _text(entry, "day"))
    return " ".join(filter(None, words)) or (str(year) if year else None)


def _pages(entry: Entry) -> str | None:
    pages = _text(entry, "pages", "eid", "articleno", "art_number")
    return re.sub(r"\s*(?:--+|[–—])\s*", "-", pages) if pages else None


def _doi(text: str) -> str | None:
    return clean_doi(plain(text)) if "10." in text else None


def _pmid(entry: Entry) -> str | None:
    said = list(entry.all("pmid", "pubmed", "pubmed_id"))
    if (entry.first("eprinttype", "archiveprefix") or "").lower() in ("pubmed", "pmid"):
        said += entry.all("eprint")
    found = next(filter(None, map(clean_pmid, said)), None)
    notes = (
        _PMID_NOTE.search(note) for note in entry.all("note") if len(note) < 400 and OWN not in note
    )
    return found or next((clean_pmid(note[1]) for note in notes if note), None)


def _keywords(entry: Entry) -> Iterator[str]:
    for value in entry.all("keywords", "keyword"):
        text = plain(value)
        yield from (word for part in re.split(r";" if ";" in text else r",", text)
                    if (word := part.strip()))  # fmt: skip


# --- people ------------------------------------------------------------------------------------


def _people(entry: Entry, name: str) -> Iterator[str]:
    for value in entry.all(name):
        for each in _split(value):
            if (person := _person(each)) and person.lower() not in ("others", "et al", "et al."):
                yield person


def _split(value: str) -> Iterator[str]:
    """Cut a list of names at each "and" outside braces."""
    start = 0
    for found in _AND.finditer(value):
        if _depth(value[start : found.start()]) == 0:
            yield value[start : found.start()]
            start = found.end()
    yield value[start:]


def _depth(text: str) -> int:
    bare = re.sub(r"\\.", "", text)
    return bare.count("{") - bare.count("}")


def _person(name: str) -> str:
    """Return a name as "Family, Given"; one that is wholly in braces is a group's."""
    bare = name.strip()
    if bare.startswith("{") and bare.endswith("}") and _depth(bare[1:-1]) == 0 \
            and _depth(bare[:-1]) > 0 and "}" not in _outer(bare):  # fmt: skip
        return _flat(bare)
    parts = [_flat(part) for part in _at_depth_0(bare, ",")]
    if len(parts) >= 3:  # "von Last, Jr, First"
        return f"{parts[0]}, {' '.join((*parts[2:], parts[1]))}"
    if len(parts) == 2:
        return f"{parts[0]}, {parts[1]}" if parts[1] else parts[0]
    words = [word for word in _at_depth_0(re.sub(r"[\s~]+", " ", bare), " ") if word]
    if len(words) < 2:
        return _flat(bare)
    von = next((at for at, word in enumerate(words[1:-1], 1) if word[:1].islower()), len(words) - 1)
    return f"{_flat(' '.join(words[von:]))}, {_flat(' '.join(words[:von]))}"


def _outer(text: str) -> str:
    """Return what stands outside braces but for the outermost pair: "{A}{B}" shows a brace."""
    depth, seen = 0, ""
    for sign in re.sub(r"\\.", "", text)[1:-1]:
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if depth < 0:
            seen += sign
            depth = 0
    return seen


def _flat(text: str) -> str:
    return " ".join(plain(text).split())


def _at_depth_0(text: str, sign: str) -> list[str]:
    parts, depth, start = [], 0, 0
    for found in re.finditer(rf"\\.|[{{}}]|{re.escape(sign)}", text):
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        if found[0] == sign and depth == 0:
            parts.append(text[start : found.start()])
            start = found.end()
    return [*parts, text[start:]]
