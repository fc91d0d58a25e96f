"""The sizes: the newest count of each initiative on a logarithmic scale, unit by unit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from catalogue.entries import vocabulary
from catalogue.entries.initiatives import Initiative
from catalogue.entries.rows import newest_count, path_of, row_of
from catalogue.pages.rendering import Page


def sizes_page(initiatives: Sequence[Initiative]) -> Page:
    """Return the page. Units stand apart: patients and samples do not compare."""
    counts = [(each, claim.value) for each in initiatives if (claim := newest_count(each))]
    largest = max((value["n"] for _, value in counts), default=1)
    powers = max(math.ceil(math.log10(max(largest, 10))), 2)
    context = {
        "section": "catalogue.html",
        "powers": [f"{10**power:,}" for power in range(powers)],
        "width": powers,
        "groups": [
            {"label": unit.label, "rows": [_row(each, value["n"]) for each, value in found]}
            for unit in vocabulary.TERMS["case_units"].values()
            if (found := _of_unit(counts, unit.code))
        ],
        "counted": len(counts),
        "without": len(initiatives) - len(counts),
    }
    return Page("sizes.html", "sizes.html", context)


def _of_unit(counts: list[tuple[Initiative, Any]], unit: str) -> list[tuple[Initiative, Any]]:
    found = [pair for pair in counts if pair[1]["unit"] == unit]
    return sorted(found, key=lambda pair: (-int(pair[1]["n"]), pair[0].name.casefold()))


def _row(each: Initiative, count: int) -> dict[str, Any]:
    row = row_of(each)
    return {
        "path": path_of(each.id),
        "name": each.name,
        "text": row.size,
        "note": row.size_note,
        "count": count,
        "x": round(math.log10(max(count, 1)), 3),
    }
