"""The catalogue as DCAT-AP 3.0.1, with properties of HealthDCAT-AP (release 8) where known.

Only what is known is said: unknown, withheld and not sought have no triple, since DCAT-AP counts
statements and "unknown" in a literal would count as one. What only a holder can say (health data
access body, legislation, structured data) is not made up, so conformance to HealthDCAT-AP is not
claimed. Each initiative is a `dcat:Dataset`; one that joins others and is not said to hold data of
its own is a `dcat:DatasetSeries`. The licence stands on our record of it, never on patients' data.

Nothing here is a blank node: every node has an address within the site, so that the same entries
give the same bytes, and two versions compare line by line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from catalogue.entries.initiatives import Initiative
from catalogue.exporting.dcat_initiative import about, holds_data
from catalogue.exporting.dcat_words import (
    DCAT,
    DCT,
    EU,
    FOAF,
    PREFIXES,
    PUBLISHER,
    node_of,
    page_of,
    subject_of,
)
from catalogue.exporting.exports import LICENCE
from catalogue.exporting.turtle import TYPE, Literal, Triple, Turtle


def turtle_parts(
    initiatives: Iterable[Initiative], *, title: str, base: str = ""
) -> Iterator[str]:  # fmt: skip
    """Give the whole catalogue as Turtle, one initiative after the other; see `statements`."""
    turtle = Turtle(PREFIXES)
    yield turtle.head()
    for triples in statements(initiatives, title=title, base=base):
        yield from turtle.blocks(triples)


def statements(
    initiatives: Iterable[Initiative], *, title: str, base: str = ""
) -> Iterator[list[Triple]]:
    """Give what is said: of the catalogue, of each initiative by id, of what several share.

    ``title`` is the review's. ``base`` is the address of the site, with a slash at its end;
    without one the addresses are relative to the file's, which lies at the top of the site.
    All that is said of one subject stands in one list.
    """
    ordered = sorted(initiatives, key=lambda each: each.id)
    holds = {each.id: holds_data(each) for each in ordered}
    yield list(_catalogue(holds, title, base))
    shared: dict[Triple, None] = {}
    for each in ordered:
        page = page_of(each.id, base)
        triples = list(about(each, holds, base))
        yield [triple for triple in triples if triple[0].startswith(page)]
        shared |= dict.fromkeys(triple for triple in triples if not triple[0].startswith(page))
    yield sorted(shared, key=lambda triple: triple[0])


def _catalogue(ids: Iterable[str], title: str, base: str) -> Iterator[Triple]:
    catalogue, agent = node_of(base, "catalogue"), node_of(base, "publisher")
    yield catalogue, TYPE, DCAT.Catalog
    yield catalogue, DCT.title, Literal(title, "en")
    yield catalogue, DCT.description, Literal(
        "Databases, registries, networks, biobanks and federations that collect data or specimens "
        "of people with sarcoma; each statement has its source and the day it was checked.", "en"
    )  # fmt: skip
    yield catalogue, DCT.publisher, agent
    yield catalogue, DCT.license, LICENCE["url"]
    yield catalogue, DCAT.themeTaxonomy, f"{EU}data-theme"
    for id in ids:
        yield catalogue, DCAT.record, page_of(id, base)
        yield catalogue, DCAT.dataset, subject_of(id, base)
    yield agent, TYPE, FOAF.Agent
    yield agent, FOAF.name, Literal(PUBLISHER)
