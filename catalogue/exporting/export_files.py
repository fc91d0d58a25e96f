"""Write the catalogue to a file, in the format that is named or that its ending names."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from catalogue.entries.initiatives import Initiative
from catalogue.entries.sources import url_fault
from search.errors import BadInput

if TYPE_CHECKING:
    from catalogue.exporting.papers import Held


def _none_held(_sources: set[str]) -> Held:
    return {}


@dataclass(frozen=True)
class Catalogue:
    """What is written: the entries, the review's title, the address of the published site.

    ``held`` returns the records that the review holds of the papers it is asked for; ``publisher``
    is who publishes the site, or empty.
    """

    initiatives: Sequence[Initiative]
    title: str
    base: str = ""
    held: Callable[[set[str]], Held] = _none_held
    publisher: str = ""

    @property
    def address(self) -> str:
        """Return the address of the site with a slash at its end; empty where none is known."""
        return self.base.rstrip("/") + "/" if self.base else ""


@dataclass(frozen=True, slots=True)
class Format:
    """A format of the catalogue: the endings of its files, and what writes it."""

    endings: tuple[str, ...]
    write: Callable[[Path, Catalogue], None]


def write(
    path: Path, catalogue: Catalogue, *, claims: bool = False, format: str | None = None
) -> None:
    """Write the catalogue whole or not at all, as ``format`` or else the file's ending says.

    ``claims`` asks for CSV with one row a claim. BadInput when neither names a known format,
    or ``base`` is no address.
    """
    name = format or _named_by_ending(path)
    if name not in FORMATS:
        remedy = f"Choose among {', '.join(FORMATS)}."
        raise BadInput(f"{name!r} is no format.", where="--format", remedy=remedy)
    if claims and name != "csv":
        raise BadInput("--claims is for CSV.", where=str(path), remedy="End the name in .csv.")
    if catalogue.base and (wrong := url_fault(catalogue.base)):
        remedy = "Give one such as https://example.org/sarcat/."
        raise BadInput(f"the address of the site: {wrong}.", where=catalogue.base, remedy=remedy)
    (_claims if claims else FORMATS[name].write)(path, catalogue)


def _named_by_ending(path: Path) -> str:
    """Return the format of the longest ending that fits: ".csl.json" goes before ".json"."""
    ends = {end: name for name, each in FORMATS.items() for end in each.endings}
    found = max((end for end in ends if path.name.lower().endswith(end)), key=len, default=None)
    if found is None:
        *others, last = ends
        remedy = f"End the name in {', '.join(others)} or {last}, or say --format."
        raise BadInput("this ending names no known format.", where=str(path), remedy=remedy)
    return ends[found]


def _json(path: Path, catalogue: Catalogue) -> None:
    from catalogue.exporting.exports import json_parts
    from search.files import write_whole

    write_whole(path, json_parts(catalogue.initiatives))


def _csv(path: Path, catalogue: Catalogue) -> None:
    from catalogue.exporting.spreadsheets import csv_parts
    from search.files import write_whole

    write_whole(path, csv_parts(catalogue.initiatives))


def _claims(path: Path, catalogue: Catalogue) -> None:
    from catalogue.exporting.spreadsheets import claims_csv_parts
    from search.files import write_whole

    write_whole(path, claims_csv_parts(catalogue.initiatives))


def _database(path: Path, catalogue: Catalogue) -> None:
    from catalogue.exporting.database_file import write_database

    write_database(path, catalogue.initiatives)


def _turtle(path: Path, catalogue: Catalogue) -> None:
    from catalogue.exporting.dcat import turtle_parts
    from search.files import write_whole

    said = turtle_parts(catalogue.initiatives, title=catalogue.title, base=catalogue.address)
    write_whole(path, said)


def _json_ld(path: Path, catalogue: Catalogue) -> None:
    from catalogue.exporting.dcat_json import to_graph, to_json_ld
    from search.files import write_whole

    graph = to_graph(catalogue.initiatives, title=catalogue.title, base=catalogue.address)
    write_whole(path, to_json_ld(graph))


def _schema_org(path: Path, catalogue: Catalogue) -> None:
    from catalogue.pages.json_ld import schema_org_parts
    from search.files import write_whole

    about = {"name": catalogue.title, "publisher": catalogue.publisher}
    write_whole(path, schema_org_parts(catalogue.initiatives, catalogue.address, about))


def _papers_by(name: str) -> Callable[[Path, Catalogue], None]:
    def write_papers(path: Path, catalogue: Catalogue) -> None:
        from catalogue.exporting.papers import papers, writer_of
        from search.files import write_whole

        writer = writer_of(name)
        records = papers(catalogue.initiatives, catalogue.held)
        write_whole(path, itertools.chain([writer.begin], map(writer.one, records), [writer.end]))

    return write_papers


FORMATS = {
    "json": Format((".json",), _json),
    "csv": Format((".csv",), _csv),
    "sqlite": Format((".db", ".sqlite"), _database),
    "turtle": Format((".ttl",), _turtle),
    "json-ld": Format((".jsonld",), _json_ld),
    "schema.org": Format((".schema.jsonld",), _schema_org),
    "bibtex": Format((".bib",), _papers_by("bibtex")),
    "ris": Format((".ris",), _papers_by("ris")),
    "csl-json": Format((".csl.json",), _papers_by("csl-json")),
}
