"""What deduplication remembers, as rows: copies and verdicts, each with a checksum of its own."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from zlib import crc32

from screening.dedupe.answers import Answer, Judged, Rule
from screening.dedupe.normalise import Copy
from screening.dedupe.place import Pages
from screening.dedupe.updating import Ruling

_READ = json.JSONDecoder().raw_decode  # half of the time of `json.loads`
_PAGES = Copy._fields.index("pages")
_TEXTS = tuple(Copy._fields.index(name) for name in ("others", "numbers", "names"))


class Damaged(Exception):
    """What is kept cannot be believed."""


def look_of(copy: Copy) -> bytes:
    """Return what copies share that no rule tells apart, and no others."""
    return hashlib.blake2b(json.dumps(copy.signature).encode(), digest_size=16).digest()


def copy_row(number: int, copy: Copy) -> tuple[int, str, bytes, str, int]:
    """Return a copy as a row: number, key, look, the copy, mark."""
    look, said = look_of(copy), json.dumps(copy[1:], separators=(",", ":"))
    return number, copy.key, look, said, _mark(number, copy.key, look, said)


def read_copy(number: int, key: str, look: bytes, said: str, mark: int) -> Copy:
    """Return the copy that a row holds; `Damaged` where the mark is not its own."""
    if mark != _mark(number, key, look, said):
        raise Damaged
    fields = [key, *_READ(said)[0]]
    for place in _TEXTS:
        fields[place] = tuple(fields[place])
    if fields[_PAGES]:
        fields[_PAGES] = Pages(*fields[_PAGES])
    return Copy._make(fields)


def ruling_row(ruling: Ruling) -> tuple[int, int, str, int]:
    """Return a verdict as a row: left, right, what it says, mark."""
    said = json.dumps([*ruling.judged, ruling.title])
    return ruling.left, ruling.right, said, _mark(ruling.left, ruling.right, said)


def read_ruling(left: int, right: int, said: str, mark: int) -> Ruling:
    """Return the verdict that a row holds; `Damaged` where the mark is not its own."""
    if mark != _mark(left, right, said):
        raise Damaged
    answer, rule, field, title = json.loads(said)
    return Ruling(left, right, Judged(Answer(answer), Rule(rule), field), title)


def sum_of(parts: Iterable[bytes]) -> int:
    """Return a checksum of bytes in parts."""
    found = 0
    for part in parts:
        found = crc32(part, found)
    return found


def _mark(*values: object) -> int:
    return crc32(repr(values).encode())
