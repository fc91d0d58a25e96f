"""What the ranking tells its reviewer: its words, the curve, and nothing of anybody else."""

from __future__ import annotations

import re

import pytest
from conftest import add_run
from hypothesis import given
from hypothesis import strategies as st
from plain_sitting import edit, sit

from screening.ranking.ranking import Ranking
from screening.session import decide_one, open_engine
from screening.terminal import ranked
from screening.terminal.curve import curve, found_by
from search.records import Record
from search.review import Review


@pytest.fixture
def wordy(review: Review) -> Review:
    """Records about registries and about mice, ranked, none drawn at random."""
    kinds = ("sarcoma registry of patients", "laboratory mouse genetics")
    add_run(review, [
        Record(pmid=str(n), title=f"{kinds[n % 2]} number {n}", abstract=f"{kinds[n % 2]} " * 5)
        for n in range(1, 41)
    ])  # fmt: skip
    edit(review, "seed = 7", 'seed = 7\norder = "ranked"\nrandom_share = 0.0')
    return review


def told(review: Review, *typed: str) -> str:
    return sit(review, *typed, order="ranked")


def test_why_a_record_is_high_and_how_the_finding_goes(wordy: Review) -> None:
    said = told(wordy, "w", "i", "e", "e", "w", "q")
    first, _, second = said.partition("3/40")
    assert "Nothing is decided yet." in first
    assert re.search(r"\d+%  (sarcoma|registry|patients|registry of)", first)
    assert "kept 1 of 3 · 2 excluded since" in second
    assert "You kept 1 of the 3 that you decided." in second
    assert "Found after each part of the reading: 1, 1, 1." in second
    assert "Since the last one you excluded 2 records." in second
    assert not set(second) & set("▁▂▃▄▅▆▇█")  # a screen reader would spell them


def test_an_order_that_is_not_ranked_says_so(wordy: Review) -> None:
    assert "The order is not ranked" in sit(wordy, "w", "q")
    assert "excluded since" not in sit(wordy, "i", "q")


def test_it_tells_nothing_of_what_another_decided(wordy: Review) -> None:
    typed = ("i", "w", "u", "q")
    before = told(wordy, *typed)
    for number in range(1, 41):
        verdict = "exclude" if number % 2 else "include"
        decide_one(wordy, f"pmid:{number}", verdict, "reviewer-b", "title-abstract")
    after = told(wordy, *typed).partition("\n")[2]
    shown = [line for line in after.splitlines() if "Welcome" not in line]
    assert shown == [line for line in before.splitlines()[1:] if "Welcome" not in line]


def test_a_ranking_that_fails_says_so(wordy: Review, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Ranking, "failure", property(lambda _self: "MemoryError: [b]"))
    said = told(wordy, "i", "w", "q")
    assert said.count("The ranking learns no more (MemoryError: [b]); its last order stays.") == 2


def test_a_record_that_was_drawn_at_random_says_so(wordy: Review) -> None:
    edit(wordy, "random_share = 0.0", "random_share = 0.99")
    said = " ".join(told(wordy, "w", "i", "i", "i", "w", "q").split())
    assert "This record was drawn at random, as 99% of all are, and not for its words." in said
    assert "drawn at random you kept" in said


def test_the_line_of_the_full_screen_keeps_its_width(wordy: Review) -> None:
    with open_engine(wordy, "reviewer-a", "title-abstract", "ranked") as (engine, _):
        ranking = engine.sitting.ranking
        assert ranking
        assert ranked.line(ranking, 80) == ""
        for verdict in ("include", "exclude", "maybe", "exclude"):
            engine.decide(verdict)
        assert ranked.line(ranking, 80) == "kept 2 of 4 · 1 excluded since the last ▄▄██"
        assert ranked.line(ranking, 40) == "kept 2 of 4 · 1 excluded since ▄▄██"
        assert ranked.line(ranking, 32) == "kept 2 of 4 · 1 excluded since"
        assert ranked.line(ranking, 12) == ""


@given(st.sets(st.integers(1, 300)), st.integers(0, 300), st.integers(1, 60))
def test_a_curve_never_falls_and_ends_with_all(places: set[int], more: int, columns: int) -> None:
    relevant_at = sorted(places)
    decided = max(places, default=0) + more
    found = found_by(relevant_at, decided, columns)
    assert found == sorted(found)
    assert len(found) == min(columns, decided)
    assert not found or found[-1] == len(places)
    drawn = curve(relevant_at, decided, columns)
    assert list(drawn) == sorted(drawn)
    assert not places or drawn[-1] == "█"
