"""Ranges of dates and numbers that end before they begin. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from search.lint_signs import Remark
from search.pubmed_tags import is_ranged
from search.query_tokens import Token

_VALUE = r"(?<![\d/])(\d{1,12}(?:/\d{1,2}){0,2})"
_RANGE = re.compile(rf"{_VALUE}\s*:\s*{_VALUE}\Z")
_LONGEST = 4  # tokens: "2020"[dp] : "2010"


def ranges(read: Sequence[Token]) -> Iterator[Remark]:
    """Yield the ranges that nothing can lie in: 2020:2010[dp], "300"[uid] : "20"[uid]."""
    for place, token in enumerate(read):
        if token.kind != "tag" or not is_ranged(token.text):
            continue
        before = reversed(read[max(0, place - _LONGEST) : place])
        row = list(takewhile(lambda each: each.kind in ("word", "phrase", "tag"), before))
        words = " ".join(each.text for each in reversed(row) if each.kind != "tag")
        if (found := _RANGE.search(words)) and _is_reversed(found[1], found[2]):
            yield Remark(
                "range", row[0].start, f"{found[1]}:{found[2]} is the wrong way round: nothing "
                "lies in it.", f"Write {found[2]}:{found[1]}.",
            )  # fmt: skip


def _is_reversed(first: str, last: str) -> bool:
    """Compare dates as far as both are told: 2020 begins no later than 2020/03 does."""
    begins, ends = ([int(part) for part in value.split("/")] for value in (first, last))
    told = min(len(begins), len(ends))
    return begins[:told] > ends[:told]
