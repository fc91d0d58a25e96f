"""Words found in stored records: in ids, title, abstract, authors, journal and year.

Pure. Case, accents and punctuation aside, and within words too: "sarcoma" is in "osteosarcoma". A
review may have 100,000 records, so each is first looked through as it lies in the database; only
what may hold the words is read and folded.
"""

from __future__ import annotations

import codecs
import functools
import unicodedata
from collections.abc import Iterable, Iterator

import msgspec

from search.records import fold

_ROUGHLY = "search.finding"


class _Sought(msgspec.Struct, gc=False):
    """What is looked through of a record; the rest of its document is not even made."""

    pmid: str | None = None
    doi: str | None = None
    title: str | None = None
    vernacular_title: str | None = None
    journal: str | None = None
    abstract: str | None = None
    authors: tuple[str, ...] = ()
    year: int | None = None


_decoded = msgspec.json.Decoder(_Sought).decode


def holding(rows: Iterable[tuple[str, str]], wanted: Iterable[str]) -> Iterator[str]:
    """Give the keys of the records that hold all of ``wanted``: words and phrases, folded.

    ``rows`` are keys with their records' documents as JSON text.
    """
    phrases = tuple(wanted)
    words = {word.encode() for phrase in phrases for word in phrase.split() if word.isascii()}
    codecs.register_error(_ROUGHLY, _plain)
    for key, document in rows if phrases else ():
        if _may_hold(f"{key} {document}", words) and _holds(key, document, phrases):
            yield key


def _may_hold(text: str, words: Iterable[bytes]) -> bool:
    roughly = _roughly(text)
    # with letters written as escapes it is to be read
    return all(word in roughly for word in words) or b"\\u" in roughly


def _roughly(text: str) -> bytes:
    """Return a text in which every word of plain letters stands that `fold` would find in it.

    The encoder passes over plain letters at a tenth of what looking for the others costs.
    """
    return text.encode("ascii", _ROUGHLY).lower()


def _plain(error: UnicodeError) -> tuple[str, int]:
    """Encode foreign letters as the plain ones in them: "é" as its "e"."""
    assert isinstance(error, UnicodeEncodeError)
    return _plain_letters(error.object[error.start : error.end]), error.end


@functools.lru_cache(maxsize=10_000)
def _plain_letters(foreign: str) -> str:
    decomposed = unicodedata.normalize("NFKD", foreign).casefold()
    return decomposed.encode("ascii", "ignore").decode()


def _holds(key: str, document: str, phrases: tuple[str, ...]) -> bool:
    texts = (key, *_texts(_decoded(document)))
    return all(any(_is_in(phrase, text) for text in texts) for phrase in phrases)


def _is_in(phrase: str, text: str) -> bool:
    """Return whether a folded phrase is in a text, folded; of plain letters a word is as it is."""
    if text.isascii() and " " not in phrase:
        return phrase in text.lower()
    return phrase in fold(text)


def _texts(record: _Sought) -> Iterator[str]:
    yield from filter(None, (record.pmid, record.doi, record.title, record.vernacular_title))
    yield from filter(None, (record.journal, record.abstract))
    yield from record.authors
    yield str(record.year or "")
