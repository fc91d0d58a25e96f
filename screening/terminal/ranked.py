"""What the ranking tells its reviewer: why a record is high, and how the finding goes.

Nothing here rests on another's verdict that is still a secret: the ranking itself learns from none
(`screening.ranking.review_ranking`), and what is counted are the reviewer's own verdicts.
"""

from __future__ import annotations

from collections.abc import Iterator

from screening.engine import Engine
from screening.ranking.ranking import DRAWN, Ranking
from screening.terminal.curve import curve, found_by
from screening.terminal.page import Paragraph, Role
from screening.terminal.wording import inert
from search.words import counted

_COLUMNS = 24


def why(engine: Engine) -> Iterator[Paragraph]:
    """Give why the record at hand comes where it does, and how the finding goes."""
    ranking = engine.sitting.ranking
    if ranking is None:
        yield Paragraph(Role.TEXT, "The order is not ranked: no record is lifted over another.")
        return
    if failed := failure(ranking):
        yield Paragraph(Role.WARNING, failed)
    if engine.current:
        yield from _words(ranking, engine.current, engine.how(engine.current))
        yield Paragraph(Role.BLANK, "")
    yield from _finding(ranking, len(engine.sitting.keys))


def failure(ranking: Ranking | None) -> str:
    """Return that the ranking has stopped to learn, and why; "" while all is well."""
    if ranking is None or ranking.failure is None:
        return ""
    return f"The ranking learns no more ({inert(ranking.failure)}); its last order stays."


def brief(ranking: Ranking) -> str:
    """Return how the finding goes: ``kept 12 of 130 · 37 excluded since the last``."""
    return f"{_briefest(ranking)} the last"


def _briefest(ranking: Ranking) -> str:
    kept = f"kept {len(ranking.relevant_at):,} of {ranking.decided:,}"
    return f"{kept} · {ranking.since_last_include:,} excluded since"


def line(ranking: Ranking, width: int) -> str:
    """Return the same with its curve, as much of it as there is room for; "" before the start."""
    if not ranking.decided:
        return ""
    words, fewer = brief(ranking), _briefest(ranking)
    drawn = curve(ranking.relevant_at, ranking.decided, _COLUMNS)
    wanted = (f"{words} {drawn}", f"{fewer} {drawn}", fewer)
    return next((each for each in wanted if len(each) <= width), "")


def _words(ranking: Ranking, key: str, how: str | None) -> Iterator[Paragraph]:
    if how == DRAWN:
        share = f"{ranking.lot.share:.0%}"
        text = f"This record was drawn at random, as {share} of all are, and not for its words."
        yield Paragraph(Role.LABEL, text)
    reasons = ranking.why(key)
    if not reasons:
        yield Paragraph(Role.TEXT, "No word lifts this record.")
        return
    yield Paragraph(Role.LABEL, "What lifts this record most, each with its share:")
    for each in reasons:
        yield Paragraph(Role.TEXT, f"{each.share:4.0%}  {inert(each.word)}".strip(), 6)


def _finding(ranking: Ranking, total: int) -> Iterator[Paragraph]:
    found, decided = ranking.relevant_at, ranking.decided
    if not decided:
        yield Paragraph(Role.TEXT, "Nothing is decided yet.")
        return
    yield Paragraph(Role.LABEL, f"You kept {len(found):,} of the {decided:,} that you decided.")
    tenths = ", ".join(f"{each:,}" for each in found_by(found, decided, 10))
    yield Paragraph(Role.DRAWN, curve(found, decided, _COLUMNS))
    yield Paragraph(Role.TEXT, f"Found after each part of the reading: {tenths}.", 2)
    since = counted(ranking.since_last_include, "record")
    yield Paragraph(Role.TEXT, f"Since the last one you excluded {since}.", 2)
    yield from _by_lot(ranking, total)


def _by_lot(ranking: Ranking, total: int) -> Iterator[Paragraph]:
    """Say what the random sample lets one expect among the unread."""
    from screening.stopping.stopping import remaining  # its arithmetic is for those who ask

    size, relevant = ranking.sample()
    left = remaining(total, len(ranking.relevant_at), size, relevant)
    if left is None:
        yield Paragraph(Role.TEXT, "No random sample yet says how many may be left.", 2)
        return
    yield Paragraph(
        Role.TEXT,
        f"Of {counted(size, 'record')} drawn at random you kept {relevant:,}: among the unread "
        f"there may be about {left.estimate:.0f} ({left.low:,} to {left.high:,}) to keep.",
        2,
    )
