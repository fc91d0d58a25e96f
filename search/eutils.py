"""What the E-utilities answer, told apart: an answer, something to try again, or the end.

Pure functions over status, headers and bytes (EUTILS.md, "When is an answer an answer?").
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import StrEnum

from lxml import etree

from search.errors import BadInput, SarcatError

_KEY = re.compile(r"(api[_-]key\W{1,6})[\w-]+", re.IGNORECASE)
_TIMED_OUT = re.compile(r"Empty Response|Status: ?Timeout", re.IGNORECASE)
_EXPIRED = re.compile(
    r"Unable to obtain query|Cannot retrieve history|WebEnv.{0,40}(?:expired|not)", re.IGNORECASE
)
_BUSY = re.compile(r"Search Backend failed|Database is not supported|temporarily|rate limit",
                   re.IGNORECASE)  # fmt: skip
# ErrorList and WarningList of ESearch, in words
_SAID = {
    "PhraseNotFound": "not found, and left out of the search",
    "QuotedPhraseNotFound": "is not in PubMed's phrase index, and was left out of the search",
    "PhraseIgnored": "was ignored",
    "FieldNotFound": "is a field PubMed does not know",
    "OutputMessage": "",
}


class Fate(StrEnum):
    """What to do about an answer that is none."""

    RETRY = "retry"
    SMALLER = "smaller"  # again, with fewer ids
    SEARCH_AGAIN = "search again"  # the history is gone
    STOP = "stop"


class NoAnswer(SarcatError):
    """What came is no answer of PubMed; ``fate`` says what to do, ``wait`` how long to hold."""

    def __init__(
        self, what: str, fate: Fate, *, wait: float | None = None, remedy: str = ""
    ) -> None:
        super().__init__(what, remedy=remedy or None)
        self.fate = fate
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Found:
    """An answer of ESearch."""

    count: int
    ids: tuple[str, ...]
    webenv: str | None
    query_key: str | None
    translation: str | None
    warnings: tuple[str, ...]


def scrub(text: str) -> str:
    """Return a text without any API key: NCBI's error bodies repeat it."""
    return _KEY.sub(r"\1…", text)


def judge(status: int, content_type: str, body: bytes, retry_after: str | None) -> None:
    """Return if the body may be an answer; NoAnswer in one sentence if it is none."""
    text = scrub(body[:2000].decode("utf-8", "replace")).strip()
    wait = float(retry_after) if retry_after and retry_after.isdigit() else None
    if status == 429 or (status == 200 and text.startswith('{"error"') and "limit" in text):
        raise NoAnswer("PubMed asks to go slower (429).", Fate.RETRY, wait=wait or 1.0,
                       remedy="Wait a while, or set NCBI_API_KEY.")  # fmt: skip
    if status in (500, 502, 503, 504):
        raise NoAnswer(f"PubMed failed (HTTP {status}).", Fate.RETRY, wait=wait,
                       remedy="Run the command again later.")  # fmt: skip
    if status in (301, 302, 303, 307, 308):
        raise NoAnswer("the address sends on to another one, which is not followed.", Fate.STOP,
                       remedy="Check SARCAT_EUTILS_URL, or log in to the network.")  # fmt: skip
    if _EXPIRED.search(text):
        raise NoAnswer("PubMed has forgotten the search (its history expired).", Fate.SEARCH_AGAIN)
    if status == 400 and _TIMED_OUT.search(text):
        raise NoAnswer("PubMed took too long for this page.", Fate.SMALLER)
    if status != 200:
        said = _said(text)
        raise NoAnswer(f"PubMed refused (HTTP {status}{': ' + said if said else ''}).", Fate.STOP,
                       remedy="Check the query, NCBI_API_KEY and SARCAT_EUTILS_URL.")  # fmt: skip
    if not body.strip():
        raise NoAnswer("PubMed sent an empty answer.", Fate.RETRY, remedy="Try again later.")
    if "html" in content_type.lower() or text[:15].lower().startswith(("<!doctype html", "<html")):
        raise NoAnswer(
            "a web page came instead of an answer: something between you and PubMed "
            "(a login page, a proxy) has answered.", Fate.STOP,
            remedy="Log in to the network, or check SARCAT_EUTILS_URL.",
        )  # fmt: skip


def _said(text: str) -> str:
    try:
        document = json.loads(text, strict=False)
    except ValueError:
        found = re.search(r"<ERROR>([^<]+)", text)
        return " ".join((found.group(1) if found else re.sub(r"<[^>]*>", " ", text)).split())[:200]
    return str(document.get("error", ""))[:200] if isinstance(document, dict) else ""


def read_search(body: bytes) -> Found:
    """Read an ESearch answer in XML; NoAnswer when it says that it failed or is cut short.

    Biopython's `Entrez.read` wants NLM's yearly DTD and fetches a newer one; and JSON answers
    bear raw newlines. The answer is small, so lxml reads it whole, entities and network off.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError:
        raise NoAnswer("PubMed's answer is cut short or damaged.", Fate.RETRY) from None
    if root.tag != "eSearchResult":
        raise NoAnswer(
            "this is no answer to a search.", Fate.STOP, remedy="Check SARCAT_EUTILS_URL."
        )
    error = " ".join((root.findtext("ERROR") or "").split())
    if error:
        busy = _BUSY.search(error)
        fate = Fate.RETRY if busy else Fate.STOP
        raise NoAnswer(f"PubMed could not search: {scrub(error)[:300]}.", fate,
                       remedy="Check the query's brackets; if it is sound, try later.")  # fmt: skip
    count = (root.findtext("Count") or "").strip()
    if not count.isdigit():
        raise NoAnswer("PubMed's answer has no count.", Fate.RETRY)
    return Found(
        count=int(count),
        ids=tuple(each.text for each in root.iterfind("IdList/Id") if each.text),
        webenv=root.findtext("WebEnv"),
        query_key=root.findtext("QueryKey"),
        translation=root.findtext("QueryTranslation"),
        warnings=tuple(_warnings(root)),
    )


def _warnings(root: etree._Element) -> list[str]:
    said = []
    for name in ("ErrorList", "WarningList"):
        for each in root.iterfind(f"{name}/*"):
            words = _SAID.get(str(each.tag), str(each.tag))
            text = " ".join("".join(map(str, each.itertext())).split())
            if text and text != "No items found.":
                said.append(f"{text!r} {words}".strip() if words else text)
    return said


def check_address(address: str) -> str:
    """Return the base address of the E-utilities, ending in a slash; BadInput when it is none."""
    if not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", address):
        raise BadInput(f"{address!r} is no address of the E-utilities.",
                       where="SARCAT_EUTILS_URL", remedy="Write http(s)://host/path/.")  # fmt: skip
    return address.rstrip("/") + "/"
