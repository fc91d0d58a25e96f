"""`sarcat import`: all of a file or nothing of it, and an account of every record."""

from __future__ import annotations

import gzip
import hashlib
import itertools
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import cli
from search import importing, runs
from search.errors import SarcatError
from search.importing import Origin, import_file
from search.records import Record
from search.review import Review

Run = Callable[..., tuple[int, dict[str, Any], str]]


def ris(*titles: str, more: str = "") -> str:
    return "".join(f"TY  - JOUR\nTI  - {title}\nPY  - 2020\n{more}ER  - \n\n" for title in titles)


def nbib(*pmids: int) -> str:
    return "\n".join(f"PMID- {pmid}\nTI  - Title {pmid}\nSO  - J\n" for pmid in pmids)


def xml(*pmids: int, version: int = 1) -> str:
    records = "".join(
        f'<PubmedArticle><MedlineCitation><PMID Version="{version}">{pmid}</PMID><Article>'
        f"<ArticleTitle>Title {pmid} in version {version}</ArticleTitle></Article>"
        "</MedlineCitation></PubmedArticle>\n" for pmid in pmids
    )  # fmt: skip
    return f"<PubmedArticleSet>\n{records}</PubmedArticleSet>\n"


@pytest.fixture
def run(review: Review, capsys: pytest.CaptureFixture[str]) -> Run:
    def run_it(*arguments: object) -> tuple[int, dict[str, Any], str]:
        command = ["import", "--review", str(review.folder), "--json", *map(str, arguments)]
        status = cli.run(command)
        shown = capsys.readouterr()
        assert "Traceback" not in shown.err
        return status, json.loads(shown.out) if shown.out else {}, shown.err

    return run_it


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    def make(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return make


File = Callable[[str, "str | bytes"], Path]


def fresh(review: Review) -> Review:
    """The review as another program sees it, from its text alone."""
    (review.folder / "review.db").unlink(missing_ok=True)
    return Review(review.folder)


# --- what is stored and told -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "format", "source", "keys"),
    [
        ("Embase Export (1).ris", ris("A"), "ris", "embase-export-1", ["sha:"]),
        ("x.nbib", nbib(1, 2), "nbib", "pubmed", ["pmid:1", "pmid:2"]),
        ("x.txt", xml(1), "pubmed-xml", "pubmed", ["pmid:1"]),
        ("Übersicht.RIS", ris("A", more="DO  - 10.1000/A\n"), "ris", "ubersicht",
         ["doi:10.1000/a@ubersicht"]),
        ("文献.ris", ris("A", more="PMID  - 7\n"), "ris", "import", ["pmid:7@import"]),
        ("eric.nbib", "OWN - ERIC\nTI  - A\nOID - EJ1\n", "nbib", "eric", ["sha:"]),
    ],
)  # fmt: skip
def test_a_file_becomes_a_run(
    run: Run, file: File, review: Review, name: str, content: str, format: str, source: str,
    keys: list[str],
) -> None:  # fmt: skip
    path = file(name, content)
    status, told, _ = run(path)
    (said,) = told["files"]
    assert status == 0
    assert (said["file"], said["format"], said["encoding"]) == (str(path), format, "utf-8")
    assert said["begun"] == said["parsed"] == said["new"] == len(keys)
    assert said["problems"] == []
    stored = fresh(review)
    for key, start in zip(stored.store.keys(), keys, strict=True):
        assert key.startswith(start)
    (kept,) = stored.store.runs()
    assert (kept.id, kept.state, kept.source, kept.kind) == (said["run"], "ok", source, "database")
    assert kept.file
    assert (kept.file.name, kept.file.bytes) == (name, path.stat().st_size)
    assert kept.file.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (kept.count, kept.fetched, kept.parsed, kept.new) == (len(keys),) * 4
    assert kept.tool
    assert kept.finished_at


def test_the_json_has_every_field_of_the_contract(run: Run, file: File) -> None:
    (said,) = run(file("a.ris", "words\n" + ris("A")))[1]["files"]
    assert list(said)[:8] == [
        "file", "format", "encoding", "begun", "parsed", "new", "repaired", "problems",
    ]  # fmt: skip
    assert said["repaired"] == [{"line": 1, "what": "words outside any record: 'words'"}]
    assert (said["without_title"], said["without_abstract"]) == (0, 1)


def test_where_it_came_from(run: Run, file: File, review: Review) -> None:
    status, _, _ = run(
        file("a.ris", ris("A")), "--source", "embase", "--database", "Embase 1974 on",
        "--platform", "Ovid", "--kind", "register", "--exported", "2026-11-20",
    )  # fmt: skip
    (kept,) = fresh(review).store.runs()
    assert status == 0
    assert (kept.source, kept.database, kept.platform) == ("embase", "Embase 1974 on", "Ovid")
    assert (kept.kind, kept.is_other_method, kept.extra["exported"]) == (
        "register", False, "2026-11-20",
    )  # fmt: skip
    assert kept.id.endswith("-import-embase")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--source", "Em base"), "cannot name a source"),
        (("--source", "../x"), "cannot name a source"),
        (("--kind", "pub"), "no kind of source"),
        (("--exported", "20.11.2026"), "no date"),
    ],
)
def test_a_wrong_option_is_wrong_use(
    run: Run, file: File, review: Review, arguments: tuple[str, str], words: str
) -> None:
    status, told, said = run(file("a.ris", ris("A")), *arguments)
    assert (status, told) == (2, {})
    assert words in said
    assert not review.searches.exists()


def test_the_offline_corpus_bears_the_keys_of_pubmed(run: Run, file: File, review: Review) -> None:
    assert run(file("c.xml", xml(7)), "--source", "offline-corpus")[0] == 0
    assert fresh(review).store.keys() == ["pmid:7"]


def test_a_compressed_file_is_read_whatever_its_name(run: Run, file: File, review: Review) -> None:
    path = file("export.ris.gz", gzip.compress(ris("A").encode()))
    (said,) = run(path)[1]["files"]
    assert (said["parsed"], said["bytes"]) == (1, path.stat().st_size)
    assert said["source"] == "export"
    assert said["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert run(file("plain.gz", ris("B")))[0] == 0


def test_a_pipe_is_a_file(run: Run, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    if os.fork() == 0:
        pipe.write_text(ris("A"))
        os._exit(0)
    status, told, _ = run(pipe)
    os.wait()
    assert (status, told["files"][0]["parsed"]) == (0, 1)


# --- again, and again --------------------------------------------------------------------------


def test_the_same_file_again_is_a_further_run_with_nothing_new(
    run: Run, file: File, review: Review
) -> None:
    path = file("a.ris", ris("A", "B"))
    first = run(path)[1]["files"][0]
    status, told, said = run(path)
    again = told["files"][0]
    assert (status, again["parsed"], again["new"]) == (0, 2, 0)
    assert f"imported before, as {first['run']}" in said
    stored = fresh(review)
    assert (len(stored.store.runs()), stored.store.count()) == (2, 2)
    assert all(len(each.sources) == 2 for each in stored.store.records())


def test_new_counts_records_not_met_before(run: Run, file: File) -> None:
    run(file("a.nbib", nbib(1, 2)))
    assert run(file("b.nbib", nbib(2, 3)))[1]["files"][0]["new"] == 1
    assert run(file("c.xml", xml(3, 4)))[1]["files"][0]["new"] == 1


def test_older_versions_are_left_out_and_named(run: Run, file: File, review: Review) -> None:
    both = xml(1, 2).replace("</PubmedArticleSet>\n", "") + xml(1, version=2).partition("\n")[2]
    for name, text in (("a.xml", both), ("b.xml", xml(5, version=3))):
        assert run(file(name, text))[0] == 0
    (said, *_) = run(file("a2.xml", both))[1]["files"]
    assert (said["begun"], said["parsed"]) == (3, 3)
    named = [note["what"] for note in said["repaired"] if "version" in note["what"]]
    assert named == ["an older version of a record is left out: PMID 1, version 1, for version 2"]
    stored = {each.key: each.record for each in fresh(review).store.records()}
    assert stored["pmid:1"].title == "Title 1 in version 2"
    assert len(stored) == 3


@pytest.mark.parametrize("order", list(itertools.permutations((1, 2, 3))))
def test_the_highest_of_many_versions(
    run: Run, file: File, review: Review, order: tuple[int, ...]
) -> None:
    records = "".join(xml(9, version=version).splitlines(keepends=True)[1] for version in order)
    run(file("a.xml", f"<PubmedArticleSet>\n{records}</PubmedArticleSet>\n"))
    (stored,) = fresh(review).store.records()
    assert stored.record.version == 3


def test_withdrawn_pmids_are_a_warning(run: Run, file: File) -> None:
    deleted = "<DeleteCitation><PMID>77</PMID></DeleteCitation></PubmedArticleSet>"
    status, told, said = run(file("a.xml", xml(1).replace("</PubmedArticleSet>", deleted)))
    assert status == 0
    assert told["files"][0]["warnings"] == ["the file says that 1 PMIDs are withdrawn: 77"]
    assert "77" in said


def test_records_that_repeat_each_other_are_named(run: Run, file: File, review: Review) -> None:
    (said,) = run(file("a.ris", ris("A", "B", "A")))[1]["files"]
    assert (said["parsed"], said["new"]) == (3, 2)
    assert "1 record repeats another" in said["warnings"][0]


def test_records_without_title_are_told_apart_by_their_words(
    run: Run, file: File, review: Review
) -> None:
    text = "".join(f"TY  - JOUR\nAB  - {words}\nER  - \n" for words in ("One.", "Two.", "Three."))
    assert run(file("a.ris", text))[1]["files"][0]["new"] == 3
    assert fresh(review).store.count() == 3


RECORDS = [
    ris("Same", more="DO  - 10.1000/s\nSP  - 1\n"),
    ris("Same", more="DO  - 10.1000/s\nSP  - 2\n"),
    ris("Other", more="DO  - 10.1000/s\n"),
    ris("No DOI"),
]


def test_keys_are_the_same_in_any_order_of_records(run: Run, file: File, review: Review) -> None:
    found = set()
    for number, order in enumerate(itertools.permutations(RECORDS)):
        name = f"s{number}"
        run(file(f"{name}.ris", "".join(order)))
        keys = [each.key for each in review.store.records() if f"@{name}#" in f"{each.key}#"]
        found.add(tuple(key.replace(f"@{name}", "@") for key in keys))
    assert len(found) == 1
    assert len(next(iter(found))) == 4


# --- refusals and losses -----------------------------------------------------------------------

REFUSED = [
    ("empty.ris", b"", "is empty"),
    ("paper.ris", b"%PDF-1.7 ...", "a PDF"),
    ("paper.docx", b"PK\x03\x04...", "Word"),
    ("notes.ris", b"Dear all,\nsee below.\n", "no known format"),
    ("lib.ris", b'{"title": "A"}', "no known format"),
    ("page.nbib", b"<!DOCTYPE html><html><body>Log in</body></html>", "web page"),
    ("none.xml", b"<PubmedArticleSet></PubmedArticleSet>", "no record begins"),
    ("other.xml", b"<?xml version='1.0'?><feed></feed>", "its root is <feed>"),
    ("twice.gz", gzip.compress(gzip.compress(b"TY  - JOUR\n")), "compressed twice"),
    ("packed.gz", gzip.compress(b"%PDF-1.7"), "a PDF"),
]


@pytest.mark.parametrize(("name", "content", "words"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_is_no_file_of_records_is_wrong_use(
    run: Run, file: File, review: Review, name: str, content: bytes, words: str
) -> None:
    path = file(name, content)
    status, told, said = run(path)
    assert status == 2
    (line,) = said.splitlines()
    assert line.startswith(f"sarcat: {path}: ")
    assert words in line
    (outcome,) = told["files"]
    assert words in outcome["problems"][0]["why"]
    assert (outcome["stored"], outcome["run"], outcome["new"]) == (False, None, 0)
    assert not review.searches.exists()


@pytest.mark.parametrize(("name", "words"), [("", "folder"), ("missing.ris", "no such file")])
def test_what_is_no_file_at_all(run: Run, tmp_path: Path, name: str, words: str) -> None:
    status, told, said = run(tmp_path / name)
    assert status == 2
    assert words in said
    assert words in told["files"][0]["problems"][0]["why"]


def damaged() -> Iterator[tuple[str, bytes, int]]:
    """Name, bytes, and how many records of it are whole."""
    long = ris(*(f"Title {number}" for number in range(3000))).encode()
    packed = gzip.compress(long)
    yield "cut.ris.gz", packed[: len(packed) // 2], -1
    yield "cut-soon.ris.gz", packed[:200], -1
    yield "broken.ris.gz", packed[:3000] + b"\0" * 400 + packed[3400:], -1
    yield "rubbish-behind.ris.gz", packed + b"rubbish", 3000
    yield "cut.xml", xml(1, 2, 3).encode()[:-120], 2
    yield "cut-title.ris", (ris("A") + "TY  - JOUR\nTI  - Half a").encode(), 2
    yield "cut.nbib", (nbib(1) + "\nPMID- 2\nTI  - Half a").encode(), 2


@pytest.mark.parametrize(
    ("name", "content", "whole"), list(damaged()), ids=[row[0] for row in damaged()]
)
def test_of_a_damaged_file_nothing_is_stored_unless_the_loss_is_accepted(
    run: Run, file: File, review: Review, name: str, content: bytes, whole: int
) -> None:
    path = file(name, content)
    status, told, said = run(path)
    (outcome,) = told["files"]
    assert (status, outcome["stored"]) == (1, False)
    assert outcome["problems"]
    assert "nothing of this file was stored" in said
    assert "--accept-loss" in said or not outcome["parsed"]
    assert not review.searches.exists()
    if not outcome["parsed"]:
        return
    status, told, _ = run(path, "--accept-loss")
    (outcome,) = told["files"]
    assert (status, outcome["state"]) == (0, "partial")
    assert whole in (-1, outcome["parsed"])
    (kept,) = fresh(review).store.runs()
    assert kept.state == "partial"
    assert kept.file
    assert kept.file.problems
    assert kept.file.problems[0].text in (kept.problem or "")
    assert review.store.count() == outcome["new"] > 0


def test_a_file_of_which_nothing_can_be_read_is_stored_by_no_option(run: Run, file: File) -> None:
    status, told, _ = run(file("a.nbib", "OWN - ERIC\nLA  - English\n"), "--accept-loss")
    assert (status, told["files"][0]["stored"]) == (1, False)


def test_accepting_a_loss_where_there_is_none_changes_nothing(run: Run, file: File) -> None:
    status, told, _ = run(file("a.ris", ris("A")), "--accept-loss")
    assert (status, told["files"][0]["state"]) == (0, "ok")


def test_the_other_files_of_a_command_are_imported(run: Run, file: File, review: Review) -> None:
    good, pdf = file("a.ris", ris("A")), file("b.ris", b"%PDF")
    cut, last = file("c.xml", xml(1)[:-30]), file("d.nbib", nbib(9))
    status, told, _ = run(good, pdf, cut, last)
    assert status == 2
    assert [each["file"] for each in told["files"]] == list(map(str, (good, pdf, cut, last)))
    assert [each["stored"] for each in told["files"]] == [True, False, False, True]
    assert fresh(review).store.count() == 2
    assert run(cut)[0] == 1


def test_without_json_each_file_has_a_line(
    file: File, review: Review, capsys: pytest.CaptureFixture[str]
) -> None:
    path = file("a\x1b[31m.ris", "TY  - JOUR\nTI  - A\n")
    assert cli.run(["import", str(path), "--review", str(review.folder)]) == 0
    shown = capsys.readouterr()
    assert shown.out.count("\n") == 1
    assert "1 record, 1 without abstract, 1 new" in shown.out
    assert "has no ER" in shown.err
    assert "\x1b" not in shown.out + shown.err


# --- crashes -----------------------------------------------------------------------------------


class Crash(BaseException):
    """What a power cut is to a program."""


@pytest.mark.parametrize("place", ["write_record_lines", "write_entry", "publish"])
def test_a_crash_while_storing_leaves_no_half_run(
    review: Review, file: File, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    path = file("a.ris", ris("A", "B"))
    with monkeypatch.context() as broken:

        def crash(*_args: object, **_options: object) -> None:
            raise Crash

        broken.setattr(runs, place, crash)
        broken.setattr(importing.shutil, "rmtree", lambda *_args, **_options: None)  # type: ignore[attr-defined]
        with pytest.raises(Crash):
            import_file(review, path, Origin())
    again = fresh(review)
    assert (again.store.runs(), again.store.count()) == ([], 0)
    outcome = import_file(again, path, Origin())
    assert (outcome.run and outcome.run.new, again.store.count()) == (2, 2)
    shown = [each.name for each in again.searches.iterdir() if each.name[0] != "."]
    assert shown == [outcome.run.id if outcome.run else ""]


def test_an_error_while_storing_cleans_up(
    review: Review, file: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object) -> None:
        raise SarcatError("the disk is full.")

    monkeypatch.setattr(importing, "finish", fail)
    with pytest.raises(SarcatError):
        import_file(review, file("a.ris", ris("A")), Origin())
    assert list(review.searches.iterdir()) == []


def test_a_database_that_lags_behind_catches_up(
    review: Review, file: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run is on disk; the crash comes before the database has heard of it."""

    def crash(*_args: object, **_options: object) -> None:
        raise Crash

    with monkeypatch.context() as broken:
        broken.setattr(type(review.store), "sync", crash)
        with pytest.raises(Crash):
            import_file(review, file("a.ris", ris("A")), Origin())
    assert Review(review.folder).store.count() == 1


def test_a_draft_is_no_run_and_no_name_is_used_twice(review: Review) -> None:
    when = "2026-11-24T10:00:00Z"
    first, draft = runs.start(review.searches, "import-x", when, draft=True)
    second, other = runs.start(review.searches, "import-x", when, draft=True)
    assert first != second
    assert runs.read_entries(review.searches) == []
    for folder in (draft, other):
        assert runs.publish(folder).name in (first, second)
    third, _ = runs.start(review.searches, "import-x", when, draft=True)
    assert third not in (first, second)


def test_records_in_a_run_are_those_that_were_read(run: Run, file: File, review: Review) -> None:
    run(file("a.ris", ris("A\u2028b \u00e9", "B", more="AU  - M\u00fcller, A\n")))
    (kept,) = review.store.runs()
    records = [record for _, record in runs.read_records(review.searches / kept.id)]
    assert records == [
        Record(title=title, authors=("Müller, A",), year=2020, published="2020")
        for title in ("A b é", "B")
    ]


PACKED = gzip.compress((ris("A") + ris("B")).encode())


@pytest.mark.parametrize("at", range(2, len(PACKED)))
def test_an_archive_cut_at_every_byte_is_a_loss(review: Review, file: File, at: int) -> None:
    outcome = import_file(review, file("a.ris.gz", PACKED[:at]), Origin())
    assert outcome.error
    assert outcome.error.exit_status == 1
    assert "compressed file" in str(outcome.error)
    assert not review.searches.exists()
