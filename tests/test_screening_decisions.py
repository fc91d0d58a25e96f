"""The fold of all events: the same in any order and after any merge, and what verdicts come to."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.decision_logs.decisions import (
    Decision,
    Outcome,
    in_force,
    outcome,
    settlements,
    stale,
    standing,
)
from screening.decision_logs.events import Act, Event, to_line
from screening.decision_logs.logs import read_logs
from search.protocol import Stage

WRITERS = [("reviewer-a", "laptop"), ("reviewer-a", "desk"), ("reviewer-b", "laptop")]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(WRITERS),
        st.sampled_from([Act.DECIDE, Act.DECIDE, Act.SETTLE, Act.UNDO, Act.UNDO]),
        st.sampled_from(["pmid:1", "pmid:2"]),
        st.sampled_from(["include", "exclude", "maybe"]),
        st.integers(0, 5),  # how far back an undo reaches
        st.booleans(),  # whether the device had read the others before
    ),
    max_size=14,
)
Steps = Sequence[tuple[tuple[str, str], Act, str, str, int, bool]]


def played(steps: Steps) -> dict[tuple[str, str], list[Event]]:
    """The logs that devices write which hear of each other only now and then."""
    logs: dict[tuple[str, str], list[Event]] = {writer: [] for writer in WRITERS}
    heard = dict.fromkeys(WRITERS, 0)
    for number, (writer, act, key, verdict, back, hears) in enumerate(steps):
        if hears:
            heard[writer] = (
                max(event.lc for log in [[], *logs.values()] for event in log)
                if any(logs.values())
                else 0
            )
        written = [event for log in logs.values() for event in log]
        heard[writer] += 1
        target = written[-1 - back].eid if act is Act.UNDO and back < len(written) else None
        what = (
            {"act": Act.UNDO, "target": target}
            if target
            else {
                "act": act if act is not Act.UNDO else Act.DECIDE,
                "rec": key,
                "stage": "full-text",
                "val": verdict,
            }
        )
        logs[writer].append(
            Event(
                eid=f"{number:04}", n=len(logs[writer]) + 1, prev="", who=writer[0],
                dev=writer[1], t="", lc=heard[writer], **what,  # type: ignore[arg-type]
            )
        )  # fmt: skip
    return logs


@given(STEPS, st.randoms(use_true_random=False))
def test_order_and_double_delivery_change_nothing(steps: Steps, shuffle: random.Random) -> None:
    events = [event for log in played(steps).values() for event in log]
    expected = in_force(events), settlements(events)
    again = events + [event for event in events if shuffle.random() < 0.5]
    shuffle.shuffle(again)
    assert (in_force(again), settlements(again)) == expected


@settings(max_examples=40, deadline=None)
@given(steps=STEPS, shuffle=st.randoms(use_true_random=False))
def test_merged_files_come_to_the_same_state(
    tmp_path_factory: pytest.TempPathFactory, steps: Steps, shuffle: random.Random
) -> None:
    logs = played(steps)
    expected = in_force([event for log in logs.values() for event in log])
    folder = tmp_path_factory.mktemp("decisions")
    for (who, dev), log in logs.items():
        # a copy of a cloud folder holds an older state, git's union merge lines in another order
        older = log[: shuffle.randint(0, len(log))]
        mixed = log + [event for event in log if shuffle.random() < 0.3]
        shuffle.shuffle(mixed)
        for name, part in ((f"{who}.{dev}.jsonl", mixed), (f"{who}.{dev} (1).jsonl", older)):
            (folder / name).write_text("".join(f"{to_line(event)}\n" for event in part))
    assert in_force(read_logs(folder).events) == expected


def chain(*targets: int | None) -> list[Event]:
    """Events 0, 1, 2 … of one reviewer: a decision, or the undo of an earlier (or later) event."""
    return [
        Event(f"e{number}", number + 1, "", "reviewer-a", "d", "", number + 1, Act.DECIDE,
              rec=f"pmid:{number}", stage="full-text", val="include")
        if target is None
        else Event(f"e{number}", number + 1, "", "reviewer-a", "d", "", number + 1, Act.UNDO,
                   target=f"e{target}")
        for number, target in enumerate(targets)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("events", "left"),
    [
        (chain(None, None), ["e0", "e1"]),
        (chain(None, 0), []),
        (chain(None, 0, 1), ["e0"]),  # undo, undone
        (chain(None, 0, 1, 2), []),  # and done again
        (chain(None, 0, 0), []),  # twice the same
        (chain(None, 9), ["e0"]),  # of what is not there
        (chain(2, None, None), ["e1", "e2"]),  # of what comes later
        (chain(None, 1), ["e0"]),  # of itself
    ],
)
def test_undo(events: list[Event], left: list[str]) -> None:
    assert [event.eid for event in standing(events)] == left


def held(*verdicts: str) -> list[Decision]:
    events = [
        Event(eid=str(n), n=1, prev="", who=f"reviewer-{who}", dev="d", t="", lc=n, act=Act.DECIDE,
              rec=f"pmid:{n}", stage="title-abstract", val=verdict)
        for n, (who, verdict) in enumerate(each.split() for each in verdicts)
    ]  # fmt: skip
    return list(itertools.chain(*(each.values() for each in in_force(events).values())))


ONE = Stage("title-abstract", 1)
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
    (["a include", "a include"], TWO, Outcome.AWAITING),  # one reviewer, two records of the set
    (["a include", "a exclude"], ONE, Outcome.CONFLICT),
    (["a maybe", "a include"], ONE, Outcome.INCLUDED),
    (["a include", "b include", "c exclude"], TWO, Outcome.CONFLICT),
    ([], ONE, Outcome.AWAITING),
]


@pytest.mark.parametrize(("verdicts", "stage", "expected"), OUTCOMES)
def test_what_verdicts_come_to(verdicts: list[str], stage: Stage, expected: Outcome) -> None:
    assert outcome(held(*verdicts), None, stage) is expected


def test_a_settlement_wins() -> None:
    (settled,) = held("b exclude")
    assert outcome(held("a include", "b exclude"), settled, TWO) is Outcome.EXCLUDED


def test_decisions_on_a_text_that_has_changed_are_listed() -> None:
    events = [
        Event(f"e{n}", n, "", "reviewer-a", "d", "", n, Act.DECIDE, rec=f"pmid:{n}",
              stage="full-text", val="include", seen=seen)
        for n, seen in enumerate(("old", "same", None, "gone"), start=1)
    ]  # fmt: skip
    decisions = itertools.chain(*(each.values() for each in in_force(events).values()))
    changed = stale(decisions, {"pmid:1": "new", "pmid:2": "same", "pmid:3": "new"})
    assert [decision.key for decision in changed] == ["pmid:1"]
