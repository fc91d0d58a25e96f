"""`sarcat search` against a server: what is kept, in which state, and what the user is told."""

import dataclasses
import datetime
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from eutils_server import (
    Fault,
    answers,
    article,
    changes,
    corpus,
    corpus_of,
    cut,
    drips,
    html,
    portal,
    resets,
    serving,
    too_fast,
)

import cli
from search import listing, runs
from search.offline.corpus import Corpus
from search.records import StoredRecord
from search.review import Review
from search.runs import SearchRun

KEY = "0123456789abcdef0123456789abcdef0123"
PROTOCOL = """\
title = "A test"
question = "Which registries?"

[[strategies]]
id = "registries"
source = "pubmed"
query = "registry[tiab]"
"""
TEN = [str(pmid) for pmid in range(10, 0, -1)]


class Searcher:
    """A review, and the command run in it."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capsys = capsys
        self.told = ""

    def __call__(self, *options: str) -> tuple[int, list[dict[str, Any]]]:
        """Run the command with --json; returns its exit status and the runs."""
        status = cli.run(["search", "--review", str(self.folder), "--json", *options])
        shown = self.capsys.readouterr()
        self.told = shown.err
        assert KEY not in shown.err + shown.out
        assert "Traceback" not in shown.err
        return status, json.loads(shown.out)["runs"] if shown.out else []

    @property
    def runs(self) -> list[SearchRun]:
        return runs.read_entries(self.folder / "searches")

    @property
    def stored(self) -> list[StoredRecord]:
        return list(Review(self.folder).store.records())

    @property
    def keys(self) -> set[str]:
        return {each.key for each in self.stored}

    def files(self) -> list[str]:
        """The names of everything below searches/ but raw answers, which are extra."""
        folder = self.folder / "searches"
        return sorted(str(path.relative_to(folder)) for path in folder.rglob("*")
                      if path.is_file() and path.parent.name != "raw")  # fmt: skip


@pytest.fixture
def searcher(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Searcher]:
    for name, value in {"RATE": "0", "WAIT": "0.001", "TIMEOUT": "0.2", "TRIES": "3"}.items():
        monkeypatch.setenv(f"SARCAT_EUTILS_{name}", value)
    monkeypatch.setenv("NCBI_API_KEY", KEY)
    (tmp_path / "protocol.toml").write_text(PROTOCOL)
    yield Searcher(tmp_path, capsys)
    for path in tmp_path.rglob("*.json"):
        assert KEY not in path.read_text()


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Any:
    def start(served: Corpus, *faults: Any, **options: Any) -> Any:
        context = serving(served, *faults, **options)
        server, script = context.__enter__()
        started.append(context)
        monkeypatch.setenv("SARCAT_EUTILS_URL", server.address)
        return server, script

    started: list[Any] = []
    yield start
    for context in started:
        context.__exit__(None, None, None)


# --- without a network --------------------------------------------------------------------------


def test_a_search_of_files_is_kept_as_what_it_is(searcher: Searcher, tmp_path: Path) -> None:
    (tmp_path / "protocol.toml").write_text(
        f'{PROTOCOL}[[strategies]]\nid = "second"\nsource = "europepmc"\nquery = "registry"\n'
    )
    papers = [f"<PubmedArticleSet>{article(pmid)}</PubmedArticleSet>" for pmid in (7, 8)]
    options = []
    for number, paper in enumerate(papers):
        (tmp_path / f"{number}.xml").write_text(paper)
        options += ["--offline", str(tmp_path / f"{number}.xml")]
    status, [shown] = searcher(*options)
    assert (status, shown["state"], shown["parsed"]) == (0, "ok", 2)
    assert "not a live PubMed search" in shown["database"]
    assert "second: left out" in searcher.told
    assert "NCBI" not in searcher.told
    assert {met.source for each in searcher.stored for met in each.sources} == {"offline-corpus"}
    status, [shown] = searcher("--count", *options)
    assert (status, shown["count"], len(searcher.runs)) == (0, 2, 1)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--offline", "none.xml"], "none.xml: there is no such file"),
        (["--refresh", "--offline", "protocol.toml"], "Give it alone"),
        (["--offline", "protocol.toml"], "protocol.toml"),
    ],
)
def test_files_that_are_none(
    options: list[str], says: str, searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(searcher.folder)
    assert searcher(*options) == (2, [])
    assert says in searcher.told
    assert searcher.runs == []


# --- a search that goes well ---------------------------------------------------------------------


def test_a_search_is_kept_with_all_that_is_to_be_reported(searcher: Searcher, serve: Any) -> None:
    serve(corpus_of(range(10, 0, -1)))
    status, [shown] = searcher()
    assert status == 0
    [kept] = searcher.runs
    assert shown == {
        "id": kept.id, "state": "ok", "strategy": "registries", "database": "PubMed",
        "query": "registry[tiab]", "translation": '"registry"[Title/Abstract]', "count": 10,
        "fetched": 10, "parsed": 10, "new": 10, "missing": [], "warnings": [], "problem": None,
    }  # fmt: skip
    assert (kept.state, kept.source, kept.kind) == ("ok", "pubmed", "database")
    assert kept.ids == tuple(TEN)
    assert kept.interface
    assert kept.finished_at
    assert searcher.keys == {f"pmid:{pmid}" for pmid in TEN}
    assert {met.source for each in searcher.stored for met in each.sources} == {"pubmed"}
    assert "10 fetched, 10 read, 10 new" in searcher.told


def test_what_is_met_again_is_not_new(searcher: Searcher, serve: Any) -> None:
    serve(corpus_of(range(1, 6)))
    searcher()
    serve(corpus_of(range(1, 9)))
    status, [shown] = searcher()
    assert (status, shown["parsed"], shown["new"]) == (0, 8, 3)
    assert len(searcher.runs) == 2
    assert len(searcher.keys) == 8


def test_a_true_zero_is_empty(searcher: Searcher, serve: Any) -> None:
    serve(corpus([article(1, "Nothing of the kind")]))
    status, [shown] = searcher()
    assert (status, shown["state"], shown["count"]) == (0, "empty", 0)
    assert searcher.files() == [f"{shown['id']}/run.json"]


def test_a_zero_of_dropped_terms_says_so(searcher: Searcher, serve: Any) -> None:
    (searcher.folder / "protocol.toml").write_text(
        PROTOCOL.replace("registry[tiab]", "'zebra stripes'[tiab]").replace("'", '\\"')
    )
    serve(corpus_of([1]))
    status, [shown] = searcher()
    assert (status, shown["state"]) == (0, "empty")
    assert "phrase index" in shown["warnings"][0]
    assert "this 0 may not be true" in shown["warnings"][1]
    assert "this 0 may not be true" in searcher.told


def test_a_stand_in_never_poses_as_pubmed(searcher: Searcher, serve: Any) -> None:
    serve(corpus_of([1, 2]), label="Offline corpus (a test)")
    status, [shown] = searcher()
    assert (status, shown["database"]) == (0, "Offline corpus (a test)")
    assert searcher.runs[0].source == "offline-corpus"
    assert searcher.runs[0].platform is None
    assert {each.key for each in searcher.stored} == {"pmid:1", "pmid:2"}
    assert {met.source for each in searcher.stored for met in each.sources} == {"offline-corpus"}


def test_count_keeps_nothing(searcher: Searcher, serve: Any) -> None:
    serve(corpus_of(range(1, 6)))
    status, [shown] = searcher("--count")
    assert (status, shown["id"], shown["state"], shown["count"]) == (0, None, "ok", 5)
    assert searcher.files() == []
    assert cli.run(["search", "--review", str(searcher.folder), "--count"]) == 0
    assert searcher.capsys.readouterr().out == "registries: 5\n"


def test_a_count_that_fails_is_no_zero(searcher: Searcher, serve: Any) -> None:
    serve(corpus_of([1]), None, {"esearch": html(500)})
    status, [shown] = searcher("--count")
    assert (status, shown["state"], shown["count"]) == (1, "failed", None)
    assert "HTTP 500" in shown["problem"]
    assert searcher.files() == []


def test_all_strategies_or_one(searcher: Searcher, serve: Any) -> None:
    (searcher.folder / "protocol.toml").write_text(
        PROTOCOL + '[[strategies]]\nid = "second"\nsource = "pubmed"\n'
        '[[strategies.blocks]]\nname = "x"\nterms = ["sarcoma[ti]", "5[uid]"]\n'
    )
    serve(corpus_of(range(1, 6)))
    status, shown = searcher()
    assert (status, [each["strategy"] for each in shown]) == (0, ["registries", "second"])
    assert [each["new"] for each in shown] == [5, 0]
    assert shown[1]["query"] == "(sarcoma[ti] OR 5[uid])"
    status, shown = searcher("--strategy", "second")
    assert [each["strategy"] for each in shown] == ["second"]


def test_more_than_pubmed_gives_out_is_complete(
    searcher: Searcher, serve: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "OUTPUT_LIMIT", 30)
    monkeypatch.setattr(listing.all_ids, "__kwdefaults__", {"most": 30})
    server, script = serve(corpus_of(range(1000, 900, -1)))
    server.limit = 30
    status, [shown] = searcher()
    assert (status, shown["state"], shown["count"], shown["parsed"]) == (0, "ok", 100, 100)
    assert len(searcher.keys) == 100
    assert any("[UID]" in request.given.get("term", "") for request in script.asked)


# --- a search that goes wrong --------------------------------------------------------------------

BACKEND = answers(
    b"<eSearchResult><ERROR>Search Backend failed: Database is not supported: pubmed</ERROR>"
    b"</eSearchResult>"
)
JSON = answers(
    b'{"esearchresult":{"ERROR":"Search Backend failed: Exception:\n\'retstart\' cannot be larger '
    b'than 9998."}}', kind="application/json",
)  # fmt: skip
FAULTS: dict[str, Fault] = {
    "portal": portal(),
    "429": too_fast(KEY),
    "500": html(500, KEY.encode()),
    "reset": resets(),
    "cut": cut(),
    "empty": answers(b""),
    "backend": BACKEND,
    "JSON with a raw newline": JSON,
    "redirect": answers(b"", 302, Location="/elsewhere"),
    "wrong key": answers('{"error":"API key invalid","api-key":"%s"}' % KEY, 400),  # noqa: UP031
    "no count": answers(b"<eSearchResult><IdList/></eSearchResult>"),
    "history expired": answers(b"<eFetchResult><ERROR>Unable to obtain query #1</ERROR>"
                               b"</eFetchResult>"),
    "slow": drips(3),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_search_without_an_answer_failed(
    searcher: Searcher, serve: Any, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    if name == "slow":
        monkeypatch.setenv("SARCAT_EUTILS_TIMEOUT", "0.015")
    serve(corpus_of(range(1, 6)), None, {"esearch": FAULTS[name]})
    status, [shown] = searcher()
    assert (status, shown["state"], shown["count"], shown["fetched"]) == (1, "failed", None, 0)
    assert shown["problem"]
    assert shown["problem"] in searcher.told
    assert searcher.files() == [f"{shown['id']}/run.json"]
    assert searcher.stored == []


@pytest.mark.parametrize("name", [name for name in FAULTS if name != "no count"])
def test_a_search_whose_records_do_not_come_failed(
    searcher: Searcher, serve: Any, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    if name == "slow":
        monkeypatch.setenv("SARCAT_EUTILS_TIMEOUT", "0.03")
    serve(corpus_of(range(10, 0, -1)), None, {"efetch": FAULTS[name]})
    status, [shown] = searcher()
    assert (status, shown["state"], shown["count"], shown["fetched"]) == (1, "failed", 10, 0)
    assert shown["missing"] == TEN
    assert searcher.files() == [f"{shown['id']}/run.json"]
    assert searcher.stored == []


def test_a_refused_connection_failed(searcher: Searcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SARCAT_EUTILS_URL", "http://127.0.0.1:9/")
    status, [shown] = searcher()
    assert (status, shown["state"], shown["count"]) == (1, "failed", None)
    assert "could not be reached" in shown["problem"]


@pytest.mark.parametrize("name", ["429", "500", "reset", "cut", "empty", "portal"])
def test_what_passes_leaves_no_trace(searcher: Searcher, serve: Any, name: str) -> None:
    serve(corpus_of(range(10, 0, -1)), {"esearch": [FAULTS[name]], "efetch": [FAULTS[name]]})
    status, [shown] = searcher()
    assert (status, shown["state"], shown["parsed"], shown["problem"]) == (0, "ok", 10, None)
    assert "Trying again" in searcher.told


def without(*pmids: int) -> Fault:
    """The true answer without some of its records."""

    def drop(body: bytes) -> bytes:
        for pmid in pmids:
            body = body.replace(article(pmid).encode(), b"")
        return body

    return changes(drop)


def test_ids_missing_once_are_asked_again(searcher: Searcher, serve: Any) -> None:
    _, script = serve(corpus_of(range(10, 0, -1)), {"efetch": [without(3, 7)]})
    status, [shown] = searcher()
    assert (status, shown["state"], shown["parsed"]) == (0, "ok", 10)
    assert [request.given["id"] for request in script.asked if request.utility == "efetch"][
        1
    ] == "7,3"


def test_ids_missing_for_good_are_named(searcher: Searcher, serve: Any) -> None:
    served = corpus_of(range(10, 0, -1))
    for pmid in ("3", "7"):
        del served.elements[pmid]
    serve(served)
    status, [shown] = searcher()
    assert (status, shown["state"], shown["missing"]) == (1, "partial", ["7", "3"])
    assert (shown["count"], shown["fetched"], shown["parsed"]) == (10, 8, 8)
    assert "did not send 2 of them: 7, 3" in shown["problem"]
    assert len(searcher.keys) == 8
    # It was asked for to its end: another search is another run.
    status, [again] = searcher()
    assert again["id"] != shown["id"]


def test_a_damaged_record_is_named_and_the_others_kept(searcher: Searcher, serve: Any) -> None:
    damage = changes(lambda body: body.replace(b"number 4</ArticleTitle>", b"number 4</Article"))
    serve(corpus_of(range(10, 0, -1)), None, {"efetch": damage})
    status, [shown] = searcher()
    assert (status, shown["state"], shown["missing"]) == (1, "partial", ["4"])
    assert (shown["count"], shown["fetched"], shown["parsed"]) == (10, 10, 9)
    assert "1 came damaged" in shown["problem"]
    assert any("damaged" in warning for warning in shown["warnings"])


def test_versions_and_doubles_count_once(searcher: Searcher, serve: Any) -> None:
    def twice(body: bytes) -> bytes:
        second = article(2, "The second version", version=2)
        return body.replace(b"</PubmedArticleSet>", second.encode() + b"</PubmedArticleSet>")

    serve(corpus_of([3, 2, 1]), {"efetch": [changes(twice)]})
    status, [shown] = searcher()
    assert (status, shown["state"], shown["fetched"], shown["parsed"]) == (0, "ok", 3, 3)
    assert {each.key: each.record.title for each in searcher.stored}[
        "pmid:2"
    ] == "The second version"


def test_ids_twice_in_a_list_are_too_few(searcher: Searcher, serve: Any) -> None:
    double = changes(lambda body: body.replace(b"<Id>2</Id>", b"<Id>3</Id>"))
    serve(corpus_of([3, 2, 1]), None, {"esearch": double})
    status, [shown] = searcher()
    assert (status, shown["state"], shown["parsed"]) == (1, "partial", 2)
    assert "counted 3 records but named only 2" in shown["problem"]


def test_strangers_are_left_out(searcher: Searcher, serve: Any) -> None:
    add = changes(lambda body: body.replace(b"</PubmedArticleSet>",
                                            article(99).encode() + b"</PubmedArticleSet>"))  # fmt: skip
    serve(corpus_of([2, 1]), {"efetch": [add]})
    status, [shown] = searcher()
    assert (status, shown["parsed"]) == (0, 2)
    assert "not asked for" in shown["warnings"][0]
    assert searcher.keys == {"pmid:1", "pmid:2"}


# --- cut off, and taken up -----------------------------------------------------------------------


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


# --- since, and wrong use ------------------------------------------------------------------------


def test_since_a_day(searcher: Searcher, serve: Any) -> None:
    served = corpus([article(2, created="2026/03/01"), article(1, created="2025/01/31")])
    serve(served)
    status, [shown] = searcher("--since", "2026-02-01")
    assert (status, shown["parsed"]) == (0, 1)
    assert shown["query"] == "(registry[tiab]) AND 2026/02/01:3000[crdt]"


def test_since_last(searcher: Searcher, serve: Any) -> None:
    serve(corpus_of([2, 1]))
    status, [shown] = searcher("--since", "last")
    assert (status, shown["query"]) == (0, "registry[tiab]")  # never run: everything
    assert "never searched with this query" in searcher.told

    status, [shown] = searcher("--since", "last")
    week = datetime.datetime.now(datetime.UTC).date() - datetime.timedelta(days=7)
    assert shown["query"] == f"(registry[tiab]) AND {week:%Y/%m/%d}:3000[crdt]"
    assert searcher.runs[-1].extra["updates"] == searcher.runs[0].id

    # Another update follows the update; another query begins anew.
    assert ":3000[crdt]" in searcher("--since", "last")[1][0]["query"]
    text = (searcher.folder / "protocol.toml").read_text()
    (searcher.folder / "protocol.toml").write_text(text.replace("registry[tiab]", "sarcoma[tiab]"))
    assert searcher("--since", "last")[1][0]["query"] == "sarcoma[tiab]"


@pytest.mark.parametrize(
    ("options", "environment", "words"),
    [
        (["--strategy", "other"], {}, "It has: registries."),
        (["--since", "yesterday"], {}, "'yesterday' is no date"),
        (["--since", "2026-02-30"], {}, "is no date"),
        (["--since", "2999-01-01"], {}, "the dates are the wrong way round"),
        ([], {"SARCAT_EUTILS_URL": "eutils"}, "is no address"),
        ([], {"SARCAT_EUTILS_RATE": "fast"}, "SARCAT_EUTILS_RATE"),
    ],
)
def test_wrong_use(
    searcher: Searcher, monkeypatch: pytest.MonkeyPatch, options: Sequence[str],
    environment: dict[str, str], words: str,
) -> None:  # fmt: skip
    monkeypatch.setenv("SARCAT_EUTILS_URL", "http://127.0.0.1:9/")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    status, shown = searcher(*options)
    assert (status, shown) == (2, [])
    assert words in searcher.told
    assert searcher.files() == []


def test_no_strategy(searcher: Searcher) -> None:
    (searcher.folder / "protocol.toml").write_text(PROTOCOL.split("[[")[0])
    assert searcher()[0] == 2
    assert "no strategy" in searcher.told
