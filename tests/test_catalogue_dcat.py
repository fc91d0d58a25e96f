"""The catalogue as DCAT-AP: valid, nothing made up, the same bytes for the same entries."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import pytest
from catalogue_example import ID, edited, example, initiative, renamed
from rdflib import DCAT, DCTERMS, FOAF, RDF, SKOS, Graph, Literal, URIRef
from rdflib.compare import isomorphic

from catalogue.entries.initiatives import Initiative
from catalogue.entries.vocabulary import TERMS
from catalogue.exporting.dcat import statements, turtle_parts
from catalogue.exporting.dcat_json import to_graph, to_json_ld
from catalogue.exporting.dcat_words import ACCESS_RIGHTS, FREQUENCIES, HEALTH

BASE = "https://example.org/sarcat/"
NODE = URIRef(f"{BASE}initiatives/{ID}.html#initiative")
TIE = '\n[[relations]]\ntype = "part_of"\nto = "%s"\nevidence = ["e1"]\n'


def entries() -> list[Initiative]:
    return [initiative(example()), initiative(renamed("another") + TIE % ID, "another")]


def graph(*initiatives: Initiative) -> Graph:
    return to_graph(initiatives or entries(), title="A review", base=BASE)


def turtle(*initiatives: Initiative, base: str = BASE) -> str:
    return "".join(turtle_parts(initiatives or entries(), title="A review", base=base))


def test_an_entry_is_a_dataset_with_what_is_known_of_it() -> None:
    found = graph()
    assert (NODE, RDF.type, DCAT.Dataset) in found
    assert (URIRef(f"{BASE}index.html#catalogue"), DCAT.dataset, NODE) in found
    assert found.value(NODE, DCTERMS.identifier) == Literal(ID)
    assert str(found.value(NODE, DCTERMS.spatial)).endswith("/country/FRA")
    assert str(found.value(NODE, DCTERMS.accessRights)).endswith("/access-right/RESTRICTED")
    lead = found.value(NODE, DCTERMS.publisher)
    assert str(found.value(lead, FOAF.name)) == "Example University Hospital"
    record = URIRef(f"{BASE}initiatives/{ID}.html")
    assert (record, FOAF.primaryTopic, NODE) in found
    assert str(found.value(record, DCTERMS.modified)) == "2026-11-22"


def test_the_licence_stands_on_the_record_and_not_on_the_data() -> None:
    found = graph()
    assert found.value(URIRef(f"{BASE}initiatives/{ID}.html"), DCTERMS.license)
    assert not list(found.objects(NODE, DCTERMS.license))


def test_what_is_not_known_has_no_triple() -> None:
    unknown = edited('[claims.access]\nvalue = "on-request"\nevidence = ["e2"]',
                     '[claims.access]\nstate = "unknown"')  # fmt: skip
    found = graph(initiative(unknown))
    assert not list(found.objects(NODE, DCTERMS.accessRights))
    assert not [each for each in found.objects() if str(each).lower() in ("unknown", "not found")]


def test_a_paper_without_an_address_has_no_triple() -> None:
    known = edited('"doi:10.1000/example.2021"]', '"sha:0cd3a00359ec"]')
    papers = set(graph(initiative(known)).objects(NODE, DCTERMS.isReferencedBy))
    assert papers == {URIRef("https://pubmed.ncbi.nlm.nih.gov/12345678/")}


def test_a_network_without_data_of_its_own_is_a_series_that_its_parts_are_in() -> None:
    whole = initiative(example())
    claims = tuple(c for c in whole.claims if c.field not in ("cases", "data_domains"))
    network = dataclasses.replace(whole, kind=("reference-network",), claims=claims)
    found = graph(network, entries()[1])
    assert (NODE, RDF.type, URIRef(f"{DCAT}DatasetSeries")) in found
    part = URIRef(f"{BASE}initiatives/another.html#initiative")
    assert (part, URIRef(f"{DCAT}inSeries"), NODE) in found


def test_the_order_of_entries_leaves_no_trace() -> None:
    first, second = entries()
    assert turtle(first, second) == turtle(second, first)
    assert to_json_ld(graph(first, second)) == to_json_ld(graph(second, first))


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # of rdflib's own reader
def test_both_forms_say_the_same_and_ask_no_server() -> None:
    json_ld = Graph().parse(data=to_json_ld(graph()), format="json-ld")
    assert isomorphic(Graph().parse(data=turtle(), format="turtle"), json_ld)
    assert isomorphic(json_ld, graph())


def test_each_subject_has_one_block() -> None:
    said = [triple[0] for part in statements(entries(), title="A review") for triple in part]
    blocks = [part for part in turtle(base="").split("\n\n")[1:] if part]
    assert len(blocks) == len(set(said))


def test_every_name_is_one_of_its_vocabulary() -> None:
    newer = {f"{DCAT}DatasetSeries", f"{DCAT}inSeries"}  # of DCAT 3, which rdflib has not yet
    names = {
        name
        for part in statements(entries(), title="A review", base=BASE)
        for _subject, predicate, node in part
        for name in (predicate, node)
        if isinstance(name, str) and name not in newer
    }
    for closed in (DCAT, DCTERMS, FOAF, SKOS):
        base = str(closed)
        used = {name.removeprefix(base) for name in names if name.startswith(base)}
        assert used, f"nothing of {base} is said"
        assert not {name for name in used if name not in closed}


def test_without_an_address_all_is_relative_to_the_file() -> None:
    text = turtle(base="")
    assert f"<initiatives/{ID}.html#initiative>" in text
    again = Graph().parse(data=text, format="turtle", publicID=f"{BASE}catalogue.ttl")
    assert isomorphic(again, graph())


def test_hostile_text_stays_a_literal() -> None:
    hostile = 'x> . <evil> <evil> "y'
    entry = initiative(edited('name = "Example Sarcoma Registry"', f"name = '{hostile}'"))
    again = Graph().parse(data=turtle(entry), format="turtle")
    assert Literal(hostile, "en") in set(again.objects(NODE, DCTERMS.title))
    assert URIRef("evil") not in set(again.all_nodes())


def test_every_access_and_rhythm_has_its_european_word() -> None:
    assert set(ACCESS_RIGHTS) == set(TERMS["access"])
    assert set(FREQUENCIES) == set(TERMS["update"])


def test_a_count_is_a_size_only_where_it_is_one_exact_number() -> None:
    sizes = [URIRef(HEALTH.numberOfUniqueIndividuals), URIRef(HEALTH.numberOfRecords)]
    for qualifier, wanted in (("exact", True), ("about", False)):
        text = example().replace('qualifier = "exact"', f'qualifier = "{qualifier}"')
        text = text.replace('qualifier = "at-least"', f'qualifier = "{qualifier}"')
        found = graph(initiative(text))
        assert any(found.value(NODE, size) is not None for size in sizes) is wanted


def test_the_european_shapes_accept_it() -> None:
    """The required properties, by the official shapes where a folder with them is named."""
    folder = os.environ.get("SARCAT_SCHEMAS")
    if not folder:
        pytest.skip("SARCAT_SCHEMAS names no folder with dcat-ap-3.0.1-shapes.ttl")
    import pyshacl

    shapes = Graph().parse(Path(folder) / "dcat-ap-3.0.1-shapes.ttl")
    _, results, text = pyshacl.validate(graph(), shacl_graph=shapes)
    violation = URIRef("http://www.w3.org/ns/shacl#Violation")
    assert violation not in set(results.objects()), text  # type: ignore[union-attr]
