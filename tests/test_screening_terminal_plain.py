"""Screening line by line: one key a decision, nothing lost."""

from __future__ import annotations

import pytest
from conftest import add_run
from plain_sitting import PROMPT, edit, sit, verdicts

from screening.decision_logs.events import Act
from screening.decision_logs.logs import read_logs
from screening.session import decide_one, open_engine
from search.records import Record
from search.review import Review

# --- one key, one decision -----------------------------------------------------------------------


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


# --- reasons -------------------------------------------------------------------------------------


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


def test_an_exclusion_is_said_with_what_its_reason_says(filled: Review) -> None:
    edit(filled, "reviewers = 2", "reviewers = 2\nreason_required = true")
    said = sit(filled, "e1", "e0 quite another", "i")
    assert "pmid:1: exclude (E1): Not sarcoma.\n" in said
    assert "pmid:2: exclude (other: quite another).\n" in said
    assert "pmid:3: include.\n" in said


def test_the_end_says_what_it_came_to_and_what_comes_next(filled: Review) -> None:
    said = sit(filled, "i", "e", "i", "m", "i")
    assert "All records are decided. Yours are: include 3, exclude 1, maybe 1.\n" in said
    assert "sarcat status: where the review stands" in said
    assert "sarcat conflicts: what you disagree on" in said
    assert "sarcat screen --as reviewer-a --stage full-text: the reports" in said
    edit(filled, "reviewers = 2", "reviewers = 1")
    assert "sarcat conflicts" not in sit(filled)


def test_a_line_that_is_too_long_for_a_terminal_ends_with_a_word(filled: Review) -> None:
    typed = ("t some words that are to be found again", "f1", "q")
    said = sit(filled, *typed, width=34, tty=True)
    for line in said.replace(f"{PROMPT} ", f"{PROMPT}\n").splitlines():
        assert len(line) <= 34
    assert "only undecided: 1 of 5\n" in sit(filled, *typed)  # whole in a pipe


# --- place, undo, notes --------------------------------------------------------------------------


def test_the_next_sitting_goes_on_at_the_same_record(filled: Review) -> None:
    assert "left 3 · place 3\npmid:3\n" in sit(filled, "i", "e")
    again = sit(filled, "q")
    assert again.startswith("Welcome back, reviewer-a: 2 records decided, your last act just now.")
    assert "left 3 · place 3\npmid:3\n" in again
    assert "All records are decided." in sit(filled, "i", "i", "i")
    assert "Nothing was decided: no record is shown" in sit(filled, "i")


def test_undo_over_many_steps_and_sittings(filled: Review) -> None:
    sit(filled, "i", "e", "m")
    said = sit(filled, "u", "u")
    assert "Taken back: maybe, on this record; U does it again." in said
    assert "Taken back: exclude, on this record; U does it again.\n" in said
    assert verdicts(filled) == {"pmid:1": ("include", None)}
    assert "There is nothing to undo." in sit(filled, "u", "u")
    assert "There is nothing to redo." in sit(filled, "U")
    assert "Done again: include, on pmid:2 “Second ␛[31mred� and �reversed”; u undoes it." in sit(
        filled, "i", "i", "u", "U"
    )


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
    assert "Note on pmid:2 “Second" in said
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
