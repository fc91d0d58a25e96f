"""A client of a web service: one pace, time-outs, retries of what is transient, answers judged.

What an answer means is the affair of each service (`pubmed`, `europepmc`).
"""

from __future__ import annotations

import io
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import ClassVar, Self, TypeVar

import requests
import urllib3

from search.limiter import Limiter
from search.no_answer import Fate, NoAnswer
from search.service import Service

T = TypeVar("T")
Parameters = Mapping[str, str | Sequence[str]]  # a sequence is sent as the name repeated
STAND_IN_HEADER = "X-Sarcat-Corpus"  # a server that answers in a service's place says so
DIGEST_HEADER = "X-Sarcat-Corpus-Digest"  # and which records it has
_LARGEST_ANSWER = 256 << 20  # bytes; 500 records of 200 kB are 100 MB
_PIECE = 1 << 16  # bytes


class Client:
    """What clients of all services have in common.

    Every method that asks returns an answer or raises: NoAnswer (a SarcatError) says in one
    sentence what came instead. A failure is never an empty answer. ``notice`` is told of pauses.
    """

    name: ClassVar[str]
    variable: ClassVar[str]  # of the environment, that names another address
    shared: ClassVar[Limiter]  # the pace of all clients of this service in this process

    def __init__(
        self, service: Service, *, session: requests.Session | None = None,
        limiter: Limiter | None = None, sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        notice: Callable[[str], None] = lambda _text: None,
    ) -> None:  # fmt: skip
        self.service = service
        self.stand_in: str | None = None  # what the server calls itself, if it stands in
        self.corpus: str | None = None  # the digest of its records
        self.page = service.page  # records a request; fewer once a page took too long
        # given every answer with the name of its utility, to be kept as it came
        self.keep: Callable[[str, bytes], None] | None = None
        self._session = session or requests.Session()
        if service.is_local:
            self._session.trust_env = False  # no proxy stands between this machine and itself
        size = max(service.at_once, 1)
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, requests.adapters.HTTPAdapter(pool_maxsize=size))
        self._limiter = limiter or self.shared
        self._sleep, self._clock, self._notice = sleep, clock, notice

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._session.close()

    def _prepared(self, parameters: Parameters) -> tuple[Parameters, bool]:
        """Return the parameters with those that every request bears, and whether to POST them."""
        raise NotImplementedError

    def _check(self, status: int, body: bytes, retry_after: str | None) -> None:
        """Return if this may be an answer; else NoAnswer."""
        raise NotImplementedError

    # --- one request ---------------------------------------------------------------------------

    def ask(
        self, utility: str, parameters: Parameters, read: Callable[[bytes], T],
        *, halving: bool = False,
    ) -> T:  # fmt: skip
        """Send a request until its answer is one, as ``read`` tells, or the tries are used up."""
        failed: Counter[Fate] = Counter()
        while True:
            # The embedded server says that it is no one's but ours: it needs no manners.
            at_ease = self.stand_in is not None and self.service.is_local
            self._limiter.wait(0 if at_ease else self.service.pace, self.service.slots)
            try:
                body = self._send(utility, parameters)
                answer = read(body)
            except NoAnswer as error:
                failed[error.fate] += 1
                enough = failed[error.fate] >= self._tries(error.fate, halving)
                if enough or failed.total() >= self.service.tries:
                    raise
                pause = self._pause(failed.total(), error)
                if error.slower:
                    self._limiter.hold(pause)  # for all that this process asks
                self._notice(f"{error.what} Trying again in {pause:.1f} s.")
            else:
                if self.keep:
                    self.keep(utility.removesuffix(".fcgi"), body)
                return answer
            self._sleep(pause)

    def _tries(self, fate: Fate, halving: bool) -> int:
        if fate is Fate.STOP or (fate is Fate.SMALLER and halving):
            return 1
        return self.service.few_tries if fate is Fate.FEW else self.service.tries

    def _pause(self, number: int, error: NoAnswer) -> float:
        """Return how long to wait after the ``number``-th try: what was asked for, or longer."""
        doubled = min(self.service.first_wait * 2.0 ** (number - 1), self.service.longest_wait)
        # Jitter: clients that failed together must not come back together.
        return max(doubled * random.uniform(0.8, 1.3), error.wait or 0.0)  # noqa: S311

    def _send(self, utility: str, parameters: Parameters) -> bytes:
        sent, by_post = self._prepared(parameters)
        try:
            with self._session.request(
                "POST" if by_post else "GET", self.service.address + utility,
                params=None if by_post else sent, data=sent if by_post else None,
                headers={"User-Agent": f"sarcat/{version('sarcat')}"},
                timeout=(self.service.connect_timeout, self.service.read_timeout),
                stream=True, allow_redirects=False,
            ) as answer:  # fmt: skip
                return self._body(answer)
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            raise self._unreached(error) from None  # its own text may hold the address

    def _body(self, answer: requests.Response) -> bytes:
        """Return the body of an answer that may be one; NoAnswer if it is none."""
        whole = io.BytesIO()  # gives its bytes out without a copy: pages are large
        for piece in self._pieces(answer):
            whole.write(piece)
        body = self.service.scrubbed(whole.getvalue())
        self._check(answer.status_code, body, answer.headers.get("Retry-After"))
        self.stand_in = _printable(answer.headers.get(STAND_IN_HEADER, ""))
        self.corpus = _printable(answer.headers.get(DIGEST_HEADER, ""))
        return body

    def _pieces(self, answer: requests.Response) -> Iterator[bytes]:
        """Yield what arrives, as it arrives: a server that sends a byte now and then is too slow.

        `iter_content` would wait until a piece is full, however long that takes.
        """
        ends, size = self._clock() + self.service.whole_timeout, 0
        while piece := answer.raw.read1(_PIECE, decode_content=True):
            yield piece
            size += len(piece)
            if size > _LARGEST_ANSWER:
                raise NoAnswer(
                    f"{self.name}'s answer is larger than any page of records.", Fate.SMALLER
                )
            if self._clock() > ends:
                raise NoAnswer(f"{self.name}'s answer came too slowly.", Fate.SMALLER)

    def _unreached(self, error: Exception) -> NoAnswer:
        host = self.service.host
        remedy = f"Look at the network and at {self.variable}, and run the command again."
        refused = getattr(error.args[0] if error.args else None, "reason", None)
        if isinstance(error, requests.exceptions.SSLError):
            return NoAnswer(f"the certificate of {host} cannot be trusted.", Fate.STOP,
                            remedy="Look whether a proxy stands between.")  # fmt: skip
        if isinstance(error, requests.ConnectTimeout):
            return NoAnswer(f"{host} could not be reached in time.", Fate.FEW, remedy=remedy)
        if isinstance(error, requests.Timeout | urllib3.exceptions.TimeoutError):
            return NoAnswer(f"{host} did not answer in time.", Fate.SMALLER, remedy=remedy)
        if isinstance(refused, urllib3.exceptions.NewConnectionError | OSError) or isinstance(
            error, requests.exceptions.ProxyError
        ):
            return NoAnswer(f"{host} could not be reached.", Fate.FEW, remedy=remedy)
        if isinstance(error, requests.ConnectionError | urllib3.exceptions.HTTPError):
            return NoAnswer(f"the connection to {host} broke off.", Fate.RETRY, remedy=remedy)
        return NoAnswer(f"{host} cannot be asked.", Fate.STOP, remedy=remedy)


def _printable(header: str) -> str | None:
    return "".join(filter(str.isprintable, header))[:200] or None
