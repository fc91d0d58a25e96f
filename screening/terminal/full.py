"""The full screen: one key a decision, over the engine, which knows nothing of it.

Textual is imported here and in `sheet` alone. Keys are obeyed in one place, so that none but those
of the contract can decide; Enter and Space never do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import ClassVar

from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.widgets import Input

from screening.decision_logs.events import OTHER
from screening.engine import Engine
from screening.terminal import asides, ranked
from screening.terminal.choosing import Choices, option_choices, reason_choices
from screening.terminal.frame import (
    BESIDE,
    CHOOSING,
    WRITING,
    Key,
    aside_rows,
    aside_width,
    choice_rows,
    has_rules,
    is_airy,
    key_rows,
    keys_of,
    most_key_rows,
    picking,
    progress_line,
    rule_line,
)
from screening.terminal.guard import Guard
from screening.terminal.highlight import LEGEND, LEGEND_IN_COLOUR, Marker, terms_of
from screening.terminal.keyboard import NOTHING, Aside, Keyboard
from screening.terminal.keys import name_of
from screening.terminal.page import Paragraph, Role, aired, own_paragraphs, record_paragraphs
from screening.terminal.sheet import STYLE, Sheet, contents_of, keys_content, message_lines
from screening.terminal.tying import Tying
from screening.terminal.wording import greeting, inert, places
from screening.walk import wanted_words
from search.errors import BadInput, SarcatError
from search.fulltext import Location

_FIRST = "One key is one decision; u takes it back. Enter and Space decide nothing."
_FIELD = 22  # columns that an answer needs at least
_SCROLLS = {
    "down": (1, 0), "up": (-1, 0), "space": (0, 1), "pagedown": (0, 1), "b": (0, -1),
    "pageup": (0, -1), "home": (-(10**6), 0), "end": (10**6, 0),
}  # fmt: skip


class Screener(App[None]):
    """A sitting on the full screen; a `Face` of the keyboard."""

    CSS = STYLE
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "leave", priority=True, show=False, system=True)
    ]
    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = None  # no field takes a key unless words were asked for

    def __init__(
        self,
        engine: Engine,
        *,
        notices: Iterable[str] = (),
        guard: Guard | None = None,
        tying: Tying | None = None,
    ) -> None:
        super().__init__()
        self.theme = "ansi-dark"  # colours of the terminal's own, dark or light as it is
        self.engine = engine
        self.highlights = True
        # Where there is no colour, signs stand around what is marked.
        self._signs = self.no_color or self.console.color_system is None
        self.legend = LEGEND if self._signs else LEGEND_IN_COLOUR
        self._guard = guard or Guard()
        self._notices = list(notices)
        self._marker = Marker(terms_of(engine.sitting.protocol))
        self._keyboard = Keyboard(engine, self, self._guard, tying)
        self._all_keys = keys_of(full_text=bool(tying), ranked=bool(engine.sitting.ranking))
        self._aside: tuple[str, Aside] | None = None  # the key that opened it, and what it shows
        self._choices: Choices = {}
        self._answer: Callable[[str], None] | None = None
        self._message = self._question = ""
        self._is_airy: bool | None = None  # of the record as it is shown; None before the first

    # --- the parts of the screen ---------------------------------------------------------------

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

    def on_mount(self) -> None:
        """Show the first record, and where the reviewer stopped."""
        self._message = " ".join([*greeting(self.engine), *self._notices] or [_FIRST])
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
        width, height = self.size
        ranking = self.engine.sitting.ranking
        for name in ("rule", "under"):
            said = ranked.line(ranking, width - 6) if ranking and name == "rule" else ""
            rule = self.sheet(name)
            rule.display = has_rules(height)
            rule.show([(Content(rule_line(said, width)).stylize("dim"), 0)])
        rows = key_rows(self._keys(), max(8, width - 2), most_key_rows(height))
        keys = self.sheet("keys")
        keys.styles.height = len(rows)
        keys.show([(keys_content(row), 0) for row in rows])
        self._place_question(width)
        if self._choices:
            self._show_aside()  # what of it there is room for
        self._place_aside(width, height)
        self._show_progress()
        self.call_after_refresh(self._show_message)  # how much is out of sight is known then

    def _place_aside(self, width: int, height: int) -> None:
        """Put what stands aside beside the record where there is room, else below it."""
        aside = self.sheet("aside")
        aside.display = self._aside is not None
        self.query_one("#body").set_class(is_beside := width >= BESIDE, "beside")
        aside.styles.width = aside_width(width) if is_beside else "1fr"
        most = choice_rows(height) + 1 if self._choices else None
        rows = aside_rows(aside.lines_at(width), height, most)
        aside.styles.height = "1fr" if is_beside else rows

    def _place_question(self, width: int) -> None:
        """Put a question beside the field for its answer, or above it where there is no room."""
        label, asked = self.sheet("question"), self.query_one("#asked")
        is_beside = len(self._question) + _FIELD <= width
        rows = 1 if is_beside else min(label.lines_at(width), 3)
        asked.styles.layout = "horizontal" if is_beside else "vertical"
        asked.styles.height = rows if is_beside else rows + 1
        label.styles.width = len(self._question) + 2 if is_beside else "1fr"
        label.styles.height = rows

    def _keys(self) -> tuple[Key, ...]:
        if self._answer:
            return WRITING
        if self._choices:
            return CHOOSING if "0" in self._choices else picking(self._choices)
        return self._all_keys

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

    def _show_progress(self) -> None:
        sitting, width = self.engine.sitting, max(8, self.size.width - 2)
        who = f"{sitting.stage.name} · {sitting.reviewer}"
        left, right = progress_line(who, self.engine.counters(), width)
        text = left + right.rjust(width - len(left))
        self.sheet("top").show([(Content(text).stylize("bold"), 0)])

    def say(self, *lines: str) -> None:
        """Say what was done, until the next key."""
        self._message = " ".join(lines)
        self._show_message()

    def _show_message(self) -> None:
        more = any(sheet.hidden_below for sheet in self._scrolled())
        most = max(1, self.size.height // 4)
        hint = "▼ more: Space" if more else ""
        lines = message_lines(self._message, hint, max(8, self.size.width - 2), most)
        message = self.sheet("message")
        message.styles.height = len(lines)
        message.show([(line, 0) for line in lines])

    # --- keys ----------------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        """Obey a key."""
        if self._answer:
            if event.key == "escape":
                self._stop_asking()
                self.show_record()
                self.say("Nothing was changed.")
            return
        event.stop()
        event.prevent_default()
        self._try(lambda: self._obey(event.key, event.character or event.key))

    def _try(self, action: Callable[[], None]) -> None:
        try:
            action()
        except BadInput as error:
            self.say(f"{NOTHING} {inert(str(error))}")
        except SarcatError as error:  # a full disk: what was decided before is kept
            self.say(inert(str(error)))

    def _obey(self, key: str, letter: str) -> None:
        if key in _SCROLLS and letter not in self._choices:
            self._scroll(*_SCROLLS[key])
        elif self._choices:
            self._choose(key, letter)
        elif key == "escape" or (letter == "q" and self._aside):
            self._close_aside()
        elif letter in self._keyboard:
            self._message = ""
            self._keyboard.obey(letter)
            self._show_message()
        else:
            self.say(f"{NOTHING} {name_of(key, letter)} is no key; ? lists the keys.")

    def _scroll(self, lines: int, pages: int) -> None:
        sheets = self._scrolled()
        for sheet in sheets if lines + pages > 0 else reversed(sheets):
            if sheet.scroll_pages(pages) if pages else sheet.scroll_lines(lines):
                break
        self._show_message()

    def _scrolled(self) -> list[Sheet]:
        """Return what the keys scroll, as one text: what stands aside, then the record."""
        return [self.sheet("aside"), self.sheet("record")][0 if self._aside else 1 :]

    def action_leave(self) -> None:
        """Leave, as q does."""
        self.leave()

    def give_addresses(self, found: list[Location]) -> None:
        """Show addresses; a key copies one by way of the terminal, and nothing is opened."""

        def copy(place: int) -> None:
            self.copy_to_clipboard(found[place].url)
            self.say(f"Copied, where this terminal allows it: {inert(found[place].url)}")

        self.choose("Which address is to be copied?", asides.addresses(found), copy)

    def mark_found(self, words: str) -> None:
        """Mark the words that were sought; "" marks none."""
        self._marker.seek(wanted_words(words))

    def leave(self) -> None:
        """End the sitting."""
        self.exit()

    # --- choosing ------------------------------------------------------------------------------

    def ask_reason(self, answer: Callable[[str, str | None], None]) -> None:
        """Show the reasons, each with its key; the next key chooses, Esc leaves."""
        protocol = self.engine.sitting.protocol
        self._choices = reason_choices(protocol, answer)
        self._choices["0"] = lambda: self.ask(
            "Which other reason", lambda words: answer(OTHER, words)
        )
        self._aside = "e", self._reasons
        self.say("Why? The first that holds.")
        self._show_aside()
        self._arrange()

    def _reasons(self) -> Iterable[Paragraph]:
        """Give the reasons whole where all can be in sight, else in a few words each."""
        width, height = self.size
        is_beside = width >= BESIDE
        whole = list(asides.reasons(self.engine.sitting.protocol))
        lines = self.sheet("aside").lines_at(
            aside_width(width) if is_beside else width, contents_of(whole)
        )
        if lines <= choice_rows(height, beside=is_beside):
            return whole
        return asides.reasons(self.engine.sitting.protocol, briefly=True)

    def choose(self, question: str, options: list[str], answer: Callable[[int], None]) -> None:
        """Show options, each with its key; the next key chooses, Esc leaves."""
        self._choices = option_choices(len(options), answer)
        self._aside = "", lambda: asides.options(options)
        self.say(question)
        self._show_aside()
        self._arrange()

    def _choose(self, key: str, letter: str) -> None:
        chosen = self._choices.get(letter)
        if chosen:
            self._stop_choosing()
            chosen()
        elif key == "escape":
            self._stop_choosing()
            self.show_record()
            self.say("Nothing was changed.")
        else:
            self.say(f"{NOTHING} {name_of(key, letter)} is none of these; Esc leaves.")

    def _stop_choosing(self) -> None:
        self._choices = {}
        self._close_aside()

    # --- words ---------------------------------------------------------------------------------

    def ask(self, question: str, answer: Callable[[str], None], begun: str = "") -> None:
        """Ask for a line of words; Esc leaves everything as it is."""
        self._answer = answer
        self._question = f"{question}: "
        field = self.query_one(Input)
        self.sheet("question").show([(Content(self._question), 0)])
        field.value = begun
        self._let_write(True)
        field.focus()
        self._arrange()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the words that were typed."""
        event.stop()
        words, answer = event.value.strip(), self._answer
        self._stop_asking()
        if answer:
            self._try(lambda: answer(words))
            self.show_record()  # with the note or tag that was made

    def _stop_asking(self) -> None:
        self._answer = None
        self._let_write(False)
        self.set_focus(None)
        self._arrange()

    def _let_write(self, writes: bool) -> None:
        self.query_one("#asked").display = writes
        self.sheet("message").display = not writes

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

    # --- the end -------------------------------------------------------------------------------

    @property
    def fault(self) -> Exception | None:
        """Return the error that ended the sitting, if one did."""
        return self._exception

    def _fatal_error(self) -> None:
        """End the sitting without a traceback; the one who began it is told by `fault`."""
        self._close_messages_no_wait()
