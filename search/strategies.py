"""A strategy as the query that is sent: pure text, no network."""

from __future__ import annotations

from search.protocol import Block, Strategy


def query_of(strategy: Strategy) -> str:
    """Return the query of a strategy as it is sent: OR within a block, AND between, NOT last.

    A raw query is sent as it is, in brackets only where limits are added. PubMed reads from left
    to right, so every block has brackets of its own.
    """
    if strategy.query:
        query = strategy.query
        if strategy.limits:
            query = f"({query})"
    else:
        query = " AND ".join(_joined(block) for block in strategy.blocks if not block.negated)
    for limit in strategy.limits:
        query += f" AND ({limit.text})"
    for block in strategy.blocks:
        if block.negated:
            query += f" NOT {_joined(block)}"
    return query


def _joined(block: Block) -> str:
    return f"({' OR '.join(block.terms)})"


def since(query: str, first: str, last: str = "3000") -> str:
    """Return the query limited to records that came into PubMed from ``first`` on (YYYY/MM/DD).

    By create date: a late record has its publication date as its entry date (EUTILS.md).
    """
    return f"({query}) AND {first}:{last}[crdt]"
