"""Shapes of countries as SVG paths: the world, and Europe apart, where most of them crowd.

The shapes are in `data/geography`, cut from Natural Earth (its LICENSE stands beside). The world
is drawn in the Equal Earth projection (Šavrič, Patterson, Jenny 2018), Europe in Lambert's
azimuthal equal-area one: on both, areas can be compared.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from catalogue.entries.vocabulary import COUNTRIES

Point = tuple[float, float]
_ALPHA_2 = {country.alpha_3: code for code, country in COUNTRIES.items()}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A map: its size in pixels, the outline of each country, and the middle of each.

    ``paths`` are by alpha-2 code; what has none is drawn with the ``rest``.
    """

    width: int
    height: int
    paths: dict[str, str]
    rest: str
    middles: dict[str, tuple[int, int]]


def equal_earth(longitude: float, latitude: float) -> Point:
    """Return a place in the Equal Earth projection of a globe of radius 1, y downwards."""
    a1, a2, a3, a4 = 1.340264, -0.081106, 0.000893, 0.003796
    angle = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(latitude)))
    square = angle * angle
    sixth = square**3
    slope = a1 + 3 * a2 * square + sixth * (7 * a3 + 9 * a4 * square)
    x = 2 * math.radians(longitude) * math.cos(angle) / (math.sqrt(3) * slope)
    y = angle * (a1 + a2 * square + sixth * (a3 + a4 * square))
    return x, -y


def lambert(longitude: float, latitude: float) -> Point:
    """Return a place in Lambert's azimuthal equal-area projection about 52° N 12° E."""
    middle, turn = math.radians(52), math.radians(longitude - 12)
    height = math.radians(latitude)
    up = math.sin(middle) * math.sin(height) + math.cos(middle) * math.cos(height) * math.cos(turn)
    k = math.sqrt(2 / (1 + up))
    x = k * math.cos(height) * math.sin(turn)
    y = k * (
        math.cos(middle) * math.sin(height) - math.sin(middle) * math.cos(height) * math.cos(turn)
    )
    return x, -y


@dataclass(frozen=True, slots=True)
class _Frame:
    """What of a projection is shown: left, top, right, bottom in its own units."""

    shapes: str
    unit: float  # degrees that 1 stands for in the file
    project: Callable[[float, float], Point]
    box: tuple[float, float, float, float]


_FRAMES = {
    "world": _Frame("world", 0.1, equal_earth, (-2.68, -1.31, 2.7, 1.03)),
    "europe": _Frame("europe", 0.05, lambert, (-0.37, -0.345, 0.37, 0.325)),
}


@lru_cache(maxsize=8)
def sheet(frame: str, width: int, step: int = 1) -> Sheet:
    """Return the map of the "world" or of "europe", drawn ``width`` pixels wide.

    Of an outline only points at least ``step`` pixels apart are kept, for a small and light map.
    """
    shown = _FRAMES[frame]
    left, top, right, bottom = shown.box
    scale = width / (right - left)

    def place(longitude: float, latitude: float) -> Point:
        x, y = shown.project(longitude, latitude)
        return (x - left) * scale, (y - top) * scale

    paths: dict[str, str] = {}
    rest = ""
    for code, rings in _projected(frame).items():
        drawn = "".join(
            _ring([((x - left) * scale, (y - top) * scale) for x, y in ring], step)
            for ring in rings
        )
        if drawn and code in _ALPHA_2:
            paths[_ALPHA_2[code]] = drawn
        else:
            rest += drawn
    height = round((bottom - top) * scale)
    middles = {
        _ALPHA_2[code]: (round(x), round(y))
        for code, where in _data()["points"].items()
        if code in _ALPHA_2
        for x, y in (place(*where),)
        if 0 <= x <= width and 0 <= y <= height
    }
    return Sheet(width, height, paths, rest, middles)


def inside_europe(codes: Sequence[str]) -> bool:
    """Return whether all of these countries are best seen on the map of Europe."""
    shown = sheet("europe", 600)
    return all(code in shown.middles and code in shown.paths for code in codes)


@lru_cache(maxsize=len(_FRAMES))
def _projected(frame: str) -> dict[str, list[list[Point]]]:
    """Return the outlines of each country in a frame's own units, for maps of every size."""
    shown = _FRAMES[frame]
    return {
        code: [
            [
                shown.project(longitude * shown.unit, latitude * shown.unit)
                for longitude, latitude in zip(flat[::2], flat[1::2], strict=True)
            ]
            for flat in rings
        ]
        for code, rings in _data()[shown.shapes].items()
    }


@lru_cache(maxsize=1)
def _data() -> Any:
    return json.loads((resources.files("data") / "geography" / "world.json").read_bytes())


def _ring(outline: Iterable[Point], step: int) -> str:
    """Return one outline in whole pixels, relative steps; "" where nothing is left of it."""
    points = list(_points(outline, step))
    if len(points) < 3:
        return ""
    (x, y), *others = points
    steps = []
    for along, down in others:
        steps.append(f"{along - x} {down - y}")
        x, y = along, down
    text = " ".join(steps).replace(" -", "-")
    return f"M{points[0][0]} {points[0][1]}l{text}z"


def _points(outline: Iterable[Point], step: int) -> Iterator[tuple[int, int]]:
    last = None
    for x, y in outline:
        point = (round(x), round(y))
        if last is None or abs(point[0] - last[0]) + abs(point[1] - last[1]) >= step:
            yield point
            last = point
