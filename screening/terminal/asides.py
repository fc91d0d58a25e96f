"""What stands beside a record, one key away: criteria, keywords, the other records, help.

Paragraphs, inert; each mode shows them in its way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from screening.decision_logs.events import PILOT, Act, Verdict
from screening.engine import Engine
from screening.terminal.keys import KEYS, choosing_key
from screening.terminal.page import Paragraph, Role
from screening.terminal.wording import brief, inert, none_waits
from search.fulltext import Location
from search.protocol import STAGES, Criterion, Protocol
from search.records import StoredRecord


def criteria(protocol: Protocol) -> Iterator[Paragraph]:
    """Give the criteria by which records are judged."""
    yield Paragraph(Role.LABEL, "Included when all of these hold:")
    yield from _listed(protocol.inclusion)
    yield Paragraph(Role.BLANK, "")
    yield Paragraph(Role.LABEL, "Excluded for the first of these that holds:")
    yield from _listed(protocol.exclusion)


def reasons(protocol: Protocol, *, briefly: bool = False) -> Iterator[Paragraph]:
    """Give the reasons of an exclusion, each with the key that chooses it."""
    for place, each in enumerate(protocol.exclusion, start=1):
        start = f"{choosing_key(place)}  "
        words = brief(each) if briefly else inert(each.text)
        yield Paragraph(Role.TEXT, f"{start}{inert(each.code)}  {words}", len(start))
    yield Paragraph(Role.TEXT, "0  another reason, in your words", 3)


def options(texts: Iterable[str], *, numbered: bool = False) -> Iterator[Paragraph]:
    """Give what may be chosen, each with the key (or the number) that chooses it."""
    for place, text in enumerate(texts, start=1):
        start = f"{place if numbered else choosing_key(place)}  "
        yield Paragraph(Role.TEXT, start + text, len(start))


def _listed(listed: Iterable[Criterion]) -> Iterator[Paragraph]:
    for each in listed:
        yield Paragraph(Role.TEXT, f"{inert(each.code)}  {inert(each.text)}", len(each.code) + 2)


def keywords(stored: StoredRecord | None) -> Iterator[Paragraph]:
    """Give MeSH headings, keywords and kinds of publication."""
    for name, title in (
        ("mesh", "MeSH"),
        ("keywords", "keywords"),
        ("publication_types", "publication types"),
    ):
        values = getattr(stored.record, name) if stored else ()
        yield Paragraph(Role.TEXT, f"{title}: {'; '.join(map(inert, values)) or 'none'}", 2)


def addresses(found: Iterable[Location]) -> list[str]:
    """Return addresses as lines, with whose they are and whether the text there is open."""
    return [
        f"{'open: ' if each.is_open else ''}{inert(each.site)}  {inert(each.url)}"
        for each in found
    ]  # fmt: skip


def the_end(engine: Engine) -> Iterator[Paragraph]:
    """Give what is said where no record is left to be judged, and what comes after."""
    if not engine.counters().total:
        yield Paragraph(Role.LABEL, none_waits(engine))
        yield Paragraph(Role.TEXT, "q quits.")
        return
    yield Paragraph(Role.LABEL, f"All records are decided. {_came_to(engine)}")
    yield Paragraph(Role.TEXT, "u undoes, p goes back, f shows those of one kind, q quits.")
    yield Paragraph(Role.BLANK, "")
    yield from what_next(engine)


def _came_to(engine: Engine) -> str:
    """Return what the reviewer's own verdicts come to: ``You said include 40 times, …``."""
    keys = frozenset(engine.sitting.keys)
    given = Counter(each.val for key, each in engine.standing(Act.DECIDE) if key in keys)
    counts = [f"{verdict} {given[verdict]:,}" for verdict in Verdict if given[verdict]]
    if lost := sum(not engine.is_retrieved(key) for key in keys):
        counts.append(f"not retrieved {lost:,}")
    return f"Yours are: {', '.join(counts)}."


def what_next(engine: Engine) -> Iterator[Paragraph]:
    """Give the commands with which one goes on when a list is at its end."""
    yield Paragraph(Role.LABEL, "What comes next:")
    for command, what in _following(engine):
        yield Paragraph(Role.TEXT, f"sarcat {command}: {what}.", 2)


def _following(engine: Engine) -> Iterator[tuple[str, str]]:
    sitting = engine.sitting
    screen = f"screen --as {sitting.reviewer}"
    at = "" if sitting.stage.name == STAGES[0] else f" --stage {sitting.stage.name}"
    if sitting.how == PILOT:
        yield "agreement --pilot", "whether all agree enough to go on"
    if sitting.how or sitting.again:  # a list beside the queue
        yield f"{screen}{at}", "your other records"
        return
    yield "status", "where the review stands, and how far the others are"
    if sitting.stage.reviewers_per_record > 1:
        yield "conflicts", "what you disagree on, as soon as all have judged it"
    if at:
        yield "flow", "how many records and reports there were at each step"
    else:
        yield f"{screen} --stage {STAGES[-1]}", "the reports that went on to full text"


def help_lines() -> Iterator[Paragraph]:
    """Give every key with what it does."""
    for key, what in KEYS.items():
        yield Paragraph(Role.TEXT, f"{key}  {what}", 3)
