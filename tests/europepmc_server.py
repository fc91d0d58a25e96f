"""A Europe PMC server for tests: pages by mark, and faults as it is told (one a request)."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Result = dict[str, Any]
Fault = Callable[["_Handler", bytes], None]


def result(id: int, title: str | None = None, *, source: str = "MED", **more: Any) -> Result:
    return {
        "id": str(id), "source": source, "title": title or f"Sarcoma registry number {id}",
        "authorList": {"author": [{"fullName": "Muster A", "lastName": "Muster", "firstName": "Ada"}]},
        "pubYear": "2020", **({"pmid": str(id)} if source == "MED" else {}), **more,
    }  # fmt: skip


def answers(body: bytes, status: int = 200) -> Fault:
    return lambda handler, _body: handler.send(body, status)


def cut(handler: _Handler, body: bytes) -> None:
    handler.send(body[: len(body) // 2], 200)


def resets(handler: _Handler, _body: bytes) -> None:
    handler.connection.close()


def silent(handler: _Handler, _body: bytes) -> None:
    time.sleep(0.4)
    handler.close_connection = True


def changes(change: Callable[[dict[str, Any]], Any]) -> Fault:
    def play(handler: _Handler, body: bytes) -> None:
        document = json.loads(body)
        change(document)
        handler.send(json.dumps(document).encode(), 200)

    return play


class _Handler(BaseHTTPRequestHandler):
    results: Sequence[Result]
    cites: dict[str, list[str]]  # of each id, those that it cites
    faults: list[Fault | None]
    asked: list[dict[str, str]]
    most: int

    def do_GET(self) -> None:
        self._answer(urlsplit(self.path).query)

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers["Content-Length"])).decode())

    def _answer(self, query: str) -> None:
        given = dict(parse_qsl(query))
        self.asked.append(given)
        found = [each for each in self.results if self._finds(given["query"], each)]
        at = 0 if given["cursorMark"] == "*" else int(given["cursorMark"].removeprefix("m"))
        size = min(int(given["pageSize"]), self.most)
        page = found[at : at + size]
        document = {"hitCount": len(found), "resultList": {"result": page},
                    "nextCursorMark": f"m{at + len(page)}"}  # fmt: skip
        fault = self.faults.pop(0) if self.faults else None
        body = json.dumps(document).encode()
        fault(self, body) if fault else self.send(body, 200)

    def _finds(self, query: str, each: Result) -> bool:
        id = str(each.get("id"))
        if named := re.findall(r"EXT_ID:(\d+)", query):
            return id in named
        if citing := re.findall(r"CITES:(\d+)_MED", query):
            return bool(set(citing) & set(self.cites.get(id, ())))
        if cited := re.findall(r"REFFED_BY:(\d+)_MED", query):
            return any(id in self.cites.get(each, ()) for each in cited)
        return query.lower().strip("()") in str(each.get("title")).lower()

    def send(self, body: bytes, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        pass


@contextmanager
def serving(
    results: Sequence[Result], faults: Sequence[Fault | None] = (), *, most: int = 1000,
    cites: dict[str, list[str]] | None = None,
) -> Iterator[tuple[str, list[dict[str, str]]]]:  # fmt: skip
    """Yield the address and the log of requests."""
    asked: list[dict[str, str]] = []
    handler = type("Scripted", (_Handler,), {
        "results": results, "faults": list(faults), "asked": asked, "most": most,
        "cites": cites or {},
    })  # fmt: skip
    with _Server(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/rest/", asked
        server.shutdown()
