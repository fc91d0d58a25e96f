"""What is wrong with a query that PubMed would run without a word. Pure.

PubMed reports phrases it does not find, and little else: an unknown tag searches everywhere, a tag
behind a bracket counts for nothing, a `*` after three letters is dropped, a small `or` is a word.
Each rule here looks for one such thing. Sources: https://pubmed.ncbi.nlm.nih.gov/help/, and the
elements of PRESS 2015 (10.1016/j.jclinepi.2016.01.021) that a machine can judge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from search.faults import nearest
from search.lint_foreign import foreign
from search.lint_ranges import ranges
from search.lint_signs import Remark, brackets, lookalikes
from search.pubmed_tags import NEAR, TAGS, is_known
from search.query_tokens import OPERATORS, Token, tokens

_LEAST_STEM = 4  # letters that PubMed wants before a *
# Tags that many write and PubMed seems to know; what it makes of them is promised nowhere.
_NOT_IN_GUIDE = {"ab": "[tiab]", "abstract": "[tiab]", "doi": "[aid]"}
_FILTERS = frozenset({"hasabstract"})  # words that are a filter without any tag
_GROUP_OPENS, _GROUP_CLOSES = frozenset({"word", "phrase", "open"}), frozenset({"tag", "close"})


@dataclass(frozen=True, slots=True)
class _Term:
    """Words in a row or a phrase, with the tag behind it."""

    text: str
    start: int
    quoted: bool
    tag: Token | None


def remarks(query: str) -> list[Remark]:
    """Return what is wrong with a query, or a part of one that is whole in itself, in order."""
    read = list(tokens(query))
    found = [*lookalikes(query)]
    found += [remark for rule in _RULES for remark in rule(read)]
    return sorted(found, key=lambda remark: (remark.at, remark.rule))


# --- operators ---------------------------------------------------------------------------------


def _operators(read: Sequence[Token]) -> Iterator[Remark]:
    for before, token, after in _with_neighbours(read):
        if token.kind == "operator":
            if before is None or before.kind in ("open", "operator"):
                yield Remark("operator", token.start, f"before {token.text} stands nothing to "
                             "join.", "Add a term, or remove it.")  # fmt: skip
            elif after is None or after.kind == "close":
                yield Remark("operator", token.start, f"behind {token.text} stands nothing to "
                             "join.", "Add a term, or remove it.")  # fmt: skip
        elif token.kind == "close" and before is not None and before.kind == "open":
            yield Remark("brackets", before.start, "these brackets are empty.", "Remove them.")
        elif token.kind == "word" and token.text.upper() in OPERATORS:
            yield _small_operator(before, token, after)


def _small_operator(before: Token | None, token: Token, after: Token | None) -> Remark:
    """In a row of words it may be one of them; between whole terms it was meant to join."""
    among_words = before is not None and after is not None and (
        before.kind == after.kind == "word")  # fmt: skip
    return Remark(
        "operator-case", token.start,
        f"{token.text!r} in small letters is "
        + ("left out of the words around it." if among_words else "no operator to PubMed."),
        f"Write {token.text.upper()}; if it is a word, put the phrase in quotes.",
        "warning" if among_words else "error",
    )  # fmt: skip


def _side_by_side(read: Sequence[Token]) -> Iterator[Remark]:
    for before, token, _after in _with_neighbours(read):
        if (
            before is None
            or token.kind not in _GROUP_OPENS
            or _is_joint(before)
            or _is_joint(token)
        ):
            continue
        whole = before.kind in _GROUP_CLOSES or before.kind == "phrase"
        if whole or (before.kind == "word" and token.kind != "word"):
            yield Remark("no-operator", token.start, "no operator stands before this; PubMed joins "
                         "with AND.", "Write the AND, or what was meant.", "warning")  # fmt: skip


def _is_joint(token: Token) -> bool:
    return token.text == ":" or (token.kind == "word" and token.text.upper() in OPERATORS)


def _mixed(read: Sequence[Token]) -> Iterator[Remark]:
    """PubMed reads from left to right: ``a OR b AND c`` finds only what holds c."""
    levels: list[list[Token]] = [[]]
    for token in read:
        if token.kind == "open":
            levels.append([])
        elif token.kind == "close" and len(levels) > 1:
            yield from _mixed_at(levels.pop())
        elif token.kind == "operator":
            levels[-1].append(token)
    for level in levels:
        yield from _mixed_at(level)


def _mixed_at(level: Sequence[Token]) -> Iterator[Remark]:
    kinds = [token.text for token in level]
    changes = [token for token, kind in zip(level[1:], kinds, strict=False) if token.text != kind]
    if len(set(kinds)) < 2 or (kinds == sorted(kinds) and "OR" not in kinds):
        return  # a AND b NOT c is read by everybody as it is by PubMed
    other = "OR" in kinds and "AND" in kinds[kinds.index("OR") :]
    yield Remark(
        "mixed-operators", changes[0].start,
        f"{' and '.join(sorted(set(kinds)))} stand side by side; PubMed reads from left to right, "
        "and no operator binds more than another.", "Put what belongs together in brackets.",
        "error" if other else "warning",
    )  # fmt: skip


# --- terms -------------------------------------------------------------------------------------


def _tags(read: Sequence[Token]) -> Iterator[Remark]:
    for before, token, _after in _with_neighbours(read):
        if token.kind != "tag":
            continue
        if before is not None and before.kind == "close":
            yield Remark("tag-on-group", token.start, f"[{token.text}] behind a bracket counts for "
                         "nothing.", "Tag each term inside.")  # fmt: skip
        elif before is None or before.kind not in ("word", "phrase"):
            yield Remark("tag-alone", token.start, f"before [{token.text}] stands no term.",
                         "Write one tag, right behind its term.")  # fmt: skip
        if instead := _NOT_IN_GUIDE.get(token.text.strip().lower()):
            yield Remark("unknown-tag", token.start, f"[{token.text}] is not in PubMed's guide.",
                         f"Write {instead}.", "warning")  # fmt: skip
        elif not is_known(token.text):
            guess = nearest(token.text.lower().partition(":")[0].strip(), sorted(TAGS))
            yield Remark(
                "unknown-tag", token.start, f"PubMed has no tag [{token.text}] and would search "
                "everywhere.", f"Did you mean [{guess}]?" if guess else "Use a tag of its guide.",
            )  # fmt: skip


def _proximity(read: Sequence[Token]) -> Iterator[Remark]:
    for term in _terms(read):
        name, near, reach = (term.tag.text if term.tag else "").lower().partition(":~")
        if not near or term.tag is None:
            continue
        wrong = {
            f"PubMed knows proximity only in [ti], [tiab] and [ad], not in [{name.strip()}].":
                name.strip() not in NEAR,
            "a proximity search needs its words in quotes.": not term.quoted,
            "a proximity search takes no *.": "*" in term.text,
            f"{reach!r} is no number of words.": not reach.strip().isdecimal(),
            "a proximity search needs two words or more.": len(term.text.split()) < 2,
        }  # fmt: skip
        for what, is_so in wrong.items():
            if is_so:
                yield Remark("proximity", term.tag.start, what,
                             'Write it as "two words"[tiab:~3].')  # fmt: skip


def _truncation(read: Sequence[Token]) -> Iterator[Remark]:
    for term in _terms(read):
        words = term.text.split()
        for place, word in enumerate(words):
            if "*" in word:
                yield from _truncated(term, word, alone=len(words) == 1,
                                      last=place == len(words) - 1)  # fmt: skip
            elif any(sign in word for sign in "?$") and not term.quoted:
                yield Remark("truncation", term.start, f"{word!r}: PubMed knows no wildcard but *.",
                             "Write the forms out, joined by OR.", "warning")  # fmt: skip


def _truncated(term: _Term, word: str, *, alone: bool, last: bool) -> Iterator[Remark]:
    stem = word.partition("*")[0]
    if "*" in word.rstrip("*") or word.count("*") > 1:
        yield Remark("truncation", term.start, f"{word!r}: PubMed heeds a * only once, at the end.",
                     "Write the forms out, joined by OR.")  # fmt: skip
    elif sum(map(str.isalnum, stem)) < _LEAST_STEM:
        yield Remark(
            "truncation", term.start, f"{word!r}: PubMed wants {_LEAST_STEM} letters before a *.",
            "Write the forms out, joined by OR.", "error" if alone else "warning",
        )  # fmt: skip
    elif not last:
        yield Remark(
            "truncation", term.start, f"{term.text!r}: PubMed's guide knows a * only at the end of "
            "a phrase.", "Write the forms out, joined by OR.", "warning",
        )  # fmt: skip


def _untagged(read: Sequence[Token]) -> Iterator[Remark]:
    for term in _terms(read):
        if term.tag is None and not term.text.startswith("#") and term.text not in _FILTERS:
            yield Remark(
                "untagged", term.start, f"{term.text!r} has no tag: it is searched in all fields"
                + ("." if term.quoted or "*" in term.text else
                   ", and mapped to what PubMed thinks it means."),
                "Add a tag such as [tiab] or [mh].", "warning",
            )  # fmt: skip


def _terms(read: Sequence[Token]) -> Iterator[_Term]:
    """Yield the terms of a query; words in a row are one, with the tag behind the last."""
    words: list[Token] = []
    for token, after in zip(read, [*read, None][1:], strict=True):
        if token.kind == "word" and token.text != ":" and token.text.upper() not in OPERATORS:
            words.append(token)
        if token.kind == "phrase" and token.text.strip():
            yield _Term(token.text, token.start, True, _tag(after))
        elif words and (after is None or after.kind != "word"):
            text = " ".join(word.text for word in words)
            yield _Term(text, words[0].start, False, _tag(after))
            words = []


def _tag(token: Token | None) -> Token | None:
    return token if token is not None and token.kind == "tag" else None


def _with_neighbours(
    read: Sequence[Token],
) -> Iterator[tuple[Token | None, Token, Token | None]]:
    return zip([None, *read][:-1], read, [*read, None][1:], strict=True)


_RULES: tuple[Callable[[Sequence[Token]], Iterator[Remark]], ...] = (
    brackets, foreign, _operators, _side_by_side, _mixed, _tags, _proximity, _truncation, ranges,
    _untagged,
)  # fmt: skip
