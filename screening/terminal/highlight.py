"""Mark the search's words in a text by shape, so that colour is never the only sign (UX-05).

Terms are literal: `C++` is no pattern. Case, accents and hyphens make no difference.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from search.protocol import Protocol

# A term as strategies write it: "soft tissue tumor*"[tiab]
_TERM = re.compile(r'"([^"]+)"|([^\s()"\[\]]+)(?=\[)')
_SHAPES = {"for": ("▸", "◂"), "against": ("‹", "›")}
LEGEND = "▸words of the search◂, ‹words it takes off›"


@dataclass(frozen=True, slots=True)
class Terms:
    """What to mark: words that speak for a record, and words that speak against it."""

    speaking_for: tuple[str, ...] = ()
    speaking_against: tuple[str, ...] = ()


def terms_of(protocol: Protocol) -> Terms:
    """Return the words of the protocol's strategies, without their tags; NOT blocks speak against.

    A star at the end stands for any ending.
    """
    spoken: dict[bool, dict[str, None]] = {False: {}, True: {}}
    for strategy in protocol.strategies:
        blocks = [(block.negated, term) for block in strategy.blocks for term in block.terms]
        for negated, text in [*blocks, (False, strategy.query or "")]:
            spoken[negated].update(dict.fromkeys(_words(text)))
    return Terms(tuple(spoken[False]), tuple(spoken[True]))


def _words(text: str) -> Iterator[str]:
    # What a term itself takes off ("animals[mh] NOT humans[mh]") speaks neither for nor against.
    spoken = text.partition(" NOT ")[0]
    yield from (found[1] or found[2] for found in _TERM.finditer(spoken))


def mark(text: str, terms: Terms) -> str:
    """Return the text with each term between the signs of its kind."""
    folded, places = _folded(text)
    pattern = _pattern(terms)
    if pattern is None:
        return text
    pieces, done = [], 0
    for found in pattern.finditer(folded):
        start, end = places[found.start()], places[found.end() - 1] + 1
        before, after = _SHAPES[found.lastgroup or "for"]
        pieces += [text[done:start], before, text[start:end], after]
        done = end
    return "".join([*pieces, text[done:]])


def _pattern(terms: Terms) -> re.Pattern[str] | None:
    groups = [
        f"(?P<{name}>{'|'.join(words)})"
        for name, words in (
            ("against", _literals(terms.speaking_against)),
            ("for", _literals(terms.speaking_for)),
        )
        if words
    ]
    return re.compile("|".join(groups)) if groups else None


def _literals(words: Iterable[str]) -> list[str]:
    """Return each word as a pattern of itself, the longest first: "synovial sarcoma", "sarcoma"."""
    ordered = sorted(set(words), key=lambda word: (-len(word), word))
    return [pattern for word in ordered if (pattern := _literal(word))]


def _literal(word: str) -> str | None:
    letters = _folded(word.rstrip("*"))[0].strip()
    if not letters:
        return None
    ending = r"\w*" if word.endswith("*") else r"(?!\w)"
    return rf"(?<!\w){re.escape(letters)}{ending}"


def _folded(text: str) -> tuple[str, list[int]]:
    """Return the text without case, accents and hyphens, and for each letter where it stood."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        for part in unicodedata.normalize("NFKD", letter).casefold():
            if unicodedata.combining(part):
                continue
            letters.append(" " if unicodedata.category(part) == "Pd" else part)
            places.append(place)
    return "".join(letters), places
