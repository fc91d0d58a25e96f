"""The full screen, driven without a terminal: every key, every size, foreign text inert."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from conftest import add_run
from test_screening_terminal_plain import Entries, acts_of
from textual.widgets import Input

from screening.decision_logs.decisions import in_force
from screening.decision_logs.events import Act
from screening.decision_logs.logs import read_logs
from screening.engine import Engine
from screening.session import decide_one, open_engine
from screening.terminal.full import Screener
from screening.terminal.guard import Guard
from screening.terminal.keyboard import Keyboard
from screening.terminal.keys import KEYS
from screening.terminal.modes import plain_because
from screening.terminal.tying import Tying
from search.errors import SarcatError
from search.records import Record
from search.review import Review

SIZE = (80, 24)


class Patient(Guard):
    """A guard before which nobody is too quick; its own tests are elsewhere."""

    def refusal(self, key: str) -> str | None:
        return None


class Seat:
    """A reviewer before the screen."""

    def __init__(self, screener: Screener, pilot: Any) -> None:
        self.screener, self.pilot = screener, pilot

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def write(self, words: str) -> None:
        await self.pilot.press(*("space" if letter == " " else letter for letter in words))

    def __getattr__(self, name: str) -> str:
        return self.screener.sheet(name).text

    def sees(self) -> str:
        """Everything in sight, as a terminal would have it."""
        width, height = self.screener.size
        lines = self.screener.screen._compositor.render_strips()
        assert (len(lines), {line.cell_length for line in lines}) == (height, {width})
        return "\n".join(line.text.rstrip() for line in lines)


@asynccontextmanager
async def seated(
    review: Review,
    stage: str = "title-abstract",
    size: tuple[int, int] = SIZE,
    guard: Guard | None = None,
    order: str = "added",
    catalogue: Entries | None = None,
) -> AsyncIterator[Seat]:
    opened = open_engine(Review(review.folder), "reviewer-a", stage, order)
    with opened as (engine, _faults):
        tying = None
        if catalogue is not None:
            tying = Tying(engine, Review(review.folder), catalogue)
        screener = Screener(engine, guard=guard or Patient(), tying=tying)
        async with screener.run_test(size=size) as pilot:
            await pilot.pause()
            yield Seat(screener, pilot)
        if screener.fault:
            raise screener.fault


def verdicts(review: Review) -> dict[str, tuple[str, str | None]]:
    held = in_force(read_logs(review.decisions).events)
    return {
        key: (by["reviewer-a"].verdict, by["reviewer-a"].reason) for (key, _), by in held.items()
    }


def edit(review: Review, old: str, new: str) -> None:
    path = review.folder / "protocol.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


@pytest.fixture
def reasoned(filled: Review) -> Review:
    """A review with twelve reasons, one of which each exclusion needs."""
    edit(filled, "reviewers = 2", "reviewers = 2\nreason_required = true")
    more = "".join(
        f'[[criteria.exclude]]\ncode = "E{n}"\ntext = "Reason {n}."\n' for n in range(2, 13)
    )
    edit(filled, '[[reviewers]]\nname = "reviewer-a"', f'{more}[[reviewers]]\nname = "reviewer-a"')
    return filled


# --- deciding ----------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_one_key_is_one_decision_and_the_next_record_shows(filled: Review) -> None:
    async with seated(filled) as seat:
        assert "[Sarcoma registry in China]." in seat.record
        assert "pmid:1 · place 1" in seat.record
        await seat.press("i")
        assert verdicts(filled) == {"pmid:1": ("include", None)}  # on disk while pmid:2 shows
        assert "pmid:2 · place 2" in seat.record
        assert "pmid:1: include." in seat.message
        assert "1/5" in seat.top
        await seat.press("e", "m")
        assert verdicts(filled) == {
            "pmid:1": ("include", None),
            "pmid:2": ("exclude", None),
            "pmid:3": ("maybe", None),
        }


@pytest.mark.asyncio
async def test_no_other_key_decides(filled: Review) -> None:
    async with seated(filled) as seat:
        for key in (
            "enter", "space", "tab", "x", "I", "0", "1", "up", "down", "left", "right", "home",
            "end", "pageup", "pagedown", "b", "f1", "delete", "escape", "ctrl+i", "ctrl+e", "é",
            "shift+tab",
        ):  # fmt: skip
            await seat.pilot.press(key, key)
        await seat.press("backspace")
        assert "Nothing was decided. backspace is no key" in seat.message
        assert "pmid:1 · place 1" in seat.record
    assert read_logs(filled.decisions).events == ()


@pytest.mark.asyncio
async def test_a_reason_is_one_key(reasoned: Review) -> None:
    async with seated(reasoned) as seat:
        await seat.press("e")
        assert "1  E1  Not sarcoma." in seat.aside
        assert "c  E12  Reason 12." in seat.aside
        assert "Esc do not exclude" in seat.keys
        await seat.press("enter", "i", "u")  # no reasons
        assert "is none of these" in seat.message
        assert read_logs(reasoned.decisions).events == ()
        await seat.press("3", "e", "c", "e", "0")
        await seat.write("only a poster")
        await seat.press("enter")
        assert verdicts(reasoned) == {
            "pmid:1": ("exclude", "E3"),
            "pmid:2": ("exclude", "E12"),
            "pmid:3": ("exclude", "other"),
        }
        assert "pmid:3: exclude (other: only a poster)." in seat.message


@pytest.mark.parametrize(
    "keys", [["escape"], ["0", "escape"], ["0", "enter"], ["0", "space", "enter"]]
)
@pytest.mark.asyncio
async def test_no_reason_is_no_exclusion(reasoned: Review, keys: list[str]) -> None:
    async with seated(reasoned) as seat:
        await seat.press("e", *keys)
        assert "pmid:1 · place 1" in seat.record
        assert "include" in seat.keys
    assert read_logs(reasoned.decisions).events == ()


@pytest.mark.asyncio
async def test_a_held_key_decides_once(filled: Review) -> None:
    now = 0.0

    def clock() -> float:
        nonlocal now
        now += 0.01
        return now

    async with seated(filled, guard=Guard(clock)) as seat:
        now = 100.0
        await seat.press("i", "i", "i", "m")
        assert "Nothing was decided." in seat.message
        assert verdicts(filled) == {"pmid:1": ("include", None)}


@pytest.mark.asyncio
async def test_undo_over_many_steps_and_sittings(filled: Review) -> None:
    async with seated(filled) as seat:
        await seat.press("i", "e", "m")
    async with seated(filled) as seat:
        assert "Welcome back, reviewer-a: 3 records decided" in seat.message
        assert "pmid:4 · place 4" in seat.record
        await seat.press("u", "u")
        assert "Taken back: exclude, on pmid:2 “Second" in seat.message
        assert "pmid:2 · place 2" in seat.record
        assert verdicts(filled) == {"pmid:1": ("include", None)}
        await seat.press("U")
        assert "Done again: exclude, on pmid:2 “Second" in seat.message
        await seat.press("u", "u", "u")
        assert "There is nothing to undo." in seat.message


@pytest.mark.asyncio
async def test_the_end_is_said(filled: Review) -> None:
    async with seated(filled) as seat:
        await seat.press("i", "i", "i", "i", "i")
        assert "All records are decided." in seat.record
        assert "5/5" in seat.top
        await seat.press("i")
        assert "no record is shown" in seat.message
        await seat.press("p")
        assert "Your verdict: include." in seat.record
        await seat.press("q")
        assert not seat.screener.is_running


@pytest.mark.asyncio
async def test_a_review_without_work_says_so(filled: Review) -> None:
    async with seated(filled, "full-text") as seat:
        assert "No record waits for you at full-text: of 5 records none" in seat.record
        assert "All records" not in seat.record
        await seat.press("i")
        assert "no record is shown" in seat.message


# --- all the other keys ------------------------------------------------------------------------


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
        assert "kept 1 of 2 · 1 excluded since ██" in seat.sees()
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


# --- full text ---------------------------------------------------------------------------------


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
        assert "Taken back: the tie to nordic, on pmid:1" in seat.message
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


# --- foreign text ------------------------------------------------------------------------------

HOSTILE = {
    "[Sarcoma registry in China].": "[Sarcoma registry in China].",
    "[soft tissue sarcoma]": "[soft tissue sarcoma]",
    "contact [email protected]": "contact [email protected]",
    "[/i] [b]bold[/b]": "[/i] [b]bold[/b]",
    "[@click=app.quit]press[/]": "[@click=app.quit]press[/]",
    "[link=file:///etc]x": "[link=file:///etc]x",
    "$text \\[x] :smile: {x}": "$text \\[x] :smile: {x}",
    "\x1b[31mred \x9b1m\x07 \u202eback": "␛[31mred �1m␇ �back",
    "\x1b]8;;file:///etc\x1b\\link": "␛]8;;file:///etc␛\\link",
    "肉腫登録 كتاب e\u0301": "肉腫登録 كتاب e\u0301",
}


@pytest.mark.asyncio
async def test_foreign_text_is_whole_and_does_nothing(review: Review) -> None:
    add_run(review, [
        Record(pmid=str(n), title=text, abstract=text, authors=(text,), journal=text,
               mesh=(text,), keywords=(text,), vernacular_title=text)
        for n, text in enumerate(HOSTILE, start=1)
    ])  # fmt: skip
    async with seated(review, size=(200, 40)) as seat:
        await seat.press("k", "h")
        for number, shown in enumerate(HOSTILE.values(), start=1):
            await seat.press("colon", *"pmid", "colon", *str(number), "enter")
            assert seat.record.count(shown) == 5
            assert seat.aside.count(shown) == 2
            assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", seat.sees())
        assert "[@click" not in str(seat.screener.screen._nodes)
        await seat.press("t")
        await seat.write("[b]x[/z")
        await seat.press("enter")
        assert "Your note: [b]x[/z" in seat.record
        await seat.press("slash", *"[/zz]", "enter")
        assert "'[/zz]'" in seat.message


# --- sizes -------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_every_size_and_any_change_of_it(filled: Review) -> None:
    async with seated(filled, size=(30, 10)) as seat:
        for size in [(30, 10), (120, 40), (80, 24), (30, 10), (20, 5), (8, 3), (200, 60), (45, 15)]:
            for key in ("", "c", "question_mark", "t"):
                await seat.press(*([key] if key else []))
                await seat.pilot.resize_terminal(*size)
                await seat.pilot.pause()
                await seat.pilot.pause()
                seen = seat.sees()
                if size >= (30, 10) and key != "t":
                    assert "0/5" in seen
                    assert re.search(r"i (include  )?e .*m .*l .*u ", seen)
                if size >= (30, 10):
                    assert "pmid:1" in seen
            await seat.press("escape", "escape")
    assert read_logs(filled.decisions).events == ()


@pytest.mark.asyncio
async def test_a_long_abstract_scrolls_and_is_judged_while_scrolled(review: Review) -> None:
    words = " ".join(f"word{number}" for number in range(400))
    add_run(
        review, [Record(pmid="1", title="Long", abstract=words), Record(pmid="2", title="Next")]
    )
    async with seated(review, size=(40, 15)) as seat:
        assert "▼" in seat.message
        for _ in range(60):
            await seat.press("space")
        assert "word399" in seat.sees()
        assert "▼" not in seat.message
        await seat.press("b", "home")
        assert "pmid:1" in seat.sees()
        await seat.press("down", "pagedown", "m")
        assert "pmid:2 · place 2" in seat.sees()
    assert verdicts(review) == {"pmid:1": ("maybe", None)}


@pytest.mark.asyncio
async def test_where_there_is_room_the_criteria_stand_beside_the_record(filled: Review) -> None:
    async with seated(filled, size=(120, 40)) as seat:
        await seat.press("c")
        assert re.search(r"pmid:1 · place 1 +│ Included when", seat.sees())


@pytest.mark.asyncio
async def test_what_stands_aside_scrolls_to_its_end_then_the_record(filled: Review) -> None:
    more = "".join(
        f'[[criteria.exclude]]\ncode = "E{n}"\ntext = "{"Words " * 30}{n}."\n' for n in range(2, 9)
    )
    edit(filled, '[[reviewers]]\nname = "reviewer-a"', f'{more}[[reviewers]]\nname = "reviewer-a"')
    for size in [(80, 24), (120, 20), (30, 10)]:
        async with seated(filled, size=size) as seat:
            await seat.press("c")
            assert "Words 8." not in " ".join(seat.sees().split())
            assert "▼" in seat.message
            for _ in range(40):
                await seat.press("space")
            end = seat.sees()
            assert "8." in end
            assert "▼" not in seat.message
            await seat.press("n")
            assert "8." in seat.sees()  # the next record leaves it where it was
            for _ in range(50):
                await seat.press("b")
            assert "Included when" in seat.sees()
            await seat.press("q")
            assert "Included when" not in seat.sees()
            assert seat.screener.is_running
            await seat.press("q")
            assert not seat.screener.is_running


@pytest.mark.asyncio
async def test_all_reasons_are_in_sight_where_the_screen_is_not_tiny(reasoned: Review) -> None:
    for number in range(2, 9):
        edit(reasoned, f"Reason {number}.", f"Kind {number}: {'of many words ' * 15}.")
    async with seated(reasoned, size=(80, 24)) as seat:
        await seat.press("e")
        seen = seat.sees()
        assert all(f"E{number}  " in seen for number in range(1, 13))
        assert "0  another reason" in seen
        assert "pmid:1" in seen
        assert "of many words" not in seen
        await seat.pilot.resize_terminal(200, 50)
        await seat.pilot.pause()
        await seat.pilot.pause()
        assert "of many words" in seat.sees()


@pytest.mark.asyncio
async def test_a_note_on_what_was_decided_last(filled: Review) -> None:
    async with seated(filled) as seat:
        await seat.press("i", "T")
        assert "Note on pmid:1:" in seat.question
        await seat.write("hasty")
        await seat.press("enter")
        assert "Noted on pmid:1 “[Sarcoma registry in China].”" in seat.message
        assert "pmid:2 · place 2" in seat.record
        await seat.press("p")
        assert "Your note: hasty" in seat.record


# --- faults ------------------------------------------------------------------------------------


@contextmanager
def without_room(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def refuse(*_: object, **__: object) -> None:
        raise SarcatError("the decision could not be written (No space), and does not count.")

    with monkeypatch.context() as patch:
        patch.setattr(engine._log, "append", refuse)
        yield


@pytest.mark.asyncio
async def test_a_full_disk_is_said_and_the_record_stays(
    filled: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with seated(filled) as seat:
        with without_room(seat.screener.engine, monkeypatch):
            await seat.press("i")
            assert "does not count" in seat.message
            assert "pmid:1 · place 1" in seat.record
            await seat.press("t", "x", "enter")
            assert "does not count" in seat.message
        await seat.press("i")
        assert verdicts(filled) == {"pmid:1": ("include", None)}


@pytest.mark.asyncio
async def test_a_fault_of_our_own_ends_the_sitting_and_is_handed_on(
    filled: Review, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def sit() -> None:
        async with seated(filled) as seat:
            monkeypatch.setattr(seat.screener, "_obey", lambda *_: 1 / 0)
            await seat.press("i")

    with pytest.raises(ZeroDivisionError):
        await sit()
    assert "Traceback" not in "".join(capsys.readouterr())


@pytest.mark.parametrize(
    ("environment", "is_terminal", "words"),
    [
        ({"TERM": "xterm"}, True, None),
        ({"TERM": "xterm", "SCREEN_READER": "0"}, True, None),
        ({"TERM": "dumb"}, True, "TERM"),
        ({}, True, "TERM"),
        ({"TERM": "xterm", "SCREEN_READER": "1"}, True, "SCREEN_READER"),
        ({"TERM": "xterm"}, False, "no terminal"),
    ],
)
def test_where_the_plain_mode_takes_over(
    environment: dict[str, str], is_terminal: bool, words: str | None
) -> None:
    because = plain_because(environment, is_terminal)
    assert (because is None) if words is None else (words in (because or ""))


def test_the_engine_knows_nothing_of_textual() -> None:
    root = Path(__file__).parent.parent
    users = [
        path.name
        for folder in ("search", "screening", "catalogue")
        for path in (root / folder).rglob("*.py")
        if re.search(r"^\s*(from|import) textual", path.read_text(), re.MULTILINE)
    ]
    assert sorted(users) == ["full.py", "sheet.py"]
