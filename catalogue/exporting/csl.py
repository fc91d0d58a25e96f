"""Papers as CSL-JSON, which citation processors (citeproc, Pandoc, Zotero) read.

Form: https://github.com/citation-style-language/schema, `csl-data.json`, version 1.0.2.
"""

from __future__ import annotations

import json
from typing import Any

from search.exporters.bibtex import entry_key
from search.records import Record

_TYPES = {"article": "article-journal", "book": "book", "chapter": "chapter", "RPRT": "report",
          "CPAPER": "paper-conference", "CONF": "paper-conference", "THES": "thesis"}  # fmt: skip
# A small word before a family name by which the name is not sorted where a style says so.
_PARTICLES = (
    "van der ",
    "van den ",
    "van de ",
    "von der ",
    "van ",
    "von ",
    "de la ",
    "de ",
    "den ",
)


class Writer:
    """CSL-JSON, an item a line."""

    begin, end = "[", "\n]\n"

    def __init__(self) -> None:
        self._between = ""

    def one(self, record: Record) -> str:
        """Return one item, with the comma after the one before."""
        text = f"{self._between}\n{json.dumps(item(record), ensure_ascii=False)}"
        self._between = ","
        return text


def item(record: Record) -> dict[str, Any]:
    """Return one paper as a CSL item; what is not known is left out."""
    values = {
        "id": entry_key(record),
        "type": _TYPES.get(record.kind, "document"),
        "title": (record.title or record.vernacular_title or "").rstrip(".") or None,
        "author": [_name(each) for each in record.authors],
        "editor": [_name(each) for each in record.editors],
        "issued": {"date-parts": [[record.year]]} if record.year else None,
        "container-title": record.journal,
        "volume": record.volume,
        "issue": record.issue,
        "page": record.pages,
        "DOI": record.doi,
        "PMID": record.pmid,
        "PMCID": record.pmcid,
        "ISSN": record.issn[0] if record.issn else None,
        "keyword": ", ".join(record.keywords) or None,
    }
    return {name: value for name, value in values.items() if value}


def _name(author: str) -> dict[str, str]:
    """Return a person by the parts of the name; a group as it stands."""
    family, comma, given = author.partition(", ")
    if not comma:
        return {"literal": author}
    particle = next((each for each in _PARTICLES if family.startswith(each)), "")
    name = {"family": family.removeprefix(particle), "given": given}
    return name | ({"non-dropping-particle": particle.strip()} if particle else {})
