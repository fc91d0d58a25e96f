"""The answers of a service as they came, compressed beside their run: extra, and prunable.

Everything can be worked out from a run's entry and records; these are for whoever wants to see the
very words. They are not under version control.
"""

from __future__ import annotations

import re
import shutil
import threading
from pathlib import Path

from isal import igzip

FOLDER = "raw"
_LEVEL = 1  # of 0 to 3


class RawAnswers:
    """Keeps answers of one run, numbered as they come; many threads may come with them."""

    def __init__(self, run: Path) -> None:
        self._folder = run / FOLDER
        self._lock = threading.Lock()
        self._number = max(map(_number, self._folder.glob("*.gz")), default=0)

    def keep(self, name: str, body: bytes) -> None:
        """Write one answer. Not synced: what a power cut takes here can be asked for again."""
        with self._lock:
            self._number += 1
            self._folder.mkdir(exist_ok=True)
            kind = "json" if body.lstrip()[:1] == b"{" else "xml"
            path = self._folder / f"{self._number:06d}-{name}.{kind}.gz"
        # By Intel's library: plain gzip, smaller than zlib's fastest and in a quarter of its time,
        # but not the same bytes on every machine. These need not be.
        path.write_bytes(igzip.compress(body, compresslevel=_LEVEL, mtime=0))


def _number(path: Path) -> int:
    found = re.match(r"\d+", path.name)
    return int(found[0]) if found else 0


def prune(searches: Path, run: str | None = None) -> tuple[int, int]:
    """Remove the raw answers of one run, or of all; returns how many files and bytes went."""
    files = size = 0
    runs = [searches / run] if run else searches.glob("[!.]*")
    for folder in (each / FOLDER for each in runs):
        if not folder.is_dir() or folder.is_symlink():
            continue
        kept = [path for path in folder.rglob("*") if path.is_file()]
        files, size = files + len(kept), size + sum(path.stat().st_size for path in kept)
        shutil.rmtree(folder)
    return files, size
