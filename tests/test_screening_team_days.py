"""Reviewers who work for a time, and a pilot that a whole team judges."""

from __future__ import annotations

import datetime
import io
import json
from pathlib import Path

import pytest
from conftest import PROTOCOL, add_run

import cli
from screening.decision_logs.logs import read_logs
from screening.decision_logs.verifying import check
from screening.lists import Which
from screening.session import decide_one, open_engine
from screening.state import TITLE_ABSTRACT, load
from screening.status import lines, status_of
from screening.team.assigning import to_judge
from screening.team.pilot import pilot_of
from search.errors import BadInput, FaultyFile
from search.protocol import Reviewer
from search.protocol_reading import read_protocol
from search.records import Record
from search.review import Review

THIRD = '[[reviewers]]\nname = "reviewer-c"\n'


def protocol_with(more: str, stage: str = "") -> str:
    text = PROTOCOL.replace("[screening]", f"{THIRD}{more}\n[screening]", 1)
    return text.replace("reviewers = 2", f"reviewers = 2\n{stage}")


def third(folder: Path, more: str, today: str) -> Reviewer:
    path = folder / "protocol.toml"
    path.write_text(protocol_with(more))
    found = read_protocol(path, datetime.date.fromisoformat(today)).reviewer("reviewer-c")
    assert found
    return found


@pytest.mark.parametrize(
    ("more", "today", "is_at_work"),
    [
        ("from = 2026-03-01", "2026-02-28", False),
        ("from = 2026-03-01", "2026-03-01", True),
        ("until = 2026-09-30", "2026-09-30", True),
        ("until = 2026-09-30", "2026-10-01", False),
        ("from = 2026-03-01\nuntil = 2026-09-30", "2026-05-01", True),
        ("from = 2026-03-01\nretired = true", "2026-05-01", False),
    ],
)
def test_a_reviewer_is_at_work_from_the_first_day_to_the_last(
    tmp_path: Path, more: str, today: str, is_at_work: bool
) -> None:
    assert third(tmp_path, more, today).is_at(TITLE_ABSTRACT) is is_at_work


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ('from = "soon"', "from"),
        ('until = "2026-02-01"', "until"),
        ("from = 2026-03-01\nuntil = 2026-02-01", "ends before beginning"),
    ],
)
def test_days_that_are_none_are_faults(tmp_path: Path, more: str, why: str) -> None:
    with pytest.raises(FaultyFile, match=why):
        third(tmp_path, more, "2026-05-01")


@pytest.fixture
def team(review: Review) -> Review:
    """A team of three at a stage that assigns two to each record, and forty records."""
    (review.folder / "protocol.toml").write_text(protocol_with("", "assigned = true\npilot = 5"))
    add_run(review, [Record(pmid=str(n), title=f"Title {n}") for n in range(1, 41)])
    return Review(review.folder)


def day(offset: int) -> str:
    today = datetime.datetime.now(datetime.UTC).date()
    return (today + datetime.timedelta(days=offset)).isoformat()


def change(review: Review, more: str) -> Review:
    (review.folder / "protocol.toml").write_text(protocol_with(more, "assigned = true\npilot = 5"))
    return Review(review.folder)


def test_what_was_assigned_to_one_whose_time_is_over_goes_to_the_others(team: Review) -> None:
    before = to_judge(load(team), "reviewer-c", TITLE_ABSTRACT)
    decide_one(team, before[0], "include", "reviewer-c", TITLE_ABSTRACT)
    now = change(team, f"until = {day(-1)}")
    state = load(now)
    for key in before[1:]:
        assert key in to_judge(state, "reviewer-a", TITLE_ABSTRACT)
    assert to_judge(state, "reviewer-c", TITLE_ABSTRACT) == [before[0]]
    told = "\n".join(lines(status_of(state)))
    assert f"reviewer-c: 1 decided, retired since {day(-1)}" in told
    with pytest.raises(BadInput, match=f"retired since {day(-1)}"):
        decide_one(now, before[1], "include", "reviewer-c", TITLE_ABSTRACT)
    # judged today, after the last day: worth a look
    faults = check(read_logs(now.decisions), now.protocol, {})
    assert "days" in {fault.rule for fault in faults if fault.level == "warning"}


def test_days_that_do_not_fit_are_named_once_for_each_reviewer(team: Review) -> None:
    for key in to_judge(load(team), "reviewer-c", TITLE_ABSTRACT)[:3]:
        decide_one(team, key, "include", "reviewer-c", TITLE_ABSTRACT)
    now = change(team, f"until = {day(-1)}")
    (fault,) = (each for each in check(read_logs(now.decisions), now.protocol, {})
                if each.rule == "days")  # fmt: skip
    assert (fault.line, fault.level) == (1, "warning")
    assert f"reviewer-c wrote 3 lines outside the days that the protocol gives, on {day(0)}" in (
        str(fault)
    )


def test_one_who_is_to_come_gets_nothing_yet(team: Review) -> None:
    now = change(team, f"from = {day(1)}")
    assert to_judge(load(now), "reviewer-c", TITLE_ABSTRACT) == []
    assert len(to_judge(load(now), "reviewer-a", TITLE_ABSTRACT)) == 40
    with pytest.raises(BadInput, match=f"begins on {day(1)}"):
        decide_one(now, "pmid:1", "include", "reviewer-c", TITLE_ABSTRACT)
    assert [each["reviewer"] for each in status_of(load(now))["reviewers"]
            if each["stage"] == TITLE_ABSTRACT] == ["reviewer-a", "reviewer-b"]  # fmt: skip


# --- the pilot -----------------------------------------------------------------------------------


def sit_pilot(review: Review, who: str, verdicts: dict[str, str]) -> list[str]:
    """Judge the whole of the pilot; returns its records in the reviewer's order."""
    with open_engine(review, who, TITLE_ABSTRACT, which=Which.PILOT) as (engine, _):
        keys = list(engine.sitting.keys)
        while engine.current:
            engine.decide(verdicts.get(engine.current, "exclude"))
    return keys


def test_all_of_a_team_judge_the_pilot_whatever_is_assigned(team: Review) -> None:
    state = load(team)
    pilot = pilot_of(state, [], state.protocol.stage(TITLE_ABSTRACT))
    assert dict(pilot.waiting) == dict.fromkeys(["reviewer-a", "reviewer-b", "reviewer-c"], 5)
    orders = [sit_pilot(team, who, {}) for who in ("reviewer-a", "reviewer-b")]
    orders.append(sit_pilot(team, "reviewer-c", {orders[0][0]: "include"}))
    assert {frozenset(order) for order in orders} == {frozenset(pilot.sample)}
    assert len({tuple(order) for order in orders}) > 1  # each in an order of their own
    now = load(Review(team.folder))
    found = pilot_of(now, read_logs(team.decisions).events, now.protocol.stage(TITLE_ABSTRACT))
    assert found.waiting == ()
    assert [(pair.reviewers, pair.judged) for pair in found.pairs] == [
        (("reviewer-a", "reviewer-b"), 5),
        (("reviewer-a", "reviewer-c"), 5),
        (("reviewer-b", "reviewer-c"), 5),
    ]
    assert found.goes_on is True  # 80 per cent, of 75


def test_the_pilot_tells_nothing_of_the_others(team: Review) -> None:
    sit_pilot(team, "reviewer-a", {})
    with open_engine(team, "reviewer-b", TITLE_ABSTRACT, which=Which.PILOT) as (engine, _):
        assert engine.counters().decided == 0
        assert {event.who for event in engine.sitting.events} == {"reviewer-a"}  # read, not told
        assert engine.verdict(engine.current or "") is None


def test_the_commands_lead_to_the_pilot(
    team: Review, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    where = ["--review", str(team.folder)]
    assert cli.run(["agreement", "--pilot", *where]) == 0
    assert "reviewer-c has 5 of them to judge: `sarcat screen --pilot`." in capsys.readouterr().out
    screen = ["screen", "--as", "reviewer-a", "--pilot", "--plain", *where]
    monkeypatch.setattr("sys.stdin", io.StringIO("q\n"))
    assert cli.run(screen) == 0
    assert "0/5 · today 0 · left 5" in capsys.readouterr().out
    assert cli.run([*screen, "--outdated"]) == 2
    path = team.folder / "protocol.toml"
    path.write_text(path.read_text().replace("pilot = 5", "pilot = 0"))
    assert cli.run(screen) == 2
    assert "has no pilot" in capsys.readouterr().err
    assert cli.run(["status", "--json", *where]) == 0
    (first, *_) = json.loads(capsys.readouterr().out)["reviewers"]
    assert (first["from"], first["until"]) == (None, None)
