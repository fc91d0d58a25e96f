"""An E-utilities server for tests: the embedded one, made to fail as it is told.

    with serving(corpus_of(range(1, 6)), {"efetch": [html(500), resets()]}) as server:
        ...

Each utility has a list of faults, played one a request; when they are used up it answers as it
should. ``server.asked`` is the log of requests: utility, parameters, time of arrival.
"""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from io import BytesIO

from lxml import etree

from search.offline.corpus import Corpus
from search.offline.fields import searchable
from search.offline.server import Handler, Reply, Server, run
from search.pubmed_xml import records
from search.reading import Reading

PORTAL = (
    b"<!DOCTYPE html><html><head><title>Welcome</title></head><body>Please log in</body></html>"
)
NCBI_500 = (
    b"<head> <title>NCBI/eutils202 - WWW Error 500 Diagnostic</title></head> <body> "
    b"<h1>Server Error</h1><p>could not be processed</p></body>"
)


def article(
    pmid: int, title: str | None = None, *, abstract: str = "", journal: str = "Invented Journal",
    year: int = 2020, version: int = 1, created: str = "2020/01/02", extra: str = "",
    citation: str = "",
) -> str:  # fmt: skip
    """A PubmedArticle of our own making; ``extra`` goes into Article, ``citation`` behind it."""
    made = dict(zip(("Year", "Month", "Day"), created.split("/"), strict=True))
    date = "".join(f"<{name}>{value}</{name}>" for name, value in made.items())
    parts = f"<Abstract><AbstractText>{abstract}</AbstractText></Abstract>" if abstract else ""
    return (
        f'<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="{version}">{pmid}</PMID>'
        f"<Article><Journal><JournalIssue><PubDate><Year>{year}</Year></PubDate></JournalIssue>"
        f"<Title>{journal}</Title></Journal>"
        f"<ArticleTitle>{title or f'Sarcoma registry number {pmid}'}</ArticleTitle>{parts}{extra}"
        f"</Article>{citation}</MedlineCitation><PubmedData><History>"
        f'<PubMedPubDate PubStatus="entrez">{date}</PubMedPubDate></History></PubmedData>'
        "</PubmedArticle>"
    )


def corpus(articles: Iterable[str]) -> Corpus:
    """Records by their XML, listed newest first as they are given."""
    texts = [text.encode() for text in articles]
    read = list(records(BytesIO(b"<PubmedArticleSet>%s</PubmedArticleSet>" % b"".join(texts)),
                        Reading("pubmed-xml")))  # fmt: skip
    assert len(read) == len(texts)
    elements = {str(each.pmid): etree.tostring(etree.fromstring(text))
                for each, text in zip(read, texts, strict=True)}  # fmt: skip
    return Corpus(tuple(searchable(each) for each in read), elements)


def corpus_of(pmids: Iterable[int]) -> Corpus:
    return corpus(article(pmid) for pmid in pmids)


# --- faults --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Request:
    utility: str
    given: Mapping[str, str]
    method: str
    at: float


Fault = Callable[["FaultyHandler", Request], None]


def answers(body: bytes | str, status: int = 200, kind: str = "text/xml", **headers: str) -> Fault:
    """Sends this instead of an answer. ``Retry_After`` becomes Retry-After."""
    data = body.encode() if isinstance(body, str) else body
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler, _request: handler.send(Reply(data, status, kind, named))


def html(status: int, body: bytes = NCBI_500) -> Fault:
    return answers(body, status, "text/html")


def portal() -> Fault:
    return html(200, PORTAL)


def too_fast(key: str = "192.0.2.1", **headers: str) -> Fault:
    body = f'{{"error":"API rate limit exceeded","api-key":"{key}","count":"5","limit":"3"}}'
    return answers(body, 429, "application/json", **headers)


def changes(change: Callable[[bytes], bytes]) -> Fault:
    """Sends the true answer, changed."""

    def play(handler: FaultyHandler, request: Request) -> None:
        reply = handler.reply(f"{request.utility}.fcgi", request.given)
        handler.send(replace(reply, body=change(reply.body)))

    return play


def cut(share: float = 0.5) -> Fault:
    """Sends the first part of the true answer as if it were whole."""
    return changes(lambda body: body[: int(len(body) * share)])


def resets(share: float = 0.5) -> Fault:
    """Sends the first part of the true answer and resets the connection."""

    def play(handler: FaultyHandler, request: Request) -> None:
        reply = handler.reply(f"{request.utility}.fcgi", request.given)
        handler.send(reply, int(len(reply.body) * share))
        handler.wfile.flush()
        handler.close_connection = True
        linger = struct.pack("ii", 1, 0)  # closing sends a reset
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        handler.connection.close()

    return play


def drips(seconds: float, pause: float = 0.02) -> Fault:
    """Sends the true answer byte by byte, for so long, then stops."""

    def play(handler: FaultyHandler, request: Request) -> None:
        reply = handler.reply(f"{request.utility}.fcgi", request.given)
        handler.send(reply, 1)
        for at in range(1, int(seconds / pause)):
            time.sleep(pause)
            handler.wfile.write(reply.body[at : at + 1])
        handler.close_connection = True

    return play


def silent(seconds: float) -> Fault:
    """Sends headers, and then nothing."""

    def play(handler: FaultyHandler, request: Request) -> None:
        handler.send(handler.reply(f"{request.utility}.fcgi", request.given), 0)
        time.sleep(seconds)
        handler.close_connection = True

    return play


# --- the server ----------------------------------------------------------------------------------


@dataclass
class Script:
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    always: dict[str, Fault] = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)

    def next(self, utility: str) -> Fault | None:
        waiting = self.faults.get(utility)
        return waiting.pop(0) if waiting else self.always.get(utility)


class FaultyHandler(Handler):
    script: Script

    def respond(self, utility: str, given: Mapping[str, str]) -> None:
        request = Request(
            utility.removesuffix(".fcgi"), dict(given), self.command, time.monotonic()
        )
        self.script.asked.append(request)
        fault = self.script.next(request.utility)
        if fault:
            fault(self, request)
        else:
            super().respond(utility, given)

    def send(self, reply: Reply, most: int | None = None) -> None:
        """Send an answer, of whose body only ``most`` bytes."""
        if most is None:
            super().send(reply)
            return
        length = str(len(reply.body))
        super().send(replace(reply, body=reply.body[:most],
                             headers={**reply.headers, "Content-Length": length}))  # fmt: skip


@contextmanager
def serving(
    served: Corpus, faults: Mapping[str, Sequence[Fault]] | None = None,
    always: Mapping[str, Fault] | None = None, *, label: str | None = None,
) -> Iterator[tuple[Server, Script]]:  # fmt: skip
    """Run a server that plays ``faults`` (once each) and then ``always``, by utility."""
    script = Script({name: list(each) for name, each in (faults or {}).items()}, dict(always or {}))
    handler = type("ScriptedHandler", (FaultyHandler,), {"script": script})
    with run(served, label=label, handler=handler) as server:
        yield server, script
