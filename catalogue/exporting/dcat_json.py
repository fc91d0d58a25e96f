"""The catalogue's DCAT statements as a graph, and as JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from rdflib import Graph, URIRef
from rdflib import Literal as GraphLiteral

from catalogue.entries.initiatives import Initiative
from catalogue.exporting.dcat import statements
from catalogue.exporting.dcat_words import PREFIXES
from catalogue.exporting.turtle import Node


def to_graph(initiatives: Iterable[Initiative], *, title: str, base: str = "") -> Graph:
    """Return the whole catalogue as a graph; ``title`` and ``base`` as in `dcat.statements`."""
    graph = Graph()
    for prefix, names in PREFIXES.items():
        graph.bind(prefix, str(names), replace=True)
    for triples in statements(initiatives, title=title, base=base):
        for subject, predicate, node in triples:
            graph.add((URIRef(subject), URIRef(predicate), _term(node)))
    return graph


def _term(node: Node) -> URIRef | GraphLiteral:
    if isinstance(node, str):
        return URIRef(node)
    datatype = URIRef(node.datatype) if node.datatype else None
    return GraphLiteral(node.text, node.language or None, datatype, normalize=False)


def to_json_ld(graph: Graph) -> str:
    """Return a graph as JSON-LD with its context inside: reading it asks no other server."""
    context = {prefix: str(names) for prefix, names in PREFIXES.items()}
    document = json.loads(graph.serialize(format="json-ld", context=context))
    return json.dumps(_in_order(document), ensure_ascii=False, indent=1) + "\n"


def _in_order(value: Any) -> Any:
    """Return JSON values in an order of their own: neither keys nor arrays of a graph have one."""
    if isinstance(value, dict):
        return {key: _in_order(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return sorted((_in_order(each) for each in value), key=json.dumps)
    return value
