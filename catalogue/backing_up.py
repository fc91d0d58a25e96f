"""A consistent copy of a review in one file: its text, its runs, and its database.

Logs are cut to whole lines, and the database is copied by SQLite itself, so that the copy is sound
while others go on. Unpacked, it is a review folder as it was.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from screening.decision_logs.sealed_log import sealed_lines
from search.errors import BadInput, SarcatError
from search.files import check_place, sync_folder
from search.review import PROTOCOL, Review
from search.runs import now, tool

MANIFEST = "backup.json"
_LEFT_OUT = ("site", "raw", "__pycache__")  # made again, or fetched again
_PACKED = (".gz", ".zip", ".db")  # packing them again gains nothing


def back_up(review: Review, target: Path) -> int:
    """Write the copy whole, read it back, and return the number of files in it.

    BadInput when the name does not end in .zip, or lies within the review. SarcatError when what
    was written does not read back as it was.
    """
    if target.suffix.lower() != ".zip":
        raise BadInput("a backup is a zip.", where=str(target), remedy="End the name in .zip.")
    if target.resolve().is_relative_to(review.folder):
        raise BadInput("a backup inside the review would hold itself, and be lost with it.",
                       where=str(target), remedy="Name a place elsewhere.")  # fmt: skip
    check_place(target)
    beside = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        sums = _write(review, beside)
        _read_back(beside, sums)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
    sync_folder(target.resolve().parent)
    return len(sums)


def _write(review: Review, path: Path) -> dict[str, str]:
    """Write the zip; returns the sha256 of each file in it."""
    sums: dict[str, str] = {}
    with path.open("wb") as out:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, source in _files(review.folder):
                data = source.read_bytes()
                if name.startswith("decisions/") and name.endswith(".jsonl"):
                    data = data[: data.rfind(b"\n") + 1]  # a line that is being written is none
                _add(packed, name, data, sums)
            for name, source in sealed_lines(review.decisions):
                data = source.read_bytes()
                _add(packed, name, data[: data.rfind(b"\n") + 1], sums)
            _add_database(review, packed, sums)
            manifest = json.dumps(_manifest(review, sums), ensure_ascii=False, indent=1)
            packed.writestr(MANIFEST, manifest + "\n")
        out.flush()
        os.fsync(out.fileno())
    return sums


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the files of a review by name; not links, drafts, nor what is made again."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        hidden = any(part.startswith(".") for part in parts[:-1])
        if hidden or any(part in _LEFT_OUT for part in parts) or path.is_symlink():
            continue
        if (
            path.is_file()
            and not path.name.startswith("review.db")
            and not path.name.endswith(".new")
        ):
            yield "/".join(parts), path


def _add(packed: zipfile.ZipFile, name: str, data: bytes, sums: dict[str, str]) -> None:
    kind = zipfile.ZIP_STORED if name.endswith(_PACKED) else zipfile.ZIP_DEFLATED
    packed.writestr(name, data, compress_type=kind)
    sums[name] = hashlib.sha256(data).hexdigest()


def _add_database(review: Review, packed: zipfile.ZipFile, sums: dict[str, str]) -> None:
    """Add the database as SQLite copies it; one that is not there is worked out again later."""
    from search.database import opened_to_read

    if not review.database_path.exists():
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "review.db"
        with (
            closing(opened_to_read(review.database_path)) as source,
            closing(sqlite3.connect(copy)) as there,
        ):
            source.backup(there)
        _add(packed, "review.db", copy.read_bytes(), sums)


def _manifest(review: Review, sums: dict[str, str]) -> dict[str, Any]:
    return {"review": review.protocol.title, "made": now(), "tool": tool(), "sha256": sums}


def _read_back(path: Path, sums: dict[str, str]) -> None:
    with zipfile.ZipFile(path) as packed:
        for name, wanted in sums.items():
            if hashlib.sha256(packed.read(name)).hexdigest() != wanted:
                raise SarcatError(f"{name} does not read back as it was written.", where=str(path),
                                  remedy="Try another disk.")  # fmt: skip
        if PROTOCOL not in sums:
            raise SarcatError("the copy holds no protocol.", where=str(path))
