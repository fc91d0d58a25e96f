"""Reports tied to initiatives: which of the catalogue's entries a person means.

The catalogue is above this package: `cli.py` hands it down as a `Catalogue`. A tie is an event that
holds the initiative's id as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol as Interface

from search.records import Record, fold
from search.review import Review

MOST_FOUND = 8


@dataclass(frozen=True, slots=True)
class Named:
    """An initiative: its ``id``, what it is called, and ``names``, all it may be found by."""

    id: str
    label: str
    names: tuple[str, ...] = ()


class Catalogue(Interface):
    """What screening may ask of the catalogue."""

    def names(self, review: Review) -> list[Named]:
        """Return the entries of a review, drafts too."""

    def begin(self, review: Review, id: str, record: Record) -> None:
        """Begin a draft entry from a report; BadInput when the id is taken or is none."""


def matching(initiatives: Iterable[Named], words: str) -> list[Named]:
    """Return the initiatives that are meant, the likeliest first.

    An id means that one alone. Else all words must begin a word of a name, in any order, accents
    and case aside; first come those that are called so and no more: "registry" may be meant for
    reGISTry, or for one of many.
    """
    wanted = fold(words)
    if not wanted:
        return []
    known = list(initiatives)
    if exact := [each for each in known if wanted == fold(each.id)]:
        return exact
    found = [each for each in known if _begins(wanted.split(), _words(each))]
    return sorted(found, key=lambda each: wanted not in map(fold, each.names))[:MOST_FOUND]


def _words(each: Named) -> list[str]:
    return fold(" ".join((each.id, each.label, *each.names))).split()


def _begins(wanted: Iterable[str], words: list[str]) -> bool:
    return all(any(word.startswith(part) for word in words) for part in wanted)


def id_from(words: str) -> str:
    """Return an id made of words, as a proposal; "" when they have no letter in them."""
    return re.sub(r"[^a-z0-9]+", "-", fold(words))[:60].strip("-")
