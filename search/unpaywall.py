"""The only module that talks to Unpaywall: where an open copy of a paper lies, by its DOI.

https://unpaywall.org/products/api, version 2. It is asked for one DOI at a time, and never for the
copy itself.
"""

from __future__ import annotations

import json
import re
from typing import Any, ClassVar
from urllib.parse import quote

from search.client import Client, Parameters
from search.fulltext import Location
from search.limiter import Limiter
from search.no_answer import Fate, NoAnswer, seconds

_ADDRESS = re.compile(r"https?://[^\s<>\"]{1,2000}")


class Unpaywall(Client):
    """A client of Unpaywall."""

    name: ClassVar[str] = "Unpaywall"
    variable: ClassVar[str] = "SARCAT_UNPAYWALL_URL"
    shared: ClassVar[Limiter] = Limiter()

    def location(self, doi: str) -> Location | None:
        """Return where Unpaywall knows an open copy; None where it knows none, or not the DOI.

        NoAnswer when it fails: that is not the same.
        """
        return self.ask(f"v2/{quote(doi, safe='/')}", {}, read_location)

    def _prepared(self, parameters: Parameters) -> tuple[Parameters, bool]:
        return {**parameters, "email": self.service.email or ""}, False

    def _check(self, status: int, body: bytes, retry_after: str | None) -> None:
        check(status, body, retry_after)


def check(status: int, body: bytes, retry_after: str | None = None) -> None:
    """Return if this may be an answer; NoAnswer if its status or its beginning says otherwise."""
    is_json = body.lstrip()[:1] == b"{"
    if status == 429 or status >= 500:
        error = NoAnswer(f"Unpaywall could not answer (HTTP {status}).", Fate.RETRY,
                         wait=seconds(retry_after))  # fmt: skip
        error.slower = status == 429
        raise error
    if status == 404 and is_json:
        return  # it does not know the DOI, and says so
    if status == 422:
        raise NoAnswer("Unpaywall does not accept the address it is given.", Fate.STOP,
                       remedy="Correct NCBI_EMAIL.")  # fmt: skip
    if status != 200:
        raise NoAnswer(f"Unpaywall refused the request (HTTP {status}).", Fate.STOP,
                       remedy="Look at SARCAT_UNPAYWALL_URL.")  # fmt: skip
    if not is_json:
        raise NoAnswer(
            "what came is no answer of Unpaywall: something between may have answered.", Fate.FEW,
            remedy="Log in to the network, or correct SARCAT_UNPAYWALL_URL.",
        )  # fmt: skip


def read_location(body: bytes) -> Location | None:
    """Read an answer; NoAnswer if it is cut short or says neither open nor closed."""
    try:
        document: Any = json.loads(body, strict=False)
    except (ValueError, RecursionError):
        raise NoAnswer("Unpaywall's answer is cut short or damaged.", Fate.RETRY) from None
    if document.get("error"):
        return None
    if not isinstance(document.get("is_oa"), bool):
        raise NoAnswer("Unpaywall's answer does not say whether there is an open copy.", Fate.FEW)
    best = document.get("best_oa_location")
    url = best.get("url") if isinstance(best, dict) else None
    if not document["is_oa"] or not isinstance(url, str) or not _ADDRESS.fullmatch(url):
        return None
    host = best.get("host_type")
    at = f", at a {host}" if host in ("publisher", "repository") else ""
    return Location(f"found by Unpaywall{at}", url, True)
