"""The full screen, driven without a terminal: every key, and faults."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from full_sitting import seated, with_twelve_reasons
from plain_sitting import verdicts

from screening.decision_logs.logs import read_logs
from screening.engine import Engine
from screening.terminal.guard import Guard
from screening.terminal.modes import plain_because
from search.errors import SarcatError
from search.review import Review


@pytest.fixture
def reasoned(filled: Review) -> Review:
    return with_twelve_reasons(filled)


# --- deciding ------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_one_key_is_one_decision_and_the_next_record_shows(filled: Review) -> None:
    async with seated(filled) as seat:
        assert "[Sarcoma registry in China]." in seat.record
        assert "pmid:1 · place 1" in seat.record
        await seat.press("i")
        assert verdicts(filled) == {"pmid:1": ("include", None)}  # on disk while pmid:2 shows
        assert "pmid:2 · place 2" in seat.record
        assert "pmid:1: include." in seat.message
        assert "1/5" in seat.top
        await seat.press("e", "m")
        assert verdicts(filled) == {
            "pmid:1": ("include", None),
            "pmid:2": ("exclude", None),
            "pmid:3": ("maybe", None),
        }


@pytest.mark.asyncio
async def test_no_other_key_decides(filled: Review) -> None:
    async with seated(filled) as seat:
        for key in (
            "enter", "space", "tab", "x", "I", "0", "1", "up", "down", "left", "right", "home",
            "end", "pageup", "pagedown", "b", "f1", "delete", "escape", "ctrl+i", "ctrl+e", "é",
            "shift+tab",
        ):  # fmt: skip
            await seat.pilot.press(key, key)
        await seat.press("backspace")
        assert "Nothing was decided. backspace is no key" in seat.message
        assert "pmid:1 · place 1" in seat.record
    assert read_logs(filled.decisions).events == ()


@pytest.mark.asyncio
async def test_a_reason_is_one_key(reasoned: Review) -> None:
    async with seated(reasoned) as seat:
        await seat.press("e")
        assert "1  E1  Not sarcoma." in seat.aside
        assert "c  E12  Reason 12." in seat.aside
        assert "Esc do not exclude" in seat.keys
        await seat.press("enter", "i", "u")  # no reasons
        assert "is none of these" in seat.message
        assert read_logs(reasoned.decisions).events == ()
        await seat.press("3", "e", "c", "e", "0")
        await seat.write("only a poster")
        await seat.press("enter")
        assert verdicts(reasoned) == {
            "pmid:1": ("exclude", "E3"),
            "pmid:2": ("exclude", "E12"),
            "pmid:3": ("exclude", "other"),
        }
        assert "pmid:3: exclude (other: only a poster)." in seat.message


@pytest.mark.parametrize(
    "keys", [["escape"], ["0", "escape"], ["0", "enter"], ["0", "space", "enter"]]
)
@pytest.mark.asyncio
async def test_no_reason_is_no_exclusion(reasoned: Review, keys: list[str]) -> None:
    async with seated(reasoned) as seat:
        await seat.press("e", *keys)
        assert "pmid:1 · place 1" in seat.record
        assert "include" in seat.keys
    assert read_logs(reasoned.decisions).events == ()


@pytest.mark.asyncio
async def test_a_held_key_decides_once(filled: Review) -> None:
    now = 0.0

    def clock() -> float:
        nonlocal now
        now += 0.01
        return now

    async with seated(filled, guard=Guard(clock)) as seat:
        now = 100.0
        await seat.press("i", "i", "i", "m")
        assert "Nothing was decided." in seat.message
        assert verdicts(filled) == {"pmid:1": ("include", None)}


@pytest.mark.asyncio
async def test_undo_over_many_steps_and_sittings(filled: Review) -> None:
    async with seated(filled) as seat:
        await seat.press("i", "e", "m")
    async with seated(filled) as seat:
        assert "Welcome back, reviewer-a: 3 records decided" in seat.message
        assert "pmid:4 · place 4" in seat.record
        await seat.press("u", "u")
        assert "Taken back: exclude, on this record; U does it again." in seat.message
        assert "pmid:2 · place 2" in seat.record
        assert verdicts(filled) == {"pmid:1": ("include", None)}
        await seat.press("U")
        assert "Done again: exclude, on pmid:2 “Second" in seat.message
        await seat.press("u", "u", "u")
        assert "There is nothing to undo." in seat.message


@pytest.mark.asyncio
async def test_the_end_is_said(filled: Review) -> None:
    async with seated(filled) as seat:
        await seat.press("i", "i", "i", "i", "i")
        assert "All records are decided. Yours are: include 5." in seat.record
        assert "sarcat screen --as reviewer-a --stage full-text: the reports" in seat.record
        assert "5/5" in seat.top
        await seat.press("i")
        assert "no record is shown" in seat.message
        await seat.press("p")
        assert "Your verdict: include." in seat.record
        await seat.press("q")
        assert not seat.screener.is_running


@pytest.mark.asyncio
async def test_a_review_without_work_says_so(filled: Review) -> None:
    async with seated(filled, "full-text") as seat:
        assert "No record waits for you at full-text: of 5 records none" in seat.record
        assert "All records" not in seat.record
        assert "No record waits" not in seat.message
        assert "%" not in seat.top  # of nothing no part is done
        await seat.press("i")
        assert "no record is shown" in seat.message


# --- faults --------------------------------------------------------------------------------------


@contextmanager
def without_room(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def refuse(*_: object, **__: object) -> None:
        raise SarcatError("the decision could not be written (No space), and does not count.")

    with monkeypatch.context() as patch:
        patch.setattr(engine._log, "append", refuse)
        yield


@pytest.mark.asyncio
async def test_a_full_disk_is_said_and_the_record_stays(
    filled: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with seated(filled) as seat:
        with without_room(seat.screener.engine, monkeypatch):
            await seat.press("i")
            assert "does not count" in seat.message
            assert "pmid:1 · place 1" in seat.record
            await seat.press("t", "x", "enter")
            assert "does not count" in seat.message
        await seat.press("i")
        assert verdicts(filled) == {"pmid:1": ("include", None)}


@pytest.mark.asyncio
async def test_a_fault_of_our_own_ends_the_sitting_and_is_handed_on(
    filled: Review, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def sit() -> None:
        async with seated(filled) as seat:
            monkeypatch.setattr(seat.screener, "_obey", lambda *_: 1 / 0)
            await seat.press("i")

    with pytest.raises(ZeroDivisionError):
        await sit()
    assert "Traceback" not in "".join(capsys.readouterr())


@pytest.mark.parametrize(
    ("environment", "is_terminal", "words"),
    [
        ({"TERM": "xterm"}, True, None),
        ({"TERM": "xterm", "SCREEN_READER": "0"}, True, None),
        ({"TERM": "dumb"}, True, "TERM"),
        ({}, True, "TERM"),
        ({"TERM": "xterm", "SCREEN_READER": "1"}, True, "SCREEN_READER"),
        ({"TERM": "xterm"}, False, "no terminal"),
    ],
)
def test_where_the_plain_mode_takes_over(
    environment: dict[str, str], is_terminal: bool, words: str | None
) -> None:
    because = plain_because(environment, is_terminal)
    assert (because is None) if words is None else (words in (because or ""))


@pytest.mark.parametrize(("encoding", "is_plain"), [("ascii", True), ("latin-1", True),
                                                    ("utf-8", False), ("none-such", True)])  # fmt: skip
def test_a_locale_that_cannot_draw_the_screen_gets_the_plain_mode(
    encoding: str, is_plain: bool
) -> None:
    because = plain_because({"TERM": "xterm"}, True, encoding)
    assert ("LC_ALL" in (because or "")) is is_plain


def test_the_engine_knows_nothing_of_textual() -> None:
    root = Path(__file__).parent.parent
    users = [
        path.name
        for folder in ("search", "screening", "catalogue")
        for path in (root / folder).rglob("*.py")
        if re.search(r"^\s*(from|import) textual", path.read_text(), re.MULTILINE)
    ]
    assert sorted(users) == ["full.py", "parts.py", "sheet.py"]
