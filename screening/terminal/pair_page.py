"""Two records field by field, side by side or one above the other, as lines of plain text.

Signs say what differs, so that nothing rests on colour: ``=`` the same, ``!`` different, ``.`` only
one record says it; of texts that differ the words that one alone has are in braces (`word_marks`).
Pure; all that comes from outside is made inert before it is cut into lines.
"""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterator

from screening.terminal.word_marks import BRIGHT, PLAIN, marked, painted
from screening.terminal.wording import inert
from search.records import Record, fold

SIDE_BY_SIDE = 72  # columns; a narrower terminal has one record above the other
_MOST_OF_A_TEXT = 600  # letters of an abstract
_NAME = 9


def fields_of(record: Record) -> dict[str, str]:
    """Return what a person compares two records by, by its name; "" where it is absent."""
    abstract = inert(record.abstract)
    return {
        "title": inert(record.title),
        "authors": inert("; ".join(record.authors)),
        "journal": inert(record.journal),
        "year": str(record.year or ""),
        "volume": inert(record.volume),
        "issue": inert(record.issue),
        "pages": inert(record.pages),
        "DOI": inert(record.doi),
        "PMID": inert(record.pmid),
        "PMCID": inert(record.pmcid),
        "type": inert(", ".join(record.publication_types)),
        "language": inert(", ".join(record.language)),
        "abstract": abstract[:_MOST_OF_A_TEXT] + ("…" if len(abstract) > _MOST_OF_A_TEXT else ""),
    }


def sign_of(left: str, right: str) -> str:
    """Return ``=``, ``!`` or ``.``; case, accents and punctuation make no difference."""
    if not left or not right:
        return "."
    return "=" if (fold(left) or left) == (fold(right) or right) else "!"


def pair_lines(
    keys: tuple[str, str], records: tuple[Record, Record], width: int, *, colour: bool = False
) -> Iterator[str]:
    """Give the lines of a pair; fields that neither record has are left out."""
    left, right = map(fields_of, records)
    yield from _row(" ", "", inert(keys[0]), inert(keys[1]), width)
    for name, ours in left.items():
        theirs = right[name]
        if ours or theirs:
            sign = sign_of(ours, theirs)
            if sign == "!":
                ours, theirs = marked(ours, theirs)
            yield from _row(sign, name, ours or "-", theirs or "-", width, colour=colour)


def _row(
    sign: str, name: str, left: str, right: str, width: int, *, colour: bool = False
) -> Iterator[str]:
    is_bright = colour and sign == "!"
    before, after = (BRIGHT, PLAIN) if is_bright else ("", "")
    if width < SIDE_BY_SIDE:
        yield f"{before}{sign} {name}".rstrip() + after
        texts = (("1", left), ("2", right)) if left != right else (("=", left),)
        for mark, text in texts:
            for number, line in enumerate(painted(_cut(text, width - 4), colour=colour)):
                yield f"  {mark if number == 0 else ' '} {line}"
        return
    label = f"{sign} {name:<{_NAME}}"
    column = (width - len(label) - 3) // 2
    ours, theirs = _cut(left, column), _cut(right, column)
    gaps = [" " * (column - columns_of(line)) for line in ours]
    ours, theirs = (list(painted(lines, colour=colour)) for lines in (ours, theirs))
    for number in range(max(len(ours), len(theirs))):
        one = ours[number] + gaps[number] if number < len(ours) else " " * column
        other = theirs[number] if number < len(theirs) else ""
        start = f"{before}{label}{after}" if number == 0 else " " * len(label)
        yield f"{start}{one} | {other}".rstrip()


def columns_of(text: str) -> int:
    """Return how many columns a terminal gives a text."""
    return sum(
        0 if unicodedata.combining(letter)
        else 2 if unicodedata.east_asian_width(letter) in "WF"
        else 1
        for letter in text
    )  # fmt: skip


def _cut(text: str, width: int) -> list[str]:
    """Cut a text into lines of ``width`` columns at most."""
    letters = width if columns_of(text) <= len(text) else width // 2
    return textwrap.wrap(text, max(letters, 1), break_on_hyphens=False) or [""]
