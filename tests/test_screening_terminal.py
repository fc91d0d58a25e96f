"""Screening line by line: one key a decision, nothing lost, foreign text inert."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import cli
from screening.decisions import in_force
from screening.engine import Screening, reviewer_order
from screening.logs import open_log, read_logs
from screening.terminal import plain
from search import runs
from search.intake import finish
from search.records import Record, key_of
from search.review import Review
from search.runs import SearchRun

TITLES = [
    "[Sarcoma registry in China].",
    "Second \x1b[31mred",
    "Third [/i] title",
    "Fourth",
    "Fifth",
]


@pytest.fixture
def filled(review: Review) -> Review:
    """A review with a few records, some of them hostile."""
    records = [
        Record(
            pmid=str(n),
            title=title,
            abstract=f"SUMMARY: words of {n}",
            year=2020,
            authors=("Muster, A",),
        )
        for n, title in enumerate(TITLES, start=1)
    ]
    name, folder = runs.start(review.searches, "test", "2026-01-01T00:00:00Z")
    runs.write_records(folder, [(key_of(record, "pubmed"), record) for record in records])
    run = SearchRun(name, "ok", "database", "pubmed", "PubMed", "2026-01-01T00:00:00Z")
    finish(folder, run, review.store, [f"pmid:{n}" for n in range(1, 6)])
    return review


def sit(review: Review, *keys: str, stage: str = "title-abstract") -> str:
    """One sitting: the keys typed, and all that was said."""
    said: list[str] = []
    typed: Iterator[str] = iter(keys)
    with open_log(review.decisions, "reviewer-a", "test") as log:
        rules = review.protocol.stage(stage)
        queue = reviewer_order(review.store.keys(), 7, "reviewer-a", stage)
        engine = Screening(review.protocol, rules, "reviewer-a", queue, review.store.record, log,
                           read_logs(review.decisions))  # fmt: skip
        plain.run(engine, lambda _prompt: next(typed, None), said.append)
    return "\n".join(said)


def verdicts(review: Review) -> dict[str, str]:
    held = in_force(read_logs(review.decisions).events)
    return {
        key: each["reviewer-a"].verdict for (key, _), each in held.items() if "reviewer-a" in each
    }


def test_one_key_is_one_decision_and_nothing_else_is(filled: Review) -> None:
    said = sit(filled, "", "   ", "x", "include", "i", "e", "m")
    assert sorted(verdicts(filled).values()) == ["exclude", "include", "maybe"]
    assert said.count("Nothing was decided.") == 4
    assert "2 records left" in said


def test_the_next_sitting_goes_on_at_the_same_record(filled: Review) -> None:
    sit(filled, "i", "i")
    first = set(verdicts(filled))
    sit(filled, "e", "e", "e")
    assert len(verdicts(filled)) == 5
    assert {key for key, verdict in verdicts(filled).items() if verdict == "include"} == first
    assert "No record is left" in sit(filled)


def test_undo_over_many_steps_and_after_a_restart(filled: Review) -> None:
    sit(filled, "i", "e", "m")
    sit(filled, "u", "u")
    assert list(verdicts(filled).values()) == ["include"]
    assert "There is nothing to undo." in sit(filled, "u", "u")
    assert verdicts(filled) == {}


def test_a_reason_is_asked_for_where_the_protocol_asks(filled: Review) -> None:
    said = sit(filled, "e", "9", "e", "", "e", "1", stage="full-text")
    assert said.count("none of the reasons") == 2
    (held,) = in_force(read_logs(filled.decisions).events).values()
    assert held["reviewer-a"].reason == "E1"


def test_foreign_text_is_shown_whole_and_does_nothing(filled: Review) -> None:
    said = sit(filled, "n", "n", "n", "n")
    assert "[Sarcoma registry in China]." in said
    assert "Third [/i] title" in said
    assert "\x1b" not in said
    assert "not the publisher's abstract" in said


def test_find_later_note_and_help(filled: Review) -> None:
    said = sit(filled, "/fourth", "t", "look again", "g", "unclear", "?", "h", "/nowhere", "l", "q")
    acts = [(event.act, event.val) for event in read_logs(filled.decisions).events]
    assert acts == [("note", "look again"), ("tag", "unclear")]
    assert "'nowhere' was not found." in said
    assert "E1 Not sarcoma." in said


def test_reviewers_have_orders_of_their_own() -> None:
    keys = [f"pmid:{n}" for n in range(50)]
    orders = [
        reviewer_order(keys, 1, name, "title-abstract") for name in ("reviewer-a", "reviewer-b")
    ]
    assert orders[0] != orders[1]
    assert reviewer_order(reversed(keys), 1, "reviewer-a", "title-abstract") == orders[0]
    fewer = reviewer_order(keys[:40], 1, "reviewer-a", "title-abstract")
    assert [key for key in orders[0] if key in fewer] == fewer


# --- the commands ------------------------------------------------------------------------------


def decide(review: Review, *arguments: str) -> int:
    return cli.run(["decide", *arguments, "--review", str(review.folder)])


def test_decide(filled: Review) -> None:
    assert decide(filled, "pmid:1", "include", "--as", "reviewer-a") == 0
    assert verdicts(filled) == {"pmid:1": "include"}
    (event,) = read_logs(filled.decisions).events
    stored = filled.store.record("pmid:1")
    assert stored
    assert event.seen == stored.seen
    assert event.crit == filled.protocol.criteria_hash


WRONG = [
    (["pmid:11", "include", "--as", "reviewer-a"], "Did you mean pmid:1?"),
    (["pmid:1", "perhaps", "--as", "reviewer-a"], "no verdict"),
    (["pmid:1", "include", "--as", "reviewer-z"], "[[reviewers]]"),
    (["pmid:1", "exclude", "--as", "reviewer-a", "--reason", "E9"], "no reason 'E9'"),
    (["pmid:1", "include", "--as", "reviewer-a", "--reason", "E1"], "only an exclusion"),
    (["pmid:1", "include", "--as", "reviewer-a", "--stage", "abstract"], "no stage"),
    (["pmid:1", "include", "--as", "reviewer-a", "--stage", "full-text"], "has not passed"),
]


@pytest.mark.parametrize(("arguments", "words"), WRONG, ids=[row[1] for row in WRONG])
def test_decide_wrong_use(
    filled: Review, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert decide(filled, *arguments) == 2
    assert words in capsys.readouterr().err
    assert not list(filled.decisions.glob("*.jsonl"))


def test_verify_names_a_rewritten_line(filled: Review, capsys: pytest.CaptureFixture[str]) -> None:
    for key in ("pmid:1", "pmid:2"):
        decide(filled, key, "include", "--as", "reviewer-a")
    arguments = ["verify", "--review", str(filled.folder)]
    assert cli.run(arguments) == 0
    (path,) = filled.decisions.glob("*.jsonl")
    path.write_text(path.read_text().replace("include", "exclude", 1))
    assert cli.run(arguments) == 3
    assert f"decisions/{path.name}:1: this line was rewritten" in capsys.readouterr().out


def test_a_killed_sitting_loses_nothing_that_was_acknowledged(filled: Review) -> None:
    command = [sys.executable, "-c", "import cli; cli.main()", "screen", "--as", "reviewer-a",
               "--plain", "--order", "added", "--review", str(filled.folder)]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(Path(cli.__file__).parent)}
    for number in range(1, 5):
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        ) as process:
            assert process.stdin
            assert process.stdout
            process.stdin.write("i\n")
            process.stdin.flush()
            for line in process.stdout:
                if line.startswith("> include: "):
                    break
            process.send_signal(signal.SIGKILL)
        assert verdicts(filled) == {f"pmid:{n}": "include" for n in range(1, number + 1)}
    assert read_logs(filled.decisions).faults == ()
