"""The writer of Turtle: what a reader of Turtle reads back is what was said, whatever the text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Graph, URIRef
from rdflib import Literal as Read

from catalogue.exporting.turtle import TYPE, Literal, Namespace, Node, Triple, Turtle

EX = Namespace("https://example.org/terms#")
HERE = "https://example.org/"


def written(*triples: Triple) -> str:
    turtle = Turtle({"ex": EX})
    return turtle.head() + "".join(turtle.blocks(triples))


def read(text: str) -> Graph:
    return Graph().parse(data=text, format="turtle")


def objects(node: Node) -> set[object]:
    return set(read(written((HERE, EX.says, node))).objects())


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_back_as_it_was(text: str) -> None:
    (found,) = objects(Literal(text, "en"))
    assert isinstance(found, Read)
    assert (str(found), found.language) == (text, "en")


@pytest.mark.parametrize("name", ["says", "a-b", "_x", "1a", "", "a.b", "a/b", "é", "a b", "<x>"])
def test_a_name_that_turtle_cannot_shorten_stands_whole(name: str) -> None:
    address = f"{EX}{name}"
    (found,) = objects(address)
    assert found == URIRef(address)


@pytest.mark.parametrize("address", ['https://example.org/> . <x> <y> "z', "a\\\\b", "a\nb", "a`b"])
def test_an_address_cannot_end_itself(address: str) -> None:
    text = written((HERE, EX.says, address))
    assert text.count("<") == text.count(">") == 3


def test_a_value_has_its_type() -> None:
    (found,) = objects(Literal("2019", datatype=EX.year))
    assert isinstance(found, Read)
    assert found.datatype == URIRef(EX.year)


def test_statements_are_sorted_and_said_once() -> None:
    said: list[Triple] = [
        (HERE, EX.b, Literal("2")),
        (HERE, EX.b, Literal("1")),
        (HERE, TYPE, EX.Thing),
        (HERE, EX.b, Literal("2")),
    ]
    block = '<https://example.org/> a ex:Thing ;\n    ex:b "1",\n        "2" .\n'
    assert written(*said).endswith(f"\n\n{block}")
    assert written(*reversed(said)) == written(*said)
