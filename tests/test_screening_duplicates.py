"""Duplicate sets: what joins records, what keeps them apart, and that order never matters."""

import random
from dataclasses import replace
from typing import Any

import pytest
from dedupe_records import PAIRS, PAPER, RECORDS, members, paper
from flow_cases import event, review_folder, take_in
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.dedupe.duplicates import find_sets
from screening.dedupe.notices import notice_of
from screening.dedupe.sets import BY_HAND
from screening.judgements import Judgements, joined, judgements, split
from screening.store import duplicates_of
from search.records import Record, StoredRecord

# --- sets -----------------------------------------------------------------------------------------


def test_two_records_without_titles_have_no_title_in_common() -> None:
    bare = {"title": None, "pmid": "2"}
    found = find_sets([
        paper("x@a", **bare, year=2020, pages="7"),
        paper("y@b", **bare, authors=("Dahl, Per",), journal="Sarcoma", volume="2", issue="9"),
    ])  # fmt: skip
    assert found.sets == ()
    assert [refusal.against.field for refusal in found.uncertain] == ["title"]


def test_a_title_in_the_vernacular_alone_is_a_reason_that_is_named() -> None:
    german = {"vernacular_title": "Ein Register der Sarkome", "pmid": "1"}
    found = find_sets([
        paper("x@a", **german),
        paper("y@b", **german, title=None, authors=("Dahl, Per",), journal="Sarcoma", volume="2",
              issue="9", pages="7", year=2020),
    ])  # fmt: skip
    reasons = {reason.field: reason.values for reason in found.sets[0].links[0].reasons}
    assert reasons == {"PMID": ("1", "1"), "title": ("ein register der sarkome",) * 2}


def test_no_chain_joins_two_pmids() -> None:
    found = find_sets([
        paper("pmid:1", pmid="1", doi="10.1000/a"),
        paper("x@a", doi="10.1000/a", pmcid="PMC1"),
        paper("pmid:2", pmid="2", pmcid="PMC1"),
    ])  # fmt: skip
    assert members(found) == [("pmid:1", "x@a")]
    assert [refusal.against.field for refusal in found.uncertain] == ["PMID"]


def test_a_record_that_fits_two_publications_is_left_to_a_person() -> None:
    bare = {"volume": None, "issue": None, "pages": None}
    found = find_sets([
        paper("pmid:1", pmid="1", **bare),
        paper("pmid:2", pmid="2", **bare),
        paper("x@a", **bare),
    ])  # fmt: skip
    assert found.sets == ()
    assert sorted(refusal.link.keys for refusal in found.uncertain) == [
        ("pmid:1", "x@a"), ("pmid:2", "x@a"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "others",
    [
        ({"pages": "S112", "issue": "Suppl 1"}, {}),  # a meeting's abstract and the paper
        ({"pages": "1543"}, {"pages": "4121"}),  # two abstracts in one issue
        ({"title": f"{PAPER['title']}: costs"},
         {"title": f"{PAPER['title']}: views", "pages": "521-530"}),  # companions
    ],
)  # fmt: skip
def test_a_bare_record_beside_two_that_a_person_has_to_tell_apart_joins_neither(
    others: tuple[dict[str, object], dict[str, object]],
) -> None:
    bare = paper("x@a", volume=None, issue=None, pages=None)
    found = find_sets([paper("y@b", **others[0]), paper("z@c", **others[1]), bare])
    assert found.sets == ()
    asked = {refusal.link.keys for refusal in found.uncertain}
    assert asked >= {("x@a", "y@b"), ("x@a", "z@c")}


def test_what_the_rules_ask_about_no_weak_link_settles_on_a_way_round() -> None:
    found = find_sets([
        paper("pmid:1", pages="1116"),
        paper("x@a", pages="411-411", issue="Suppl 1", doi="10.1000/s1"),
        paper("y@b", pages=None, issue=None, volume=None, doi="10.1000/s1"),
    ])  # fmt: skip
    assert members(found) == [("x@a", "y@b")]  # by the DOI; by the title alone all would be one
    assert [refusal.against.field for refusal in found.uncertain] == ["pages"]


def test_pubmed_stands_for_a_set_then_the_fullest_then_the_first() -> None:
    full = paper("z@b", doi="10.1000/a", abstract="long", keywords=("x",))
    bare = [paper("y@c", doi="10.1000/a"), paper("x@a", doi="10.1000/a")]
    assert members(find_sets([*bare, full])) == [("z@b", "x@a", "y@c")]
    assert members(find_sets(bare)) == [("x@a", "y@c")]
    pubmeds = paper("pmid:1", pmid="1", doi="10.1000/a")
    assert find_sets([*bare, full, pubmeds]).sets[0].representative == "pmid:1"


def test_a_group_that_explodes_is_bounded_and_counted() -> None:
    many = [paper(f"{n:05d}@a", pages=f"{n * 10 + 1}-{n * 10 + 5}") for n in range(1, 1001)]
    found = find_sets(many)
    assert found.sets == ()
    assert found.blocks >= 1
    assert found.bounded > 400_000  # of 499,500 pairs
    assert found.uncertain == ()  # such a title tells nothing: nobody is asked


def test_five_thousand_equal_records_are_one_set() -> None:
    found = find_sets(paper(f"{n:05d}@a") for n in range(5000))
    assert [len(each.members) for each in found.sets] == [5000]
    assert found.bounded == 0


def test_records_of_one_title_are_found_in_a_block_that_explodes() -> None:
    records = [paper(f"{n:05d}@a", pages=f"{n * 10 + 1}-{n * 10 + 5}") for n in range(300)]
    records += [paper(f"{n:05d}@b", pages=f"{n * 10 + 1}-{n * 10 + 5}") for n in range(300)]
    found = find_sets(records)
    assert members(found) == [(f"{n:05d}@a", f"{n:05d}@b") for n in range(300)]


# --- judgements -----------------------------------------------------------------------------------


def test_different_is_never_joined_and_same_always() -> None:
    records = [paper("pmid:1", pmid="1"), paper("x@a", pmid="1"), paper("pmid:2", pmid="2")]
    found = find_sets(records, same=[("pmid:2", "x@a")], different=[("x@a", "pmid:1")])
    assert members(found) == [("pmid:2", "x@a")]
    assert found.uncertain == ()  # a person has answered


def test_different_holds_across_every_link_to_the_set() -> None:
    records = [paper(key, doi="10.1000/a") for key in ("w@a", "x@a", "y@a", "z@a")]
    found = find_sets(records, different=[("w@a", "z@a")])
    together = [set(keys) for keys in members(found)]
    assert not any({"w@a", "z@a"} <= keys for keys in together)


def test_a_same_that_others_contradict_is_named() -> None:
    records = [paper(key, title=f"Title number {key} of many") for key in ("a@x", "b@x", "c@x")]
    same = [("a@x", "b@x"), ("b@x", "c@x")]
    found = find_sets(records, same=same, different=[("c@x", "a@x")])
    assert members(found) == [("a@x", "b@x")]
    assert found.overruled == (("b@x", "c@x"),)


def test_judgements_fold_and_undo_is_honoured() -> None:
    same = event("a", "same", keys=("k1", "k2"))
    different = event("b", "different", keys=("k2", "k1", "k3"))
    undo = event("b", "undo", target=different.eid)
    assert judgements([same]) == Judgements(same=frozenset({("k1", "k2")}))
    pairs = {("k1", "k2"), ("k1", "k3"), ("k2", "k3")}
    assert judgements([different, same]) == Judgements(different=frozenset(pairs))
    assert judgements([undo, different, same]) == judgements([same])


def test_joining_and_splitting_by_hand_log_what_brings_it_about() -> None:
    records = [paper(key, title=f"Title number {key} of many") for key in ("a@x", "b@x", "c@x")]
    log = [event("a", act, keys=keys) for act, keys in joined(["a@x", "b@x", "c@x"])]
    held = judgements(log)
    assert members(find_sets(records, held.same, held.different)) == [("a@x", "b@x", "c@x")]
    log += [event("a", act, keys=keys) for act, keys in split(["c@x"], ["a@x", "b@x"])]
    held = judgements(log)
    assert members(find_sets(records, held.same, held.different)) == [("a@x", "b@x")]


# --- any order ------------------------------------------------------------------------------------


@given(RECORDS, PAIRS, PAIRS, st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_sets_are_the_same_from_any_order_and_hold_no_contradiction(
    records: list[StoredRecord],
    same: list[tuple[str, str]],
    different: list[tuple[str, str]],
    chance: random.Random,
) -> None:
    found = find_sets(records, same, different)
    shuffled = [chance.sample(each, len(each)) for each in (records, same, different)]
    turned = [(b, a) for a, b in shuffled[2]]
    assert find_sets(shuffled[0], shuffled[1], turned) == found

    by_key = {each.key: each.record for each in records}
    apart = {frozenset(pair) for pair in different if pair[0] != pair[1]}
    by_hand = {frozenset(pair) for pair in same}
    for each in found.sets:
        keys = set(each.members)
        assert len(each.links) == len(each.members) - 1
        assert not any(pair <= keys for pair in apart)
        if not any(pair <= keys for pair in by_hand if len(pair) == 2):
            assert len({by_key[key].pmid for key in keys} - {None}) <= 1
            assert len({notice_of(by_key[key].title) for key in keys}) == 1
        assert all(len(link.reasons) >= 2 for link in each.links if link.rule != BY_HAND)
    listed = [key for each in found.sets for key in each.members]
    assert len(listed) == len(set(listed))
    for refusal in found.uncertain:
        left, right = map(found.representative_of, refusal.link.keys)
        assert left != right


# --- in the review --------------------------------------------------------------------------------


def test_sets_are_kept_and_worked_out_again_when_something_changed(tmp_path: Any) -> None:
    review = review_folder(tmp_path / "review")
    record = Record(**PAPER, doi="10.1000/a")
    take_in(review, "one", [replace(record, pmid="1")])
    slip = replace(record, title="A national registry of soft tisue sarcoma")
    take_in(review, "two", [slip], source="embase", database="Embase")
    met: list[str] = []

    def watch(records: Any) -> Any:
        for each in records:
            met.append(each.key)
            yield each

    none = Judgements()
    first = duplicates_of(review, none, watch=watch)
    assert members(first) == [("pmid:1", "doi:10.1000/a@embase")]
    assert len(met) == 2
    assert any(reason.score for reason in first.sets[0].links[0].reasons)
    assert duplicates_of(review, none, watch=watch) == first  # as it was kept
    assert len(met) == 2
    apart = Judgements(different=frozenset({("doi:10.1000/a@embase", "pmid:1")}))
    assert duplicates_of(review, apart, watch=watch).sets == ()
    assert duplicates_of(review, none, watch=watch) == first
    take_in(review, "three", [record], source="scopus", database="Scopus")
    assert len(duplicates_of(review, none, watch=watch).sets[0].members) == 3
    review.store.database.close()
