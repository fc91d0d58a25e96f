"""Signs of a query that other databases read and PubMed does not. Pure.

PubMed takes ``ADJ3`` or ``exp`` for a word to be found, and ``&&`` for nothing, without a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from search.lint_signs import Remark
from search.query_tokens import Token

_JOINS = frozenset({"&", "&&", "|", "||"})
_LINE = re.compile(r"#\d{1,4}")
_NEAR = re.compile(r"ADJ\d*|(?:NEAR|NEXT|PRE|W|ONEAR)/\d+", re.IGNORECASE)
_OVID_FIELDS = re.compile(r".*\.(?:ti|ab|tw|kw|kf|mp|sh|hw|pt|af|ot)(?:,[a-z]{2})*\.?", re.DOTALL)
_HEADING = re.compile(r".*[^\W\d_]/(?:exp(?:/mj)?)?", re.DOTALL)
_FIELD_AHEAD = re.compile(r"(?:TITLE(?:-ABS(?:-KEY)?)?|ABS|ABSTRACT|KEY|TS|TI|AB|AK|AU|SU)[=:]?")


def foreign(read: Sequence[Token]) -> Iterator[Remark]:
    """Yield the signs of Ovid, Embase, Scopus, Web of Science and programming languages."""
    for token, after in zip(read, [*read, None][1:], strict=True):
        if token.kind == "word" and (said := _of_word(token, after)):
            yield Remark("other-syntax", token.start, *said)


def lines_named(read: Sequence[Token]) -> Iterator[Remark]:
    """Yield the numbers of lines in a query in which all lines have taken their place."""
    for token in read:
        if token.kind == "word" and _LINE.fullmatch(token.text):
            yield Remark("other-syntax", token.start,
                         f"{token.text} names a line of a search history that is not sent.",
                         "Write that line here, or all of them as `lines`.")  # fmt: skip


def _of_word(token: Token, after: Token | None) -> tuple[str, str] | None:
    """Return what is wrong with a word, and what to write instead."""
    text = token.text
    before_bracket = after is not None and after.kind == "open" and after.start == token.end
    if text in _JOINS:
        return f"{text!r} is no operator to PubMed.", "Write AND or OR."
    if _NEAR.fullmatch(text):
        return (f"{text!r} is another database's proximity; PubMed looks for it as a word.",
                'Write it as "two words"[tiab:~3].')  # fmt: skip
    if _OVID_FIELDS.fullmatch(text):
        return (f"{text!r} has its fields as Ovid has them; PubMed looks for them as words.",
                "Write the term with a tag such as [tiab].")  # fmt: skip
    if _HEADING.fullmatch(text) and not (after is not None and after.kind in ("tag", "word")):
        return (f"{text!r} is a heading as Ovid or Embase has it; PubMed looks for it as words.",
                'Write it as "Sarcoma"[mh].')  # fmt: skip
    if _FIELD_AHEAD.fullmatch(text) and (before_bracket or text[-1] in "=:"):
        return (f"{text!r} before a term is another database's field; PubMed looks for it as a "
                "word.", "Write a tag such as [tiab] behind each term.")  # fmt: skip
    return None
