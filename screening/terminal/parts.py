"""The parts of the full screen and their places at any size; what is in them is for others to say.

With `full`, `showing` and `sheet` the only modules that know Textual.
"""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import App, ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.widgets import Input

from screening.sitting import Counters
from screening.terminal.frame import (
    BESIDE,
    Key,
    aside_rows,
    aside_width,
    choice_rows,
    has_rules,
    key_rows,
    most_key_rows,
    progress_line,
    rule_line,
)
from screening.terminal.sheet import STYLE, Sheet, keys_content, message_lines

_FIELD = 22  # columns that an answer needs at least


class Parts(App[None]):
    """Progress, a record, what stands aside of it, a question or a message, and the keys."""

    CSS = STYLE
    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = None  # no field takes a key unless words were asked for

    def compose(self) -> ComposeResult:
        """Give the parts, from top to bottom."""
        yield Sheet(id="top", widest=None)
        yield Sheet(id="rule", widest=None, margin=0)
        with Container(id="body"):
            yield Sheet(id="record")
            yield Sheet(id="aside")
        yield Sheet(id="under", widest=None, margin=0)
        with Container(id="asked"):
            yield Sheet(id="question", widest=None)
            yield Input()
        yield Sheet(id="message", widest=None)
        yield Sheet(id="keys", widest=None)

    def sheet(self, name: str) -> Sheet:
        """Return a part by its name: top, record, aside, message, keys."""
        return self.query_one(f"#{name}", Sheet)

    def put_rules(self, said: str) -> None:
        """Draw the lines between the parts, where there is room; ``said`` stands in the first."""
        width, height = self.size
        for name in ("rule", "under"):
            rule = self.sheet(name)
            rule.display = has_rules(height)
            words = said if name == "rule" else ""
            rule.show([(Content(rule_line(words, width)).stylize("dim"), 0)])

    def put_keys(self, wanted: Sequence[Key]) -> None:
        """Show the keys, as many and with as many words as there is room for."""
        width, height = self.size
        rows = key_rows(wanted, max(8, width - 2), most_key_rows(height))
        keys = self.sheet("keys")
        keys.styles.height = len(rows)
        keys.show([(keys_content(row), 0) for row in rows])

    def place_aside(self, *, is_open: bool, is_choice: bool) -> None:
        """Put what stands aside beside the record where there is room, else below it."""
        width, height = self.size
        aside = self.sheet("aside")
        aside.display = is_open
        self.query_one("#body").set_class(is_beside := width >= BESIDE, "beside")
        aside.styles.width = aside_width(width) if is_beside else "1fr"
        most = choice_rows(height) + 1 if is_choice else None
        rows = aside_rows(aside.lines_at(width), height, most)
        aside.styles.height = "1fr" if is_beside else rows

    def place_question(self, question: str) -> None:
        """Put a question beside the field for its answer, or above it where there is no room."""
        width = self.size.width
        label, asked = self.sheet("question"), self.query_one("#asked")
        is_beside = len(question) + _FIELD <= width
        rows = 1 if is_beside else min(label.lines_at(width), 3)
        asked.styles.layout = "horizontal" if is_beside else "vertical"
        asked.styles.height = rows if is_beside else rows + 1
        label.styles.width = len(question) + 2 if is_beside else "1fr"
        label.styles.height = rows

    def put_progress(self, who: str, counters: Counters) -> None:
        """Show who screens, and how far they are."""
        width = max(8, self.size.width - 2)
        left, right = progress_line(who, counters, width)
        text = left + right.rjust(width - len(left))
        self.sheet("top").show([(Content(text).stylize("bold"), 0)])

    def put_message(self, said: str, *, is_aside_open: bool) -> None:
        """Show a message, and whether something is out of sight."""
        more = any(sheet.hidden_below for sheet in self._scrolled(is_aside_open))
        most = max(1, self.size.height // 4)
        hint = "▼ more: Space" if more else ""
        lines = message_lines(said, hint, max(8, self.size.width - 2), most)
        message = self.sheet("message")
        message.styles.height = len(lines)
        message.show([(line, 0) for line in lines])

    def scroll_by(self, lines: int, pages: int, *, is_aside_open: bool) -> None:
        """Go down (or up) through what stands aside, then the record, as one text."""
        sheets = self._scrolled(is_aside_open)
        for sheet in sheets if lines + pages > 0 else reversed(sheets):
            if sheet.scroll_pages(pages) if pages else sheet.scroll_lines(lines):
                break

    def _scrolled(self, is_aside_open: bool) -> list[Sheet]:
        return [self.sheet("aside"), self.sheet("record")][0 if is_aside_open else 1 :]
