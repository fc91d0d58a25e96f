"""The full screen: one key a decision, over the engine, which knows nothing of it.

Keys are obeyed in one place, so that none but those of the contract can decide; Enter and Space
never do. What is seen is for `showing`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input

from screening.decision_logs.events import OTHER
from screening.engine import Engine
from screening.terminal import asides
from screening.terminal.choosing import option_choices, reason_choices
from screening.terminal.frame import (
    BESIDE,
    WRITING,
    Key,
    aside_width,
    choice_rows,
    giving_reason,
    keys_of,
    picking,
)
from screening.terminal.guard import Guard
from screening.terminal.keyboard import NOTHING, Keyboard
from screening.terminal.keys import name_of
from screening.terminal.page import Paragraph
from screening.terminal.sheet import contents_of
from screening.terminal.showing import Showing
from screening.terminal.tying import Tying
from screening.terminal.wording import inert, refused
from search.errors import BadInput, SarcatError
from search.fulltext import Location

_SCROLLS = {
    "down": (1, 0), "up": (-1, 0), "space": (0, 1), "pagedown": (0, 1), "b": (0, -1),
    "pageup": (0, -1), "home": (-(10**6), 0), "end": (10**6, 0),
}  # fmt: skip


class Screener(Showing):
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
        super().__init__(engine, notices, guard or Guard())
        self._keyboard = Keyboard(engine, self, self._guard, tying)
        self._all_keys = keys_of(full_text=bool(tying), ranked=bool(engine.sitting.ranking))
        self._answer: Callable[[str], None] | None = None

    def _keys(self) -> tuple[Key, ...]:
        if self._answer:
            return WRITING
        if self._choices:
            return (giving_reason if "0" in self._choices else picking)(self._choices)
        return self._all_keys

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

    # --- the end -------------------------------------------------------------------------------

    @property
    def fault(self) -> Exception | None:
        """Return the error that ended the sitting, if one did."""
        return self._exception

    def _fatal_error(self) -> None:
        """End the sitting without a traceback; the one who began it is told by `fault`."""
        self._close_messages_no_wait()
