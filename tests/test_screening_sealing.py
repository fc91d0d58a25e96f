"""Sealed mode: verdicts stay on the device until all have judged, and are what was sealed."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sealed_review import KEYS, A, events_of, judge, outcomes, reveal, rules, shared

import cli
from screening.decision_logs.decisions import Outcome
from screening.decision_logs.logs import read_logs
from screening.decision_logs.packing import logs_in, pack, read_pack, unpack
from screening.decision_logs.sealed_log import sealed_folder
from screening.exporting import export_of
from screening.selection import Only
from screening.session import open_engine
from screening.state import TITLE_ABSTRACT, load
from search.review import Review

# --- what is shared when -------------------------------------------------------------------------


def test_before_both_have_judged_no_verdict_is_in_the_review(sealed: Review) -> None:
    judge(sealed, "reviewer-a", {"pmid:1": "include", "pmid:2": "exclude"})
    with open_engine(sealed, "reviewer-a", TITLE_ABSTRACT, "added") as (engine, _):
        engine.note("a telling word")
        engine.tag("telling")
        assert engine.counters().decided == 2
        assert engine.kept_back == 4
    criteria, told = sorted(shared(sealed).items())
    assert criteria[0].startswith("criteria.")
    for secret in (b"include", b"exclude", b"telling", b'"val"', b'"salt"', b"E1"):
        assert secret not in told[1]
    assert f"{A}.jsonl" not in shared(sealed)
    (folder,) = sealed_folder().iterdir()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert read_logs(sealed.decisions).events == ()
    assert [each.rec for each in read_logs(sealed.decisions).sealed] == [
        "pmid:1", "pmid:2", "pmid:3", "pmid:3",
    ]  # fmt: skip


def test_a_sealed_verdict_takes_a_seat_and_gives_no_outcome(sealed: Review) -> None:
    judge(sealed, "reviewer-a", {"pmid:1": "include"})
    judge(sealed, "reviewer-b", {"pmid:1": "include"})
    state = load(sealed)
    assert state.judges[TITLE_ABSTRACT] == {"pmid:1": {"reviewer-a", "reviewer-b"}}
    assert state.outcomes[TITLE_ABSTRACT]["pmid:1"] is Outcome.AWAITING
    assert reveal(sealed, "reviewer-a") == 1
    assert outcomes(sealed)["pmid:1"] == "awaiting"  # what reviewer-b said is not known yet
    assert reveal(sealed, "reviewer-b") == 1
    assert outcomes(sealed)["pmid:1"] == "included"
    assert rules(sealed) == []


def test_lines_are_revealed_in_order_up_to_the_first_that_waits(sealed: Review) -> None:
    judge(sealed, "reviewer-a", {"pmid:1": "include", "pmid:2": "include", "pmid:3": "include"})
    judge(sealed, "reviewer-b", {"pmid:3": "include", "pmid:1": "include"})
    assert reveal(sealed, "reviewer-a") == 1  # pmid:2 waits, and what stands behind it
    assert reveal(sealed, "reviewer-a") == 0
    judge(sealed, "reviewer-b", {"pmid:2": "exclude"})
    assert (reveal(sealed, "reviewer-a"), reveal(sealed, "reviewer-b")) == (2, 3)
    assert outcomes(sealed) == {
        "pmid:1": "included", "pmid:2": "conflict", "pmid:3": "included",
        "pmid:4": "awaiting", "pmid:5": "awaiting",
    }  # fmt: skip
    assert rules(sealed) == []
    private = next(sealed_folder().glob(f"*/{A}.jsonl"))
    assert private.read_bytes() == shared(sealed)[f"{A}.jsonl"]


def test_screening_reveals_what_is_due_when_it_begins(sealed: Review) -> None:
    judge(sealed, "reviewer-a", {"pmid:1": "include"})
    judge(sealed, "reviewer-b", {"pmid:1": "include"})
    with open_engine(sealed, "reviewer-a", TITLE_ABSTRACT) as (engine, _):
        assert engine.kept_back == 0


def test_a_change_of_mind_under_seal_makes_the_outcome_wait_again(sealed: Review) -> None:
    judge(sealed, "reviewer-a", {"pmid:1": "include"})
    judge(sealed, "reviewer-b", {"pmid:1": "include"})
    assert (reveal(sealed, "reviewer-a"), reveal(sealed, "reviewer-b")) == (1, 1)
    with open_engine(sealed, "reviewer-a", TITLE_ABSTRACT) as (engine, _):
        engine.undo()
    assert outcomes(sealed)["pmid:1"] == "awaiting"
    assert load(sealed).judges[TITLE_ABSTRACT] == {"pmid:1": {"reviewer-b"}}
    judge(sealed, "reviewer-a", {"pmid:1": "exclude"})
    assert outcomes(sealed)["pmid:1"] == "awaiting"
    reveal(sealed, "reviewer-a")
    assert outcomes(sealed)["pmid:1"] == "conflict"


def test_an_export_gives_no_outcome_that_a_sealed_line_took_back(sealed: Review) -> None:
    for who in ("reviewer-a", "reviewer-b"):
        judge(sealed, who, {"pmid:1": "include"})
    for who in ("reviewer-a", "reviewer-b"):
        reveal(sealed, who)
    judge(sealed, "reviewer-a", {"pmid:1": "exclude"})
    assert outcomes(sealed)["pmid:1"] == "awaiting"
    (found,) = (
        each.brought
        for each in export_of(sealed, Only.ALL, read_logs(sealed.decisions)).records()
        if each.brought and each.brought.key == "pmid:1"
    )
    assert (found.outcome, found.votes) == ("awaiting", ())


def test_the_log_tells_what_a_sealed_line_took_back(
    sealed: Review, capsys: pytest.CaptureFixture[str]
) -> None:
    for who in ("reviewer-a", "reviewer-b"):
        judge(sealed, who, {"pmid:1": "include"})
    for who in ("reviewer-a", "reviewer-b"):
        reveal(sealed, who)
    with open_engine(sealed, "reviewer-a", TITLE_ABSTRACT) as (engine, _):
        engine.undo()
    assert cli.run(["log", "--json", "--review", str(sealed.folder)]) == 0
    told = json.loads(capsys.readouterr().out)
    (entries,) = (each for each in told.values() if isinstance(each, list) and each)
    assert {each["reviewer"]: each["taken_back"] for each in entries} == {
        "reviewer-a": True, "reviewer-b": False,
    }  # fmt: skip


def test_a_sitting_goes_on_where_it_stopped_and_undoes_what_is_sealed(sealed: Review) -> None:
    judge(sealed, "reviewer-a", {"pmid:1": "include", "pmid:2": "exclude"})
    with open_engine(sealed, "reviewer-a", TITLE_ABSTRACT, "added") as (engine, _):
        assert engine.current == "pmid:3"
        undone = engine.undo()
        assert (undone and undone.rec, engine.current) == ("pmid:2", "pmid:2")
    assert load(sealed).judges[TITLE_ABSTRACT] == {"pmid:1": {"reviewer-a"}}


def test_where_seals_are_asked_for_no_more_all_is_shared(sealed: Review) -> None:
    judge(sealed, "reviewer-a", {"pmid:1": "include"})
    path = sealed.folder / "protocol.toml"
    path.write_text(path.read_text().replace("sealed = true", "sealed = false"))
    judge(Review(sealed.folder), "reviewer-a", {"pmid:2": "include"})
    assert [event.rec for event in read_logs(sealed.decisions).events] == ["pmid:1", "pmid:2"]
    assert rules(sealed) == []


def test_what_another_device_holds_under_seal_is_not_asked_again(
    sealed: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge(sealed, "reviewer-a", {"pmid:1": "include"})
    monkeypatch.setenv("SARCAT_DEVICE", "desk")
    with open_engine(sealed, "reviewer-a", TITLE_ABSTRACT, "added") as (engine, faults):
        assert list(engine.sitting.keys) == KEYS[1:]
    assert "1 record you have judged under seal on another device" in str(faults[0])


# --- any order of merging ------------------------------------------------------------------------


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["reviewer-a", "reviewer-b"]),
        st.sampled_from(["include", "exclude", "undo", "reveal"]),
        st.sampled_from(KEYS),
    ),
    max_size=12,
)


@settings(
    max_examples=15, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(acts=ACTS, dice=st.randoms(use_true_random=False))
def test_packs_in_any_order_and_number_come_to_the_same(
    sealed: Review, acts: list[tuple[str, str, str]], dice: random.Random, tmp_path: Path
) -> None:
    shutil.rmtree(sealed.decisions, ignore_errors=True)
    stages = [pack({})]
    for who, act, key in acts:
        if act == "reveal":
            reveal(sealed, who)
        elif act == "undo":
            with open_engine(sealed, who, TITLE_ABSTRACT) as (engine, _):
                engine.undo()
        else:
            judge(sealed, who, {key: act})
        stages.append(pack(logs_in(sealed.decisions)))
    there = tmp_path / "there"
    shutil.rmtree(there, ignore_errors=True)
    shutil.copytree(sealed.folder, there, ignore=shutil.ignore_patterns("decisions"))
    copy = Review(there)
    order = [*stages[1:], *stages[-1:]]
    dice.shuffle(order)
    for each in [*order, *stages[-1:]] if acts else []:
        (tmp_path / "x.zip").write_bytes(each)
        unpack(read_pack(tmp_path / "x.zip"), copy.decisions)
    if acts:
        assert shared(copy) == shared(sealed)
        assert events_of(copy) == events_of(sealed)
    assert rules(sealed) == []


# --- commands ------------------------------------------------------------------------------------


def test_where_nothing_is_sealed_nothing_is_made(
    sealed: Review, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["reveal", "--as", "reviewer-a", "--review", str(sealed.folder)]) == 0
    assert capsys.readouterr().out == "0 lines revealed, 0 still sealed.\n"
    assert not sealed.decisions.exists()


def test_a_protocol_that_asks_for_seals_no_more_has_all_revealed(
    sealed: Review, capsys: pytest.CaptureFixture[str]
) -> None:
    judge(sealed, "reviewer-a", {"pmid:1": "include"})
    path = sealed.folder / "protocol.toml"
    path.write_text(path.read_text().replace("sealed = true", ""))
    assert cli.run(["reveal", "--as", "reviewer-a", "--review", str(sealed.folder)]) == 0
    assert capsys.readouterr().out == "1 line revealed, 0 still sealed.\n"


def test_a_pack_says_how_many_seals_it_holds(
    sealed: Review, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    judge(sealed, "reviewer-a", {"pmid:1": "include", "pmid:2": "include"})
    assert cli.run(["pack", str(tmp_path / "a.zip"), "--review", str(sealed.folder)]) == 0
    assert "a.zip: 0 lines of 0 logs, 2 seals" in capsys.readouterr().out


def test_ones_own_sealed_verdicts_count_for_oneself(
    sealed: Review, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--review", str(sealed.folder)]
    judge(sealed, "reviewer-a", {"pmid:1": "exclude"})
    path = sealed.folder / "protocol.toml"
    path.write_text(path.read_text().replace("Not sarcoma.", "Not about sarcoma."))
    for who, listed in (("reviewer-a", ["pmid:1"]), ("reviewer-b", [])):
        assert cli.run(["outdated", "--as", who, "--json", *where]) == 0
        told = json.loads(capsys.readouterr().out)
        assert [each["key"] for each in told["decisions"]] == listed
        assert cli.run(["stop", "--as", who, "--json", *where]) == 0
        assert json.loads(capsys.readouterr().out)["read"] == len(listed)


def test_the_commands_tell_what_is_sealed(
    sealed: Review, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--review", str(sealed.folder)]
    judge(sealed, "reviewer-a", {"pmid:1": "include"})
    judge(sealed, "reviewer-b", {"pmid:1": "exclude"})
    assert cli.run(["status", "--json", *where]) == 0
    assert json.loads(capsys.readouterr().out)["sealed"] == {"title-abstract": 1, "full-text": 0}
    assert cli.run(["explain", "pmid:1", *where]) == 0
    told = capsys.readouterr().out
    assert told.count("has judged (not shown until all have)") == 2
    assert cli.run(["log", *where]) == 0
    assert "2 lines more, still sealed" in capsys.readouterr().err
    assert cli.run(["agreement", *where]) == 0
    assert "No two reviewers" in capsys.readouterr().err
    assert cli.run(["reveal", "--as", "reviewer-a", "--json", *where]) == 0
    assert json.loads(capsys.readouterr().out) == {"revealed": 1, "sealed": 0}
    assert cli.run(["reveal", "--as", "nobody", *where]) == 2
    judge(sealed, "reviewer-b", {"pmid:2": "exclude"})
    assert cli.run(["reveal", "--as", "reviewer-b", *where]) == 0
    assert cli.run(["conflicts", *where]) == 0
    capsys.readouterr()
    assert cli.run(["reveal", "--as", "reviewer-b", "--all", *where]) == 0
    assert capsys.readouterr().out == "1 line revealed, 0 still sealed.\n"
