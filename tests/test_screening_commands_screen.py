"""`decide`, `screen`, `conflicts`, `verify`: what they do, refuse, and say."""

from __future__ import annotations

import io
import json
import os
import resource
import signal
from typing import Any

import pytest
from conftest import add_run
from forked_sarcat import House

import cli
from screening.decision_logs.decisions import Outcome, in_force
from screening.decision_logs.events import Act
from screening.decision_logs.logs import open_log, read_logs
from screening.state import load
from search.records import Record
from search.review import Review


def run(review: Review, *arguments: str) -> int:
    return cli.run([*arguments, "--review", str(review.folder)])


def decide(review: Review, *arguments: str) -> int:
    return run(review, "decide", *arguments)


def both(review: Review, key: str, first: str, second: str, *more: str) -> None:
    for name, verdict in (("reviewer-a", first), ("reviewer-b", second)):
        assert decide(review, key, verdict, "--as", name, *more) == 0


def edit(review: Review, old: str, new: str) -> None:
    path = review.folder / "protocol.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


# --- decide ------------------------------------------------------------------------------------


def test_decide(filled: Review, capsys: pytest.CaptureFixture[str]) -> None:
    note = "\x1b[31m=cmd|'/c calc'!A1 [/b]\nnext"
    assert (
        decide(filled, "pmid:1", "exclude", "--as", "reviewer-a", "--reason", "E1", "--note", note)
        == 0
    )
    (event,) = read_logs(filled.decisions).events
    stored = filled.store.record("pmid:1")
    assert stored
    assert (event.val, event.reason, event.note) == ("exclude", "E1", note)
    assert (event.seen, event.crit) == (stored.seen, filled.protocol.criteria_hash)
    shown = capsys.readouterr()
    assert shown.err == ""
    assert "pmid:1: exclude (E1: ␛[31m=cmd|'/c calc'!A1 [/b] next), at title-abstract" in shown.out
    (path,) = filled.decisions.glob("*.jsonl")
    assert b"\x1b" not in path.read_bytes()


def test_a_further_decision_takes_the_place_of_the_first(filled: Review) -> None:
    for verdict in ("include", "maybe"):
        decide(filled, "pmid:1", verdict, "--as", "reviewer-a")
    held = in_force(read_logs(filled.decisions).events)["pmid:1", "title-abstract"]
    assert held["reviewer-a"].verdict == "maybe"


WRONG = [
    (["pmid:11", "include"], "Did you mean pmid:1?"),
    (["doi:10.1000/nothing-like-it", "include"], "`sarcat records` lists all keys"),
    (["pmid:1", "perhaps"], "Use include, exclude, maybe."),
    (["pmid:1", "Include"], "no verdict"),
    (["pmid:1", "exclude", "--reason", "E9"], "Use one of E1 (Not sarcoma.), other (with a note)."),
    (["pmid:1", "exclude", "--reason", "other"], "needs a note"),
    (["pmid:1", "exclude", "--reason", "other", "--note", " "], "needs a note"),
    (["pmid:1", "include", "--reason", "E1"], "only an exclusion"),
    (["pmid:1", "include", "--stage", "abstract"], "Use title-abstract or full-text."),
    (["pmid:1", "include", "--stage", "full-text"], "too few reviewers have judged its title"),
    (["pmid:1", "exclude", "--stage", "full-text"], "an exclusion at full-text needs a reason"),
    (["pmid:1", "include", "--as", "reviewer-z"], "it names reviewer-a, reviewer-b. To add one"),
    (["pmid:1", "include", "--as", "../../x"], "knows no reviewer '../../x'"),
]


@pytest.mark.parametrize(("arguments", "words"), WRONG, ids=[row[1] for row in WRONG])
def test_decide_wrong_use(
    filled: Review, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert decide(filled, "--as", "reviewer-a", *arguments) == 2
    assert words in capsys.readouterr().err
    assert read_logs(filled.decisions).events == ()


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ("exclude", "exclude", "it is excluded at title-abstract"),
        ("include", "exclude", "reviewers disagree on it"),
    ],
)
def test_what_was_not_forwarded_is_not_judged_at_full_text(
    filled: Review, capsys: pytest.CaptureFixture[str], first: str, second: str, words: str
) -> None:
    both(filled, "pmid:1", first, second)
    arguments = ("pmid:1", "include", "--as", "reviewer-a", "--stage", "full-text")
    assert decide(filled, *arguments) == 2
    assert words in capsys.readouterr().err
    both(filled, "pmid:2", "include", "maybe")
    assert decide(filled, "pmid:2", *arguments[1:]) == 0


# --- screen ------------------------------------------------------------------------------------


def screen(review: Review, monkeypatch: pytest.MonkeyPatch, typed: bytes, *arguments: str) -> int:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(typed), "utf-8"))
    return run(review, "screen", *arguments)


def test_screen(
    filled: Review, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = "i\ne\nt é \n".encode() + b"t \xff\n"
    assert screen(filled, monkeypatch, typed, "--as", "reviewer-a", "--order", "added") == 0
    shown = capsys.readouterr()
    assert "pmid:1: include." in shown.out
    assert "This is the plain mode" in shown.err
    events = read_logs(filled.decisions).events
    assert [event.note for event in events] == [None, None, "é", "\ufffd"]


def test_asked_for_plain_mode_says_nothing_of_itself(
    filled: Review, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert screen(filled, monkeypatch, b"", "--as", "reviewer-a", "--plain") == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--as", "reviewer-z"], "knows no reviewer"),
        (["--as", "reviewer-a", "--stage", "abstract"], "is no stage"),
        (["--as", "reviewer-a", "--order", "x"], "is no order"),
        ([], "--as"),
    ],
)
def test_screen_wrong_use(
    filled: Review, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    arguments: list[str], words: str,
) -> None:  # fmt: skip
    assert screen(filled, monkeypatch, b"i\n", *arguments) == 2
    assert words in capsys.readouterr().err
    assert read_logs(filled.decisions).events == ()


def test_a_protocol_that_asks_for_ranking_gets_it(
    filled: Review, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(filled, "seed = 7", 'seed = 7\norder = "ranked"\nrandom_share = 0')
    assert screen(filled, monkeypatch, b"e1\ni\n", "--as", "reviewer-a", "--plain") == 0
    events = read_logs(filled.decisions).events
    assert [event.how for event in events] == ["ranked", "ranked"]
    assert events[0].rec == "pmid:1"  # a sarcoma registry, as the question asks


def test_nothing_to_screen_says_why(
    review: Review, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert screen(review, monkeypatch, b"i\n", "--as", "reviewer-a") == 2
    assert "Run `sarcat search`" in capsys.readouterr().err
    add_run(review, [Record(pmid="1", title="A")])
    arguments = ("--as", "reviewer-a", "--stage", "full-text")
    assert screen(review, monkeypatch, b"i\n", *arguments) == 0
    assert "No record waits for you at full-text: of 1 record none" in capsys.readouterr().out


def test_a_torn_line_is_named_and_stops_nothing(
    filled: Review, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    decide(filled, "pmid:1", "include", "--as", "reviewer-a")
    (path,) = filled.decisions.glob("*.jsonl")
    with path.open("ab") as out:
        out.write(b'{"v":1,"eid"')
    capsys.readouterr()
    assert screen(filled, monkeypatch, b"m\n", "--as", "reviewer-a", "--plain") == 0
    assert f"decisions/{path.name}:2: warning: the last line was cut off" in capsys.readouterr().err
    assert len(read_logs(filled.decisions).events) == 2


def test_a_full_disk_ends_the_sitting_with_a_sentence(
    filled: Review, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    load(filled)  # the database is up to date and need not grow
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with open_log(filled.decisions, "reviewer-a") as log:
        log.append(Act.NOTE, rec="pmid:1", stage="title-abstract", note="x" * 200_000)
    room = log.path.stat().st_size + 1000
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, old[1]))
        status = screen(filled, monkeypatch, b"i\n" * 5, "--as", "reviewer-a", "--plain")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
        signal.signal(signal.SIGXFSZ, handler)
    shown = capsys.readouterr()
    assert status == 1
    assert shown.err.count("\n") == 1
    assert "could not be written (File too large), and does not count" in shown.err
    acknowledged = shown.out.count(": include.")
    assert 0 < acknowledged < 5
    assert len(read_logs(filled.decisions).events) == 1 + acknowledged
    assert read_logs(filled.decisions).faults == ()


def test_two_sittings_of_one_reviewer_on_one_device(filled: Review) -> None:
    arguments = ("--as", "reviewer-a", "--plain", "--review", str(filled.folder))
    with House() as house, open_log(filled.decisions, "reviewer-a"):
        process = house.start("screen", *arguments)
        status, lines = house.end(process)
        assert os.waitstatus_to_exitcode(status) == 1
        assert lines == []
        other = house.start("decide", "pmid:1", "include", "--as", "reviewer-b", *arguments[3:])
        assert os.waitstatus_to_exitcode(house.end(other)[0]) == 0


# --- conflicts ---------------------------------------------------------------------------------


def found(review: Review, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert run(review, "conflicts", "--json") == 0
    listed: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["conflicts"]
    return listed


def test_conflicts(filled: Review, capsys: pytest.CaptureFixture[str]) -> None:
    assert decide(filled, "pmid:1", "include", "--as", "reviewer-a", "--note", "as I see it") == 0
    assert found(filled, capsys) == []  # nobody sees a verdict before their own
    assert decide(filled, "pmid:1", "exclude", "--as", "reviewer-b", "--reason", "E1") == 0
    both(filled, "pmid:2", "include", "maybe")
    (conflict,) = found(filled, capsys)
    assert (conflict["key"], conflict["kind"]) == ("pmid:1", "reviewers")
    assert conflict["title"] == "[Sarcoma registry in China]."
    told = [(each["reviewer"], each["verdict"], each["reason"]) for each in conflict["decisions"]]
    assert told == [("reviewer-a", "include", None), ("reviewer-b", "exclude", "E1")]
    assert run(filled, "conflicts") == 0
    assert capsys.readouterr().out.splitlines() == [
        "pmid:1 · title-abstract · reviewers disagree",
        "  [Sarcoma registry in China].",
        "  reviewer-a: include: as I see it",
        "  reviewer-b: exclude (E1)",
    ]


def test_contradicting_verdicts_on_one_publication(
    filled: Review, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("reviewer-a", "reviewer-b"):
        decide(filled, "pmid:1", "include", "--as", name)
        decide(filled, "pmid:2", "exclude", "--as", name)
    with open_log(filled.decisions, "reviewer-b") as log:
        log.append(Act.SAME, keys=("pmid:1", "pmid:2"))
    (conflict,) = found(filled, capsys)
    assert (conflict["kind"], len(conflict["decisions"])) == ("duplicate", 4)


def resolve(review: Review, monkeypatch: pytest.MonkeyPatch, typed: str, name: str) -> int:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(typed.encode()), "utf-8"))
    return run(review, "conflicts", "--resolve", "--as", name)


def test_a_conflict_is_settled_by_whom_the_protocol_allows(
    filled: Review, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for key in ("pmid:1", "pmid:2", "pmid:3"):
        both(filled, key, "include", "exclude")
    assert resolve(filled, monkeypatch, "i\n", "reviewer-a") == 2
    assert "the protocol allows reviewer-b" in capsys.readouterr().err
    assert run(filled, "conflicts", "--resolve") == 2
    capsys.readouterr()
    assert resolve(filled, monkeypatch, "\nx\ni\ne1\nn\n", "reviewer-b") == 0
    shown = capsys.readouterr().out
    assert shown.count("Nothing was decided.") == 2
    assert "reviewer-a: include\nreviewer-b: exclude\n" in shown
    assert shown.count("3 conflicts to go · title-abstract · reviewers disagree\n") == 1
    assert "1 conflict to go" in shown
    assert "pmid:2: settled, exclude (E1)." in shown
    outcomes = load(filled).outcomes["title-abstract"]
    assert [outcomes[f"pmid:{n}"] for n in (1, 2, 3)] == [
        Outcome.INCLUDED, Outcome.EXCLUDED, Outcome.CONFLICT,
    ]  # fmt: skip
    held = in_force(read_logs(filled.decisions).events)["pmid:1", "title-abstract"]
    assert {name: each.verdict for name, each in held.items()} == {
        "reviewer-a": "include", "reviewer-b": "exclude",
    }  # fmt: skip


def test_a_settlement_can_be_taken_back_another_day(
    filled: Review, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for key in ("pmid:1", "pmid:2"):
        both(filled, key, "include", "exclude")
    resolve(filled, monkeypatch, "e\n", "reviewer-b")
    resolve(filled, monkeypatch, "u\ni\nu\nu\n", "reviewer-b")
    assert "You have settled nothing" in capsys.readouterr().out
    assert len(found(filled, capsys)) == 2


def test_a_maybe_does_not_settle_what_is_to_be_talked_over(
    filled: Review, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(filled, "reviewers = 2", 'reviewers = 2\nmaybe = "conflict"')
    both(filled, "pmid:1", "maybe", "maybe")
    (conflict,) = found(filled, capsys)
    assert conflict["kind"] == "maybe"
    resolve(filled, monkeypatch, "m\ni\n", "reviewer-b")
    assert "a maybe settles nothing at title-abstract" in capsys.readouterr().out
    assert found(filled, capsys) == []


# --- verify ------------------------------------------------------------------------------------


def test_verify_names_a_rewritten_line(filled: Review, capsys: pytest.CaptureFixture[str]) -> None:
    for key in ("pmid:1", "pmid:2"):
        decide(filled, key, "include", "--as", "reviewer-a")
    assert run(filled, "verify") == 0
    (path,) = filled.decisions.glob("*.jsonl")
    first, last = path.read_text().splitlines(keepends=True)
    path.write_text(first + last.replace("include", "exclude"))
    assert run(filled, "verify") == 3
    assert f"decisions/{path.name}:2: this line was rewritten" in capsys.readouterr().out
    assert run(filled, "verify", "--json") == 3
    document = json.loads(capsys.readouterr().out)
    assert document["logs"] == [{"file": path.name, "lines": 2}]
    assert [(fault["line"], fault["rule"]) for fault in document["faults"]] == [(2, "chain")]


def test_verify_holds_the_logs_to_the_protocol_and_the_records(
    filled: Review, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_log(filled.decisions, "reviewer-a") as log:
        common = {"stage": "title-abstract"}
        log.append(Act.DECIDE, rec="pmid:99", val="include", **common)
        log.append(Act.DECIDE, rec="pmid:1", val="include", seen="another text", **common)
        log.append(Act.DECIDE, rec="pmid:2", val="exclude", reason="E7", **common)
        log.append(Act.DECIDE, rec="pmid:2", val="exclude", stage="full-text")
        log.append(Act.SETTLE, rec="pmid:2", val="exclude", **common)
        log.append(Act.UNDO, target="nowhere")
        log.append("dance", rec="pmid:1")
    with open_log(filled.decisions, "reviewer-z") as log:
        log.append(Act.DECIDE, rec="pmid:1", val="include", **common)
    assert run(filled, "verify", "--json") == 3
    faults = json.loads(capsys.readouterr().out)["faults"]
    assert {(fault["line"], fault["rule"], fault["level"]) for fault in faults} == {
        (1, "record", "warning"),
        (2, "changed-text", "warning"),
        (3, "reason", "warning"),
        (4, "no-reason", "warning"),
        (5, "role", "error"),
        (6, "target", "warning"),
        (7, "unknown-act", "warning"),
        (1, "reviewer", "error"),
    }


def test_verify_with_warnings_alone_is_no_failure(
    filled: Review, capsys: pytest.CaptureFixture[str]
) -> None:
    decide(filled, "pmid:1", "include", "--as", "reviewer-a")
    (path,) = filled.decisions.glob("*.jsonl")
    path.write_bytes(path.read_bytes() + b"{")
    assert run(filled, "verify") == 0
    shown = capsys.readouterr()
    assert ":2: warning: the last line was cut off" in shown.out
    assert "1 log with 1 event: 0 faults, 1 note." in shown.err
