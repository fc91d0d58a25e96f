"""Screening line by line: one key a decision, nothing lost, foreign text inert."""

from __future__ import annotations

import itertools
import random
import re
import signal
import time
from collections.abc import Iterator

import pytest
from conftest import add_run
from forked_sarcat import House

from screening.decision_logs.decisions import in_force
from screening.decision_logs.events import Act
from screening.decision_logs.logs import read_logs
from screening.queue import shuffled
from screening.session import decide_one, open_engine
from screening.terminal.dialog import Dialog
from screening.terminal.page import ids_line, is_our_summary, record_lines, source_line
from screening.terminal.plain import Plain
from screening.terminal.tying import Tying
from screening.ties import Named, matching
from search.records import OFFLINE_CORPUS, Appearance, Record, StoredRecord
from search.review import Review

PROMPT = "[i e m u n p t g l h / ? q]"


def sit(
    review: Review, *typed: str, stage: str = "title-abstract", width: int = 80,
    tty: bool = False, order: str = "added",
) -> str:  # fmt: skip
    """One sitting: what is typed, and all that is said."""
    said: list[str] = []
    lines: Iterator[str] = iter(typed)
    with open_engine(Review(review.folder), "reviewer-a", stage, order) as (engine, _faults):
        Plain(engine, Dialog(lambda: next(lines, None), said.append, width, tty)).run()
    return "".join(said)


def verdicts(review: Review) -> dict[str, tuple[str, str | None]]:
    held = in_force(read_logs(review.decisions).events)
    return {
        key: (by["reviewer-a"].verdict, by["reviewer-a"].reason)
        for (key, _), by in held.items()
        if "reviewer-a" in by
    }


def edit(review: Review, old: str, new: str) -> None:
    path = review.folder / "protocol.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


# --- one key, one decision ---------------------------------------------------------------------


def test_a_record_is_a_few_plain_lines(filled: Review) -> None:
    assert sit(filled, "q").splitlines() == [
        "i include, e exclude, m maybe, ? all keys. A key, then Enter.",
        "",
        "title-abstract · reviewer-a · 0/5 · today 0 · left 5 · place 1",
        "pmid:1",
        "[Sarcoma registry in China].",
        "",
        "Muster, A. 2020.",
        "Our own summary, not the publisher's abstract:",
        "words of 1",
        PROMPT,
        "Everything is kept: 0/5 · today 0 · left 5.",
    ]


def test_one_key_is_one_decision(filled: Review) -> None:
    said = sit(filled, "i", "e", "m", "q")
    assert verdicts(filled) == {
        "pmid:1": ("include", None),
        "pmid:2": ("exclude", None),
        "pmid:3": ("maybe", None),
    }
    assert "pmid:2: exclude.\n" in said
    assert "title-abstract · reviewer-a · 3/5 · today 3 · left 2 · place 4" in said


@pytest.mark.parametrize(
    "line",
    ["", " ", "   \t ", "x", "I", "include", "ii", "i i", "exclude", "e x", "maybe", "later", "this",
     "gist", "yes", "\x1b[A", "İ", "0", "é"],
)  # fmt: skip
def test_nothing_else_decides(filled: Review, line: str) -> None:
    said = sit(filled, line)
    assert "Nothing was decided." in said
    assert "\x1b" not in said
    assert read_logs(filled.decisions).events == ()


def test_the_end_of_the_input_is_quitting(filled: Review) -> None:
    assert sit(filled, "i").endswith("Everything is kept: 1/5 · today 1 · left 4.\n")
    edit(filled, "reviewers = 2", "reviewers = 2\nreason_required = true")
    for typed in (["e"], ["e", "0"], ["t"], ["g"], ["/"], [":"]):
        assert "Everything is kept" in sit(filled, *typed)
    assert len(read_logs(filled.decisions).events) == 1


# --- reasons -----------------------------------------------------------------------------------


@pytest.fixture
def reasoned(filled: Review) -> Review:
    """A review with twelve reasons, one of which each exclusion needs."""
    edit(filled, "reviewers = 2", "reviewers = 2\nreason_required = true")
    more = "".join(
        f'[[criteria.exclude]]\ncode = "E{n}"\ntext = "Reason {n}."\n' for n in range(2, 13)
    )
    edit(filled, '[[reviewers]]\nname = "reviewer-a"', f'{more}[[reviewers]]\nname = "reviewer-a"')
    return filled


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        (["e", "1"], "E1"),
        (["e", "12"], "E12"),
        (["e12"], "E12"),
        (["e 2"], "E2"),
        (["e", "02"], "E2"),
        (["e", "13", "x", "-1", "1.", "²", "3"], "E3"),
        (["e99", "4"], "E4"),
        (["e0 only a poster"], "other"),
        (["e", "0", "only a poster"], "other"),
        (["e", "0 only a poster"], "other"),
    ],
)
def test_the_number_of_a_reason(reasoned: Review, typed: list[str], reason: str) -> None:
    said = sit(reasoned, *typed)
    assert verdicts(reasoned) == {"pmid:1": ("exclude", reason)}
    if reason == "other":
        assert "pmid:1: exclude (other: only a poster)." in said
    if typed[0] == "e":
        assert "\n12  E12  Reason 12.\n" in said


@pytest.mark.parametrize("typed", [["e", ""], ["e", "99", ""], ["e", "0", ""], ["e0", " "]])
def test_no_reason_is_no_exclusion(reasoned: Review, typed: list[str]) -> None:
    said = sit(reasoned, *typed, "q")
    assert "Nothing was decided." in said
    assert verdicts(reasoned) == {}


def test_the_reasons_are_told_whole_once_and_then_in_a_few_words(reasoned: Review) -> None:
    edit(reasoned, "Reason 3.", f"Not here: {'so many words ' * 9}.")
    whole = "E3  Not here: so many words"
    said = sit(reasoned, "e", "", "e", "", "e", "?", "3")
    assert said.count(whole) == 2
    assert said.count("3  E3  Not here\n") == 2
    assert verdicts(reasoned) == {"pmid:1": ("exclude", "E3")}


def test_where_no_reason_is_needed_one_may_be_given(filled: Review) -> None:
    sit(filled, "e", "e1")
    assert verdicts(filled) == {"pmid:1": ("exclude", None), "pmid:2": ("exclude", "E1")}


# --- place, undo, notes ------------------------------------------------------------------------


def test_the_next_sitting_goes_on_at_the_same_record(filled: Review) -> None:
    assert "left 3 · place 3\npmid:3\n" in sit(filled, "i", "e")
    again = sit(filled, "q")
    assert again.startswith("Welcome back, reviewer-a: 2 records decided, your last act just now.")
    assert "left 3 · place 3\npmid:3\n" in again
    assert "All records are decided." in sit(filled, "i", "i", "i")
    assert "Nothing was decided. no record is shown" in sit(filled, "i")


def test_undo_over_many_steps_and_sittings(filled: Review) -> None:
    sit(filled, "i", "e", "m")
    said = sit(filled, "u", "u")
    assert "Taken back: maybe, on pmid:3 “Third [/i] title [@click=app.quit]press”." in said
    assert "Taken back: exclude, on pmid:2 “Second ␛[31mred� and �reversed”." in said
    assert verdicts(filled) == {"pmid:1": ("include", None)}
    assert "There is nothing to undo." in sit(filled, "u", "u")
    assert "There is nothing to redo." in sit(filled, "U")
    assert "Done again: include, on pmid:2 “" in sit(filled, "i", "i", "u", "U")


def test_all_the_other_keys(filled: Review) -> None:
    said = sit(
        filled, "t", "look again", "t and \x1b[31magain", "g", "a trial", "g other", "g other", "t",
        "", "g", "", "n", "p", "p", "l", "/osteo", "/", "", "k", "d", "c", "?", ":5", ":nowhere",
        "/nowhere", "n",
    )  # fmt: skip
    acts = [(event.act, event.note, event.val) for event in read_logs(filled.decisions).events]
    assert acts == [
        (Act.NOTE, "look again", None),
        (Act.NOTE, "and \x1b[31magain", None),
        (Act.TAG, None, "a trial"),
        (Act.TAG, None, "other"),
        (Act.UNDO, None, None),
        (Act.LATER, None, None),
    ]
    for words in (
        "Your note: look again\n",
        "Your note: and ␛[31magain\n",
        "Your tags: a trial\n",
        "No note was made.",
        "No tag was put on.",
        "This is the first record.",
        "pmid:1: put off to the end.",
        "Registre de l’ostéosarcome",
        "MeSH: Sarcoma/therapy",
        "This publication has no other record.",
        "E1  Not sarcoma.",
        "I1  Describes a registry.",
        "l  later: puts the record off to the end",
        "'nowhere' is not among your records",
        "Nothing was found for 'nowhere'.",
    ):
        assert words in said
    assert "\x1b" not in said


def test_a_note_on_what_was_decided_last(filled: Review) -> None:
    said = sit(
        filled, "T", "i", "e", "T", "too hasty", "T and [b]more", "T", "", "u", "u", "u", "T x"
    )
    notes = [(each.rec, each.note) for each in read_logs(filled.decisions).events if each.note]
    assert notes == [("pmid:2", "too hasty"), ("pmid:2", "and [b]more"), ("pmid:1", "x")]
    assert "You have decided no record yet." in said
    assert "Note on pmid:2 (Enter alone: none):" in said
    assert "Noted on pmid:2 “Second" in said
    assert "Your note: and [b]more" not in said.partition("Taken back")[0]  # pmid:3 is shown
    assert "No note was made." in said


def test_why_none_waits_is_said(filled: Review) -> None:
    none = "No record waits for you at full-text: of 5 records none is included at title-abstract"
    assert f"{none} (5 not judged by all who are to)." in " ".join(
        sit(filled, stage="full-text").split()
    )
    for name, verdict in (("reviewer-a", "include"), ("reviewer-b", "exclude")):
        decide_one(filled, "pmid:1", "exclude", name, "title-abstract")
        decide_one(filled, "pmid:2", verdict, name, "title-abstract")
    said = " ".join(sit(filled, stage="full-text").split())
    assert f"{none} (3 not judged by all who are to, 1 in conflict)." in said
    edit(filled, "reviewers = 2", "reviewers = 2\n[screening.full-text]\nreviewers = 1")
    for name in ("reviewer-b", "reviewer-a"):
        for key in ("pmid:1", "pmid:2", "pmid:3"):
            decide_one(filled, key, "include", name, "title-abstract")
    for key in ("pmid:1", "pmid:2", "pmid:3"):
        decide_one(filled, key, "include", "reviewer-b", "full-text")
    said = " ".join(sit(filled, stage="full-text").split())
    assert "3 records stand there, judged by as many others as the protocol asks for." in said


def test_hits_are_counted_and_gone_through(filled: Review) -> None:
    said = sit(filled, "N", "/words", "N", "P", "P", '/"words of 4"', "/[b]", "/", "")
    assert "Nothing was sought yet; / finds." in said
    for hit, key in (("2 of 5", "pmid:2"), ("3 of 5", "pmid:3"), ("1 of 5", "pmid:1")):
        hit_line = f"Hit {hit} for 'words'; N next, P previous.\n"
        assert f"{key}\n" in said.partition(hit_line)[2][:120]
    assert "Hit 1 of 1 for '\"words of 4\"'" in said
    assert said.count("Nothing was found for '[b]'.") == 2


def test_a_filter_shows_itself_and_nothing_else_changes(filled: Review) -> None:
    said = sit(filled, "m", "e", "g [b]x", "f", "2", "n", "i", "f12", "f", "f", "99", "f6", "fx")
    assert "2  maybe (1)\n" in said
    assert "12  tagged [b]x (1)\n" in said
    assert "Only maybe: 1 record. f shows all again." in said
    assert "2/5 · today 2 · left 3 · place 1 · only maybe: 1 of 1" in said
    assert "This is the last record that the filter 'maybe' shows." in said
    assert "pmid:1: include. That was the last of the filter 'maybe': all records show" in said
    assert "Only tagged [b]x: 1 record." in said
    assert "The filter is off: all records show." in said
    assert "No record is in conflict with another; the filter stays off." in said
    assert "Nothing was decided. 'fx' is no key" in said


def test_with_nothing_shown_every_key_says_so_and_none_fails(filled: Review) -> None:
    sit(filled, "i", "i", "i", "i", "i")
    keys = ("o", "v", "d", "k", "w", "c", "l", "t x", "g x", "s", "r", "e", "m", "N", "P", "h", "?")
    said = sit(filled, *keys, "/words", "f4", "q")
    assert said.count("no record is shown: all are decided.") >= 5
    assert "Hit 1 of 5" in said
    assert "Only included: 5 records." in said
    assert len(verdicts(filled)) == 5


def test_addresses_are_written_and_nothing_is_opened(review: Review) -> None:
    add_run(review, [
        Record(pmid="1", doi="10.1/x", pmcid="PMC7", title="A"), Record(title="No address"),
    ])  # fmt: skip
    said = sit(review, ":pmid:1", "o", "n", "o", "p", "o")
    assert "open: PubMed Central  https://pmc.ncbi.nlm.nih.gov/articles/PMC7/\n" in said
    assert "PubMed  https://pubmed.ncbi.nlm.nih.gov/1/\n" in said
    assert "publisher, by DOI  https://doi.org/10.1/x\n" in said
    assert "No address of this record is known." in said


def twins(title: str, pmid: str, doi: str, year: int) -> Record:
    return Record(title=title, pmid=pmid, doi=doi, year=year, authors=("Berg, Anna", "Dahl, Per"),
                  journal="Annals of Oncology", volume="30", issue="4", pages="512-520")  # fmt: skip


def test_what_was_left_apart_as_uncertain_is_named_and_compared(filled: Review) -> None:
    one = twins("Quite another matter of the heart", "1", "10.1000/a", 2019)
    other = twins("A national registry of soft tissue sarcoma", "1", "10.1000/b", 2018)
    add_run(filled, [one], "wos", when="2026-03-01T00:00:00Z")
    add_run(filled, [other], "embase", when="2026-03-01T00:00:01Z")
    with open_engine(Review(filled.folder), "reviewer-a", "title-abstract") as (engine, _):
        pairs = engine.sitting.apart
    assert len({key for each in pairs.values() for pair in each for key in pair.link.keys}) >= 2
    mine, theirs = next(iter(pairs.values()))[0].link.keys
    decide_one(filled, theirs, "exclude", "reviewer-a", "title-abstract", "E1")
    decide_one(filled, theirs, "include", "reviewer-b", "title-abstract", note="secretly so")
    said = " ".join(sit(filled, f":{mine}", "v", "f8", width=200).split())
    assert f"Perhaps another version of it: {theirs} “" in said
    assert "Left apart, since it is not sure (`sarcat duplicates`):" in said
    assert "≠ title (shown: " in said
    assert "Your verdict on it: exclude (E1)." in said
    assert " for: " in said
    assert " against: " in said
    assert "Only perhaps another version: " in said
    assert "secretly" not in said
    assert "reviewer-b" not in said


def test_highlighting_by_shape_is_put_on_and_off(filled: Review) -> None:
    edit(filled, '["registr*[tiab]"]', '["registr*[tiab]"]\n[[strategies.blocks]]\nnot = true\n'
         'reason = "x"\nterms = [\'"China"[tiab]\']')  # fmt: skip
    said = sit(filled, "h", "h")
    assert "[▸Sarcoma◂ ▸registry◂ in ‹China›]." in said
    assert said.count("[Sarcoma registry in China].") == 2


def test_at_a_terminal_the_answer_stands_behind_the_question(filled: Review) -> None:
    assert f"{PROMPT} pmid:1: include." in sit(filled, "i", tty=True)


# --- foreign text ------------------------------------------------------------------------------


def test_foreign_text_is_whole_and_does_nothing(filled: Review) -> None:
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


# --- kill -9 -----------------------------------------------------------------------------------


def note_acknowledged(line: str, acknowledged: dict[str, str]) -> None:
    """Note a verdict that was acknowledged: ``pmid:7: include.``"""
    if found := re.fullmatch(r"(pmid:\d+): (include|exclude|maybe)\.", line):
        acknowledged[found[1]] = found[2]


def test_killed_at_any_moment_nothing_acknowledged_is_lost(review: Review) -> None:
    keys = add_run(review, [Record(pmid=str(n), title=f"Title {n}") for n in range(1, 401)])
    order = shuffled(keys, 7, "reviewer-a", "title-abstract")
    arguments = ("screen", "--as", "reviewer-a", "--plain", "--review", str(review.folder))
    dice = random.Random(20261124)
    held: dict[str, str] = {}
    with House() as house:
        for _ in range(20):
            process = house.start(*arguments)
            shown = "\n".join(itertools.takewhile(lambda line: line != PROMPT, process.lines()))
            assert f"left {400 - len(held)} " in shown
            assert f"\n{order[len(held)]}\n" in shown  # the same order, the same record
            acknowledged = dict(held)
            process.type("".join(f"{dice.choice('iem')}\n" for _ in range(60)))
            for line in itertools.islice(process.lines(), dice.randrange(60)):
                note_acknowledged(line, acknowledged)
            time.sleep(dice.random() / 200)
            process.kill()
            status, rest = house.end(process)
            assert status == signal.SIGKILL
            for line in rest:
                note_acknowledged(line, acknowledged)
            held = {key: verdict for key, (verdict, _reason) in verdicts(review).items()}
            assert acknowledged.items() <= held.items()
            assert len(held) - len(acknowledged) <= 1  # kept, and killed before it was said
    assert read_logs(review.decisions).faults == ()
    assert list(held) == order[: len(held)]
    assert len(held) > 20


# --- full text ---------------------------------------------------------------------------------


class Entries:
    """A catalogue of two entries that can begin further ones."""

    def __init__(self) -> None:
        self.begun: list[tuple[str, str | None]] = []

    def names(self, review: Review) -> list[Named]:
        known = [
            Named("netsarc", "NETSARC", ("French network",)),
            Named("nordic", "Nordic network"),
        ]
        return known + [Named(id, "(a draft)") for id, _ in self.begun]

    def begin(self, review: Review, id: str, record: Record) -> None:
        self.begun.append((id, record.pmid))


def sit_at_full_text(review: Review, *typed: str) -> tuple[str, Entries]:
    """One sitting at full text, on pmid:1 to pmid:5; all that is said, and the catalogue."""
    edit(review, "reviewers = 2", "reviewers = 1")
    for number in range(1, 6):
        decide_one(Review(review.folder), f"pmid:{number}", "include", "reviewer-b",
                   "title-abstract")  # fmt: skip
    said: list[str] = []
    lines, entries = iter(typed), Entries()
    opened = Review(review.folder)
    with open_engine(opened, "reviewer-a", "full-text", "added") as (engine, _faults):
        dialog = Dialog(lambda: next(lines, None), said.append)
        Plain(engine, dialog, Tying(engine, opened, entries)).run()
    return "".join(said), entries


def acts_of(review: Review) -> list[tuple[str, str | None, str | None]]:
    events = read_logs(review.decisions).events
    return [(each.act, each.rec, each.val) for each in events if each.who == "reviewer-a"]


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
    assert "Taken back: not retrieved, on pmid:2 “" in said
    assert "left 4 · place 2\npmid:2\n" in said


def test_ties_are_for_full_text(filled: Review) -> None:
    said = sit(filled, "s", "r")
    assert said.count("Nothing was decided.") == 2
    assert read_logs(filled.decisions).events == ()


@pytest.mark.parametrize(
    ("words", "ids"),
    [("netsarc", ["netsarc"]), ("NETW", ["netsarc", "nordic"]), ("french network", ["netsarc"]),
     ("net fre", ["netsarc"]), ("x", []), ("", []), ("[b]", [])],
)  # fmt: skip
def test_which_initiative_is_meant(words: str, ids: list[str]) -> None:
    known = [Named("netsarc", "NETSARC", ("French network",)), Named("nordic", "Nordic network")]
    assert [each.id for each in matching(known, words)] == ids
