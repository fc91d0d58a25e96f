"""What readers take away from the site: the catalogue in machine-readable forms."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TextIO

from catalogue.checking.json_schema import entry_schema
from catalogue.entries.wording import date_text
from catalogue.exporting.database_file import write_database
from catalogue.exporting.datasette import metadata
from catalogue.exporting.dcat import turtle_parts
from catalogue.exporting.exports import json_parts
from catalogue.exporting.papers import papers, writer_of
from catalogue.exporting.spreadsheets import claims_csv_parts, csv_parts
from catalogue.pages.json_ld import schema_org_parts
from catalogue.pages.site_data import EDITIONS, SiteData
from screening.prisma.flow_diagram import to_svg


def write_downloads(data: SiteData, folder: Path) -> Iterator[tuple[Path, str]]:
    """Write each file into ``folder``; give its path and what it holds, in the page's order."""
    entries, title = data.initiatives, data.state.protocol.title
    base = data.settings.address or "../"
    path = folder / "catalogue.json"
    _write(path, json_parts(entries))
    yield path, "Everything: each claim with its state, value, evidence, source and date"
    path = folder / "initiatives.csv"
    _write(path, csv_parts(entries))
    yield path, "One row for each initiative, fields in words: for a spreadsheet"
    path = folder / "claims.csv"
    _write(path, claims_csv_parts(entries))
    yield path, "One row for each claim, with its state and sources: for a spreadsheet"
    path = folder / "catalogue.db"
    write_database(path, entries)
    yield path, "The catalogue as tables with full-text search: for SQLite"
    path = folder / "datasette.json"
    _json(path, metadata(title))
    yield path, "What Datasette shows beside the database: titles, descriptions, facets"
    path = folder / "catalogue.ttl"
    _write(path, turtle_parts(entries, title=title, base=base))
    yield path, "The catalogue as DCAT-AP 3.0.1 in Turtle: for other catalogues"
    path = folder / "catalogue.schema.jsonld"
    about = {"name": title, "publisher": data.settings.publisher}
    _write(path, schema_org_parts(entries, base, about))
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


_PAPERS = (
    ("bibtex", "papers.bib", "The {} papers that entries cite, as BibTeX: for your references"),
    ("ris", "papers.ris", "The {} papers that entries cite, as RIS: for your references"),
    ("csl-json", "papers.csl.json", "The same papers as CSL-JSON: for citation processors"),
)


def _papers(data: SiteData, folder: Path) -> Iterator[tuple[Path, str]]:
    """Write the papers that the entries cite, in every form on one way through them."""
    writers = [writer_of(name) for name, _, _ in _PAPERS]
    paths = [folder / name for _, name, _ in _PAPERS]
    count = 0
    with ExitStack() as opened:
        outs = [opened.enter_context(_text_file(path)) for path in paths]
        pairs = list(zip(outs, writers, strict=True))
        for out, writer in pairs:
            out.write(writer.begin)
        for paper in papers(data.initiatives, lambda _: data.papers):
            count += 1
            for out, writer in pairs:
                out.write(writer.one(paper))
        for out, writer in pairs:
            out.write(writer.end)
    for path, (_, _, what) in zip(paths, _PAPERS, strict=True):
        yield path, what.format(count)


def _text_file(path: Path) -> TextIO:
    return path.open("w", encoding="utf-8", newline="")


def _write(path: Path, parts: Iterable[str]) -> None:
    """Write a text as it stands, one part after the other: one is held at a time."""
    with _text_file(path) as out:
        out.writelines(parts)


def _json(path: Path, document: Any) -> None:
    """Write a JSON document, in the order it has."""
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", "utf-8")
