"""Foreign text at the terminal is whole and inert, in both modes."""

from __future__ import annotations

import re

import pytest
from conftest import add_run
from full_sitting import seated
from plain_sitting import sit

from screening.decision_logs.events import Act
from screening.session import decide_one, open_engine
from screening.terminal.page import ids_line, is_our_summary, record_lines, source_line
from search.records import OFFLINE_CORPUS, Appearance, Record, StoredRecord
from search.review import Review

# --- on the full screen --------------------------------------------------------------------------

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


# --- line by line --------------------------------------------------------------------------------


def test_line_by_line_foreign_text_is_whole_and_does_nothing(filled: Review) -> None:
    said = sit(filled, "n", "n", "n", "n", "t \x1b]0;x\x07 [/b]", "p", "n")
    for words in (
        "[Sarcoma registry in China].",
        "Second ␛[31mred� and �reversed",
        "Third [/i] title [@click=app.quit]press",
        "Your note: ␛]0;x␇ [/b]",
    ):
        assert words in said
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", said)


def shown(record: Record, *sources: str, width: int = 80) -> list[str]:
    met = tuple(Appearance(source, "run") for source in sources or ("pubmed",))
    return list(record_lines(StoredRecord("pmid:1", record, met), width))


def test_a_title_cannot_pose_as_a_line_of_ours() -> None:
    lines = shown(Record(title="A\nNothing was decided.\r\nB", journal="J\nx", authors=("A\nB",)))
    assert lines[1] == "A Nothing was decided.␍ B"
    assert lines[3] == "A B. J x."


def test_long_texts_keep_within_the_width_and_no_word_is_cut() -> None:
    doi = "10.1000/" + "x" * 60
    lines = shown(Record(title="word " * 50, abstract="ABC: first\n\nDEF: " + "b " * 90, doi=doi),
                  width=40)  # fmt: skip
    assert f"doi:{doi}" in lines
    assert max(len(line) for line in lines if doi not in line) <= 40
    assert "ABC: first" in lines
    assert " ".join(lines).count("word") == 50


def test_what_is_not_there_is_said() -> None:
    lines = shown(Record(retracted=True))
    assert lines[1:] == ["(no title)", "", "RETRACTED: the journal has withdrawn this paper.",
                         "(no abstract)"]  # fmt: skip


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("pmid:1", "pmid:1 · doi:10.1/x"),
        ("doi:10.1/x@scopus", "doi:10.1/x@scopus · pmid:1"),
        ("sha:0123@csv#ab", "sha:0123@csv#ab · pmid:1 · doi:10.1/x"),
    ],
)
def test_no_id_is_told_twice(key: str, line: str) -> None:
    assert ids_line(StoredRecord(key, Record(pmid="1", doi="10.1/x"), ())) == line


def test_authors_and_language_on_one_line() -> None:
    many = Record(authors=tuple(f"A{n}, B" for n in range(20)), journal="J", year=1999,
                  language=("ger",))  # fmt: skip
    assert (
        source_line(many)
        == "A0, B; A1, B; A2, B; A3, B; A4, B; A5, B; and 14 more. J. 1999. in ger."
    )


@pytest.mark.parametrize(
    ("abstract", "sources", "ours"),
    [
        ("SUMMARY: x", [OFFLINE_CORPUS], True),
        ("SUMMARY: x", ["pubmed"], False),  # PubMed has abstracts with that label
        ("SUMMARY: x", [OFFLINE_CORPUS, "pubmed"], False),
        ("Other words", [OFFLINE_CORPUS], False),
        (None, [OFFLINE_CORPUS], False),
    ],
)
def test_our_own_summaries_say_so(abstract: str | None, sources: list[str], ours: bool) -> None:
    met = tuple(Appearance(source, "run") for source in sources)
    assert is_our_summary(StoredRecord("pmid:1", Record(abstract=abstract), met)) is ours
    line = "Our own summary, not the publisher's abstract:"
    assert (line in shown(Record(abstract=abstract), *sources)) is ours


def test_the_other_records_of_a_publication_are_a_key_away(filled: Review) -> None:
    twin = Record(pmid="1", title="Twin [b]", abstract="Of its own.", journal="J", year=2020,
                  authors=("Muster, A",))  # fmt: skip
    add_run(filled, [twin], "embase", "2026-02-01T00:00:00Z")
    with open_engine(Review(filled.folder), "reviewer-b", "title-abstract") as (engine, _):
        engine._log.append(Act.SAME, keys=("pmid:1", "pmid:1@embase"))
    said = sit(filled, ":pmid:1", "d")
    assert "This publication has 1 more record (v)." in said
    assert "pmid:1@embase\nTwin [b]\nMuster, A. J. 2020." in said


def test_nothing_of_another_reviewer_is_shown(filled: Review) -> None:
    decide_one(filled, "pmid:1", "exclude", "reviewer-b", "title-abstract", "other", "secretly so")
    alone = sit(filled, "n", "p", "d", "k", "i")
    assert "secretly" not in alone
    assert "reviewer-b" not in alone
    assert "exclude (" not in alone
