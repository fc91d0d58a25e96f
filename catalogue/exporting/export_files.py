"""Write the catalogue to a file, in the format that its ending names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from catalogue.entries.initiatives import Initiative
from catalogue.entries.sources import url_fault
from search.errors import BadInput


@dataclass(frozen=True)
class Catalogue:
    """What is written: the entries, the review's title, the address of the published site."""

    initiatives: Sequence[Initiative]
    title: str
    base: str = ""


def write(path: Path, catalogue: Catalogue, *, claims: bool = False) -> None:
    """Write the catalogue whole or not at all, by the ending of the file's name.

    ``claims`` asks for CSV with one row a claim. BadInput when the ending names no known format,
    or ``base`` is no address.
    """
    ending = path.suffix.lower()
    if claims and ending != ".csv":
        raise BadInput("--claims is for CSV.", where=str(path), remedy="End the name in .csv.")
    if ending not in _FORMATS:
        *others, last = _FORMATS
        remedy = f"End the name in {', '.join(others)} or {last}."
        raise BadInput("this ending names no known format.", where=str(path), remedy=remedy)
    if catalogue.base and (wrong := url_fault(catalogue.base)):
        remedy = "Give one such as https://example.org/sarcat/."
        raise BadInput(f"the address of the site: {wrong}.", where=catalogue.base, remedy=remedy)
    (_claims if claims else _FORMATS[ending])(path, catalogue)


def _json(path: Path, catalogue: Catalogue) -> None:
    from catalogue.exporting.exports import json_parts
    from search.files import write_whole

    write_whole(path, json_parts(catalogue.initiatives))


def _csv(path: Path, catalogue: Catalogue) -> None:
    from catalogue.exporting.exports import to_csv
    from search.files import write_whole

    write_whole(path, to_csv(catalogue.initiatives))


def _claims(path: Path, catalogue: Catalogue) -> None:
    from catalogue.exporting.exports import claims_csv
    from search.files import write_whole

    write_whole(path, claims_csv(catalogue.initiatives))


def _database(path: Path, catalogue: Catalogue) -> None:
    from catalogue.exporting.exports import write_database

    write_database(path, catalogue.initiatives)


def _dcat(path: Path, catalogue: Catalogue) -> None:
    from catalogue.exporting.dcat import to_graph, to_json_ld, to_turtle
    from search.files import write_whole

    base = catalogue.base.rstrip("/") + "/" if catalogue.base else ""
    graph = to_graph(catalogue.initiatives, title=catalogue.title, base=base)
    write_whole(path, (to_turtle if path.suffix.lower() == ".ttl" else to_json_ld)(graph))


_FORMATS: dict[str, Callable[[Path, Catalogue], None]] = {
    ".json": _json,
    ".csv": _csv,
    ".db": _database,
    ".sqlite": _database,
    ".ttl": _dcat,
    ".jsonld": _dcat,
}
