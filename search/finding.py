"""Words found in stored records: in ids, title, abstract, authors, journal and year.

Pure. Case, accents and punctuation aside, and within words too: "sarcoma" is in "osteosarcoma". A
review may have 100,000 records, so each is first looked through as it lies in the database; only
what may hold the words is read and folded.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from search.records import fold

_FOREIGN = re.compile("[^\x00-\x7f]+")
_TEXTS = ("pmid", "doi", "title", "vernacular_title", "journal", "abstract")


def holding(rows: Iterable[tuple[str, str]], wanted: Iterable[str]) -> Iterator[str]:
    """Give the keys of the records that hold all of ``wanted``: words and phrases, folded.

    ``rows`` are keys with their records' documents as JSON text.
    """
    phrases = tuple(wanted)
    words = {word for phrase in phrases for word in phrase.split() if word.isascii()}
    for key, document in rows if phrases else ():
        if _may_hold(f"{key} {document}", words) and _holds(key, document, phrases):
            yield key


def _may_hold(text: str, words: Iterable[str]) -> bool:
    if "\\u" in text:
        return True  # letters written as escapes: it is to be read
    roughly = _roughly(text)
    return all(word in roughly for word in words)


def _roughly(text: str) -> str:
    """Return a text in which every word of plain letters stands that `fold` would find in it."""
    return (text if text.isascii() else _FOREIGN.sub(_plain, text)).lower()


def _plain(found: re.Match[str]) -> str:
    """Return the plain letters in others: of "é" its "e"."""
    decomposed = unicodedata.normalize("NFKD", found[0]).casefold()
    return decomposed.encode("ascii", "ignore").decode()


def _holds(key: str, document: str, phrases: tuple[str, ...]) -> bool:
    whole = " \n ".join(map(fold, (key, *_texts(orjson.loads(document)))))
    return all(phrase in whole for phrase in phrases)


def _texts(values: Mapping[str, Any]) -> Iterator[str]:
    yield from (values[name] for name in _TEXTS if values.get(name))
    yield from values.get("authors", ())
    yield str(values.get("year") or "")
