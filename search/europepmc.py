"""The only module that talks to Europe PMC: its search, at a modest pace, each answer judged.

https://europepmc.org/RestfulWebService. It answers in JSON, a page at a time, each with the mark of
the next one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from search.client import Client, Parameters
from search.limiter import Limiter
from search.no_answer import Fate, NoAnswer, refuse_redirect, seconds

PAGE = 500  # records; 1,000 are allowed
FIRST = "*"  # the mark of the first page
_LONG = 1_500  # characters from which a query goes by POST


@dataclass(frozen=True, slots=True)
class Answer:
    """One page: how many records a query finds, those of the page as sent, the next one's mark."""

    count: int
    results: tuple[Any, ...]
    next: str | None


class EuropePmc(Client):
    """A client of Europe PMC."""

    name: ClassVar[str] = "Europe PMC"
    variable: ClassVar[str] = "SARCAT_EUROPEPMC_URL"
    shared: ClassVar[Limiter] = Limiter()

    def search(self, query: str, cursor: str = FIRST, *, size: int = PAGE) -> Answer:
        """Return a page of what a query finds; no synonyms are added to it."""
        parameters = {"query": query, "resultType": "core", "format": "json", "synonym": "FALSE",
                      "pageSize": str(size), "cursorMark": cursor}  # fmt: skip
        return self.ask("searchPOST" if len(query) > _LONG else "search", parameters, read_answer)

    def held(self, pmids: Sequence[str]) -> set[str]:
        """Return which PMIDs Europe PMC has."""
        found: set[str] = set()
        for at in range(0, len(pmids), 100):
            named = " OR ".join(f"EXT_ID:{pmid}" for pmid in pmids[at : at + 100])
            answer = self.search(f"({named}) AND SRC:MED", size=1_000)
            found |= {str(each.get("id")) for each in answer.results if isinstance(each, dict)}
        return found & set(pmids)

    def _prepared(self, parameters: Parameters) -> tuple[Parameters, bool]:
        return parameters, len(parameters.get("query", "")) > _LONG

    def _check(self, status: int, body: bytes, retry_after: str | None) -> None:
        check(status, body, retry_after)


def check(status: int, body: bytes, retry_after: str | None = None) -> None:
    """Return if this may be an answer; NoAnswer if its status or its beginning says otherwise."""
    wait = seconds(retry_after)
    if status == 429:
        error = NoAnswer("Europe PMC asks to go slower (429).", Fate.RETRY, wait=wait)
        error.slower = True
        raise error
    refuse_redirect(status, "SARCAT_EUROPEPMC_URL")
    if status >= 500:
        raise NoAnswer(f"Europe PMC's server failed (HTTP {status}).", Fate.RETRY, wait=wait)
    if status != 200:
        raise NoAnswer(f"Europe PMC refused the request (HTTP {status}).", Fate.STOP,
                       remedy="Look at the query.")  # fmt: skip
    head = body.lstrip()[:1]
    if not head:
        raise NoAnswer("Europe PMC sent an empty answer.", Fate.RETRY)
    if head != b"{":
        raise NoAnswer(
            "what came is no answer of Europe PMC: something between may have answered.", Fate.FEW,
            remedy="Log in to the network, or correct SARCAT_EUROPEPMC_URL.",
        )  # fmt: skip


def read_answer(body: bytes) -> Answer:
    """Read a page; NoAnswer if it is cut short, tells an error, or no count."""
    try:
        document = json.loads(body, strict=False)
    except (ValueError, RecursionError):
        raise NoAnswer("Europe PMC's answer is cut short or damaged.", Fate.RETRY) from None
    if said := document.get("errMsg") or document.get("errorMessage"):
        words = " ".join(str(said).split())[:300]
        raise NoAnswer(f"Europe PMC could not search: {words}.", Fate.FEW,
                       remedy="Look at the query.")  # fmt: skip
    count, listed = document.get("hitCount"), document.get("resultList")
    results = listed.get("result") if isinstance(listed, dict) else None
    if not isinstance(count, int) or isinstance(count, bool) or not isinstance(results, list):
        raise NoAnswer("Europe PMC's answer tells no count or no records.", Fate.RETRY)
    mark = document.get("nextCursorMark")
    return Answer(count, tuple(results), mark if isinstance(mark, str) and mark else None)
