"""The client against a server that fails in every way: an answer, or one sentence; never a zero."""

import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import requests
from eutils_server import (
    Fault,
    Script,
    answers,
    changes,
    corpus_of,
    cut,
    drips,
    html,
    portal,
    resets,
    serving,
    silent,
    too_fast,
)

from search.errors import SarcatError
from search.limiter import Limiter
from search.no_answer import NoAnswer
from search.pubmed import PubMed
from search.service import Service

KEY = "0123456789abcdef0123456789abcdef0123"
TEN = [str(pmid) for pmid in range(1, 11)]


@contextmanager
def asking(
    faults: dict[str, list[Fault]] | None = None, always: dict[str, Fault] | None = None,
    *, pmids: range = range(1, 11), **settings: object,
) -> Iterator[tuple[PubMed, Script]]:  # fmt: skip
    """A client of a server that plays faults; quick, since its pauses are tiny."""
    with serving(corpus_of(pmids), faults, always) as (server, script):
        quick = {"per_second": 0, "first_wait": 0.001, "read_timeout": 0.3, "whole_timeout": 0.4,
                 "api_key": KEY}  # fmt: skip
        service = Service(address=server.address, **{**quick, **settings})  # type: ignore[arg-type]
        with PubMed(service, limiter=Limiter()) as client:
            yield client, script


def pmids_of(bodies: list[bytes]) -> list[str]:
    return [pmid.decode() for body in bodies for pmid in re.findall(rb">(\d+)</PMID>", body)]


# --- answers -------------------------------------------------------------------------------------


def test_a_search_and_a_fetch() -> None:
    with asking() as (client, script):
        found = client.search("registry[tiab]", ids=3)
        assert (found.count, found.ids) == (10, ("1", "2", "3"))
        assert found.webenv
        assert pmids_of(client.fetch(["2", "7", "999"])) == ["2", "7"]
        sent = script.asked[0].given
        assert (sent["tool"], sent["db"], sent["usehistory"]) == ("sarcat", "pubmed", "y")


def test_a_true_zero_is_an_answer() -> None:
    with asking() as (client, script):
        assert client.search("registry[ti] NOT sarcoma[ti]").count == 0
        assert client.fetch(["999"]) != []  # an empty set, whole
        assert len(script.asked) == 2


@pytest.mark.parametrize(
    ("settings", "term", "method"),
    [
        ({"api_key": None}, "registry", "GET"),
        ({"api_key": None}, "registry " * 60, "POST"),
        ({}, "registry", "POST"),  # a key never stands in an address
    ],
)
def test_how_it_is_sent(settings: dict[str, object], term: str, method: str) -> None:
    with asking(email="a@example.org", **settings) as (client, script):
        client.search(term)
        assert script.asked[0].method == method
        assert script.asked[0].given["email"] == "a@example.org"


def test_many_ids_go_by_post() -> None:
    with asking(api_key=None, pmids=range(1, 301)) as (client, script):
        assert len(pmids_of(client.fetch([str(pmid) for pmid in range(1, 301)]))) == 300
        client.fetch(["1"])
        assert [request.method for request in script.asked] == ["POST", "GET"]


# --- what is transient ---------------------------------------------------------------------------

TRANSIENT: dict[str, Callable[[], Fault]] = {
    "429": too_fast,
    "429 under 200": lambda: answers(b'{"error":"API rate limit exceeded"}', 200),
    "500": lambda: html(500),
    "502": lambda: html(502, b"<html>Bad Gateway</html>"),
    "503": lambda: html(503, b""),
    "reset": resets,
    "reset at once": lambda: resets(0),
    "empty": lambda: answers(b""),
    "cut": cut,
    "cut near the end": lambda: cut(0.97),
    "portal": portal,
    "backend": lambda: answers(
        b"<eSearchResult><ERROR>Search Backend failed: Database is not supported: pubmed</ERROR>"
        b"</eSearchResult>"
    ),
    "timeout": lambda: answers(b"External viewer error: Empty Response. Status: Timeout", 400),
    "another document": lambda: answers(b"<eSummaryResult><DocSum/></eSummaryResult>"),
    "silence": lambda: silent(0.5),
    "drip": lambda: drips(1.0),
}


@pytest.mark.parametrize("name", TRANSIENT)
@pytest.mark.parametrize("utility", ["esearch", "efetch"])
def test_what_is_transient_is_asked_again(utility: str, name: str) -> None:
    with asking({utility: [TRANSIENT[name]()]}) as (client, script):
        if utility == "esearch":
            assert client.search("registry", ids=99).ids == tuple(TEN)
        else:
            assert pmids_of(client.fetch(TEN)) == TEN
        assert len(script.asked) == 2


@pytest.mark.parametrize("name", TRANSIENT)
@pytest.mark.parametrize("utility", ["esearch", "efetch"])
def test_what_stays_is_an_error_and_no_zero(utility: str, name: str) -> None:
    settings = {"tries": 3, "read_timeout": 0.1, "whole_timeout": 0.15}
    with asking(always={utility: TRANSIENT[name]()}, **settings) as (client, script):
        with pytest.raises(SarcatError) as caught:
            client.search("registry") if utility == "esearch" else client.fetch(TEN)
        assert caught.value.exit_status == 1
        assert KEY not in str(caught.value)
        assert len(script.asked) == 3


def test_429_then_success_waits_as_long_as_asked() -> None:
    pauses: list[float] = []
    with asking({"esearch": [too_fast(Retry_After="7"), too_fast()]}) as (client, _):
        client._sleep = pauses.append
        assert client.search("registry").count == 10
    assert pauses[0] == 7
    assert 0 < pauses[1] < 1


def test_the_pauses_grow_and_differ() -> None:
    pauses: list[float] = []
    with asking(always={"esearch": html(500)}, first_wait=1.0, tries=9) as (client, _):
        client._sleep = pauses.append
        with pytest.raises(NoAnswer):
            client.search("registry")
    assert len(pauses) == 8
    assert all(0.8 * due <= got <= 1.3 * due
               for got, due in zip(pauses, (1, 2, 4, 8, 16, 30, 30, 30), strict=True))  # fmt: skip
    assert len(set(pauses)) == 8


# --- what is not ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (answers('{"error":"API key invalid","api-key":"%s"}' % KEY, 400), "NCBI_API_KEY"),  # noqa: UP031
        (answers(b"", 302, Location="http://elsewhere.invalid/"), "sends on"),
        (answers(b"", 301, Location="/"), "sends on"),
        (answers(b"no such page", 404), "HTTP 404"),
        (answers(b"", 503, Retry_After="4000"), "4000 seconds"),
        (answers(b'{"esearchresult":{"ERROR":"Search Backend failed: Exception:\n'
                 b"'retstart' cannot be larger than 9998." b'"}}'), "first 9,999"),
    ],
)  # fmt: skip
def test_what_is_final_is_asked_once(fault: Fault, words: str) -> None:
    with asking(always={"esearch": fault}) as (client, script):
        with pytest.raises(NoAnswer, match=words) as caught:
            client.search("registry")
        assert len(script.asked) == 1
        assert KEY not in str(caught.value)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_refused_connection() -> None:
    service = Service(address=f"http://127.0.0.1:{free_port()}/", api_key=KEY, first_wait=0.001)
    with PubMed(service, limiter=Limiter()) as client:
        with pytest.raises(NoAnswer, match="could not be reached") as caught:
            client.search("registry")
        assert KEY not in str(caught.value)
        assert caught.value.__cause__ is None


def test_an_unknown_host() -> None:
    service = Service(address="http://no-such-host.invalid/", first_wait=0.001, per_second=0)
    session = requests.Session()
    session.trust_env = False
    with (
        PubMed(service, limiter=Limiter(), session=session) as client,
        pytest.raises(NoAnswer, match=re.escape("no-such-host.invalid could not be reached")),
    ):
        client.search("registry")


def test_the_key_is_taken_out_of_whatever_comes_back() -> None:
    told: list[str] = []
    said = f"<eSearchResult><ERROR>Search Backend failed: {KEY}</ERROR></eSearchResult>"
    with asking({"esearch": [html(500, KEY.encode()), too_fast(KEY), answers(said, 200)]}) as (
        client,
        _,
    ):
        client._notice = told.append
        found = client.search(f'"{KEY}"[ti]')
        assert KEY not in str(found)
        assert len(told) == 3
        assert KEY not in "".join(told)


def test_a_slow_drip_ends_in_time() -> None:
    begun = time.monotonic()
    with (
        asking(always={"esearch": drips(30)}, tries=1, whole_timeout=0.3) as (client, _),
        pytest.raises(NoAnswer, match="too slowly"),
    ):
        client.search("registry")
    assert time.monotonic() - begun < 2


# --- pages ---------------------------------------------------------------------------------------


def test_a_page_that_takes_too_long_is_halved() -> None:
    hundred = [str(pmid) for pmid in range(1, 101)]
    slow = answers(b"External viewer error: Empty Response. Status: Timeout", 400)

    with asking({"efetch": [slow, slow]}, pmids=range(1, 101)) as (client, script):
        assert pmids_of(client.fetch(hundred)) == hundred
        sizes = [len(request.given["id"].split(",")) for request in script.asked]
        assert sizes == [100, 50, 25, 25, 50]
        assert client.page == 25  # later pages begin small


def test_the_pace_holds_for_retries_too() -> None:
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    with asking({"esearch": [html(500)] * 4}, first_wait=0.0, per_second=3) as (client, _):
        client._limiter = Limiter(clock=lambda: now[0], sleep=sleep)
        client.search("registry")
    assert now[0] >= 4 / 3


def test_an_answer_in_pieces_is_put_together() -> None:
    def pieces(handler: object, request: object) -> None:
        reply = handler.reply("efetch.fcgi", request.given)  # type: ignore[attr-defined]
        handler.send_response(200)  # type: ignore[attr-defined]
        handler.send_header("Transfer-Encoding", "chunked")  # type: ignore[attr-defined]
        handler.end_headers()  # type: ignore[attr-defined]
        for at in range(0, len(reply.body), 100):
            part = reply.body[at : at + 100]
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))  # type: ignore[attr-defined]
        handler.wfile.write(b"0\r\n\r\n")  # type: ignore[attr-defined]

    with asking({"efetch": [pieces]}) as (client, _):
        assert pmids_of(client.fetch(TEN)) == TEN


def test_a_record_that_speaks_of_errors_is_none() -> None:
    words = changes(lambda body: body.replace(b"Sarcoma", b"API key Timeout"))
    with asking({"efetch": [words]}) as (client, script):
        assert pmids_of(client.fetch(TEN)) == TEN
        assert len(script.asked) == 1
