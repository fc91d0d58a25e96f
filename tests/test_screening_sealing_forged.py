"""Lines and seals that somebody rewrote, put in or took out are named."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs
from sealed_review import A, B, judge, outcomes, rewrite, rules

import cli
from screening.decision_logs.events import Event, digest_of, hash_of, to_line
from screening.decision_logs.seals import read_seals, seal_line, without_secrets
from screening.state import TITLE_ABSTRACT
from search.review import Review


@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_line_forged_with_all_its_hashes_is_named(revealed: Review, at: int) -> None:
    def change(events: list[Event]) -> list[Event]:
        events[at] = structs.replace(events[at], val="exclude")
        return events

    rewrite(revealed.decisions / f"{A}.jsonl", change)
    # it, and those behind it, whose hashes hang on it
    assert rules(revealed) == [("seal", number) for number in range(at + 1, 4)]


def test_a_line_that_was_never_sealed_is_named(revealed: Review) -> None:
    rewrite(revealed.decisions / f"{A}.jsonl",
            lambda events: [*events, structs.replace(events[0], eid="0199", rec="pmid:4")])  # fmt: skip
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
    assert hash_of(to_line(structs.replace(event, val=f"{val}x"))) != seal.line
