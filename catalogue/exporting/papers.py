"""The papers that entries cite, each once, as records that the writers of `search` know.

A paper's facts are those of the record the review holds; where it holds none, what the entry itself
says. No abstract is given away: those are their publishers'.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from catalogue.checking.checks import cited_papers
from catalogue.entries.initiatives import Initiative
from catalogue.exporting import csl
from search import exporters
from search.exporters import Writer
from search.exporters.own_note import REFERENCES
from search.records import Record
from search.store import Store

Held = Mapping[str, Record]  # by source: "pmid:N", "doi:X", "sha:…"
RETRACTED = "retracted publication"  # a keyword: most programs have no other place for it
TAG = "initiative:"  # before an initiative's id, among a paper's keywords


@dataclass(slots=True)
class Citations:
    """Where one paper is cited: by which initiatives, and what they say of it.

    Its title and year are those of the first evidence that has a title, else of the first; the
    evidence itself is not held, since there may be a hundred thousand.
    """

    ids: list[str] = field(default_factory=list)
    is_said: bool = False
    title: str | None = None
    year: int | None = None


def cited(initiatives: Iterable[Initiative]) -> dict[str, Citations]:
    """Return each paper that the entries cite or name as an output, by its source."""
    found: dict[str, Citations] = {}
    for each in initiatives:
        for source in cited_papers(each):
            found.setdefault(source, Citations()).ids.append(each.id)
        for evidence in each.evidence.values():
            paper = found.get(evidence.source)
            if paper and (not paper.is_said or (evidence.title and not paper.title)):
                paper.is_said, paper.title, paper.year = True, evidence.title, evidence.year
    return dict(sorted(found.items()))


def sources(initiatives: Iterable[Initiative]) -> set[str]:
    """Return the sources of the papers that the entries cite or name as an output."""
    return {source for each in initiatives for source in cited_papers(each)}


def papers(initiatives: Iterable[Initiative], held: Callable[[set[str]], Held]) -> Iterator[Record]:
    """Give each cited paper once, as a record, with its initiatives among the keywords.

    ``held`` returns what the review knows of the sources it is asked for. Two sources that lead to
    one record (its PMID and its DOI) are one paper.
    """
    by_source = cited(initiatives)
    known = held(set(by_source))
    first: dict[tuple[str | None, ...], str] = {}
    for source, where in by_source.items():
        one = first.setdefault(_same(source, known.get(source)), source)
        if one != source:
            by_source[one].ids += where.ids
    for source in first.values():
        where = by_source[source]
        record = known.get(source) or _named(source, where)
        yield _facts(record, tuple(f"{TAG}{id}" for id in sorted(set(where.ids))))


def held_in(store: Store) -> Callable[[set[str]], Held]:
    """Return the papers of a review's store by the source under which an entry cites them."""
    from search.records import base_of_key

    def held(sources: set[str]) -> Held:
        keys: dict[str, str] = {}
        for key, pmid, doi in store.identifiers():
            for source in (f"pmid:{pmid}", f"doi:{doi}", base_of_key(key)):
                if source in sources:
                    keys.setdefault(source, key)
        records = {each.key: each.record for each in store.records(sorted(set(keys.values())))}
        return {source: records[key] for source, key in keys.items() if key in records}

    return held


def _same(source: str, record: Record | None) -> tuple[str | None, ...]:
    """Return what two sources have in common that lead to one paper."""
    if record is not None and (record.pmid or record.doi):
        return record.pmid, record.doi
    scheme, _, rest = source.partition(":")
    return {"pmid": (rest, None), "doi": (None, rest)}.get(scheme, (source,))


def _named(source: str, said: Citations) -> Record:
    """Return what an entry itself says of a paper: its title, its year, its identifier."""
    scheme, _, rest = source.partition(":")
    return Record(
        title=said.title,
        year=said.year,
        pmid=rest if scheme == "pmid" else None,
        doi=rest if scheme == "doi" else None,
    )


def _facts(record: Record, keywords: tuple[str, ...]) -> Record:
    """Return what names a paper, without its texts and without what was judged of it."""
    return Record(
        title=record.title,
        authors=record.authors,
        editors=record.editors,
        year=record.year,
        published=str(record.year) if record.year else None,
        journal=record.journal,
        volume=record.volume,
        issue=record.issue,
        pages=record.pages,
        pmid=record.pmid,
        doi=record.doi,
        pmcid=record.pmcid,
        language=record.language,
        keywords=(*keywords, *([RETRACTED] if record.retracted else [])),
        vernacular_title=record.vernacular_title,
        kind=record.kind,
        issn=record.issn,
        retracted=record.retracted,
    )


def writer_of(name: str) -> Writer:
    """Return what writes papers in a form: "csl-json", or a format of `search.exporters`.

    They are for lists of references: nothing is read back from them, so no note of ours, which a
    style might print, stands in them.
    """
    if name == "csl-json":
        return csl.Writer()
    return exporters.writer_of(exporters.FORMATS[name], REFERENCES)
