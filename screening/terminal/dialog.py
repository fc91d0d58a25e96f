"""Talk line by line: a question, an answer; the end of the input is told from an empty line."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass

from screening.decision_logs.events import OTHER
from screening.terminal.keys import reason_of
from screening.terminal.wording import brief, inert, shortened
from search.protocol import Criterion, Protocol

REASON = re.compile(r"\s*(\d+)(?:\s+(.*))?", re.DOTALL)
NOTHING = "Nothing was decided."


class Left(Exception):
    """The reviewer's input has ended."""


@dataclass
class Dialog:
    """``read`` gives a line, or None at the end of the input; ``write`` takes text as it is.

    At a terminal the answer stands behind the question; in a pipe each has a line of its own.
    """

    read: Callable[[], str | None]
    write: Callable[[str], None]
    width: int = 80
    is_terminal: bool = False
    has_told_reasons: bool = False

    def tell(self, *lines: str) -> None:
        """Write lines."""
        self.write("".join(f"{line}\n" for line in lines))

    def tell_wrapped(self, line: str, indent: str = "") -> None:
        """Write a line of ours in as many as it needs; a key or an address is never cut."""
        self.tell(*textwrap.wrap(line, self.width, subsequent_indent=indent,
                                 break_long_words=False, break_on_hyphens=False))  # fmt: skip

    def ask(self, prompt: str) -> str:
        """Ask for one line; Left at the end of the input."""
        self.write(prompt if self.is_terminal else f"{prompt.rstrip()}\n")
        line = self.read()
        if line is None:
            self.tell("")
            raise Left
        return line.strip()

    def tell_criteria(self, criteria: tuple[Criterion, ...], *, numbered: bool = False) -> None:
        """Write criteria one a line, with the numbers that choose them."""
        for number, each in enumerate(criteria, start=1):
            start = f"{number}  " if numbered else ""
            line = f"{start}{inert(each.code)}  {inert(each.text)}"
            self.tell_wrapped(line, " " * (len(start) + len(each.code) + 2))

    def _tell_reasons(self, exclusion: tuple[Criterion, ...]) -> None:
        """Write what may be chosen, each in a few words; the first time in a sitting, whole."""
        if not self.has_told_reasons:
            self.has_told_reasons = True
            self.tell_criteria(exclusion, numbered=True)
            self.tell("0  another reason, in your words")
            return
        for number, each in enumerate(exclusion, start=1):
            self.tell(shortened(f"{number}  {inert(each.code)}  {brief(each)}", self.width))
        self.tell("0  another")

    def reason(self, protocol: Protocol, answer: str = "") -> tuple[str, str | None] | None:
        """Find out why a record is excluded: the code and a note; None when it is not after all.

        ``answer`` is what was typed already: "3", or "0 in my own words".
        """
        exclusion = protocol.exclusion
        question = "Reason (? the whole list; Enter alone: do not exclude): "
        if not answer:
            self._tell_reasons(exclusion)
            answer = self.ask(question)
        while answer:
            if answer == "?":
                self.tell_criteria(exclusion, numbered=True)
                answer = self.ask(question)
                continue
            found = REASON.fullmatch(answer)
            number, words = (found[1], found[2]) if found else ("", None)
            if number and not number.strip("0"):
                words = words or self.ask("Which other reason? ")
                return (OTHER, words) if words else None
            if (code := reason_of(number, exclusion)) and not words:
                return code, None
            self.tell(f"{inert(answer)[:40]!r} is no reason of the list.")
            answer = self.ask(question)
        return None
