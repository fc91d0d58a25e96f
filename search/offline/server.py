"""The embedded E-utilities server: ESearch, EFetch and EPost over HTTP on this machine only."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Lock, Thread
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

from lxml import etree

from search.offline import query
from search.pubmed import OUTPUT_LIMIT, STAND_IN_HEADER
from search.pubmed_xml import records
from search.reading import Reading
from search.records import Record

LABEL = "Offline corpus (compiled by hand, not a live PubMed search)"
_SET = b'<?xml version="1.0" encoding="UTF-8"?>\n<PubmedArticleSet>%s</PubmedArticleSet>'
_LARGEST_REQUEST = 4 << 20


@dataclass
class Corpus:
    """Records by PMID, each with the XML it is served as; newest first, as PubMed lists them."""

    records: dict[str, Record] = field(default_factory=dict)
    elements: dict[str, bytes] = field(default_factory=dict)
    histories: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def find(self, term: str) -> tuple[list[str], str, list[str]]:
        """Return PMIDs, the query as understood, and the phrases that nothing answers to."""
        node = query.parse(term)
        if node is None:
            return [], "", []
        found = [pmid for pmid, record in self.records.items() if query.matches(node, record)]
        lost = [
            term.text for term in query.terms(node)
            if term.quoted and term.tag not in ("uid", "crdt", "dp", "sb")
            and not any(query.matches(term, record) for record in self.records.values())
        ]  # fmt: skip
        return found, query.words_of(node), list(dict.fromkeys(lost))

    def remember(self, webenv: str, ids: list[str]) -> tuple[str, str]:
        """Keep a search result for later, and return its WebEnv and query key."""
        with self.lock:
            webenv = webenv or f"MCID_{len(self.histories) + 1:08x}"
            key = str(1 + sum(1 for env, _ in self.histories if env == webenv))
            self.histories[webenv, key] = ids
        return webenv, key


def read_corpus(paths: Sequence[Path]) -> Corpus:
    """Read PubMed XML files; each element is later served as it stands in its file."""
    corpus = Corpus()
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    found: list[tuple[Record, bytes]] = []
    for path in paths:
        data = path.read_bytes()
        for element in etree.fromstring(data, parser):
            alone = _SET % etree.tostring(element, with_tail=False)
            for record in records(BytesIO(alone), Reading("pubmed-xml")):
                found.append((record, etree.tostring(element, with_tail=False)))
    found.sort(key=lambda pair: (-(pair[0].year or 0), -int(pair[0].pmid or 0)))
    for record, element_bytes in found:
        if record.pmid:
            corpus.records[record.pmid] = record
            corpus.elements[record.pmid] = element_bytes
    return corpus


class Handler(BaseHTTPRequestHandler):
    """Answers like PubMed. Subclasses override `respond` to play faults."""

    protocol_version = "HTTP/1.1"
    corpus: Corpus
    label: str | None = None

    def do_GET(self) -> None:
        """Answer a GET."""
        self.respond(urlsplit(self.path).path.rpartition("/")[2], urlsplit(self.path).query)

    def do_POST(self) -> None:
        """Answer a POST, whose parameters are in its body."""
        length = min(int(self.headers.get("Content-Length") or 0), _LARGEST_REQUEST)
        self.respond(urlsplit(self.path).path.rpartition("/")[2], self.rfile.read(length).decode())

    def respond(self, utility: str, parameters: str) -> None:
        """Answer one request."""
        given = {name: values[-1] for name, values in
                 parse_qs(parameters, keep_blank_values=True).items()}  # fmt: skip
        answers = {"esearch.fcgi": self.search, "efetch.fcgi": self.fetch, "epost.fcgi": self.post}
        if utility not in answers:
            self.send(404, b"no such utility", "text/plain")
            return
        status, body, kind = answers[utility](given)
        self.send(status, body, kind)

    def send(self, status: int, body: bytes, kind: str = "text/xml; charset=UTF-8") -> None:
        """Send an answer."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if self.label:
            self.send_header(STAND_IN_HEADER, self.label)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the client tells what happens."""

    # --- the utilities -------------------------------------------------------------------------

    def search(self, given: dict[str, str]) -> tuple[int, bytes, str]:
        """ESearch: count, ids, history, translation, and what was not found."""
        try:
            ids, translation, lost = self.corpus.find(given.get("term", ""))
        except query.Unbalanced:
            error = "<ERROR>Search Backend failed: unbalanced brackets</ERROR>"
            return 200, f"<eSearchResult>{error}</eSearchResult>".encode(), "text/xml"
        start = int(given.get("retstart") or 0)
        most = min(int(given.get("retmax") or 20), OUTPUT_LIMIT)
        page = ids[start : start + most]
        history = ""
        if given.get("usehistory") == "y":
            webenv, key = self.corpus.remember(given.get("WebEnv", ""), ids)
            history = f"<QueryKey>{key}</QueryKey><WebEnv>{escape(webenv)}</WebEnv>"
        warnings = "".join(f"<QuotedPhraseNotFound>{escape(text)}</QuotedPhraseNotFound>"
                           for text in lost)  # fmt: skip
        body = (
            '<?xml version="1.0" encoding="UTF-8" ?>\n<eSearchResult>'
            f"<Count>{len(ids)}</Count><RetMax>{len(page)}</RetMax><RetStart>{start}</RetStart>"
            f"{history}<IdList>{''.join(f'<Id>{pmid}</Id>' for pmid in page)}</IdList>"
            f"<TranslationSet/><QueryTranslation>{escape(translation)}</QueryTranslation>"
            + (f"<WarningList>{warnings}</WarningList>" if warnings else "")
            + "</eSearchResult>"
        )
        return 200, body.encode(), "text/xml; charset=UTF-8"

    def post(self, given: dict[str, str]) -> tuple[int, bytes, str]:
        """EPost: keep a list of ids."""
        ids = [pmid for pmid in given.get("id", "").split(",") if pmid.strip().isdigit()]
        webenv, key = self.corpus.remember(given.get("WebEnv", ""), ids)
        kept = f"<QueryKey>{key}</QueryKey><WebEnv>{escape(webenv)}</WebEnv>"
        return 200, f"<ePostResult>{kept}</ePostResult>".encode(), "text/xml; charset=UTF-8"

    def fetch(self, given: dict[str, str]) -> tuple[int, bytes, str]:
        """EFetch: records as XML, or their ids as text."""
        ids = self._asked(given)
        if ids is None:
            error = b"<ERROR>Cannot retrieve history data. query: 1</ERROR>"
            return 400, b"<eFetchResult>%s</eFetchResult>" % error, "text/xml"
        if given.get("rettype") == "uilist":
            return 200, "\n".join(ids).encode(), "text/plain"
        known = (self.corpus.elements[pmid] for pmid in ids if pmid in self.corpus.elements)
        return 200, _SET % b"".join(known), "text/xml; charset=UTF-8"

    def _asked(self, given: dict[str, str]) -> list[str] | None:
        if "id" in given:
            return [pmid.strip() for pmid in given["id"].split(",") if pmid.strip()]
        ids = self.corpus.histories.get((given.get("WebEnv", ""), given.get("query_key", "")))
        if ids is None:
            return None
        start = int(given.get("retstart") or 0)
        return list(itertools.islice(ids, start, start + int(given.get("retmax") or 20)))


@contextmanager
def serve(
    paths: Sequence[Path], *, label: str | None = LABEL, handler: type[Handler] = Handler
) -> Iterator[str]:
    """Serve PubMed XML files on a free port of this machine; yields the base address.

    ``label`` is what the server calls itself, so that a stand-in never poses as PubMed.
    """
    served = type("CorpusHandler", (handler,), {"corpus": read_corpus(paths), "label": label})
    server = ThreadingHTTPServer(("127.0.0.1", 0), served)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
