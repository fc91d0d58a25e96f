"""What stands beside a record, one key away: criteria, keywords, the other records, help.

Paragraphs, inert; each mode shows them in its way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from screening.engine import Engine
from screening.terminal.keys import KEYS, choosing_key
from screening.terminal.page import Paragraph, Role
from screening.terminal.wording import brief, inert, none_waits
from search.fulltext import Location
from search.protocol import Criterion, Protocol
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
    """Give what is said where no record is left to be judged."""
    if engine.counters().total:
        yield Paragraph(Role.LABEL, "All records are decided.")
        yield Paragraph(Role.TEXT, "u undoes, p goes back, q quits.")
    else:
        yield Paragraph(Role.LABEL, none_waits(engine))
        yield Paragraph(Role.TEXT, "q quits.")


def help_lines() -> Iterator[Paragraph]:
    """Give every key with what it does."""
    for key, what in KEYS.items():
        yield Paragraph(Role.TEXT, f"{key}  {what}", 3)
