"""The plain terminal: line by line, for pipes, screen readers and slow lines.

No cursor movement, no colour, no boxes. One key and Enter is one decision; Enter alone, blanks
and unknown keys decide nothing.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable

from screening.engine import Screening
from screening.events import Act, Verdict
from search.console import printable
from search.records import Record

Ask = Callable[[str], str | None]  # a prompt to a line, None at the end of the input
Tell = Callable[[str], None]

KEYS = (
    "i include · e exclude · m maybe · u undo · n/p next/previous · t note · g tag · l later · "
    "/ find · h criteria · ? help · q quit"
)
_VERDICTS = {"i": Verdict.INCLUDE, "e": Verdict.EXCLUDE, "m": Verdict.MAYBE}
_OWN = "(This is the project's own summary, not the publisher's abstract.)"


def run(screening: Screening, ask: Ask, tell: Tell, *, width: int = 80) -> None:
    """Screen until the queue, the input or the reviewer's patience ends."""
    tell(f"Plain mode. {KEYS}. Each key with Enter.")
    shown = None
    while (current := screening.current) is not None:
        if (place := (screening.place, current.key)) != shown:
            tell(page(screening, current.key, current.record, width))
            shown = place
        line = ask("> ")
        if line is None or line.strip() == "q":
            tell(f"Stopped; {screening.left} records left. Everything decided is kept.")
            return
        if _act(screening, line.strip(), ask, tell):
            shown = None
    tell("No record is left for you at this stage.")


def page(screening: Screening, key: str, record: Record, width: int) -> str:
    """Return a record as text; whatever it says is shown as it is and does nothing."""
    status = (
        f"{screening.stage.name} · {screening.reviewer} · {screening.place}/{len(screening.queue)}"
        f" · today {screening.today} · left {screening.left}"
    )
    authors = "; ".join(record.authors[:6]) + ("; et al." if len(record.authors) > 6 else "")
    source = " · ".join(str(part) for part in (authors, record.journal, record.year) if part)
    decided = screening.mine().get(key)
    parts = [
        f"\n{status}\n{key}" + (f" · you decided: {decided.verdict}" if decided else ""),
        *(["RETRACTED"] if record.retracted else []),
        _wrapped(record.title or record.vernacular_title or "(no title)", width),
        "",
        *([_wrapped(source, width), ""] if source else []),
        *([_OWN] if (record.abstract or "").startswith("SUMMARY:") else []),
        _wrapped(record.abstract or "(no abstract)", width),
    ]
    return printable("\n".join(parts))


def _wrapped(text: str, width: int) -> str:
    return "\n".join(
        textwrap.fill(line, width, break_long_words=False) for line in text.split("\n")
    )


def _act(screening: Screening, key: str, ask: Ask, tell: Tell) -> bool:
    """Do what a key says; returns whether the record is to be shown again."""
    if key in _VERDICTS:
        return _decide(screening, _VERDICTS[key], ask, tell)
    if key == "u":
        undone = screening.undo()
        tell(f"Undone: {undone}." if undone else "There is nothing to undo.")
        return undone is not None
    if key in ("n", "p"):
        screening.move(1 if key == "n" else -1)
        return True
    if key in ("t", "g"):
        what = "note" if key == "t" else "tag"
        if text := (ask(f"{what}: ") or "").strip():
            screening.annotate(Act.NOTE if key == "t" else Act.TAG, text)
            tell(f"The {what} is kept.")
        return False
    if key == "l":
        screening.later()
        return True
    if key.startswith("/"):
        words = key[1:].strip() or (ask("find: ") or "").strip()
        if words and not screening.find(words):
            tell(f"{printable(words)!r} was not found.")
        return True
    if key in ("h", "?"):
        tell(criteria(screening) if key == "h" else KEYS)
        return False
    tell("Nothing was decided. " + KEYS)
    return False


def _decide(screening: Screening, verdict: Verdict, ask: Ask, tell: Tell) -> bool:
    reason = note = None
    if verdict is Verdict.EXCLUDE and screening.stage.reason_required:
        codes = screening.protocol.exclusion
        tell("\n".join(f"{n} {each.code} {each.text}" for n, each in enumerate(codes, start=1)))
        answer = (ask("reason: ") or "").strip()
        if not answer.isdigit() or not 1 <= int(answer) <= len(codes):
            tell("Nothing was decided: that is none of the reasons.")
            return False
        reason = codes[int(answer) - 1].code
    current = screening.current
    screening.decide(verdict, reason, note)
    tell(f"{verdict}{f' ({reason})' if reason else ''}: {current.key if current else ''}")
    return True


def criteria(screening: Screening) -> str:
    """Return the eligibility criteria as text."""
    protocol = screening.protocol
    lines = [protocol.question, "Include:"]
    lines += [f"  {each.code} {each.text}" for each in protocol.inclusion]
    lines += ["Exclude:", *(f"  {each.code} {each.text}" for each in protocol.exclusion)]
    return "\n".join(lines)
