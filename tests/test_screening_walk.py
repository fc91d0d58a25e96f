"""Going along the records: found by words, filtered, in order; nothing that counts changes."""

from __future__ import annotations

import codecs
import dataclasses
import json

import pytest
from conftest import add_run
from hypothesis import given
from hypothesis import strategies as st

from screening.decision_logs.events import Act
from screening.filters import filters
from screening.session import decide_one, open_engine
from screening.walk import Filter, Selection, wanted_words
from search import finding
from search.finding import holding
from search.records import Record, StoredRecord, fold, to_document
from search.review import Review

RECORDS = [
    StoredRecord("pmid:1", Record(pmid="1", title="Ostéosarcome: a registry", year=2019), ()),
    StoredRecord("doi:10.1/x@csv", Record(doi="10.1/x", abstract="Registry of bone tumours"), ()),
    StoredRecord("pmid:3", Record(pmid="3", authors=("Müller, A",), journal="Bone Joint J"), ()),
]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("osteosarcome", ["pmid:1"]),
        ("REGISTRY", ["pmid:1", "doi:10.1/x@csv"]),
        ("bone registry", ["doi:10.1/x@csv"]),  # both words, in any order
        ('"bone registry"', []),
        ('"registry of bone"', ["doi:10.1/x@csv"]),
        ("bone", ["doi:10.1/x@csv", "pmid:3"]),
        ("muller", ["pmid:3"]),
        ("2019", ["pmid:1"]),
        ("pmid:3", ["pmid:3"]),
        ("10.1/x", ["doi:10.1/x@csv"]),
        ("", []),
        ('""', []),
        ("...", []),
        (".*", []),
    ],
)
def test_what_words_find(text: str, keys: list[str]) -> None:
    rows = (
        (each.key, json.dumps(to_document(each.record), ensure_ascii=False)) for each in RECORDS
    )
    assert list(holding(rows, wanted_words(text))) == keys


@given(
    st.text()
    | st.lists(st.sampled_from(["Ewing", "–", "Ső", "a\u0301", "ß", " ", "x", '"'])).map("".join),
    st.data(),
    st.booleans(),
)
def test_every_word_of_a_record_finds_it(title: str, data: st.DataObject, escaped: bool) -> None:
    record = Record(pmid="1", title=title.replace("\ud800", ""))
    document = json.dumps(to_document(record), ensure_ascii=escaped)
    words = fold(title).split()
    sought = data.draw(st.lists(st.sampled_from(words))) if words else []
    assert list(holding([("pmid:1", document)], sought)) == (["pmid:1"] if sought else [])
    assert list(holding([("pmid:1", document)], ["zzzz", *sought])) == []


LETTERS = st.sampled_from(["ewing", "EW", "i", "–", "Ső", "a\u0301", "ß", "ﬁ", "肉", "-", " ", "_"])


@given(
    st.lists(LETTERS, max_size=8).map("".join), st.lists(LETTERS, max_size=8).map("".join),
    st.lists(LETTERS, min_size=1, max_size=3).map("".join),
)  # fmt: skip
def test_nothing_else_is_found(title: str, journal: str, sought: str) -> None:
    document = json.dumps({"title": title, "journal": journal, "mesh": ["Ewing"]})
    for escaped in (document, json.dumps(json.loads(document), ensure_ascii=False)):
        wanted = [each for each in [fold(sought)] if each]
        found = list(holding([("7", escaped)], wanted))
        is_there = any(phrase in fold(text) for phrase in wanted for text in ("7", title, journal))
        assert found == (["7"] if is_there else [])


def test_every_letter_is_looked_for_as_it_is_folded() -> None:
    codecs.register_error("search.finding", finding._plain)
    for code in range(0x110000):
        if not 0xD800 <= code < 0xE000:
            words = [each for each in fold(chr(code)).split() if each.isascii()]
            assert all(each.encode() in finding._roughly(chr(code)) for each in words), hex(code)


def test_words_and_phrases() -> None:
    assert wanted_words('bone "Soft-Tissue sarcoma" x') == ("bone", "soft tissue sarcoma", "x")
    assert wanted_words('"not closed') == ("not", "closed")


KEYS = tuple("abcdefgh")
PLACES = {key: place for place, key in enumerate(KEYS)}


@given(st.sets(st.sampled_from(KEYS), min_size=1), st.sampled_from(KEYS))
def test_a_selection_is_walked_from_wherever_one_is(chosen: set[str], start: str) -> None:
    selection = Selection("x", tuple(sorted(chosen)))
    after = selection.step(start, 1, PLACES)
    before = selection.step(start, -1, PLACES)
    assert after == min((key for key in chosen if key > start), default=None)
    assert before == max((key for key in chosen if key < start), default=None)
    assert selection.step(None, -1, PLACES) == max(chosen)


def test_hits_are_gone_through_round_and_round(filled: Review) -> None:
    with open_engine(filled, "reviewer-a", "title-abstract", "added") as (engine, _):
        assert engine.step_hit(1) is False
        assert engine.find("words 5") is True
        assert engine.current == "pmid:5"
        assert engine.find("words") is True  # of each
        assert engine.hits
        assert (engine.hits.place("pmid:1"), len(engine.hits.keys)) == (1, 5)
        shown = [engine.current]
        for by in (1, 1, -1, -1, -1):
            engine.step_hit(by)
            shown.append(engine.current)
        assert shown == ["pmid:1", "pmid:2", "pmid:3", "pmid:2", "pmid:1", "pmid:5"]
        assert engine.find("nowhere") is False
        assert engine.current == "pmid:5"
        assert engine.counters().decided == 0


def test_a_set_is_found_by_the_words_of_any_of_its_records(filled: Review) -> None:
    add_run(filled, [Record(pmid="1", title="Zwilling")], "embase", "2026-02-01T00:00:00Z")
    with open_engine(Review(filled.folder), "reviewer-b", "title-abstract") as (engine, _):
        engine._log.append(Act.SAME, keys=("pmid:1", "pmid:1@embase"))
    with open_engine(Review(filled.folder), "reviewer-a", "title-abstract", "added") as (engine, _):
        engine.step(1)
        assert engine.find("zwilling") is True
        assert engine.current == "pmid:1"
        names = {str(each) for each in filters(engine)}
        assert "with duplicates (1)" in names


def named(engine, name: str) -> Filter:  # type: ignore[no-untyped-def]
    return next(each for each in filters(engine) if each.name == name)


def test_each_filter_shows_what_it_says(filled: Review) -> None:
    add_run(
        filled, [Record(pmid="9", title="Ohne", language=("ger",))], when="2026-02-01T00:00:00Z"
    )
    with open_engine(Review(filled.folder), "reviewer-a", "title-abstract", "added") as (engine, _):
        engine.decide("include")
        engine.decide("exclude")
        engine.decide("maybe")
        engine.tag("a trial")
        engine.later()
        engine.note("look")
        shown = {each.name: sorted(each.keys) for each in filters(engine) if not each.of_record}
        assert shown == {
            "undecided": ["pmid:4", "pmid:5", "pmid:9"],
            "maybe": ["pmid:3"],
            "put off": ["pmid:4"],
            "included": ["pmid:1"],
            "excluded": ["pmid:2"],
            "in conflict with another": [],
            "with duplicates": [],
            "perhaps another version": [],
            "with a note": ["pmid:5"],
            "tagged a trial": ["pmid:4"],
        }
        for name in ("without an abstract", "not in English"):
            assert engine.show_only(named(engine, name)) is True
            assert engine.walk.filter
            assert engine.walk.filter.keys == ("pmid:9",)


def test_a_filter_changes_no_number_and_ends_with_its_last_record(filled: Review) -> None:
    with open_engine(filled, "reviewer-a", "title-abstract", "added") as (engine, _):
        for verdict in ("maybe", "exclude", "maybe"):
            engine.decide(verdict)
        before = dataclasses.replace(engine.counters(), position=None)
        assert engine.show_only(named(engine, "maybe")) is True
        assert engine.current == "pmid:1"
        assert dataclasses.replace(engine.counters(), position=None) == before
        assert (engine.step(1), engine.current) == (True, "pmid:3")
        assert engine.step(1) is False
        engine.step(-1)
        engine.decide("include")  # it stays in the list: that does not change underhand
        assert engine.current == "pmid:3"
        engine.decide("include")
        assert engine.walk.filter is None
        assert engine.current == "pmid:4"  # the queue goes on where it would have
        assert engine.show_only(named(engine, "maybe")) is False
        assert engine.current == "pmid:4"


def test_one_finds_among_the_records_of_a_filter(filled: Review) -> None:
    with open_engine(filled, "reviewer-a", "title-abstract", "added") as (engine, _):
        engine.decide("maybe")
        engine.show_only(named(engine, "maybe"))
        assert engine.find("words") is True
        assert engine.hits
        assert engine.hits.keys == ("pmid:1",)
        engine.show_only(None)
        assert engine.find("words") is True
        assert engine.hits
        assert len(engine.hits.keys) == 5


def test_a_conflict_shows_only_when_all_who_are_to_have_judged(filled: Review) -> None:
    decide_one(filled, "pmid:1", "exclude", "reviewer-b", "title-abstract")
    decide_one(filled, "pmid:2", "include", "reviewer-b", "title-abstract")
    decide_one(filled, "pmid:2", "include", "reviewer-a", "title-abstract")
    with open_engine(filled, "reviewer-a", "title-abstract", "added") as (engine, _):
        assert engine.sitting.conflicts == frozenset()
        engine.go_to("pmid:1")
        engine.decide("include")
        assert str(named(engine, "in conflict with another")) == "in conflict with another (0)"
    with open_engine(filled, "reviewer-a", "title-abstract", "added") as (engine, _):
        assert engine.sitting.conflicts == {"pmid:1"}


@pytest.mark.parametrize("where", [
    "doi:10.1/X.2", "10.1000/x.2", "https://doi.org/10.1000/X.2", "doi: 10.1000/x.2.", "777001",
    "PMID: 777001", "pmid:777001", "pmid:777001@other",
])  # fmt: skip
def test_a_record_is_gone_to_by_whatever_names_it(review: Review, where: str) -> None:
    records = [
        Record(pmid="777001", doi="10.1000/x.2", title="Sought"),
        Record(pmid="2", title="B"),
    ]
    add_run(review, records, "other")
    with open_engine(review, "reviewer-a", "title-abstract", "added") as (engine, _):
        engine.current = next(key for key in engine.sitting.keys if "777001" not in key)
        assert engine.go_to(where) is (where != "doi:10.1/X.2")
        assert not engine.go_to("10.1000/none")
        shown = engine.shown()
        assert shown
        assert (shown.record.title == "Sought") is (where != "doi:10.1/X.2")
