"""The numbers of the contract, and that a failure never looks like emptiness."""

from dataclasses import replace

from flow_cases import both, decide, event, run, sets_of, state

from screening.state import FULL_TEXT
from screening.status import lines, status_of
from search.faults import Fault

COUNTS = {"initiatives": 9, "national": 6, "international": 3, "left_out": 0}


def test_the_whole_of_the_contract() -> None:
    events = [
        *both("a1", "include"), *both("a1", "include", FULL_TEXT),
        *both("a2", "exclude"),
        *both("a3", "maybe"),
        decide("a", "a4", "include"), decide("b", "a4", "maybe"),
        event("reviewer-a", "retrieved", "a4", stage=FULL_TEXT, val="no"),
        decide("a", "a5", "include"), decide("b", "a5", "exclude"),
        decide("a", "a6", "include"),
    ]  # fmt: skip
    runs = [
        (run("r1"), ["a1", "a2", "a3", "a4"]),
        (run("r2", source="embase"), ["a1", "a5", "a6", "a7"]),
    ]
    found = status_of(state(runs, events, sets_of(["a1", "a7"])), COUNTS)
    assert found["records"] == {
        "retrieved": 7,
        "by_source": {"embase": 4, "pubmed": 4},
        "duplicates_removed": 1,
        "unique": 6,
    }
    assert found["screening"] == {
        "title-abstract": {"screened": 5, "included": 2, "excluded": 1, "maybe": 1,
                           "conflicts": 1, "awaiting": 1, "not_screened": 0},
        "full-text": {"screened": 1, "included": 1, "excluded": 0, "maybe": 0, "conflicts": 0,
                      "awaiting": 1, "not_retrieved": 1},
    }  # fmt: skip
    assert found["included"] == 1
    assert found["catalogue"] == COUNTS


def test_screened_is_the_sum_of_where_the_screened_ended() -> None:
    events = [*both("a1", "maybe"), *both("a2", "exclude")]
    for maybe in ("include", "conflict"):
        stage = status_of(state([(run("r1"), ["a1", "a2"])], events, maybe=maybe))["screening"][
            "title-abstract"
        ]
        assert stage["maybe"] == 1
        assert stage["included"] == 0
        assert stage["screened"] == sum(
            stage[name] for name in ("included", "excluded", "maybe", "conflicts")
        )


def test_one_reviewer_is_enough_where_the_protocol_says_so() -> None:
    one = state([(run("r1"), ["a1"])], [decide("a", "a1", "include")], reviewers=1)
    assert status_of(one)["screening"]["title-abstract"]["screened"] == 1


def test_no_single_verdict_shows_while_another_reviewer_is_awaited() -> None:
    runs = [(run("r1"), ["a1", "a2"])]
    shown = [
        status_of(state(runs, [decide("a", "a1", verdict)])) for verdict in ("include", "exclude")
    ]
    assert shown[0] == shown[1]


def test_failure_never_looks_like_emptiness() -> None:
    failed = run("r1", state="failed", problem="PubMed did not answer.")
    base = state([(failed, [])], [decide("a", "gone", "include")])
    found = replace(
        base, faults=(Fault("decisions/a.d.jsonl", 3, "torn", "cut off.", "", "warning"),)
    )
    status = status_of(found)
    assert status["runs"] == [{"id": "r1", "state": "failed", "problem": "PubMed did not answer."}]
    text = "\n".join(lines(status))
    assert "! search run r1 is failed: PubMed did not answer." in text
    assert "! decisions/a.d.jsonl:3" in text
    assert "gone" in text


def test_a_review_without_any_search_says_so() -> None:
    assert next(lines(status_of(state([])))).startswith("No search has been run")


def test_faulty_entries_are_named_and_never_mere_absence() -> None:
    text = list(lines(status_of(state([]), {**COUNTS, "left_out": 2})))
    assert text[0] == ("! 2 catalogue entries left out for faults; see `sarcat catalogue check`")
    assert not any("left out" in line for line in lines(status_of(state([]), COUNTS)))


def test_initiatives_that_nobody_counts_are_null_not_zero() -> None:
    assert status_of(state([]))["catalogue"] == dict.fromkeys(COUNTS)


def test_how_far_each_reviewer_is_and_nothing_of_verdicts() -> None:
    events = [*both("a1", "include"), decide("a", "a2", "exclude"), decide("a", "a3", "include")]
    status = status_of(state([(run("r1"), ["a1", "a2", "a3", "a4"])], events))
    names = ("stage", "reviewer", "decided", "left", "retired")
    assert [tuple(each[name] for name in names) for each in status["reviewers"]] == [
        ("title-abstract", "reviewer-a", 3, 1, False),
        ("title-abstract", "reviewer-b", 1, 3, False),
        ("full-text", "reviewer-a", 0, 1, False),
        ("full-text", "reviewer-b", 0, 1, False),
    ]
    assert "  reviewer-a: 3 decided, 1 left" in "\n".join(lines(status))
