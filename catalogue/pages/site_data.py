"""Everything the pages are made from, as values: read once, then only looked at."""

from __future__ import annotations

import datetime
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from catalogue.entries.initiatives import Initiative
from catalogue.entries.sources import address
from catalogue.history.change_log import KeptChange
from catalogue.pages.site_settings import Settings
from catalogue.pages.unlisted import Unlisted
from screening.decision_logs.decisions import Outcome
from screening.prisma.flow_values import Flow
from screening.state import FULL_TEXT, TITLE_ABSTRACT, ReviewState
from search.records import OFFLINE_CORPUS, Record, StoredRecord
from search.runs import SearchRun

OFFLINE_NOTE = (
    "Offline corpus: compiled by hand from public pages, not the answer of a live PubMed search."
)
STAGE_WORDS = {TITLE_ABSTRACT: "title and abstract", FULL_TEXT: "full text"}
_OUTCOMES = {
    Outcome.AWAITING: "awaiting judgement on",
    Outcome.INCLUDED: "included on",
    Outcome.EXCLUDED: "excluded on",
    Outcome.MAYBE: "to be talked over on",
    Outcome.CONFLICT: "in conflict on",
}
_SHOWN_AUTHORS = 4
EDITIONS = "editions/"  # the folder of earlier versions, in the review and among the downloads


@dataclass(frozen=True, slots=True)
class RecordLine:
    """A record as lists show it: bibliographic facts, no abstract."""

    key: str
    anchor: str
    title: str
    authors: str
    journal: str | None
    year: int | None
    retracted: bool
    links: tuple[tuple[str, str], ...]  # label and address
    sources: str


@dataclass(frozen=True)
class SiteData:
    """The catalogue and the review as a site shows them.

    ``lines`` are all records by key. ``seeded`` counts for each reviewer the decisions that were
    not made record by record here, but taken over from an earlier reading.
    """

    initiatives: Sequence[Initiative]
    state: ReviewState
    flow: Flow
    lines: Mapping[str, RecordLine] = field(default_factory=dict)
    seeded: Mapping[str, int] = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)
    kept: Sequence[KeptChange] = ()  # the change log
    editions: Sequence[Path] = ()  # earlier versions of the catalogue, the newest first
    papers: Mapping[str, Record] = field(default_factory=dict)  # by the source that entries cite
    unlisted: Sequence[Unlisted] = ()  # known by name, without an entry

    @cached_property
    def as_of(self) -> datetime.date | None:
        """Return the day of the newest data: a check, a search run, a decision. Not the clock."""
        days = {
            day
            for each in self.initiatives
            for day in (each.last_checked, *(one.checked for one in each.evidence.values()))
            if day
        }
        if self.state.as_of:
            days.add(datetime.date.fromisoformat(self.state.as_of[:10]))
        return max(days, default=None)

    @property
    def from_offline_corpus(self) -> bool:
        """Return whether any record comes from the corpus that was compiled by hand."""
        return any(run.source == OFFLINE_CORPUS for run in self.state.runs)

    @cached_property
    def names(self) -> dict[str, str]:
        """Return the name of each initiative."""
        return {each.id: each.name for each in self.initiatives}

    @cached_property
    def reports_of(self) -> dict[str, list[str]]:
        """Return for each initiative the sets of the review it rests on, or was tied to."""
        about: dict[str, set[str]] = {}
        for each in self.initiatives:
            found = (self.state.find(source.source) for source in each.evidence.values())
            about[each.id] = {name for name in found if name}
        for name, ids in self.state.ties.items():
            for id in ids & about.keys():
                about[id].add(name)
        return {id: self.newest_first(names) for id, names in about.items()}

    @cached_property
    def initiatives_of(self) -> dict[str, list[str]]:
        """Return for each set of the review the initiatives that it reports on."""
        found: dict[str, list[str]] = defaultdict(list)
        for id, names in self.reports_of.items():
            for name in names:
                found[name].append(id)
        return dict(found)

    def newest_first(self, keys: Iterable[str]) -> list[str]:
        """Return keys of records by year, the newest first, then by title."""

        def order(key: str) -> tuple[int, str, str]:
            line = self.lines.get(key)
            return (-(line.year or 0), line.title.casefold(), key) if line else (1, "", key)

        return sorted(keys, key=order)

    def standing(self, name: str) -> str:
        """Return in words where a set stands in the review."""
        if name in self.state.not_retrieved:
            return "full text could not be had"
        for stage in (FULL_TEXT, TITLE_ABSTRACT):
            outcome = self.state.outcomes.get(stage, {}).get(name)
            if outcome is not None:
                reason = self.state.exclusion_reason(name, stage) if outcome == "excluded" else None
                said = f"{_OUTCOMES[outcome]} {STAGE_WORDS[stage]}"
                return f"{said} ({reason})" if reason else said
        return "not yet screened"


def record_line(stored: StoredRecord, labels: Mapping[str, str]) -> RecordLine:
    """Return a record as a line; ``labels`` names the database of each run."""
    record = stored.record
    links = []
    if record.pmid:
        links.append((f"PMID {record.pmid}", f"https://pubmed.ncbi.nlm.nih.gov/{record.pmid}/"))
    if record.doi:
        links.append((f"doi:{record.doi}", address(f"doi:{record.doi}")))
    if record.pmcid:
        links.append((record.pmcid, f"https://pmc.ncbi.nlm.nih.gov/articles/{record.pmcid}/"))
    met = dict.fromkeys(labels.get(each.run, each.source) for each in stored.sources)
    return RecordLine(
        key=stored.key,
        anchor="r-" + hashlib.sha256(stored.key.encode()).hexdigest()[:10],
        title=(record.title or record.vernacular_title or "").rstrip("."),
        authors=authors_text(record.authors),
        journal=record.journal,
        year=record.year,
        retracted=record.retracted,
        links=tuple(links),
        sources="; ".join(met),
    )


def authors_text(authors: Sequence[str]) -> str:
    """Return authors as references have them: "Costa A, Dubois BC and 3 more"."""
    shown = [_initialled(author) for author in authors[:_SHOWN_AUTHORS]]
    more = len(authors) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _initialled(author: str) -> str:
    family, comma, given = author.partition(", ")
    if not comma:
        return author
    initials = "".join(word[0] for word in given.replace("-", " ").split() if word[0].isalpha())
    return f"{family} {initials}".strip()


def labels_of(runs: Iterable[SearchRun]) -> dict[str, str]:
    """Return the name of each run's database."""
    return {run.id: run.database for run in runs}
