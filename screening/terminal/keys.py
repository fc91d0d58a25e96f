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
    "T": "note on the record that you decided last",
    "g": "tag; the same tag again takes it off",
    "l": "later: puts the record off to the end",
    "s": "at full text: the initiative (PRISMA's study) that the report is about",
    "r": "at full text: the report cannot be had; again, it can",
    "h": "highlighting on or off",
    "/": 'find words in ids, titles, abstracts, authors, journals; "a phrase" in quotes',
    "N": "next hit of what was sought",
    "P": "previous hit",
    ":": "go to a place in the order, or to a PMID, DOI or key",
    "f": "filter: show only some records; again, all",
    "c": "criteria",
    "k": "keywords and MeSH",
    "v": "other versions: duplicates, and where they differ; d does the same",
    "o": "addresses of the record and its full text; nothing is opened",
    "w": "why the record is high, where the order is ranked, and how the finding goes",
    "?": "help",
    "q": "closes what is open, then quits; everything is kept",
}
SHORT = "i e m u n p t g l h / ? q"


# Places from 10 on have letters, so that every reason is one key.
_PLACES = "123456789abcdefghijklmnopqrstuvwxyz"


def choosing_key(place: int) -> str:
    """Return the key that chooses a place of a list, from 1; "" beyond what keys there are."""
    return _PLACES[place - 1] if 1 <= place <= len(_PLACES) else ""


def reason_of(number: str, exclusion: tuple[Criterion, ...]) -> str | None:
    """Return the code of the criterion at a place in the protocol's list, from 1."""
    if not (number.isascii() and number.isdecimal()):
        return None
    place = int(number) if len(number) < 5 else 0
    return exclusion[place - 1].code if 1 <= place <= len(exclusion) else None


def name_of(key: str, letter: str) -> str:
    """Return what to call a key: its letter, where that can be seen."""
    return letter if len(letter) == 1 and letter.isprintable() and letter != " " else key
