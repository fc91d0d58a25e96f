"""One page of records: read, compared with what was asked for, and written as a batch of a run."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from search.errors import BadInput
from search.no_answer import Fate, NoAnswer
from search.pubmed_xml import records
from search.reading import Reading
from search.records import Record, key_of
from search.runs import write_records


@dataclass(frozen=True, slots=True)
class Job:
    """A page to be kept: what was asked for, what came, and where it goes."""

    asked: tuple[str, ...]
    bodies: tuple[bytes, ...]
    source: str
    folder: Path
    batch: int


@dataclass(frozen=True, slots=True)
class Kept:
    """What came of a page: the keys by PMID of what is now on disk, and what was odd.

    ``damaged`` counts records that came and could not be read.
    """

    asked: tuple[str, ...]
    keys: dict[str, str]
    damaged: int = 0
    warnings: tuple[str, ...] = ()

    @property
    def lacking(self) -> list[str]:
        """Return what did not come, or came damaged."""
        return [pmid for pmid in self.asked if pmid not in self.keys]


@dataclass
class _Page:
    got: dict[str, Record] = field(default_factory=dict)  # each PMID in its highest version
    damaged: int = 0
    strangers: int = 0
    warnings: list[str] = field(default_factory=list)


def keep_page(job: Job) -> Kept:
    """Read a page and write it durably as one batch; NoAnswer when what came is no records."""
    page, asked = _Page(), frozenset(job.asked)
    for body in job.bodies:
        _add(page, body, asked)
    keys = {pmid: key_of(record, job.source) for pmid, record in page.got.items()}
    if keys:
        keyed = zip(keys.values(), page.got.values(), strict=True)
        write_records(job.folder, keyed, batch=job.batch)
    if page.strangers:
        page.warnings.append(
            f"{page.strangers} records came that were not asked for, and were left out"
        )
    return Kept(job.asked, keys, page.damaged, tuple(page.warnings))


def _add(page: _Page, body: bytes, asked: frozenset[str]) -> None:
    reading = Reading("pubmed-xml")
    try:
        for record in records(io.BytesIO(body), reading):
            _keep(page, record, asked)
    except BadInput as error:  # the parser's word for a file; here it is the network's fault
        raise NoAnswer(f"PubMed sent no records: {error.what}", Fate.STOP) from None
    page.damaged += reading.begun - reading.parsed
    page.warnings += [note.text for note in reading.problems]


def _keep(page: _Page, record: Record, asked: Sequence[str] | frozenset[str]) -> None:
    if record.pmid is None or record.pmid not in asked:
        page.strangers += 1
        return
    before = page.got.get(record.pmid)
    if before is None or (record.version or 0) > (before.version or 0):
        page.got[record.pmid] = record
