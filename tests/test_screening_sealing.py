"""Sealed mode: verdicts stay on the device until all have judged, and are what was sealed."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cli
from screening.decision_logs.decisions import Outcome
from screening.decision_logs.events import Event, digest_of, from_line, hash_of, to_line
from screening.decision_logs.logs import read_logs
from screening.decision_logs.packing import logs_in, pack, read_pack, unpack
from screening.decision_logs.sealed_log import SealedLog, open_screening_log, sealed_folder
from screening.decision_logs.seals import read_seals, seal_line, without_secrets
from screening.exporting import export_of
from screening.revealing import reveal_due
from screening.selection import Only
from screening.session import decide_one, open_engine
from screening.state import TITLE_ABSTRACT, load
from search.errors import SarcatError
from search.review import Review

A, B = "reviewer-a.test-sealed", "reviewer-b.test-sealed"
KEYS = [f"pmid:{number}" for number in range(1, 6)]


@pytest.fixture
def sealed(filled: Review) -> Review:
    path = filled.folder / "protocol.toml"
    path.write_text(path.read_text().replace("seed = 7", "seed = 7\nsealed = true"))
    return Review(filled.folder)


def judge(review: Review, who: str, verdicts: dict[str, str]) -> None:
    for key, verdict in verdicts.items():
        decide_one(
            review, key, verdict, who, TITLE_ABSTRACT, "E1" if verdict == "exclude" else None
        )


def reveal(review: Review, who: str, *, every: bool = False) -> int:
    with open_screening_log(review.decisions, who, sealed=True) as log:
        return reveal_due(load(review, log.logs), log, every=every)


def shared(review: Review) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(review.decisions.iterdir())}


def rules(review: Review) -> list[tuple[str, int | None]]:
    return [(fault.rule, fault.line) for fault in read_logs(review.decisions).faults]


def outcomes(review: Review) -> dict[str, str]:
    state = load(review)
    return {name: each.value for name, each in state.outcomes[TITLE_ABSTRACT].items()}


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


def events_of(review: Review) -> tuple[object, ...]:
    logs = read_logs(review.decisions)
    return logs.events, logs.sealed, outcomes(review)


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


def test_two_clones_merge_by_git_both_ways(
    sealed: Review, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def git(folder: Path, *words: str) -> None:
        subprocess.run(["git", "-c", "user.name=x", "-c", "user.email=x@example.org", *words],
                       cwd=folder, check=True, capture_output=True)  # fmt: skip

    git(sealed.folder, "init", "-q")
    (sealed.folder / ".gitignore").write_text("review.db*\n")
    git(sealed.folder, "add", "-A")
    git(sealed.folder, "commit", "-qm", "begun")
    clones = {}
    for who in ("reviewer-a", "reviewer-b"):
        git(tmp_path, "clone", "-q", str(sealed.folder), who)
        clones[who] = Review(tmp_path / who)
        monkeypatch.setenv("SARCAT_DEVICE", f"{who}-laptop")
        judge(clones[who], who, dict.fromkeys(KEYS[:3], "include"))
        git(clones[who].folder, "add", "-A")
        git(clones[who].folder, "commit", "-qm", "sealed")
    for _ in range(2):
        for who, other in (("reviewer-a", "reviewer-b"), ("reviewer-b", "reviewer-a")):
            git(clones[who].folder, "pull", "-q", "--no-rebase", str(tmp_path / other), "HEAD")
            monkeypatch.setenv("SARCAT_DEVICE", f"{who}-laptop")
            reveal(clones[who], who)
            git(clones[who].folder, "add", "-A")
            git(clones[who].folder, "commit", "-qm", "revealed", "--allow-empty")
    git(clones["reviewer-a"].folder, "pull", "-q", "--no-rebase", str(tmp_path / "reviewer-b"),
        "HEAD")  # fmt: skip
    assert shared(clones["reviewer-a"]) == shared(clones["reviewer-b"])
    assert list(outcomes(clones["reviewer-a"]).values()).count("included") == 3
    assert rules(clones["reviewer-a"]) == []


# --- forged lines --------------------------------------------------------------------------------


@pytest.fixture
def revealed(sealed: Review) -> Review:
    for who in ("reviewer-a", "reviewer-b"):
        judge(sealed, who, dict.fromkeys(KEYS[:3], "include"))
    for who in ("reviewer-a", "reviewer-b"):
        assert reveal(sealed, who) == 3
    return sealed


def rewrite(path: Path, change: Callable[[list[Event]], list[Event]]) -> None:
    """Write a log anew as one who knows how: each sum and hash is right."""
    events = change([from_line(line) for line in path.read_text().splitlines()])
    lines, end = [], ""
    for number, event in enumerate(events, start=1):
        lines.append(to_line(event._replace(n=number, prev=end)))
        end = hash_of(lines[-1])
    path.write_text("".join(f"{line}\n" for line in lines))


@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_line_forged_with_all_its_hashes_is_named(revealed: Review, at: int) -> None:
    def change(events: list[Event]) -> list[Event]:
        events[at] = events[at]._replace(val="exclude")
        return events

    rewrite(revealed.decisions / f"{A}.jsonl", change)
    # it, and those behind it, whose hashes hang on it
    assert rules(revealed) == [("seal", number) for number in range(at + 1, 4)]


def test_a_line_that_was_never_sealed_is_named(revealed: Review) -> None:
    rewrite(revealed.decisions / f"{A}.jsonl",
            lambda events: [*events, events[0]._replace(eid="0199", rec="pmid:4")])  # fmt: skip
    assert rules(revealed) == [("seal", 4)]
    (revealed.decisions / f"{B}.seals").unlink()
    assert ("seal", 1) in rules(revealed)


def test_a_seal_rewritten_with_its_line_breaks_its_chain(revealed: Review) -> None:
    path = revealed.decisions / f"{A}.seals"
    lines = path.read_text().splitlines()
    document = json.loads(lines[1]) | {"line": "0" * 64}
    lines[1] = json.dumps(document)
    path.write_text("\n".join(lines) + "\n")
    assert set(rules(revealed)) == {("seal", 1), ("chain", 3)}


def test_a_seal_that_lies_of_its_record_is_named(revealed: Review) -> None:
    path = revealed.decisions / f"{A}.seals"
    path.write_text(path.read_text().replace("pmid:2", "pmid:5"))
    assert rules(revealed) == [("seal", 2)]


def test_two_histories_of_seals_are_named(revealed: Review) -> None:
    path = revealed.decisions / f"{A}.seals"
    text = re.sub('"line":"([0-9a-f]{64})"}\n$', f'"line":"{"0" * 64}"}}\n', path.read_text())
    path.with_name(f"{A}.sync-conflict-1.seals").write_text(text)
    assert rules(revealed) == [("sealed-twice", 4)]


@pytest.mark.parametrize(
    ("said", "instead", "rule"),
    [
        ('"stage":"title-abstract"', '"stage":"none"', "unreadable"),
        ('"rec":"pmid:4",', "", "unreadable"),
        ('"act":"decide"', '"act":"settle","val":"include"', "unreadable"),
        ('"act":"decide"', '"act":"same"', "unreadable"),
        ('"who":"reviewer-a"', '"who":"reviewer-b"', "writer"),
        ("test-sealed", "test", "writer"),
    ],
)
def test_a_seal_of_what_is_never_sealed_or_of_another_writer_is_named(
    sealed: Review, said: str, instead: str, rule: str
) -> None:
    judge(sealed, "reviewer-a", {"pmid:4": "include"})
    path = sealed.decisions / f"{A}.seals"
    text = path.read_text()
    assert said in text
    path.write_text(text.replace(said, instead))
    assert rules(sealed) == [(rule, 2)]
    assert cli.run(["status", "--review", str(sealed.folder)]) == 0
    assert outcomes(sealed)["pmid:4"] == "awaiting"
    assert cli.run(["verify", "--review", str(sealed.folder)]) == 3


def test_a_seal_of_nobody_in_the_protocol_is_named(
    sealed: Review, capsys: pytest.CaptureFixture[str]
) -> None:
    judge(sealed, "reviewer-a", {"pmid:4": "include"})
    path = sealed.decisions / f"{A}.seals"
    (sealed.decisions / "stranger.test-sealed.seals").write_text(
        path.read_text().replace("reviewer-a", "stranger")
    )
    path.unlink()
    assert cli.run(["verify", "--review", str(sealed.folder)]) == 3
    assert "decisions/stranger.test-sealed.seals:2" in "".join(capsys.readouterr())


@pytest.mark.parametrize("line", ["", "{", "[]", '{"v":1}', '{"line":"x"}', "null", "\udcff"])
def test_a_line_that_is_no_seal_is_named(revealed: Review, line: str) -> None:
    path = revealed.decisions / f"{A}.seals"
    path.write_bytes(path.read_bytes() + line.encode("utf-8", "surrogateescape") + b"\n")
    assert rules(revealed) == [("unreadable", 5)]


PIECES = st.sampled_from([
    b'{"v":1,"log":"ab"}\n', b'{"v":1,"eid":"0","n":1,"prev":"","who":"a","dev":"b","t":"",',
    b'"lc":1,"act":"decide",', b'"line":"' + b"0" * 64 + b'"}\n', b"\n", b"\r\n", b"[" * 2000,
    b'"n":' + b"9" * 5000, b"\xff", b"null\n", b"{}", b'"rec":1,', b'"who":"../x",',
])  # fmt: skip


@given(st.binary(max_size=60) | st.lists(PIECES, max_size=8).map(b"".join))
def test_no_file_of_seals_stops_the_reading(data: bytes) -> None:
    found = read_seals("x.seals", data)
    assert found.whole == data.rfind(b"\n") + 1
    assert len(found.seals) + len(found.faults) + bool(found.log) >= data.count(b"\n")


def test_verify_names_it_and_fails(revealed: Review, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["verify", "--review", str(revealed.folder)]) == 0
    path = revealed.decisions / f"{A}.jsonl"
    path.write_text(path.read_text().replace('"include"', '"exclude"', 1))
    assert cli.run(["verify", "--review", str(revealed.folder)]) == 3
    assert f"decisions/{A}.jsonl:1: this line is not the one that was sealed" in (
        capsys.readouterr().out
    )


@given(
    val=st.text(max_size=20), note=st.text(max_size=20), rec=st.text(max_size=20),
    salt=st.text("0123456789abcdef", min_size=32, max_size=32),
)  # fmt: skip
def test_a_seal_holds_its_line_and_none_of_its_secrets(
    val: str, note: str, rec: str, salt: str
) -> None:
    event = Event("0199", 1, "", "a", "b-sealed", "2026-11-24T00:00:00Z", 1, "tag", rec,
                  TITLE_ABSTRACT, val, note=note, salt=salt)  # fmt: skip
    line = to_line(event)
    data = f"{seal_line(event, hash_of(line))}\n".encode()
    (seal,) = read_seals("x.seals", data).seals
    assert seal.event == without_secrets(event)
    assert (seal.event.val, seal.event.note, seal.event.salt) == (None, None, None)
    assert seal.line == digest_of(line.encode("utf-8", "surrogateescape"))[0]
    assert hash_of(to_line(event._replace(val=f"{val}x"))) != seal.line


# --- nothing durable is weakened -----------------------------------------------------------------


@contextmanager
def opened(review: Review) -> Iterator[SealedLog]:
    with SealedLog(review.decisions, "reviewer-a", "test-sealed") as log:
        yield log


def test_a_file_of_seals_cut_at_any_byte_is_made_whole(sealed: Review) -> None:
    judge(sealed, "reviewer-a", {"pmid:1": "include", "pmid:2": "include"})
    path = sealed.decisions / f"{A}.seals"
    whole = path.read_bytes()
    head = whole.index(b"\n") + 1
    for cut in range(head, len(whole), 7):
        path.write_bytes(whole[:cut])
        with opened(sealed) as log:
            assert len(log.own) == 2
        assert path.read_bytes() == whole


def test_a_seal_that_cannot_be_written_loses_no_verdict(
    sealed: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with open_engine(sealed, "reviewer-a", TITLE_ABSTRACT, "added") as (engine, _):
        with monkeypatch.context() as patch:
            patch.setattr(SealedLog, "_write_seals", full)
            engine.decide("include")
        assert read_logs(sealed.decisions).sealed == ()
        engine.decide("include")
    assert [each.rec for each in read_logs(sealed.decisions).sealed] == ["pmid:1", "pmid:2"]
    assert rules(sealed) == []


def test_sealed_lines_that_are_gone_are_told_and_nothing_is_begun_anew(sealed: Review) -> None:
    judge(sealed, "reviewer-a", {"pmid:1": "include"})
    before = shared(sealed)
    shutil.rmtree(sealed_folder())
    with pytest.raises(SarcatError, match="1 of the lines sealed here are not on this device"):
        judge(sealed, "reviewer-a", {"pmid:2": "include"})
    assert shared(sealed) == before


def test_a_device_that_lost_only_what_is_shared_goes_on(revealed: Review) -> None:
    shutil.rmtree(sealed_folder())
    judge(revealed, "reviewer-a", {"pmid:4": "include"})
    assert rules(revealed) == []
    with opened(revealed) as log:
        assert (len(log.own), log.kept_back) == (4, 1)


def test_lines_other_than_were_sealed_are_refused(sealed: Review) -> None:
    judge(sealed, "reviewer-a", {"pmid:1": "include"})
    rewrite(next(sealed_folder().glob("*/*.jsonl")),
            lambda events: [events[0]._replace(val="exclude")])  # fmt: skip
    with pytest.raises(SarcatError, match="not the seal of what this device holds"):
        judge(sealed, "reviewer-a", {"pmid:2": "include"})


def test_a_backup_holds_the_sealed_lines_too(
    sealed: Review, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge(sealed, "reviewer-a", {"pmid:1": "include"})
    target = tmp_path / "copy.zip"
    assert cli.run(["backup", str(target), "--review", str(sealed.folder)]) == 0
    shutil.unpack_archive(target, tmp_path / "back")
    monkeypatch.setenv("SARCAT_SEALED", str(tmp_path / "back" / "sealed"))
    judge(Review(tmp_path / "back"), "reviewer-a", {"pmid:2": "include"})
    with SealedLog(tmp_path / "back" / "decisions", "reviewer-a", "test-sealed") as log:
        assert [event.rec for event in log.own] == ["pmid:1", "pmid:2"]


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
