"""The keys of the screening terminal, in every mode (DESIGN, the contract)."""

from __future__ import annotations

from search.protocol import Criterion

KEYS = {
    "i": "include",
    "e": "exclude",
    "m": "maybe",
    "u": "undo, as often as you like; goes to the record undone",
    "U": "redo what was just undone",
    "n": "next record without deciding",
    "p": "previous record without deciding",
    "t": "note",
    "g": "tag; the same tag again takes it off",
    "l": "later: puts the record off to the end",
    "h": "highlighting on or off",
    "/": "find in titles, abstracts, authors and ids",
    ":": "go to a number or a key",
    "c": "criteria",
    "k": "keywords and MeSH",
    "d": "the other records of this publication",
    "?": "help",
    "q": "quit; everything is kept",
}
SHORT = "i e m u n p t g l h / ? q"


def reason_of(number: str, exclusion: tuple[Criterion, ...]) -> str | None:
    """Return the code of the criterion at a place in the protocol's list, from 1."""
    if not (number.isascii() and number.isdecimal()):
        return None
    place = int(number) if len(number) < 5 else 0
    return exclusion[place - 1].code if 1 <= place <= len(exclusion) else None
