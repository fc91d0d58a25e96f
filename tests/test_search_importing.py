"""`sarcat import`: what is stored of a file and told of it, once and again."""

from __future__ import annotations

import gzip
import hashlib
import itertools
import os
from pathlib import Path

import pytest
from importing_files import File, Run, fresh, nbib, ris, xml

from search.review import Review

# --- what is stored and told ----------------------------------------------------------------------


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


# --- again, and again -----------------------------------------------------------------------------


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
