"""The full screen: one key a decision, over the engine, which knows nothing of it.

Textual is imported here, in `parts` and in `sheet` alone. Keys are obeyed in one place, so that
none but those of the contract can decide; Enter and Space never do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
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
    aside_width,
    choice_rows,
    is_airy,
    keys_of,
    picking,
)
from screening.terminal.guard import Guard
from screening.terminal.highlight import LEGEND, LEGEND_IN_COLOUR, Marker, terms_of
from screening.terminal.keyboard import NOTHING, Aside, Keyboard
from screening.terminal.keys import name_of
from screening.terminal.page import Paragraph, Role, aired, own_paragraphs, record_paragraphs
from screening.terminal.parts import Parts
from screening.terminal.sheet import contents_of
from screening.terminal.tying import Tying
from screening.terminal.wording import greeting, inert, places, refused
from screening.walk import wanted_words
from search.errors import BadInput, SarcatError
from search.fulltext import Location

_FIRST = "One key is one decision; u takes it back. Enter and Space decide nothing."
_SCROLLS = {
    "down": (1, 0), "up": (-1, 0), "space": (0, 1), "pagedown": (0, 1), "b": (0, -1),
    "pageup": (0, -1), "home": (-(10**6), 0), "end": (10**6, 0),
}  # fmt: skip


class Screener(Parts):
    """A sitting on the full screen; a `Face` of the keyboard."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "leave", priority=True, show=False, system=True)
    ]

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

    def say(self, *lines: str) -> None:
        """Say what was done, until the next key."""
        self._message = " ".join(lines)
        self._show_message()

    def _show_message(self) -> None:
        self.put_message(self._message, is_aside_open=self._aside is not None)

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
            self.say(refused(error))
        except SarcatError as error:  # a full disk: what was decided before is kept
            self.say(inert(str(error)))

    def _obey(self, key: str, letter: str) -> None:
        if key in _SCROLLS and letter not in self._choices:
            self.scroll_by(*_SCROLLS[key], is_aside_open=self._aside is not None)
            self._show_message()
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
