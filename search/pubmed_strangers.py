"""What is not PubMed XML, told by how it begins, so that the user learns what it is instead."""

from __future__ import annotations

import re

_HTML = (b"<!doctype html", b"<html", b"<head", b"<body", b"<meta", b"<title", b"<script", b"<div")
_ERROR = re.compile(rb"<ERROR>\s*([^<]{1,500}?)\s*</ERROR>|\"error\"\s*:\s*\"([^\"]{1,500})\"")
# XML declaration, comments and DOCTYPE, with or without declarations of its own
_PROLOG = re.compile(
    rb"(?:\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>)*", re.DOTALL | re.IGNORECASE
)
_ROOT = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_OURS = (b"PubmedArticleSet", b"PubmedBookArticleSet", b"PubmedArticle", b"PubmedBookArticle")
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
    words = (said[1] or said[2]).decode("utf-8", "replace").rstrip(".") if said else ""
    quoted = f": {words!r}" if words else ""
    if data[:20].lower().startswith(_HTML):
        return _web_page()
    if data[:1] in (b"{", b"["):
        return f"this is JSON, not PubMed XML{quoted}."
    if data[:1] != b"<":
        return "this is text, not PubMed XML: it does not begin with <."
    found = _PROLOG.match(data)
    rest = data[found.end() :] if found else data
    root = _ROOT.match(rest)
    if root is None:
        unfinished = not rest or rest.startswith((b"<?", b"<!")) or len(rest) < 2
        return None if unfinished else "this is not well-formed XML: no element begins in it."
    ends_within_name = root.end() == len(rest)
    if root[1] in _OURS or (ends_within_name and any(n.startswith(root[1]) for n in _OURS)):
        return None
    name = root[1].decode()
    if name.lower() == "html":
        return _web_page()
    what = _ANSWERS.get(name, f"XML, but not PubMed's: its root is <{name[:60]}>")
    return f"this is {what}{quoted}."


def _web_page() -> str:
    return (
        "this is a web page, not PubMed XML: something between you and PubMed "
        "(a login page, a proxy, a failing server) has answered instead of it."
    )
