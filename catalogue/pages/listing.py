"""The table of initiatives: every row made once, and set into as many pages as name it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from catalogue.entries.initiatives import Initiative
from catalogue.entries.rows import Row, row_of
from catalogue.pages.rendering import macros
from catalogue.pages.timeline_page import span_of
from search.records import fold

SIZE_CAPTION = (
    "Size is the newest count of the whole initiative, with its unit and the time it speaks of. "
    "Do not add counts up: initiatives share patients."
)
_MANY = 40  # rows from which on a list can be entered by letter


def anchor_of(letter: str) -> str:
    """Return the anchor of the first row whose name begins with a letter, or with "#"."""
    return f"letter-{letter if letter.isalpha() else 0}"


class Listing:
    """Initiatives in the order in which people look for them: by name."""

    def __init__(self, initiatives: Iterable[Initiative]) -> None:
        ordered = sorted(initiatives, key=lambda each: (fold(each.name), each.id))  # Ä beside A
        self.rows: dict[str, Row] = {each.id: row_of(each) for each in ordered}
        self._years = {each.id: span_of(each) for each in ordered}
        self._place = {id: place for place, id in enumerate(self.rows)}
        self._made: dict[str, Markup] = {}

    def in_order(self, ids: Iterable[str]) -> list[str]:
        """Return ids in the order of the list, each once."""
        return sorted(set(ids), key=self._place.__getitem__)

    def table(self, ids: Iterable[str]) -> Markup:
        """Return rows of the table for a page that lies in a folder of its own.

        A row stands on some twenty pages, so it is made once and kept as text.
        """
        return Markup("").join(self._row(id) for id in self.in_order(ids))

    def whole(self) -> Markup:
        """Return all rows for a page at the top of the site, with the words of the filter."""
        row, anchors = (
            macros("macros.html").row,
            {id: anchor_of(code) for code, id in self._firsts().items()},
        )
        return Markup("").join(
            row("", each, each.words, self._years[id], anchors.get(id))
            for id, each in self.rows.items()
        )

    def letters(self) -> list[dict[str, str]]:
        """Return the letters with which names begin, each with its row's anchor; none for a few."""
        if len(self.rows) < _MANY:
            return []
        return [{"label": code.upper(), "anchor": anchor_of(code)} for code in self._firsts()]

    def _firsts(self) -> dict[str, str]:
        """Return the id of the first name with each letter; numbers and other signs count as #."""
        found: dict[str, str] = {}
        for id, row in self.rows.items():
            letter = fold(row.name)[:1]
            found.setdefault(letter if letter.isalpha() else "#", id)
        return found

    def _row(self, id: str) -> Markup:
        if id not in self._made:
            row = self.rows[id]
            self._made[id] = macros("macros.html").row("../", row, row.beside, self._years[id])
        return self._made[id]

    def names(self, ids: Iterable[str]) -> Sequence[Row]:
        """Return rows as values, in the order of the list."""
        return [self.rows[id] for id in self.in_order(ids)]
