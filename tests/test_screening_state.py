"""The state of a review: judgements on records put together for their duplicate sets."""

from pathlib import Path

import pytest
from flow_cases import both, decide, event, review_folder, run, sets_of, state, stored, take_in

from screening.decision_logs.decisions import Outcome
from screening.decision_logs.logs import open_log
from screening.selection import Only, select
from screening.state import FULL_TEXT, TITLE_ABSTRACT, load
from search.errors import SarcatError
from search.records import Record, base_of

RUN = run("r1")


def first(events: list, keys: tuple = ("k1", "k2"), sets: tuple = (), **values) -> dict:
    found = state([(RUN, keys)], events, sets_of(*sets), **values)
    return {name: each.value for name, each in found.outcomes[TITLE_ABSTRACT].items()}


@pytest.mark.parametrize(
    ("events", "outcome"),
    [
        ([], "awaiting"),
        ([decide("a", "k1", "include")], "awaiting"),
        (both("k1", "include"), "included"),
        (both("k1", "exclude"), "excluded"),
        ([decide("a", "k1", "include"), decide("b", "k1", "exclude")], "conflict"),
        ([decide("a", "k1", "include"), decide("b", "k2", "include")], "included"),
        ([decide("a", "k1", "include"), decide("b", "k2", "exclude")], "conflict"),
        ([*both("k1", "include"), decide("a", "k2", "exclude")], "conflict"),
        ([decide("a", "k1", "include"), decide("a", "k2", "exclude")], "awaiting"),
        ([decide("a", "k1", "include"), decide("b", "k1", "exclude"),
          event("reviewer-b", "settle", "k2", stage=TITLE_ABSTRACT, val="include")], "included"),
        ([event("reviewer-b", "settle", "k1", stage=TITLE_ABSTRACT, val="include"),
          event("reviewer-b", "settle", "k2", stage=TITLE_ABSTRACT, val="exclude")], "conflict"),
        (both("k1", "maybe"), "included"),
    ],
)  # fmt: skip
def test_judgements_on_any_record_count_for_the_set(events: list, outcome: str) -> None:
    assert first(events, sets=(("k1", "k2"),)) == {"k1": outcome}


def test_splitting_a_set_keeps_every_decision() -> None:
    events = [decide("a", "k1", "include"), decide("b", "k2", "exclude")]
    assert first(events, sets=(("k1", "k2"),)) == {"k1": "conflict"}
    assert first(events) == {"k1": "awaiting", "k2": "awaiting"}


def test_a_maybe_may_have_to_be_talked_over() -> None:
    assert first(both("k1", "maybe"), ("k1",), maybe="conflict") == {"k1": "maybe"}


def test_full_text_counts_only_for_what_was_forwarded() -> None:
    events = [*both("k1", "include"), *both("k1", "include", FULL_TEXT),
              *both("k2", "exclude"), *both("k2", "include", FULL_TEXT)]  # fmt: skip
    found = state([(RUN, ["k1", "k2"])], events)
    assert found.outcomes[FULL_TEXT] == {"k1": Outcome.INCLUDED}


def test_a_report_that_was_judged_was_retrieved_whatever_was_said() -> None:
    lost = [
        event("reviewer-a", "retrieved", key, stage=FULL_TEXT, val="no") for key in ("k1", "k2")
    ]
    found = state([(RUN, ["k1", "k2", "k3"])], [*lost, decide("b", "k1", "exclude", FULL_TEXT)])
    assert found.not_retrieved == {"k2"}
    had = event("reviewer-a", "retrieved", "k2", stage=FULL_TEXT, val="yes")
    assert state([(RUN, ["k1", "k2"])], [*lost, had]).not_retrieved == {"k1"}


def test_one_primary_reason_the_first_in_the_protocols_order() -> None:
    events = [decide("a", "k1", "exclude", FULL_TEXT, "E2"),
              decide("b", "k1", "exclude", FULL_TEXT, "E1")]  # fmt: skip
    found = state([(RUN, ["k1"])], events)
    assert found.exclusion_reason("k1", FULL_TEXT) == "E1"
    settled = event("reviewer-b", "settle", "k1", stage=FULL_TEXT, val="exclude", reason="E2")
    assert state([(RUN, ["k1"])], [*events, settled]).exclusion_reason("k1", FULL_TEXT) == "E2"
    assert state([(RUN, ["k1"])]).exclusion_reason("k1", FULL_TEXT) is None


def test_a_judgement_on_an_unknown_record_is_named() -> None:
    found = state([(RUN, ["k1"])], [decide("a", "gone", "include")])
    assert found.strangers == ("gone",)
    assert list(found.members) == ["k1"]


def test_the_choices_of_records() -> None:
    events = [*both("in", "include"), *both("in", "include", FULL_TEXT),
              *both("out", "exclude"),
              *both("out2", "include"), *both("out2", "exclude", FULL_TEXT, "E1"),
              decide("a", "torn", "include"), decide("b", "torn", "exclude"),
              *both("half", "include"), decide("a", "half", "include", FULL_TEXT),
              *both("lost", "include"),
              event("reviewer-a", "retrieved", "lost", stage=FULL_TEXT, val="no")]  # fmt: skip
    keys = ["in", "in2", "out", "out2", "torn", "half", "new", "lost"]
    found = state([(RUN, keys)], events, sets_of(["in", "in2"]))
    assert {only.value: select(found, only) for only in Only} == {
        "all": sorted(keys),
        "unique": ["half", "in", "lost", "new", "out", "out2", "torn"],
        "included": ["in"],
        "excluded": ["out", "out2"],
        "conflict": ["torn"],
        "awaiting": ["half", "new"],
    }


def test_a_record_without_pmid_and_doi_is_found_by_the_base_of_its_key(tmp_path: Path) -> None:
    review = review_folder(tmp_path / "review", reviewers=1)
    paper = Record(title="A registry known by its title only")
    take_in(review, "one", [paper], source="ris")
    assert load(review).find(base_of(paper)) == f"{base_of(paper)}@ris"


def test_a_review_is_read_from_its_folder(tmp_path: Path) -> None:
    review = review_folder(tmp_path / "review", reviewers=1)
    paper = {"title": "A national registry of soft tissue sarcoma", "doi": "10.1000/a"}
    take_in(review, "one", [Record(pmid="1", **paper), Record(pmid="2", title="Another")])
    take_in(review, "two", [Record(**paper)], source="embase", database="Embase",
            executed_at="2026-11-03T10:00:00Z")  # fmt: skip
    with open_log(review.decisions, "reviewer-a", "d") as log:
        log.append("decide", rec="doi:10.1000/a@embase", stage=TITLE_ABSTRACT, val="include")
        log.append("tie", rec="pmid:1", val="register-x")
    found = load(review)
    assert found.outcomes[TITLE_ABSTRACT] == {
        "pmid:1": Outcome.INCLUDED, "pmid:2": Outcome.AWAITING,
    }  # fmt: skip
    assert found.ties == {"pmid:1": {"register-x"}}
    assert found.find("doi:10.1000/a") == found.find("pmid:1") == "pmid:1"
    assert found.find("pmid:3") is None
    assert found.as_of is not None
    assert found.as_of >= "2026-11-03"
    assert found.faults == ()
    review.store.database.close()


def test_a_damaged_run_is_an_error_and_not_an_empty_review(tmp_path: Path) -> None:
    review = review_folder(tmp_path / "review")
    entry = take_in(review, "one", [stored("x", title="Another").record])
    review.store.database.close()
    packed = review.searches / entry.id / "records.jsonl.gz"
    packed.write_bytes(packed.read_bytes()[:-9])
    again = review_folder(tmp_path / "review")
    again.database_path.unlink()
    with pytest.raises(SarcatError, match=r"records\.jsonl\.gz"):
        load(again)
