"""The only module that talks to NCBI: ESearch, EFetch and ELink, at NCBI's pace.

Transport is in `client`, what an answer means in `eutils`, what is kept in `searching`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from search import eutils, listing
from search.client import DIGEST_HEADER, STAND_IN_HEADER, Client, Parameters
from search.eutils import Found
from search.limiter import SHARED, Limiter
from search.no_answer import Fate, NoAnswer

__all__ = ["DIGEST_HEADER", "STAND_IN_HEADER", "PubMed"]
_LONG_TERM = 300  # characters from which a query goes by POST
_MANY_IDS = 200
_LEAST_PAGE = 25  # records; a page of so few that fails is asked for again, not halved


class PubMed(Client):
    """A client of the E-utilities."""

    name: ClassVar[str] = "PubMed"
    variable: ClassVar[str] = "SARCAT_EUTILS_URL"
    shared: ClassVar[Limiter] = SHARED

    def search(self, query: str, start: int = 0, *, ids: int = listing.OUTPUT_LIMIT) -> Found:
        """Return how many records a query finds, and up to ``ids`` PMIDs from ``start`` on."""
        parameters = {"term": query, "usehistory": "y", "retmode": "xml", "retmax": str(ids)}
        if start:
            parameters["retstart"] = str(start)
        return self.ask("esearch.fcgi", parameters, eutils.read_search)

    def all_ids(self, query: str, first: Found) -> list[str]:
        """Return the PMIDs of every record found, each once; see `listing.all_ids`."""
        return listing.all_ids(self.search, query, first)

    def fetch(self, ids: Sequence[str]) -> list[bytes]:
        """Return some records as one or more documents of PubMed XML, each whole.

        They are asked for by id and not from NCBI's history, which expires and which cannot go
        beyond its 9,999th record. Ids that PubMed does not know are left out without a word: the
        caller compares. A page that takes too long is asked for in halves.
        """
        may_halve = len(ids) > _LEAST_PAGE
        try:
            return [self.ask("efetch.fcgi", {"id": ",".join(ids), "retmode": "xml"},
                              _whole, halving=may_halve)]  # fmt: skip
        except NoAnswer as error:
            if error.fate is not Fate.SMALLER or not may_halve:
                raise
        middle = (len(ids) + 1) // 2
        self.page = min(self.page, middle)
        self._notice(f"PubMed takes long; asking for {middle} records at a time.")
        return self.fetch(ids[:middle]) + self.fetch(ids[middle:])

    def links(self, ids: Sequence[str], linkname: str) -> dict[str, tuple[str, ...]]:
        """Return for each id the ids that it is linked to; ids that PubMed does not know have none.

        The ids are sent one by one (``id`` repeated): of a list PubMed mixes the results.
        """
        parameters = {"dbfrom": "pubmed", "linkname": linkname, "cmd": "neighbor", "id": list(ids),
                      "retmode": "xml"}  # fmt: skip
        return self.ask("elink.fcgi", parameters, lambda body: eutils.read_links(body, linkname))

    # --- one request ---------------------------------------------------------------------------

    def _prepared(self, parameters: Parameters) -> tuple[Parameters, bool]:
        service = self.service
        sent = {"db": "pubmed", "tool": service.tool, **parameters}
        sent |= {"email": service.email} if service.email else {}
        sent |= {"api_key": service.api_key} if service.api_key else {}
        ids = sent.get("id", "")
        # With a key always by POST: an address is written into logs on its way, a body is not.
        by_post = (
            bool(service.api_key)
            or len(sent.get("term", "")) > _LONG_TERM
            or (ids.count(",") if isinstance(ids, str) else len(ids)) >= _MANY_IDS
        )
        return sent, by_post

    def _check(self, status: int, body: bytes, retry_after: str | None) -> None:
        eutils.check(status, body, retry_after)


def _whole(body: bytes) -> bytes:
    eutils.check_records(body)
    return body
