"""What is wrong with entries beyond their form is named with file, line, rule and remedy."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from catalogue_example import ID, alone, edited, entry, example, line_of, renamed, write

from catalogue.checking.checks import check, check_entries, cited_papers
from search.faults import Fault

TODAY = datetime.date(2026, 12, 1)
PAPERS = {"pmid:12345678": False, "pmid:23456789": False, "doi:10.1000/example.2021": False}
CASES = '{ n = 12000, unit = "patients", qualifier = "at-least", period = "2004/2018" }'
PLACE = '{ code = "FR", role = "covers", from = 2004 }'
SUMMARY = alone()[alone().index('"""') + 3 : alone().rindex('"""')]


def faults_of(text: str) -> list[Fault]:
    return check_entries([entry(text)], PAPERS, today=TODAY)


def test_the_documented_example_has_no_fault_of_any_level() -> None:
    assert faults_of(alone()) == []


@pytest.mark.parametrize(
    ("old", "new", "rule", "level", "words", "at"),
    [
        # texts
        ("Piloted at two", "Piloted at <b>two</b>", "markup", "error", "an HTML tag", "Piloted"),
        ("Piloted at two", "Piloted at <script src=x", "markup", "error", "HTML tag", "Piloted"),
        ("Piloted at two", "Piloted &amp; at two", "markup", "error", "HTML entity", "Piloted"),
        ("Piloted at two", "Piloted &#x41; two", "markup", "error", "HTML entity", "Piloted"),
        ("Piloted at two", "[a](https://a.example.org)", "markup", "error", "Markdown", "[a]("),
        ("Piloted at two", "Piloted **at** two", "markup", "error", "Markdown", "Piloted"),
        ("Piloted at two", "Piloted\\u0007 at", "hidden-sign", "error", "U+0007", "Piloted"),
        ("Piloted at two", "Piloted\\u202e at", "hidden-sign", "error", "right-to-left", "Piloted"),
        ("Piloted at two", "Piloted " + "at two " * 50, "length", "error", "most is 300", "Piloted"),
        ('"About the registry"', '"About\\nthe"', "one-line", "error", "Join them", "About"),
        (SUMMARY, "Too short.", "summary", "error", "the summary has 2 words", "summary ="),
        (SUMMARY, "word " * 121, "summary", "error", "has 121 words", "summary ="),
        # dates
        ("first_published = 2026-11-24", "first_published = 2026-12-02", "future", "error",
         "first_published is 2026-12-02", "first_published"),
        ("second_checked = 2026-11-22", "second_checked = 2027-01-01", "future", "error", "2027",
         "second_checked"),
        ("year = 2021", "year = 2027", "future", "error", "still to come", "year = 2027"),
        ('as_of = "2026-11"  ', 'as_of = "2027"  ', "future", "error", "speaks of 2027",
         "[claims.status]"),
        ("next_check = 2027-11-22", "next_check = 2026-01-01", "order", "error", "lies before",
         "next_check"),
        ("checked = 2026-11-20                     #", "checked = 2018-01-01  #", "order", "error",
         "before its year 2019", "checked = 2018-01-01"),
        ("value = 2004 ", "value = 2027 ", "future", "error", "the status is not planned",
         "[claims.started]"),
        ('[claims.ended]\nstate = "not_applicable"',
         '[claims.ended]\nvalue = 2003\nevidence = ["e1"]', "order", "error",
         "lies before started", "[claims.ended]"),
        ('[claims.ended]\nstate = "not_applicable"',
         '[claims.ended]\nvalue = 2020\nevidence = ["e1"]', "status", "error",
         "status is active", "[claims.ended]"),
        ('value = "active"', 'value = "ended"', "status", "error", "ended does not apply",
         "[claims.ended]"),
        # states
        ("[claims.sex]", "[[claims.sex]]\nvalue = ['female']\nevidence = ['e1']\n[[claims.sex]] #",
         "states", "error", "all known, or all disputed", "[[claims.sex]] #"),
        ("[claims.started]", "[[claims.started]]\nvalue = 2001\nevidence = ['e1']\n"
         "[[claims.started]] #", "one-value", "error", "2 known values at one time",
         "[[claims.started]] #"),
        # evidence
        ('"all"\nevidence = ["e1", "e3"]', '"all"\nevidence = ["e4"]', "background", "error",
         "rests on background alone", "[claims.pathology_review]"),
        ('"all"\nevidence = ["e1", "e3"]', '"all"\nevidence = ["e1", "e1"]', "twice", "error",
         "cites e1 twice", "[claims.pathology_review]"),
        ('looked = ["website", "both papers"]', "", "looked", "warning",
         "where it was looked for", "[claims.models]"),
        ('role = "background"  ', "", "uncited", "warning", "nothing cites e4", "[evidence.e4]"),
        ('"pmid:23456789"', '"url:https://registry.example.org/about"', "twice", "warning",
         "the same place in the same source as e2", "[evidence.e4]"),
        # values
        (CASES, CASES.replace("12000", "9, n_max = 8"), "range", "error", "less than n",
         "[[claims.cases]]"),
        (CASES + "\nas_of = 2019", '{ n = 9, unit = "patients" }', "no-time", "info",
         "says no time", "[[claims.cases]]"),
        ("min = 15", "min = 15, max = 14", "range", "error", "more than max", "[claims.ages]"),
        (PLACE, PLACE + ', { code = "FR" }', "twice", "error", "names FR twice",
         "[claims.countries]"),
        (PLACE, PLACE + ', { code = "BE" }', "scope", "warning", "2 countries", "scope ="),
        ('"national"  ', '"multinational"  ', "scope", "warning", "1 country.", "scope ="),
        ('"https://registry.example.org/"', '"https://www.orpha.net/x"', "website", "warning",
         "not the holder's own page", "[claims.website]"),
        ('form = "https://registry.example.org/contact"', 'address = "ann.lee@example.org"',
         "contact", "warning", "the address of a person", "[claims.contact]"),
        ("[claims.lead]", "[claims.partners]", "expected", "info", "it says nothing of lead",
         "[claims.status]"),
    ],
)  # fmt: skip
def test_a_fault_is_named(old: str, new: str, rule: str, level: str, words: str, at: str) -> None:
    text = edited(old, new)
    assert entry(text).sound, entry(text).faults
    faults = [fault for fault in faults_of(text) if fault.rule == rule]
    assert any(words in str(fault) for fault in faults), faults_of(text)
    fault = next(fault for fault in faults if words in str(fault))
    assert (fault.level, fault.line) == (level, line_of(at, text))
    assert fault.remedy


@pytest.mark.parametrize(
    "text",
    [
        edited("Piloted at two", "p < 0.05, AT&T, R&D; 2 * 3 * 4, C# and #1, «é», 骨腫瘍"),
        edited('value = "active"', 'value = "planned"').replace("value = 2004 ", "value = 2027 "),
        edited("[claims.started]", '[[claims.started]]\nvalue = 2002\nas_of = 2010\n'
               "evidence = ['e1']\n[[claims.started]]\nas_of = 2020"),
        edited("next_check = 2027-11-22", ""),
        edited("example.org/about", "example.org/about___us?a=1&amp;b=2"),
    ],
    ids=["signs that are no markup", "a planned start", "values at two times", "no next check",
         "an address that looks like markup"],
)  # fmt: skip
def test_what_is_sound_is_let_through(text: str) -> None:
    assert faults_of(text) == []


def test_form_and_sense_are_checked_in_one_pass() -> None:
    text = edited('acronym = "ESR"', 'acronim = "ESR"')
    text = edited("year = 2021", "year = 2031", text)
    assert {fault.rule for fault in faults_of(text)} >= {"unknown-key", "future"}


def test_without_today_nothing_lies_behind_the_newest_check(tmp_path: Path) -> None:
    late = edited("second_checked = 2026-11-22", "second_checked = 2030-01-01")
    folder = write(tmp_path, **{ID: late})
    assert [fault.rule for fault in check(folder)] == ["future"]
    assert check(folder, today=datetime.date(2030, 1, 2)) == []


# --- entries among one another -------------------------------------------------------------------


def rules(folder: Path) -> list[tuple[str, str]]:
    faults = check(folder, today=TODAY)
    return [(fault.file.removeprefix(f"{folder.name}/"), fault.rule) for fault in faults]


def test_every_fault_of_every_file_is_named_in_order(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        b=renamed("b").replace('"2026-11" ', '"2031" '),
        c="not toml",
        a=renamed("a").replace('= "active"', '= "activ"').replace('"2026-11" ', '"2031" '),
    )
    assert rules(folder) == [
        ("a.toml", "future"), ("a.toml", "vocabulary"), ("b.toml", "future"), ("c.toml", "toml"),
    ]  # fmt: skip


def test_two_entries_with_one_id(tmp_path: Path) -> None:
    folder = write(tmp_path, one=renamed("one"), two=renamed("one"))
    faults = [fault for fault in check(folder, today=TODAY) if fault.rule == "id-twice"]
    assert [(f.file, f.line) for f in faults] == [(f"{folder.name}/two.toml", 1)]
    assert "two entries have the id 'one'" in faults[0].what
    assert f"{folder.name}/one.toml" in faults[0].what


def test_an_id_is_never_used_again(tmp_path: Path) -> None:
    before = 'kind = ["clinical-registry", "biobank"]'
    folder = write(
        tmp_path,
        old=renamed("old"),
        new=renamed("new").replace(before, f'former_ids = ["old"]\n{before}'),
        third=renamed("third").replace(before, f'former_ids = ["gone"]\n{before}'),
        fourth=renamed("fourth").replace(before, f'former_ids = ["gone"]\n{before}'),
    )
    assert rules(folder) == [("new.toml", "id-twice"), ("third.toml", "id-twice")]


def test_one_name_in_two_entries_is_a_warning(tmp_path: Path) -> None:
    twin = renamed("twin").replace('"Registry twin"', '"Éxample sarcoma  REGISTRY"')
    folder = write(tmp_path, **{ID: alone()}, twin=twin)
    assert rules(folder) == [("twin.toml", "name-twice")]


TIE = '\n[[relations]]\ntype = "{}"\nto = "{}"\nevidence = ["e1"]\n'


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        (TIE.format("feeds", "two"), "", []),
        (TIE.format("feeds", "two"), TIE.format("feeds", "one"), []),
        (TIE.format("feeds", "tvo-registry"), "", [("one.toml", "relation")]),
        (TIE.format("feeds", "one"), "", [("one.toml", "relation")]),
        (TIE.format("feeds", "two") * 2, "", [("one.toml", "relation-twice")]),
        (
            TIE.format("shares_patients", "two"),
            TIE.format("shares_patients", "one"),
            [("two.toml", "relation-twice")],
        ),
    ],
    ids=["sound", "both ways", "no entry", "itself", "twice", "symmetric, from both sides"],
)
def test_relations(tmp_path: Path, one: str, two: str, expected: list[tuple[str, str]]) -> None:
    folder = write(tmp_path, one=renamed("one") + one, two=renamed("two") + two)
    assert rules(folder) == expected


def test_a_relation_to_a_former_id_finds_the_new_one(tmp_path: Path) -> None:
    folder = write(tmp_path, **{ID: alone()}, two=renamed("two") + TIE.format("feeds", "esr"))
    (fault,) = check(folder, today=TODAY)
    assert fault.remedy == f'Did you mean "{ID}"?'


# --- the papers of the review --------------------------------------------------------------------


def test_a_note_may_say_that_there_are_more_countries() -> None:
    text = edited('"national"  ', '"multinational"  ', alone())
    text = edited("[claims.countries]", '[claims.countries]\nnote = "And others, unnamed."', text)
    assert not [fault for fault in faults_of(text) if fault.rule == "scope"]


def test_cited_papers_are_evidence_and_outputs_but_no_pages() -> None:
    text = edited('"doi:10.1000/example.2021"]', '"pmid:777"]')
    read = entry(text).initiative
    assert read is not None
    assert set(cited_papers(read)) == {*PAPERS, "pmid:777"}


def test_a_paper_that_the_review_does_not_hold_is_a_warning_and_a_retracted_one_an_error() -> None:
    known = {"pmid:12345678": True, "doi:10.1000/example.2021": False}
    faults = check_entries([entry(alone())], known, today=TODAY)
    assert [(fault.rule, fault.level, fault.line) for fault in faults] == [
        ("retracted", "error", line_of("[evidence.e1]", alone())),
        ("paper-unknown", "warning", line_of("[evidence.e4]", alone())),
    ]


def test_without_a_review_cited_papers_are_not_looked_up() -> None:
    assert check_entries([entry(alone())], None, today=TODAY) == []


def test_the_whole_example_only_lacks_the_other_entry() -> None:
    faults = check_entries([entry(example())], PAPERS, today=TODAY)
    assert [fault.rule for fault in faults] == ["relation"]
