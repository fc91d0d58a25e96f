"""Ready to work with others: how each is coded, whether its dictionary is public, how to ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from catalogue.checking.checks import newest_check
from catalogue.entries import vocabulary
from catalogue.entries.completeness import has_value
from catalogue.entries.initiatives import Initiative, State
from catalogue.entries.readiness import QUESTIONS, Answer, profile
from catalogue.entries.rows import path_of
from catalogue.entries.ties import Tie
from catalogue.entries.wording import value_text
from catalogue.pages.facets import FEW
from catalogue.pages.listing import Listing
from catalogue.pages.rendering import Page, macros

_COLUMNS = ("coding", "models", "dictionary", "linkage", "architecture", "pathology_review",
            "update", "access", "access_route", "contact")  # fmt: skip
#: Fields whose value is too long for a cell: there it is only said that there is one.
_LONG = {
    "dictionary": "Described",
    "linkage": "Stated",
    "access_route": "Stated",
    "contact": "Given",
}
_LISTED = {"coding": "Coding systems", "models": "Data models and common data elements"}
_SHORT = 60  # letters of a cell


_ANSWERED = ("integration", "sustainability", "collaboration")  # by no single field


def readiness_page(
    initiatives: Sequence[Initiative], listing: Listing, ties: Mapping[str, Sequence[Tie]]
) -> Page:
    """Return the page: who uses which standard, and a table of what is known of each.

    ``listing`` has the words by which each is found, ``ties`` the relations of each.
    """
    day = newest_check(initiatives)
    line = macros("macros.html").readiness
    rows = []
    for each in initiatives:
        row = _row(each, profile(each, day, ties[each.id]))
        # as markup at once: as values all of them would take five times the room
        made = line(row, listing.rows[each.id].words) if row["known"] else ""
        rows.append(
            {name: row[name] for name in ("path", "name", "full", "known")} | {"made": made}
        )
    ordered = sorted(rows, key=lambda row: (-row["known"], row["full"].casefold()))
    context = {
        "section": "catalogue.html",
        "columns": [
            *({"label": QUESTIONS[name][0], "help": ""} for name in _ANSWERED),
            *(
                {"label": vocabulary.FIELDS[name].label, "help": vocabulary.FIELDS[name].help}
                for name in _COLUMNS
            ),
        ],
        "rows": [row for row in ordered if row["known"]],
        "silent": [row for row in ordered if not row["known"]],
        "total": len(rows),
        "few": FEW,
        "standards": [
            {"label": label, "terms": _standards(initiatives, field)}
            for field, label in _LISTED.items()
        ],
    }
    return Page("readiness.html", "readiness.html", context)


def _standards(initiatives: Sequence[Initiative], field: str) -> list[dict[str, Any]]:
    """Return each standard that any uses, the most used first, with who uses it."""
    users: dict[str, list[dict[str, str]]] = {}
    for each in initiatives:
        for code in {code for claim in each.known(field) for code in claim.value}:
            link = {"path": path_of(each.id), "label": each.acronym or each.name}
            users.setdefault(code, []).append(link)
    ordered = sorted(users.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return [
        {
            "label": vocabulary.label(vocabulary.FIELDS[field].terms, code),
            "users": sorted(found, key=lambda link: link["label"].casefold()),
        }
        for code, found in ordered
    ]


def _row(each: Initiative, answers: Sequence[Answer]) -> dict[str, Any]:
    cells = [_answer(each, answer) for answer in answers if answer.question in _ANSWERED]
    cells += [_cell(each, name) for name in _COLUMNS]
    return {
        "path": path_of(each.id),
        "name": each.acronym or each.name,
        "full": each.name,
        "cells": cells,
        "known": sum(cell["state"] == "yes" for cell in cells),
    }


def _answer(each: Initiative, answer: Answer) -> dict[str, Any]:
    """Return a cell for a question of the profile."""
    if answer.state == "known":
        place = f"#fact-{answer.claims[0].field}" if answer.claims else ""  # else relations
        link = f"{path_of(each.id)}{place}"
        return {"state": "yes", "word": _words(answer.question, [answer.text]), "link": link}
    if answer.state == "unknown":
        return {"state": "sought", "word": vocabulary.STATES["unknown"].label, "link": None}
    return {"state": "open", "word": "·", "link": None}


def _cell(each: Initiative, field: str) -> dict[str, Any]:
    """Return a cell: a value in few words, or why there is none."""
    claims = [c for c in each.claims_on(field) if c.state is not State.NOT_SOUGHT]
    known = [claim for claim in claims if has_value(claim) and claim.state is not State.NONE]
    link = f"{path_of(each.id)}#fact-{field}"
    if known:
        values = list(dict.fromkeys(value_text(claim) for claim in known))
        return {"state": "yes", "word": _words(field, values), "link": link}
    if claims:
        state = claims[0].state
        word = vocabulary.STATES[state.value].label
        return {"state": "no" if state is State.NONE else "sought", "word": word, "link": link}
    return {"state": "open", "word": "·", "link": None}


def _words(field: str, values: list[str]) -> str:
    if field in _LONG:
        return _LONG[field]
    text = "; ".join(values)
    return text if len(text) <= _SHORT else text[: _SHORT - 1].rsplit(" ", 1)[0].rstrip(" ,;") + "…"
