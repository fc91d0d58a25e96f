"""`sarcat search --refresh`: what changed in the records since, and in which decisions' words."""

import dataclasses
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from eutils_server import answers, article, changes, corpus, serving

import cli
from screening.prisma.flow import flow_of
from screening.state import load
from search import runs, service
from search.offline.corpus import Corpus
from search.offline.standing_in import LABEL
from search.record_changes import changes_between
from search.records import Link, Record
from search.review import Review

ERRATUM = ('<CommentsCorrectionsList><CommentsCorrections RefType="{}"><RefSource>J. 2026</RefSource>'
           "<PMID>{}</PMID></CommentsCorrections></CommentsCorrectionsList>")  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "kinds"),
    [
        ({}, {}, []),
        ({}, {"links": (Link("RetractionIn", "9"),), "retracted": True}, ["retracted"]),
        ({}, {"retracted": True}, ["retracted"]),
        ({"retracted": True}, {}, ["no-longer-retracted"]),
        ({}, {"links": (Link("ErratumIn", "9"),)}, ["erratum"]),
        ({"links": (Link("ErratumIn", "9"),)}, {"links": (Link("ErratumIn", "9"),)}, []),
        ({}, {"links": (Link("ExpressionOfConcernIn"),)}, ["expression-of-concern"]),
        ({}, {"links": (Link("UpdateIn", "9"),)}, ["updated"]),
        ({}, {"links": (Link("CommentIn", "9"), Link("ErratumFor", "9"))}, []),
        ({"title": "a"}, {"title": "b"}, ["title"]),
        ({"abstract": "a"}, {}, ["abstract"]),
        ({}, {"abstract": "a"}, ["abstract"]),
        ({}, {"mesh": ("Sarcoma",), "status": "MEDLINE"}, []),
    ],
)
def test_what_counts_as_a_change(
    old: dict[str, Any], new: dict[str, Any], kinds: list[str]
) -> None:
    assert [each.kind for each in changes_between("k", Record(**old), Record(**new))] == kinds


BEFORE = [article(pmid, f"Sarcoma registry {pmid}", abstract=f"Words of {pmid}")
          for pmid in range(6, 0, -1)]  # fmt: skip
AFTER = [
    article(6, "Sarcoma registry 6", abstract="Words of 6"),
    article(5, "Sarcoma registry 5", abstract="Words of 5",
            citation=ERRATUM.format("ErratumIn", 95)),
    article(4, "Sarcoma registry 4", abstract="Other words"),
    article(3, "Sarcoma registry 3", abstract="Words of 3",
            citation=ERRATUM.format("RetractionIn", 93)),
    article(1, "A sarcoma registry 1", abstract="Words of 1"),
]  # fmt: skip
CHANGES = {("pmid:5", "erratum"), ("pmid:4", "abstract"), ("pmid:3", "retracted"),
           ("pmid:2", "withdrawn"), ("pmid:1", "title")}  # fmt: skip


class Refresher:
    def __init__(
        self, review: Review, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.folder, self.monkeypatch, self.capsys = review.folder, monkeypatch, capsys

    def __call__(self, served: Corpus, *options: str, faults: Any = None) -> tuple[int, Any]:
        with serving(served, faults) as (server, _script):
            self.monkeypatch.setenv("SARCAT_EUTILS_URL", server.address)
            status = cli.run(["search", "--review", str(self.folder), "--json", *options])
        shown = self.capsys.readouterr()
        self.told = shown.err
        return status, json.loads(shown.out) if shown.out else None

    def run(self, *arguments: str) -> int:
        return cli.run([*arguments, "--review", str(self.folder)])


@pytest.fixture
def refresher(
    review: Review, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Refresher]:
    for name, value in {"RATE": "0", "WAIT": "0.001", "TIMEOUT": "2", "TRIES": "2"}.items():
        monkeypatch.setenv(f"SARCAT_EUTILS_{name}", value)
    plain = service.service_from
    monkeypatch.setattr(service, "service_from",
                        lambda env: dataclasses.replace(plain(env), page=2))  # fmt: skip
    (review.folder / "protocol.toml").write_text(
        (review.folder / "protocol.toml").read_text().replace("registr*[tiab]", "registry[tiab]")
    )
    refresher = Refresher(review, monkeypatch, capsys)
    assert refresher(corpus(BEFORE))[0] == 0
    return refresher


def found(document: Any) -> set[tuple[str, str]]:
    return {(each["key"], each["kind"]) for each in document["changes"]}


def test_changes_and_the_decisions_on_other_words(refresher: Refresher) -> None:
    for pmid in (6, 5, 4, 1):
        assert refresher.run("decide", f"pmid:{pmid}", "include", "--as", "reviewer-a") == 0
    before = flow_of(load(Review(refresher.folder)))
    refresher.capsys.readouterr()

    status, document = refresher(corpus(AFTER), "--refresh")
    assert status == 0
    assert found(document) == CHANGES
    assert [(each["key"], each["reviewer"]) for each in document["decisions"]] == [
        ("pmid:1", "reviewer-a"), ("pmid:4", "reviewer-a"),
    ]  # fmt: skip
    assert "include" not in json.dumps(document["decisions"])  # nobody sees the other's verdict
    [run] = document["runs"]
    assert (run["state"], run["count"], run["parsed"], run["missing"]) == ("ok", 5, 5, [])

    review = Review(refresher.folder)
    shown = {each.key: each.record for each in review.store.records()}
    assert shown["pmid:4"].abstract == "Other words"
    assert shown["pmid:3"].retracted
    assert shown["pmid:2"].title == "Sarcoma registry 2"  # withdrawn, and kept
    after = flow_of(load(review))
    assert after.boxes == before.boxes  # a refresh identifies nothing
    assert after.parts == before.parts

    # What was said once is not said again, and a rebuilt database says the same.
    status, document = refresher(corpus(AFTER), "--refresh")
    assert found(document) == {("pmid:2", "withdrawn")}
    assert len(document["decisions"]) == 2
    assert refresher.run("rebuild") == 0
    again = {each.key: each.record for each in Review(refresher.folder).store.records()}
    assert again == {each.key: each.record for each in review.store.records()}


def test_in_words(refresher: Refresher) -> None:
    assert refresher.run("decide", "pmid:4", "exclude", "--as", "reviewer-a", "--reason", "E1") == 0
    refresher.capsys.readouterr()
    with serving(corpus(AFTER)) as (server, _script):
        refresher.monkeypatch.setenv("SARCAT_EUTILS_URL", server.address)
        assert refresher.run("search", "--refresh") == 0
    shown = refresher.capsys.readouterr()
    assert "pmid:3: retracted (pmid:93, J. 2026)\n" in shown.out
    assert "pmid:1: title (was: Sarcoma registry 1)\n" in shown.out
    assert "pmid:4: judged by reviewer-a at title-abstract on " in shown.out
    assert "5 changes, 1 decision on words that have changed" in shown.err


def test_a_record_that_is_named_and_not_sent_is_missing(refresher: Refresher) -> None:
    served = corpus(BEFORE)
    del served.elements["4"]
    status, document = refresher(served, "--refresh")
    assert (status, document["runs"][0]["state"]) == (1, "partial")
    assert document["runs"][0]["missing"] == ["4"]
    assert document["changes"] == []
    assert refresher.run("status") == 0
    assert "is partial" in refresher.capsys.readouterr().out


def test_a_refresh_that_broke_off_is_taken_up(refresher: Refresher) -> None:
    good = changes(lambda body: body)
    faults = {"efetch": [good, answers(b"gone", 404)]}
    status, document = refresher(corpus(AFTER), "--refresh", faults=faults)
    assert (status, document["runs"][0]["state"]) == (1, "partial")
    first = document["runs"][0]
    assert found(document) < CHANGES
    assert refresher.run("status") == 0
    refresher.capsys.readouterr()

    status, document = refresher(corpus(AFTER), "--refresh")
    assert (status, document["runs"][0]["id"]) == (0, first["id"])
    assert found(document) == CHANGES


def test_a_refresh_that_was_killed_is_compared_with_what_was_before(
    refresher: Refresher,
) -> None:
    good = changes(lambda body: body)
    refresher(corpus(AFTER), "--refresh", faults={"efetch": [good, answers(b"gone", 404)]})
    # as kill -9 leaves it: records on disk, an entry from before
    [folder] = (refresher.folder / "searches").glob("*-refresh")
    run = runs.read_entry(folder)
    extra = {name: value for name, value in run.extra.items() if name != "changes"}
    runs.write_entry(folder, dataclasses.replace(run, finished_at=None, extra=extra))
    assert refresher.run("status") == 0
    refresher.capsys.readouterr()

    status, document = refresher(corpus(AFTER), "--refresh")
    assert status == 0
    assert found(document) == CHANGES


# --- from files, as a user without a network tries it ---------------------------------------------


def xml(path: Path, *parts: str) -> str:
    path.write_text(f"<PubmedArticleSet>{''.join(parts)}</PubmedArticleSet>")
    return str(path)


def test_later_versions_from_files(refresher: Refresher, tmp_path: Path) -> None:
    shutil.rmtree(refresher.folder / "searches")
    for database in refresher.folder.glob("review.db*"):
        database.unlink()
    first = xml(tmp_path / "first.xml", *BEFORE)
    later = xml(tmp_path / "later.xml", *AFTER[1:],
                "<DeleteCitation><PMID Version='1'>2</PMID></DeleteCitation>")  # fmt: skip
    assert refresher.run("search", "--offline", first) == 0
    for pmid in (6, 4):
        assert refresher.run("decide", f"pmid:{pmid}", "include", "--as", "reviewer-a") == 0
    refresher.capsys.readouterr()

    def refresh(*options: str) -> dict[str, Any]:
        assert refresher.run("search", "--refresh", "--json", *options) == 0
        return dict(json.loads(refresher.capsys.readouterr().out))

    assert found(refresh("--offline", first)) == set()
    document = refresh("--offline", first, "--offline", later)
    assert found(document) == CHANGES
    assert [each["key"] for each in document["decisions"]] == ["pmid:4"]
    assert document["runs"][0]["database"] == LABEL
    details = {each["key"]: each["detail"] for each in document["changes"]}
    assert details["pmid:2"] == f"{LABEL} has it no more"
    shown = {each.key: each.record for each in Review(refresher.folder).store.records()}
    assert (len(shown), shown["pmid:3"].retracted) == (6, True)


def test_files_hide_nothing_that_pubmed_said(refresher: Refresher, tmp_path: Path) -> None:
    later = xml(tmp_path / "later.xml", *AFTER)
    assert refresher.run("search", "--refresh", "--offline", later) == 0
    shown = {each.key: each.record for each in Review(refresher.folder).store.records()}
    assert shown["pmid:4"].abstract == "Words of 4"


def test_one_that_broke_off_is_not_taken_up_elsewhere(refresher: Refresher, tmp_path: Path) -> None:
    good = changes(lambda body: body)
    _, broken = refresher(corpus(AFTER), "--refresh",
                          faults={"efetch": [good, answers(b"gone", 404)]})  # fmt: skip
    [before] = broken["runs"]
    folder = refresher.folder / "searches" / before["id"]

    def files() -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    left = files()

    later = xml(tmp_path / "later.xml", *AFTER)
    assert refresher.run("search", "--refresh", "--json", "--offline", later) == 0
    [run] = json.loads(refresher.capsys.readouterr().out)["runs"]
    assert (run["database"], run["state"], run["parsed"]) == (LABEL, "ok", 5)
    assert run["warnings"] == [f"{before['id']} was begun at another service (PubMed): it stays "
                               "as it broke off, and all is fetched anew"]  # fmt: skip
    assert files() == left


@pytest.mark.parametrize("option", [["--since", "last"], ["--count"], ["--strategy", "main"]])
def test_it_stands_alone(refresher: Refresher, option: list[str]) -> None:
    assert refresher(corpus(AFTER), "--refresh", *option)[0] == 2


def test_nothing_to_refresh(
    review: Review, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SARCAT_EUTILS_URL", "http://127.0.0.1:9/")
    assert cli.run(["search", "--review", str(review.folder), "--refresh"]) == 2
    assert "holds no records of PubMed" in capsys.readouterr().err
    assert [path for path in Path(review.searches).iterdir() if path.is_dir()] == []
