"""A run in the making: its entry is true at every moment, and what is kept is on disk.

"failed" until the source has named what it found, "partial, not finished" from then until the end.
A crash leaves a run that is honest about itself, and that the next call takes up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from search import runs as search_runs
from search.errors import SarcatError
from search.raw_answers import RawAnswers
from search.runs import SearchRun

if TYPE_CHECKING:
    from search.client import Client

UNFINISHED = "not finished: the search was interrupted"
UNANSWERED = "not finished: the search was interrupted before {} had answered"
LEFT = "{} was begun at {} ({}): it stays as it broke off, and all is fetched anew"
_NAMED = 10  # how many missing ids a sentence names
_BATCH = re.compile(r"records-(\d+)\.jsonl\.gz")

Advance = Callable[[int], None]
# Given how many records are to be fetched, shows how far it is; see `console.progress`.
Watch = Callable[[int], AbstractContextManager[Advance]]


@dataclass
class Work:
    """A run's folder, its entry so far, and the ids that are kept, each with its record's key."""

    folder: Path
    run: SearchRun
    kept: dict[str, str] = field(default_factory=dict)
    damaged: int = 0
    batches: int = 0

    def note(self, **changes: Any) -> None:
        """Change the entry, and bring its numbers up to what is kept."""
        self.run = replace(
            self.run,
            **changes,
            fetched=len(self.kept) + self.damaged,
            parsed=len(self.kept),
            missing=tuple(id for id in changes.get("ids", self.run.ids) if id not in self.kept),
        )

    def warn(self, texts: Iterable[str]) -> None:
        """Add warnings, each once."""
        warnings = tuple(dict.fromkeys([*self.run.warnings, *texts]))
        if warnings != self.run.warnings:
            self.run = replace(self.run, warnings=warnings)

    def save(self) -> None:
        """Write the entry as it is now."""
        self.note()
        search_runs.write_entry(self.folder, self.run)

    def listed(self, ids: tuple[str, ...]) -> None:
        """Write down which records there are, before the first of them is fetched."""
        self.note(ids=ids, state="partial", problem=UNFINISHED,
                  extra={**self.run.extra, "unfinished": True})  # fmt: skip
        self.save()

    def broken_off(self, why: str) -> None:
        """Say that the run could not be ended, and why."""
        self.note(state="partial" if self.kept else "failed", problem=why)

    def judge(self) -> None:
        """Say how a run ended that was fetched to its end: its numbers agree, or why not."""
        self.note()
        run, counted, name = self.run, self.run.count or 0, self.run.database
        problems = []
        if len(run.ids) < counted:
            problems.append(f"{name} counted {counted} records but named only {len(run.ids)}")
        if run.missing:
            named = ", ".join(run.missing[:_NAMED]) + (" …" if len(run.missing) > _NAMED else "")
            damaged = f" ({self.damaged} came damaged)" if self.damaged else ""
            problems.append(f"{name} named {len(run.ids)} records and did not send "
                            f"{len(run.missing)} of them{damaged}: {named}")  # fmt: skip
        if len(run.ids) > counted:
            self.warn(
                [f"{name} counted {counted} records, and named {len(run.ids)} a little later"]
            )
        self.note(
            state="partial" if problems else "ok" if run.ids else "empty",
            problem="; ".join(problems) + "." if problems else None,
            extra={key: value for key, value in run.extra.items() if key != "unfinished"},
        )


@contextmanager
def under_way(work: Work, client: Client) -> Iterator[None]:
    """Ask for a run, its answers kept as they come.

    What the service does not let end is said in the run's entry, and is no error here. Anything
    else (a full disk, Ctrl-C) is raised, with what was fetched until then kept.
    """
    client.keep = RawAnswers(work.folder).keep
    try:
        yield
    except SarcatError as error:
        work.broken_off(str(error))
    except BaseException:
        with suppress(OSError):  # on a full disk the entry from before stands, and is honest
            work.save()
        raise
    finally:
        client.keep = None


def carried_out(
    before: Work | None, begin_anew: Callable[[], Work], client: Client,
    to_its_end: Callable[[Work], None], is_of_same: Callable[[SearchRun], bool],
) -> Work:  # fmt: skip
    """Take up a run that broke off, or begin one, and go on to its end.

    ``is_of_same`` asks whether the run was begun at the service that answers now. What was begun at
    another one, or at a built-in server with other files, stays as it is, since these hold other
    sets of records: the run is begun anew, and says so.
    """
    if before:
        other = False
        with under_way(before, client):
            other = not is_of_same(before.run)
            if not other:
                to_its_end(before)
        if not other:
            return before
    work = begin_anew()
    if before:
        is_offline = before.run.extra.get("corpus") is not None
        where = "a server with other records" if is_offline else "another service"
        work.warn([LEFT.format(before.run.id, where, before.run.database)])
    with under_way(work, client):
        to_its_end(work)
    return work


def begin(searches: Path, run: SearchRun, label: str) -> Work:
    """Make the folder of a run and write its entry; what ``run`` has for an id is replaced."""
    id, folder = search_runs.start(searches, label, run.executed_at)
    work = Work(folder, replace(run, id=id))
    work.save()
    return work


def take_up(searches: Path, before: SearchRun) -> Work:
    """Take up a run at what it lacks; what is on disk counts, not what its entry says."""
    folder = searches / before.id
    numbers = [int(found[1]) for path in folder.iterdir()
               if (found := _BATCH.fullmatch(path.name))]  # fmt: skip
    work = Work(folder, before, batches=max(numbers, default=0))
    for key in search_runs.read_keys(folder):
        if key.startswith("pmid:"):
            work.kept[key.removeprefix("pmid:")] = key
    work.note()
    return work
