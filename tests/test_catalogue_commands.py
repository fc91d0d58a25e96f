"""`sarcat catalogue …` as people and scripts use it: words, JSON, exit status."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from catalogue_example import ID, alone, edited, renamed, write
from conftest import add_run

import cli
from catalogue.counts import count_initiatives
from catalogue.entries.reading import read_entry
from search.records import Record, base_of
from search.review import Review

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(review: Review, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `sarcat catalogue …` on the review; gives exit status, stdout, stderr."""

    def run(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        status = cli.run(["catalogue", *arguments, "--review", str(review.folder)])
        return status, *capsys.readouterr()

    return run


@pytest.fixture
def folder(review: Review) -> Path:
    tie = '\n[[relations]]\ntype = "feeds"\nto = "other-registry"\nevidence = ["e1"]\n'
    return write(
        review.initiatives, **{ID: alone() + tie}, other_registry=renamed("other-registry")
    )


def parsed(out: str) -> Any:
    return json.loads(out)


# --- list and show -------------------------------------------------------------------------------


def test_list_gives_one_line_an_initiative(run: Run, folder: Path) -> None:
    status, out, err = run("list")
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert [line.split()[0] for line in lines] == [ID, "other-registry"]
    for part in ("ESR", "Clinical registry", "France", "at least 12,000 patients", "On request"):
        assert part in lines[0]


def test_status_counts_the_sound_entries_and_the_faulty_ones(run: Run, folder: Path) -> None:
    (folder / "other-registry.toml").write_text('id = "other-registry"\nnmae = "slip"\n', "utf-8")
    counts = count_initiatives(Review(folder.parent))
    assert (counts["initiatives"], counts["left_out"]) == (1, 1)


def test_list_as_json(run: Run, folder: Path) -> None:
    write(folder, broken="not toml")
    status, out, err = run("list", "--json")
    document = parsed(out)
    assert status == 0
    first = document["initiatives"][0]
    assert (first["id"], first["countries"], first["access"]) == (ID, ["FR"], ["on-request"])
    assert first["cases"]["n"] == 12000
    assert document["left_out"][0]["file"] == "initiatives/broken.toml"
    assert "broken.toml has faults and is left out" in err


def test_an_empty_catalogue_says_so(run: Run) -> None:
    status, out, err = run("list")
    assert (status, out) == (0, "")
    assert "sarcat catalogue new" in err


def test_show_gives_every_claim_with_its_footnotes(run: Run, folder: Path) -> None:
    status, out, _ = run("show", ID)
    text = " ".join(out.split())
    assert status == 0
    assert "Pathology review All cases [1][3]" in text
    assert "Not found (looked in website and both papers on 22 Nov 2026)" in text
    assert "12 centres (as of 2019) – sources disagree [1]" in text
    assert "Update rhythm Not yet checked" in text
    assert "Feeds Registry other-registry".casefold() in text.casefold()
    assert "[1] The Example Sarcoma Registry: the first fifteen years. 2019. PMID 12345678." in text
    assert "Methods, p. 3; Table 1. Checked 20 Nov 2026, again 22 Nov 2026." in text
    assert "read for the entry as a whole" in text
    assert max(map(len, out.splitlines())) <= 100


def test_show_says_what_a_source_is_worth(run: Run, folder: Path) -> None:
    noted = edited('role = "background"', 'role = "background"\nnote = "A copy: secondary."')
    write(folder, **{ID: noted})
    assert ", background. A copy: secondary." in " ".join(run("show", ID)[1].split())


def test_show_turns_relations_round(run: Run, folder: Path) -> None:
    assert "is fed by Example Sarcoma Registry" in " ".join(
        run("show", "other-registry")[1].split()
    )


def test_show_as_json_is_what_the_export_holds(run: Run, folder: Path, tmp_path: Path) -> None:
    shown = parsed(run("show", ID, "--json")[1])
    run("export", str(tmp_path / "all.json"))
    exported = json.loads((tmp_path / "all.json").read_text("utf-8"))
    assert shown == exported["initiatives"][0]


def test_show_finds_former_ids_and_near_ones(run: Run, folder: Path) -> None:
    status, out, err = run("show", "esr")
    assert status == 0
    assert out.startswith("Example Sarcoma Registry")
    assert f"esr is now called {ID}" in err
    status, out, err = run("show", "exmaple-sarcoma-registry")
    assert (status, out) == (2, "")
    assert f"Did you mean '{ID}'?" in err


def test_show_knows_an_entry_by_its_name(run: Run, folder: Path) -> None:
    name = parsed(run("show", ID, "--json")[1])["name"]
    status, _, err = run("show", name.upper())
    assert (status, f"Did you mean '{ID}'?" in err) == (2, True)


@pytest.mark.parametrize("words", ["", '"', "* ."])
def test_search_wants_a_word(run: Run, folder: Path, words: str) -> None:
    status, out, err = run("search", words)
    assert (status, out) == (2, "")
    assert "there is no word to search for" in err


def test_show_of_a_faulty_entry_names_its_faults(run: Run, folder: Path) -> None:
    write(folder, **{ID: edited('value = "active"', 'value = "activ"')})
    status, out, err = run("show", ID)
    assert (status, out) == (2, "")
    assert f"initiatives/{ID}.toml:61" in err
    assert 'Write "active".' in err


def test_foreign_signs_reach_no_terminal(run: Run, folder: Path) -> None:
    hostile = 'name = "Example \\u001b[31mred\\u001b]0;owned\\u0007 \\u202e\\r\\n[bold]X[/bold]"'
    write(folder, **{ID: edited('name = "Example Sarcoma Registry"', hostile)})
    for arguments in (("list",), ("show", ID), ("search", "esr"), ("check",)):
        status, out, err = run(*arguments)
        assert not {"\x1b", "\x07", "\r", "\u202e"} & set(out + err), arguments
        assert status == (3 if arguments == ("check",) else 0)
    assert "[bold]X[/bold]" in run("show", ID)[1], "no markup of the terminal either"


# --- search --------------------------------------------------------------------------------------


def test_search_gives_what_holds_every_word(run: Run, folder: Path) -> None:
    status, out, _ = run("search", "other", "registry")
    assert status == 0
    assert out.splitlines()[0].startswith("other-registry  Registry other-registry")
    found = parsed(run("search", "ESR", "--json")[1])["found"]
    assert {each["id"] for each in found} == {ID, "other-registry"}
    status, out, err = run("search", "chordoma")
    assert (status, out) == (0, "")
    assert "No entry holds all of these words." in err


# --- new -----------------------------------------------------------------------------------------


def test_new_begins_an_entry_that_the_check_can_read(run: Run, review: Review) -> None:
    status, out, err = run("new", "new-registry")
    path = review.initiatives / "new-registry.toml"
    assert (status, out.strip()) == (0, str(path))
    for word in ("'name' is empty", "'kind' is empty", "'scope' is empty", "'summary' is empty"):
        assert word in err
    assert "source is missing" in err
    faults = parsed(run("check", "--json")[1])["faults"]
    assert {fault["level"] for fault in faults} == {"error"}
    assert {fault["rule"] for fault in faults} == {"empty", "missing"}, "reminders, nothing else"


def test_a_draft_that_is_filled_in_is_sound(run: Run, review: Review) -> None:
    run("new", "new-registry")
    path = review.initiatives / "new-registry.toml"
    text = path.read_text("utf-8")
    for old, new in (
        ('name = ""', 'name = "New Registry"'),
        ("kind = []", 'kind = ["biobank"]'),
        ('scope = ""', 'scope = "national"'),
        ('summary = ""', f'summary = "{"word " * 50}"'),
        ('source = ""', 'source = "url:https://registry.example.org/"'),
    ):
        assert text.count("\n" + old) == 1
        text = text.replace("\n" + old, "\n" + new)
    path.write_text(text, "utf-8")
    status, out, _ = run("check")
    assert status == 0
    assert "nothing cites e1" in out


def test_new_from_a_record_cites_its_paper(run: Run, review: Review) -> None:
    title = 'A "hostile" title\\ with\n[evidence.e2]\nsource = "x" \x1b[31m \x7f \u2028 end'
    add_run(review, [Record(pmid="12345", title=title, year=2019)])
    add_run(review, [Record(doi="10.1000/abc", title="B")], "embase", "2026-01-02T00:00:00Z")
    for id, key, source in (
        ("one", "pmid:12345", "pmid:12345"),
        ("two", "doi:10.1000/abc@embase", "doi:10.1000/abc"),
        ("three", "doi:10.1000/ABC", "doi:10.1000/abc"),
    ):
        status, _, err = run("new", id, "--from", key)
        assert status == 0
        assert "source is missing" not in err
        assert f'source = "{source}"' in (review.initiatives / f"{id}.toml").read_text("utf-8")
    drafted = read_entry(review.initiatives / "one.toml").initiative
    assert drafted is not None
    assert list(drafted.evidence) == ["e1"], "no title adds a table"
    assert drafted.evidence["e1"].title == " ".join(title.split())
    assert drafted.evidence["e1"].year == 2019


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["../evil"], "this cannot be an id"),
        (["/etc/passwd"], "this cannot be an id"),
        (["Société d'Étude des Sarcomes"], "such as societe-d-etude-des-sarcomes."),
        (["topp.toml"], "such as topp."),
        (["日本"], "such as example-registry."),
        (["Upper"], "Use a-z, 0-9"),
        ([ID], "exists already"),
        (["esr"], "bore this id before"),
        (["fresh", "--from", "pmid:404"], "no record of this key"),
    ],
)
def test_new_refuses(
    run: Run, folder: Path, review: Review, arguments: list[str], words: str
) -> None:
    before = sorted(review.folder.rglob("*.toml"))
    status, out, err = run("new", *arguments)
    assert (status, out) == (2, "")
    assert words in err
    assert sorted(review.folder.rglob("*.toml")) == before


# --- check ---------------------------------------------------------------------------------------


def test_check_of_sound_entries_gives_0(run: Run, folder: Path) -> None:
    status, out, err = run("check")
    assert (status, out) == (0, "")
    assert "cited papers are not looked up" in err
    assert "0 errors, 0 warnings, 0 notes in 2 entries." in err


def test_check_compares_cited_papers_with_the_review(
    run: Run, folder: Path, review: Review
) -> None:
    add_run(
        review,
        [
            Record(pmid="12345678", doi="10.1000/example.2021", title="A"),
            Record(pmid="23456789", title="B", retracted=True),
        ],
    )
    status, out, err = run("check")
    assert status == 3
    lines = out.splitlines()
    assert len(lines) == 2
    assert all("pmid:23456789 is retracted" in line and "[retracted]" in line for line in lines)
    assert "2 errors" in err


def test_a_paper_without_pmid_and_doi_is_cited_by_its_records_key(
    run: Run, folder: Path, review: Review
) -> None:
    paper = Record(title="A registry", year=2019, authors=("Doe, J",))
    source = base_of(paper)
    write(folder, **{ID: edited('"doi:10.1000/example.2021"\ntitle', f'"{source}"\ntitle')})
    add_run(review, [Record(pmid="12345678", title="A")])
    assert f"holds no record of {source}" in run("check")[1]
    add_run(review, [paper], source="ris")
    assert source not in run("check")[1]
    assert source in run("show", ID)[1]


def test_warnings_alone_give_0(run: Run, folder: Path, review: Review) -> None:
    add_run(review, [Record(pmid="12345678", title="A")])
    status, out, _ = run("check")
    assert status == 0
    assert out.count("warning: the review holds no record of") == 4


def test_check_names_files_that_are_passed_over(run: Run, folder: Path) -> None:
    for name in ("new.toml.txt", ".gitkeep"):
        (folder / name).write_text("id = 1")
    status, out, err = run("check")
    assert status == 0
    said = "initiatives/new.toml.txt: warning: this file is not read"
    assert out.count(said) == out.count("is not read") == 1
    assert "0 errors, 1 warning," in err


def test_check_names_every_fault_of_every_file(run: Run, folder: Path) -> None:
    write(folder, broken="x = [", **{ID: edited('value = "active"', 'value = "activ"')})
    status, out, err = run("check")
    assert status == 3
    assert "initiatives/broken.toml:1: this is not TOML" in out
    assert f"initiatives/{ID}.toml:61: 'activ' is no term of status. Write \"active\"." in out
    assert "2 errors, 0 warnings, 0 notes in 3 entries." in err


def test_notes_are_shown_when_asked_for(run: Run, folder: Path) -> None:
    write(folder, **{ID: edited("[claims.lead]", "[claims.partners]")})
    (folder / "other-registry.toml").unlink()
    status, out, err = run("check")
    assert (status, out) == (0, "")
    assert "--all shows the notes" in err
    assert "info: it says nothing of lead" in run("check", "--all")[1]
    document = parsed(run("check", "--json")[1])
    assert document["levels"] == {"error": 0, "warning": 0, "info": 1}
    assert document["faults"][0].keys() == {"file", "line", "rule", "level", "what", "remedy"}


# --- export --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.json", "a.csv", "a.db", "a.sqlite"])
def test_export_by_the_ending(run: Run, folder: Path, tmp_path: Path, name: str) -> None:
    status, out, _ = run("export", str(tmp_path / name))
    assert status == 0
    assert out.strip().endswith("2 initiatives")
    content = (tmp_path / name).read_bytes()
    if name.endswith("json"):
        assert json.loads(content)["count"] == 2
    elif name.endswith("csv"):
        assert content.count(b"\r\n") == 3
    else:
        with closing(sqlite3.connect(tmp_path / name)) as database:
            assert database.execute("select count(*) from initiatives").fetchone() == (2,)


def test_export_of_claims(run: Run, folder: Path, tmp_path: Path) -> None:
    assert run("export", str(tmp_path / "c.csv"), "--claims")[0] == 0
    assert (tmp_path / "c.csv").read_text("utf-8").startswith("initiative,name,field,label,state")


@pytest.mark.parametrize("arguments", [["a.xlsx"], ["a"], ["a.json", "--claims"]])
def test_an_unknown_format_writes_nothing(
    run: Run, folder: Path, tmp_path: Path, arguments: list[str]
) -> None:
    name, *rest = arguments
    status, out, err = run("export", str(tmp_path / name), *rest)
    assert (status, out) == (2, "")
    assert "End the name in" in err
    assert not (tmp_path / name).exists()


def test_nothing_is_missing_from_an_export_unsaid(run: Run, folder: Path, tmp_path: Path) -> None:
    write(folder, broken="not toml")
    target = tmp_path / "a.json"
    status, out, err = run("export", str(target))
    assert (status, out) == (3, "")
    assert "--accept-loss" in err
    assert not target.exists()
    status, out, err = run("export", str(target), "--accept-loss")
    assert status == 0
    assert "broken.toml has faults and is left out" in err
    assert json.loads(target.read_text("utf-8"))["count"] == 2
