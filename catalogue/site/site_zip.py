"""The whole site as one zip file: for a memory stick, or a hospital that blocks the web."""

from __future__ import annotations

import hashlib
import os
import zipfile
from dataclasses import dataclass
from pathlib import Path

from search.errors import BadInput
from search.files import sync

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first day that a zip file can bear
_PLAIN_FILE = 0o100644 << 16
_UNPACKED = "sarcat-site"  # what it unpacks to, whatever the folder was called that it was made of


@dataclass(frozen=True, slots=True)
class Packed:
    """The size of a zip file and its digest."""

    bytes: int
    sha256: str


def pack(folder: Path, file: Path, as_of: str | None) -> Packed:
    """Pack a site, so that the same site gives the same bytes: names in order, the data's day.

    The file appears whole or not at all. BadInput if it would lie within the site itself.
    """
    file = file.resolve()
    if file.is_relative_to(folder.resolve()):
        remedy = "Name a file outside of the site."
        raise BadInput("the zip file would lie within the site.", where=str(file), remedy=remedy)
    day = _day(as_of)
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as out:
            for path in sorted(folder.rglob("*")):
                if path.is_file():
                    name = f"{_UNPACKED}/{path.relative_to(folder).as_posix()}"
                    about = zipfile.ZipInfo(name, day)
                    about.external_attr = _PLAIN_FILE
                    about.compress_type = zipfile.ZIP_DEFLATED
                    out.writestr(about, path.read_bytes())
        sync(beside)
        with beside.open("rb") as made:
            digest = hashlib.file_digest(made, "sha256").hexdigest()
        size = beside.stat().st_size
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)
    return Packed(size, digest)


def _day(as_of: str | None) -> tuple[int, int, int, int, int, int]:
    if not as_of or as_of < "1980":
        return _EPOCH
    year, month, day = map(int, as_of.split("-"))
    return year, month, day, 0, 0, 0
