"""The texts that the ranking reads: a record's, and the review's own words for a start.

Pure. The own words say what is looked for, and nothing of what is to be left out: exclusion
criteria and NOT blocks would draw up just what they are there to keep down.
"""

from __future__ import annotations

import re

from search.protocol import Protocol
from search.records import Record

# What only a search engine understands: field tags, operators, wildcards, numbers of lines.
_TAGS = re.compile(r"\[[^\]]*\]|\.[a-z]{2}(?:,[a-z]{2})*\.?(?=[\s)]|$)", re.MULTILINE)
_OPERATORS = re.compile(
    r"\b(?:AND|OR|NOT)\b|\b(?:and|or|not)/[\d\-,]+|\b(?:adj|near)\d*\b|^\s*limit\b.*$|\bexp\b"
    r"|\b\d+(?:-\d+)?\b",
    re.MULTILINE,
)
_SIGNS = re.compile(r'["*$?#():/,;]')


def text_of(record: Record) -> str:
    """Return all words of a record that say what it is about."""
    parts = (record.title, record.vernacular_title, record.abstract, *record.mesh, *record.keywords)
    return "\n".join(part for part in parts if part)


def words_of_query(query: str) -> str:
    """Return the words of a Boolean query, without what only a search engine understands."""
    return " ".join(_SIGNS.sub(" ", _OPERATORS.sub(" ", _TAGS.sub(" ", query))).split())


def own_words(protocol: Protocol) -> str:
    """Return the review's own words: title, question, inclusion criteria, terms of its searches."""
    parts = [protocol.title, protocol.question, *(each.text for each in protocol.inclusion)]
    for strategy in protocol.strategies:
        parts.append(words_of_query(strategy.query or ""))
        for block in strategy.blocks:
            if not block.negated:
                parts.append(words_of_query(" ; ".join(block.terms)))
    return "\n".join(part for part in parts if part)
