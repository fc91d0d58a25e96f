"""The talk that ties a report to an initiative: words, then a choice, then perhaps a draft."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol as Interface

from screening.engine import Engine
from screening.terminal.wording import inert
from screening.ties import Catalogue, Named, id_from, matching
from search.review import Review

NONE = "Tied to no initiative."


class Face(Interface):
    """What the talk needs of a mode; see `screening.terminal.keyboard.Face`."""

    def say(self, *lines: str) -> None:
        """Say something."""

    def ask(self, question: str, answer: Callable[[str], None], begun: str = "") -> None:
        """Ask for a line of words."""

    def choose(self, question: str, options: list[str], answer: Callable[[int], None]) -> None:
        """Ask for one of some options."""


@dataclass
class Tying:
    """Ties reports to the catalogue's initiatives."""

    engine: Engine
    review: Review
    catalogue: Catalogue

    def begin(self, face: Face, key: str, then: Callable[[], None]) -> None:
        """Ask which initiative the report ``key`` is about; ``then`` comes after, however it ends.

        The same initiative again takes the tie off.
        """
        held = ", ".join(self.engine.ties(key))
        about = f" (tied to {held})" if held else ""

        def answer(words: str) -> None:
            if words:
                self._look_up(face, key, words, then)
            else:
                face.say(NONE if not held else "No tie was changed.")
                then()

        face.ask(f"Initiative{about}: id or words of its name, Enter alone: none", answer)

    def _look_up(self, face: Face, key: str, words: str, then: Callable[[], None]) -> None:
        found = matching(self.catalogue.names(self.review), words)
        if len(found) == 1:
            self._tie(face, key, found[0].id, then)
            return
        options = [f"{inert(each.id)}  {inert(each.label)}" for each in found]
        options += ["none of these: a new draft entry", "leave it untied"]
        told = "Which one?" if found else f"No entry is called {inert(words)!r}. Begin one?"
        face.choose(told, options, lambda place: self._chosen(face, key, words, found, place, then))

    def _chosen(
        self, face: Face, key: str, words: str, found: list[Named], place: int,
        then: Callable[[], None],
    ) -> None:  # fmt: skip
        if place < len(found):
            self._tie(face, key, found[place].id, then)
        elif place == len(found):
            face.ask("Id of the new entry", lambda name: self._draft(face, key, name, then),
                     id_from(words))  # fmt: skip
        else:
            face.say(NONE)
            then()

    def _draft(self, face: Face, key: str, id: str, then: Callable[[], None]) -> None:
        if not id:
            face.say(NONE)
            then()
            return
        members = self.engine.members(key)
        self.catalogue.begin(self.review, id, members[0].record)
        self._tie(face, key, id, then, drafted=True)

    def _tie(
        self, face: Face, key: str, id: str, then: Callable[[], None], *, drafted: bool = False
    ) -> None:
        is_on = self.engine.tie(id, key)
        further = f"; initiatives/{id}.toml is a draft to be filled in" if drafted else ""
        face.say(f"{inert(key)}: {'tied to' if is_on else 'no longer tied to'} "
                 f"{inert(id)}{further}.")  # fmt: skip
        then()
