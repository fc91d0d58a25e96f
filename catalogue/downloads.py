"""What readers take away from the site: the catalogue in machine-readable forms."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from catalogue.exports import claims_csv, to_csv, to_document, write_database
from catalogue.site_data import SiteData
from screening.flow_diagram import to_svg


def write_downloads(data: SiteData, folder: Path) -> Iterator[tuple[Path, str]]:
    """Write each file into ``folder``; give its path and what it holds, in the page's order."""
    entries = data.initiatives
    path = folder / "catalogue.json"
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.writelines(json_lines(to_document(entries)))
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
    path = folder / "flow.svg"
    path.write_text(to_svg(data.flow, standalone=True), "utf-8")
    yield path, "The flow diagram of the review: for papers and slides"


def json_lines(document: dict[str, Any]) -> Iterator[str]:
    """Give a catalogue as JSON text with one initiative a line: two versions compare well."""
    head = {name: value for name, value in document.items() if name != "initiatives"}
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "initiatives": ['
    for number, each in enumerate(document["initiatives"]):
        yield ("," if number else "") + "\n" + json.dumps(each, ensure_ascii=False)
    yield "\n]}\n"
