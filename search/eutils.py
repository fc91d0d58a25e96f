"""What the E-utilities answer, told apart: an answer, something to ask again for, or the end.

Pure functions over status, headers and bytes; each raises NoAnswer, in one sentence, for what is
none. NCBI's manual is thin here: the rules come from recorded answers and from EDirect.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from search.no_answer import AGAIN, Fate, NoAnswer, refuse_redirect, seconds

_HTML = re.compile(r"\s*(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body|title|meta)\b",
                   re.IGNORECASE | re.DOTALL)  # fmt: skip
_LOOKED_AT = 4000  # bytes of an answer that tell what it is
_LONGEST_WAIT = 120.0  # seconds; who asks for a longer pause is asked again by the user


@dataclass(frozen=True, slots=True)
class Found:
    """An answer of ESearch: how many records there are, the ids of this page, how it was read.

    ``translations`` are the (term, what it was mapped to) of the TranslationSet; ``dropped`` are
    the terms that were left out of the search, so that a count of 0 may not be true.
    """

    count: int
    ids: tuple[str, ...] = ()
    webenv: str | None = None
    query_key: str | None = None
    translation: str | None = None
    translations: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


# --- any answer --------------------------------------------------------------------------------


def check(status: int, body: bytes, retry_after: str | None = None) -> None:
    """Return if this may be an answer; NoAnswer if its status or its beginning says otherwise."""
    text = body[:_LOOKED_AT].decode("utf-8", "replace")
    wait = seconds(retry_after)
    document = _json(body) if text.lstrip()[:1] in ("{", "[") else None
    words = _words(text, document)
    if status == 429 or "rate limit exceeded" in words.lower():
        raise _slower(wait)
    if wait and wait > _LONGEST_WAIT:
        raise NoAnswer(f"PubMed asks to wait for {wait:.0f} seconds.", Fate.STOP)
    refuse_redirect(status, "SARCAT_EUTILS_URL")
    if status >= 500:
        raise NoAnswer(f"PubMed's server failed (HTTP {status}).", Fate.RETRY, wait=wait)
    if status != 200:
        raise _refused(words, f"PubMed refused the request (HTTP {status})", Fate.STOP)
    if not text.strip():
        raise NoAnswer("PubMed sent an empty answer.", Fate.RETRY)
    if _HTML.match(text):
        raise NoAnswer(
            "a web page came instead of PubMed's answer: something between you and PubMed "
            "(a login page, a proxy) has answered.", Fate.FEW,
            remedy="Log in to the network, or correct SARCAT_EUTILS_URL.",
        )  # fmt: skip
    if document is not None:
        raise _refused(words, "JSON came instead of PubMed's XML", Fate.FEW)


def _slower(wait: float | None) -> NoAnswer:
    remedy = "Wait a while; with a key from NCBI in NCBI_API_KEY more requests are allowed."
    if wait and wait > _LONGEST_WAIT:
        return NoAnswer(
            f"PubMed asks to wait for {wait:.0f} seconds (429).", Fate.STOP, remedy=remedy
        )
    error = NoAnswer("PubMed asks to go slower (429).", Fate.RETRY, wait=wait, remedy=remedy)
    error.slower = True
    return error


def _json(body: bytes) -> Any:
    try:
        # not strict: NCBI writes raw newlines into its error texts
        return json.loads(body, strict=False)
    except (ValueError, RecursionError):
        return ""


def _words(text: str, document: Any) -> str:
    """Return what an answer says went wrong, as one line; its whole text if it names nothing."""
    if document is not None:
        inner = document.get("esearchresult", document) if isinstance(document, dict) else {}
        said = [inner.get(name) for name in ("error", "ERROR")] if isinstance(inner, dict) else []
        text = next((word for word in said if isinstance(word, str)), text)
    elif found := re.search(r"<ERROR>(.*?)(?:</ERROR>|\Z)", text, re.DOTALL):
        text = found.group(1)
    elif body := re.search(r"<body\b.*", text, re.DOTALL | re.IGNORECASE):
        text = body.group(0)
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())


# What PubMed's words mean, the first that fits: the order matters, since PubMed wraps its refusal
# of a high retstart in "Search Backend failed".
_MEANINGS: tuple[tuple[str, Fate, str | None, str], ...] = (
    (r"'retstart' cannot be larger|OUT OF RANGE", Fate.STOP,
     "PubMed gives out only the first 9,999 records of a search", "Narrow the search."),
    (r"API key", Fate.STOP, "PubMed does not accept the API key", "Correct NCBI_API_KEY."),
    (r"External viewer error|Empty Response|Status: ?Timeout", Fate.SMALLER,
     "PubMed took too long over this page", AGAIN),
    (r"Unable to obtain query|Cannot retrieve history", Fate.FEW,
     "PubMed has forgotten the search result that was asked for", "Run the command again."),
    (r"Search Backend failed|Database is not supported|temporarily unavailable", Fate.FEW,
     None, "Look at the query's brackets and quotes; if they are sound, try again later."),
)  # fmt: skip


def _refused(words: str, what: str, fate: Fate) -> NoAnswer:
    """Return the refusal that PubMed's ``words`` mean; ``what`` and ``fate`` if they say little."""
    quoted = f": {words[:200]!r}." if words else "."
    for pattern, known, meaning, remedy in _MEANINGS:
        if re.search(pattern, words, re.IGNORECASE):
            return NoAnswer((meaning or what) + quoted, known, remedy=remedy)
    return NoAnswer(what + quoted, fate, remedy="Look at the query and at SARCAT_EUTILS_URL.")


# --- ESearch -----------------------------------------------------------------------------------

# ErrorList and WarningList, in words. What PubMed dropped is also told apart in `Found.dropped`.
_NOT_FOUND = {
    "PhraseNotFound": "was not found, and left out of the search",
    "QuotedPhraseNotFound": "is not in PubMed's phrase index, and left out of the search",
    "FieldNotFound": "is a field that PubMed does not know",
}
_IGNORED = {"PhraseIgnored": "was ignored"}


def read_search(body: bytes) -> Found:
    """Read an ESearch answer in XML; NoAnswer if it failed, is cut short, or tells no count.

    Not by `Bio.Entrez.read`; docs/architecture.md says why.
    """
    root = _parsed(body)
    if root.tag != "eSearchResult":
        raise NoAnswer(
            f"what came is no answer to a search: its root is <{str(root.tag)[:60]}>.", Fate.FEW,
            remedy="Look at SARCAT_EUTILS_URL.",
        )  # fmt: skip
    if error := _text(root, "ERROR"):
        raise _refused(error, "PubMed could not search", Fate.STOP)
    count = _text(root, "Count") or ""
    if not re.fullmatch(r"[0-9]{1,12}", count):
        raise NoAnswer("PubMed's answer tells no count.", Fate.RETRY)
    said = list(_said(root))
    return Found(
        count=int(count),
        ids=tuple(filter(None, ((each.text or "").strip() for each in root.iterfind("IdList/Id")))),
        webenv=_text(root, "WebEnv"),
        query_key=_text(root, "QueryKey"),
        translation=_text(root, "QueryTranslation"),
        translations=tuple(
            (_text(each, "From") or "", _text(each, "To") or "")
            for each in root.iterfind("TranslationSet/Translation")
        ),
        warnings=tuple(f"{text!r} {words}" if words else text for _, text, words in said),
        dropped=tuple(text for name, text, _ in said if name in _NOT_FOUND),
    )


def _parsed(body: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True,
        remove_pis=True,
    )  # fmt: skip
    try:
        return etree.fromstring(body, parser)
    except etree.XMLSyntaxError:
        raise NoAnswer("PubMed's answer is cut short or damaged.", Fate.RETRY) from None


def _said(root: etree._Element) -> Iterator[tuple[str, str, str]]:
    """Yield (name, text, meaning) of each error and warning that ESearch adds to its answer."""
    for path in ("ErrorList/*", "WarningList/*"):
        for each in root.iterfind(path):
            name, text = str(each.tag), " ".join("".join(map(str, each.itertext())).split())
            if text and text != "No items found.":
                meaning = (_NOT_FOUND | _IGNORED).get(name, "")
                yield name, text, meaning if meaning or name == "OutputMessage" else f"({name})"


def _text(element: etree._Element, path: str) -> str | None:
    found = element.find(path)
    return None if found is None else " ".join("".join(map(str, found.itertext())).split()) or None


# --- ELink -------------------------------------------------------------------------------------


def read_links(body: bytes, linkname: str) -> dict[str, tuple[str, ...]]:
    """Read an ELink answer: for each id that was asked for, the ids of one kind of link.

    NoAnswer if it failed, is cut short, or mixes the ids of one set.
    """
    root = _parsed(body)
    if root.tag != "eLinkResult":
        raise NoAnswer(f"what came is no answer to ELink: its root is <{str(root.tag)[:60]}>.",
                       Fate.FEW, remedy="Look at SARCAT_EUTILS_URL.")  # fmt: skip
    for place in ("ERROR", "LinkSet/ERROR", "LinkSet/LinkSetDb/ERROR"):
        if error := _text(root, place):
            raise _refused(error, "PubMed could not look up the links", Fate.RETRY)
    found: dict[str, tuple[str, ...]] = {}
    for one in root.iterfind("LinkSet"):
        sources = [(each.text or "").strip() for each in one.iterfind("IdList/Id")]
        if len(sources) > 1:
            raise NoAnswer("PubMed mixed the links of several records.", Fate.STOP)
        links = [(each.text or "").strip() for each in one.iterfind("LinkSetDb")
                 for each in (each.iterfind("Link/Id") if _text(each, "LinkName") == linkname
                              else ())]  # fmt: skip
        for source in sources:
            found[source] = tuple(dict.fromkeys(filter(str.isdecimal, links)))
    return found


# --- EFetch ------------------------------------------------------------------------------------

_SET = re.compile(rb"<(Pubmed(?:Book)?ArticleSet)\b[^>]*?(/?)>")
_ENDS = re.compile(rb"(?:</Pubmed(?:Book)?ArticleSet\s*>|<Pubmed(?:Book)?ArticleSet[^>]*/>)\s*\Z")


def check_records(body: bytes) -> None:
    """Return if an EFetch answer is a set of records from its root to its end; else NoAnswer."""
    if not _SET.search(body, 0, _LOOKED_AT):
        head = body[:_LOOKED_AT].decode("utf-8", "replace")
        if "<ERROR>" in head:
            raise _refused(_words(head, None), "PubMed could not send the records", Fate.STOP)
        cut = head.lstrip().startswith("<") and len(body) < _LOOKED_AT and "</" not in head
        raise NoAnswer(
            "a page of records was cut short." if cut else "what came is no set of records.",
            Fate.RETRY if cut else Fate.FEW,
            remedy=AGAIN if cut else "Look at SARCAT_EUTILS_URL.",
        )
    if not _ENDS.search(body, max(0, len(body) - 200)):
        raise NoAnswer("a page of records was cut short.", Fate.RETRY)
