"""The only widget that shows foreign text: styled lines of plain words, never markup.

It draws its lines itself and scrolls them itself: a new record is one repaint, no new layout.
"""

from __future__ import annotations

from collections.abc import Iterable

from rich.segment import Segment
from rich.style import Style
from textual.content import Content
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from screening.terminal.frame import Key, gap_of
from screening.terminal.highlight import Marker, Span
from screening.terminal.page import MARKED, Paragraph, Role

# Blue and orange, after Okabe and Ito's palette: told apart by colour-blind eyes, and of the one
# lightness that has a contrast of 4.5 with black and with white (WCAG 1.4.3). The shape says the
# same: a line under the word, or the word as a block.
BLUE, ORANGE = "#007cb9", "#b85c00"
_MARKS = {"for": f"underline {BLUE}", "against": f"reverse {ORANGE}", "found": "bold reverse"}
_SHAPES = {"for": "underline", "against": "reverse", "found": "bold reverse"}
_STYLES = {
    Role.TITLE: "bold",
    Role.SOURCE: "italic",
    Role.WARNING: "bold reverse",
    Role.LABEL: "bold",
    Role.OWN: "reverse",
}
_PLAIN = Style()
_WIDEST = 96  # longer lines are hard to read


# How the screen is laid out; its colours are the terminal's own.
STYLE = """
Screen { background: transparent; }
#body { height: 1fr; layout: vertical; }
#body.beside { layout: horizontal; }
#aside { display: none; max-height: 85%; border-top: solid ansi_default; }
.beside #aside { max-height: 100%; border-top: none; border-left: solid ansi_default; }
#top, #rule, #under, #message, #keys { height: 1; }
#asked { height: 1; display: none; }
Input { border: none; height: 1; padding: 0; width: 1fr; background: transparent; }
"""


def content_of(each: Paragraph, marker: Marker | None = None, *, signs: bool = False) -> Content:
    """Return a paragraph as styled text; its words are never read as markup.

    ``signs`` puts signs around what is marked as well, for screens without colour.
    """
    text, spans = each.text, list[Span]()
    if marker and each.role in MARKED:
        text, spans = marker.mark(text) if signs else (text, marker.spans(text))
    content = Content(text)
    if style := _STYLES.get(each.role):
        content = content.stylize(style)
    if marker and (each.role in MARKED or each.role is Role.SOURCE):
        spans = [*spans, *marker.found(text)]
    for span in spans:
        # without colour none is asked for: it would come out as a grey that is hard to see
        style = _SHAPES[span.kind] if signs else _MARKS[span.kind]
        content = content.stylize(style, span.start, span.end)
    return content


class Sheet(Widget):
    """Lines of text that fill their place; ``top`` is the first line in sight."""

    class Fitted(Message):
        """A sheet was given another size."""

    DEFAULT_CSS = "Sheet { height: 1fr; width: 1fr; }"

    def __init__(
        self, *, margin: int = 1, widest: int | None = _WIDEST, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self.top = 0
        self._margin, self._widest = margin, widest
        self._pieces: list[tuple[Content, int]] = []
        self._lines: list[Strip] = []

    def show(self, contents: Iterable[tuple[Content, int]]) -> None:
        """Show texts from their first line, each with the indent of its further lines."""
        self._pieces = list(contents)
        self.top = 0
        self._lay_out()

    def show_anew(self, contents: Iterable[tuple[Content, int]]) -> None:
        """Show texts; the same ones as before where they were scrolled to."""
        pieces, top, before = list(contents), self.top, self._pieces
        is_same = [text.plain for text, _ in pieces] == [text.plain for text, _ in before]
        self.show(pieces)
        self.scroll_lines(top if is_same else 0)

    @property
    def text(self) -> str:
        """Return all lines as they are shown, in sight or not."""
        return "\n".join(line.text.rstrip() for line in self._lines)

    @property
    def hidden_below(self) -> int:
        """Return how many lines are below what is in sight."""
        return max(0, len(self._lines) - self.top - self.size.height)

    @property
    def overflows(self) -> bool:
        """Return whether there are more lines than room."""
        return len(self._lines) > self.size.height

    def lines_at(self, width: int, pieces: Iterable[tuple[Content, int]] | None = None) -> int:
        """Return how many lines texts take at a width, by default those that are shown."""
        wanted = self._pieces if pieces is None else pieces
        return sum(len(_wrapped(*piece, self._room(width))) for piece in wanted)

    def scroll_lines(self, by: int) -> bool:
        """Go down (or up) by lines; False where there is nothing further."""
        furthest = max(0, len(self._lines) - self.size.height)
        there = min(max(self.top + by, 0), furthest)
        moved, self.top = there != self.top, there
        self.refresh()
        return moved

    def scroll_pages(self, by: int) -> bool:
        """Go down (or up) by what is in sight, less one line to keep the place."""
        return self.scroll_lines(by * max(1, self.size.height - 1))

    def on_resize(self) -> None:
        """Wrap again to the new width."""
        self._lay_out()
        self.post_message(self.Fitted())

    def _room(self, width: int) -> int:
        room = width - 2 * self._margin
        return max(8, min(room, self._widest or room))

    def _lay_out(self) -> None:
        if not self.size.width:
            return  # it has no place yet; once it has, it is wrapped to that
        room = self._room(self.size.width)
        self._lines = [
            _strip(line, self._margin) for piece in self._pieces for line in _wrapped(*piece, room)
        ]
        self.top = min(self.top, max(0, len(self._lines) - max(1, self.size.height)))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return one line of what is in sight."""
        at = self.top + y
        line = self._lines[at] if at < len(self._lines) else Strip([])
        return line.adjust_cell_length(self.size.width, _PLAIN)


def _wrapped(content: Content, indent: int, width: int) -> list[Content]:
    if not indent or indent > width // 2:
        return content.wrap(width)
    first, *rest = content.wrap(width)
    if not rest:
        return [first]
    further = content[len(first.plain) :]
    further = further[len(further.plain) - len(further.plain.lstrip()) :]
    return [first, *(line.pad_left(indent) for line in further.wrap(width - indent))]


def _strip(line: Content, margin: int) -> Strip:
    # No segment without a style: some of Textual's filters take it for granted.
    segments = [Segment(text, style or _PLAIN) for text, style, _ in line.render_segments()]
    return Strip([Segment(" " * margin, _PLAIN), *segments])


def contents_of(
    paragraphs: Iterable[Paragraph], marker: Marker | None = None, *, signs: bool = False
) -> list[tuple[Content, int]]:
    """Return paragraphs as what a sheet shows; ``marker`` marks the search's words."""
    return [(content_of(each, marker, signs=signs), each.indent) for each in paragraphs]


def keys_content(row: list[Key]) -> Content:
    """Return a line of keys, each with its word."""
    parts: list[str | tuple[str, str]] = []
    for number, (key, word) in enumerate(row):
        parts += [gap_of(row)] if number else []
        parts.append((key, "bold"))
        parts += [f" {word}"] if word else []
    return Content.assemble(*parts)


def message_lines(message: str, hint: str, width: int, most: int) -> list[Content]:
    """Return a message in at most so many lines, with a hint at its end where there is room."""
    lines = Content(message).wrap(width)[:most] or [Content("")]
    if not hint:
        return lines
    if width - lines[-1].cell_length <= len(hint):
        if len(lines) < most:
            lines.append(Content(""))
        else:
            hint = hint[0]  # its sign alone, rather than none
            lines[-1] = lines[-1].truncate(width - 2)
    gap = width - lines[-1].cell_length - len(hint)
    lines[-1] = Content.assemble(lines[-1], " " * gap, (hint, "bold"))
    return lines
