"""What the library `search-query` says of a PubMed query, as remarks.

https://github.com/CoLRev-Environment/search-query. It parses a query as a whole and knows much
about its quality; of PubMed's tags and of what PubMed passes over it knows less than `lint`, whose
word goes first there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from search.lint_signs import Remark

# Codes of what `lint` judges itself: field tags, brackets, quotes, order of tokens, proximity,
# truncation, operators.
_OURS = re.compile(r"FIELD_|PARSE_000[2-5]|PUBMED_|STRUCT_000[1-4]|TERM_0001")
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def remarks(query: str) -> Iterator[Remark]:
    """Yield what the library says of a query; nothing where it fails, since `lint` has read it."""
    for message in _messages(query):
        if _OURS.match(message["code"]):
            continue
        words = " ".join(_COLOURS.sub("", message["details"] or message["message"]).split())
        places = [start for start, _end in message["position"] or () if start >= 0]
        yield Remark(
            message["code"],
            min(places, default=0),
            words.rstrip(".") + ".",
            level="error" if message["is_fatal"] else
            "info" if message["code"].startswith("QUALITY_") else "warning",
        )  # fmt: skip


def _messages(query: str) -> list[dict[str, Any]]:
    """Return the library's messages. Not by its `lint_query_string`: that prints, and takes every
    query that holds "1." for a list of lines.
    """
    from search_query.pubmed.parser import PubmedParser

    parser = PubmedParser(query, silent=True)
    with suppress(Exception):  # of any kind: it stops at what people may well write
        parser.parse()
    return list(parser.linter.messages)
