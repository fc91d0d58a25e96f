"""The full screen at a real terminal: killed, hung up, resized; at a terminal that can do nothing.

SARCAT_KILLS sets how often it is killed (default 5).
"""

from __future__ import annotations

import os
import random
import re
import signal
import time
from collections.abc import Iterator

import pytest
from conftest import add_run
from forked_sarcat import House
from pty_sarcat import Terminal

from screening.decision_logs.decisions import in_force
from screening.decision_logs.logs import read_logs
from screening.queue import shuffled
from search.records import Record
from search.review import Review

KILLS = int(os.environ.get("SARCAT_KILLS", "5"))
COUNT = 400


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House() as opened:
        yield opened


@pytest.fixture
def many(review: Review) -> Review:
    add_run(review, [Record(pmid=str(n), title=f"Title {n}") for n in range(1, COUNT + 1)])
    return review


def arguments(review: Review) -> tuple[str, ...]:
    return ("screen", "--as", "reviewer-a", "--review", str(review.folder))


def verdicts(review: Review) -> dict[str, str]:
    held = in_force(read_logs(review.decisions).events)
    return {key: by["reviewer-a"].verdict for (key, _), by in held.items()}


def is_on(key: str, place: int) -> re.Pattern[str]:
    return re.compile(rf"{re.escape(key)} · place {place}\s")


def test_killed_at_any_moment_it_goes_on_at_the_same_record(house: House, many: Review) -> None:
    order = shuffled([f"pmid:{n}" for n in range(1, COUNT + 1)], 7, "reviewer-a", "title-abstract")
    dice = random.Random(20261124)
    held: dict[str, str] = {}
    for _ in range(KILLS):
        terminal = Terminal(house, *arguments(many))
        number = len(held)
        terminal.wait_for(is_on(order[number], number + 1).search)
        acknowledged = dict(held)
        for step in range(dice.randrange(4)):
            key, verdict = (("i", "include"), ("m", "maybe"))[step % 2]
            time.sleep(0.2)  # nobody reads faster, and faster keys are not taken
            terminal.type(key)
            terminal.wait_for(f"{order[number]}: {verdict}.")
            assert is_on(order[number + 1], number + 2).search(terminal.screen())
            acknowledged[order[number]] = verdict
            number += 1
        time.sleep(0.15 + dice.random() / 20)
        terminal.type(dice.choice("eUx"))
        time.sleep(dice.random() / 30)
        terminal.kill(signal.SIGKILL)
        assert terminal.end() == signal.SIGKILL
        held = verdicts(many)
        assert acknowledged.items() <= held.items()
        assert len(held) - len(acknowledged) <= 1  # kept, and killed before it was said
        assert list(held) == order[: len(held)]
    assert read_logs(many.decisions).faults == ()


@pytest.mark.parametrize("environment", [{}, {"COLUMNS": "80", "LINES": "24"}])
def test_at_a_terminal_of_any_size(environment: dict[str, str], many: Review) -> None:
    # some shells export their size: it is that of the beginning, and must not hold
    with House(**environment) as house:
        _sit_at_all_sizes(house, many)


def _sit_at_all_sizes(house: House, many: Review) -> None:
    terminal = Terminal(house, *arguments(many), size=(100, 30))
    terminal.wait_for("place 1\n")
    time.sleep(0.2)
    terminal.type("i")
    terminal.wait_for(": include.")
    terminal.type("\r \r \t\x1b[A")  # Enter, Space, Tab, an arrow
    for size in [(30, 10), (120, 40), (40, 15)]:
        terminal.resize(*size)
        terminal.wait_for(is_on("", 2).search)
        terminal.wait_for(f"1/{COUNT}")
    terminal.type("q")
    assert terminal.end() == 0
    assert "Everything is kept: 1/400" in terminal.raw
    assert "\x1b[?1049l" in terminal.raw  # the screen as it was before
    assert len(verdicts(many)) == 1


def test_ctrl_c_leaves(house: House, many: Review) -> None:
    terminal = Terminal(house, *arguments(many))
    terminal.wait_for("place 1\n")
    terminal.type("\x03")
    assert terminal.end() == 0
    assert "Traceback" not in terminal.raw


def test_a_lost_connection_ends_the_process(house: House, many: Review) -> None:
    terminal = Terminal(house, *arguments(many))
    terminal.wait_for("place 1\n")
    time.sleep(0.2)
    terminal.type("i")
    terminal.wait_for(": include.")
    terminal.hang_up()
    terminal.end()
    assert len(verdicts(many)) == 1
    again = Terminal(house, *arguments(many))  # the log is free
    again.wait_for("place 2\n")
    again.type("q")
    assert again.end() == 0


def test_a_second_window_is_refused_in_words(house: House, many: Review) -> None:
    with House() as other:
        first = Terminal(house, *arguments(many))
        first.wait_for("place 1\n")
        second = Terminal(other, *arguments(many))
        assert second.end() >> 8 == 1
        assert "already at work on this device, in another window" in " ".join(second.raw.split())
        first.type("q")
        first.end()


def test_a_terminal_that_can_do_nothing_gets_the_plain_mode(
    many: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    with House(TERM="dumb") as dumb:
        terminal = Terminal(dumb, *arguments(many))
        terminal.wait_for("? q]")
        terminal.type("i\nq\n")
        assert terminal.end() == 0
    assert "plain mode" in terminal.raw
    assert "\x1b" not in terminal.raw
    assert len(verdicts(many)) == 1


def test_without_colour_there_is_none(many: Review) -> None:
    with House(NO_COLOR="1") as grey:
        terminal = Terminal(grey, *arguments(many))
        terminal.wait_for("place 1\n")
        terminal.type("hq")
        assert terminal.end() == 0
    colours = re.findall(r"\x1b\[([0-9;]*)m", terminal.raw)
    parameters = {part for colour in colours for part in colour.split(";")}
    assert not parameters & {"38", "48", *map(str, range(30, 38)), *map(str, range(40, 48))}
    assert "1" in parameters  # bold is shape
