"""`sarcat search` against a server: what is kept of a search that goes well, and wrong use."""

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from eutils_server import article, corpus, corpus_of, html
from searching_review import PROTOCOL, TEN, Searcher

import cli
from search import listing

# --- without a network ----------------------------------------------------------------------------


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
        (["--refresh", "--offline", "none.xml"], "none.xml: there is no such file"),
        (["--refresh", "--offline", "protocol.toml"], "protocol.toml: this is not well-formed XML"),
        (
            ["--refresh", "--count", "--offline", "protocol.toml"],
            "Give it alone, or with --offline",
        ),
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


# --- a search that goes well ----------------------------------------------------------------------


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


# --- since, and wrong use -------------------------------------------------------------------------


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
