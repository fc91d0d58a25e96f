"""The only module that talks to NCBI: ESearch and EFetch, at NCBI's pace, each answer judged.

Transport only: what an answer means is told in `eutils`, what is kept in `searching`.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import TypeVar

import requests

from search import eutils
from search.errors import SarcatError
from search.eutils import Fate, Found, NoAnswer
from search.limiter import Limiter

T = TypeVar("T")
DEFAULT_ADDRESS = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/"
STAND_IN_HEADER = "X-Sarcat-Corpus"  # a server that answers in PubMed's place says so
OUTPUT_LIMIT = 9_999  # PubMed gives out no more records of one search
LARGEST_ANSWER = 256 << 20  # bytes; 500 records of 200 kB are 100 MB
_LONG_TERM = 300  # characters from which a query goes by POST
_MANY_IDS = 200


@dataclass(frozen=True, slots=True)
class Service:
    """Where and as whom to ask. The key is never shown: it is left out of ``repr``."""

    address: str = DEFAULT_ADDRESS
    api_key: str | None = field(default=None, repr=False)
    email: str | None = None
    connect_timeout: float = 10.0  # seconds
    read_timeout: float = 60.0  # seconds between two bytes
    whole_timeout: float = 600.0  # seconds for one answer
    tries: int = 5
    first_wait: float = 1.0  # seconds, doubled with each try


def service_of_environment() -> Service:
    """Return the service that NCBI_API_KEY, NCBI_EMAIL and SARCAT_EUTILS_URL name."""
    environment = os.environ
    return Service(
        address=eutils.check_address(environment.get("SARCAT_EUTILS_URL") or DEFAULT_ADDRESS),
        api_key=environment.get("NCBI_API_KEY") or None,
        email=environment.get("NCBI_EMAIL") or None,
    )


class PubMed:
    """A client of the E-utilities.

    Every method returns an answer or raises: NoAnswer (a SarcatError) says in one sentence what
    came instead. A failure is never an empty answer.
    """

    def __init__(
        self, service: Service, *, session: requests.Session | None = None,
        limiter: Limiter | None = None, sleep: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        self.service = service
        self.stand_in: str | None = None  # what the server calls itself, if it is not PubMed
        self._session = session or requests.Session()
        is_ncbi = service.address == DEFAULT_ADDRESS
        self._limiter = limiter or Limiter((10 if service.api_key else 3) if is_ncbi else 0)
        self._sleep = sleep

    def __enter__(self) -> PubMed:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._session.close()

    # --- asking --------------------------------------------------------------------------------

    def search(self, query: str, *, ids: int = 0, start: int = 0) -> Found:
        """Return how many records a query finds, and up to ``ids`` PMIDs from ``start`` on."""
        parameters = {"term": query, "usehistory": "y", "retmode": "xml", "retmax": str(ids)}
        if start:
            parameters["retstart"] = str(start)
        return self._ask("esearch.fcgi", parameters, eutils.read_search)

    def all_ids(self, query: str, found: Found) -> list[str]:
        """Return the PMIDs of every record found, each once; past PubMed's limit by UID ranges.

        May be fewer than ``found.count`` when the service names fewer than it counted: the caller
        compares.
        """
        if found.count <= OUTPUT_LIMIT:
            return self._listed(query, found.count)
        newest = self.search("all[SB] NOT pubmed books[SB]", ids=1).ids
        if not newest:
            raise SarcatError("PubMed did not name its newest record.", remedy="Try again later.")
        return list(dict.fromkeys(self._halves(query, 1, int(newest[0]) + 1000)))

    def _listed(self, query: str, count: int) -> list[str]:
        ids: dict[str, None] = {}
        while len(ids) < count:
            page = self.search(query, ids=OUTPUT_LIMIT, start=len(ids)).ids
            if not set(page) - set(ids):
                break
            ids.update(dict.fromkeys(page))
        return list(ids)

    def _halves(self, query: str, first: int, last: int) -> Iterator[str]:
        part = self.search(f"({query}) AND {first}:{last}[UID]", ids=OUTPUT_LIMIT)
        if part.count > OUTPUT_LIMIT:
            middle = (first + last) // 2
            yield from self._halves(query, middle + 1, last)
            yield from self._halves(query, first, middle)
        elif len(part.ids) == part.count:
            yield from part.ids
        else:
            yield from self._listed(f"({query}) AND {first}:{last}[UID]", part.count)

    def fetch(self, ids: Sequence[str]) -> bytes:
        """Return the PubMed XML of some records; ids that PubMed does not know are left out of it.

        A page that takes too long is asked for in halves: then the answers stand one after another.
        """
        try:
            return self._ask("efetch.fcgi", {"id": ",".join(ids), "retmode": "xml"}, _whole_set)
        except NoAnswer as error:
            if error.fate is not Fate.SMALLER or len(ids) == 1:
                raise
        middle = len(ids) // 2
        return self.fetch(ids[:middle]) + b"\n" + self.fetch(ids[middle:])

    # --- one request ---------------------------------------------------------------------------

    def _ask(self, utility: str, parameters: Mapping[str, str], read: Callable[[bytes], T]) -> T:
        """Send a request until its answer is one, or the tries are used up."""
        for number in range(1, self.service.tries + 1):
            self._limiter.wait()
            try:
                return read(self._send(utility, parameters))
            except NoAnswer as error:
                if error.fate is not Fate.RETRY or number == self.service.tries:
                    raise
                # Jitter: clients that failed together must not come back together.
                pause = self.service.first_wait * 2 ** (number - 1) * random.uniform(0.8, 1.3)  # noqa: S311
                pause = max(pause, error.wait or 0.0)
            self._limiter.hold(pause)
            self._sleep(pause)
        raise AssertionError("unreachable: the last try returns or raises")

    def _send(self, utility: str, parameters: Mapping[str, str]) -> bytes:
        sent = {"db": "pubmed", "tool": "sarcat", **parameters}
        if self.service.email:
            sent["email"] = self.service.email
        if self.service.api_key:
            sent["api_key"] = self.service.api_key
        by_post = (
            len(sent.get("term", "")) > _LONG_TERM or sent.get("id", "").count(",") >= _MANY_IDS
        )
        timeout = (self.service.connect_timeout, self.service.read_timeout)
        headers = {"User-Agent": f"sarcat/{version('sarcat')}"}
        try:
            with self._session.request(
                "POST" if by_post else "GET",
                self.service.address + utility,
                data=sent if by_post else None,
                params=None if by_post else sent,
                headers=headers, timeout=timeout, stream=True, allow_redirects=False,
            ) as answer:  # fmt: skip
                body = self._body(answer)
                self.stand_in = answer.headers.get(STAND_IN_HEADER) or self.stand_in
                eutils.judge(
                    answer.status_code,
                    answer.headers.get("Content-Type", ""),
                    body,
                    answer.headers.get("Retry-After"),
                )
                return body
        except requests.RequestException as error:
            raise self._unreached(error) from None  # its text holds the address with the key

    def _body(self, answer: requests.Response) -> bytes:
        ends = time.monotonic() + self.service.whole_timeout
        parts, size = [], 0
        for part in answer.iter_content(1 << 16):
            parts.append(part)
            size += len(part)
            if size > LARGEST_ANSWER:
                raise NoAnswer("the answer is larger than any page of records.", Fate.SMALLER)
            if time.monotonic() > ends:
                raise NoAnswer("the answer came too slowly.", Fate.SMALLER)
        return b"".join(parts)

    def _unreached(self, error: requests.RequestException) -> NoAnswer:
        host = self.service.address.split("/")[2]
        advice = "Check the network and SARCAT_EUTILS_URL, and run the command again."
        if isinstance(error, requests.exceptions.SSLError):
            return NoAnswer(f"the certificate of {host} could not be trusted.", Fate.STOP,
                            remedy="Check the network: a proxy may stand between.")  # fmt: skip
        if isinstance(error, requests.Timeout):
            return NoAnswer(f"{host} did not answer in time.", Fate.RETRY, remedy=advice)
        if isinstance(error, requests.ConnectionError) and "Read timed out" in str(error):
            return NoAnswer(
                f"{host} stopped in the middle of an answer.", Fate.RETRY, remedy=advice
            )
        if isinstance(error, requests.ConnectionError):
            return NoAnswer(f"{host} could not be reached.", Fate.RETRY, remedy=advice)
        return NoAnswer(f"the answer of {host} broke off.", Fate.RETRY, remedy=advice)


def _whole_set(body: bytes) -> bytes:
    """Return the body if it looks like a whole set of records; NoAnswer if not."""
    head = body[:3000]
    if b"<PubmedArticleSet" not in head and b"<PubmedBookArticleSet" not in head:
        said = eutils.scrub(head.decode("utf-8", "replace"))
        if "Search Backend failed" in said or "error" in said.lower():
            words = " ".join(said.split())[-160:]
            raise NoAnswer(f"PubMed sent an error instead of records: {words}.", Fate.RETRY)
        raise NoAnswer(
            "what came is no set of records.", Fate.STOP, remedy="Check SARCAT_EUTILS_URL."
        )
    tail = body[-200:].rstrip()
    if not tail.endswith(
        (b"</PubmedArticleSet>", b"</PubmedBookArticleSet>", b"<PubmedArticleSet/>")
    ):
        raise NoAnswer("a page of records was cut short.", Fate.RETRY, remedy="Try again later.")
    return body
