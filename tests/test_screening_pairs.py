"""Uncertain pairs: shown with their differences, judged once, kept at once, taken back."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from flow_cases import review_folder, take_in

import cli
from screening.decision_logs.events import Act
from screening.decision_logs.logs import read_logs
from screening.pairing import open_pairing, sets_of
from screening.terminal.dialog import Dialog
from screening.terminal.pair_page import SIDE_BY_SIDE, columns_of, pair_lines, sign_of
from screening.terminal.pairs import judge_all
from screening.terminal.word_marks import marked, painted
from search.records import Record
from search.review import Review


def record(title: str, doi: str, **other: object) -> Record:
    values = {
        "authors": ("Berg, Anna", "Dahl, Per"), "year": 2019, "journal": "Annals of Oncology",
        "volume": "30", "issue": "4", "pages": "512-520", "pmid": "1", **other,
    }  # fmt: skip
    return Record(title=title, doi=doi, **values)  # type: ignore[arg-type]


ONE = record("Quite another matter of the heart", "10.1000/a")
OTHER = record("A national registry of soft tissue sarcoma", "10.1000/b")
AWAY = {"pmid": "2", "volume": "7", "pages": "1-9", "journal": "Sarcoma", "year": 2004}


@pytest.fixture
def pair(tmp_path: Path) -> Review:
    """A review with one uncertain pair, and one record that is like no other."""
    review = review_folder(tmp_path / "review")
    take_in(review, "a", [ONE])
    take_in(review, "b", [OTHER], source="embase", database="Embase")
    take_in(review, "c", [Record(title="Liposarcoma seen by thirty centres of one country")],
            source="wos", database="WoS")  # fmt: skip
    assert len(sets_of(review).uncertain) == 1
    return review


@pytest.fixture
def more(pair: Review) -> Review:
    """The same with several."""
    knee = record("Something else again, in the knee", "10.1000/c")
    take_in(pair, "d", [knee], source="scopus", database="Scopus")
    take_in(pair, "e", [record("Quite another matter of the lung", "10.1000/d", **AWAY)])
    take_in(pair, "f", [record("A register of bone tumours in the north", "10.1000/e", **AWAY)],
            source="lilacs", database="LILACS")  # fmt: skip
    assert len(sets_of(pair).uncertain) > 1
    return pair


def sit(review: Review, *answers: str) -> str:
    said: list[str] = []
    given = iter(answers)
    with open_pairing(review, "reviewer-a") as pairing:
        judge_all(pairing, Dialog(lambda: next(given, None), said.append))
    return "".join(said)


def acts(review: Review) -> list[str]:
    return [event.act for event in read_logs(review.decisions).events]


def open_keys(review: Review) -> list[tuple[str, str]]:
    return [each.link.keys for each in sets_of(review).uncertain]


def test_a_pair_is_shown_whole_with_what_speaks_for_it_and_against(pair: Review) -> None:
    shown = sit(pair, "q")
    for words in ("! title", "= year", "pmid:1", "for: same PMID (1)", "against: title and DOI"):
        assert words in shown
    assert acts(pair) == []


@pytest.mark.parametrize(("key", "act", "sets"), [("s", "same", 1), ("d", "different", 0)])
def test_a_pair_that_was_judged_never_comes_again(
    pair: Review, key: str, act: str, sets: int
) -> None:
    assert "0 pairs still to be judged" in sit(pair, key)
    assert acts(pair) == [act]
    assert (len(sets_of(pair).sets), open_keys(pair)) == (sets, [])
    take_in(pair, "update", [ONE], executed_at="2026-12-01T10:00:00Z")
    assert open_keys(pair) == []
    assert "[s d l u q]" not in sit(pair)


def test_a_judgement_is_taken_back_in_a_later_sitting(pair: Review) -> None:
    before = open_keys(pair)
    sit(pair, "d")
    assert open_keys(pair) == []
    shown = sit(pair, "u", "u", "q")
    assert "Taken back: different" in shown
    assert "nothing that could be taken back" in shown
    assert open_keys(pair) == before
    assert acts(pair) == ["different", "undo"]


@pytest.mark.parametrize("key", ["s", "d"])
def test_the_last_answer_is_taken_back_in_the_same_sitting(pair: Review, key: str) -> None:
    before = open_keys(pair)
    shown = sit(pair, key, "u", "q")
    assert "Taken back" in shown
    assert "1 pair still to be judged" in shown
    assert open_keys(pair) == before


def test_nobody_takes_back_what_another_judged(pair: Review) -> None:
    sit(pair, "d")
    with open_pairing(pair, "reviewer-b") as pairing:
        assert pairing.undo() is None
    assert open_keys(pair) == []


def test_later_leaves_a_pair_open_and_what_is_no_key_decides_nothing(pair: Review) -> None:
    shown = sit(pair, "x", "", "l")
    assert shown.count("Nothing was decided") == 2
    assert (
        shown.count("1 pair to go") == 1
    )  # the answer to a strange key is not pushed out of sight
    assert "1 pair still to be judged" in shown
    assert acts(pair) == []


def _asked(members: Callable[[str], tuple[str, ...]], keys: tuple[str, str]) -> set[str]:
    """The two sets that a question is about: one may be asked about through several records."""
    return {" ".join(sorted(members(key))) for key in keys}


@pytest.mark.parametrize("act", [Act.SAME, Act.DIFFERENT])
def test_what_an_answer_leaves_open_is_what_a_full_run_asks(more: Review, act: Act) -> None:
    with open_pairing(more, "reviewer-a") as pairing:
        while pairing.open:
            pairing.judge(pairing.open[0].link.keys, act)
            whole = [_asked(pairing.members, keys) for keys in open_keys(more)]
            here = [_asked(pairing.members, each.link.keys) for each in pairing.open]
            assert sorted(map(sorted, here)) == sorted(map(sorted, whole))
    assert open_keys(more) == []


@pytest.mark.parametrize("act", [Act.SAME, Act.DIFFERENT])
def test_answers_taken_back_one_by_one_leave_what_was_open(more: Review, act: Act) -> None:
    before = open_keys(more)
    with open_pairing(more, "reviewer-a") as pairing:
        while pairing.open:
            pairing.judge(pairing.open[0].link.keys, act)
        while pairing.undo():
            pass
        assert [each.link.keys for each in pairing.open] == before
    assert open_keys(more) == before


def test_an_answer_outlives_a_killed_process(pair: Review) -> None:
    env = {**os.environ, "TERM": "dumb", "PYTHONPATH": str(Path(cli.__file__).parent)}
    command = [sys.executable, "-m", "cli", "duplicates", "--as", "reviewer-a",
               "--review", str(pair.folder)]  # fmt: skip
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write("d\n")
        process.stdin.flush()
        seen = []
        for line in process.stdout:
            seen.append(line)
            if line.startswith("Kept"):
                break
        process.send_signal(signal.SIGKILL)
    assert "\x1b" not in "".join(seen)
    assert acts(pair) == ["different"]
    assert open_keys(pair) == []


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str]:
    status = cli.run([str(word) for word in words])
    return status, capsys.readouterr().out


def test_open_pairs_are_listed_as_json(pair: Review, capsys: pytest.CaptureFixture[str]) -> None:
    status, out = run(capsys, "duplicates", "--json", "--review", pair.folder)
    (one,) = json.loads(out)["pairs"]
    assert status == 0
    assert one["titles"] == [ONE.title, OTHER.title]
    assert one["against"][0]["field"] == "title and DOI"
    assert {"field": "PMID", "values": ["1", "1"], "says": "same PMID (1)"} in one["for"]


def test_sets_are_joined_and_split_by_hand(
    pair: Review, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = sorted(stored.key for stored in pair.store.records())
    ends = ("--as", "reviewer-a", "--review", pair.folder, "--json")
    for other in keys[1:]:
        status, out = run(capsys, "duplicates", "--join", keys[0], other, *ends)
        assert status == 0
    assert sorted(json.loads(out)["sets"][0]) == keys
    _, out = run(capsys, "duplicates", "--split", keys[0], keys[1], *ends)
    assert len(json.loads(out)["sets"]) == 2
    assert [len(each.members) for each in sets_of(pair).sets] == [2]
    assert acts(pair) == ["same", "same", "different"]


@pytest.mark.parametrize("words", [
    ("--join", "pmid:1", "pmid:1", "--as", "reviewer-a"),
    ("--join", "pmid:1", "pmid:2", "--as", "reviewer-a"),
    ("--join", "pmid:1", "pmid:1@embase"),
    ("--as", "nobody"),
    ("--join", "pmid:1", "pmid:1@embase", "--split", "pmid:1", "pmid:1@embase"),
])  # fmt: skip
def test_wrong_use_is_said_and_logs_nothing(
    pair: Review, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    assert run(capsys, "duplicates", *words, "--review", pair.folder)[0] == 2
    assert acts(pair) == []


@pytest.mark.parametrize(("left", "right", "sign"), [
    ("Étude", "etude.", "="), ("a", "b", "!"), ("", "b", "."), ("肉瘤", "肉瘤", "="),
    ("肉瘤", "登録", "!"), ("?", "!", "!"),
])  # fmt: skip
def test_signs(left: str, right: str, sign: str) -> None:
    assert sign_of(left, right) == sign


@pytest.mark.parametrize("width", [30, 40, SIDE_BY_SIDE, 100])
def test_foreign_text_is_inert_and_no_line_is_too_long(width: int) -> None:
    hostile = Record(title="\x1b[2J[bold]red[/bold] \u202e" + "肉瘤" * 60, abstract="x" * 5000)
    lines = list(pair_lines(("a", "b"), (hostile, Record(title="T")), width))
    assert all(columns_of(line) <= width for line in lines)
    assert not any(sign in line for line in lines for sign in "\x1b\u202e")
    assert "[bold]" in "".join(lines)


@pytest.mark.parametrize(("left", "right", "shown"), [
    ("A registry of sarcoma in men", "A registry of sarcoma in women",
     "A registry of sarcoma in {men}|A registry of sarcoma in {women}"),
    ("Soft-tissue sarcoma – a Register", "soft tissue sarcoma: a register of old people",
     "Soft-tissue sarcoma – a Register|soft tissue sarcoma: a register {of old people}"),
    ("one two", "three", "one two|three"),
    ("a {b} c", "a {d} c", "a {{b}} c|a {{d}} c"),
    ("a \ue000b", "a c", "a {b}|a {c}"),
])  # fmt: skip
def test_words_that_one_record_alone_has_are_between_signs(
    left: str, right: str, shown: str
) -> None:
    one, other = marked(left, right)
    assert "|".join([*painted([one], colour=False), *painted([other], colour=False)]) == shown


def test_a_run_of_words_keeps_its_colour_over_several_lines() -> None:
    lines = ["a \ue000b", "c", "d\ue001 e"]
    assert list(painted(lines, colour=True)) == [
        "a \x1b[1;33m{b\x1b[0m", "\x1b[1;33mc\x1b[0m", "\x1b[1;33md}\x1b[0m e",
    ]  # fmt: skip


def test_above_each_other_what_is_the_same_stands_once() -> None:
    lines = list(pair_lines(("a", "b"), (ONE, OTHER), 40))
    assert lines.count("  = Annals of Oncology") == 1
    assert "  1 10.1000/a" in lines
    assert "  2 10.1000/b" in lines


def test_colour_only_repeats_what_the_sign_says() -> None:
    lines = list(pair_lines(("a", "b"), (ONE, OTHER), 80, colour=True))
    plain = [line.replace("\x1b[1;33m", "").replace("\x1b[0m", "") for line in lines]
    assert plain == list(pair_lines(("a", "b"), (ONE, OTHER), 80))
    assert any("\x1b[1;33m! title" in line for line in lines)
