"""Where a record counts as identified: the one place of the flow that each has."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from screening.prisma.boxes import (
    BOX_OF_KIND,
    DATABASES,
    OTHER,
)
from search.records import OFFLINE_CORPUS
from search.runs import SearchRun


@dataclass(frozen=True, slots=True)
class Origin:
    """The one place in the flow where a record counts as identified."""

    arm: str
    box: str
    label: str


def origins_of(
    runs: Iterable[SearchRun], keys_by_run: Mapping[str, Collection[str]]
) -> dict[str, Origin]:
    """Return each record's origin: a real database before the offline corpus, both before others.

    Among runs of one rank the first that met the record counts.
    """
    origins: dict[str, Origin] = {}
    searches = (run for run in runs if not run.is_refresh)
    for run in sorted(searches, key=lambda run: (_rank(run), run.executed_at, run.id)):
        box = BOX_OF_KIND[run.kind]
        origin = Origin(OTHER if run.is_other_method else DATABASES, box, run.database)
        for key in keys_by_run.get(run.id, ()):
            origins.setdefault(key, origin)
    return origins


def _rank(run: SearchRun) -> int:
    if run.is_other_method:
        return 2
    return int(run.source == OFFLINE_CORPUS)


def open_runs_of(runs: Iterable[SearchRun]) -> tuple[SearchRun, ...]:
    """Return the searches that failed or broke off, unless the same search was made good later.

    An import of which a loss was accepted is none: that was decided, and is only named.
    """
    last: dict[tuple[str, str], SearchRun] = {}
    searches = (run for run in runs if not run.file)
    for run in sorted(searches, key=lambda run: (run.executed_at, run.id)):
        last[run.source, "refresh" if run.is_refresh else run.strategy or run.id] = run
    return tuple(run for run in last.values() if run.state in ("partial", "failed"))
