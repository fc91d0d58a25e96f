"""Where the records of a file came from: as its user says, or its name."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from search.records import OFFLINE_CORPUS, PUBMED, fold
from search.source_kinds import Kind

_LABELS = {
    PUBMED: "PubMed",
    OFFLINE_CORPUS: "Offline corpus (compiled by hand, not a live PubMed search)",
    "wos": "Web of Science",
    "web-of-science": "Web of Science",
    "central": "CENTRAL",
    "cinahl": "CINAHL",
    "asreview": "ASReview",
    "endnote": "EndNote",
    "eric": "ERIC",
    "lilacs": "LILACS",
    "medline": "MEDLINE",
    "psycinfo": "APA PsycInfo",
    "europepmc": "Europe PMC",
}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the records of a file came from, as the user says it (PRISMA-S items 1 to 7, 13)."""

    source: str | None = None
    database: str | None = None
    platform: str | None = None
    kind: Kind = "database"
    exported: str | None = None  # YYYY-MM-DD


Ask = Callable[[str, Origin, tuple[str, ...]], Origin]  # of a file: what is missing, then filled in


def missing_of(origin: Origin, source: str) -> tuple[str, ...]:
    """Return which of database, platform and exported nobody has said, as fields of `Origin`.

    A database that is named for the file alone is a guess; PubMed is a platform of its own.
    """
    if source == OFFLINE_CORPUS:
        return ()
    said = {
        "database": origin.database or origin.source or source == PUBMED,
        "platform": origin.platform or source == PUBMED,
        "exported": origin.exported,
    }
    return tuple(name for name, value in said.items() if not value)


def database_of(origin: Origin, source: str) -> str:
    """Return the database that a run names: as it was said, else by the name of its source."""
    words = source.replace("-", " ")
    return origin.database or _LABELS.get(source) or words[:1].upper() + words[1:]


def slug(path: Path) -> str:
    """Return a source's name for a file that has no other: its own, in small letters."""
    stem = path.name.removesuffix(".gz")
    stem = stem.rpartition(".")[0] or stem
    return re.sub(r"[^a-z0-9]+", "-", fold(stem)).strip("-") or "import"
