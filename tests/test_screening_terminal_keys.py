"""What the keys of the full screen do, apart from deciding."""

from __future__ import annotations

import pytest
from conftest import add_run
from full_sitting import seated
from plain_sitting import edit

from screening.decision_logs.events import Act
from screening.decision_logs.logs import read_logs
from screening.session import open_engine
from screening.terminal.full import Screener
from screening.terminal.keyboard import Keyboard
from screening.terminal.keys import KEYS
from search.records import Record
from search.review import Review


@pytest.mark.asyncio
async def test_notes_tags_later_find_and_go_to(filled: Review) -> None:
    async with seated(filled) as seat:
        await seat.press("t")
        assert "Esc leave" in seat.keys
        await seat.write("i e m q")  # letters of a note, and no keys
        await seat.press("enter", "g", "x", "enter", "g", "x", "enter", "g", "enter", "t", "escape")
        assert "Your note: i e m q" in seat.record
        await seat.press("l")
        assert "pmid:1: put off to the end." in seat.message
        await seat.press("slash", *"osteo", "enter")
        assert "pmid:4 · place 3" in seat.record
        await seat.press("colon", *"pmid", "colon", "1", "enter")
        assert "You put this record off." in seat.record
        await seat.press("colon", *"nowhere", "enter")
        assert "'nowhere' is not among your records" in seat.message
        await seat.press("slash", *"nowhere", "enter")
        assert "Nothing was found for" in seat.message
        await seat.press("n")
        assert "This is the last record." in seat.message
        await seat.press("p", "colon", "1", "enter", "p")
        assert "This is the first record." in seat.message
    acts = [event.act for event in read_logs(filled.decisions).events]
    assert acts == [Act.NOTE, Act.TAG, Act.UNDO, Act.LATER]


@pytest.mark.asyncio
async def test_hits_are_counted_marked_and_gone_through(filled: Review) -> None:
    async with seated(filled) as seat:
        await seat.press("slash", *"osteo", "enter")
        assert "Hit 1 of 1 for 'osteo'" in seat.message
        sheet = seat.screener.sheet("record")
        found = [part for line in sheet._lines for part in line if part.text == "ostéo"]
        assert [part.style.reverse for part in found] == [True]
        await seat.press("slash", *["backspace"] * 5, *"words", "enter", "N", "N", "P")
        assert "Hit 1 of 5 for 'words'" in seat.message
        assert "pmid:1 · place 1" in seat.record
        await seat.press("slash", *["backspace"] * 5, *"nowhere", "enter")
        assert "Nothing was found for 'nowhere'" in seat.message


@pytest.mark.asyncio
async def test_a_filter_is_shown_and_taken_off(filled: Review) -> None:
    async with seated(filled) as seat:
        await seat.press("m", "e", "m", "f")
        assert "2  maybe (2)" in seat.aside
        await seat.press("2")
        assert "pmid:1 · place 1 · only maybe: 1 of 2" in seat.record
        assert "3/5" in seat.top  # what counts is as it was
        await seat.press("n", "n")
        assert "pmid:3 · place 3 · only maybe: 2 of 2" in seat.record
        assert "This is the last record that the filter 'maybe' shows." in seat.message
        await seat.press("f")
        assert "only maybe" not in seat.record
        await seat.press("f", "escape", "f", "4")
        assert "No record is included; the filter stays off." in seat.message


@pytest.mark.asyncio
async def test_an_address_is_copied_and_nothing_is_opened(review: Review) -> None:
    add_run(review, [Record(pmid="1", doi="10.1/[b]", pmcid="PMC7", title="A")])
    async with seated(review) as seat:
        await seat.press("o")
        assert "1  open: PubMed Central  https://pmc.ncbi.nlm.nih.gov/articles/PMC7/" in seat.aside
        await seat.press("3")
        assert seat.screener.clipboard == "https://doi.org/10.1/%5Bb%5D"
        assert "Copied, where this terminal allows it: https://doi.org/" in seat.message
        await seat.press("o", "escape")
        assert "Nothing was changed." in seat.message


@pytest.mark.asyncio
async def test_the_ranking_says_why_while_one_decides(filled: Review) -> None:
    edit(filled, "seed = 7", "seed = 7\nrandom_share = 0.0")
    async with seated(filled, size=(120, 40), order="ranked") as seat:
        assert "w why here" in seat.keys
        await seat.press("w", "i", "e")
        assert "kept 1 of 2 · 1 excluded since the last ██" in seat.sees()
        assert "You kept 1 of the 2 that you decided." in seat.aside
        await seat.press("q", "p")
        assert "You kept" not in seat.sees()
    async with seated(filled) as seat:
        assert "w why" not in seat.keys
        await seat.press("w")
        assert "The order is not ranked" in seat.aside


@pytest.mark.asyncio
async def test_asides_open_stay_and_close(filled: Review) -> None:
    async with seated(filled) as seat:
        for key, words in {
            "c": "E1  Not sarcoma.",
            "k": "MeSH: Sarcoma/therapy",
            "d": "This publication has no other record.",
            "question_mark": "m  maybe",
        }.items():
            await seat.press(key)
            assert words in seat.aside
            assert words in seat.sees()
        await seat.press("k", "i")
        assert "pmid:2 · place 2" in seat.record
        assert "MeSH: Sarcoma/therapy" in seat.sees()  # it stays open over many records
        await seat.press("k")
        assert "MeSH" not in seat.sees()
        await seat.press("k", "escape")
        assert "MeSH" not in seat.sees()


@pytest.mark.asyncio
async def test_differences_of_duplicates_are_marked(filled: Review) -> None:
    twin = Record(pmid="1", title="Twin [b]", abstract="Of its own.", journal="J", year=2020,
                  authors=("Muster, A",), pages="3-9")  # fmt: skip
    add_run(filled, [twin], "embase", "2026-02-01T00:00:00Z")
    with open_engine(Review(filled.folder), "reviewer-b", "title-abstract") as (engine, _):
        engine._log.append(Act.SAME, keys=("pmid:1", "pmid:1@embase"))
    async with seated(filled) as seat:
        await seat.press("colon", *"pmid", "colon", "1", "enter", "d")
        assert "pmid:1@embase\n Twin [b]\n Muster, A. J. 2020." in seat.aside
        assert "≠ title (shown: [Sarcoma registry in China].)" in seat.aside
        assert "≠ pages: 3-9 (shown: none)" in seat.aside
        assert "year" not in seat.aside


@pytest.mark.asyncio
async def test_highlighting_by_shape_and_colour(
    filled: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(filled, '["registr*[tiab]"]', '["registr*[tiab]"]\n[[strategies.blocks]]\nnot = true\n'
         'reason = "x"\nterms = [\'"China"[tiab]\']')  # fmt: skip
    async with seated(filled) as seat:
        assert "[Sarcoma registry in China]." in seat.record  # in colour, style says it
        sheet = seat.screener.sheet("record")
        styles = {segment.text: segment.style for line in sheet._lines for segment in line}
        assert (styles["registry"].underline, styles["registry"].reverse) == (True, None)
        assert (styles["China"].underline, styles["China"].reverse) == (None, True)
        assert styles["registry"].color != styles["China"].color
        await seat.press("h")
        assert "Highlighting off." in seat.message
        await seat.press("h")
        assert "underlined" in seat.message
    monkeypatch.setenv("NO_COLOR", "1")
    async with seated(filled) as seat:
        assert "[▸Sarcoma◂ ▸registry◂ in ‹China›]." in seat.record
        lines = seat.screener.sheet("record")._lines
        assert not any(part.style.color for line in lines for part in line if part.style)
        await seat.press("h")
        assert "[Sarcoma registry in China]." in seat.record
        assert "Highlighting off." in seat.message


def test_every_key_of_the_help_does_something(filled: Review) -> None:
    with open_engine(filled, "reviewer-a", "title-abstract") as (engine, _):
        keyboard = Keyboard(engine, Screener(engine))
        assert all(key in keyboard for key in KEYS)


@pytest.mark.asyncio
async def test_a_note_on_what_was_decided_last(filled: Review) -> None:
    async with seated(filled) as seat:
        await seat.press("i", "T")
        assert "Note on pmid:1 “[Sarcoma registry in China].”:" in seat.question
        await seat.write("hasty")
        await seat.press("enter")
        assert "Noted on pmid:1 “[Sarcoma registry in China].”" in seat.message
        assert "pmid:2 · place 2" in seat.record
        await seat.press("p")
        assert "Your note: hasty" in seat.record
