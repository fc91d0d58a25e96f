"""One page of records: asked for, read, and compared with what was asked for."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field

from search.errors import BadInput
from search.eutils import Fate, NoAnswer
from search.pubmed import PubMed
from search.pubmed_xml import records
from search.reading import Reading
from search.records import Record


@dataclass
class Page:
    """What came of a page of ids: each record once, in its highest version.

    ``damaged`` counts records that came and could not be read; ``warnings`` says what else was odd.
    """

    got: dict[str, Record] = field(default_factory=dict)
    damaged: int = 0
    strangers: int = 0
    warnings: list[str] = field(default_factory=list)

    @property
    def fetched(self) -> int:
        """Return how many of the asked records came, readable or not."""
        return len(self.got) + self.damaged


def fetch_page(client: PubMed, asked: Sequence[str]) -> Page:
    """Fetch some records; those that did not come, or came damaged, are asked for once more.

    What is then still not in ``got`` PubMed does not give out. NoAnswer when PubMed fails.
    """
    page = Page()
    for _ in range(2):
        left = [pmid for pmid in asked if pmid not in page.got]
        if left:
            page.damaged = 0
            for body in client.fetch(left):
                _add(page, body, frozenset(left))
    if page.strangers:
        page.warnings.append(
            f"{page.strangers} records came that were not asked for, and were left out"
        )
    return page


def _add(page: Page, body: bytes, asked: frozenset[str]) -> None:
    reading = Reading("pubmed-xml")
    try:
        for record in records(io.BytesIO(body), reading):
            _keep(page, record, asked)
    except BadInput as error:  # the parser's word for a file; here it is the network's fault
        raise NoAnswer(f"PubMed sent no records: {error.what}", Fate.STOP) from None
    page.damaged += reading.begun - reading.parsed
    page.warnings += [note.text for note in reading.problems]


def _keep(page: Page, record: Record, asked: frozenset[str]) -> None:
    if record.pmid is None or record.pmid not in asked:
        page.strangers += 1
        return
    before = page.got.get(record.pmid)
    if before is None or (record.version or 0) > (before.version or 0):
        page.got[record.pmid] = record
