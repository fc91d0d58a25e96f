"""Side by side: each initiative beside those most like it, and any others that a reader chooses.

The pages with the nearest three work without scripts. For a free choice `compare.html` reads
`data/compare.js`, which holds the same words as a script: pages opened from a folder on disk may
load a script, but no data.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from catalogue.entries import vocabulary
from catalogue.entries.completeness import has_value
from catalogue.entries.initiatives import Initiative, State
from catalogue.entries.rows import kinds_of, newest_count, path_of
from catalogue.entries.wording import claim_text, date_text, state_text
from catalogue.pages.facets import domains_of, tumours_of
from catalogue.pages.rendering import Page, fit, macros

DATA = "data/compare.js"
_FIELDS = (
    "status", "started", "countries", "centres", "tumours", "ages", "population_basis", "cases",
    "data_domains", "prospective", "follow_up", "pathology_review", "biospecimens",
    "architecture", "coding", "models", "dictionary", "linkage", "lead", "access",
    "access_route", "website",
)  # fmt: skip
_NEAREST = 3
_CANDIDATES = 40  # that share a mark; beyond them only the rarest marks are looked at
_LONG = 180  # letters of a cell
_HELD = 2048  # columns, each of which stands on some four pages


@dataclass(frozen=True, slots=True)
class Cell:
    """What one initiative says of one field: words, whether it has a value, how many sources."""

    words: str
    known: bool
    sources: int


@dataclass(frozen=True, slots=True)
class Column:
    """An initiative as it stands beside others: its cells by field, as values and as markup."""

    initiative: Initiative
    cells: Mapping[str, Cell]
    made: Mapping[str, Markup]


def compare_path(id: str) -> str:
    """Return where the page is that sets an initiative beside those most like it."""
    return path_of(id).replace("initiatives/", "compare/", 1)


def compare_pages(
    initiatives: Sequence[Initiative], likest: Mapping[str, Sequence[str]]
) -> Iterator[Page]:
    """Give the page for a free choice, and one for each initiative with those most like it."""
    yield _chooser(initiatives, likest)
    by_id = {each.id: each for each in initiatives}
    column = lru_cache(maxsize=_HELD)(lambda one: _column(by_id[one]))
    for id, others in likest.items():
        if others:
            yield _page([column(each) for each in (id, *others)])


def _chooser(initiatives: Sequence[Initiative], likest: Mapping[str, Sequence[str]]) -> Page:
    ordered = sorted(initiatives, key=lambda each: (each.name.casefold(), each.id))
    context = {
        "section": "catalogue.html",
        "data": DATA,
        "count": len(ordered),
        "links": [
            {"path": compare_path(each.id), "label": each.name}
            for each in ordered
            if likest[each.id]
        ],
    }
    return Page("compare.html", "compare.html", context)


def _column(each: Initiative) -> Column:
    cells = cells_of(each)
    cell = macros("macros.html").compared
    made = {field: cell(found, path_of(each.id), field) for field, found in cells.items()}
    return Column(each, cells, made)


def _page(columns: Sequence[Column]) -> Page:
    first, *others = (column.initiative for column in columns)
    rows = [
        {
            "label": label,
            "cells": Markup("").join(column.made[field] for column in columns),
            "same": len({column.cells[field].words for column in columns}) == 1,
        }
        for field, label in _labels()
        if any(column.cells[field].known for column in columns)
    ]
    shown = [first, *others]
    context = {
        "section": "catalogue.html",
        "name": first.name,
        "columns": [
            {"path": path_of(each.id), "label": each.acronym or each.name} for each in shown
        ],
        "differing": [row for row in rows if not row["same"]],
        "alike": [row for row in rows if row["same"]],
        "choice": "&".join(f"{key}={each.id}" for key, each in zip("abcd", shown, strict=False)),
        "others": [each.name for each in others],
    }
    return Page(compare_path(first.id), "compared.html", context)


def _labels() -> Iterator[tuple[str, str]]:
    yield "kind", "Kind"
    yield "scope", "Scope"
    for name in _FIELDS:
        yield name, vocabulary.FIELDS[name].label
    yield "checked", "Last checked"


def cells_of(each: Initiative) -> dict[str, Cell]:
    """Return what an initiative says of each field that is compared, in the order of `_labels`."""
    scope = vocabulary.label("scopes", each.scope)
    found = {"kind": Cell(kinds_of(each), bool(each.kind), 0), "scope": Cell(scope, bool(scope), 0)}
    for name in _FIELDS:
        found[name] = _cell(each, name)
    day = each.last_checked
    found["checked"] = Cell(
        date_text(day.isoformat()) if day else "not recorded", day is not None, 0
    )
    return found


def _cell(each: Initiative, field: str) -> Cell:
    claims = [c for c in each.claims_on(field) if c.state is not State.NOT_SOUGHT]
    if field == "cases" and (newest := newest_count(each)):
        claims = [newest]
    if not claims:
        return Cell("Not yet checked", False, 0)
    stated = [claim for claim in claims if has_value(claim)]
    if not stated:
        return Cell(state_text(claims[0], each.checked(claims[0]), brief=True), False, 0)
    words = dict.fromkeys(claim_text(claim, each.checked(claim)) for claim in stated)
    text = "; ".join(words)
    short = text if len(text) <= _LONG else text[: _LONG - 1].rsplit(" ", 1)[0] + "…"
    return Cell(short, True, len({id for claim in stated for id in claim.evidence}))


# --- which are alike -----------------------------------------------------------------------------


def nearest(initiatives: Sequence[Initiative]) -> dict[str, list[str]]:
    """Return for each initiative the few that share most with it, the rarest marks counting most.

    Marks are its tumours with the wider ones, countries, kinds and domains; one that few share
    weighs more, as in inverse document frequency (Spärck Jones 1972). The work grows with the
    number of initiatives and not with its square: a mark that very many share tells nothing.
    """
    marks: dict[str, list[str]] = {}
    holders: dict[str, list[str]] = {}
    same: dict[str, str] = {}  # each mark held once
    for each in initiatives:
        marks[each.id] = [same.setdefault(mark, mark) for mark in _marks(each)]
        for mark in marks[each.id]:
            holders.setdefault(mark, []).append(each.id)
    return {id: _likest(id, own, holders) for id, own in marks.items()}


def _likest(id: str, own: Iterable[str], holders: Mapping[str, Sequence[str]]) -> list[str]:
    score: Counter[str] = Counter()
    for mark in sorted(own, key=lambda mark: (len(holders[mark]), mark)):
        sharing = holders[mark]
        if len(sharing) > _CANDIDATES and len(score) >= _NEAREST:
            break
        for other in sharing[: 10 * _CANDIDATES]:
            if other != id:
                score[other] += 1_000_000 // len(sharing)
    ordered = sorted(score.items(), key=lambda pair: (-pair[1], pair[0]))
    return [other for other, _ in ordered[:_NEAREST]]


def _marks(each: Initiative) -> set[str]:
    tumours = tumours_of(each)
    tumours |= {wider for code in tumours for wider in vocabulary.broader_tumours(code)}
    held = {code for code, state in domains_of(each).items() if state in ("yes", "part")}
    return {
        *(f"tumour {code}" for code in tumours),
        *(f"country {code}" for code in each.countries),
        *(f"kind {code}" for code in each.kind),
        *(f"domain {code}" for code in held),
    }


# --- for the free choice -------------------------------------------------------------------------


def compare_data(initiatives: Sequence[Initiative]) -> str:
    """Return the words of all initiatives as a script; nothing in them can end it or run."""
    ordered = sorted(initiatives, key=lambda each: (each.name.casefold(), each.id))
    fields = _script([{"id": field, "label": label} for field, label in _labels()])
    # each as text at once: as values all of them would take five times the room
    made = ",".join(
        _script({"id": each.id, "name": each.name,
                 "cells": list(map(_words, cells_of(each).values()))})
        for each in ordered
    )  # fmt: skip
    return f'window.sarcat={{"fields":{fields},"initiatives":[{made}]}};\n'


def _script(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", r"\u003c")


def _words(cell: Cell) -> list[Any]:
    return [fit(cell.words), int(cell.known), cell.sources]
