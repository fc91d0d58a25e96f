"""Records as files that other programs read, and that come back without loss.

A format is one module with a `Writer`; a target is a format in the flavour that one program likes,
told in `targets`.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from search.errors import BadInput
from search.records import Record


class Writer(Protocol):
    """Turns records into the text of a file: a beginning, one part for each record, an end."""

    begin: str
    end: str

    def one(self, record: Record) -> str:
        """Return the text of one record."""
        ...


@dataclass(frozen=True, slots=True)
class Format:
    """A format that can be written: its module here, and the endings of its files."""

    name: str
    words: str
    endings: tuple[str, ...]
    module: str


FORMATS = {each.name: each for each in (
    Format("ris", "RIS", (".ris",), "ris"),
    Format("nbib", "nbib (MEDLINE)", (".nbib",), "nbib"),
    Format("bibtex", "BibTeX", (".bib", ".bibtex"), "bibtex"),
    Format("endnote-xml", "EndNote XML", (".xml",), "endnote_xml"),
    Format("enw", "EndNote's tagged format", (".enw",), "enw"),
    Format("csv", "CSV", (".csv",), "table"),
    Format("tsv", "TSV", (".tsv", ".tab"), "table"),
    Format("jsonl", "JSON lines", (".jsonl",), "jsonl"),
)}  # fmt: skip


def format_of(path: Path, name: str | None = None) -> Format:
    """Return the format that is named, else the one of the file's ending; BadInput when neither."""
    if name is not None:
        if name not in FORMATS:
            raise BadInput(
                f"{name!r} is no format that can be written.",
                where="--format",
                remedy=f"Choose among {', '.join(FORMATS)}.",
            )
        return FORMATS[name]
    ending = path.name.lower().removesuffix(".gz")
    for each in FORMATS.values():
        if ending.endswith(each.endings):
            return each
    endings = ", ".join(end for each in FORMATS.values() for end in each.endings)
    raise BadInput("the ending of this name says no format.", where=str(path),
                   remedy=f"Use one of {endings} (also .gz), or --format.")  # fmt: skip


def writer_of(found: Format, flavour: str | None = None) -> Writer:
    """Return a writer of a format, in the flavour of a target where one is named."""
    module = importlib.import_module(f"search.exporters.{found.module}")
    writer: Writer = module.Writer(found.name, flavour)
    return writer
