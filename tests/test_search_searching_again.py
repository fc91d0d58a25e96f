"""A search that was cut off, taken up where it stood."""

import dataclasses
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from eutils_server import answers, article, changes, corpus_of, drips
from searching_review import TEN, Searcher

from search.no_answer import Fate, NoAnswer
from search.pubmed import PubMed


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    from search import service

    plain = service.service_from
    monkeypatch.setattr(service, "service_from", lambda env: dataclasses.replace(
        plain(env), page=4))  # fmt: skip


@pytest.mark.usefixtures("small_pages")
def test_a_search_that_broke_off_is_taken_up(searcher: Searcher, serve: Any) -> None:
    _, script = serve(
        corpus_of(range(10, 0, -1)),
        {"efetch": [changes(lambda body: body), answers(b"gone", 404)]},
    )
    status, [shown] = searcher()
    assert (status, shown["state"], shown["parsed"]) == (1, "partial", 4)
    assert shown["missing"] == TEN[4:]
    assert len(searcher.keys) == 4  # what was fetched is kept
    script.asked.clear()

    status, [again] = searcher()
    assert (status, again["state"], again["id"]) == (0, "ok", shown["id"])
    assert (again["count"], again["fetched"], again["parsed"]) == (10, 10, 10)
    assert (again["new"], again["missing"], again["problem"]) == (10, [], None)
    assert [request.given["id"] for request in script.asked if request.utility == "efetch"] == [
        "6,5,4,3", "2,1"
    ]  # fmt: skip
    assert len(searcher.runs) == 1
    assert len(searcher.keys) == 10

    status, [third] = searcher()
    assert third["id"] != shown["id"]


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGKILL])
def test_a_search_that_was_killed_is_taken_up(
    searcher: Searcher, serve: Any, signum: signal.Signals, tmp_path: Path
) -> None:
    _, script = serve(
        corpus_of(range(10, 0, -1)), {"efetch": [changes(lambda body: body), drips(20)]}
    )
    code = (
        "import dataclasses, signal, sys, cli; from search import service\n"
        # Tests that run behind a shell (`&`) begin with Ctrl-C ignored, and so would this.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "plain = service.service_from\n"
        "service.service_from = lambda env: dataclasses.replace(plain(env), page=4, read_timeout=9)\n"
        f"cli.main(['search', '--review', {str(tmp_path)!r}])"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stderr=subprocess.PIPE, text=True
    ) as process:
        while len(script.asked) < 3:
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signum)
        _, told = process.communicate(timeout=10)
    assert process.returncode == (130 if signum is signal.SIGINT else -signal.SIGKILL)
    assert "Traceback" not in told
    [kept] = searcher.runs
    assert kept.state == "partial"
    assert "not finished" in (kept.problem or "")
    assert len(searcher.keys) == 4

    status, [again] = searcher()
    assert (status, again["id"], again["state"], again["parsed"]) == (0, kept.id, "ok", 10)
    assert again["new"] == 10
    assert len(searcher.keys) == 10


@pytest.mark.usefixtures("small_pages")
def test_a_stand_ins_search_is_not_taken_up_at_pubmed(searcher: Searcher, serve: Any) -> None:
    faults = {"efetch": [changes(lambda body: body), answers(b"gone", 404)]}
    serve(corpus_of(range(10, 0, -1)), faults, label="Offline corpus")
    status, [shown] = searcher()
    assert (status, shown["state"]) == (1, "partial")
    serve(corpus_of(range(10, 0, -1)))
    status, [again] = searcher()
    assert (status, again["database"], again["parsed"]) == (0, "PubMed", 10)
    assert again["id"] != shown["id"]


def test_two_searches_at_once_do_not_mix(searcher: Searcher, serve: Any) -> None:
    from search.files import only_one

    serve(corpus_of([1]))
    (searcher.folder / "searches").mkdir()
    with only_one(searcher.folder / "searches", "held"):
        status, shown = searcher()
    assert (status, shown) == (1, [])
    assert "another search is running" in searcher.told
    assert searcher()[0] == 0


def test_what_broke_off_with_other_files_is_not_gone_on_with(
    searcher: Searcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two sets of files bear one name and may hold two descriptions of a PMID."""

    def files(name: str, *pmids: int) -> list[str]:
        path = tmp_path / name
        papers = "".join(article(pmid) for pmid in pmids)
        path.write_text(f"<PubmedArticleSet>{papers}</PubmedArticleSet>")
        return ["--offline", str(path)]

    first, other = files("first.xml", 7, 8), files("other.xml", 8, 9)
    with monkeypatch.context() as broken:
        broken.setattr(PubMed, "fetch", refused)
        status, [before] = searcher(*first)
    assert (status, before["state"], before["count"]) == (1, "failed", 2)

    status, [anew] = searcher(*other)
    assert (status, anew["state"], set(searcher.runs[-1].ids)) == (0, "ok", {"8", "9"})
    assert anew["id"] != before["id"]
    assert [each.startswith(f"{before['id']} was begun at a server with other records")
            for each in anew["warnings"]] == [True]  # fmt: skip
    assert [run.state for run in searcher.runs] == ["failed", "ok"]


def test_what_broke_off_with_the_same_files_is_gone_on_with(
    searcher: Searcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, pmids in (("a.xml", (7, 8)), ("b.xml", (8, 7))):  # in whatever file and order
        papers = "".join(article(pmid) for pmid in pmids)
        (tmp_path / name).write_text(f"<PubmedArticleSet>{papers}</PubmedArticleSet>")
    with monkeypatch.context() as broken:
        broken.setattr(PubMed, "fetch", refused)
        _, [before] = searcher("--offline", str(tmp_path / "a.xml"))
    status, [after] = searcher("--offline", str(tmp_path / "b.xml"))
    assert (status, after["id"], after["parsed"]) == (0, before["id"], 2)
    assert after["warnings"] == before["warnings"]


def refused(*_: object) -> list[bytes]:
    raise NoAnswer("the server failed.", Fate.STOP)
