"""The plain mode: line by line, for pipes, scripts and screen readers (UX-11).

One line in, a few lines out; no cursor movement, nothing drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from screening.engine import Engine
from screening.terminal import asides, ranked
from screening.terminal.dialog import REASON, Dialog, Left
from screening.terminal.highlight import LEGEND, Marker, terms_of
from screening.terminal.keyboard import NOTHING, Aside, Keyboard
from screening.terminal.keys import SHORT
from screening.terminal.page import Paragraph, Role, own_lines, record_lines
from screening.terminal.tying import Tying
from screening.terminal.wording import greeting, head, inert, none_waits, progress, refused
from search.errors import BadInput
from search.fulltext import Location

_NONE = {
    "Note": "none",
    "Tag": "none",
    "Find": "the same again",
}


class Plain:
    """A sitting in plain mode; a `Face` of the keyboard."""

    def __init__(self, engine: Engine, dialog: Dialog, tying: Tying | None = None) -> None:
        self.engine, self.dialog = engine, dialog
        self.highlights = False  # a screen reader would speak the signs
        self.legend = LEGEND
        self._marker = Marker(terms_of(engine.sitting.protocol))
        self._keyboard = Keyboard(engine, self, tying=tying)
        self._rest = ""  # what was typed after the key, in one line with it
        self._is_due = True  # the record is to be shown
        self._leaves = False

    def run(self) -> None:
        """Screen until the reviewer quits or the input ends."""
        if not self.engine.last:
            self.say("i include, e exclude, m maybe, ? all keys. A key, then Enter.")
        waits = self.engine.counters().total
        self.say(*greeting(self.engine), *(() if waits else (none_waits(self.engine),)))
        try:
            while self.engine.counters().total and not self._leaves:
                if self._is_due:
                    self._show()
                self._is_due = False
                self._obey(self.dialog.ask(f"[{SHORT}] "))
        except Left:
            pass
        if waits:
            self.say(f"Everything is kept: {progress(self.engine.counters())}.")

    def _show(self) -> None:
        self.say("", head(self.engine, self.engine.counters()))
        ranking = self.engine.sitting.ranking
        if ranking and ranking.decided:
            self.say(ranked.failure(ranking) or ranked.brief(ranking))
        stored = self.engine.shown()
        if stored is None:
            self._tell(asides.the_end(self.engine))
            return
        marker, width = self._marker if self.highlights else None, self.dialog.width
        self.say(*record_lines(stored, width, marker), *own_lines(self.engine, width))

    def _obey(self, line: str) -> None:
        if not line:
            self.say(f"{NOTHING} Type a key and Enter; ? lists the keys.")
            return
        key, rest = line[0], line[1:]
        if key not in self._keyboard or not _may_follow(key, rest):
            self.say(f"{NOTHING} {inert(line)[:40]!r} is no key; ? lists the keys.")
            return
        self._rest = rest.strip()
        try:
            if key == "e" and self._rest and self.engine.current is not None:
                self.ask_reason(self._keyboard.exclude_because)
            else:
                self._keyboard.obey(key)
        except BadInput as error:
            self.say(refused(error))

    # --- the face of the keyboard --------------------------------------------------------------

    def say(self, *lines: str) -> None:
        """Write lines; at a terminal, which would break long ones within words, in as many more."""
        for line in lines:
            if len(line) > self.dialog.width and self.dialog.is_terminal:
                self.dialog.tell_wrapped(line)
            else:
                self.dialog.tell(line)

    def show_record(self) -> None:
        """Have the record shown before the next line is asked for."""
        self._is_due = True

    def ask(self, question: str, answer: Callable[[str], None], begun: str = "") -> None:
        """Ask for a line of words, unless they stand behind the key already."""
        # A line cannot be begun for the reviewer here: what it would begin with is offered.
        alone = _NONE.get(question.partition(" ")[0], begun)
        offer = f" (Enter alone: {alone})" if alone else ""
        rest, self._rest = self._rest, ""
        words = rest or self.dialog.ask(f"{question}{offer}{':' if offer else '?'} ")
        answer(words or begun)

    def ask_reason(self, answer: Callable[[str, str | None], None]) -> None:
        """Ask why the record is excluded."""
        reason = self.dialog.reason(self.engine.sitting.protocol, self._rest)
        if reason:
            answer(*reason)
        else:
            self.say(NOTHING)

    def choose(self, question: str, options: list[str], answer: Callable[[int], None]) -> None:
        """Ask for one of some options by its number."""
        for each in () if self._rest else asides.options(options, numbered=True):
            self.dialog.tell_wrapped(each.text, " " * each.indent)
        asked = f"{question} (1 to {len(options)}; Enter alone: none): "
        rest, self._rest = self._rest, ""
        place = rest or self.dialog.ask(asked)
        if place.isascii() and place.isdecimal() and 1 <= int(place[:4]) <= len(options):
            answer(int(place) - 1)
        else:
            self.say("Nothing was changed.")
            self.show_record()

    def put_aside(self, key: str, what: Aside) -> None:
        """Write what is one key away."""
        if key == "?":
            self.say("Type a key, then Enter. Enter alone and Space decide nothing.")
        self._tell(what())
        if key == "?":
            self.say("In one line as well: e3, e0 why, t a note, g a tag, /words, :17, f2")

    def _tell(self, paragraphs: Iterable[Paragraph]) -> None:
        for each in paragraphs:
            if each.role in (Role.BLANK, Role.DRAWN):  # words beside a picture say it as well
                continue
            self.dialog.tell_wrapped(each.text, " " * each.indent)

    def give_addresses(self, found: list[Location]) -> None:
        """Write addresses, a line each."""
        self.say(*asides.addresses(found))

    def mark_found(self, words: str) -> None:
        """Mark nothing: a line that is read aloud has no place for it."""

    def leave(self) -> None:
        """End the sitting."""
        self._leaves = True


def _may_follow(key: str, rest: str) -> bool:
    """Return whether ``rest`` may stand after a key: "include" is no `i`, "this" no note."""
    if not rest or key in "/:":
        return True
    if key == "e":
        return bool(REASON.fullmatch(rest))
    if key == "f":
        return rest.strip().isdecimal()
    return key in "tTg" and rest[0].isspace()
