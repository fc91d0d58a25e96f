"""The papers that entries cite, each once, as records that the writers of `search` know.

A paper's facts are those of the record the review holds; where it holds none, what the entry itself
says. No abstract is given away: those are their publishers'.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from catalogue.checking.checks import cited_papers
from catalogue.entries.initiatives import Evidence, Initiative
from search.records import Record
from search.store import Store

Held = Mapping[str, Record]  # by source: "pmid:N", "doi:X", "sha:…"
TAG = "initiative:"  # before an initiative's id, among a paper's keywords


@dataclass
class Citations:
    """Where one paper is cited: by which initiatives, and what they say of it."""

    ids: dict[str, None] = field(default_factory=dict)
    said: Evidence | None = None  # the first evidence that has a title, else the first


def cited(initiatives: Iterable[Initiative]) -> dict[str, Citations]:
    """Return each paper that the entries cite or name as an output, by its source."""
    found: dict[str, Citations] = {}
    for each in initiatives:
        for source in cited_papers(each):
            found.setdefault(source, Citations()).ids[each.id] = None
        for evidence in each.evidence.values():
            paper = found.get(evidence.source)
            if paper and (paper.said is None or (evidence.title and not paper.said.title)):
                paper.said = evidence
    return dict(sorted(found.items()))


def papers(initiatives: Iterable[Initiative], held: Callable[[set[str]], Held]) -> Iterator[Record]:
    """Give each cited paper once, as a record, with its initiatives among the keywords.

    ``held`` returns what the review knows of the sources it is asked for. Two sources that lead to
    one record (its PMID and its DOI) are one paper.
    """
    by_source = cited(initiatives)
    known = held(set(by_source))
    joined: dict[tuple[str | None, ...], tuple[Record, dict[str, None]]] = {}
    for source, where in by_source.items():
        record = known.get(source) or _named(source, where.said)
        ids = joined.setdefault(_same(record, source), (record, {}))[1]
        ids.update(where.ids)
    for record, ids in joined.values():
        yield replace(_facts(record), keywords=tuple(f"{TAG}{id}" for id in sorted(ids)))


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


def _same(record: Record, source: str) -> tuple[str | None, ...]:
    return (record.pmid, record.doi) if record.pmid or record.doi else (source,)


def _named(source: str, said: Evidence | None) -> Record:
    """Return what an entry itself says of a paper: its title, its year, its identifier."""
    scheme, _, rest = source.partition(":")
    return Record(
        title=said.title if said else None,
        year=said.year if said else None,
        pmid=rest if scheme == "pmid" else None,
        doi=rest if scheme == "doi" else None,
    )


def _facts(record: Record) -> Record:
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
        vernacular_title=record.vernacular_title,
        kind=record.kind,
        issn=record.issn,
        retracted=record.retracted,
    )
