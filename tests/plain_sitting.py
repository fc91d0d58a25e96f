"""A sitting in the plain mode: lines typed in, all that is said out."""

from __future__ import annotations

from collections.abc import Iterator

from screening.decision_logs.decisions import in_force
from screening.decision_logs.logs import read_logs
from screening.session import decide_one, open_engine
from screening.terminal.dialog import Dialog
from screening.terminal.plain import Plain
from screening.terminal.tying import Tying
from screening.ties import Named
from search.records import Record
from search.review import Review

PROMPT = "[i e m u n p t g l h / ? q]"


def sit(
    review: Review, *typed: str, stage: str = "title-abstract", width: int = 80,
    tty: bool = False, order: str = "added",
) -> str:  # fmt: skip
    """One sitting: what is typed, and all that is said."""
    said: list[str] = []
    lines: Iterator[str] = iter(typed)
    with open_engine(Review(review.folder), "reviewer-a", stage, order) as (engine, _faults):
        Plain(engine, Dialog(lambda: next(lines, None), said.append, width, tty)).run()
    return "".join(said)


def verdicts(review: Review) -> dict[str, tuple[str, str | None]]:
    held = in_force(read_logs(review.decisions).events)
    return {
        key: (by["reviewer-a"].verdict, by["reviewer-a"].reason)
        for (key, _), by in held.items()
        if "reviewer-a" in by
    }


def edit(review: Review, old: str, new: str) -> None:
    path = review.folder / "protocol.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


class Entries:
    """A catalogue of two entries that can begin further ones."""

    def __init__(self) -> None:
        self.begun: list[tuple[str, str | None]] = []

    def names(self, review: Review) -> list[Named]:
        known = [
            Named("netsarc", "NETSARC", ("French network",)),
            Named("nordic", "Nordic network"),
        ]
        return known + [Named(id, "(a draft)") for id, _ in self.begun]

    def begin(self, review: Review, id: str, record: Record) -> None:
        self.begun.append((id, record.pmid))


def sit_at_full_text(review: Review, *typed: str) -> tuple[str, Entries]:
    """One sitting at full text, on pmid:1 to pmid:5; all that is said, and the catalogue."""
    edit(review, "reviewers = 2", "reviewers = 1")
    for number in range(1, 6):
        decide_one(Review(review.folder), f"pmid:{number}", "include", "reviewer-b",
                   "title-abstract")  # fmt: skip
    said: list[str] = []
    lines, entries = iter(typed), Entries()
    opened = Review(review.folder)
    with open_engine(opened, "reviewer-a", "full-text", "added") as (engine, _faults):
        dialog = Dialog(lambda: next(lines, None), said.append)
        Plain(engine, dialog, Tying(engine, opened, entries)).run()
    return "".join(said), entries


def acts_of(review: Review) -> list[tuple[str, str | None, str | None]]:
    events = read_logs(review.decisions).events
    return [(each.act, each.rec, each.val) for each in events if each.who == "reviewer-a"]
