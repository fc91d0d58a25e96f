"""`sarcat export`: what was decided goes along, what is blinded does not, and keys come back."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import add_run

import cli
from screening import exporting
from screening.decision_logs.logs import read_logs
from screening.exporting import export_of
from screening.selection import Only, documents, select, stands
from screening.state import load
from search.exporters.own_note import one_line
from search.exporters.targets import TARGETS, read_by
from search.file_origins import Origin
from search.importing import import_file
from search.records import Record
from search.review import Review

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(filled: Review, capsys: pytest.CaptureFixture[str]) -> Run:
    def run_it(*arguments: object) -> tuple[int, str, str]:
        status = cli.run([*map(str, arguments), "--review", str(filled.folder)])
        shown = capsys.readouterr()
        return status, shown.out, shown.err

    return run_it


def decide(run: Run, key: str, verdict: str, who: str, *more: str) -> None:
    assert run("decide", key, verdict, "--as", who, *more)[0] == 0


def came_back(tmp_path: Path, file: Path) -> dict[str, Record]:
    folder = tmp_path / "another"
    folder.mkdir(exist_ok=True)
    protocol = (tmp_path / "review" / "protocol.toml").read_text("utf-8")
    (folder / "protocol.toml").write_text(protocol, "utf-8")
    other = Review(folder)
    outcome = import_file(other, file, Origin())
    assert outcome.run, outcome.error
    return {stored.key: stored.record for stored in other.store.records()}


@pytest.mark.parametrize(
    "name", ["a.ris", "a.bib", "a.nbib", "a.xml", "a.enw", "a.csv", "a.tsv", "a.jsonl", "a.ris.gz"]
)
def test_keys_texts_and_decisions_come_back(
    run: Run, filled: Review, tmp_path: Path, name: str
) -> None:
    decide(run, "pmid:1", "exclude", "reviewer-a", "--reason", "E1", "--note", "not\nthis")
    decide(run, "pmid:1", "exclude", "reviewer-b", "--reason", "E1")
    status, out, _ = run("export", tmp_path / name)
    assert status == 0
    assert "5 records" in out
    found = came_back(tmp_path, tmp_path / name)
    here = {stored.key: stored.record for stored in filled.store.records()}
    assert list(found) == list(here)
    for key, record in here.items():
        assert (found[key].title, found[key].abstract) == (record.title, record.abstract)
        assert (found[key].authors, found[key].mesh) == (record.authors, record.mesh)
    brought = found["pmid:1"].brought
    assert brought
    assert (brought.outcome, brought.reason) == ("excluded", "E1")
    assert [(vote.who, vote.verdict, vote.note) for vote in brought.votes] == [
        ("reviewer-a", "exclude", "not\nthis"), ("reviewer-b", "exclude", None),
    ]  # fmt: skip


def test_what_is_blinded_is_kept_back(run: Run, tmp_path: Path) -> None:
    decide(run, "pmid:1", "include", "reviewer-a", "--note", "a secret")
    status, _, said = run("export", tmp_path / "a.jsonl")
    assert status == 0
    assert "1 verdicts are kept back" in said
    text = (tmp_path / "a.jsonl").read_text("utf-8")
    assert "secret" not in text
    assert "reviewer-a" not in text


def test_a_program_is_named_as_it_names_itself(run: Run, tmp_path: Path) -> None:
    _, _, said = run("export", tmp_path / "a.csv", "--for", "asreview")
    assert "ASReview will not keep everything of 5 records" in said


def test_what_a_target_will_not_keep_is_said(run: Run, tmp_path: Path) -> None:
    status, out, said = run("export", tmp_path / "a.ris", "--for", "zotero")
    assert status == 0
    assert "Zotero will not keep everything of 5 records" in said
    assert "PMID" in said
    assert "PMID" not in out


def test_json(run: Run, tmp_path: Path) -> None:
    _, out, _ = run("export", tmp_path / "a.csv", "--only", "unique", "--json")
    assert json.loads(out)["records"] == 5


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["a.doc"], "ending"), (["a.ris", "--only", "x"], "no state"),
        (["a.ris", "--format", "x"], "no format"), (["a.ris", "--for", "x"], "no program"),
        (["a.csv", "--for", "covidence"], "is not given"), (["no/such/a.ris"], "no such folder"),
    ],
)  # fmt: skip
def test_wrong_use(run: Run, tmp_path: Path, arguments: list[str], words: str) -> None:
    status, _, said = run("export", tmp_path / arguments[0], *arguments[1:])
    assert status == 2
    assert words in said
    assert not list(tmp_path.glob("*a.*"))


def test_a_file_that_cannot_be_finished_leaves_the_old_one(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.ris"
    file.write_text("old")
    monkeypatch.setattr("search.exporters.ris.Writer.one", lambda *_: 1 / 0)
    assert run("export", file)[0] == 1
    assert file.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".a")] == []


def test_what_comes_back_hides_no_description_that_is_here(
    run: Run, filled: Review, tmp_path: Path
) -> None:
    file = tmp_path / "a.ris"
    run("export", file)
    file.write_text(file.read_text("utf-8").replace("SUMMARY: words of 5", "changed"), "utf-8")
    before = {stored.key: stored.record for stored in filled.store.records()}
    outcome = import_file(filled, file, Origin("back"))
    assert outcome.run
    assert outcome.run.new == 0
    assert {stored.key: stored.record for stored in filled.store.records()} == before


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ("PMID  - 77\nTI  - Other\n", "the key contradicts the PMID"),
        ("TI  - Quite another title\n", "the key names another record that is here"),
    ],
)
def test_a_key_that_is_not_credible_is_not_taken(
    filled: Review, tmp_path: Path, fields: str, why: str
) -> None:
    file = tmp_path / "a.ris"
    note = 'sarcat: {"program":"sarcat","key":"pmid:5"}'
    file.write_text(f"TY  - JOUR\n{fields}N1  - {note}\nER  - \n", "utf-8")
    before = filled.store.record("pmid:5")
    outcome = import_file(filled, file, Origin("other"))
    assert outcome.run
    assert outcome.run.new == 1, why
    assert filled.store.record("pmid:5") == before


# --- as a stream -------------------------------------------------------------------------------


@pytest.fixture
def doubled(filled: Review) -> Review:
    """The same records from another source: five sets of two; some of them judged."""
    again = [stored.record for stored in filled.store.records()]
    add_run(filled, again, "embase", "2026-02-01T00:00:00Z")
    add_run(filled, [Record(title="Alone", year=2001)], "embase", "2026-02-02T00:00:00Z")
    given = [("pmid:1", "reviewer-a", "include"), ("pmid:1@embase", "reviewer-b", "include"),
             ("pmid:2@embase", "reviewer-a", "exclude"), ("pmid:2", "reviewer-b", "exclude"),
             ("pmid:3", "reviewer-a", "include"), ("pmid:3", "reviewer-b", "exclude"),
             ("pmid:4@embase", "reviewer-a", "maybe")]  # fmt: skip
    for key, who, verdict in given:
        reason = ["--reason", "E1"] if verdict == "exclude" else []
        command = ["decide", key, verdict, "--as", who, *reason, "--review", str(filled.folder)]
        assert cli.run(command) == 0
    return Review(filled.folder)


def exported(review: Review, only: Only) -> list[Record]:
    return list(export_of(review, only, read_logs(review.decisions)).records())


@pytest.mark.parametrize("only", list(Only))
def test_the_stream_says_what_the_whole_state_says(doubled: Review, only: Only) -> None:
    state = load(doubled)
    found = exported(doubled, only)
    brought = [record.brought for record in found if record.brought]
    assert [each.key for each in brought] == select(state, only)
    assert len(brought) == len(found) > 0 or only is Only.INCLUDED
    for each in brought:
        name = state.duplicates.representative_of(each.key or "")
        assert each.outcome == stands(state, name)
        assert each.members == (state.members[name] if len(state.members[name]) > 1 else ())
    texts = [record["title"] for record in documents(state, doubled.store, only)]
    assert [record.title for record in found] == texts


def test_a_large_review_is_not_searched_for_duplicates_on_the_way(
    doubled: Review, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setattr(exporting, "ON_THE_WAY", 10)
    export = ["export", str(tmp_path / "a.jsonl"), "--review", str(doubled.folder)]

    def members() -> list[int]:
        assert cli.run(export) == 0
        lines = (tmp_path / "a.jsonl").read_text("utf-8").splitlines()
        return [len(json.loads(line)["brought"].get("members", ())) for line in lines]

    assert members() == [0] * 11
    assert "sarcat dedupe" in capsys.readouterr().err
    assert [record.title for record in exported(doubled, Only.UNIQUE)].count("Alone") == 1
    assert sorted(members()) == [0, *[2] * 10]
    assert "sarcat dedupe" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("target", "format"),
    [(target, format) for target in TARGETS for format in read_by(target)],
)
def test_each_program_gives_back_keys_texts_and_decisions(
    doubled: Review, tmp_path: Path, target: str, format: str
) -> None:
    file = tmp_path / "out"
    command = ["export", str(file), "--format", format, "--for", target]
    assert cli.run([*command, "--review", str(doubled.folder)]) == 0
    expected = {each.brought.key: each for each in exported(doubled, Only.ALL) if each.brought}
    found = came_back(tmp_path, file)
    assert sorted(found) == sorted(expected) == doubled.store.keys()
    for key, record in expected.items():
        assert found[key] == replace(record, title=found[key].title, abstract=found[key].abstract)
        # of control characters a file of lines holds none
        assert one_line(found[key].title or "") == one_line(record.title or "")
        assert found[key].abstract == record.abstract
    assert sum(bool(each.brought and each.brought.votes) for each in found.values()) >= 5
