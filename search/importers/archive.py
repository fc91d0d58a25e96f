"""Archives from outside: what lies in a ZIP. Its names are never paths; bombs are refused."""

from __future__ import annotations

import io
import lzma
import re
import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from search.errors import BadInput, SarcatError

SIGN = b"PK\x03\x04"
_EMPTY = b"PK\x05\x06"
MOST_FILES = 1000
# Records shrink to a tenth, seldom to a thirtieth; what shrinks further was made to fill a disk.
MOST_TIMES = 200
FREE = 100 << 20  # bytes that any archive may hold
LARGEST_LIST = 4 << 20  # bytes of an archive's list of files, which is held whole
_OFFICE = frozenset({"[Content_Types].xml", "word/document.xml", "xl/workbook.xml", "mimetype",
                     "META-INF/manifest.xml"})  # fmt: skip
_OFFICE_FOLDERS = ("[Content_Types].xml", "word/", "xl/", "mimetype", "META-INF/")
_JUNK = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
_OFFICE_WORDS = "a Word, Excel or OpenDocument file"
_DRIVE = re.compile(r"[A-Za-z]:")
_AGAIN = "Copy or export it again."
# What `zipfile` says of an archive that is damaged, or packed in a way that it does not know.
_BROKEN = (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, IndexError, RuntimeError)
_UNPACK = "Unpack it, and name the files of records."


@dataclass(frozen=True, slots=True)
class Member:
    """A file in a ZIP archive: its place there, its name as it is shown, its size unpacked.

    ``path`` is its name in the archive where that leads out of it, which no name here ever does;
    ``is_link`` says that it is none but a link to another.
    """

    number: int
    name: str
    size: int
    path: str | None = None
    is_link: bool = False


def members(path: Path) -> list[Member] | None:
    """Return the files in a ZIP archive, None when it is none.

    BadInput for an office file, an encrypted archive, a bomb; SarcatError when it is damaged.
    """
    head = _head(path) if path.is_file() else b""  # a pipe can be read once
    if not head.startswith((SIGN, _EMPTY)):
        return None
    try:
        with _Listed(path) as file, zipfile.ZipFile(file) as archive:
            found = archive.infolist()
    except _BROKEN as error:
        raise _damaged(head, error) from None
    names = [each.filename for each in found]
    if not _OFFICE.isdisjoint(names):
        raise BadInput(
            f"this is {_OFFICE_WORDS}, not a file of records.",
            remedy="Export the records as RIS, nbib, BibTeX, EndNote XML or CSV.",
        )
    if len(found) > MOST_FILES:
        raise BadInput(
            f"this archive holds {len(found)} files, more than {MOST_FILES}.", remedy=_UNPACK
        )
    if any(each.flag_bits & 1 for each in found):
        raise BadInput("this archive is encrypted.", remedy="Unpack it with its password first.")
    check(sum(each.compress_size for each in found), sum(each.file_size for each in found))
    return _named([
        (number, each) for number, each in enumerate(found)
        if not _is_folder(each) and not _is_junk(each.filename)
    ])  # fmt: skip


class _Listed(io.FileIO):
    """An archive of which the list of files is read: at once, and so within bounds."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Read up to ``size`` bytes."""
        if size and size > LARGEST_LIST:
            raise BadInput(f"this archive holds more than {MOST_FILES} files.", remedy=_UNPACK)
        return super().read(-1 if size is None else size)


def _is_folder(each: zipfile.ZipInfo) -> bool:
    return each.filename.endswith(("/", "\\")) and not each.file_size


def _is_junk(name: str) -> bool:
    """Return whether a file is one that a system puts beside those of a person."""
    return name.startswith("__MACOSX/") or name.rpartition("/")[2] in _JUNK


def _named(found: list[tuple[int, zipfile.ZipInfo]]) -> list[Member]:
    """Return members by the last part of their names, by more of it where several share that."""
    paths = [_path(each.filename) for _number, each in found]
    last = Counter(path.name for path in paths)
    whole: Counter[str] = Counter()
    members = []
    for (number, each), path in zip(found, paths, strict=True):
        name = path.name if last[path.name] == 1 else str(path)
        whole[name] += 1
        name += f" ({whole[name]})" if whole[name] > 1 else ""
        leads_out = _leads_out(each.filename)
        members.append(Member(number, name, each.file_size, each.filename if leads_out else None,
                              stat.S_ISLNK(each.external_attr >> 16)))  # fmt: skip
    return members


def _path(name: str) -> PurePosixPath:
    """Return a name in an archive without what leads out of it, and without control characters."""
    parts = re.split(r"[/\\]", "".join(sign if sign.isprintable() else "?" for sign in name))
    kept = [part for part in parts if part not in ("", ".", "..") and not _DRIVE.fullmatch(part)]
    return PurePosixPath("/".join(kept) or "a file without a name")


def _leads_out(name: str) -> bool:
    parts = re.split(r"[/\\]", name)
    return parts[0] == "" or ".." in parts or _DRIVE.fullmatch(parts[0]) is not None


def check(packed: int, unpacked: int) -> None:
    """Refuse what unpacks to more than records can: BadInput."""
    if unpacked > FREE and unpacked > packed * MOST_TIMES:
        raise BadInput(
            f"this archive unpacks to more than {MOST_TIMES} times its size, as no file of records "
            "does: it may be a bomb.",
            remedy="Unpack it yourself if you trust it.",
        )


@contextmanager
def opened(path: Path, member: Member) -> Iterator[IO[bytes]]:
    """Open a member of an archive for reading.

    BadInput when it is a link, SarcatError when it cannot be unpacked.
    """
    if member.is_link:
        raise BadInput("this is a link to another file, which is not followed.",
                       remedy="Put the file itself into the archive.")  # fmt: skip
    with ExitStack() as stack:
        try:
            archive = stack.enter_context(zipfile.ZipFile(path))
            file = stack.enter_context(archive.open(archive.infolist()[member.number]))
        except _BROKEN as error:
            raise SarcatError(f"this file in the archive cannot be unpacked ({error}).",
                              remedy=_AGAIN) from None  # fmt: skip
        yield file


def reading(read: Callable[[int], bytes]) -> Callable[[int], bytes]:
    """Return a member's ``read`` that says of a damaged archive what gzip says of its own."""

    def read_it(size: int = -1) -> bytes:
        try:
            return read(size)
        except (zipfile.BadZipFile, zlib.error, lzma.LZMAError) as error:
            raise EOFError(str(error)) from None
        except OSError as error:
            if error.errno is None:  # bzip2's word for damage, not the disk's
                raise EOFError(str(error)) from None
            raise

    return read_it


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(256)
    except OSError:
        return b""  # whoever reads it says why


def _damaged(head: bytes, error: Exception) -> SarcatError:
    """Return the error of an archive without its directory: which kind of file it seems to be."""
    name = head[30 : 30 + int.from_bytes(head[26:28], "little")].decode("utf-8", "replace")
    if len(name) < 2 or name.startswith(_OFFICE_FOLDERS):
        return BadInput(f"this is a damaged ZIP archive, or {_OFFICE_WORDS}.", remedy=_AGAIN)
    return SarcatError(
        f"nothing of this file was stored: the ZIP archive is cut short or damaged ({error}).",
        remedy=_AGAIN,
    )
