"""What Datasette shows beside the published `catalogue.db`: titles, descriptions, facets, licence.

Serve the two as they are: ``datasette catalogue.db --metadata datasette.json``.
"""

from __future__ import annotations

from typing import Any

from catalogue.entries import vocabulary
from catalogue.exporting.exports import LICENCE

_TABLES: dict[str, dict[str, Any]] = {
    "initiatives": {
        "description": "Databases, registries, networks, biobanks and federations, one row each.",
        "label_column": "name",
        "sort": "name",
        "fts_table": "initiatives_fts",  # over a view that has the claims' words too
        "fts_pk": "rowid",
        "facets": ["scope", "completeness", "confidence"],
        "columns": {
            "id": "Never used again for another entry",
            "kind": "A JSON list of terms of the list kinds",
            "completeness": "0 to 5: how complete our record is, never a mark for the initiative",
            "last_checked": "The day on which the entry was last looked over",
            "words": "What it is found by beside its own texts",
        },
    },
    "claims": {
        "description": "One statement about one field of one initiative, with its state.",
        "label_column": "text",
        "fts_table": "claims_fts",
        "fts_pk": "id",
        "facets": ["field", "state"],
        "columns": {
            "state": "known, unknown (looked for, not found), not_sought (not yet looked for), …",
            "value": "The value as JSON",
            "text": "The value in words",
            "as_of": "The time that the value speaks of",
        },
    },
    "evidence": {
        "description": "What was read: a paper or a page, with the day on which it was checked.",
        "label_column": "title",
        "facets": ["checked", "of", "role"],
        "columns": {
            "source": "pmid:N, doi:X or url:…",
            "locator": "The place within the source",
            "of": "claim: it stands for single claims; entry: for the entry as a whole",
        },
    },
    "claim_evidence": {"description": "Which evidence supports which claim."},
    "places": {
        "description": "The countries of each initiative, by ISO 3166-1 alpha-2.",
        "facets": ["country", "role"],
    },
    "relations": {
        "description": "Ties between initiatives: those that share patients must not be added up.",
        "facets": ["type"],
        "columns": {"other": "The initiative it leads to, where that has an entry"},
    },
    "terms": {"description": "The vocabulary: every term with its label.", "label_column": "label",
              "facets": ["list"]},
    "countries": {"description": "Countries by ISO 3166-1.", "label_column": "name"},
    "fields": {"description": "The fields of an entry.", "label_column": "label",
               "facets": ["group", "need"]},
    "info": {"description": "Format, vocabulary, licence, and the day of the newest check."},
}  # fmt: skip


def metadata(title: str) -> dict[str, Any]:
    """Return Datasette's metadata for the published catalogue of the review of that title."""
    return {
        "title": title,
        "description": "Each statement has its source and the day on which it was checked. "
        f"Vocabulary {vocabulary.VERSION}.",
        "license": LICENCE["name"],
        "license_url": LICENCE["url"],
        "databases": {"catalogue": {"tables": _TABLES}},
    }
