"""The second stage at the terminal, in both modes: ties to initiatives, reports not had."""

from __future__ import annotations

import pytest
from full_sitting import seated
from plain_sitting import Entries, acts_of, edit, sit, sit_at_full_text
from textual.widgets import Input

from screening.decision_logs.events import Act
from screening.decision_logs.logs import read_logs
from screening.session import decide_one
from screening.ties import Named, matching
from search.review import Review

# --- line by line --------------------------------------------------------------------------------


def test_an_included_report_is_tied_to_an_initiative(filled: Review) -> None:
    said, entries = sit_at_full_text(
        filled, "i", "netsarc", "i", "netw", "2", "i", "", "i", "my new one", "1", "",
        "s", "French Network", "s", "netsarc",
    )  # fmt: skip
    assert "pmid:1: tied to netsarc." in said
    assert "Which one? (1 to 4; Enter alone: none):\n" in said
    assert "Tied to no initiative." in said
    assert "initiatives/my-new-one.toml is a draft to be filled in." in said
    assert "pmid:5: no longer tied to netsarc." in said
    assert entries.begun == [("my-new-one", "4")]
    assert acts_of(filled) == [
        (Act.DECIDE, "pmid:1", "include"), (Act.TIE, "pmid:1", "netsarc"),
        (Act.DECIDE, "pmid:2", "include"), (Act.TIE, "pmid:2", "nordic"),
        (Act.DECIDE, "pmid:3", "include"),
        (Act.DECIDE, "pmid:4", "include"), (Act.TIE, "pmid:4", "my-new-one"),
        (Act.TIE, "pmid:5", "netsarc"), (Act.UNDO, "pmid:5", None),
    ]  # fmt: skip


def test_a_report_that_cannot_be_had_leaves_the_queue_and_comes_back(filled: Review) -> None:
    said, _ = sit_at_full_text(filled, "r", "p", "r", "n", "r", "u")
    assert "pmid:1: not retrieved." in said
    assert "You said that this report cannot be had." in said
    assert "pmid:1: retrieved after all." in said
    assert "Taken back: not retrieved, on this record; U does it again." in said
    assert "left 4 · place 2\npmid:2\n" in said


def test_ties_are_for_full_text(filled: Review) -> None:
    said = sit(filled, "s", "r")
    assert said.count("Nothing was decided: ") == 2
    assert read_logs(filled.decisions).events == ()


@pytest.mark.parametrize(
    ("words", "ids"),
    [("netsarc", ["netsarc"]), ("NETW", ["netsarc", "nordic"]), ("french network", ["netsarc"]),
     ("net fre", ["netsarc"]), ("x", []), ("", []), ("[b]", [])],
)  # fmt: skip
def test_which_initiative_is_meant(words: str, ids: list[str]) -> None:
    known = [Named("netsarc", "NETSARC", ("French network",)), Named("nordic", "Nordic network")]
    assert [each.id for each in matching(known, words)] == ids


# --- on the full screen --------------------------------------------------------------------------


@pytest.fixture
def forwarded(filled: Review) -> Review:
    """A review whose five records wait at full text."""
    edit(filled, "reviewers = 2", "reviewers = 1")
    for number in range(1, 6):
        decide_one(Review(filled.folder), f"pmid:{number}", "include", "reviewer-b",
                   "title-abstract")  # fmt: skip
    return Review(filled.folder)


@pytest.mark.asyncio
async def test_an_included_report_is_tied_to_an_initiative_or_a_draft(forwarded: Review) -> None:
    entries = Entries()
    async with seated(forwarded, "full-text", catalogue=entries) as seat:
        assert "s initiative" in seat.keys
        await seat.press("i")
        assert "Initiative: id or words of its name" in seat.question
        assert acts_of(forwarded) == [(Act.DECIDE, "pmid:1", "include")]  # kept, whatever comes
        await seat.write("netsarc")
        await seat.press("enter")
        assert "pmid:1: tied to netsarc." in seat.message
        assert "pmid:2 · place 2" in seat.record

        await seat.press("i")
        await seat.write("netw")
        await seat.press("enter")
        assert "1  netsarc" in seat.aside
        assert "2  nordic" in seat.aside
        assert "3  none of these: a new draft entry" in seat.aside
        await seat.press("i", "enter", "space", "9")  # none of these chooses
        assert "Which one?" not in seat.record
        await seat.press("2")
        assert "pmid:2: tied to nordic." in seat.message

        await seat.press("i")
        await seat.write("Neu [b]")
        await seat.press("enter")
        assert "No entry is called 'Neu [b]'. Begin one?" in seat.message
        await seat.press("1")
        assert seat.screener.query_one(Input).value == "neu-b"  # proposed, to be changed
        await seat.press("enter")
        assert entries.begun == [("neu-b", "3")]
        assert "initiatives/neu-b.toml is a draft to be filled in" in seat.message
        assert "pmid:4 · place 4" in seat.record
    assert [act for act in acts_of(forwarded) if act[0] == Act.TIE] == [
        (Act.TIE, "pmid:1", "netsarc"),
        (Act.TIE, "pmid:2", "nordic"),
        (Act.TIE, "pmid:3", "neu-b"),
    ]


@pytest.mark.parametrize("keys", [["enter"], ["escape"], [*"netw", "enter", "escape"],
                                  [*"netw", "enter", "4"], [*"zz", "enter", "1", "escape"]])  # fmt: skip
@pytest.mark.asyncio
async def test_left_untied_the_verdict_stands_and_the_next_record_shows(
    forwarded: Review, keys: list[str]
) -> None:
    async with seated(forwarded, "full-text", catalogue=Entries()) as seat:
        await seat.press("i", *keys)
        assert "pmid:2 · place 2" in seat.record
        assert "include" in seat.keys  # the keys decide again
        await seat.press("e")
    assert acts_of(forwarded)[0] == (Act.DECIDE, "pmid:1", "include")
    assert not [act for act in acts_of(forwarded) if act[0] == Act.TIE]


@pytest.mark.asyncio
async def test_a_tie_is_shown_taken_off_and_undone(forwarded: Review) -> None:
    async with seated(forwarded, "full-text", catalogue=Entries()) as seat:
        await seat.press("s", *"netsarc", "enter")
        assert "Tied to: netsarc" in seat.record
        await seat.press("s")
        assert "Initiative (tied to netsarc)" in seat.question
        await seat.press(*"netsarc", "enter")
        assert "pmid:1: no longer tied to netsarc." in seat.message
        assert "Tied to" not in seat.record
        await seat.press("s", *"nordic", "enter", "u")
        assert "Taken back: the tie to nordic, on this record" in seat.message
        assert "Tied to" not in seat.record
        await seat.press("r")
        assert "pmid:1: not retrieved." in seat.message


@pytest.mark.asyncio
async def test_on_a_small_screen_one_can_still_tie(forwarded: Review) -> None:
    async with seated(forwarded, "full-text", size=(30, 10), catalogue=Entries()) as seat:
        await seat.press("i")
        assert "Initiative: id or words" in seat.sees()
        await seat.write("netsarc")
        assert "netsarc" in seat.sees()
        await seat.press("enter")
    assert acts_of(forwarded)[-1] == (Act.TIE, "pmid:1", "netsarc")


def test_a_name_that_is_a_common_word_is_offered_first_among_others() -> None:
    known = [Named("a", "Registry of A"), Named("b", "reGISTry, of B", ("reGISTry",))]
    assert [each.id for each in matching(known, "registry")] == ["b", "a"]
    assert [each.id for each in matching(known, "a")] == ["a"]
