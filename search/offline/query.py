"""PubMed's query language over a small corpus: parsed, then evaluated. Pure.

AND, OR and NOT in capitals, from left to right; brackets; phrases; field tags; truncation; ranges
of dates and PMIDs; proximity. What PubMed does without a word is done without a word: an unknown
tag searches everywhere, a tag behind a bracket counts for nothing. Not here: the MeSH tree (a
heading finds itself, not those below it) and the mapping of untagged words to headings.
Source: https://pubmed.ncbi.nlm.nih.gov/help/
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from search.offline.fields import FIELDS, field_of
from search.offline.places import Places
from search.offline.terms import Term, is_range
from search.query_tokens import OPERATORS, Operator
from search.query_tokens import tokens as lexed

_STOPPED = frozenset({"a", "an", "and", "by", "for", "in", "not", "of", "on", "or", "the", "with"})
_DEEPEST = 200  # brackets within brackets


class Unbalanced(ValueError):
    """The brackets of a query do not match."""


@dataclass(frozen=True, slots=True)
class Operation:
    """Two sides joined by AND, OR or NOT."""

    operator: Operator
    left: Node
    right: Node

    def __str__(self) -> str:
        chain = [self]
        while isinstance(chain[-1].left, Operation):
            chain.append(chain[-1].left)
        text, before = str(chain[-1].left), chain[-1].operator
        for step in reversed(chain):  # a loop: hundreds of terms in a row are no rarity
            left = text if step.operator == before else f"({text})"
            right = f"({step.right})" if isinstance(step.right, Operation) else str(step.right)
            text, before = f"{left} {step.operator} {right}", step.operator
        return text


Node = Term | Operation
Token = str | Term  # "(", ")", ":", an operator, or a term


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query finds: places in the corpus, the query as understood, the terms not found."""

    places: tuple[int, ...] = ()
    translation: str = ""
    phrases: tuple[str, ...] = ()  # quoted, in no record
    words: tuple[str, ...] = ()  # not quoted, in no record
    ignored: tuple[str, ...] = ()  # words that are too common to be searched


def ask(query: str, corpus: Places) -> Answer:
    """Return what a query finds in a corpus, in the corpus' order; Unbalanced if it cannot be read.

    An empty query finds nothing.
    """
    ignored: list[str] = []
    node = parse(query, ignored)
    if node is None:
        return Answer(ignored=tuple(ignored))
    lost: list[Term] = []
    node = _phrased(node, corpus)
    places = _evaluate(node, corpus, lost)
    return Answer(
        tuple(sorted(places)),
        str(node),
        tuple(dict.fromkeys(f'"{each.text}"[{each.field.tag}]' for each in lost if each.quoted)),
        tuple(dict.fromkeys(each.text for each in lost if not each.quoted)),
        tuple(dict.fromkeys(ignored)),
    )


# --- evaluating --------------------------------------------------------------------------------


def _evaluate(node: Node, corpus: Places, lost: list[Term]) -> set[int]:
    # The left side is walked in a loop: a strategy may have hundreds of terms in a row.
    chain: list[Operation] = []
    while isinstance(node, Operation):
        chain.append(node)
        node = node.left
    places = _find(node, corpus, lost)
    for step in reversed(chain):
        other = _evaluate(step.right, corpus, lost)
        if step.operator == "AND":
            places &= other
        elif step.operator == "OR":
            places |= other
        else:
            places -= other
    return places


def _find(term: Term, corpus: Places, lost: list[Term]) -> set[int]:
    places = corpus.of(term)
    if not places and not is_range(term.field):
        lost.append(term)
    return places


def _phrased(node: Node, corpus: Places) -> Node:
    """Break up words that were not quoted and that stand nowhere as a phrase, as PubMed does."""
    if isinstance(node, Operation):
        chain: list[Operation] = []
        while isinstance(node, Operation):
            chain.append(node)
            node = node.left
        node = _phrased(node, corpus)
        for step in reversed(chain):
            node = Operation(step.operator, node, _phrased(step.right, corpus))
        return node
    words = node.text.split()
    if node.quoted or len(words) < 2 or is_range(node.field) or node.field.tag == "au":
        return node
    # Without a tag PubMed looks for the words, wherever each stands.
    if node.field is not FIELDS["all"] and _find(node, corpus, []):
        return node
    parts: Node = Term(words[0], False, node.field)
    for word in words[1:]:
        parts = Operation("AND", parts, Term(word, False, node.field))
    return parts


# --- parsing -----------------------------------------------------------------------------------


def parse(query: str, ignored: list[str] | None = None) -> Node | None:
    """Return the tree of a query, None when it is empty; Unbalanced if its brackets do not match.

    ``ignored`` is filled with the words that are too common to be searched.
    """
    tokens = _ranges(list(_tokens(query, [] if ignored is None else ignored)))
    node, at = _group(tokens, 0, 0)
    if at < len(tokens):
        raise Unbalanced("a bracket closes that was not opened")
    return node


def _group(tokens: Sequence[Token], at: int, depth: int) -> tuple[Node | None, int]:
    """Read up to a closing bracket, from left to right; terms side by side are joined by AND."""
    if depth > _DEEPEST:
        raise Unbalanced("brackets within brackets, too deep")
    left: Node | None = None
    operator: Operator = "AND"
    while at < len(tokens) and tokens[at] != ")":
        token = tokens[at]
        at += 1
        right: Node | None
        if token == "(":
            right, at = _group(tokens, at, depth + 1)
            if at >= len(tokens):
                raise Unbalanced("a bracket is not closed")
            at += 1
        elif isinstance(token, Term):
            right = token
        else:
            operator = next((each for each in OPERATORS if each == token), operator)
            continue
        if right is not None:
            left = right if left is None else Operation(operator, left, right)
        operator = "AND"
    return left, at


def _ranges(tokens: list[Token]) -> list[Token]:
    """Join a term, a colon and a term to one: "2000"[dp] : "2010"[dp]."""
    joined: list[Token] = []
    for token in tokens:
        if isinstance(token, Term) and joined[-1:] == [":"] and isinstance(joined[-2], Term):
            joined.pop()
            first = joined.pop()
            assert isinstance(first, Term)
            joined.append(Term(f"{first.text}:{token.text}", False, token.field))
        elif token != ":" or (joined and isinstance(joined[-1], Term)):
            joined.append(token)
    return joined


def _tokens(query: str, ignored: list[str]) -> Iterator[Token]:
    words: list[str] = []
    phrase: str | None = None  # quoted, and perhaps a tag follows

    def untagged() -> Iterator[Token]:
        nonlocal phrase
        if phrase is not None:
            yield _tagged(phrase, None, quoted=True)
            phrase = None
        kept = [word for word in words if word.lower() not in _STOPPED]
        ignored.extend(word for word in words if word.lower() in _STOPPED)
        words.clear()
        if kept == [":"]:
            yield ":"
        elif kept:
            yield Term(" ".join(kept))

    for token in lexed(query):
        if token.kind == "tag" and phrase is not None:
            yield _tagged(phrase, token.text, quoted=True)
            phrase = None
        elif token.kind == "tag":
            if words:  # else a tag behind a bracket, which PubMed passes over
                yield _tagged(" ".join(words), token.text, quoted=False)
                words.clear()
        elif token.kind == "stray":
            if token.text == "[":
                raise Unbalanced("a square bracket is not closed")
        elif token.kind == "word":
            if phrase is not None:
                yield from untagged()
            words.append(token.text)
        else:
            yield from untagged()
            if token.kind == "phrase":
                phrase = token.text if token.text.strip() else None
            else:
                yield token.text
    yield from untagged()


def _tagged(text: str, tag: str | None, *, quoted: bool) -> Term:
    name, _, reach = (tag or "all").strip().lower().partition(":~")
    field = field_of(name.strip())
    within = int(reach) if reach.isdigit() and len(reach) < 5 and quoted else None
    text = " ".join(text.split())
    if is_range(field):
        return Term("".join(text.split()), False, field)
    return Term(text, quoted, field, within if field.tag in ("ti", "tiab", "ad") else None)
