"""Statements as Turtle (W3C RDF 1.1), piece by piece, from plain values.

A graph in memory would hold a whole catalogue at once, and cost more than all other downloads
together. There are no blank nodes here, so that a subject's statements can be written as they come:
sorted, so that the same statements give the same bytes and two versions compare line by line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple


class Literal(NamedTuple):
    """A text in a language, or a value of a type; the type is an address."""

    text: str
    language: str = ""
    datatype: str = ""


Node = str | Literal  # a str is an address, whole or relative to the file
Triple = tuple[str, str, Node]


class Namespace:
    """Addresses that begin alike: ``DCT.title`` is that of Dublin Core's title."""

    def __init__(self, base: str) -> None:
        self.base = base

    def __getattr__(self, name: str) -> str:
        return self.base + name

    def __str__(self) -> str:
        return self.base


TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_LOCAL = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
# What Turtle does not let stand as it is: in an address, in a text between quotes.
_IN_ADDRESS = re.compile(r"[\x00-\x20<>\"{}|^`\\]")
_IN_TEXT = re.compile(r"[\x00-\x1f\x7f\"\\]")
_SHORT = {"\n": r"\n", "\r": r"\r", "\t": r"\t", '"': r"\"", "\\": r"\\"}


class Turtle:
    """Writes statements as Turtle; ``prefixes`` are the namespaces by their short names."""

    def __init__(self, prefixes: Mapping[str, Namespace]) -> None:
        self._prefixes = sorted((prefix, str(names)) for prefix, names in prefixes.items())
        self._named = lru_cache(maxsize=1024)(self._shortened)

    def head(self) -> str:
        """Return the beginning of the file."""
        return "".join(f"@prefix {prefix}: <{base}> .\n" for prefix, base in self._prefixes)

    def blocks(self, triples: Iterable[Triple]) -> Iterator[str]:
        """Give one block for each subject, in the order in which the subjects first come.

        A statement that is made twice among ``triples`` is written once.
        """
        subjects: dict[str, dict[str, set[Node]]] = {}
        for subject, predicate, node in triples:
            subjects.setdefault(subject, {}).setdefault(predicate, set()).add(node)
        for subject, said in subjects.items():
            lines = [self._line(name, said[name]) for name in sorted(said, key=_place)]
            yield f"\n{_address(subject)} " + " ;\n    ".join(lines) + " .\n"

    def _line(self, predicate: str, nodes: Iterable[Node]) -> str:
        name = "a" if predicate == TYPE else self._named(predicate)
        return f"{name} " + ",\n        ".join(sorted(map(self._node, nodes)))

    def _node(self, node: Node) -> str:
        if isinstance(node, str):
            return self._named(node)
        text = f'"{_IN_TEXT.sub(_escaped, node.text)}"'
        if node.language:
            return f"{text}@{node.language}"
        return f"{text}^^{self._named(node.datatype)}" if node.datatype else text

    def _shortened(self, address: str) -> str:
        for prefix, base in self._prefixes:
            if address.startswith(base) and _LOCAL.fullmatch(address, len(base)):
                return f"{prefix}:{address[len(base) :]}"
        return _address(address)


def _place(predicate: str) -> tuple[bool, str]:
    """Sort what a thing is before all that is said of it."""
    return predicate != TYPE, predicate


def _address(address: str) -> str:
    return f"<{_IN_ADDRESS.sub(_numbered, address)}>"


def _escaped(found: re.Match[str]) -> str:
    return _SHORT.get(found[0]) or _numbered(found)


def _numbered(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04X}"
