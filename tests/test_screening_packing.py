"""Packs of decisions: any order, any number of times, and never a line rewritten."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cli
from screening.criteria import keep, read_versions
from screening.decision_logs import packing
from screening.decision_logs.logs import open_log, read_logs
from screening.decision_logs.packing import logs_in, pack, read_pack, unpack
from search.errors import BadInput, SarcatError
from search.protocol_reading import read_protocol

A, B = "reviewer-a.laptop.jsonl", "reviewer-b.desk.jsonl"


def judge(folder: Path, who: str, device: str, keys: Iterable[str]) -> None:
    with open_log(folder, who, device) as log:
        for key in keys:
            log.append("decide", rec=key, stage="title-abstract", val="include")


@pytest.fixture
def decisions(tmp_path: Path) -> Path:
    folder = tmp_path / "decisions"
    judge(folder, "reviewer-a", "laptop", ["pmid:1", "pmid:2", "pmid:3"])
    judge(folder, "reviewer-b", "desk", ["pmid:1", "pmid:2"])
    return folder


def test_a_pack_brings_every_line_and_a_second_time_none(decisions: Path, tmp_path: Path) -> None:
    (tmp_path / "all.zip").write_bytes(pack(logs_in(decisions)))
    there = tmp_path / "there"
    first = unpack(read_pack(tmp_path / "all.zip"), there)
    assert [(each.name, each.how, each.added) for each in first] == [(A, "new", 3), (B, "new", 2)]
    again = unpack(read_pack(tmp_path / "all.zip"), there)
    assert [(each.how, each.added) for each in again] == [("same", 0), ("same", 0)]
    assert read_logs(there).events == read_logs(decisions).events
    assert not read_logs(there).faults


def test_the_same_logs_give_the_same_bytes(decisions: Path) -> None:
    assert pack(logs_in(decisions)) == pack(dict(reversed(logs_in(decisions).items())))


def test_only_one_reviewers_logs_are_packed_when_asked(decisions: Path) -> None:
    assert list(logs_in(decisions, ["reviewer-b"])) == [B]
    with pytest.raises(BadInput, match="no decisions of reviewer-c"):
        logs_in(decisions, ["reviewer-c"])


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(cuts=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), max_size=6))
def test_packs_of_any_age_in_any_order_come_to_the_same(
    decisions: Path, tmp_path_factory: pytest.TempPathFactory, cuts: list[tuple[int, int]]
) -> None:
    whole = logs_in(decisions)
    there = tmp_path_factory.mktemp("there")
    for cut in [*cuts, (3, 2)]:
        part = {name: b"".join(data.splitlines(keepends=True)[:lines])
                for (name, data), lines in zip(sorted(whole.items()), cut, strict=True)}  # fmt: skip
        unpack({name: data for name, data in part.items() if data}, there)
    assert {path.name: path.read_bytes() for path in there.iterdir()} == whole


def test_logs_that_differ_are_both_kept_once(decisions: Path, tmp_path: Path) -> None:
    there = tmp_path / "there"
    judge(there, "reviewer-a", "laptop", ["pmid:9"])
    logs = logs_in(decisions)
    assert [each.added for each in unpack({A: logs[A]}, there)] == [3]
    assert [(each.how, each.added) for each in unpack({A: logs[A]}, there)] == [("fork", 0)]
    assert len(list(there.iterdir())) == 2
    found = read_logs(there)
    assert len(found.events) == 4
    assert "fork" in {fault.rule for fault in found.faults}


def test_a_line_that_is_being_written_is_left_to_the_next_pack(decisions: Path) -> None:
    logs = logs_in(decisions)
    logs[A] += b'{"eid":"half'
    assert pack(logs) == pack(logs_in(decisions))


def test_a_log_that_is_open_is_not_touched(decisions: Path, tmp_path: Path) -> None:
    there = tmp_path / "there"
    logs = logs_in(decisions)
    unpack({A: logs[A][: logs[A].index(b"\n") + 1]}, there)
    with (
        open_log(there, "reviewer-a", "laptop"),
        pytest.raises(SarcatError, match="writing this log just now"),
    ):
        unpack(logs, there)


# --- hostile and damaged packs -------------------------------------------------------------------


def zipped(path: Path, *members: tuple[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as out:
        for name, data in members:
            out.writestr(name, data)
    return path


@pytest.mark.parametrize(
    "name",
    ["../reviewer-a.laptop.jsonl", "/etc/passwd", "protocol.toml", "a\\b.c.jsonl", ".jsonl",
     "reviewer-a.jsonl", "decisions/reviewer-a.laptop.jsonl"],
)  # fmt: skip
def test_a_name_that_is_no_logs_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput, match="no decision log"):
        read_pack(zipped(tmp_path / "x.zip", (name, b"")))


def test_a_rewritten_line_is_refused_and_nothing_taken_in(decisions: Path, tmp_path: Path) -> None:
    logs = logs_in(decisions)
    forged = logs[A].replace(b'"val":"include"', b'"val":"exclude"', 1)
    with pytest.raises(SarcatError, match="rewritten"):
        read_pack(zipped(tmp_path / "x.zip", (A, forged)))


def test_lines_of_another_writer_are_refused(decisions: Path, tmp_path: Path) -> None:
    logs = logs_in(decisions)
    with pytest.raises(SarcatError, match="written by reviewer-a"):
        read_pack(zipped(tmp_path / "x.zip", (B, logs[A])))


def test_a_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "LARGEST", 1000)
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr(A, b"0" * 10_000)
    with pytest.raises(BadInput, match="larger"):
        read_pack(tmp_path / "x.zip")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_what_is_no_pack_gets_a_clear_word(tmp_path: Path) -> None:
    (tmp_path / "text.zip").write_text("hello")
    with pytest.raises(BadInput, match="no pack"):
        read_pack(tmp_path / "text.zip")
    with pytest.raises(BadInput, match="no such file"):
        read_pack(tmp_path)
    with pytest.raises(BadInput, match="empty"):
        read_pack(zipped(tmp_path / "x.zip"))
    with pytest.raises(BadInput, match="twice"):
        read_pack(zipped(tmp_path / "y.zip", (A, b""), (A, b"")))


def test_a_damaged_pack_is_told_from_none(decisions: Path, tmp_path: Path) -> None:
    data = bytearray(pack(logs_in(decisions)))
    data[60] ^= 0xFF
    (tmp_path / "x.zip").write_bytes(data)
    with pytest.raises(SarcatError, match="damaged"):
        read_pack(tmp_path / "x.zip")


def test_the_commands_take_decisions_from_one_review_to_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for review in (one, two):
        assert cli.run(["init", str(review)]) == 0
    judge(one / "decisions", "reviewer-a", "laptop", ["pmid:1"])
    assert (
        cli.run(["pack", str(tmp_path / "a.zip"), "--as", "reviewer-a", "--review", str(one)]) == 0
    )
    capsys.readouterr()
    assert cli.run(["unpack", str(tmp_path / "a.zip"), "--review", str(two), "--json"]) == 0
    (log,) = json.loads(capsys.readouterr().out)["logs"]
    assert (log["name"], log["how"], log["added"]) == (A, "new", 1)
    assert cli.run(["pack", str(tmp_path / "b.zip"), "--as", "nobody", "--review", str(one)]) == 2


def test_the_criteria_of_the_decisions_travel(decisions: Path, tmp_path: Path) -> None:
    protocol = read_protocol(Path(str(resources.files("data") / "protocol.toml")))
    keep(protocol, decisions)
    name = f"criteria.{protocol.criteria_hash}.json"
    (tmp_path / "a.zip").write_bytes(pack(logs_in(decisions, ["reviewer-a"])))
    there = tmp_path / "there"
    for how in ("new", "same"):
        taken = {each.name: each.how for each in unpack(read_pack(tmp_path / "a.zip"), there)}
        assert taken == {A: how, name: how}
    assert list(read_versions(there)[0]) == [protocol.criteria_hash]
    (there / name).write_text("{}")
    unpack(read_pack(tmp_path / "a.zip"), there)
    assert read_versions(there) == read_versions(decisions)  # a spoiled one is put right


def test_criteria_that_are_not_what_their_name_says_are_refused(tmp_path: Path) -> None:
    packed = pack({"criteria.0123456789ab.json": b'{"include": [], "exclude": []}\n'})
    (tmp_path / "a.zip").write_bytes(packed)
    with pytest.raises(SarcatError, match="not the version of the criteria"):
        read_pack(tmp_path / "a.zip")


def test_what_nobody_could_take_in_is_not_packed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    review = tmp_path / "review"
    assert cli.run(["init", str(review)]) == 0
    judge(review / "decisions", "reviewer-a", "laptop", ["pmid:1", "pmid:2"])
    log = review / "decisions" / A
    whole = log.read_bytes()
    log.write_bytes(whole.replace(b'"include"', b'"exclude"', 1))
    capsys.readouterr()
    assert cli.run(["pack", str(tmp_path / "a.zip"), "--review", str(review)]) == 1
    said = capsys.readouterr().err
    assert f"decisions/{A}:1: this line was rewritten" in said
    assert "nothing was packed" in said
    assert not (tmp_path / "a.zip").exists()
    log.write_bytes(whole + b'{"torn')
    log.with_name("reviewer-a.laptop.sync-conflict-1.jsonl").write_bytes(whole)
    assert cli.run(["pack", str(tmp_path / "a.zip"), "--review", str(review)]) == 0
    told = capsys.readouterr()
    assert "2 lines of 1 log" in told.out
    assert "sync-conflict-1.jsonl is a copy" in told.err
    assert read_pack(tmp_path / "a.zip") == {A: whole}


@pytest.mark.parametrize("command", ["conflicts", "agreement", "status"])
def test_damage_of_the_logs_stands_in_the_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    review = tmp_path / "review"
    assert cli.run(["init", str(review)]) == 0
    judge(review / "decisions", "reviewer-a", "laptop", ["pmid:1"])
    with (review / "decisions" / A).open("a") as log:
        log.write("no event\n")
    capsys.readouterr()
    assert cli.run([command, "--json", "--review", str(review)]) == 0
    (fault,) = json.loads(capsys.readouterr().out)["log_faults"]
    assert f"{A}:2" in fault
