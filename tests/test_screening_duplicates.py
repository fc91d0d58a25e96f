"""Duplicate sets: what joins records, what keeps them apart, and that order never matters."""

import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from flow_cases import event, review_folder, stored, take_in
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.dedupe.answers import Answer
from screening.dedupe.blocking import candidates
from screening.dedupe.codes import Codes
from screening.dedupe.comparing import alike
from screening.dedupe.duplicates import find_sets, in_order
from screening.dedupe.evidence import compare
from screening.dedupe.matching import match
from screening.dedupe.normalise import copy_of, family_of
from screening.dedupe.notices import is_telling, notice_of
from screening.dedupe.place import journal_of, journals_agree, pages_agree, pages_of, volume_of
from screening.dedupe.rules import judge
from screening.dedupe.sets import BY_HAND, DuplicateSets
from screening.dedupe.titles import numbers_of, title_of
from screening.judgements import Judgements, joined, judgements, split
from screening.store import duplicates_of
from search.records import Record, StoredRecord, fold

PAPER: dict[str, Any] = {
    "title": "A national registry of soft tissue sarcoma",
    "authors": ("Berg, Anna", "Dahl, Per"),
    "year": 2019,
    "journal": "Annals of Oncology",
    "volume": "30",
    "issue": "4",
    "pages": "512-520",
}


def paper(key: str, **fields: object) -> StoredRecord:
    return stored(key, **{**PAPER, **fields})


def members(found: DuplicateSets) -> list[tuple[str, ...]]:
    return [each.members for each in found.sets]


# --- one pair: the cases are data ---------------------------------------------------------------

CASES = json.loads(Path(__file__).with_name("dedupe_cases.json").read_text(encoding="utf-8"))


def records_of(case: dict[str, Any]) -> list[StoredRecord]:
    """Return the two records of a case."""
    return [
        StoredRecord(key, Record(**{
            name: tuple(value) if isinstance(value, list) else value
            for name, value in fields.items()
        }))
        for key, fields in zip(("x@a", "y@b"), case["records"], strict=True)
    ]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[each["id"] for each in CASES])
def test_case(case: dict[str, Any]) -> None:
    found = find_sets(records_of(case))
    answer = "same" if found.sets else "uncertain" if found.uncertain else "different"
    assert answer == case["expected"], case["note"]
    for link in (link for each in found.sets for link in each.links):
        assert len(link.reasons) >= 2
    for refusal in found.uncertain:
        assert refusal.link.reasons
        assert case.get("against") in (None, refusal.against.field)
        assert (
            refusal.against.values[0] != refusal.against.values[1]
            or not any(refusal.against.values)
            or refusal.against.field == "title"
        )
    assert find_sets(reversed(records_of(case))) == found


def test_each_case_has_a_name_of_its_own_and_a_note() -> None:
    assert len({case["id"] for case in CASES}) == len(CASES)
    assert all(case["note"].endswith(".") for case in CASES)


@pytest.mark.parametrize(
    "title",
    ["Editorial", "Introduction.", "Comment", "Soft tissue sarcoma", "In this issue of the journal",
     "Annual report of the national sarcoma registry", "Letter to the editor about sarcoma care",
     "Conference abstracts of the sarcoma society"],
)  # fmt: skip
def test_a_title_that_names_many_texts_joins_nothing(title: str) -> None:
    bare = {"title": title, "pages": None, "volume": None, "issue": None}
    assert find_sets([paper("x@a", **bare), paper("y@b", **bare)]).sets == ()


def test_a_doi_of_a_whole_supplement_joins_only_what_has_one_title() -> None:
    titles = ["Outcome of bone sarcoma in children", "Outcome of soft tissue sarcoma in adults"]
    found = find_sets(
        paper(f"{number}@a", doi="10.1000/s1", title=title, pages=None)
        for number, title in enumerate(titles + titles[:1])
    )
    assert members(found) == [("0@a", "2@a")]
    assert {"DOI", "title"} <= {reason.field for reason in found.sets[0].links[0].reasons}


# --- sets --------------------------------------------------------------------------------------


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


# --- judgements --------------------------------------------------------------------------------


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


# --- any order ---------------------------------------------------------------------------------

RECORDS = st.lists(
    st.builds(
        Record,
        title=st.sampled_from([
            PAPER["title"], f"{PAPER['title']}: first results", "Erratum: " + PAPER["title"],
            "Another registry of bone sarcoma", "Editorial", None,
        ]),
        authors=st.sampled_from([("Berg, Anna",), ("Dahl, Per",), ()]),
        year=st.sampled_from([2019, 2020, 2022, None]),
        journal=st.sampled_from(["Annals of Oncology", "Ann Oncol", "Sarcoma", None]),
        volume=st.sampled_from(["30", "31", None]),
        issue=st.sampled_from(["30", "4", None]),
        vernacular_title=st.sampled_from(["Ein Register der Sarkome", None, None]),
        pages=st.sampled_from(["512-520", "512-20", "7", None]),
        pmid=st.sampled_from(["1", "2", None, None]),
        doi=st.sampled_from(["10.1000/a", "10.1000/b", None, None]),
        pmcid=st.sampled_from(["PMC1", None, None]),
        publication_types=st.sampled_from([(), ("Comment",)]),
    ),
    max_size=12,
).map(lambda records: [StoredRecord(f"{n}@s", record) for n, record in enumerate(records)])  # fmt: skip
PAIRS = st.lists(
    st.tuples(st.integers(0, 11), st.integers(0, 11)).map(lambda p: (f"{p[0]}@s", f"{p[1]}@s")),
    max_size=3,
)


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


# --- the copy that is compared -----------------------------------------------------------------


@given(st.text())
def test_the_fast_way_of_folding_gives_what_the_slow_one_gives(text: str) -> None:
    ascii_only = "".join(letter for letter in text if letter.isascii())
    # a letter beyond ASCII takes the slow way; its fold stands apart at the end
    assert fold(ascii_only + " é") == f"{fold(ascii_only)} e".strip()


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Erratum: A registry", "erratum"),
        ("Author Correction: A registry", "erratum"),
        ("Correction to: A registry", "erratum"),
        ("Correction of scoliosis in sarcoma survivors", None),
        ("A registry [Erratum appears in Sarcoma 2020;1:2]", None),
        ("Retraction notice: A registry", "retraction"),
        ("Reply to Smith et al.", "reply"),
        ("Authors' reply", "reply"),
        ("Response to chemotherapy in Ewing sarcoma", None),
        ("Comment on: A registry", "comment"),
        ("Re: A registry", "comment"),
        ("Recurrence of sarcoma: a registry", None),
        ("The registry: study protocol", "protocol"),
        ("Protocol-based imaging in sarcoma", None),
        (None, None),
    ],
)
def test_notices_are_known_by_their_titles(title: str | None, kind: str | None) -> None:
    assert notice_of(title) == kind


@pytest.mark.parametrize(
    ("pages", "shown"),
    [("512-20", "512-520"), ("F479-85", "f479-485"), ("S30", "s30"), ("30S", "s30"),
     ("12‐15", "12-15"), ("e12; discussion 13", "e12"), ("12-5 contd", "12-15"), ("20-12", "None"),
     ("06-Oct", "6"), ("Nov-17", "11-17"), ("Nov-03", "None"), ("Feb", "None"), ("h", "None"),
     ("ii110", "ii110"), ("", "None")],
)  # fmt: skip
def test_pages(pages: str, shown: str) -> None:
    assert str(pages_of(pages)) == shown


@pytest.mark.parametrize(
    ("left", "right", "agree"),
    [("j clin oncol", "journal clinical oncology", True), ("jco", "journal clinical oncology", True),
     ("transplantation", "journal heart lung transplantation", False),
     ("transplantation", "transplantation proceedings", None),
     ("natl med j", "national medical journal", True), ("", "sarcoma", None),
     ("scientificworldjournal", "scientific world journal", True)],
)  # fmt: skip
def test_journals(left: str, right: str, agree: bool | None) -> None:
    assert journals_agree(left, right) is agree
    assert journals_agree(right, left) is agree


@pytest.mark.parametrize(
    ("written", "read"),
    [("Neuron.45 (1) ()(pp 11-16) 2005.Date of Publication: 06 Jan 2005.", "neuron"),
     ("Annals of Oncology.Conference: 23rd Congress Kyoto Japan.", "annals oncology"),
     ("Frontiers in Human Neuroscience, 2013.", "frontiers human neuroscience"),
     ("BMJ (Clinical research ed.)", "bmj"), ("J.Neurosci.", "j neurosci"), (None, "")],
)  # fmt: skip
def test_journals_are_read_through_what_is_stuck_to_them(written: str | None, read: str) -> None:
    assert journal_of(written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [("45 (Suppl 1)", "45"), ("1)", None), ("Suppl 1", None), ("2019", None), ("007", "7"),
     ("Am J Physiol. 266", "266"), ("160-161", "160"), (None, None)],
)  # fmt: skip
def test_volumes(written: str | None, read: str | None) -> None:
    assert volume_of(written, 2019) == read


@pytest.mark.parametrize(
    ("left", "right", "agree"),
    [("512-20", "512", True), ("512-520", "512-519", True), ("512-520", "512-530", None),
     ("512-520", "601-611", False), ("20-Apr", "20-24", True), ("20-Apr", "4-20", True),
     ("20-Apr", "88-90", None), ("e1331", "1-12", None), ("e1331", "1331", True),
     ("S30", "30", True), ("S30", "A30", None), ("338-46", "339-46", None), ("", "512", None)],
)  # fmt: skip
def test_pages_against_pages(left: str, right: str, agree: bool | None) -> None:
    assert pages_agree(pages_of(left), pages_of(right)) is agree
    assert pages_agree(pages_of(right), pages_of(left)) is agree


@pytest.mark.parametrize(
    ("title", "numbers"),
    [("part ii at 6 months", ("2", "6")), ("part i", ("1",)), ("factor v leiden", ("5",)),
     ("the v wave", ()), ("5 ht1a", ("5", "1")), ("", ())],
)  # fmt: skip
def test_numbers_of_titles(title: str, numbers: tuple[str, ...]) -> None:
    assert numbers_of(title) == numbers


@given(st.text(), st.text(), st.text(), st.text())
@settings(max_examples=200, deadline=None)
def test_any_text_can_be_a_record(title: str, author: str, journal: str, pages: str) -> None:
    record = StoredRecord("k", Record(
        title=title, authors=(author,), journal=journal, pages=pages, volume=pages, issue=pages,
        abstract=title, doi=journal or None,
    ))  # fmt: skip
    copy = copy_of(record)
    assert copy_of(record) == copy
    assert match([copy, copy._replace(key="l")]).copies


def test_a_title_all_in_brackets_is_kept() -> None:
    assert title_of("[A translated title of a paper].") == "a translated title of a paper"
    assert is_telling(title_of(PAPER["title"]))
    assert family_of("van der Berg, A") == "van der berg"


# --- in the review -----------------------------------------------------------------------------


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


def test_no_record_is_a_candidate_to_itself() -> None:
    """Its title in another language may begin as the title does."""
    title = "Sarcoma registries of the north: a review of what they hold"
    record = Record(title=title, vernacular_title="Sarcoma registries of the north: en oversikt")
    pairs = candidates([copy_of(StoredRecord(key, record)) for key in ("a", "b")])
    assert (pairs.left.tolist(), pairs.right.tolist()) == ([0], [1])


# --- in bulk -----------------------------------------------------------------------------------


@given(RECORDS)
@settings(max_examples=150, deadline=None)
def test_a_pair_left_out_in_bulk_is_one_that_the_rules_call_different(
    records: list[StoredRecord],
) -> None:
    copies = in_order(map(copy_of, records))
    codes = Codes(copies)
    kept = {
        (left, right)
        for left, right, _title in alike(copies, codes, candidates(copies, codes.possible))
    }
    with patch("screening.dedupe.comparing._hopeless", lambda *_all: np.False_):
        without = list(alike(copies, codes, candidates(copies)))
    for left, right, title in without:
        if (left, right) not in kept:
            one, other = copies[left], copies[right]
            assert judge(one, other, compare(one, other, title)).answer is Answer.DIFFERENT
