"""What stands around a record at every size, and keys that cannot have been meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.sitting import Counters
from screening.terminal.frame import (
    ALL_KEYS,
    FULL_TEXT_KEYS,
    aside_rows,
    giving_reason,
    key_rows,
    keys_of,
    most_key_rows,
    progress_line,
    row_width,
)
from screening.terminal.guard import HASTY, HELD, Guard
from screening.terminal.keys import KEYS, choosing_key

NEEDED = {"i", "e", "m", "l", "u", "?", "q"}


@given(width=st.integers(28, 250), height=st.integers(5, 80))
def test_the_keys_that_a_record_needs_show_at_any_size(width: int, height: int) -> None:
    rows = key_rows(ALL_KEYS, width, most_key_rows(height))
    assert len(rows) <= most_key_rows(height)
    assert max(row_width(row) for row in rows) <= width
    assert {key for row in rows for key, _word in row} >= NEEDED


@pytest.mark.parametrize(("width", "height"), [(78, 24), (60, 20), (118, 40), (48, 14)])
def test_every_key_shows_where_there_is_room(width: int, height: int) -> None:
    rows = key_rows(ALL_KEYS, width, most_key_rows(height))
    assert [key for row in rows for key, _word in row] == [key for key, _word in ALL_KEYS]


def test_words_go_before_keys_do() -> None:
    assert key_rows(ALL_KEYS, 200, 1)[0][0] == ("i", "include")
    few = dict(key_rows(ALL_KEYS, 100, 1)[0])
    assert (few["i"], few["t"]) == ("include", "")
    assert dict(key_rows(ALL_KEYS, 35, 1)[0]) == {key: "" for key, _word in ALL_KEYS if key != "o"}
    assert dict(key_rows(ALL_KEYS, 37, 1)[0]) == {key: "" for key, _word in ALL_KEYS}


def test_every_key_of_the_bar_is_one_of_the_terminal() -> None:
    # of U, T, N and P help tells; s and r are for full text, w where the order is ranked
    told = KEYS.keys() - {"U", "T", "N", "P"}
    assert {key for key, _word in ALL_KEYS} == told - {"s", "r", "w"}
    assert {key for key, _word in FULL_TEXT_KEYS} == told - {"w"}
    assert {key for key, _ in keys_of(full_text=True, ranked=True)} == told


COUNTED = Counters(decided=214, total=731, today=41, left=517, position=215)


@pytest.mark.parametrize(
    ("width", "left", "right"),
    [
        (100, "ta · ann", "214/731 · ━━━━━╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌ 29 % · today 41 · left 517"),
        (60, "ta · ann", "214/731 · ━━╌╌╌╌╌╌╌╌ 29 % · today 41 · left 517"),
        (40, "ta · ann", "214/731 · today 41 · left 517"),
        (28, "ta · ann", "214/731 · left 517"),
        (27, "", "214/731 · left 517"),
        (10, "", "214/731"),
    ],
)
def test_progress_always_shows(width: int, left: str, right: str) -> None:
    assert progress_line("ta · ann", COUNTED, width) == (left, right)


@given(decided=st.integers(0, 300), more=st.integers(0, 300), width=st.integers(1, 200))
def test_progress_fits_and_is_full_only_at_the_end(decided: int, more: int, width: int) -> None:
    total = decided + more
    counted = Counters(decided, total, 0, more, None)
    left, right = progress_line("title-abstract · reviewer-a", counted, width)
    assert len(left) + len(right) <= max(width, len(right) if not left else 0)
    if "%" in right:
        assert ("100 %" in right) is (more == 0)
        assert ("━" in right) is (decided > 0 or total == 0)
        assert ("╌" in right) is (more > 0)


def test_the_keys_of_a_choice_are_those_that_choose() -> None:
    assert giving_reason("01234")[0] == ("1–4", "the reason")
    assert giving_reason("0123456789abc")[0] == ("1–9 a–c", "the reason")
    assert giving_reason("01")[0] == ("1", "the reason")
    assert giving_reason("0")[0] == ("0", "another")


def test_an_aside_leaves_the_title_in_sight() -> None:
    assert [aside_rows(100, height) for height in (10, 14, 24, 40)] == [6, 6, 12, 21]
    assert aside_rows(2, 24) == 3


def test_each_of_a_long_list_has_a_key_of_its_own() -> None:
    keys = [choosing_key(place) for place in range(1, 36)]
    assert keys[:11] == ["1", "2", "3", "4", "5", "6", "7", "8", "9", "a", "b"]
    assert len(set(keys)) == 35
    assert choosing_key(0) == choosing_key(36) == ""


# --- keys that cannot have been meant ----------------------------------------------------------


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def decide_at(guard: Guard, clock: Clock, time: float, key: str) -> bool:
    """Press a key at a time; a record comes on the screen when it decides."""
    clock.now = 1000.0 + time
    taken = guard.refusal(key) is None
    if taken:
        guard.record_shown()
    return taken


@pytest.mark.parametrize("delay", [0.25, 0.5, 0.66])
def test_a_held_key_decides_once(delay: float) -> None:
    clock = Clock()
    guard = Guard(clock)
    times = [0.0, *(delay + 0.033 * number for number in range(60))]
    assert [decide_at(guard, clock, time, "i") for time in times] == [True] + [False] * 60
    assert decide_at(guard, clock, times[-1] + HELD, "i")


def test_keys_typed_ahead_of_their_record_do_not_decide() -> None:
    clock = Clock()
    guard = Guard(clock)
    assert decide_at(guard, clock, 0.0, "i")
    assert not decide_at(guard, clock, 0.01, "m")
    assert decide_at(guard, clock, HASTY + 0.01, "e")


def test_the_refusal_says_why() -> None:
    clock = Clock()
    guard = Guard(clock)
    guard.refusal("i")
    assert "held key" in (guard.refusal("i") or "")
    guard.record_shown()
    assert "before this record could be read" in (guard.refusal("e") or "")


def test_who_screens_shows_where_the_stage_has_no_room() -> None:
    counted = Counters(decided=1, total=278, today=1, left=277, position=2)
    who = "title-abstract · reviewer-a"
    assert progress_line(who, counted, 38) == ("reviewer-a", "1/278 · today 1 · left 277")
    assert progress_line(who, counted, 28) == ("", "1/278 · today 1 · left 277")
