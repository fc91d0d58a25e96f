"""Unpaywall is asked where an open copy lies; its answers are judged, its addresses distrusted."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from conftest import add_run

import cli
from search.errors import BadInput
from search.fulltext import Location
from search.no_answer import NoAnswer
from search.records import Record
from search.review import Review
from search.service import unpaywall_from
from search.unpaywall import Unpaywall, read_location

OPEN = {"is_oa": True, "best_oa_location": {"url": "https://a.org/x.pdf", "host_type": "publisher"}}
Serve = Callable[..., tuple[str, list[str]]]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Give a function that serves (status, body) pairs in turn, the last one again and again."""
    servers = []

    def begin(*answers: tuple[int, Any]) -> tuple[str, list[str]]:
        asked: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                status, body = answers[min(len(asked), len(answers)) - 1]
                sent = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(sent)))
                self.end_headers()
                self.wfile.write(sent)

            def log_message(self, *_words: object) -> None: ...

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/", asked

    yield begin
    for server in servers:
        server.shutdown()
        server.server_close()


def environment(address: str) -> dict[str, str]:
    return {"NCBI_EMAIL": "someone@example.org", "SARCAT_UNPAYWALL_URL": address,
            "SARCAT_UNPAYWALL_RATE": "0", "SARCAT_UNPAYWALL_WAIT": "0"}  # fmt: skip


def ask(address: str, doi: str = "10.1000/a(b)") -> Location | None:
    with Unpaywall(unpaywall_from(environment(address))) as client:
        return client.location(doi)


def test_the_doi_and_the_address_are_sent(serve: Serve) -> None:
    address, asked = serve((200, OPEN))
    found = ask(address)
    assert found == Location("found by Unpaywall, at a publisher", "https://a.org/x.pdf", True)
    assert asked == ["/v2/10.1000/a%28b%29?email=someone%40example.org"]


def test_what_fails_for_a_while_is_asked_again(serve: Serve) -> None:
    address, asked = serve((500, b"<html>"), (429, b""), (200, b'{"is_oa": tru'), (200, OPEN))
    assert ask(address) is not None
    assert len(asked) == 4


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (422, {"error": True, "message": "Email address required"}, "does not accept the address"),
        (404, b"<html>Not Found</html>", "refused"),
        (200, b"<html>Log in</html>", "no answer of Unpaywall"),
        (200, {"title": "A paper"}, "does not say"),
        (302, b"", "refused"),
    ],
)
def test_a_failure_is_no_closed_paper(serve: Serve, status: int, body: Any, words: str) -> None:
    address, _asked = serve((status, body))
    with pytest.raises(NoAnswer, match=words):
        ask(address)


@pytest.mark.parametrize(
    "body",
    [
        {"is_oa": False, "best_oa_location": None},
        {"error": True, "HTTP_status_code": 404, "message": "unknown DOI"},
        {"is_oa": True, "best_oa_location": {"url": "javascript:alert(1)"}},
        {"is_oa": True, "best_oa_location": {"url": "https://a.org/ b"}},
        {"is_oa": True, "best_oa_location": {"url": 7}},
        {"is_oa": True, "best_oa_location": "https://a.org/"},
    ],
)
def test_no_copy_and_no_address_that_is_none(body: Any) -> None:
    assert read_location(json.dumps(body).encode()) is None


def test_without_an_address_to_write_to_it_is_not_asked() -> None:
    with pytest.raises(BadInput, match="name an address"):
        unpaywall_from({"SARCAT_UNPAYWALL_URL": "http://127.0.0.1:9/"})


def test_only_what_has_no_open_copy_is_asked_for(
    review: Review, serve: Serve, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    address, asked = serve((200, OPEN))
    add_run(review, [Record(pmid="1", title="A", pmcid="PMC1", doi="10.1000/a"),
                     Record(pmid="2", title="B", doi="10.1000/b")])  # fmt: skip
    command = ["fulltext", "pmid:1", "pmid:2", "--unpaywall", "--json", "--review",
               str(review.folder)]  # fmt: skip
    assert cli.run(command) == 2
    assert "NCBI_EMAIL" in capsys.readouterr().err
    for name, value in environment(address).items():
        monkeypatch.setenv(name, value)
    assert cli.run(command) == 0
    first, second = json.loads(capsys.readouterr().out)["records"]
    assert [path.split("?")[0] for path in asked] == ["/v2/10.1000/b"]
    assert next(at["url"] for at in first["locations"] if at["open"]).endswith("PMC1/")
    assert second["locations"][0] == {
        "site": "found by Unpaywall, at a publisher", "url": "https://a.org/x.pdf", "open": True,
    }  # fmt: skip


def test_exports_and_explain_name_the_open_copy(
    review: Review, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from search.exporters.ris import Writer

    record = Record(pmid="1", title="A", pmcid="PMC1", urls=("https://a.org/",))
    text = Writer().one(record)
    assert "L2  - https://pmc.ncbi.nlm.nih.gov/articles/PMC1/\n" in text
    assert "sarcat:" not in text  # read back, it is nothing but the PMCID
    add_run(review, [record])
    folder = str(review.folder)
    assert cli.run(["explain", "pmid:1", "--review", folder]) == 0
    assert "open  https://pmc.ncbi.nlm.nih.gov/articles/PMC1/" in capsys.readouterr().out
    assert cli.run(["export", str(tmp_path / "a.csv"), "--review", folder]) == 0
    assert "https://europepmc.org/article/PMC/PMC1" in (tmp_path / "a.csv").read_text("utf-8")
