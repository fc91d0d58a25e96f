"""The map: in which countries there is an initiative, and in which there is none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from catalogue.entries import vocabulary
from catalogue.entries.initiatives import Initiative
from catalogue.entries.rows import country_path
from catalogue.entries.wording import country_name
from catalogue.pages.facets import Groups
from catalogue.pages.geography import sheet
from catalogue.pages.rendering import Page, number

#: The least number of each shade of the map, the darkest last.
SHADES = (1, 2, 4, 8)
_DOT = 4  # pixels: the radius of a country too small to be drawn


def map_page(initiatives: Sequence[Initiative], groups: Groups) -> Page:
    """Return the page: the world, Europe apart, and the same numbers as a table.

    ``groups`` are the initiatives of each country.
    """
    alone = dict.fromkeys(groups, 0)
    for each in initiatives:
        if len(each.countries) == 1 and each.countries[0] in alone:
            alone[each.countries[0]] += 1
    ordered = sorted(groups, key=lambda code: (-len(groups[code]), country_name(code)))
    missing = sorted(each.name for code, each in vocabulary.COUNTRIES.items() if code not in groups)
    context = {
        "section": "map.html",
        "world": figure(groups, "world", 960),
        "europe": figure(groups, "europe", 620, numbers=True),
        "rows": [
            {
                "path": country_path(code),
                "name": country_name(code),
                "total": len(groups[code]),
                "alone": alone[code],
                "shared": len(groups[code]) - alone[code],
            }
            for code in ordered
        ],
        "countries": len(groups),
        "nowhere": sum(not each.countries for each in initiatives),
        "missing": missing,
        "legend": legend(),
    }
    return Page("map.html", "map.html", context)


def figure(groups: Groups, frame: str, width: int, *, numbers: bool = False) -> dict[str, Any]:
    """Return the values of a map: land without an initiative in one path, others one by one."""
    shown = sheet(frame, width)
    empty = "".join(path for code, path in shown.paths.items() if code not in groups)
    places = list(_places(groups, frame, width, numbers))
    return {
        "frame": frame,
        "width": shown.width,
        "height": shown.height,
        "land": shown.rest + empty,
        # the last drawn lie on top: small countries over large ones, dots over all
        "places": sorted(places, key=lambda place: (place["dot"], -len(place["path"] or ""))),
        "countries": len(places),
    }


def _places(groups: Groups, frame: str, width: int, numbers: bool) -> Iterator[dict[str, Any]]:
    shown = sheet(frame, width)
    for code, ids in groups.items():
        path, middle = shown.paths.get(code), shown.middles.get(code)
        if path is None and middle is None:
            continue  # outside of this frame
        x, y = middle or (0, 0)
        yield {
            "path": path,
            "dot": path is None,
            "x": x,
            "y": y,
            "radius": _DOT,
            "shade": shade(len(ids)),
            "link": country_path(code),
            "label": f"{country_name(code)}: {number(len(ids))}",
            "number": len(ids) if numbers and middle else None,
        }


def shade(count: int) -> int:
    """Return which of the shades stands for a count, from 1."""
    return sum(count >= least for least in SHADES)


def legend() -> list[dict[str, Any]]:
    """Return the shades with their numbers in words."""
    ends = [f"{least}" if nxt == least + 1 else f"{least} to {nxt - 1}"
            for least, nxt in pairwise(SHADES)]  # fmt: skip
    words = [*ends, f"{SHADES[-1]} and more"]
    return [{"shade": at, "words": text} for at, text in enumerate(words, start=1)]
