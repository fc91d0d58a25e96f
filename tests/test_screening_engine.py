"""The engine: queue, verdicts, undo, notes; after a restart everything stands where it stood."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from conftest import add_run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from screening.decision_logs.decisions import in_force
from screening.decision_logs.events import Act
from screening.decision_logs.logs import open_log, read_logs
from screening.engine import Engine
from screening.session import decide_one, open_engine
from search.errors import BadInput
from search.records import Record
from search.review import Review


@contextmanager
def sitting(
    review: Review, name: str = "reviewer-a", stage: str = "title-abstract", order: str = "added"
) -> Iterator[Engine]:
    with open_engine(Review(review.folder), name, stage, order) as (engine, _faults):
        yield engine


def verdicts(review: Review, name: str = "reviewer-a") -> dict[str, str]:
    held = in_force(read_logs(review.decisions).events)
    return {key: by[name].verdict for (key, _), by in held.items() if name in by}


def test_each_decision_is_on_disk_and_the_next_record_is_there(filled: Review) -> None:
    with sitting(filled) as engine:
        assert engine.current == "pmid:1"
        event = engine.decide("include")
        assert read_logs(filled.decisions).events == (event,)
        assert engine.current == "pmid:2"
        stored = filled.store.record("pmid:1")
        assert stored
        assert (event.seen, event.crit) == (stored.seen, filled.protocol.criteria_hash)


def test_counters(filled: Review) -> None:
    with sitting(filled) as engine:
        engine.decide("include")
        engine.decide("maybe")
        engine.later()
        counters = engine.counters()
        assert (counters.decided, counters.total, counters.today, counters.left) == (2, 5, 2, 3)
        assert counters.position == 3
        engine.undo()
        engine.undo()
        assert (engine.counters().decided, engine.counters().today) == (1, 1)


def test_undo_of_many_steps_also_after_a_restart_goes_to_the_record_undone(filled: Review) -> None:
    with sitting(filled) as engine:
        for verdict in ("include", "exclude", "maybe"):
            engine.decide(verdict)
    for expected in ("pmid:3", "pmid:2", "pmid:1"):
        with sitting(filled) as engine:
            engine.undo()
            assert engine.current == expected
        with sitting(filled) as engine:
            assert engine.current == expected  # and is there still after a restart
    with sitting(filled) as engine:
        assert engine.undo() is None
    assert verdicts(filled) == {}


def test_redo_until_something_else_is_done(filled: Review) -> None:
    with sitting(filled) as engine:
        engine.decide("include")
        engine.decide("exclude")
        engine.undo()
        engine.undo()
        assert engine.redo()
        assert (engine.current, verdicts(filled)) == ("pmid:2", {"pmid:1": "include"})
        assert engine.redo()
        assert engine.redo() is None
        assert verdicts(filled) == {"pmid:1": "include", "pmid:2": "exclude"}
        engine.undo()
        engine.decide("maybe")
        assert engine.redo() is None
        assert verdicts(filled) == {"pmid:1": "include", "pmid:2": "maybe"}


def test_what_a_script_decided_can_be_undone_as_well(filled: Review) -> None:
    decide_one(filled, "pmid:4", "include", "reviewer-a", "title-abstract")
    with sitting(filled) as engine:
        assert engine.current == "pmid:5"
        engine.undo()
        assert engine.current == "pmid:4"


def test_a_change_of_mind_is_no_further_record_of_the_day(filled: Review) -> None:
    with sitting(filled) as engine:
        engine.decide("include")
        engine.go_to("1")
        engine.decide("exclude")
        assert (engine.counters().decided, engine.counters().today) == (1, 1)
        engine.undo()
        assert (engine.counters().decided, engine.counters().today) == (1, 1)
        engine.undo()
        assert (engine.counters().decided, engine.counters().today) == (0, 0)


def test_a_change_of_mind_takes_the_place_of_the_first_verdict(filled: Review) -> None:
    with sitting(filled) as engine:
        engine.decide("include")
        assert engine.step(-1)
        assert engine.verdict("pmid:1")
        engine.decide("exclude")
        assert engine.current == "pmid:2"
        assert verdicts(filled) == {"pmid:1": "exclude"}
        engine.undo()
        assert verdicts(filled) == {"pmid:1": "include"}
        assert engine.counters().decided == 1


def test_records_put_off_come_last_in_the_order_in_which_they_were(filled: Review) -> None:
    with sitting(filled) as engine:
        engine.later()
        engine.later()
        shown = []
        while engine.current:
            shown.append(engine.current)
            engine.decide("include")
        assert shown == ["pmid:3", "pmid:4", "pmid:5", "pmid:1", "pmid:2"]
        with pytest.raises(BadInput, match="all are decided"):
            engine.decide("include")
        assert engine.step(-1)
        with pytest.raises(BadInput, match="decided already"):
            engine.later()


def test_notes_and_tags_are_kept_and_can_be_undone(filled: Review) -> None:
    with sitting(filled) as engine:
        engine.note(" look again\x1b[31m ")
        assert engine.tag("  a   trial ") is True
        assert engine.tag("other") is True
        assert engine.tag("a trial") is False
    with sitting(filled) as engine:
        assert engine.current == "pmid:1"
        assert (engine.notes("pmid:1"), engine.tags("pmid:1")) == (
            ["look again\x1b[31m"],
            ["other"],
        )
        engine.undo()
        engine.undo()
        assert (engine.notes("pmid:1"), engine.tags("pmid:1")) == ([], [])
        for wrong in ("", "  ", "x" * 61):
            with pytest.raises(BadInput):
                engine.tag(wrong)
        with pytest.raises(BadInput):
            engine.note(" ")


def test_going_about_decides_nothing(filled: Review) -> None:
    with sitting(filled) as engine:
        assert not engine.step(-1)
        assert engine.step(1)
        assert engine.current == "pmid:2"
        assert engine.go_to("5")
        assert not engine.step(1)
        assert engine.go_to("pmid:3")
        assert engine.go_to("00004")
        assert engine.current == "pmid:4"
        assert not engine.go_to("99")
        assert not engine.go_to("pmid:99")
        assert not engine.go_to("²")
        assert engine.find("OSTEOSARCOME")
        assert engine.current == "pmid:4"
        assert engine.find("muster")  # the next one with that author
        assert engine.current == "pmid:5"
        assert not engine.find("nowhere")
        assert not engine.find(" - ")
    assert read_logs(filled.decisions).events == ()


def test_the_protocol_is_kept_to(filled: Review) -> None:
    with sitting(filled) as engine:
        for verdict, reason, note in (
            ("perhaps", None, None),
            ("include", "E1", None),
            ("exclude", "E9", None),
            ("exclude", "other", None),
            ("exclude", "other", "  "),
        ):
            with pytest.raises(BadInput):
                engine.decide(verdict, reason, note)
        assert engine.current == "pmid:1"
        engine.decide("exclude", "other", "a poster")
    assert len(read_logs(filled.decisions).events) == 1


# --- what is offered ---------------------------------------------------------------------------


def test_a_publication_is_offered_once_and_judged_on_the_record_that_says_most(
    filled: Review,
) -> None:
    twin = Record(doi="10.1000/x", title="A registry of chondrosarcoma in nine countries", year=2021,
                  authors=("Muster, B",), journal="Sarcoma")  # fmt: skip
    told = Record(doi="10.1000/x", title=twin.title, year=2021, abstract="It has a registry.",
                  authors=twin.authors, journal="Sarcoma")  # fmt: skip
    (first,) = add_run(filled, [twin], "pubmed", "2026-02-01T00:00:00Z")
    (second,) = add_run(filled, [told], "embase", "2026-02-02T00:00:00Z")
    with sitting(filled) as engine:
        assert engine.counters().total == 6
        assert engine.go_to(first)
        assert engine.current in (first, second)
        assert {each.key for each in engine.members()} == {first, second}
        shown = engine.shown()
        assert shown
        assert shown.key == second
        here = engine.current
        event = engine.decide("include")
        assert (event.rec, event.seen) == (second, shown.seen)
        assert engine.verdict(here)
        assert engine.counters().decided == 1


def test_a_judgement_on_any_record_of_a_set_counts_for_the_set(filled: Review) -> None:
    with sitting(filled) as engine:
        engine.decide("include")
    with open_log(filled.decisions, "reviewer-b") as log:
        log.append(Act.SAME, keys=("pmid:1", "pmid:2"))
    with sitting(filled) as engine:
        assert engine.counters().total == 4
        assert engine.counters().decided == 1
        assert engine.current == "pmid:3"


def test_what_enough_others_have_judged_is_not_offered(filled: Review) -> None:
    protocol = filled.folder / "protocol.toml"
    protocol.write_text(protocol.read_text().replace("reviewers = 2", "reviewers = 1"))
    with sitting(filled, "reviewer-b") as engine:
        engine.decide("exclude")
    with sitting(filled) as engine:
        assert engine.counters().total == 4
        assert not engine.go_to("pmid:1")


def test_only_forwarded_records_come_to_full_text(filled: Review) -> None:
    for name, verdict in (("reviewer-a", "include"), ("reviewer-b", "maybe")):
        decide_one(filled, "pmid:2", verdict, name, "title-abstract")
    decide_one(filled, "pmid:3", "include", "reviewer-a", "title-abstract")
    with sitting(filled, stage="full-text") as engine:
        assert (engine.current, engine.counters().total) == ("pmid:2", 1)
        with pytest.raises(BadInput, match="needs a reason"):
            engine.decide("exclude")
        engine.decide("exclude", "E1")
        assert engine.undo()
    with pytest.raises(BadInput, match="too few reviewers"):
        decide_one(filled, "pmid:3", "include", "reviewer-a", "full-text")


def test_reviewers_do_not_see_each_other(filled: Review) -> None:
    with sitting(filled) as engine:
        engine.decide("exclude", "other", "mine alone")
        engine.step(-1)
        engine.note("mine too")
        engine.tag("mine")
    with sitting(filled, "reviewer-b") as engine:
        assert engine.current == "pmid:1"
        assert engine.verdict("pmid:1") is None
        assert (engine.notes("pmid:1"), engine.tags("pmid:1")) == ([], [])
        assert engine.undo() is None
        assert engine.last is None


# --- a restart at any moment -------------------------------------------------------------------

KEYS = st.lists(
    st.sampled_from(["i", "i", "e", "m", "l", "u", "u", "U", "n", "p", "t", "g"]), max_size=14
)


def press(engine: Engine, key: str) -> None:
    acts = {
        "i": lambda: engine.decide("include"),
        "e": lambda: engine.decide("exclude"),
        "m": lambda: engine.decide("maybe"),
        "l": engine.later,
        "u": engine.undo,
        "U": engine.redo,
        "n": lambda: engine.step(1),
        "p": lambda: engine.step(-1),
        "t": lambda: engine.note("x"),
        "g": lambda: engine.tag("x"),
    }
    with contextlib.suppress(BadInput):  # nothing left, or decided already
        acts[key]()


def standing_of(engine: Engine) -> tuple[object, ...]:
    keys = [f"pmid:{number}" for number in range(1, 6)]
    return (
        engine.counters().decided,
        engine.counters().today,
        [(key, engine.notes(key), engine.tags(key), engine.is_put_off(key)) for key in keys],
        [verdict and verdict.val for verdict in map(engine.verdict, keys)],
    )


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(keys=KEYS)
def test_a_restart_changes_nothing(filled: Review, keys: list[str]) -> None:
    for path in filled.decisions.glob("*"):
        path.unlink()
    with sitting(filled) as engine:
        for key in keys:
            press(engine, key)
        stood, here = standing_of(engine), engine.current
    with sitting(filled) as engine:
        assert standing_of(engine) == stood
        if not {"n", "p"} & set(keys):
            assert engine.current == here
    assert verdicts(filled) == {
        f"pmid:{number}": verdict for number, verdict in enumerate(stood[3], start=1) if verdict  # type: ignore[arg-type]
    }  # fmt: skip
