"""The small figures of an entry: its domains as a strip, its countries, its counts over the years.

Each says nothing that the page does not also say in words.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from catalogue.entries import vocabulary
from catalogue.entries.claim_lines import EntryView
from catalogue.entries.initiatives import Claim, Initiative, State
from catalogue.entries.wording import count_text
from catalogue.pages.facets import domains_of
from catalogue.pages.geography import inside_europe, sheet

_WORLD, _EUROPE = 240, 160  # pixels
_STEP = 4  # pixels between the points of the land: coarse, it is only there to tell where
_TINY = 40  # letters of an outline that is too small to be seen
_WIDTH, _HEIGHT = 320, 120  # of the counts over the years
_LEAST = 2  # points that make a course


def strip(initiative: Initiative) -> dict[str, Any] | None:
    """Return the domains as squares, in the order of the vocabulary; None where none is stated."""
    held = domains_of(initiative)
    if not held:
        return None
    known = {code: held.get(code, "open") for code in vocabulary.DOMAINS}
    return {
        "states": [
            state if state in vocabulary.DOMAIN_STATES else "open" for state in known.values()
        ],
        "held": sum(state in ("yes", "part") for state in known.values()),
        "all": len(known),
    }


def small_map(initiative: Initiative) -> dict[str, Any] | None:
    """Return where its countries lie, in Europe or in the world; None where none can be shown."""
    codes = [code for code in initiative.countries if code in vocabulary.COUNTRIES]
    if not codes:
        return None
    frame, width = ("europe", _EUROPE) if inside_europe(codes) else ("world", _WORLD)
    drawn = sheet(frame, width)
    outlines = {code: drawn.paths.get(code, "") for code in codes}
    return {
        "width": drawn.width,
        "height": drawn.height,
        "land": _land(frame, width),
        "here": "".join(outlines.values()),
        "dots": [
            drawn.middles[code]
            for code, outline in outlines.items()
            if len(outline) < _TINY and code in drawn.middles
        ],
        "words": "Europe" if frame == "europe" else "the world",
    }


@lru_cache(maxsize=4)
def _land(frame: str, width: int) -> str:
    drawn = sheet(frame, width, _STEP)
    return drawn.rest + "".join(drawn.paths.values())


def course(view: EntryView) -> dict[str, Any] | None:
    """Return the counts of the whole over the years, each with its source; None for fewer than two.

    Only counts in the unit that has the most of them, of a known time, neither planned nor yearly
    nor of a part: what grows must be one and the same thing.
    """
    dated = [(each, year) for each in view.initiative.claims_on("cases") if (year := _year(each))]
    units = [str(each.value["unit"]) for each, _ in dated]
    unit = max(dict.fromkeys(units), key=units.count, default="")
    points = sorted(((year, each) for each, year in dated if each.value["unit"] == unit),
                    key=lambda point: (point[0], point[1].value["n"]))  # fmt: skip
    if len({year for year, _ in points}) < _LEAST:
        return None
    first, last = points[0][0], points[-1][0]
    most = max(each.value["n"] for _, each in points)
    placed = [
        {
            "x": round((year - first) / (last - first) * _WIDTH),
            "y": round(_HEIGHT - each.value["n"] / most * _HEIGHT) if most else _HEIGHT,
            "n": f"{each.value['n']:,}",
            "words": f"{year}: {count_text(_bare(each))}",
            "marks": view.marks(each.evidence),
        }
        for year, each in points
    ]
    return {
        "points": placed,
        "line": " ".join(f"{point['x']},{point['y']}" for point in placed),
        "width": _WIDTH,
        "height": _HEIGHT,
        "first": first,
        "last": last,
        "most": f"{most:,}",
        "unit": vocabulary.label("case_units", unit),
    }


def _bare(claim: Claim) -> dict[str, Any]:
    parts = ("n", "n_max", "unit", "qualifier")
    return {name: claim.value[name] for name in parts if name in claim.value}


def _year(claim: Claim) -> int | None:
    """Return the year that a count of the whole speaks of."""
    value = claim.value
    if claim.state not in (State.KNOWN, State.DISPUTED) or not value:
        return None
    if value.get("qualifier") == "planned" or value.get("per") or value.get("part"):
        return None
    time = claim.as_of or str(value.get("period") or "").rpartition("/")[2].strip(".")
    return int(time[:4]) if time[:4].isdigit() else None
