"""The flow: every number a set of keys, every relation of METHODS 2.1, over states at random."""

import random
from dataclasses import replace

import pytest
from flow_cases import OFFLINE, both, decide, event, run, sets_of, state
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.prisma.boxes import LABELS, PLACES
from screening.prisma.flow import flow_of
from screening.prisma.flow_list import to_document, to_list
from screening.prisma.flow_relations import check, notes_of, relations
from screening.prisma.flow_values import Flow
from screening.state import FULL_TEXT, TITLE_ABSTRACT, ReviewState
from search.errors import BadInput, SarcatError

PUBMED = run("r1")
LATER = run("r2", at="2026-12-01T10:00:00Z")
CORPUS = run("r0", source=OFFLINE, database="Offline corpus", at="2026-10-01T10:00:00Z")
REGISTER = run("r3", "register", source="ctgov", database="ClinicalTrials.gov")
HAND = run("r4", "other", source="hand", database="Compiled by hand")
CITED = run("r5", "citation", source="openalex", database="OpenAlex")
SITES = run("r6", "website", source="web", database="Sites")


def numbers(flow: Flow) -> dict[str, int | None]:
    return {box: flow.size(box) for box in LABELS if flow.size(box)}


def test_a_whole_review_in_small() -> None:
    events = [
        *both("a1", "exclude"),
        *both("a2", "include"), *both("a2", "exclude", FULL_TEXT, "E1"),
        *both("a3", "include"), *both("a3", "include", FULL_TEXT),
        *both("a4", "include"),
        event("reviewer-a", "retrieved", "a4", stage=FULL_TEXT, val="no"),
        *both("h1", "exclude"),
        *both("h2", "include"), *both("h2", "include", FULL_TEXT),
        *both("h3", "include"), *both("h3", "exclude", FULL_TEXT, "E2"),
    ]  # fmt: skip
    runs = [(PUBMED, ["a1", "a2", "a3"]), (REGISTER, ["a4", "d1"]), (CITED, ["h1", "h2", "d2"]),
            (HAND, ["h3", "d3"])]  # fmt: skip
    found = state(runs, events, sets_of(["a3", "d1", "d2"], ["h2", "d3"]))
    flow = flow_of(found, {"x": ["a3"], "y": ["h2", "a3"], "z": ["a1"]})
    assert numbers(flow) == {
        "database_results": 3, "register_results": 2, "duplicates": 1, "records_screened": 4,
        "records_excluded": 1, "dbr_sought_reports": 3, "dbr_notretrieved_reports": 1,
        "dbr_assessed": 2, "dbr_excluded": 1, "dbr_included": 1,
        "citations_results": 3, "other_results": 2, "other_known": 1, "other_duplicates": 1,
        "other_records_excluded": 1, "other_sought_reports": 2, "other_assessed": 2,
        "other_excluded": 1, "other_included": 1, "new_studies": 2, "new_reports": 2,
    }  # fmt: skip
    assert not flow.is_interim
    assert flow.keys("dbr_excluded:E1") == ["a2"]
    assert flow.keys("database_specific_results:PubMed") == ["a1", "a2", "a3"]
    assert flow.keys("new_studies") == ["x", "y"]
    document = to_document(flow)
    assert document["dbr_excluded"] == {"E1": 1}
    assert document["other_excluded"] == {"E2": 1}
    assert document["register_specific_results"] == {"ClinicalTrials.gov": 2}
    assert (document["interim"], document["as_of"]) == (False, "2026-11-02T10:00:00Z")


def test_a_real_search_goes_before_the_offline_corpus_and_both_before_other_methods() -> None:
    found = state([(CORPUS, ["k1", "k2", "k3"]), (LATER, ["k1"]), (HAND, ["k1", "k2", "k4"])])
    flow = flow_of(found)
    assert flow.parts["database_specific_results"] == {
        "Offline corpus": {"k2", "k3"}, "PubMed": {"k1"},
    }  # fmt: skip
    assert flow.boxes["other_results"] == {"k4"}
    assert any("compiled by hand" in note for note in notes_of(flow))


def test_the_numbers_of_databases_are_those_before_deduplication() -> None:
    embase = run("r9", source="embase", database="Embase")
    found = state([(PUBMED, ["a1", "a2"]), (embase, ["e1", "e2", "e3"])], (),
                  sets_of(["a1", "e1", "e2"]))  # fmt: skip
    flow = flow_of(found)
    assert to_document(flow)["database_specific_results"] == {"Embase": 3, "PubMed": 2}
    assert flow.keys("duplicates") == ["e1", "e2"]


def test_a_set_of_both_arms_counts_once_in_the_databases_arm() -> None:
    # the representative came from elsewhere; a record of the database stands for it in the flow
    found = state([(PUBMED, ["b"]), (HAND, ["a"])], [*both("a", "include")], sets_of(["a", "b"]))
    flow = flow_of(found)
    assert flow.keys("dbr_sought_reports") == ["b"]
    assert flow.keys("other_known") == ["a"]
    assert flow.keys("other_sought_reports") == []
    assert flow.boxes_of("a") == [
        "other_results", "other_known", "other_specific_results:Compiled by hand",
    ]  # fmt: skip


def test_undecided_is_interim_and_says_what_waits() -> None:
    events = [decide("a", "a1", "include"), *both("a2", "include"),
              decide("a", "a3", "include"), decide("b", "a3", "exclude")]  # fmt: skip
    flow = flow_of(state([(PUBMED, ["a1", "a2", "a3"])], events))
    assert flow.is_interim
    assert notes_of(flow)[0] == (
        "Interim, as of 2026-11-02: 1 awaiting screening on title and abstract, "
        "1 awaiting assessment of the full text, 1 in conflict."
    )


def test_a_maybe_that_is_to_be_talked_over_is_undecided() -> None:
    flow = flow_of(state([(PUBMED, ["a1"])], both("a1", "maybe"), maybe="conflict"))
    assert flow.keys("conflicts") == ["a1"]
    assert flow.is_interim


@pytest.mark.parametrize(
    ("runs", "is_open"),
    [
        ([run("f", state="failed", strategy="s", problem="no answer")], True),
        ([run("p", state="partial", strategy="s")], True),
        ([run("f", state="failed", strategy="s"), run("g", strategy="s",
                                                      at="2026-12-01T00:00:00Z")], False),
        ([run("g", strategy="s"), run("f", state="failed", strategy="s",
                                      at="2026-12-01T00:00:00Z")], True),
        ([run("f", state="failed", strategy="s"), run("g", strategy="t",
                                                      at="2026-12-01T00:00:00Z")], True),
        ([run("e", state="empty", strategy="s")], False),
    ],
)  # fmt: skip
def test_a_failed_search_is_not_an_empty_one(runs: list, is_open: bool) -> None:
    flow = flow_of(state([(each, []) for each in runs]))
    assert flow.is_interim is is_open
    assert any("records may be missing" in note for note in notes_of(flow)) is is_open


def test_no_reason_given_is_said_and_none_is_made_up() -> None:
    events = [*both("a1", "include"), *both("a1", "exclude", FULL_TEXT)]
    assert to_document(flow_of(state([(PUBMED, ["a1"])], events)))["dbr_excluded"] == {
        "no reason recorded": 1
    }
    assert to_document(flow_of(state([(PUBMED, ["a1"])])))["dbr_excluded"] == {}


def test_studies_are_not_counted_when_nobody_counts_them() -> None:
    flow = flow_of(state([(PUBMED, ["a1"])]))
    assert to_document(flow)["new_studies"] is None
    assert "Studies included in review (not counted)" in map(str, to_list(flow))


def test_a_report_tied_by_a_person_counts_and_one_may_be_about_several_studies() -> None:
    events = [*both("a1", "include"), *both("a1", "include", FULL_TEXT),
              event("reviewer-a", "tie", "a1", val="x"), event("reviewer-a", "tie", "a1", val="y"),
              event("reviewer-a", "tie", "a1", val="not-in-the-catalogue")]  # fmt: skip
    flow = flow_of(state([(PUBMED, ["a1"])], events), {"x": [], "y": [], "z": ["a1x"]})
    assert flow.keys("new_studies") == ["x", "y"]
    assert "Some reports are about several studies." in notes_of(flow)


def test_an_unknown_box_names_the_nearest() -> None:
    flow = flow_of(state([(PUBMED, ["a1"])]))
    with pytest.raises(BadInput, match="records_screened"):
        flow.keys("record_screened")
    with pytest.raises(BadInput, match="dbr_excluded"):
        flow.keys("dbr_excluded:E9")


# --- the relations -----------------------------------------------------------------------------

RUNS = (PUBMED, LATER, CORPUS, REGISTER, HAND, CITED, SITES)
KEYS = tuple(f"k{number:02d}" for number in range(14))
VERDICTS = st.sampled_from(["include", "include", "exclude", "maybe"])


@st.composite
def states(draw: st.DrawFn) -> ReviewState:
    chance = random.Random(draw(st.integers(0, 2**32)))
    appearing = [(each, [key for key in KEYS if chance.random() < 0.3]) for each in RUNS]
    here = sorted({key for _, keys in appearing for key in keys})
    pool = list(here)
    chance.shuffle(pool)
    groups = []
    while len(pool) > 2 and chance.random() < 0.6:
        groups.append([pool.pop() for _ in range(min(chance.choice([2, 2, 3, 4]), len(pool)))])
    events = []
    for key in here:
        for who in "ab":
            for stage in (TITLE_ABSTRACT, FULL_TEXT):
                if chance.random() < 0.8:
                    verdict = draw(VERDICTS) if chance.random() < 0.5 else "include"
                    reason = chance.choice(["E1", "E2", None]) if verdict == "exclude" else None
                    events.append(decide(who, key, verdict, stage, reason))
        if chance.random() < 0.15:
            events.append(
                event(
                    "reviewer-b",
                    "settle",
                    key,
                    stage=chance.choice([TITLE_ABSTRACT, FULL_TEXT]),
                    val=chance.choice(["include", "exclude"]),
                )
            )
        if chance.random() < 0.2:
            events.append(event("reviewer-a", "retrieved", key, val=chance.choice(["yes", "no"])))
        if events and chance.random() < 0.1:
            taken = chance.choice(events)
            events.append(event(taken.who, "undo", target=taken.eid))
    return state(appearing, events, sets_of(*groups), reviewers=chance.choice([1, 2]),
                 maybe=chance.choice(["include", "conflict"]))  # fmt: skip


@given(states())
@settings(max_examples=200, deadline=None)
def test_the_flow_adds_up_for_every_state(found: ReviewState) -> None:
    initiatives = {"x": ["k01", "k02"], "y": ["k03"], "z": []}
    flow = flow_of(found, initiatives)
    size = {box: flow.size(box) or 0 for box in LABELS}
    held = {id for id, holds, _ in relations(flow, found) if holds}
    assert held == {"PF-01", "PF-02", "PF-03", "PF-04", "PF-05", "PF-06", "PF-07", "PF-08", "PF-09",
                    "PF-10", "PF-11", "PF-12", "PF-14", "PF-15", "PF-16"}  # fmt: skip
    # the same in numbers, as the standard writes it
    identified = size["database_results"] + size["register_results"]
    assert size["records_screened"] == identified - size["duplicates"]
    assert size["records_screened"] == (
        size["records_excluded"] + size["dbr_sought_reports"] + size["records_awaiting"]
    )
    for arm in ("dbr", "other"):
        assert size[f"{arm}_assessed"] == (
            size[f"{arm}_sought_reports"] - size[f"{arm}_notretrieved_reports"]
        )
        reasons = sum(map(len, flow.parts[f"{arm}_excluded"].values()))
        assert size[f"{arm}_assessed"] == (
            reasons + size[f"{arm}_included"] + size[f"{arm}_awaiting"]
        )
    assert size["new_reports"] == size["dbr_included"] + size["other_included"]
    # PF-14: each record of the databases' arm has exactly one place
    places = [key for place in PLACES["databases"] for key in flow.keys(place)]
    assert sorted(places) == sorted(flow.boxes["database_results"] | flow.boxes["register_results"])
    # PF-15, PF-16
    removed = size["duplicates"] + size["other_duplicates"] + size["other_known"]
    assert removed == sum(len(members) - 1 for members in found.members.values())
    assert all(len(flow.keys(box)) == size[box] for box in LABELS)
    assert flow_of(found, initiatives) == flow


@given(states())
@settings(max_examples=30, deadline=None)
def test_every_record_has_its_place(found: ReviewState) -> None:
    flow = flow_of(found)
    for members in found.members.values():
        for key in members:
            assert len([p for arm in PLACES.values() for p in arm if key in flow.boxes[p]]) == 1


@pytest.mark.parametrize(
    ("box", "id"),
    [("database_results", "PF-01"), ("duplicates", "PF-02"), ("records_excluded", "PF-03"),
     ("records_excluded", "PF-04"), ("dbr_sought_reports", "PF-05"), ("dbr_assessed", "PF-06"),
     ("dbr_excluded", "PF-07"), ("dbr_included", "PF-08"), ("other_known", "PF-09"),
     ("other_assessed", "PF-10"), ("new_reports", "PF-11"), ("dbr_awaiting", "PF-14"),
     ("other_duplicates", "PF-15")],
)  # fmt: skip
def test_a_record_out_of_place_is_refused_by_name(box: str, id: str) -> None:
    events = [*both("a1", "exclude"), *both("a2", "include"), *both("a2", "include", FULL_TEXT)]
    found = state([(PUBMED, ["a1", "a2"]), (HAND, ["h1"])], events)
    flow = flow_of(found)
    wrong = replace(flow, boxes={**flow.boxes, box: flow.boxes[box] ^ {"h1", "unknown"}})
    with pytest.raises(SarcatError, match=rf"does not add up: .*{id}") as caught:
        check(wrong, found)
    assert caught.value.exit_status == 1


def test_a_study_without_an_included_report_is_refused() -> None:
    found = state([(PUBMED, ["a1"])])
    with pytest.raises(SarcatError, match="PF-12"):
        check(replace(flow_of(found), studies={"x": frozenset({"a1"})}), found)


def test_a_box_that_is_missing_is_refused() -> None:
    found = state([(PUBMED, ["a1"])])
    flow = flow_of(found)
    boxes = {**flow.boxes, "made_up": frozenset()}
    with pytest.raises(SarcatError, match="PF-16"):
        check(replace(flow, boxes=boxes), found)


def test_a_review_that_was_never_searched_is_no_finding_of_nothing() -> None:
    flow = flow_of(state([], [], sets_of()))
    assert flow.is_interim
    assert notes_of(flow)[0] == "Interim: nothing has been searched or imported yet."


def test_a_search_that_found_nothing_is_one() -> None:
    assert not flow_of(state([(replace(PUBMED, state="empty"), [])], [], sets_of())).is_interim
