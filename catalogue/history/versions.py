"""The catalogue at an earlier time, read from version control (git): the only module that runs it.

Nothing is checked out and nothing is written; a review that is not under version control has no
earlier versions, and says so.
"""

from __future__ import annotations

import datetime
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from search.errors import SarcatError


@dataclass(frozen=True)
class Version:
    """The texts of the entries at one commit, by file name; ``commit`` is None before the first."""

    commit: str | None
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """Some entries as one commit left them: its day (UTC), its subject, the texts by file name."""

    commit: str
    day: datetime.date
    subject: str
    texts: Mapping[str, str]


def steps_of(folder: Path, names: Sequence[str]) -> Iterator[Step]:
    """Give the commits that touched any of these files of the folder, the oldest first.

    SarcatError when the folder is not under version control.
    """
    log = _git(folder, "log", "--reverse", "-z", "--format=%H%x01%ct%x01%s", "--",
               *(f"./{name}" for name in names))  # fmt: skip
    for line in filter(None, log.split("\0")):
        commit, seconds, subject = line.split("\x01", maxsplit=2)
        held = _git(folder, "ls-tree", "-z", "--name-only", commit, "./").split("\0")
        texts = {name: _git(folder, "show", f"{commit}:./{name}") for name in names if name in held}
        day = datetime.datetime.fromtimestamp(int(seconds), datetime.UTC).date()
        yield Step(commit, day, subject, texts)


def version_before(folder: Path, day: datetime.date) -> Version:
    """Return the entries as they were committed before a day (UTC).

    SarcatError when the folder is not under version control.
    """
    _git(folder, "rev-parse", "--show-toplevel")
    found = _git(folder, "rev-list", "-1", f"--before={day}T00:00:00Z", "HEAD").strip()
    return version_at(folder, found) if found else Version(None)


def version_at(folder: Path, commit: str) -> Version:
    """Return the entries as one commit holds them; SarcatError when there is no such commit."""
    listed = _git(folder, "ls-tree", "-z", commit, "./")
    names = [
        name
        for line in listed.split("\0")
        if line.endswith(".toml") and (name := line.partition("\t")[2].rpartition("/")[2])
    ]
    return Version(commit, {name: _git(folder, "show", f"{commit}:./{name}") for name in names})


def head_of(folder: Path) -> str:
    """Return the commit that is checked out."""
    return _git(folder, "rev-parse", "HEAD").strip()


def reasons_since(folder: Path, commit: str | None) -> dict[str, list[str]]:
    """Return for each file the subjects of the commits that changed it since, the oldest first."""
    span = f"{commit}..HEAD" if commit else "HEAD"
    log = _git(folder, "log", "--reverse", "--name-only", "-z", "--format=%x01%s", span, "--", ".")
    found: dict[str, list[str]] = defaultdict(list)
    for entry in log.split("\x01")[1:]:
        subject, *names = (part.strip("\n") for part in entry.split("\0"))
        for name in filter(None, names):
            found[name.rpartition("/")[2]].append(subject)
    return dict(found)


def _git(folder: Path, *arguments: str) -> str:
    """Run git on a folder and return what it prints; SarcatError in words when it cannot."""
    program = shutil.which("git")
    if program is None:
        raise SarcatError("git is not installed.", remedy="Install git: it holds what was before.")
    command: Sequence[str] = (program, "-C", str(folder), "-c", "core.quotePath=off", *arguments)
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603  our own words
    if done.returncode:
        if b"not a git repository" in done.stderr:
            raise SarcatError(
                "what the entries said before is not known: no version control keeps the folder.",
                where=str(folder),
                remedy="`git init` and a first commit, and from then on each change is kept.",
            )
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        why = said[-1].removeprefix("fatal: ") if said else f"status {done.returncode}"
        raise SarcatError(
            f"the entries' earlier versions cannot be read from git: {why}.",
            where=str(folder),
            remedy="Keep the review under version control: `git init`, then commit.",
        )
    return done.stdout.decode("utf-8", "replace")
