"""Decision logs: durable, verifiable, and the same whatever the order in which they come."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening import logs
from screening.decisions import Outcome, in_force, outcome, settlements, stale
from screening.events import Act, Event
from screening.logs import Log, open_log, read_logs
from search.errors import BadInput, SarcatError
from search.protocol import Stage


def decide(log: Log, key: str, verdict: str, **more: str) -> Event:
    return log.append(Act.DECIDE, rec=key, stage="title-abstract", val=verdict, **more)


def test_a_decision_is_there_as_soon_as_it_is_acknowledged(tmp_path: Path) -> None:
    with open_log(tmp_path, "reviewer-a", "laptop") as log:
        event = decide(log, "pmid:1", "include", note="\x1b[31m=cmd|' /c'")
        assert read_logs(tmp_path).events == (event,)
    assert (tmp_path / "reviewer-a.laptop.jsonl").read_text().count("\n") == 1


def test_the_newest_verdict_holds_and_undo_takes_it_back(tmp_path: Path) -> None:
    with open_log(tmp_path, "reviewer-a", "laptop") as log:
        decide(log, "pmid:1", "include")
        second = decide(log, "pmid:1", "exclude", reason="E1")
        key = ("pmid:1", "title-abstract")
        assert in_force(read_logs(tmp_path).events)[key]["reviewer-a"].reason == "E1"
        undo = log.append(Act.UNDO, target=second.eid)
        assert in_force(read_logs(tmp_path).events)[key]["reviewer-a"].verdict == "include"
        log.append(Act.UNDO, target=undo.eid)
        assert in_force(read_logs(tmp_path).events)[key]["reviewer-a"].verdict == "exclude"


def test_nobody_undoes_the_judgement_of_another(tmp_path: Path) -> None:
    with open_log(tmp_path, "reviewer-a", "laptop") as log:
        event = decide(log, "pmid:1", "include")
    with open_log(tmp_path, "reviewer-b", "desk") as log:
        log.append(Act.UNDO, target=event.eid)
    assert in_force(read_logs(tmp_path).events)["pmid:1", "title-abstract"]


def test_a_torn_last_line_is_set_aside_wherever_it_is_cut(tmp_path: Path) -> None:
    with open_log(tmp_path / "whole", "reviewer-a", "laptop") as log:
        decide(log, "pmid:1", "include")
        decide(log, "pmid:2", "exclude")
    data = (tmp_path / "whole" / "reviewer-a.laptop.jsonl").read_bytes()
    first = data.index(b"\n") + 1
    for cut in range(first + 1, len(data) - 1):  # a whole line that lacks only its end is kept
        folder = tmp_path / str(cut)
        folder.mkdir()
        (folder / "reviewer-a.laptop.jsonl").write_bytes(data[:cut])
        read = read_logs(folder)
        assert [event.rec for event in read.events] == ["pmid:1"]
        assert [(fault.rule, fault.line) for fault in read.faults] == [("torn", 2)]
        with open_log(folder, "reviewer-a", "laptop") as log:
            decide(log, "pmid:3", "include")
        after = read_logs(folder)
        assert [event.rec for event in after.events] == ["pmid:1", "pmid:3"]
        assert after.faults == ()
        assert (folder / "reviewer-a.laptop.torn").read_bytes() == data[first:cut] + b"\n"


@pytest.mark.parametrize("line", [0, 1])
def test_a_rewritten_line_is_named(tmp_path: Path, line: int) -> None:
    with open_log(tmp_path, "reviewer-a", "laptop") as log:
        for number in range(3):
            decide(log, f"pmid:{number}", "include")
    path = tmp_path / "reviewer-a.laptop.jsonl"
    written = path.read_text().splitlines()
    written[line] = written[line].replace("include", "exclude")
    path.write_text("\n".join(written) + "\n")
    assert [(fault.rule, fault.line) for fault in read_logs(tmp_path).faults] == [
        ("chain", line + 1)
    ]


def test_a_line_that_is_no_event_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    with open_log(tmp_path, "reviewer-a", "laptop") as log:
        decide(log, "pmid:1", "include")
    path = tmp_path / "reviewer-a.laptop.jsonl"
    path.write_text("<<<<<<< HEAD\n" + path.read_text())
    read = read_logs(tmp_path)
    assert len(read.events) == 1
    assert ("unreadable", 1) in [(fault.rule, fault.line) for fault in read.faults]


def test_a_copy_of_a_cloud_folder_changes_nothing(tmp_path: Path) -> None:
    with open_log(tmp_path, "reviewer-a", "laptop") as log:
        decide(log, "pmid:1", "include")
    whole = read_logs(tmp_path)
    copy = tmp_path / "reviewer-a.laptop (conflicted copy).jsonl"
    copy.write_bytes((tmp_path / "reviewer-a.laptop.jsonl").read_bytes())
    read = read_logs(tmp_path)
    assert read.events == whole.events
    assert [fault.level for fault in read.faults] == ["info"]


def test_two_writers_of_one_log_do_not_meet(tmp_path: Path) -> None:
    with (
        open_log(tmp_path, "reviewer-a", "laptop"),
        pytest.raises(SarcatError, match="another window"),
    ):
        open_log(tmp_path, "reviewer-a", "laptop")


@pytest.mark.parametrize("name", ["../x", "A", "", "a/b", "a b"])
def test_a_name_is_never_a_path(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput, match="cannot name a log file"):
        Log(tmp_path, name, "laptop")


def test_event_ids_rise_even_when_the_clock_jumps_back(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([9_000_000_000_000_000_000, 1, 2])
    monkeypatch.setattr(logs.time, "time_ns", lambda: next(times))
    made = [logs.new_event_id() for _ in range(3)]
    assert made == sorted(made)
    assert len(set(made)) == 3


def test_a_full_disk_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_log(tmp_path, "reviewer-a", "laptop") as log:
        decide(log, "pmid:1", "include")
        with monkeypatch.context() as full:
            real, failures = logs.os.fsync, iter([OSError(28, "No space left on device")])

            def fail(descriptor: int) -> None:
                if failure := next(failures, None):
                    raise failure
                real(descriptor)

            full.setattr(logs.os, "fsync", fail)
            with pytest.raises(SarcatError, match="does not count"):
                decide(log, "pmid:2", "include")
        decide(log, "pmid:3", "include")
    read = read_logs(tmp_path)
    assert [event.rec for event in read.events] == ["pmid:1", "pmid:3"]
    assert read.faults == ()


# --- the fold ----------------------------------------------------------------------------------

ACTS = st.tuples(
    st.sampled_from(["reviewer-a", "reviewer-b"]),
    st.sampled_from([Act.DECIDE, Act.DECIDE, Act.SETTLE, Act.UNDO]),
    st.sampled_from(["pmid:1", "pmid:2"]),
    st.sampled_from(["include", "exclude", "maybe"]),
)


@given(st.lists(ACTS, max_size=12), st.randoms(use_true_random=False))
def test_order_and_double_delivery_change_nothing(
    rows: list[tuple[str, Act, str, str]], random
) -> None:  # type: ignore[no-untyped-def]
    events: list[Event] = []
    for number, (who, act, key, verdict) in enumerate(rows):
        common = {
            "eid": f"{number:04}",
            "n": 1,
            "prev": "",
            "who": who,
            "dev": "d",
            "t": "",
            "lc": number // 2,
        }
        if act is Act.UNDO:
            target = events[-1].eid if events else None
            events.append(Event(act=act, target=target, **common))  # type: ignore[arg-type]
        else:
            events.append(Event(act=act, rec=key, stage="full-text", val=verdict, **common))  # type: ignore[arg-type]
    shuffled = events.copy()
    random.shuffle(shuffled)
    assert in_force(shuffled) == in_force(events)
    assert settlements(shuffled) == settlements(events)


def held(*verdicts: str) -> list:  # type: ignore[type-arg]
    events = [
        Event(eid=str(n), n=1, prev="", who=f"reviewer-{who}", dev="d", t="", lc=n, act=Act.DECIDE,
              rec=f"pmid:{n}", stage="title-abstract", val=verdict)
        for n, (who, verdict) in enumerate(each.split() for each in verdicts)
    ]  # fmt: skip
    return list(itertools.chain(*(each.values() for each in in_force(events).values())))


TWO = Stage("title-abstract", 2)
TALKED = Stage("title-abstract", 2, maybe_counts_as="conflict")
OUTCOMES = [
    (["a include"], TWO, Outcome.AWAITING),
    (["a include", "b include"], TWO, Outcome.INCLUDED),
    (["a exclude", "b exclude"], TWO, Outcome.EXCLUDED),
    (["a include", "b exclude"], TWO, Outcome.CONFLICT),
    (["a include", "b maybe"], TWO, Outcome.INCLUDED),
    (["a exclude", "b maybe"], TWO, Outcome.CONFLICT),
    (["a maybe", "b maybe"], TALKED, Outcome.MAYBE),
    (["a maybe", "b include"], TALKED, Outcome.CONFLICT),
    (["a include", "a exclude", "b include"], TWO, Outcome.CONFLICT),
]


@pytest.mark.parametrize(("verdicts", "stage", "expected"), OUTCOMES)
def test_what_verdicts_come_to(verdicts: list[str], stage: Stage, expected: Outcome) -> None:
    assert outcome(held(*verdicts), None, stage) is expected


def test_a_settlement_wins() -> None:
    (settled,) = held("b exclude")
    assert outcome(held("a include", "b exclude"), settled, TWO) is Outcome.EXCLUDED


def test_decisions_on_a_text_that_has_changed_are_listed(tmp_path: Path) -> None:
    with open_log(tmp_path, "reviewer-a", "laptop") as log:
        decide(log, "pmid:1", "include", seen="old")
        decide(log, "pmid:2", "include", seen="same")
    decisions = itertools.chain(
        *(each.values() for each in in_force(read_logs(tmp_path).events).values())
    )
    changed = stale(decisions, {"pmid:1": "new", "pmid:2": "same"})
    assert [decision.key for decision in changed] == ["pmid:1"]


def test_a_line_is_plain_json(tmp_path: Path) -> None:
    with open_log(tmp_path, "reviewer-a", "laptop") as log:
        decide(log, "pmid:1", "include", note="Ärzte")
    line = json.loads((tmp_path / "reviewer-a.laptop.jsonl").read_text())
    assert (line["v"], line["n"], line["act"], line["note"]) == (1, 1, "decide", "Ärzte")
