"""The tags of RIS by what they say, in every dialect we met (METHODS 2.12)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

Index = Mapping[str, list[str]]  # the values of each tag that a record has
# What R and some databases write where there is nothing.
_NOTHING = re.compile(r"\[?(?:NA|n/a|no abstract(?: available)?\.?)\]?", re.IGNORECASE)


class Tags(NamedTuple):
    """Which tags of those that say something of one kind a record has."""

    titles: tuple[str, ...] = ("TI", "T1", "CT")
    people: tuple[str, ...] = ("AU", "A1")
    editors: tuple[str, ...] = ("ED", "A2")
    dates: tuple[str, ...] = ("PY", "DA", "Y1", "Y2", "Y3")
    article_in: tuple[str, ...] = ("T2", "JF", "JO", "JA", "J2", "J1", "J9", "JI")
    other_in: tuple[str, ...] = ("T2", "JF", "JO", "BT", "JA", "J2", "J1", "J9", "JI")
    volumes: tuple[str, ...] = ("VL", "VO")
    issues: tuple[str, ...] = ("IS", "CP")
    numbers: tuple[str, ...] = ("M1",)
    pages: tuple[str, ...] = ("SP", "EP", "C7")
    serials: tuple[str, ...] = ("SN",)
    types: tuple[str, ...] = ("M3", "PT")
    languages: tuple[str, ...] = ("LA",)
    keywords: tuple[str, ...] = ("KW", "DE")
    vernacular: tuple[str, ...] = ("TT",)
    notes: tuple[str, ...] = ("N1",)
    dois: tuple[str, ...] = ("DO",)
    other_dois: tuple[str, ...] = ("DOI", "DI", "M3")
    doi_addresses: tuple[str, ...] = ("UR", "L3", "L2", "LK")
    doi_notes: tuple[str, ...] = ("N1", "ID", "C7")
    pmids: tuple[str, ...] = ("PMID", "PM")
    databases: tuple[str, ...] = ("DB", "DP")
    in_databases: tuple[str, ...] = ("AN", "C2", "C5")
    pmid_numbers: tuple[str, ...] = ("AN", "XR")
    pmid_notes: tuple[str, ...] = ("U1", "C7", "N1", "M1")
    pmcids: tuple[str, ...] = ("C2", "U2", "AN")
    addresses: tuple[str, ...] = ("UR", "L2", "LK")
    accessions: tuple[str, ...] = ("AN", "UT")
    own_numbers: tuple[str, ...] = ("U2", "ID")


@lru_cache(maxsize=4096)
def tags_of(present: tuple[str, ...]) -> Tags:
    """Sort the tags of a record; records of one file have few sets of them.

    To ask each record for each of some fifty tags takes longer than all that is done with it.
    """
    return Tags(*(tuple(tag for tag in group if tag in present) for group in Tags()))


def first_said(index: Index, tags: tuple[str, ...]) -> str | None:
    """Return the first value of these tags, which the record has, that says something."""
    for tag in tags:
        for value in index[tag]:
            if not is_nothing(value):
                return value
    return None


def is_nothing(value: str) -> bool:
    """Return whether a value only says that there is none."""
    return value[0] in "[nN" and len(value) < 30 and _NOTHING.fullmatch(value) is not None
