"""The folder of a site: written beside its place, and put there whole, or not at all."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from search.errors import BadInput, SarcatError
from search.files import sync_folder, write_out

# A visible file, since hidden ones are often left behind when a site is copied.
MARKER = "sarcat-site.json"
MADE_BY = "sarcat site build"
_HOUR = 3600
_STEP = re.compile(r"[a-z0-9][a-z0-9._-]*", re.IGNORECASE)


@dataclass
class SiteFolder:
    """A site while it is written: takes files by their path within the site."""

    folder: Path
    files: int = 0
    size: int = 0
    _made: set[Path] = field(default_factory=set)

    def path(self, name: str) -> Path:
        """Return where the file of that name goes, its folder made.

        The last guard against a name that leads out of the site: ids are checked long before.
        """
        if not all(_STEP.fullmatch(step) for step in name.split("/")):
            raise SarcatError(f"{name!r} cannot name a file of the site.")
        path = self.folder / name
        if path.parent not in self._made:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._made.add(path.parent)
        return path

    def write(self, name: str, content: bytes | str) -> None:
        """Write one file; SarcatError if the name is no plain path or is already taken."""
        self.write_parts(name, (content,))

    def write_parts(self, name: str, parts: Iterable[bytes | str]) -> None:
        """Write one file, part after part; see `write`."""
        size = 0
        try:
            # Unbuffered: most files are one part, and a buffer for each costs as much as the file.
            with self.path(name).open("xb", buffering=0) as out:
                for part in parts:
                    data = part.encode() if isinstance(part, str) else part
                    size += write_out(out, data)
        except FileExistsError as error:
            raise SarcatError(f"two pages of the site bear the name {name!r}.") from error
        self.count(size)

    def count(self, size: int) -> None:
        """Count a file that is written."""
        self.files += 1
        self.size += size


@contextmanager
def new_site(place: Path, about: dict[str, Any]) -> Iterator[SiteFolder]:
    """Yield an empty folder to write a site into; it takes its place when all went well.

    ``about`` goes into the marker file, by which a later build knows that the folder may be
    replaced. BadInput if something that is no site of ours stands in the place; if anything fails
    while the site is written, the old one stays.
    """
    place = place.resolve()  # a link to a site stays a link: what it points to is replaced
    check_place(place)
    place.parent.mkdir(parents=True, exist_ok=True)
    _sweep(place)
    beside = place.with_name(f".{place.name}.{os.getpid()}.new")
    beside.mkdir()
    try:
        site = SiteFolder(beside)
        site.write(MARKER, json.dumps({"made_by": MADE_BY, **about}, indent=2) + "\n")
        yield site
        _put(beside, place)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def check_place(place: Path) -> None:
    """Raise BadInput unless this place is free: nothing, an empty folder, or a site of ours."""
    if not place.exists() or _is_site(place):
        return
    if place.is_dir() and not any(place.iterdir()):
        return
    raise BadInput(
        f"this is no site that Sarcat built (it has no {MARKER}), so it is not replaced.",
        where=str(place),
        remedy="Name another folder with --output, or remove this one yourself.",
    )


def _is_site(folder: Path) -> bool:
    try:
        marker = json.loads((folder / MARKER).read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(marker, dict) and marker.get("made_by") == MADE_BY


def _put(beside: Path, place: Path) -> None:
    """Move the new site into its place; the old one comes back if that fails."""
    old = place.with_name(f".{place.name}.{os.getpid()}.old")
    if place.exists():
        place.rename(old)
    try:
        beside.rename(place)
    except OSError:
        if old.exists():
            old.rename(place)
        raise
    sync_folder(place.parent)
    shutil.rmtree(old, ignore_errors=True)


def _sweep(place: Path) -> None:
    """Take up after a build that was killed: bring its old site back, remove its half-made one."""
    for left in sorted(place.parent.glob(f".{place.name}.*.old")):
        if not place.exists():
            left.rename(place)
        else:
            shutil.rmtree(left, ignore_errors=True)
    for left in place.parent.glob(f".{place.name}.*.new"):
        if time.time() - left.stat().st_mtime > _HOUR:  # a younger one may be another build's
            shutil.rmtree(left, ignore_errors=True)
