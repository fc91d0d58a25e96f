"""A reviewer before the full screen, driven without a terminal."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from plain_sitting import Entries, edit

from screening.session import open_engine
from screening.terminal.full import Screener
from screening.terminal.guard import Guard
from screening.terminal.tying import Tying
from search.review import Review

SIZE = (80, 24)


class Patient(Guard):
    """A guard before which nobody is too quick; its own tests are elsewhere."""

    def refusal(self, key: str) -> str | None:
        return None


class Seat:
    """A reviewer before the screen."""

    def __init__(self, screener: Screener, pilot: Any) -> None:
        self.screener, self.pilot = screener, pilot

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def write(self, words: str) -> None:
        await self.pilot.press(*("space" if letter == " " else letter for letter in words))

    def __getattr__(self, name: str) -> str:
        return self.screener.sheet(name).text

    def sees(self) -> str:
        """Everything in sight, as a terminal would have it."""
        width, height = self.screener.size
        lines = self.screener.screen._compositor.render_strips()
        assert (len(lines), {line.cell_length for line in lines}) == (height, {width})
        return "\n".join(line.text.rstrip() for line in lines)


@asynccontextmanager
async def seated(
    review: Review,
    stage: str = "title-abstract",
    size: tuple[int, int] = SIZE,
    guard: Guard | None = None,
    order: str = "added",
    catalogue: Entries | None = None,
) -> AsyncIterator[Seat]:
    opened = open_engine(Review(review.folder), "reviewer-a", stage, order)
    with opened as (engine, _faults):
        tying = None
        if catalogue is not None:
            tying = Tying(engine, Review(review.folder), catalogue)
        screener = Screener(engine, guard=guard or Patient(), tying=tying)
        async with screener.run_test(size=size) as pilot:
            await pilot.pause()
            yield Seat(screener, pilot)
        if screener.fault:
            raise screener.fault


def with_twelve_reasons(review: Review) -> Review:
    """Let a review have twelve reasons, one of which each exclusion needs."""
    edit(review, "reviewers = 2", "reviewers = 2\nreason_required = true")
    more = "".join(
        f'[[criteria.exclude]]\ncode = "E{n}"\ntext = "Reason {n}."\n' for n in range(2, 13)
    )
    edit(review, '[[reviewers]]\nname = "reviewer-a"', f'{more}[[reviewers]]\nname = "reviewer-a"')
    return review
