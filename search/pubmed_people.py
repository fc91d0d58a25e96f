"""The people PubMed names for a record: authors, editors, investigators, their ORCIDs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from search.pubmed_fields import parts_of, text_of

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

    from search.pubmed_fields import Parts

_ORCID = re.compile(r"(?<!\d)(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dXx])(?!\d)")


class People(NamedTuple):
    """Names as "Family, Given" or a group's as it stands; (name, ORCID) of those who have one."""

    names: tuple[str, ...]
    orcids: tuple[tuple[str, str], ...]


def lists_of(kind: str, lists: Iterable[Element]) -> Iterator[Element]:
    """Yield those of some author lists that are of a kind ("authors", "editors").

    A list that does not say its kind is one of authors.
    """
    return (people for people in lists if people.get("Type", "authors") == kind)


def people_in(lists: Iterable[Element]) -> People:
    """Return the people of the lists, in their order.

    ``ValidYN="N"`` marks a misspelt name whose correction stands beside it: passed over.
    """
    names, orcids = [], []
    for people in lists:
        for person in people[:]:
            parts = parts_of(person)
            if person.get("ValidYN") == "N" or not (name := _name(parts)):
                continue
            names.append(name)
            if "Identifier" in parts and (orcid := _orcid(person)):
                orcids.append((name, orcid))
    return People(tuple(names), tuple(orcids))


def _name(parts: Parts) -> str | None:
    """Return "Family, Given", initials where PubMed has no more; "King, Martin Luther Jr".

    The suffix follows the given names as in PubMed's own full author names (FAU).
    """
    if "CollectiveName" in parts:
        return text_of(parts["CollectiveName"])
    family = text_of(parts.get("LastName"))
    given = text_of(parts.get("ForeName")) or text_of(parts.get("Initials"))
    if "Suffix" in parts:
        given = " ".join(filter(None, (given, text_of(parts["Suffix"])))) or None
    return f"{family}, {given}" if family and given else family or given


def _orcid(person: Element) -> str | None:
    """Return the ORCID, which comes bare or as an address, as four groups of four."""
    for identifier in person.iterchildren("Identifier"):
        found = _ORCID.search(identifier.text or "")
        if found and identifier.get("Source") == "ORCID":
            return "-".join(found.groups()).upper()
    return None
