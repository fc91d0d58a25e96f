"""Killed at any moment, screening loses nothing that it acknowledged."""

from __future__ import annotations

import itertools
import random
import re
import signal
import time

from conftest import add_run
from forked_sarcat import House
from plain_sitting import PROMPT, edit, verdicts

from screening.decision_logs.logs import read_logs
from screening.decision_logs.sealed_log import SealedLog
from screening.queue import shuffled
from search.records import Record
from search.review import Review


def note_acknowledged(line: str, acknowledged: dict[str, str]) -> None:
    """Note a verdict that was acknowledged: ``pmid:7: include.``"""
    if found := re.fullmatch(r"(pmid:\d+): (include|exclude|maybe)\.", line):
        acknowledged[found[1]] = found[2]


def test_killed_at_any_moment_nothing_acknowledged_is_lost(review: Review) -> None:
    keys = add_run(review, [Record(pmid=str(n), title=f"Title {n}") for n in range(1, 401)])
    order = shuffled(keys, 7, "reviewer-a", "title-abstract")
    arguments = ("screen", "--as", "reviewer-a", "--plain", "--review", str(review.folder))
    dice = random.Random(20261124)
    held: dict[str, str] = {}
    with House() as house:
        for _ in range(20):
            process = house.start(*arguments)
            shown = "\n".join(itertools.takewhile(lambda line: line != PROMPT, process.lines()))
            assert f"left {400 - len(held)} " in shown
            assert f"\n{order[len(held)]}\n" in shown  # the same order, the same record
            acknowledged = dict(held)
            process.type("".join(f"{dice.choice('iem')}\n" for _ in range(60)))
            for line in itertools.islice(process.lines(), dice.randrange(60)):
                note_acknowledged(line, acknowledged)
            time.sleep(dice.random() / 200)
            process.kill()
            status, rest = house.end(process)
            assert status == signal.SIGKILL
            for line in rest:
                note_acknowledged(line, acknowledged)
            held = {key: verdict for key, (verdict, _reason) in verdicts(review).items()}
            assert acknowledged.items() <= held.items()
            assert len(held) - len(acknowledged) <= 1  # kept, and killed before it was said
    assert read_logs(review.decisions).faults == ()
    assert list(held) == order[: len(held)]
    assert len(held) > 20


def test_killed_at_any_moment_nothing_sealed_is_lost(review: Review) -> None:
    add_run(review, [Record(pmid=str(n), title=f"Title {n}") for n in range(1, 201)])
    edit(review, "seed = 7", "seed = 7\nsealed = true")
    arguments = ("screen", "--as", "reviewer-a", "--plain", "--review", str(review.folder))
    dice, acknowledged = random.Random(20261125), dict[str, str]()
    with House() as house:
        for _ in range(6):
            process = house.start(*arguments)
            for _line in itertools.takewhile(lambda line: line != PROMPT, process.lines()):
                pass
            process.type("".join(f"{dice.choice('iem')}\n" for _ in range(30)))
            for line in itertools.islice(process.lines(), dice.randrange(40)):
                note_acknowledged(line, acknowledged)
            time.sleep(dice.random() / 200)
            process.kill()
            for line in house.end(process)[1]:
                note_acknowledged(line, acknowledged)
            assert read_logs(review.decisions).events == ()
            assert read_logs(review.decisions).faults == ()
    with SealedLog(review.decisions, "reviewer-a", "test-sealed") as log:
        held = {event.rec: event.val for event in log.own}
        log.reveal(len(log.own))
    assert acknowledged.items() <= held.items()
    logs = read_logs(review.decisions)
    assert (len(logs.events), logs.sealed, logs.faults) == (len(held), (), ())
    assert len(held) > 10
