"""`sarcat search` against a server that fails: the state that is kept, and what is told."""

from typing import Any

import pytest
from eutils_server import (
    Fault,
    answers,
    article,
    changes,
    corpus_of,
    cut,
    drips,
    html,
    portal,
    resets,
    too_fast,
)
from searching_review import KEY, TEN, Searcher

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
