"""The embedded E-utilities server: ESearch, EFetch, EPost, ELink over HTTP, for this machine only.

It keeps PubMed's borders (9,999 records of a search, ids that are unknown left out) and PubMed's
words where something is wrong. A handler's `respond` is the one place where a request becomes an
answer: servers that play faults override it.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit
from xml.sax.saxutils import escape

from search.listing import OUTPUT_LIMIT
from search.offline.corpus import Corpus, read_corpus
from search.offline.query import Unbalanced
from search.pubmed import DIGEST_HEADER, STAND_IN_HEADER

LABEL = "Offline corpus (compiled by hand, not a live PubMed search)"
_LARGEST_REQUEST = 4 << 20  # bytes
_XML = "text/xml; charset=UTF-8"
_HEAD = '<?xml version="1.0" encoding="UTF-8" ?>\n<!DOCTYPE {} PUBLIC "{}" "{}">\n'
# By these names other clients know what they read (`Bio.Entrez.read` reads nothing without).
_DTDS = {
    "eSearchResult": ("esearch", 20060628),
    "ePostResult": ("epost", 20090526),
    "eFetchResult": ("efetch", 20131226),
    "eLinkResult": ("elink", 20101123),
}


@dataclass(frozen=True, slots=True)
class Reply:
    """What is sent: a status, a body, its type, and further headers."""

    body: bytes
    status: int = 200
    kind: str = _XML
    headers: Mapping[str, str] = field(default_factory=dict)


class Server(ThreadingHTTPServer):
    """Holds what all requests share: the corpus, its label, and the search results remembered."""

    daemon_threads = True

    def __init__(self, corpus: Corpus, label: str | None, handler: type[Handler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.corpus = corpus
        self.label = label
        self.limit = OUTPUT_LIMIT
        self.results: dict[str, list[list[str]]] = {}  # by WebEnv; the query keys count from 1
        self.lock = threading.Lock()

    @property
    def address(self) -> str:
        """Return the base address."""
        return f"http://127.0.0.1:{self.server_port}/entrez/eutils/"

    def remember(self, webenv: str, ids: list[str]) -> tuple[str, int]:
        """Keep a search result for later, and return its WebEnv and query key."""
        with self.lock:
            webenv = webenv if webenv in self.results else f"MCID_{len(self.results) + 1:08x}"
            kept = self.results.setdefault(webenv, [])
            kept.append(ids)
            return webenv, len(kept)

    def recall(self, webenv: str, key: str) -> list[str] | None:
        """Return a search result, None when it is not there (any more)."""
        kept = self.results.get(webenv, [])
        return kept[int(key) - 1] if key.isdecimal() and 1 <= int(key) <= len(kept) else None

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a client that leaves in the middle is its own affair."""


class Handler(BaseHTTPRequestHandler):
    """Answers like PubMed."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else an answer in two writes waits for the client's word
    timeout = 60  # seconds a connection may lie idle
    server: Server

    def do_GET(self) -> None:
        """Answer a GET."""
        self._answer(urlsplit(self.path).query)

    def do_POST(self) -> None:
        """Answer a POST, whose parameters are in its body."""
        length = self.headers.get("Content-Length") or "0"
        if not length.isdecimal() or int(length) > _LARGEST_REQUEST:
            self.close_connection = True
            self.send(Reply(b"request too large", 413, "text/plain"))
            return
        self._answer(self.rfile.read(int(length)).decode("utf-8", "replace"))

    def _answer(self, query: str) -> None:
        given: dict[str, str] = {}
        for name, value in parse_qsl(query, keep_blank_values=True, max_num_fields=1000):
            # `id` may be repeated: PubMed reads that as it reads a list
            given[name] = f"{given[name]},{value}" if name == "id" and name in given else value
        self.respond(urlsplit(self.path).path.rpartition("/")[2], given)

    def respond(self, utility: str, given: Mapping[str, str]) -> None:
        """Answer one request."""
        self.send(self.reply(utility, given))

    def reply(self, utility: str, given: Mapping[str, str]) -> Reply:
        """Return the answer to one request."""
        answers = {"esearch.fcgi": self._search, "efetch.fcgi": self._fetch,
                   "epost.fcgi": self._post, "elink.fcgi": self._link}  # fmt: skip
        if utility not in answers:
            return Reply(b"no such utility", 404, "text/plain")
        return answers[utility](given)

    def send(self, reply: Reply) -> None:
        """Send an answer."""
        self.send_response(reply.status)
        headers = {"Content-Type": reply.kind, "Content-Length": str(len(reply.body))}
        if self.server.label:
            headers[STAND_IN_HEADER] = self.server.label
            headers[DIGEST_HEADER] = self.server.corpus.digest
        for name, value in (headers | dict(reply.headers)).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the client tells what happens."""

    # --- the utilities -------------------------------------------------------------------------

    def _search(self, given: Mapping[str, str]) -> Reply:
        """ESearch: count, ids, history, how the query was understood, what was not found."""
        if not given.get("term", "").strip():
            return _search_error("Empty term and query_key - nothing todo")
        start, most = _number(given, "retstart", 0), _number(given, "retmax", 20)
        limit = self.server.limit
        if start > limit - 1:
            return _search_error(
                f"Search Backend failed: Exception:\n'retstart' cannot be larger than {limit - 1}. "
                f"For PubMed, ESearch can only retrieve the first {limit:,} records matching the "
                "query."
            )
        try:
            ids, answer = self.server.corpus.find(given["term"])
        except Unbalanced as error:
            return _search_error(f"Search Backend failed: {error}")
        page = ids[start : min(start + most, limit)]
        adjusted = most > limit and f"Restrictions achieved. start and count adjusted to 0, {limit}"
        messages = [text for text in (adjusted, not ids and "No items found.") if text]
        history = ""
        if given.get("usehistory") == "y":
            webenv, key = self.server.remember(given.get("WebEnv", ""), ids)
            history = f"<QueryKey>{key}</QueryKey><WebEnv>{webenv}</WebEnv>"
        return _reply("eSearchResult", (
            f"<Count>{len(ids)}</Count><RetMax>{len(page)}</RetMax><RetStart>{start}</RetStart>"
            f"{history}<IdList>{_elements('Id', page)}</IdList><TranslationSet/>"
            f"<QueryTranslation>{escape(answer.translation)}</QueryTranslation>"
            + _list("ErrorList", PhraseNotFound=answer.words)
            + _list("WarningList", PhraseIgnored=answer.ignored,
                    QuotedPhraseNotFound=answer.phrases, OutputMessage=messages)
        ))  # fmt: skip

    def _post(self, given: Mapping[str, str]) -> Reply:
        """EPost: remember a list of ids; whether they exist is not asked."""
        ids = [pmid for pmid in _ids(given) if pmid.isdecimal()]
        webenv, key = self.server.remember(given.get("WebEnv", ""), ids)
        return _reply("ePostResult", f"<QueryKey>{key}</QueryKey><WebEnv>{webenv}</WebEnv>")

    def _link(self, given: Mapping[str, str]) -> Reply:
        """ELink: for each id what it cites, or what cites it, as far as the corpus knows."""
        name = given.get("linkname", "")
        links = {"pubmed_pubmed_refs": self.server.corpus.references,
                 "pubmed_pubmed_citedin": self.server.corpus.citing}.get(name, {})  # fmt: skip
        return _reply("eLinkResult", "".join(
            f"<LinkSet><DbFrom>pubmed</DbFrom><IdList><Id>{escape(pmid)}</Id></IdList>"
            + (f"<LinkSetDb><DbTo>pubmed</DbTo><LinkName>{escape(name)}</LinkName>"
               f"{''.join(f'<Link><Id>{each}</Id></Link>' for each in links[pmid])}</LinkSetDb>"
               if links.get(pmid) else "")
            + "</LinkSet>"
            for pmid in _ids(given)
        ))  # fmt: skip

    def _fetch(self, given: Mapping[str, str]) -> Reply:
        """EFetch: records as XML, or their ids as text."""
        ids: list[str] | None = _ids(given)
        if "WebEnv" in given:
            ids = self.server.recall(given["WebEnv"], given.get("query_key", ""))
            if ids is None:
                return _reply("eFetchResult", "<ERROR>Unable to obtain query #1</ERROR>")
            start, most = _number(given, "retstart", 0), _number(given, "retmax", 20)
            if start > self.server.limit - 1:
                return _reply("eFetchResult", "<ERROR>'retstart' cannot be larger than "
                              f"{self.server.limit - 1}</ERROR>", 400)  # fmt: skip
            ids = list(itertools.islice(ids, start, min(start + most, self.server.limit)))
        elif not ids:
            return _reply("eFetchResult", "<ERROR>Supplied id parameter is empty.</ERROR>", 400)
        if given.get("rettype") == "uilist":
            return Reply(("\n".join(ids) + "\n").encode(), kind="text/plain")
        return Reply(self.server.corpus.document(ids))


def _ids(given: Mapping[str, str]) -> list[str]:
    return [pmid for part in given.get("id", "").split(",") if (pmid := part.strip())]


def _number(given: Mapping[str, str], name: str, default: int) -> int:
    text = given.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else default


def _reply(root: str, inner: str, status: int = 200) -> Reply:
    name, day = _DTDS[root]
    address = f"https://eutils.ncbi.nlm.nih.gov/eutils/dtd/{day}/{name}.dtd"
    head = _HEAD.format(root, f"-//NLM//DTD {name} {day}//EN", address)
    return Reply(f"{head}<{root}>{inner}</{root}>\n".encode(), status)


def _search_error(words: str) -> Reply:
    return _reply("eSearchResult", f"<ERROR>{escape(words)}</ERROR>")


def _elements(name: str, texts: Sequence[str]) -> str:
    return "".join(f"<{name}>{escape(text)}</{name}>" for text in texts)


def _list(name: str, **entries: Sequence[str]) -> str:
    inner = "".join(_elements(each, texts) for each, texts in entries.items())
    return f"<{name}>{inner}</{name}>" if inner else ""


@contextmanager
def run(
    corpus: Corpus, *, label: str | None = LABEL, handler: type[Handler] = Handler
) -> Iterator[Server]:
    """Run a server over a corpus while the context lasts."""
    server = Server(corpus, label, handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def serve(paths: Sequence[Path], *, label: str | None = LABEL) -> Iterator[str]:
    """Serve PubMed XML files on a free port of this machine; yields the base address.

    ``label`` is what the server calls itself, so that a stand-in never poses as PubMed; with None
    it counts as PubMed, for tests.
    """
    with run(read_corpus(paths), label=label) as server:
        yield server.address
