"""The protocol of a review: its question, strategies, eligibility criteria, reviewers, settings."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Literal

# What a report of the searches must say and no run can: the keys of [reporting] (PRISMA-S)
REPORTING = (
    "multi_database", "registries", "browsing", "citation_searching", "contacts", "other",
    "filters", "prior_work", "updates", "peer_review",
)  # fmt: skip
STAGES = ("title-abstract", "full-text")
STOPPING_RULES = ("hypergeometric",)
StageName = Literal["title-abstract", "full-text"]
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LINE_REFERENCE = re.compile(r"(?<![\w\"])#(\d{1,4})\b")  # in a query of lines: "#1 AND #2"
_LONGEST_QUERY = 1_000_000  # characters; lines that name lines can grow without end


@dataclass(frozen=True, slots=True)
class Block:
    """A concept block: terms joined by OR; a negated one is taken off with NOT and says why."""

    name: str
    terms: tuple[str, ...]
    negated: bool = False
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of a search (language, date, species) and why it is set (PRISMA-S item 9)."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Strategy:
    """A named search for one source: a query sent as it is, or concept blocks.

    A query may have been written as ``lines``, the last of which joins the others ("#1 AND #2").
    """

    id: str
    source: str
    query: str | None
    blocks: tuple[Block, ...]
    limits: tuple[Limit, ...]
    note: str | None = None
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Criterion:
    """One eligibility criterion with its code."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Stage:
    """How one stage of screening is done (DS-01).

    ``pilot`` is how many records are judged by all before the rest (DS-04), ``pilot_agreement`` the
    per cent of them on which two must agree before screening goes on.
    """

    name: str
    reviewers_per_record: int = 2
    maybe_counts_as: str = "include"  # include: forwarded to the next stage; conflict: talked over
    reason_required: bool = False
    pilot: int = 25
    pilot_agreement: int = 75
    assigned: bool = False  # each record to as many reviewers as it needs, drawn from the team


@dataclass(frozen=True, slots=True)
class Stopping:
    """When screening in a ranked order may stop: set before it begins (ST-02)."""

    rule: str
    target: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Reviewer:
    """A person who screens; ``adjudicates`` if the protocol lets them settle conflicts.

    ``share`` is how much is assigned to them in proportion to the others, where a stage assigns.
    Of one who is ``retired`` all judgements stay and no further one is waited for. ``begins`` and
    ``ends`` are the first and the last day of work (ISO 8601), where the protocol gives them.
    """

    name: str
    adjudicates: bool = False
    stages: tuple[str, ...] = STAGES
    share: float = 1.0
    retired: bool = False
    begins: str | None = None
    ends: str | None = None
    expected: bool = False  # the first day of work is still to come

    def is_at(self, stage: str) -> bool:
        """Return whether this person judges at a stage now."""
        return not (self.retired or self.expected) and stage in self.stages

    def was_at_work(self, time: str) -> bool:
        """Return whether a UTC time lies within this person's days."""
        return (self.begins or "") <= time[:10] <= (self.ends or time[:10])


@dataclass(frozen=True, slots=True)
class Protocol:
    """Everything that was decided before screening began."""

    title: str
    question: str
    known: tuple[str, ...]
    strategies: tuple[Strategy, ...]
    inclusion: tuple[Criterion, ...]
    exclusion: tuple[Criterion, ...]  # ordered: the first that holds is an exclusion's reason
    stages: tuple[Stage, ...]
    reviewers: tuple[Reviewer, ...]
    seed: int
    order: str
    random_share: float = 0.1  # of the records of a ranked order, drawn at random
    sealed: bool = False  # verdicts are shared as seals until a record has all its reviewers
    stopping: Stopping | None = None  # None: everything is read
    seeds: tuple[str, ...] = ()  # papers from which the strategies were built: they test nothing
    reporting: Mapping[str, str] = field(default_factory=dict)  # what only authors know; REPORTING

    def strategy(self, id: str) -> Strategy | None:
        """Return the strategy of that id."""
        return next((each for each in self.strategies if each.id == id), None)

    def stage(self, name: str) -> Stage:
        """Return the rules of a stage."""
        return next(each for each in self.stages if each.name == name)

    def reviewer(self, name: str) -> Reviewer | None:
        """Return the reviewer of that name."""
        return next((each for each in self.reviewers if each.name == name), None)

    @property
    def criteria_hash(self) -> str:
        """Return 12 hex digits that name this version of the criteria."""
        return criteria_hash(self.inclusion, self.exclusion)


def criteria_hash(inclusion: Iterable[Criterion], exclusion: Iterable[Criterion]) -> str:
    """Return 12 hex digits that name a version of the criteria: codes, texts and their order."""
    criteria = [asdict(each) for each in (*inclusion, *exclusion)]
    return hashlib.sha256(json.dumps(criteria).encode()).hexdigest()[:12]
