"""The plain mode: line by line, for pipes, scripts and screen readers (UX-11).

One line in, a few lines out; no cursor movement, nothing drawn. The engine's first user.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from screening.engine import Engine
from screening.events import Act, Event, Verdict
from screening.terminal.dialog import NOTHING, REASON, Dialog, Left
from screening.terminal.highlight import LEGEND, terms_of
from screening.terminal.keys import KEYS, SHORT
from screening.terminal.page import (
    head,
    inert,
    own_lines,
    progress,
    record_lines,
    said,
    source_line,
)
from search.errors import BadInput


@dataclass
class Plain:
    """A sitting in plain mode."""

    engine: Engine
    dialog: Dialog

    def __post_init__(self) -> None:
        self._terms = terms_of(self.engine.sitting.protocol)
        self._highlights = False  # a screen reader would speak the signs
        self._sought = ""
        self._tell, self._ask = self.dialog.tell, self.dialog.ask
        self._does: dict[str, Callable[[str], bool]] = {
            "i": lambda _: self._decide(Verdict.INCLUDE),
            "e": self._exclude,
            "m": lambda _: self._decide(Verdict.MAYBE),
            "u": lambda _: self._back_and_forth(self.engine.undo(), "Taken back", "undo"),
            "U": lambda _: self._back_and_forth(self.engine.redo(), "Done again", "redo"),
            "n": lambda _: self._step(1, "This is the last record."),
            "p": lambda _: self._step(-1, "This is the first record."),
            "t": self._note,
            "g": self._tag,
            "l": self._later,
            "h": self._highlight,
            "/": self._find,
            ":": self._go_to,
            "c": self._criteria,
            "k": self._keywords,
            "d": self._duplicates,
            "?": self._help,
        }

    def run(self) -> None:
        """Screen until the reviewer quits or the input ends."""
        self._greet()
        show = True
        try:
            while self.engine.counters().total:
                if show:
                    self._show()
                line = self._ask(f"[{SHORT}] ")
                if line == "q":
                    break
                show = self._obey(line)
        except Left:
            pass
        self._tell(f"Everything is kept: {progress(self.engine.counters())}.")

    def _greet(self) -> None:
        engine, last = self.engine, self.engine.last
        if last:
            decided = engine.counters().decided
            self._tell(f"Welcome back, {engine.sitting.reviewer}: {decided} records decided, "
                       f"your last act {_ago(last)}.")  # fmt: skip
        else:
            self._tell("i include, e exclude, m maybe, ? all keys. A key, then Enter.")
        if not engine.counters().total:
            self._tell(f"No record waits for you at {engine.sitting.stage.name}.")

    def _show(self) -> None:
        engine = self.engine
        self._tell("", head(engine, engine.counters()))
        stored = engine.shown()
        if stored is None:
            self._tell("All records are decided. (u undoes, p goes back, q quits.)")
            return
        terms = self._terms if self._highlights else None
        width = self.dialog.width
        self._tell(*record_lines(stored, width, terms), *own_lines(engine, width))

    def _obey(self, line: str) -> bool:
        """Do what a line says; returns whether the record is to be shown again."""
        if not line:
            self._tell(f"{NOTHING} Type a key and Enter; ? lists the keys.")
            return False
        key, rest = line[0], line[1:]
        if key not in self._does or not _may_follow(key, rest):
            self._tell(f"{NOTHING} {inert(line)[:40]!r} is no key; ? lists the keys.")
            return False
        try:
            return self._does[key](rest.strip())
        except BadInput as error:
            self._tell(f"{NOTHING} {inert(str(error))}")
            return False

    # --- judging -------------------------------------------------------------------------------

    def _decide(self, verdict: Verdict, reason: str | None = None, note: str | None = None) -> bool:
        event = self.engine.decide(verdict, reason, note)
        self._tell(f"{inert(event.rec)}: {said(event)}.")
        return True

    def _exclude(self, rest: str) -> bool:
        sitting = self.engine.sitting
        if self.engine.current is None or not (rest or sitting.stage.reason_required):
            return self._decide(Verdict.EXCLUDE)  # with nothing shown, the engine says so
        reason = self.dialog.reason(sitting.protocol, rest)
        if reason:
            return self._decide(Verdict.EXCLUDE, *reason)
        self._tell(NOTHING)
        return False

    def _back_and_forth(self, event: Event | None, done: str, word: str) -> bool:
        if event is None:
            self._tell(f"There is nothing to {word}.")
            return False
        self._tell(f"{done}: {_named(event)}, on {inert(event.rec)}.")
        return True

    def _note(self, rest: str) -> bool:
        text = rest or self._ask("Note (Enter alone: none): ")
        if text:
            self.engine.note(text)
        self._tell("Noted." if text else "No note was made.")
        return False

    def _tag(self, rest: str) -> bool:
        name = rest or self._ask("Tag (Enter alone: none): ")
        if not name:
            self._tell("No tag was put on.")
            return False
        is_on = self.engine.tag(name)
        self._tell(f"Tag {'put on' if is_on else 'taken off'}: {inert(name)}")
        return False

    def _later(self, _rest: str) -> bool:
        event = self.engine.later()
        self._tell(f"{inert(event.rec)}: put off to the end.")
        return True

    # --- looking about -------------------------------------------------------------------------

    def _step(self, by: int, end: str) -> bool:
        moved = self.engine.step(by)
        if not moved:
            self._tell(end)
        return moved

    def _find(self, rest: str) -> bool:
        words = rest or self._ask("Find (Enter alone: the same again): ")
        self._sought = words or self._sought
        found = self.engine.find(self._sought)
        if not found:
            self._tell(f"Nothing was found for {inert(self._sought)!r}.")
        return found

    def _go_to(self, rest: str) -> bool:
        where = rest or self._ask("Go to which place, PMID or key? ")
        found = self.engine.go_to(where)
        if not found:
            self._tell(f"{inert(where)!r} is not among your records at this stage.")
        return found

    def _highlight(self, _rest: str) -> bool:
        self._highlights = not self._highlights
        self._tell(f"Highlighting on: {LEGEND}." if self._highlights else "Highlighting off.")
        return True

    def _criteria(self, _rest: str) -> bool:
        protocol = self.engine.sitting.protocol
        self._tell("Included when all of these hold:")
        self.dialog.tell_criteria(protocol.inclusion)
        self._tell("Excluded for the first of these that holds:")
        self.dialog.tell_criteria(protocol.exclusion)
        return False

    def _keywords(self, _rest: str) -> bool:
        stored = self.engine.shown()
        for name in ("mesh", "keywords", "publication_types"):
            values = getattr(stored.record, name) if stored else ()
            title = name.replace("_", " ").replace("mesh", "MeSH")
            self._tell(f"{title}: {'; '.join(map(inert, values)) or 'none'}")
        return False

    def _duplicates(self, _rest: str) -> bool:
        shown = self.engine.shown()
        others = [each for each in self.engine.members() if each != shown] if shown else []
        for each in others:
            self._tell(inert(each.key), inert(each.record.title) or "(no title)",
                       source_line(each.record))  # fmt: skip
        if not others:
            self._tell("This publication has no other record.")
        return False

    def _help(self, _rest: str) -> bool:
        self._tell("Type a key, then Enter. Enter alone and Space decide nothing.")
        self._tell(*(f"{key}  {what}" for key, what in KEYS.items()))
        self._tell("In one line as well: e3, e0 why, t a note, g a tag, /words, :17")
        return False


def _may_follow(key: str, rest: str) -> bool:
    """Return whether ``rest`` may stand after a key: "include" is no `i`, "this" no note."""
    if not rest or key in "/:":
        return True
    if key == "e":
        return bool(REASON.fullmatch(rest))
    return key in "tg" and rest[0].isspace()


def _named(event: Event) -> str:
    """Return an act in words."""
    if event.act == Act.DECIDE:
        return said(event)
    return {Act.NOTE: "a note", Act.TAG: f"the tag {inert(event.val)}"}.get(Act(event.act), "later")


def _ago(event: Event) -> str:
    """Return how long ago an event was, or when, where the clocks make no sense."""
    try:
        then = datetime.datetime.fromisoformat(event.t)
        minutes = int((datetime.datetime.now(datetime.UTC) - then).total_seconds() // 60)
    except (ValueError, TypeError, OverflowError):
        minutes = -1
    if minutes < 0:
        return f"at {inert(event.t)}"
    for size, word in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            count = minutes // size
            return f"{count} {word}{'s' if count > 1 else ''} ago"
    return "just now"
