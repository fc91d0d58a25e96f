"""The full screen at every size, and any change of it."""

from __future__ import annotations

import re

import pytest
from conftest import add_run
from full_sitting import seated, with_twelve_reasons
from plain_sitting import edit, verdicts

from screening.decision_logs.logs import read_logs
from search.records import Record
from search.review import Review


@pytest.fixture
def reasoned(filled: Review) -> Review:
    return with_twelve_reasons(filled)


@pytest.mark.asyncio
async def test_every_size_and_any_change_of_it(filled: Review) -> None:
    async with seated(filled, size=(30, 10)) as seat:
        for size in [(30, 10), (120, 40), (80, 24), (30, 10), (20, 5), (8, 3), (200, 60), (45, 15)]:
            for key in ("", "c", "question_mark", "t"):
                await seat.press(*([key] if key else []))
                await seat.pilot.resize_terminal(*size)
                await seat.pilot.pause()
                await seat.pilot.pause()
                seen = seat.sees()
                if size >= (30, 10) and key != "t":
                    assert "0/5" in seen
                    assert re.search(r"i (include  )?e .*m .*l .*u ", seen)
                if size >= (30, 10):
                    assert "pmid:1" in seen
            await seat.press("escape", "escape")
    assert read_logs(filled.decisions).events == ()


@pytest.mark.asyncio
async def test_a_long_abstract_scrolls_and_is_judged_while_scrolled(review: Review) -> None:
    words = " ".join(f"word{number}" for number in range(400))
    add_run(
        review, [Record(pmid="1", title="Long", abstract=words), Record(pmid="2", title="Next")]
    )
    async with seated(review, size=(40, 15)) as seat:
        assert "▼" in seat.message
        for _ in range(60):
            await seat.press("space")
        assert "word399" in seat.sees()
        assert "▼" not in seat.message
        await seat.press("b", "home")
        assert "pmid:1" in seat.sees()
        await seat.press("down", "pagedown", "m")
        assert "pmid:2 · place 2" in seat.sees()
    assert verdicts(review) == {"pmid:1": ("maybe", None)}


@pytest.mark.asyncio
async def test_where_there_is_room_the_criteria_stand_beside_the_record(filled: Review) -> None:
    async with seated(filled, size=(120, 40)) as seat:
        await seat.press("c")
        assert re.search(r"pmid:1 · place 1 +│ Included when", seat.sees())


@pytest.mark.asyncio
async def test_what_stands_aside_scrolls_to_its_end_then_the_record(filled: Review) -> None:
    more = "".join(
        f'[[criteria.exclude]]\ncode = "E{n}"\ntext = "{"Words " * 30}{n}."\n' for n in range(2, 9)
    )
    edit(filled, '[[reviewers]]\nname = "reviewer-a"', f'{more}[[reviewers]]\nname = "reviewer-a"')
    for size in [(80, 24), (120, 20), (30, 10)]:
        async with seated(filled, size=size) as seat:
            await seat.press("c")
            assert "Words 8." not in " ".join(seat.sees().split())
            assert "▼" in seat.message
            for _ in range(40):
                await seat.press("space")
            end = seat.sees()
            assert "8." in end
            assert "▼" not in seat.message
            await seat.press("n")
            assert "8." in seat.sees()  # the next record leaves it where it was
            for _ in range(50):
                await seat.press("b")
            assert "Included when" in seat.sees()
            await seat.press("q")
            assert "Included when" not in seat.sees()
            assert seat.screener.is_running
            await seat.press("q")
            assert not seat.screener.is_running


@pytest.mark.asyncio
async def test_all_reasons_are_in_sight_where_the_screen_is_not_tiny(reasoned: Review) -> None:
    for number in range(2, 9):
        edit(reasoned, f"Reason {number}.", f"Kind {number}: {'of many words ' * 15}.")
    async with seated(reasoned, size=(80, 24)) as seat:
        await seat.press("e")
        seen = seat.sees()
        assert all(f"E{number}  " in seen for number in range(1, 13))
        assert "0  another reason" in seen
        assert "pmid:1" in seen
        assert "of many words" not in seen
        await seat.pilot.resize_terminal(200, 50)
        await seat.pilot.pause()
        await seat.pilot.pause()
        assert "of many words" in seat.sees()


@pytest.mark.asyncio
async def test_a_screen_that_has_grown_uses_its_room_and_keeps_its_place(filled: Review) -> None:
    async with seated(filled, size=(30, 10)) as seat:
        assert "\n\n" not in seat.record
        await seat.press("down")
        await seat.pilot.resize_terminal(80, 24)
        await seat.pilot.pause()
        await seat.pilot.pause()
        assert "\n\n" in seat.record  # blank lines between its parts
        await seat.pilot.resize_terminal(30, 10)
        await seat.pilot.pause()
        await seat.pilot.pause()
        assert "\n\n" not in seat.record


@pytest.mark.asyncio
async def test_the_keys_of_a_choice_are_those_that_choose(filled: Review) -> None:
    async with seated(filled) as seat:
        await seat.press("f")
        assert "1–9 a–b one of these" in seat.keys
        await seat.press("escape", "o")
        assert seat.keys.startswith(" 1 one of these")
