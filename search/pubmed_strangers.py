"""What is not PubMed XML, told by how it begins, so that the user learns what it is instead."""

from __future__ import annotations

import re

from lxml import etree

SETS = frozenset({"PubmedArticleSet", "PubmedBookArticleSet"})
RECORDS = frozenset({"PubmedArticle", "PubmedBookArticle"})
_HTML = (b"<!doctype html", b"<html", b"<head", b"<body", b"<meta", b"<title", b"<script", b"<div")
_ERROR = re.compile(rb"<ERROR>\s*([^<]{1,500}?)\s*</ERROR>|\"error\"\s*:\s*\"([^\"]{1,500})\"")
_ANSWERS = {
    "eSearchResult": "an answer of ESearch, which holds ids and no records",
    "eSummaryResult": "an answer of ESummary, which holds summaries and no full records",
    "eLinkResult": "an answer of ELink, which holds ids and no records",
    "ePostResult": "an answer of EPost, which holds no records",
    "eInfoResult": "an answer of EInfo, which holds no records",
    "eSpellResult": "an answer of ESpell, which holds no records",
    "eFetchResult": "an answer of EFetch that holds no records",
    "BookDocumentSet": "a set of bare book documents, not of PubMed records",
    "MedlineCitationSet": "a set in NLM's format of before 2017, not of PubMed records",
    "pmc-articleset": "a set of full texts from PubMed Central, not of PubMed records",
}


def stranger(data: bytes) -> str | None:
    """Return one sentence on what ``data`` is when it does not begin as PubMed XML, else None.

    ``data`` is UTF-8, from its first sign; where it ends before any root element begins, it may
    still be PubMed XML.
    """
    said = _ERROR.search(data)
    words = (said.group(1) or said.group(2)).decode("utf-8", "replace").rstrip(".") if said else ""
    if data[:20].lower().startswith(_HTML):
        return _web_page()
    if data[:1] in (b"{", b"["):
        return f"this is JSON, not PubMed XML{f': {words!r}' if words else ''}."
    if data[:1] != b"<":
        return "this is text, not PubMed XML: it does not begin with <."
    try:
        root = _root(data)
    except etree.XMLSyntaxError as error:
        return f"this is not well-formed XML: {error.msg}."
    if root is None or root in SETS or root in RECORDS:
        return None
    if root.rpartition("}")[2].lower() == "html":
        return _web_page()
    what = _ANSWERS.get(root, f"XML, but not PubMed's: its root is <{root[:60]}>")
    return f"this is {what}{f': {words!r}' if words else ''}."


def _web_page() -> str:
    return (
        "this is a web page, not PubMed XML: something between you and PubMed "
        "(a login page, a proxy, a failing server) has answered instead of it."
    )


def _root(data: bytes) -> str | None:
    parser = etree.XMLPullParser(
        events=("start",), resolve_entities=False, no_network=True, load_dtd=False, encoding="utf-8"
    )
    failure = None
    try:
        parser.feed(data)
    except etree.XMLSyntaxError as error:
        failure = error
    for _, element in parser.read_events():
        return str(element.tag)  # whatever follows: the root is known
    if failure:
        raise failure
    return None
