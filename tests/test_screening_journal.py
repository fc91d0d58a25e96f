"""`sarcat log`: order of time, filters, and nothing told before enough have judged."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flow_cases import both, decide, event, run, sets_of, state

import cli
from screening.decision_logs.events import Event
from screening.decision_logs.logs import open_log
from screening.journal import Wanted, checked_since, in_time, journal, line, to_document
from search.errors import BadInput
from search.review import Review


def told(events: list[Event], wanted: Wanted | None = None, **how: Any) -> list[dict[str, Any]]:
    found = state([(run("r1"), ["a1", "a2", "a3"])], events, sets_of(["a1", "a3"]), **how)
    return [to_document(each) for each in journal(found, events, wanted or Wanted())]


def test_nothing_is_told_while_another_is_awaited() -> None:
    events = [
        event("reviewer-a", "decide", "a1", stage="title-abstract", val="exclude", reason="E1",
              note="no"),
        event("reviewer-a", "tag", "a1", stage="title-abstract", val="wrong"),
        event("reviewer-a", "note", "a1", stage="title-abstract", note="surely not"),
    ]  # fmt: skip
    for each in told(events):
        assert each["blinded"]
        assert (each["value"], each["reason"], each["note"]) == (None, None, None)
    found = state([(run("r1"), ["a1"])], events)
    for entry in journal(found, events, Wanted()):
        words = line(entry)
        assert "not shown until" in words
        assert not any(word in words for word in ("exclude", "E1", "wrong", "surely"))
    # on another record of the set, by the other reviewer: now all is told
    events.append(decide("b", "a3", "include"))
    assert [each["value"] for each in told(events)] == ["exclude", "wrong", None, "include"]


def test_with_one_reviewer_nothing_is_blinded() -> None:
    (found,) = told([decide("a", "a1", "include")], reviewers=1)
    assert found["value"] == "include"


def test_a_verdict_taken_back_is_marked_and_blinds_again() -> None:
    first, second = both("a1", "include")
    undo = event(second.who, "undo", "a1", stage="title-abstract", target=second.eid)
    found = told([first, second, undo])
    assert [each["taken_back"] for each in found] == [False, True, False]
    assert [each["blinded"] for each in found] == [True, True, False]
    assert found[2]["takes_back"] == second.eid


@pytest.mark.parametrize(
    ("wanted", "keys"),
    [
        (Wanted(reviewer="reviewer-b"), ["a1", "a2"]),
        (Wanted(stage="full-text"), []),
        (Wanted(keys=frozenset(["a1", "a3"])), ["a1", "a1"]),
    ],
)
def test_filters(wanted: Wanted, keys: list[str]) -> None:
    found = told([*both("a1", "include"), *both("a2", "exclude")], wanted)
    assert [each["key"] for each in found] == keys


def at(time: str, lc: int, who: str = "a") -> Event:
    return Event(f"e{lc}", lc, "", who, "d", time, lc, "note")


def test_a_clock_that_jumps_back_keeps_what_one_device_wrote_in_order() -> None:
    events = [at("2026-01-05", 1), at("2026-01-03", 2), at("2026-01-04", 3, "b")]
    assert [each.eid for each in in_time(events)] == ["e3", "e1", "e2"]


def test_dates() -> None:
    assert checked_since("2026-11-24") == "2026-11-24T00:00:00Z"
    assert checked_since("2026-11-24T01:00:00+02:00") == "2026-11-23T23:00:00Z"
    with pytest.raises(BadInput, match="no date"):
        checked_since("yesterday")


def test_the_command(filled: Review, capsys: pytest.CaptureFixture[str]) -> None:
    with open_log(filled.decisions, "reviewer-a") as log:
        log.append("decide", rec="pmid:1", stage="title-abstract", val="include")
        log.append("same", keys=("pmid:1", "pmid:2"))
    where = ("--review", str(filled.folder))
    assert cli.run(["log", "--key", "2", *where]) == 0
    shown = capsys.readouterr()
    assert len(shown.out.splitlines()) == 2  # the set's other record counts
    assert "2 of 2 events" in shown.err
    assert cli.run(["log", "--json", "--since", "2999-01-01", *where]) == 0
    assert json.loads(capsys.readouterr().out) == {"events": []}
    assert cli.run(["log", "--stage", "abstract", *where]) == 2
    assert cli.run(["log", "--key", "pmid:99", *where]) == 2
