"""Conflicts settled line by line: the record, who said what, and one key for the outcome."""

from __future__ import annotations

from screening.decision_logs.events import Verdict
from screening.team.conflicts import Conflict, verdict_lines, where
from screening.team.settling import Settling
from screening.terminal.dialog import NOTHING, REASON, Dialog, Left
from screening.terminal.page import record_lines
from screening.terminal.wording import inert, refused, said
from search.errors import BadInput
from search.words import counted

_VERDICTS = {"i": Verdict.INCLUDE, "e": Verdict.EXCLUDE, "m": Verdict.MAYBE}
_HELP = (
    "i include, e exclude, m maybe, n next, u take back your newest settlement, q quit; "
    "a key, then Enter."
)


def settle_all(settling: Settling, dialog: Dialog) -> None:
    """Go through the conflicts until all are settled, the reviewer quits or the input ends."""
    at, is_due = 0, True
    dialog.tell_wrapped(_HELP)
    try:
        while at < len(settling.open):
            if is_due:
                _show(settling, settling.open[at], len(settling.open), dialog)
            answer = dialog.ask("[i e m n u q] ")
            if answer == "q":
                break
            if is_due := _is_key(answer):
                at = _obey(settling, at, answer, dialog)
            else:  # the record stands above still
                dialog.tell_wrapped(f"{NOTHING} {_HELP}")
    except Left:
        pass
    dialog.tell(f"Everything is kept; {len(settling.open)} still to be settled.")


def _is_key(answer: str) -> bool:
    key, rest = answer[:1], answer[1:]
    return answer in ("n", "u") or (
        key in _VERDICTS and (not rest or (key == "e" and REASON.fullmatch(rest) is not None))
    )


def _show(settling: Settling, conflict: Conflict, left: int, dialog: Dialog) -> None:
    dialog.tell("")
    dialog.tell_wrapped(f"{counted(left, 'conflict')} to go · {where(conflict)}")
    stored = settling.review.store.record(conflict.key)
    if stored:
        dialog.tell(*record_lines(stored, dialog.width))
    else:
        dialog.tell_wrapped(inert(conflict.key))
    for line in verdict_lines(conflict):
        dialog.tell_wrapped(inert(line), "  ")


def _obey(settling: Settling, at: int, answer: str, dialog: Dialog) -> int:
    """Do what a line says; returns the place of the conflict to show next."""
    key, rest = answer[:1], answer[1:]
    if answer == "n":
        return at + 1
    if answer == "u":
        return _undo(settling, at, dialog)
    try:
        _settle(settling, settling.open[at], _VERDICTS[key], rest.strip(), dialog)
    except BadInput as error:
        dialog.tell(refused(error))
    return at  # what was settled has left the list


def _settle(
    settling: Settling, conflict: Conflict, verdict: Verdict, rest: str, dialog: Dialog
) -> None:
    protocol = settling.review.protocol
    reason: tuple[str, str | None] = ("", None)
    if verdict is Verdict.EXCLUDE and (rest or protocol.stage(conflict.stage).reason_required):
        found = dialog.reason(protocol, rest)
        if found is None:
            dialog.tell(NOTHING)
            return
        reason = found
    event = settling.settle(conflict, verdict, reason[0] or None, reason[1])
    dialog.tell_wrapped(f"{inert(conflict.key)}: settled, {said(event)}.")


def _undo(settling: Settling, at: int, dialog: Dialog) -> int:
    event = settling.undo()
    if event is None:
        dialog.tell("You have settled nothing that could be taken back.")
        return at
    dialog.tell_wrapped(f"Taken back: {said(event)}, on {inert(event.rec)}.")
    places = [place for place, each in enumerate(settling.open) if event.rec in each.members]
    return places[0] if places else at
