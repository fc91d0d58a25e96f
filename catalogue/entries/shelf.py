"""Many initiatives, few of them in memory: the rest lie in a file and are read when looked at.

A catalogue of a thousand entries is held as it is. Of a larger one each further entry is put into a
file without a name, and what stands for it looks the same to all that only read it.
"""

from __future__ import annotations

import os
import pickle
import tempfile
import weakref
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from io import RawIOBase
from operator import attrgetter
from typing import Any, cast

from catalogue.entries.initiatives import Claim, Evidence, Initiative
from search.files import write_out

READY = 1000  # entries held as they are: some 20 MB
_RECENT = 64  # of the others those looked at last: one is asked for many things in a row


def _reader_of(kind: type) -> Callable[[Any], tuple[Any, ...]]:
    return attrgetter(*(each.name for each in fields(kind) if each.init))


_values = {kind: _reader_of(kind) for kind in (Initiative, Claim, Evidence)}


def _packed(each: Initiative) -> bytes:
    """Return an entry as bytes; its parts as plain tuples, which are read three times as fast."""
    claims = [_values[Claim](claim) for claim in each.claims]
    evidence = [(id, _values[Evidence](one)) for id, one in each.evidence.items()]
    head = _values[Initiative](replace(each, claims=(), evidence={}))
    return pickle.dumps((head, claims, evidence), pickle.HIGHEST_PROTOCOL)


def _unpacked(data: bytes) -> Initiative:
    head, claims, evidence = pickle.loads(data)  # noqa: S301  written by this process alone
    return replace(
        Initiative(*head),
        claims=tuple(Claim(*values) for values in claims),
        evidence={id: Evidence(*values) for id, values in evidence},
    )


class Shelf:
    """Takes entries and gives what stands for each; ``ready`` of them are held as they are."""

    def __init__(self, ready: int = READY) -> None:
        self._left = ready
        self._file: RawIOBase | None = None
        self._end = 0
        self._recent: dict[int, Initiative] = {}

    def put(self, each: Initiative) -> Initiative:
        """Return the entry itself, or one that is read from the file when it is looked at."""
        if self._left > 0:
            self._left -= 1
            return each
        if self._file is None:
            # Unbuffered: a copy of this process (`site.aside`) must find all of it written.
            self._file = cast(
                "RawIOBase",
                tempfile.TemporaryFile(prefix="sarcat-", buffering=0),  # noqa: SIM115
            )
            weakref.finalize(self, self._file.close)  # it goes with the last that stands for one
        data = _packed(each)
        place, self._end = self._end, self._end + len(data)
        write_out(self._file, data)
        self._remember(place, each)
        return cast("Initiative", _Shelved(self, place, len(data), each))

    def take(self, place: int, size: int) -> Initiative:
        """Return an entry that was put."""
        found = self._recent.get(place)
        if found is None:
            found = _unpacked(self._read(place, size))
            self._remember(place, found)
        return found

    def _read(self, place: int, size: int) -> bytes:
        """Read at a place, and not where the file stands: that a copy of this process shares."""
        assert self._file is not None
        if hasattr(os, "pread"):
            return os.pread(self._file.fileno(), size, place)
        self._file.seek(place)
        return self._file.read(size) or b""

    def _remember(self, place: int, each: Initiative) -> None:
        if len(self._recent) >= _RECENT:
            del self._recent[next(iter(self._recent))]
        self._recent[place] = each


class _Shelved:
    """Stands for an initiative: by what lists are put in order is at hand, all else in the file."""

    __slots__ = ("_place", "_shelf", "_size", "acronym", "id", "name")

    def __init__(self, shelf: Shelf, place: int, size: int, each: Initiative) -> None:
        self._shelf, self._place, self._size = shelf, place, size
        self.id, self.name, self.acronym = each.id, each.name, each.acronym

    def __getattr__(self, name: str) -> Any:
        return getattr(self._shelf.take(self._place, self._size), name)


def shelved(initiatives: Sequence[Initiative], ready: int = READY) -> list[Initiative]:
    """Return what stands for these initiatives."""
    shelf = Shelf(ready)
    return [shelf.put(each) for each in initiatives]
