"""What readers take away from the site: the catalogue in machine-readable forms."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from catalogue.checking.json_schema import entry_schema
from catalogue.entries.wording import date_text
from catalogue.exporting.csl import csl_parts
from catalogue.exporting.datasette import metadata
from catalogue.exporting.dcat import turtle_parts
from catalogue.exporting.exports import claims_csv, json_parts, to_csv, write_database
from catalogue.exporting.papers import papers
from catalogue.pages.json_ld import schema_org_parts
from catalogue.pages.site_data import EDITIONS, SiteData
from screening.prisma.flow_diagram import to_svg
from search.exporters import FORMATS, writer_of


def write_downloads(data: SiteData, folder: Path) -> Iterator[tuple[Path, str]]:
    """Write each file into ``folder``; give its path and what it holds, in the page's order."""
    entries = data.initiatives
    path = folder / "catalogue.json"
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.writelines(json_parts(entries))
    yield path, "Everything: each claim with its state, value, evidence, source and date"
    path = folder / "initiatives.csv"
    path.write_text(to_csv(entries), "utf-8", newline="")
    yield path, "One row for each initiative, fields in words: for a spreadsheet"
    path = folder / "claims.csv"
    path.write_text(claims_csv(entries), "utf-8", newline="")
    yield path, "One row for each claim, with its state and sources: for a spreadsheet"
    path = folder / "catalogue.db"
    write_database(path, entries)
    yield path, "The catalogue as tables with full-text search: for SQLite"
    path = folder / "datasette.json"
    _json(path, metadata(data.state.protocol.title))
    yield path, "What Datasette shows beside the database: titles, descriptions, facets"
    path = folder / "catalogue.ttl"
    title, base = data.state.protocol.title, data.settings.address or "../"
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.writelines(turtle_parts(entries, title=title, base=base))
    yield path, "The catalogue as DCAT-AP 3.0.1 in Turtle: for other catalogues"
    path = folder / "catalogue.schema.jsonld"
    about = {"name": data.state.protocol.title, "publisher": data.settings.publisher}
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.writelines(schema_org_parts(entries, data.settings.address or "../", about))
    yield path, "The catalogue as schema.org JSON-LD: for search engines of data sets"
    yield from _papers(data, folder)
    path = folder / "entry.schema.json"
    _json(path, entry_schema())
    yield path, "The format of an entry as a JSON Schema: for editors"
    path = folder / "flow.svg"
    path.write_text(to_svg(data.flow, standalone=True), "utf-8")
    yield path, "The flow diagram of the review: for papers and slides"
    path = folder / "CITATION.cff"
    path.write_text(citation(data), "utf-8")
    yield path, "How to cite the catalogue, in the Citation File Format"
    yield from _editions(data, folder / EDITIONS)


def citation(data: SiteData) -> str:
    """Return the citation of this edition in the Citation File Format 1.2.0.

    Texts stand as JSON strings, which YAML reads as they are: nothing in them can become a key.
    """
    by = data.settings.publisher or "The maintainers of this review"
    lines = {
        "cff-version": "1.2.0",
        "message": "If you use this catalogue, please cite it as below.",
        "type": "dataset",
        "title": data.state.protocol.title,
        "version": data.as_of.isoformat() if data.as_of else "",
        "date-released": data.as_of.isoformat() if data.as_of else "",
        "license": "CC-BY-4.0",
        "url": data.settings.address,
    }
    said = [f"{name}: {json.dumps(text)}\n" for name, text in lines.items() if text]
    return "".join([*said, f"authors:\n  - name: {json.dumps(by)}\n"])


def _editions(data: SiteData, folder: Path) -> Iterator[tuple[Path, str]]:
    """Copy the earlier versions that the review keeps, each under its day."""
    if data.editions:
        folder.mkdir()
    for each in data.editions:
        path = folder / each.name
        path.write_bytes(each.read_bytes())
        yield path, date_text(each.stem)


def _papers(data: SiteData, folder: Path) -> Iterator[tuple[Path, str]]:
    """Write the papers that the entries cite, for programs that keep references."""
    found = list(papers(data.initiatives, lambda _sources: data.papers))
    for name, words in (("bibtex", "BibTeX"), ("ris", "RIS")):
        form = FORMATS[name]
        path, writer = folder / f"papers{form.endings[0]}", writer_of(form)
        text = "".join((writer.begin, *map(writer.one, found), writer.end))
        path.write_text(text, "utf-8", newline="")
        yield path, f"The {len(found)} papers that entries cite, as {words}: for your references"
    path = folder / "papers.csl.json"
    path.write_text("".join(csl_parts(found)), "utf-8", newline="")
    yield path, "The same papers as CSL-JSON: for citation processors"


def _json(path: Path, document: Any) -> None:
    """Write a JSON document, in the order it has."""
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", "utf-8")
