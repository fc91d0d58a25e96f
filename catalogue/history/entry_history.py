"""The life of one entry: what changed in it, when and why, from version control or the change log.

Also which ids were borne by entries that are gone: an id is never given to another initiative.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from catalogue.entries.initiatives import Initiative
from catalogue.entries.reading import Entry, parse_entry
from catalogue.history.change_log import KeptChange
from catalogue.history.changes import changes_between
from catalogue.history.versions import Step
from search.faults import Fault
from search.records import fold

NOT_COMMITTED = ""  # in the place of a commit: what stands in the files and nowhere else


def history(
    ids: Sequence[str], steps: Iterable[Step], now: Mapping[str, str], today: datetime.date
) -> Iterator[KeptChange]:
    """Give what changed in an entry, the oldest change first; pure.

    ``ids`` are its id and those it bore before; ``steps`` the commits that touched its files;
    ``now`` the texts of today's files, by name. What they hold beyond the last commit is told last.
    """
    before: Mapping[str, str] = {}
    for step in steps:
        yield from _changed(ids, before, step.texts, step.subject, step.day, step.commit)
        before = step.texts
    yield from _changed(ids, before, now, None, today, NOT_COMMITTED)


def _changed(
    ids: Sequence[str], before: Mapping[str, str], after: Mapping[str, str],
    why: str | None, day: datetime.date, commit: str,
) -> Iterator[KeptChange]:  # fmt: skip
    reasons = {id: [why] for id in ids} if why else {}
    for change in changes_between(_read(before), _read(after), reasons):
        if change.initiative in ids:
            yield KeptChange(day, commit, change)


def _read(texts: Mapping[str, str]) -> list[Initiative]:
    """Return the entries of a version, also those that today's check would fault."""
    read = (parse_entry(text, Path(name).stem) for name, text in texts.items())
    return [entry.initiative for entry in read if entry.initiative]


def of_entry(ids: Sequence[str], kept: Iterable[KeptChange]) -> list[KeptChange]:
    """Return the kept changes of an entry under any of its ids, in the order of the log."""
    return [each for each in kept if each.change.initiative in ids]


def gone(kept: Iterable[KeptChange]) -> dict[str, KeptChange]:
    """Return the ids of entries that were removed and have not come back, with that change."""
    found: dict[str, KeptChange] = {}
    for each in kept:
        if each.change.kind == "removed":
            found[each.change.initiative] = each
        else:
            found.pop(each.change.initiative, None)
    return found


def reused(entries: Iterable[Entry], kept: Iterable[KeptChange]) -> Iterator[Fault]:
    """Note a fault for an entry under the id of another that is gone.

    One of the same name is taken for the same initiative, come back.
    """
    before = gone(kept)
    for entry in entries:
        past = before.get(entry.id)
        if past and entry.initiative and fold(entry.initiative.name) != fold(past.change.name):
            what = f"{past.change.name!r} bore the id {entry.id!r} until {past.day}."
            remedy = "An id is never used again: give this entry another."
            yield entry.fault("id-reused", entry.line("id"), what, remedy)
