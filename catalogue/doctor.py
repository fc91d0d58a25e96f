"""A check of everything in a review: what is damaged, what is open, what would be lost.

Each part is looked into by itself, so that a fault in one does not hide the others; a part that
cannot be looked into at all is an error of that part.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from search.errors import FaultyFile, SarcatError
from search.faults import Fault
from search.review import PROTOCOL, Review

Part = Callable[[Review], Iterator[Fault]]
_SHOWN = 3  # of one kind
_ROOM = 100 * 2**20  # bytes: less has no place for a search of some size


@dataclass(frozen=True, slots=True)
class Finding:
    """What one part of the check found; without faults the part is well."""

    part: str
    faults: tuple[Fault, ...]

    @property
    def level(self) -> str:
        """Return the worst level found: ok, info, warning or error."""
        found = {fault.level for fault in self.faults}
        return next((level for level in ("error", "warning", "info") if level in found), "ok")


def examine(review: Review) -> Iterator[Finding]:
    """Look into every part of a review, one after the other."""
    for name, part in PARTS.items():
        yield Finding(name, tuple(_looked_into(name, part, review)))


def _looked_into(name: str, part: Part, review: Review) -> Iterator[Fault]:
    try:
        yield from part(review)
    except FaultyFile as error:
        yield from error.faults
    except SarcatError as error:
        where = error.where or name
        yield Fault(str(where), None, "unreadable", error.what, error.remedy or "")
    except (OSError, sqlite3.Error) as error:
        yield Fault(name, None, "unreadable", f"it cannot be read ({error}).")


# --- the parts -----------------------------------------------------------------------------------


def _protocol(review: Review) -> Iterator[Fault]:
    _ = review.protocol
    yield from ()


def _strategies(review: Review) -> Iterator[Fault]:
    from search.linting import faults_of
    from search.strategy_places import Places

    yield from faults_of(review.protocol, Places(review.folder / PROTOCOL))


def _searches(review: Review) -> Iterator[Fault]:
    """Read every record that was kept: a damaged file shows here, not in a year."""
    from search.runs import read_entries, read_records

    for run in read_entries(review.searches):
        folder = review.searches / run.id
        shown = f"searches/{run.id}"
        held = sum(1 for _ in read_records(folder))
        if held < run.parsed:
            what = f"its entry says {run.parsed} records were read, and {held} are kept."
            yield Fault(shown, None, "records", what, "Restore the folder from version control.")
        if run.state in ("partial", "failed"):
            what = f"the run is {run.state}: {run.problem or 'no reason was kept'}."
            yield Fault(shown, None, "run", what, "Run `sarcat search` again.", "warning")
    for draft in sorted(review.searches.glob(".*/")):
        what = "a search was cut off here."
        remedy = "`sarcat search` takes it up where it stopped."
        yield Fault(f"searches/{draft.name}", None, "cut-off", what, remedy, "warning")


def _decisions(review: Review) -> Iterator[Fault]:
    from screening.criteria import read_versions
    from screening.decision_logs.logs import read_logs
    from screening.decision_logs.verifying import check

    seen = {each.key: each.seen for each in review.store.records()}
    yield from check(read_logs(review.decisions), review.protocol, seen)
    yield from read_versions(review.decisions)[1]


def _database(review: Review) -> Iterator[Fault]:
    from search.database import opened_to_read

    remedy = "It can be worked out again: run `sarcat rebuild`."
    _ = review.store
    with closing(opened_to_read(review.database_path)) as connection:
        said = [row[0] for row in connection.execute("pragma integrity_check(5)")]
        strays = connection.execute("pragma foreign_key_check").fetchmany(5)
    if said != ["ok"]:
        yield Fault("review.db", None, "damaged", f"the file is damaged: {said[0]}.", remedy)
    for table, *_ in strays:
        what = f"a row of {table} points to one that is not there."
        yield Fault("review.db", None, "stray", what, remedy)


def _flow(review: Review) -> Iterator[Fault]:
    """Count the flow: it refuses to be drawn where its numbers do not add up."""
    from catalogue.counts import sources_of_initiatives
    from screening.prisma.flow import flow_of
    from screening.prisma.flow_relations import notes_of
    from screening.state import load

    flow = flow_of(load(review), sources_of_initiatives(review))
    if flow.is_interim:
        yield Fault("flow", None, "interim", notes_of(flow)[0], "", "info")


def _catalogue(review: Review) -> Iterator[Fault]:
    from catalogue.checking.checks import check_entries
    from catalogue.entries.reading import read_entries
    from catalogue.lookup import known_papers

    entries = list(read_entries(review.initiatives))
    known = known_papers(review.store, entries) if review.store.count() else None
    yield from check_entries(entries, known)


def _sharing(review: Review) -> Iterator[Fault]:
    """Version control holds the text, and never the database (TM-14)."""
    git = shutil.which("git")
    inside = git and _status(git, review.folder, "rev-parse", "--is-inside-work-tree") == 0
    if not git or not inside:
        what = "the review is not under version control: what people judged is kept once only."
        yield Fault(
            str(review.folder), None, "versions", what, "`git init`, then commit.", "warning"
        )
        return
    if _status(git, review.folder, "check-ignore", "-q", "review.db") == 1:
        what = "version control does not ignore it: shared, it would be damaged."
        yield Fault("review.db", None, "shared", what, "Add review.db to .gitignore.", "warning")
    for name in ("decisions", "searches"):
        if _status(git, review.folder, "check-ignore", "-q", f"{name}/x") == 0:
            what = "version control ignores this folder: it would not reach the others."
            yield Fault(name, None, "ignored", what, "Take it out of .gitignore.")


def _status(git: str, folder: Path, *arguments: str) -> int:
    command = (git, "-C", str(folder), *arguments)
    return subprocess.run(command, capture_output=True, check=False).returncode  # noqa: S603


def _place(review: Review) -> Iterator[Fault]:
    if not os.access(review.folder, os.W_OK):
        yield Fault(str(review.folder), None, "read-only", "nothing can be written here.",
                    "Make the folder writable.")  # fmt: skip
    free = shutil.disk_usage(review.folder).free
    if free < _ROOM:
        what = f"only {free // 2**20} MB are free on this disk."
        yield Fault(str(review.folder), None, "room", what, "Make room.", "warning")


def _service(_review: Review) -> Iterator[Fault]:
    if not os.environ.get("NCBI_EMAIL"):
        what = "no address is set; NCBI asks for one, to write to before it blocks a program."
        yield Fault("NCBI_EMAIL", None, "address", what, "export NCBI_EMAIL=…", "info")
    if not os.environ.get("NCBI_API_KEY"):
        what = "no key is set: three requests a second are allowed, with one ten."
        yield Fault("NCBI_API_KEY", None, "key", what, "", "info")


def lines(finding: Finding) -> Iterator[str]:
    """Give a finding as text: of many faults of one kind the first few, and how many there are."""
    yield f"{finding.level:<8}{finding.part}"
    counted = Counter((fault.rule, fault.level) for fault in finding.faults)
    shown: Counter[tuple[str, str]] = Counter()
    for fault in finding.faults:
        kind = (fault.rule, fault.level)
        shown[kind] += 1
        if shown[kind] <= _SHOWN:
            yield f"        {fault}"
        elif shown[kind] == counted[kind]:
            yield f"        … and {counted[kind] - _SHOWN} more of this kind [{fault.rule}]"


#: Every part of the check by its name, in the order in which a review is worked through.
PARTS: dict[str, Part] = {
    "protocol": _protocol,
    "strategies": _strategies,
    "searches": _searches,
    "database": _database,
    "decisions": _decisions,
    "flow": _flow,
    "catalogue": _catalogue,
    "version control": _sharing,
    "place": _place,
    "PubMed": _service,
}


def worst(findings: Iterable[Finding]) -> bool:
    """Return whether any part has an error."""
    return any(finding.level == "error" for finding in findings)
