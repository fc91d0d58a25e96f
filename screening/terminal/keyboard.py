"""What each key does: the same in every mode, so that none can do less than the other.

Knows the engine, and of a mode only its `Face`: how it tells, asks and shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol as Interface

from screening.decision_logs.events import Event, Verdict
from screening.engine import Engine
from screening.filters import filters
from screening.terminal import asides, ranked
from screening.terminal.guard import Guard
from screening.terminal.page import Paragraph
from screening.terminal.tying import Tying
from screening.terminal.versions import versions
from screening.terminal.wording import inert, named, said_why, titled
from screening.walk import Filter, Selection
from search.errors import BadInput
from search.fulltext import Location, locations
from search.words import counted

NOTHING = "Nothing was decided."
Aside = Callable[[], Iterable[Paragraph]]


class Face(Interface):
    """How a mode talks with its reviewer. What is said to it is inert."""

    highlights: bool
    legend: str  # how the search's words are marked, in words

    def say(self, *lines: str) -> None:
        """Say what was done, or why nothing was."""

    def show_record(self) -> None:
        """Show the record at hand from its first line."""

    def ask(self, question: str, answer: Callable[[str], None], begun: str = "") -> None:
        """Ask for a line of words, and hand it on; "" where none were given."""

    def ask_reason(self, answer: Callable[[str, str | None], None]) -> None:
        """Ask why a record is excluded; hands on code and note, or nothing at all."""

    def choose(self, question: str, options: list[str], answer: Callable[[int], None]) -> None:
        """Ask for one of some options, and hand on its place from 0, or nothing at all."""

    def put_aside(self, key: str, what: Aside) -> None:
        """Show what is one key away."""

    def give_addresses(self, found: list[Location]) -> None:
        """Give addresses to the reviewer, who opens them himself."""

    def mark_found(self, words: str) -> None:
        """Mark the words that were sought, where that can be shown; "" marks none."""

    def leave(self) -> None:
        """End the sitting."""


class Keyboard:
    """Obeys keys.

    ``guard`` holds off decisions that cannot have been meant, None takes all; ``tying`` ties
    reports to the catalogue at full text, where there is one.
    """

    def __init__(
        self, engine: Engine, face: Face, guard: Guard | None = None, tying: Tying | None = None
    ) -> None:
        self._engine, self._face, self._guard, self._tying = engine, face, guard, tying
        self._sought = ""
        protocol = engine.sitting.protocol
        self._does: dict[str, Callable[[], None]] = {
            "i": lambda: self._decide("i", Verdict.INCLUDE),
            "e": self._exclude,
            "m": lambda: self._decide("m", Verdict.MAYBE),
            "u": lambda: self._back_and_forth(
                engine.undo(), "Taken back", "undo", "U does it again"
            ),
            "U": lambda: self._back_and_forth(engine.redo(), "Done again", "redo", "u undoes it"),
            "n": lambda: self._step(1, "last"),
            "p": lambda: self._step(-1, "first"),
            "t": lambda: face.ask("Note", self._note),
            "T": self._note_on_last,
            "g": lambda: face.ask("Tag", self._tag),
            "l": self._later,
            "s": self._tie,
            "r": self._not_retrieved,
            "h": self._highlight,
            "/": lambda: face.ask("Find", self._find, self._sought),
            "N": lambda: self._step_hit(1),
            "P": lambda: self._step_hit(-1),
            "f": self._filter,
            ":": lambda: face.ask("Go to place, PMID, DOI or key", self._go_to),
            "c": lambda: face.put_aside("c", lambda: asides.criteria(protocol)),
            "k": lambda: face.put_aside("k", lambda: asides.keywords(engine.shown())),
            "v": lambda: face.put_aside("v", lambda: versions(engine)),
            "d": lambda: face.put_aside("v", lambda: versions(engine)),
            "o": self._addresses,
            "w": lambda: face.put_aside("w", lambda: ranked.why(engine)),
            "?": lambda: face.put_aside("?", asides.help_lines),
            "q": face.leave,
        }

    def __contains__(self, key: str) -> bool:
        return key in self._does

    def obey(self, key: str) -> None:
        """Do what a key says; BadInput when it cannot be done, and then nothing was decided."""
        self._does[key]()

    # --- judging -------------------------------------------------------------------------------

    def _decide(
        self, key: str, verdict: Verdict, reason: str | None = None, note: str | None = None
    ) -> None:
        if self._is_refused(key):
            return
        shown = self._engine.walk.filter
        event = self._engine.decide(verdict, reason, note)
        protocol = self._engine.sitting.protocol
        self._face.say(f"{inert(event.rec)}: {said_why(event, protocol)}.{self._end_of(shown)}")
        name = self._engine.sitting.set_of(event.rec or "")
        if verdict is Verdict.INCLUDE and self._tying and not self._engine.ties(name):
            self._tying.begin(self._face, name, self._face.show_record)
        else:
            self._face.show_record()

    def _end_of(self, shown: Selection | None) -> str:
        """Return that a filter has come to its end, if it was on until now."""
        if shown is None or self._engine.walk.filter:
            return ""
        return f" That was the last of the filter {inert(shown.name)!r}: all records show again."

    def _is_refused(self, key: str) -> bool:
        refusal = self._guard.refusal(key) if self._guard else None
        if refusal:
            self._face.say(f"{NOTHING} {refusal}")
        return refusal is not None

    def _exclude(self) -> None:
        # with nothing shown, the engine says so
        if self._engine.current is None or not self._engine.sitting.stage.reason_required:
            self._decide("e", Verdict.EXCLUDE)
        else:
            self._face.ask_reason(self.exclude_because)

    def exclude_because(self, reason: str, note: str | None = None) -> None:
        """Exclude the record at hand for a reason."""
        self._decide(f"the reason {reason}", Verdict.EXCLUDE, reason, note)

    def _later(self) -> None:
        if self._is_refused("l"):
            return
        shown = self._engine.walk.filter
        event = self._engine.later()
        self._face.say(f"{inert(event.rec)}: put off to the end.{self._end_of(shown)}")
        self._face.show_record()

    def _tie(self) -> None:
        if self._tying is None or self._engine.current is None:
            raise BadInput("reports are tied to initiatives at full text.")
        self._tying.begin(self._face, self._engine.current, self._face.show_record)

    def _not_retrieved(self) -> None:
        if self._is_refused("r"):
            return
        shown = self._engine.walk.filter
        event = self._engine.not_retrieved()
        what = "not retrieved" if event.val == "no" else "retrieved after all"
        self._face.say(f"{inert(event.rec)}: {what}.{self._end_of(shown)}")
        self._face.show_record()

    def _back_and_forth(self, event: Event | None, done: str, word: str, other: str) -> None:
        if event is None:
            self._face.say(f"There is nothing to {word}.")
            return
        key = event.rec or ""
        is_here = self._engine.sitting.set_of(key) == self._engine.current
        where = "on this record" if is_here else f"on {titled(self._engine, key)}"
        self._face.say(f"{done}: {named(event)}, {where}; {other}.")
        self._face.show_record()

    def _note(self, words: str) -> None:
        if words:
            self._engine.note(words)
        self._face.say("Noted." if words else "No note was made.")

    def _note_on_last(self) -> None:
        key = self._engine.decided_last
        if key is None:
            self._face.say("You have decided no record yet.")
            return

        def note(words: str) -> None:
            if words:
                self._engine.note(words, key)
            about = titled(self._engine, key)
            self._face.say(f"Noted on {about}." if words else "No note was made.")

        self._face.ask(f"Note on {titled(self._engine, key, 40)}", note)

    def _tag(self, words: str) -> None:
        if not words:
            self._face.say("No tag was put on.")
            return
        is_on = self._engine.tag(words)
        self._face.say(f"Tag {'put on' if is_on else 'taken off'}: {inert(words)}")

    # --- going about ---------------------------------------------------------------------------

    def _step(self, by: int, end: str) -> None:
        shown = self._engine.walk.filter
        among = f" that the filter {inert(shown.name)!r} shows" if shown else ""
        self._arrive(self._engine.step(by), f"This is the {end} record{among}.")

    def _find(self, words: str) -> None:
        self._sought = words or self._sought
        self._arrive_at_hit(self._engine.find(self._sought))

    def _step_hit(self, by: int) -> None:
        if self._engine.hits is None:
            self._face.say("Nothing was sought yet; / finds.")
        else:
            self._arrive_at_hit(self._engine.step_hit(by))

    def _arrive_at_hit(self, is_found: bool) -> None:
        engine, sought = self._engine, repr(inert(self._sought))
        among = f" among {inert(engine.walk.filter.name)!r}" if engine.walk.filter else ""
        self._face.mark_found(self._sought if is_found else "")
        if is_found and engine.hits:
            place, count = engine.hits.place(engine.current), len(engine.hits.keys)
            self._face.say(f"Hit {place} of {count} for {sought}{among}; N next, P previous.")
        self._arrive(is_found, f"Nothing was found for {sought}{among}.")

    def _filter(self) -> None:
        if self._engine.walk.filter:
            self._engine.show_only(None)
            self._face.say("The filter is off: all records show.")
            self._face.show_record()
            return
        found = list(filters(self._engine))
        self._face.choose(
            "Show only", [inert(str(each)) for each in found], lambda at: self._show_only(found[at])
        )

    def _show_only(self, chosen: Filter) -> None:
        if self._engine.show_only(chosen) and self._engine.walk.filter:
            count = counted(len(self._engine.walk.filter.keys), "record")
            self._face.say(f"Only {inert(chosen.name)}: {count}. f shows all again.")
        else:
            self._face.say(f"No record is {inert(chosen.name)}; the filter stays off.")
        self._face.show_record()

    def _addresses(self) -> None:
        if self._engine.current is None:
            raise BadInput("no record is shown: all are decided.")
        found = {at.url: at for each in self._engine.members() for at in locations(each.record)}
        ordered = sorted(found.values(), key=lambda at: not at.is_open)
        if ordered:
            self._face.give_addresses(ordered)
        else:
            self._face.say("No address of this record is known.")

    def _go_to(self, where: str) -> None:
        found = self._engine.go_to(where)
        self._arrive(found, f"{inert(where)!r} is not among your records at this stage.")

    def _arrive(self, found: bool, otherwise: str) -> None:
        if found:
            self._face.show_record()
        else:
            self._face.say(otherwise)

    def _highlight(self) -> None:
        on = self._face.highlights = not self._face.highlights
        self._face.say(f"Highlighting on: {self._face.legend}." if on else "Highlighting off.")
        self._face.show_record()
