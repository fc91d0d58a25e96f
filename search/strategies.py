"""A strategy as the query that is sent: pure text, no network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from search.errors import BadInput
from search.protocol import Block, Strategy

_QUOTED = re.compile(r'"[^"]*"')
_OPERATOR = re.compile(r"\b(?:AND|OR|NOT)\b")
_RANGE = re.compile(
    r"""(?<![\w/])"?(\d{4}(?:/\d{1,2}){0,2})"?\s*(?:\[[^\]]*\])?\s*:
        \s*"?(\d{4}(?:/\d{1,2}){0,2})"?\s*\[(?!uid|pmid)""",
    re.VERBOSE | re.IGNORECASE,
)


def query_of(strategy: Strategy) -> str:
    """Return the query of a strategy as it is sent: OR within a block, AND between, NOT last.

    A raw query is sent as it is, in brackets only where something is added. PubMed reads from
    left to right and knows no precedence, so every block has brackets of its own. BadInput when
    the query asks for a range of dates that ends before it begins: PubMed finds nothing in it.
    """
    asked = [block for block in strategy.blocks if not block.negated]
    query = strategy.query or " AND ".join(_joined(block.terms) for block in asked)
    if strategy.query and (strategy.limits or len(asked) < len(strategy.blocks)):
        query = f"({query})"
    for limit in strategy.limits:
        query += f" AND ({limit.text})"
    for block in _negated(strategy):
        query += f" NOT {_joined(block.terms)}"
    _check_ranges(query, strategy.id)
    return query


@dataclass(frozen=True, slots=True)
class QueryPart:
    """A part of a strategy's query that can be asked for alone: a block, or a limit."""

    name: str
    query: str
    negated: bool = False


def parts_of(strategy: Strategy) -> Iterator[QueryPart]:
    """Yield the blocks and limits of a strategy; of a raw query only the limits are known."""
    for block in strategy.blocks:
        if not block.negated:
            yield QueryPart(block.name, _joined(block.terms))
    for limit in strategy.limits:
        yield QueryPart(f"limit {limit.text}", f"({limit.text})")
    for block in _negated(strategy):
        yield QueryPart(f"NOT {block.name}".strip(), _joined(block.terms), negated=True)


def since(query: str, first: str, last: str = "3000") -> str:
    """Return the query limited to records that came into PubMed from ``first`` on (YYYY/MM/DD).

    By create date: a record that is added long after publication bears its publication date as
    entry date, so that a window of entry dates would miss it.
    """
    return f"({query}) AND {first}:{last}[crdt]"


def within(query: str, first: int, last: int) -> str:
    """Return the query limited to a range of PMIDs, both ends included."""
    return f"({query}) AND {first}:{last}[UID]"


def _negated(strategy: Strategy) -> list[Block]:
    return [block for block in strategy.blocks if block.negated]


def _joined(terms: tuple[str, ...]) -> str:
    if len(terms) == 1:
        return f"({terms[0]})"
    return f"({' OR '.join(_bracketed(term) for term in terms)})"


def _bracketed(term: str) -> str:
    """Put a term that holds operators in brackets, or ``a AND b OR c`` would be read as one."""
    return f"({term})" if _OPERATOR.search(_QUOTED.sub("", term)) else term


def _check_ranges(query: str, id: str) -> None:
    for found in _RANGE.finditer(query):
        first, last = (tuple(map(int, part.split("/"))) for part in found.groups())
        if first[: len(last)] > last[: len(first)]:
            raise BadInput(
                f"the dates {found[1]}:{found[2]} are the wrong way round.",
                where=f"strategy {id}", remedy="Write the earlier one first.",
            )  # fmt: skip
