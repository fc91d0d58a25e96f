"""What the full screen shows: the record at hand, what stands aside of it, and what was said.

With `full`, `parts` and `sheet` the only modules that know Textual.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from screening.engine import Engine
from screening.terminal import asides, ranked
from screening.terminal.choosing import Choices
from screening.terminal.frame import Key, is_airy
from screening.terminal.guard import Guard
from screening.terminal.highlight import LEGEND, LEGEND_IN_COLOUR, Marker, terms_of
from screening.terminal.keyboard import Aside
from screening.terminal.page import Paragraph, Role, aired, own_paragraphs, record_paragraphs
from screening.terminal.parts import Parts
from screening.terminal.sheet import contents_of
from screening.terminal.wording import greeting, places
from screening.walk import wanted_words

_FIRST = "One key is one decision; u takes it back. Enter and Space decide nothing."


class Showing(Parts):
    """A sitting on the full screen as it is seen; keys are for `full`."""

    def __init__(self, engine: Engine, notices: Iterable[str], guard: Guard) -> None:
        super().__init__()
        self.theme = "ansi-dark"  # colours of the terminal's own, dark or light as it is
        self.engine = engine
        self.highlights = True
        # Where there is no colour, signs stand around what is marked.
        self._signs = self.no_color or self.console.color_system is None
        self.legend = LEGEND if self._signs else LEGEND_IN_COLOUR
        self._guard = guard
        self._notices = list(notices)
        self._marker = Marker(terms_of(engine.sitting.protocol))
        self._aside: tuple[str, Aside] | None = None  # the key that opened it, and what it shows
        self._choices: Choices = {}
        self._message = self._question = ""
        self._is_airy: bool | None = None  # of the record as it is shown; None before the first

    def _keys(self) -> tuple[Key, ...]:
        """Return the keys that may be pressed now."""
        raise NotImplementedError

    # --- the parts of the screen ---------------------------------------------------------------

    def on_mount(self) -> None:
        """Show the first record, and where the reviewer stopped."""
        first = [_FIRST] if self.engine.counters().total else []
        self._message = " ".join([*greeting(self.engine), *self._notices] or first)
        self.show_record()

    def on_resize(self) -> None:
        """Fit everything to the new size, which Textual knows of only after this."""
        self.call_later(self._fit)

    def _fit(self) -> None:
        """Show the record with the blank lines that there is room for now, where it was read."""
        if self._is_airy is not None and self._is_airy != is_airy(self.size.height):
            self._fill_record(self.sheet("record").top)
        self._arrange()

    def on_sheet_fitted(self) -> None:
        """Say anew whether there is more to be seen, once a part has its place."""
        self._show_message()

    def _arrange(self) -> None:
        """Give each part its place at this size, and fill those that depend on it."""
        sitting = self.engine.sitting
        ranking = sitting.ranking
        self.put_rules(ranked.line(ranking, self.size.width - 6) if ranking else "")
        self.put_keys(self._keys())
        self.place_question(self._question)
        if self._choices:
            self._show_aside()  # what of it there is room for
        self.place_aside(is_open=self._aside is not None, is_choice=bool(self._choices))
        who = f"{sitting.stage.name} · {sitting.reviewer}"
        self.put_progress(who, self.engine.counters())
        self.call_after_refresh(self._show_message)  # how much is out of sight is known then

    # --- showing -------------------------------------------------------------------------------

    def show_record(self) -> None:
        """Show the record at hand from its first line, and what stands aside of it."""
        self._fill_record()
        self._guard.record_shown()
        self._show_aside()
        self._arrange()

    def _fill_record(self, top: int = 0) -> None:
        self._is_airy = is_airy(self.size.height)
        marker = self._marker if self.highlights else None
        record = self.sheet("record")
        record.show(contents_of(self._paragraphs(), marker, signs=self._signs))
        record.scroll_lines(top)

    def _paragraphs(self) -> Iterator[Paragraph]:
        stored = self.engine.shown()
        if stored is None:
            yield from asides.the_end(self.engine)
            return
        is_low = not self._is_airy  # and leaves out what it can
        key, *rest = record_paragraphs(stored, briefly=is_low)
        where = places(self.engine, self.engine.counters())
        yield Paragraph(key.role, " · ".join([key.text, *where]))
        if failed := ranked.failure(self.engine.sitting.ranking):
            yield Paragraph(Role.WARNING, failed)
        yield from own_paragraphs(self.engine)
        yield from rest if is_low else aired(rest)

    def _show_aside(self) -> None:
        if self._aside:
            self.sheet("aside").show_anew(contents_of(self._aside[1]()))

    def say(self, *lines: str) -> None:
        """Say what was done, until the next key."""
        self._message = " ".join(lines)
        self._show_message()

    def _show_message(self) -> None:
        self.put_message(self._message, is_aside_open=self._aside is not None)

    def mark_found(self, words: str) -> None:
        """Mark the words that were sought; "" marks none."""
        self._marker.seek(wanted_words(words))

    # --- what stands aside ---------------------------------------------------------------------

    def put_aside(self, key: str, what: Aside) -> None:
        """Open an aside, or close it if this key opened it; it stays open over many records."""
        if self._aside and self._aside[0] == key:
            self._close_aside()
            return
        self._aside = key, what
        self._show_aside()
        self._arrange()
        self.say(f"{key} or q closes this; keys go on deciding.")

    def _close_aside(self) -> None:
        self._aside = None
        self._message = ""
        self._arrange()
