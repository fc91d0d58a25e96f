"""A change of the criteria: which decisions it touches, who may see that, and judging them again."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from conftest import add_run
from flow_cases import protocol

import cli
from screening.criteria import Criteria, criteria_of, keep, read_versions, why_outdated
from screening.decision_logs.decisions import Decision
from screening.decision_logs.logs import read_logs
from screening.lists import Which
from screening.session import decide_one, open_engine
from screening.state import load
from search.protocol import Criterion
from search.records import Record
from search.review import Review

OLD = Criteria((Criterion("I1", "in"),), (Criterion("E1", "one"), Criterion("E2", "two")))
SAME = replace(OLD, exclusion=OLD.exclusion[::-1])
REWORDED = replace(OLD, exclusion=(Criterion("E1", "one, or so"), OLD.exclusion[1]))
REMOVED = replace(OLD, exclusion=OLD.exclusion[1:])
ADDED = replace(OLD, exclusion=(*OLD.exclusion, Criterion("E3", "three")))
NARROWED = replace(OLD, inclusion=(*OLD.inclusion, Criterion("I2", "also")))


def decision(verdict: str, reason: str | None) -> Decision:
    return Decision("k", "title-abstract", "a", verdict, reason, None, "", "e", None, OLD.hash)


@pytest.mark.parametrize(
    ("now", "touched"),
    [
        (SAME, {}),
        (REWORDED, {"E1": "it cites E1, which was reworded",
                    "include": "it rests on all criteria: E1 was reworded",
                    "other": "it rests on all criteria: E1 was reworded",
                    "none": "it rests on all criteria: E1 was reworded"}),
        (REMOVED, {"E1": "it cites E1, which was removed",
                   "other": "it rests on all criteria: E1 was removed",
                   "none": "it rests on all criteria: E1 was removed"}),
        (ADDED, {"include": "it rests on all criteria: E3 was added"}),
        (NARROWED, {"include": "it rests on all criteria: I2 was added"}),
    ],
    ids=["order", "reworded", "removed", "added", "narrowed"],
)  # fmt: skip
def test_what_a_change_touches(now: Criteria, touched: dict[str, str]) -> None:
    cases = {"include": decision("include", None), "none": decision("exclude", None),
             **{code: decision("exclude", code) for code in ("E1", "E2", "other")}}  # fmt: skip
    found = {name: why_outdated(each, OLD, now) for name, each in cases.items()}
    assert {name: why for name, why in found.items() if why} == touched


def test_a_version_that_is_not_kept_is_no_reason_to_trust() -> None:
    assert "not kept" in str(why_outdated(decision("exclude", "E1"), None, OLD))


def test_versions_are_kept_once_and_a_changed_file_is_named(review: Review) -> None:
    review.decisions.mkdir()
    first, second = protocol(), replace(protocol(), exclusion=())
    for each in (first, second, first):
        keep(each, review.decisions)
    versions, faults = read_versions(review.decisions)
    assert versions == {each.criteria_hash: criteria_of(each) for each in (first, second)}
    assert not faults
    path = review.decisions / f"criteria.{first.criteria_hash}.json"
    for content in (path.read_text().replace("sarcoma", "tumour"), "[]", "{", '{"include": 1}'):
        path.write_text(content)
        versions, (fault,) = read_versions(review.decisions)
        assert list(versions) == [second.criteria_hash]
        assert fault.file == f"decisions/{path.name}"


@pytest.fixture
def changed(review: Review) -> Review:
    """Three records judged by reviewer-a, one of them by reviewer-b too; then E1 is reworded."""
    add_run(review, [Record(pmid=str(n), title=f"Title {n}") for n in range(1, 5)])
    for key, verdict, who, reason in [
        ("pmid:1", "exclude", "reviewer-a", "E1"), ("pmid:1", "include", "reviewer-b", None),
        ("pmid:2", "exclude", "reviewer-a", "E1"), ("pmid:3", "include", "reviewer-a", None),
    ]:  # fmt: skip
        decide_one(review, key, verdict, who, "title-abstract", reason)
    path = review.folder / "protocol.toml"
    path.write_text(path.read_text().replace("Not sarcoma.", "Not about sarcoma."))
    return Review(review.folder)


def run(review: Review, *arguments: str) -> int:
    return cli.run([*arguments, "--review", str(review.folder)])


def test_the_list_tells_nothing_of_what_others_have_yet_to_judge(
    changed: Review, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(changed, "outdated") == 0
    shown = capsys.readouterr()
    assert shown.out.splitlines() == [
        "pmid:1  title-abstract  reviewer-a: exclude (E1); it cites E1, which was reworded",
        "pmid:1  title-abstract  reviewer-b: include; it rests on all criteria: E1 was reworded",
    ]
    assert "2 more are not shown" in shown.err
    assert run(changed, "outdated", "--as", "reviewer-a", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert [each["key"] for each in found["decisions"]] == ["pmid:1", "pmid:2", "pmid:3"]
    assert found["kept_back"] == 0
    assert run(changed, "status") == 0
    assert "! 4 decisions rest on criteria that changed" in capsys.readouterr().out


def test_they_are_judged_again_on_request_and_the_old_verdicts_stand_until_then(
    changed: Review,
) -> None:
    with open_engine(changed, "reviewer-a", "title-abstract", which=Which.OUTDATED) as (engine, _):
        assert (engine.counters().total, engine.counters().decided) == (3, 0)
        first = engine.current
        assert first is not None
        assert engine.verdict(first)
        engine.decide("include")
        engine.decide("include")
        engine.undo()
    with open_engine(Review(changed.folder), "reviewer-a", "title-abstract", which=Which.OUTDATED) as (
        engine, _,
    ):  # fmt: skip
        assert (engine.counters().total, engine.counters().decided) == (3, 1)
        while engine.current:
            engine.decide("exclude", "E1")
        assert engine.counters().left == 0
    now = Review(changed.folder)
    held = load(now).decisions
    assert {by["reviewer-a"].criteria for by in held.values() if "reviewer-a" in by} == {
        now.protocol.criteria_hash
    }
    with open_engine(now, "reviewer-a", "title-abstract") as (engine, _):
        assert engine.counters().total == 4  # all that is left is what nobody judged
        assert engine.current == "pmid:4"
    assert len([e for e in read_logs(now.decisions).events if e.who == "reviewer-b"]) == 1


def test_with_nothing_outdated_it_says_so(
    filled: Review, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(filled, "screen", "--as", "reviewer-a", "--outdated") == 2
    assert "no decision of reviewer-a at title-abstract" in capsys.readouterr().err
