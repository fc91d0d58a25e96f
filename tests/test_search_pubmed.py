"""Searching over HTTP against the built-in server, whole and with faults: never a silent zero."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

import cli
from search import searching
from search.offline import query, serve
from search.offline.server import Handler
from search.protocol import Strategy
from search.pubmed import PubMed, Service
from search.records import Record
from search.review import Review
from search.runs import SearchRun
from search.searching import Wanted, wanted
from search.strategies import query_of

ARTICLE = """<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM"><PMID Version="1">{pmid}</PMID>
<Article PubModel="Print"><Journal><JournalIssue CitedMedium="Print"><PubDate><Year>{year}</Year></PubDate>
</JournalIssue><Title>J Test</Title></Journal><ArticleTitle>{title}</ArticleTitle></Article>
<MeshHeadingList><MeshHeading><DescriptorName UI="D1">Sarcoma</DescriptorName></MeshHeading></MeshHeadingList>
</MedlineCitation><PubmedData><ArticleIdList><ArticleId IdType="pubmed">{pmid}</ArticleId></ArticleIdList>
</PubmedData></PubmedArticle>"""
COUNT = 7


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "corpus.xml"
    articles = "".join(
        ARTICLE.format(pmid=100 + number, year=2000 + number, title=f"Sarcoma registry {number}")
        for number in range(COUNT)
    )
    path.write_text(f"<PubmedArticleSet>{articles}</PubmedArticleSet>")
    return path


def client(address: str, **settings: float) -> PubMed:
    settings = {"first_wait": 0.001, "tries": 3, "read_timeout": 0.5} | settings
    service = Service(address=address, api_key="secret-key", **settings)  # type: ignore[arg-type]
    return PubMed(service, sleep=lambda _seconds: None)


def search(
    review: Review, address: str, term: str = "sarcoma[tiab]", **settings: float
) -> SearchRun:
    want = Wanted(Strategy("main", "pubmed", term, (), ()), term)
    with client(address, **settings) as pubmed:
        return searching.run(review, want, pubmed, lambda _batch, _all: None)


def test_a_search_brings_every_record_that_was_counted(review: Review, corpus: Path) -> None:
    with serve([corpus], label=None) as address:
        run = search(review, address)
    assert (run.state, run.source, run.database) == ("ok", "pubmed", "PubMed")
    assert (run.count, run.fetched, run.parsed, run.new) == (COUNT, COUNT, COUNT, COUNT)
    assert review.store.keys() == [f"pmid:{100 + number}" for number in range(COUNT)]


def test_a_stand_in_never_poses_as_pubmed(review: Review, corpus: Path) -> None:
    with serve([corpus]) as address:
        run = search(review, address)
    assert run.source == "offline-corpus"
    assert "not a live PubMed search" in run.database
    assert review.store.keys()[0] == "pmid:100"


def test_a_true_zero_is_empty(review: Review, corpus: Path) -> None:
    with serve([corpus], label=None) as address:
        run = search(review, address, "nothing[ti]")
    assert (run.state, run.count, run.problem) == ("empty", 0, None)


def test_a_dropped_phrase_is_said(review: Review, corpus: Path) -> None:
    with serve([corpus], label=None) as address:
        run = search(review, address, 'sarcoma[ti] OR "no such phrase"[tiab]')
    assert run.count == COUNT
    assert any("no such phrase" in warning for warning in run.warnings)


# --- faults ------------------------------------------------------------------------------------

Fault = Callable[[Handler], None]


def page(status: int, body: bytes, kind: str = "text/xml") -> Fault:
    return lambda handler: handler.send(status, body, kind)


def broken_off(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "5000")
    handler.end_headers()
    handler.wfile.write(b"<PubmedArticleSet><PubmedArticle>")
    handler.close_connection = True


HTML = b"<!DOCTYPE html><html><body>Log in</body></html>"
LASTING = [
    ("a captive portal", page(200, HTML, "text/html"), "web page"),
    ("a failing server", page(502, HTML, "text/html"), "502"),
    ("an empty body", page(200, b""), "empty answer"),
    ("a refusal", page(400, b'{"error":"API key invalid","api-key":"secret-key"}', "application/json"), "API key invalid"),
    ("a backend failure", page(200, b"<eSearchResult><ERROR>Search Backend failed: x</ERROR></eSearchResult>"), "Search Backend failed"),
    ("a redirect", page(302, b"moved"), "another"),
    ("an answer that breaks off", broken_off, "broke off"),
    ("an answer cut short", page(200, b"<eSearchResult><Count>3"), "cut short"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("fault", "words"), [row[1:] for row in LASTING], ids=[r[0] for r in LASTING]
)
def test_a_failed_search_is_kept_as_failed(
    review: Review, corpus: Path, fault: Fault, words: str
) -> None:
    class Faulty(Handler):
        def respond(self, utility: str, parameters: str) -> None:
            fault(self)

    with serve([corpus], label=None, handler=Faulty) as address:
        run = search(review, address)
    assert (run.state, run.count) == ("failed", None)
    assert words in (run.problem or "")
    assert review.store.count() == 0
    kept = (review.searches / run.id / "run.json").read_text()
    assert "secret-key" not in kept


def test_a_passing_fault_costs_nothing(review: Review, corpus: Path) -> None:
    faults: Iterator[Fault] = iter([
        page(429, b'{"error":"API rate limit exceeded","count":"5","limit":"3"}', "application/json"),
        broken_off,
    ])  # fmt: skip

    class Faulty(Handler):
        def respond(self, utility: str, parameters: str) -> None:
            fault = next(faults, None)
            if fault:
                fault(self)
            else:
                super().respond(utility, parameters)

    with serve([corpus], label=None, handler=Faulty) as address:
        run = search(review, address)
    assert (run.state, run.parsed) == ("ok", COUNT)


def test_ids_that_are_not_sent_are_named(review: Review, corpus: Path) -> None:
    class Withdrawn(Handler):
        def fetch(self, given: dict[str, str]) -> tuple[int, bytes, str]:
            given["id"] = given["id"].replace("103,", "")
            return super().fetch(given)

    with serve([corpus], label=None, handler=Withdrawn) as address:
        run = search(review, address)
    assert (run.state, run.missing, run.parsed) == ("partial", ("103",), COUNT - 1)


def test_a_search_that_was_cut_off_is_taken_up(
    review: Review, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "BATCH", 3)
    pages = iter([True])

    class Dying(Handler):
        def fetch(self, given: dict[str, str]) -> tuple[int, bytes, str]:
            return super().fetch(given) if next(pages, False) else (502, b"x", "text/plain")

    with serve([corpus], label=None, handler=Dying) as address:
        first = search(review, address)
    assert (first.state, first.parsed, len(first.missing)) == ("partial", 3, 4)
    assert review.store.count() == 3
    with serve([corpus], label=None) as address:
        second = search(review, address)
    assert (second.id, second.state, second.parsed, second.new) == (first.id, "ok", COUNT, COUNT)
    assert review.store.count() == COUNT


def test_the_command_fails_in_one_sentence(
    review: Review, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SARCAT_EUTILS_URL", "http://127.0.0.1:9/")
    monkeypatch.setenv("NCBI_API_KEY", "secret-key")
    monkeypatch.setattr("search.pubmed.time.sleep", lambda _seconds: None)
    monkeypatch.setattr(
        PubMed.__init__,
        "__kwdefaults__",
        {"session": None, "limiter": None, "sleep": lambda _s: None},
    )
    assert cli.run(["search", "--review", str(review.folder), "--json"]) == 1
    shown = capsys.readouterr()
    assert json.loads(shown.out)["runs"][0]["state"] == "failed"
    assert "could not be reached" in shown.err
    assert "secret-key" not in shown.out + shown.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--strategy", "other"], "It has: main"),
        (["--since", "soon"], "no date"),
        (["--since", "2999-01-01"], "future"),
        (["--since", "last"], "no finished run"),
    ],
)
def test_wrong_use(
    review: Review, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert cli.run(["search", "--review", str(review.folder), *arguments]) == 2
    assert words in capsys.readouterr().err


def test_an_address_that_is_none(
    review: Review, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SARCAT_EUTILS_URL", "not an address")
    assert cli.run(["search", "--review", str(review.folder)]) == 2
    assert "SARCAT_EUTILS_URL" in capsys.readouterr().err


# --- queries -----------------------------------------------------------------------------------

RECORD = Record(
    title="The Swiss sarcoma network: a registry of soft-tissue tumours", year=2021, pmid="500",
    abstract="Data of patients.", mesh=("Sarcoma/therapy", "Registries"), authors=("Muster, Anna",),
    created="2021-05-06", journal="J Test", language=("eng",),
)  # fmt: skip
QUERIES = [
    ("sarcoma[ti] AND registr*[tiab]", True),
    ("sarcoma[ti] NOT registry[ti]", False),
    ("nothing OR sarcoma NOT nothing", True),
    ("(nothing OR sarcoma) AND nowhere[tiab]", False),
    ('"soft tissue tumours"[tiab]', True),
    ('"tissue soft"[tiab]', False),
    ('"swiss registry"[tiab:~4]', True),
    ('"swiss registry"[ti:~1]', False),
    ("Sarcoma[mh]", True),
    ("Sarc[mh]", False),
    ("muster a*[au]", True),
    ("2020:2021[dp]", True),
    ("2022[dp]", False),
    ("2021/05/01:3000[crdt]", True),
    ("499:500[UID]", True),
    ("sarcoma[nosuchtag]", True),
]


@pytest.mark.parametrize(("text", "found"), QUERIES, ids=[row[0] for row in QUERIES])
def test_queries_are_read_as_pubmed_reads_them(text: str, found: bool) -> None:
    node = query.parse(text)
    assert node is not None
    assert query.matches(node, RECORD) is found


@pytest.mark.parametrize("text", ["(a", "a)", "((a) OR b"])
def test_unbalanced_brackets(text: str) -> None:
    with pytest.raises(query.Unbalanced):
        query.parse(text)


def test_a_strategy_as_it_is_sent(review: Review) -> None:
    (strategy,) = review.protocol.strategies
    assert query_of(strategy) == "(sarcoma*[tiab] OR Sarcoma[mh]) AND (registr*[tiab])"
    since = wanted(strategy, "2024-01-31", [])
    assert since.query.endswith(" AND 2024/01/31:3000[crdt]")


def test_requests_are_closed(corpus: Path) -> None:
    with serve([corpus]) as address:
        assert requests.get(address + "nothing", timeout=5).status_code == 404
