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
LEGEND_IN_COLOUR = "words of the search underlined in blue, words it takes off as orange blocks"


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


@dataclass(frozen=True, slots=True)
class Span:
    """A marked stretch of a text; ``kind`` is "for", "against" or "found"."""

    start: int
    end: int
    kind: str


class Marker:
    """Finds the terms in texts; made once for a sitting, since hundreds of terms take a while."""

    def __init__(self, terms: Terms) -> None:
        self._pattern = _pattern(terms)
        self._sought: re.Pattern[str] | None = None

    def seek(self, words: Iterable[str]) -> None:
        """Take other words as those that were sought; they are marked wherever they stand."""
        letters = (re.escape(_folded(word)[0]).replace(r"\ ", r"\W+") for word in words)
        alternatives = "|".join(sorted(filter(None, letters), key=len, reverse=True))
        self._sought = re.compile(alternatives) if alternatives else None

    def found(self, text: str) -> list[Span]:
        """Return where the words that were sought stand in a text."""
        if self._sought is None:
            return []
        folded, places = _folded(text)
        return [
            Span(places[each.start()], places[each.end() - 1] + 1, "found")
            for each in self._sought.finditer(folded)
        ]

    def spans(self, text: str) -> list[Span]:
        """Return where the terms stand in a text, in order, none inside another."""
        if self._pattern is None:
            return []
        folded, places = _folded(text)
        return [
            Span(places[found.start()], places[found.end() - 1] + 1, found.lastgroup or "for")
            for found in self._pattern.finditer(folded)
        ]

    def mark(self, text: str) -> tuple[str, list[Span]]:
        """Return the text with each term between the signs of its kind, and where they stand."""
        pieces, marked, done, length = [], [], 0, 0
        for span in self.spans(text):
            before, after = _SHAPES[span.kind]
            term = f"{before}{text[span.start : span.end]}{after}"
            length += span.start - done
            marked.append(Span(length, length + len(term), span.kind))
            pieces += [text[done : span.start], term]
            length, done = length + len(term), span.end
        return "".join([*pieces, text[done:]]), marked


def mark(text: str, terms: Terms) -> str:
    """Return the text with each term between the signs of its kind."""
    return Marker(terms).mark(text)[0]


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
