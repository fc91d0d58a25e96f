"""PubMed's query language over a small corpus: parsed, then evaluated record by record.

AND, OR and NOT in capitals, from left to right; brackets; phrases; field tags; truncation;
date and UID ranges; proximity. What PubMed does silently is done silently: an unknown tag
searches everywhere. Source: the PubMed user guide, as read in EUTILS.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from search.records import Record, fold


class Unbalanced(ValueError):
    """The brackets of a query do not match."""


@dataclass(frozen=True, slots=True)
class Term:
    """One term: its text, whether it is a quoted phrase, its tag, its reach of proximity."""

    text: str
    quoted: bool = False
    tag: str = "all"
    within: int | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """Two sides joined by AND, OR or NOT."""

    operator: str
    left: Node
    right: Node


Node = Term | Operation
Accepts = Callable[[Record], bool]

_TOKEN = re.compile(
    r"""\s*(?:(?P<bracket>[()])
        |(?P<operator>AND|OR|NOT)(?=[\s(])
        |"(?P<phrase>[^"]*)"(?:\s*\[(?P<phrase_tag>[^\]]*)\])?
        |(?P<words>[^()"\[\]]+?)(?:\s*\[(?P<words_tag>[^\]]*)\]|(?=\s+(?:AND|OR|NOT)[\s(])
            |(?=\s*[()"])|\s*$))""",
    re.VERBOSE,
)
_TAGS = {
    "tiab": "tiab", "title/abstract": "tiab", "ti": "ti", "title": "ti", "ab": "ab",
    "abstract": "ab", "mh": "mh", "mesh": "mh", "mesh terms": "mh", "mh:noexp": "mh",
    "mesh:noexp": "mh", "majr": "mh", "pt": "pt", "publication type": "pt", "la": "la",
    "language": "la", "dp": "dp", "pdat": "dp", "crdt": "crdt", "edat": "crdt", "au": "au",
    "author": "au", "ta": "ta", "journal": "ta", "uid": "uid", "pmid": "uid", "tw": "tw",
    "text word": "tw", "ot": "ot", "all": "all", "all fields": "all", "sb": "sb", "cn": "au",
}  # fmt: skip


# --- parsing -----------------------------------------------------------------------------------


def parse(query: str) -> Node | None:
    """Return the tree of a query, None when it is empty; Unbalanced when brackets do not match."""
    tokens = list(_tokens(query))
    node, rest = _expression(tokens, 0)
    if rest < len(tokens):
        raise Unbalanced(query)
    return node


def _tokens(query: str) -> Iterable[str | Term]:
    at = 0
    while at < len(query) and query[at:].strip():
        found = _TOKEN.match(query, at)
        if not found or found.end() == at:
            at += 1  # a stray sign is passed over, as PubMed does
            continue
        at = found.end()
        if found["bracket"] or found["operator"]:
            yield found["bracket"] or found["operator"]
        elif found["phrase"] is not None:
            yield _term(found["phrase"], True, found["phrase_tag"])
        elif found["words"].strip():
            yield _term(found["words"].strip(), False, found["words_tag"])


def _term(text: str, quoted: bool, tag: str | None) -> Term:
    name, _, reach = (tag or "all").strip().lower().partition(":~")
    within = int(reach) if reach.isdigit() else None
    return Term(text, quoted, _TAGS.get(name.strip(), "all"), within)


def _expression(tokens: Sequence[str | Term], at: int) -> tuple[Node | None, int]:
    left: Node | None = None
    operator = "AND"
    while at < len(tokens):
        token = tokens[at]
        if token == ")":
            return left, at
        if isinstance(token, str) and token != "(":
            operator, at = token, at + 1
            continue
        if token == "(":
            right, at = _expression(tokens, at + 1)
            if at >= len(tokens):
                raise Unbalanced(str(tokens))
        else:
            right = token if isinstance(token, Term) else None
        if right is not None:
            left = right if left is None else Operation(operator, left, right)
        operator, at = "AND", at + 1
    return left, at


# --- evaluating --------------------------------------------------------------------------------


def matches(node: Node, record: Record) -> bool:
    """Return whether a record answers to a query."""
    if isinstance(node, Term):
        return _accepts(node)(record)
    left = matches(node.left, record)
    if node.operator == "OR":
        return left or matches(node.right, record)
    if node.operator == "NOT":
        return left and not matches(node.right, record)
    return left and matches(node.right, record)


def terms(node: Node) -> Iterable[Term]:
    """Yield the terms of a query from left to right."""
    if isinstance(node, Term):
        yield node
    else:
        yield from terms(node.left)
        yield from terms(node.right)


def words_of(node: Node) -> str:
    """Return a query in the manner of PubMed's QueryTranslation."""
    if isinstance(node, Term):
        shown = f'"{node.text}"' if node.quoted else node.text
        reach = f":~{node.within}" if node.within is not None else ""
        return f"{shown}[{node.tag}{reach}]"
    return f"({words_of(node.left)} {node.operator} {words_of(node.right)})"


def _accepts(term: Term) -> Accepts:
    if term.tag in ("dp", "crdt", "uid"):
        return _in_range(term)
    if term.tag == "sb":
        return lambda record: (record.kind != "article") == ("books" in term.text.lower())
    pattern = _pattern(term)
    exact = term.tag in ("mh", "pt", "la", "ta") and not term.text.endswith("*")
    match = pattern.fullmatch if exact else pattern.search
    return lambda record: any(match(text) for text in _texts(record, term.tag))


def _texts(record: Record, tag: str) -> list[str]:
    fields: dict[str, tuple[str | None, ...]] = {
        "ti": (record.title, record.vernacular_title),
        "ab": (record.abstract, *(other.text for other in record.other_abstracts)),
        "mh": tuple(heading.split("/")[0] for heading in record.mesh),
        "pt": record.publication_types,
        "la": record.language,
        "au": (*(name.replace(",", " ") for name in record.authors), *record.investigators),
        "ta": (record.journal,),
        "ot": record.keywords,
    }
    fields["tiab"] = fields["ti"] + fields["ab"] + fields["ot"]
    fields["tw"] = fields["tiab"] + fields["mh"] + fields["pt"]
    fields["all"] = sum((fields[name] for name in ("tw", "la", "au", "ta")), ())
    return [fold(text) for text in fields[tag] if text]


def _pattern(term: Term) -> re.Pattern[str]:
    """Return the pattern of a term over folded text; a word ending in * goes on."""
    parts = [
        re.escape(fold(word)) + (r"\w*" if word.endswith("*") else "")
        for word in term.text.split()
        if fold(word)
    ]
    if not parts:
        return re.compile(r"(?!)")
    # A folded word may hold a space ("soft-tissue"), as the folded text does.
    parts = [part.replace(r"\ ", " ") for part in parts]
    if term.within is not None and len(parts) > 1:
        gap = rf"(?:\w+ ){{0,{term.within}}}"
        first, last = parts[0], parts[-1]
        return re.compile(rf"\b(?:{first} {gap}{last}|{last} {gap}{first})\b")
    if term.quoted or term.tag != "all" or len(parts) == 1:
        return re.compile(rf"\b{' '.join(parts)}\b")
    return re.compile("".join(rf"(?=.*\b{part}\b)" for part in parts))


def _in_range(term: Term) -> Accepts:
    first, _, last = term.text.strip().partition(":")
    if term.tag == "uid":
        low, high = _number(first), _number(last or first)
        return lambda record: record.pmid is not None and low <= int(record.pmid) <= high
    begins, ends = _date(first), _date(last or first) + "~"  # "2020~" is behind all of 2020
    if term.tag == "dp":
        return lambda record: record.year is not None and begins[:4] <= str(record.year) <= ends
    return lambda record: record.created is not None and begins <= record.created <= ends


def _number(text: str) -> int:
    digits = text.strip().strip('"')
    return int(digits) if digits.isdigit() else 0


def _date(text: str) -> str:
    return text.strip().strip('"').replace("/", "-")
