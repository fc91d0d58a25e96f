"""The catalogue in the terminal: a line an initiative, and one initiative as a page with footnotes.

Values give lines of text; `search.console.show` makes foreign signs harmless as it prints them.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence

from catalogue.entries import vocabulary
from catalogue.entries.completeness import Completeness
from catalogue.entries.initiatives import Claim, Evidence, Initiative
from catalogue.entries.rows import kinds_of, row_of
from catalogue.entries.sources import address, source_text
from catalogue.entries.wording import claim_text, date_text

# The column of the labels on the page of one initiative.
_LABEL = max(len(field.label) for field in vocabulary.FIELDS.values()) + 2
_LONGEST = (34, 40, 34, 40)  # name, kind, countries, size: cells of the list, in characters

Tie = tuple[str, str, str | None, tuple[str, ...]]  # words, id of the other, note, evidence


def one_line(text: str) -> str:
    """Return a text on one line, single spaces."""
    return " ".join(text.split())


# --- the list ------------------------------------------------------------------------------------


def list_lines(initiatives: Sequence[Initiative]) -> list[str]:
    """Return one line an initiative: id, name, kind, countries, newest count, access."""
    table = [list(_cells(each)) for each in initiatives]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in table
    ]


def _cells(initiative: Initiative) -> Iterator[str]:
    row = row_of(initiative)
    yield initiative.id
    yield _cut(initiative.acronym or initiative.name, _LONGEST[0])
    yield _cut(row.kind, _LONGEST[1])
    yield _cut(row.countries, _LONGEST[2])
    yield _cut(f"{row.size} ({row.size_note})" if row.size and row.size_note else row.size or "–",
               _LONGEST[3])  # fmt: skip
    yield one_line(row.access)


def _cut(text: str, longest: int) -> str:
    text = one_line(text)
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


# --- the page of one initiative ------------------------------------------------------------------


def page_lines(
    initiative: Initiative,
    complete: Completeness,
    ties: Iterable[Tie],
    names: Mapping[str, str],
    width: int,
) -> Iterator[str]:
    """Yield the lines of a page: what is claimed, with the numbers of the sources at its foot.

    ``ties`` are the relations in both directions, ``names`` the names of all initiatives.
    """
    numbers = {id: number for number, id in enumerate(initiative.evidence, start=1)}
    yield from _head(initiative, complete, width)
    for group, label in vocabulary.GROUPS.items():
        claims = [
            claim for claim in initiative.claims if vocabulary.FIELDS[claim.field].group == group
        ]
        if claims:
            yield from ("", label)
            yield from _claims(initiative, claims, numbers, width)
    tied = [_tie(tie, names, numbers) for tie in ties]
    if tied:
        yield from ("", "Relations")
        for each in tied:
            yield from _wrapped(each, width, "  ")
    yield from ("", "Sources")
    for id, source in initiative.evidence.items():
        yield from _wrapped(f"[{numbers[id]}] {_source(source)}", width, "  ", "      ")


def _head(initiative: Initiative, complete: Completeness, width: int) -> Iterator[str]:
    acronym = f" ({initiative.acronym})" if initiative.acronym else ""
    yield from _wrapped(initiative.name + acronym, width)
    scope = vocabulary.label("scopes", initiative.scope)
    day = initiative.last_checked
    facts = [initiative.id, kinds_of(initiative), scope]
    facts += [f"last checked {date_text(day.isoformat())}"] if day else []
    facts += [f"completeness of our record {complete.level} of 5"]
    yield from _wrapped(" · ".join(facts), width)
    others = [*initiative.name_local.values(), *initiative.aliases]
    if others:
        yield from _wrapped(f"Also: {'; '.join(others)}", width)
    yield ""
    yield from _wrapped(initiative.summary, width)


def _claims(
    initiative: Initiative, claims: Sequence[Claim], numbers: Mapping[str, int], width: int
) -> Iterator[str]:
    before = ""
    for claim in claims:
        label = vocabulary.FIELDS[claim.field].label if claim.field != before else ""
        before = claim.field
        said = claim_text(claim, initiative.checked(claim))
        if claim.state.value == "disputed":
            said += " – sources disagree"
        marks = _marks(claim.evidence, numbers)
        text = " ".join(part for part in (said, marks, _note(claim.note)) if part)
        yield from _wrapped(text, width, "  " + label.ljust(_LABEL), "  " + " " * _LABEL)


def _note(note: str | None) -> str:
    return f"({one_line(note)})" if note else ""


def _marks(evidence: Iterable[str], numbers: Mapping[str, int]) -> str:
    return "".join(f"[{numbers[id]}]" for id in evidence if id in numbers)


def _tie(tie: Tie, names: Mapping[str, str], numbers: Mapping[str, int]) -> str:
    words, other, note, evidence = tie
    named = f"{names[other]} ({other})" if other in names else other
    said = [words, named, _marks(evidence, numbers), _note(note)]
    return " ".join(part for part in said if part)


def _source(source: Evidence) -> str:
    known_as = source_text(source.source)
    parts = [source.title or "", str(source.year or ""), known_as]
    if source.source.startswith(("pmid:", "doi:")):
        parts.append(address(source.source))
    parts.append(source.locator or "")
    checked = f"Checked {date_text(source.checked.isoformat())}"
    if source.second_checked:
        checked += f", again {date_text(source.second_checked.isoformat())}"
    if source.of == "entry":
        checked += ", read for the entry as a whole"
    if source.role == "background":
        checked += ", background"
    parts += [checked, source.note or ""]
    return ". ".join(part.rstrip(".") for part in parts if part) + "."


def _wrapped(text: str, width: int, first: str = "", later: str | None = None) -> list[str]:
    return textwrap.wrap(
        one_line(text),
        max(width, 40),
        initial_indent=first,
        subsequent_indent=later if later is not None else first,
        break_long_words=False,  # an address that is cut cannot be opened
        break_on_hyphens=False,
    )
