"""Write files so that a crash leaves the old one or the new one, never half of one."""

from __future__ import annotations

import gzip
import io
import json
import os
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import orjson

from search.errors import BadInput, SarcatError

T = TypeVar("T")
_BUFFER = 1 << 16  # bytes
_LEVEL = 3  # of compression: a fifth larger than at 6, in a third of the time


def sync_folder(folder: Path) -> None:
    """Make a rename or a new file in ``folder`` durable."""
    sync(folder)


def sync(path: Path) -> None:
    """Make what was written to a file, or to a folder's list of files, durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def check_place(path: Path) -> None:
    """Refuse a place where no file can stand; BadInput names what to do."""
    if path.is_dir():
        raise BadInput("this is a folder.", where=str(path), remedy="Name a file.")
    if not path.parent.is_dir():
        raise BadInput("there is no such folder.", where=str(path.parent), remedy="Make it first.")


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Give a file beside ``path`` to write into; it takes its place in one step, made durable.

    Where the writing fails, what was at ``path`` stays. BadInput where no file can stand there.
    """
    check_place(path)
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with beside.open("wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        beside.replace(path)
    except OSError as error:
        if str(error.filename) == str(beside):
            error.filename = str(path)  # the name that whoever reads the error knows
        raise
    finally:
        with suppress(OSError):  # most often it has its name by now
            beside.unlink()
    sync_folder(path.parent)


def write_whole(path: Path, content: bytes | str | Iterable[str]) -> None:
    """Write a file beside its place, make it durable, and move it there in one step.

    Of content in parts one part is held at a time.
    """
    parts = [content] if isinstance(content, (bytes, str)) else content
    with replacing(path) as out:
        for part in parts:
            out.write(part.encode() if isinstance(part, str) else part)


def write_out(out: io.RawIOBase, data: bytes) -> int:
    """Write all of it to a file without a buffer: the system may take less at once than it gets."""
    left = memoryview(data)
    while left:
        left = left[out.write(left) :]
    return len(data)


def packing(raw: BinaryIO) -> gzip.GzipFile:
    """Return a file that is gzip-compressed into ``raw``: the same content gives the same bytes."""
    # mtime=0 and no file name: nothing of this machine or hour goes into the bytes
    return gzip.GzipFile("", "wb", compresslevel=_LEVEL, fileobj=raw, mtime=0)


def write_json(path: Path, document: Any) -> None:
    """Write a JSON document whole, sorted by nothing but its own order."""
    try:  # a tenth of a second for a hundred thousand ids, of which the library needs a hundredth
        text = orjson.dumps(document, option=orjson.OPT_INDENT_2).decode()
    except TypeError:
        text = json.dumps(document, ensure_ascii=False, indent=2)
    write_whole(path, text + "\n")


_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def json_line(value: Any) -> bytes:
    """Return a value as one line of JSON without its end.

    orjson refuses half a letter (a surrogate alone) and numbers beyond 64 bits, which the standard
    library writes; of all else both give the same bytes.
    """
    try:
        return orjson.dumps(value)
    except TypeError:
        return _COMPACT(value).encode("utf-8", "surrogatepass")


def parsed_line(line: bytes) -> Any:
    """Return what a line of JSON says; ValueError, in the words of `json`, where it is none."""
    try:
        value = orjson.loads(line)
    except ValueError:
        return json.loads(line)
    if type(value) is dict and float in map(type, value.values()):
        return json.loads(line)  # a whole number beyond 64 bits would be rounded
    return value


def write_json_lines(path: Path, documents: Iterable[Mapping[str, Any]]) -> int:
    """Write gzip-compressed JSON lines whole; the same documents give the same bytes."""
    return write_lines(path, map(json_line, documents))


def write_lines(path: Path, lines: Iterable[bytes]) -> int:
    """Write gzip-compressed lines whole, likewise; they are given without their ends.

    Streams: holds some hundred lines at a time. Returns the number of lines.
    """
    written = 0
    with replacing(path) as raw, packing(raw) as packed, io.BufferedWriter(packed, _BUFFER) as out:
        for line in lines:
            out.write(line + b"\n")
            written += 1
    return written


def read_lines(path: Path) -> Iterator[bytes]:
    """Read gzip-compressed lines one by one; SarcatError names the line that is damaged."""
    yield from _read(path, bytes)


def read_json_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Read gzip-compressed JSON lines one by one; SarcatError names the line that is damaged."""
    yield from _read(path, parsed_line)


def _read(path: Path, parse: Callable[[bytes], T]) -> Iterator[T]:
    number = 0
    try:
        with gzip.open(path) as packed, io.BufferedReader(packed, _BUFFER) as lines:
            for line in lines:
                yield parse(line)
                number += 1
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise damaged(f"{path}:{number + 1}", error) from error


def damaged(where: str, error: Exception) -> SarcatError:
    """Return the error of a file of ours that is not as it was written."""
    return SarcatError(
        f"this file is damaged ({error}).", where=where, remedy="Restore it from version control."
    )


@contextmanager
def only_one(folder: Path, what: str) -> Iterator[None]:
    """Hold a folder for one process at a time; SarcatError(``what``) while another one has it.

    The lock goes with the process, however that ends: nothing is left behind to be removed.
    """
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SarcatError(what, where=str(folder), remedy="Wait until it has ended.") from None
        yield
    finally:
        os.close(descriptor)
