"""Uncertain pairs judged line by line: both records, what speaks for and against, one key."""

from __future__ import annotations

from screening.decision_logs.events import Act
from screening.dedupe.sets import Reason, Refusal
from screening.pairing import Pairing
from screening.terminal.dialog import NOTHING, Dialog, Left
from screening.terminal.pair_page import pair_lines
from screening.terminal.wording import inert
from search.records import Record
from search.words import counted

_ACTS = {"s": Act.SAME, "d": Act.DIFFERENT}
_HELP = (
    "s same publication, d different ones, l later, u take back your newest judgement, q quit; "
    "a key, then Enter."
)
_SIGNS = "= the same, ! different, . only one record says it; {words that this one alone has}."
_BRIEF = 30  # letters of a reason's values: the fields above have longer ones


def judge_all(pairing: Pairing, dialog: Dialog, *, colour: bool = False) -> None:
    """Go through the pairs until all are judged, the person quits or the input ends.

    With nothing left one is asked once more before the end, so that the last can be taken back.
    """
    later: list[tuple[str, str]] = []
    is_due = True  # the pair is to be shown
    dialog.tell_wrapped(f"{_HELP} {_SIGNS}")
    try:
        while True:
            waiting = [pair for pair in pairing.open if pair.link.keys not in later]
            if not is_due:
                dialog.tell_wrapped(f"{NOTHING} {_HELP} {_SIGNS}")  # the pair stands above still
            elif waiting:
                _show(pairing, waiting[0], len(waiting), dialog, colour=colour)
            else:
                dialog.tell("", "No further pair waits.")
            answer = dialog.ask("[s d l u q] " if waiting else "[u q] ")
            if answer == "q" or not (answer or waiting):
                break
            if is_due := answer == "u" or bool(waiting and answer in (*_ACTS, "l")):
                _obey(pairing, waiting[0] if waiting else None, answer, later, dialog)
    except Left:
        pass
    dialog.tell(f"Everything is kept; {counted(len(pairing.open), 'pair')} still to be judged.")


def _show(pairing: Pairing, pair: Refusal, left: int, dialog: Dialog, *, colour: bool) -> None:
    dialog.tell("", f"{counted(left, 'pair')} to go")
    one, other = (pairing.review.store.record(key) for key in pair.link.keys)
    records = (one.record if one else Record(), other.record if other else Record())
    dialog.tell(*pair_lines(pair.link.keys, records, dialog.width, colour=colour))
    for key in pair.link.keys:
        if others := [each for each in pairing.members(key) if each != key]:
            dialog.tell_wrapped(f"{inert(key)} is in a set with {len(others)} more: "
                                f"{inert(', '.join(others[:5]))}", "  ")  # fmt: skip
    dialog.tell_wrapped(f"for: {'; '.join(map(_brief, pair.link.reasons))}", "  ")
    dialog.tell_wrapped(f"against: {_brief(pair.against)}", "  ")


def _brief(reason: Reason) -> str:
    """Return a reason in a few words; the fields of the two records say the rest."""
    left, right = map(inert, reason.values)
    if reason.field == "abstract":  # of which its beginning is compared, without spaces
        return "abstracts begin alike"
    if left == right and len(left) > _BRIEF:
        return f"same {reason.field}"
    if max(len(left), len(right)) > _BRIEF:
        alike = "" if reason.score is None else f", {reason.score:.2f} alike"
        return f"{reason.field}: two{alike}"
    return inert(str(reason))


def _obey(
    pairing: Pairing, pair: Refusal | None, answer: str, later: list[tuple[str, str]],
    dialog: Dialog,
) -> None:  # fmt: skip
    if answer == "u":
        _undo(pairing, later, dialog)
    elif pair and (act := _ACTS.get(answer)):
        pairing.judge(pair.link.keys, act)
        dialog.tell(f"Kept: {act.value}.")
    elif pair:
        later.append(pair.link.keys)


def _undo(pairing: Pairing, later: list[tuple[str, str]], dialog: Dialog) -> None:
    event = pairing.undo()
    if event is None:
        dialog.tell("You have judged nothing that could be taken back.")
        return
    later[:] = [keys for keys in later if set(keys) != set(event.keys)]
    dialog.tell(f"Taken back: {event.act}, on {inert(' and '.join(event.keys))}.")
