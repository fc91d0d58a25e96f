"""The first screen of an entry: the questions a reader comes with, each with its answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from catalogue.entries import vocabulary
from catalogue.entries.claim_lines import EntryView, Line
from catalogue.entries.initiatives import Claim, State
from catalogue.entries.rows import kinds_of, lowered, newest_count
from catalogue.entries.wording import value_text
from catalogue.pages.facets import domains_of

_QUESTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Who is in it", ("tumours", "ages")),
    ("How many", ("cases",)),
    ("Where", ("countries", "centres")),
    ("Since when", ("started", "ended", "status")),
    ("What it holds", ("data_domains",)),
    ("Can I use it", ("access",)),
)
# What a cell of the first screen says before a value that would not explain itself.
_BEFORE = {"started": "Since ", "ended": "Until "}
_SHOWN = 6  # countries or tumours that a cell names before it counts the others


def glance(view: EntryView) -> Iterator[dict[str, Any]]:
    """Give the questions a reader comes with, each with its answer or why there is none."""
    entry = view.initiative
    scope = vocabulary.label("scopes", entry.scope)
    words = ", ".join(part for part in (kinds_of(entry), lowered(scope) if scope else "") if part)
    head = Line(words, marks=view.head_marks("kind", "scope"))
    yield {"question": "What it is", "lines": [head], "more": False, "strip": False}
    for question, fields in _QUESTIONS:
        lines = [line for name in fields for line in _brief(view, name)]
        more = "access" in fields and entry.value("access_route") is not None
        strip = "data_domains" in fields
        yield {"question": question, "lines": lines, "more": more, "strip": strip}


def _brief(view: EntryView, field: str) -> list[Line]:
    claims = view.initiative.claims_on(field)
    if field == "cases":
        newest = newest_count(view.initiative)
        if newest and newest.state is State.KNOWN:
            claims = (newest,)
    if field == "centres":
        claims = claims[-1:]
    if field == "data_domains" and domains_of(view.initiative):
        return [_held(view)]
    if field in ("ages", "centres", "ended"):  # said where there is something to say
        claims = tuple(claim for claim in claims if claim.value is not None)
    elif not claims:
        return [Line(_named(field, "Not yet checked"), known=False)]
    return [_brief_line(view, claim) for claim in claims]


def _held(view: EntryView) -> Line:
    """Return how many of the domains are held; the strip of squares beside shows which."""
    held = domains_of(view.initiative)
    some = sum(state in ("yes", "part") for state in held.values())
    evidence = [id for claim in view.initiative.claims_on("data_domains") for id in claim.evidence]
    return Line(f"{some} of {len(vocabulary.DOMAINS)} data domains", marks=view.marks(evidence))


def _named(field: str, said: str) -> str:
    """Return what is said for want of a value; the cell's first field needs no name."""
    if any(field == fields[0] for _question, fields in _QUESTIONS):
        return said
    return f"{vocabulary.FIELDS[field].label}: {lowered(said)}"


def _brief_line(view: EntryView, claim: Claim) -> Line:
    line = view.line(claim, brief=True)
    # the terms may hold for a part of the data only: no answer without that
    note = claim.note if claim.field == "access" else None
    if claim.value is None:
        return Line(_named(claim.field, line.text), line.known, note=note, marks=line.marks)
    text = line.text
    if claim.field in ("countries", "tumours") and len(claim.value) > _SHOWN:
        few = Claim(claim.field, value=claim.value[: _SHOWN - 1])
        text = f"{value_text(few)} and {len(claim.value) - _SHOWN + 1} more"
    return Line(_BEFORE.get(claim.field, "") + text, line.known, note=note, marks=line.marks)
