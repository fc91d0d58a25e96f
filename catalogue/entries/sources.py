"""The key of a source: its syntax, its address, its name.

"pmid:N", "doi:X" or "url:https://…"; or "sha:" and 12 hex digits, the base key of a record of the
review: for a paper that is known by its title only.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, urlsplit

_PMID = re.compile(r"[1-9]\d{0,7}")
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_SHA = re.compile(r"[0-9a-f]{12}")
_BARE = (
    (re.compile(r"(?:url:)?https?://(?:dx\.)?doi\.org/(10\..+)", re.IGNORECASE), "doi:"),
    (re.compile(r"(?:url:)?https?://pubmed\.ncbi\.nlm\.nih\.gov/(\d+)/?", re.IGNORECASE), "pmid:"),
    (re.compile(r"(?:url:)?(https?://.+)", re.IGNORECASE), "url:"),
    (re.compile(r"(?:doi:?\s*)?(10\.\d{4,9}/.+)", re.IGNORECASE), "doi:"),
    (re.compile(r"(?:pmid:?\s*)?0*(\d{1,8})", re.IGNORECASE), "pmid:"),
)


@lru_cache(maxsize=4096)
def url_fault(url: str) -> str | None:
    """Return what is wrong with a web address, or None. Only http and https are let through."""
    if re.search(r"[\s\x00-\x1f\x7f<>\"\\^`{|}]", url):
        return "it holds a space or a sign that no address has"
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return "it is no web address"
    if parts.scheme not in ("http", "https"):
        return "it does not begin with https:// or http://"
    if "." not in host.strip("."):
        return "it names no host"
    if parts.username is not None or parts.password is not None:
        return "it holds a user name"
    return None


def source_fault(source: str) -> tuple[str, str] | None:
    """Return what is wrong with a source's key and the remedy, or None when it is sound."""
    scheme, _, rest = source.partition(":")
    if scheme == "pmid" and not _PMID.fullmatch(rest):
        return "a PMID is a number of one to eight digits.", _suggest(source)
    if scheme == "doi" and (not _DOI.fullmatch(rest) or rest != rest.lower()):
        what = "a DOI is written in lower case and looks like 10.1000/abc."
        return what, _suggest(source)
    if scheme == "url":
        wrong = url_fault(rest)
        better = _suggest(source)
        if better and not wrong:
            return "this address is a paper's: cite the paper itself.", better
        return (f"{wrong}.", "Correct the address.") if wrong else None
    if scheme == "sha" and not _SHA.fullmatch(rest):
        what = '"sha:" and 12 hex digits are the key of a record, without its "@" and what follows.'
        return what, f'Write "sha:{rest[:12]}".' if _SHA.match(rest) else ""
    if scheme not in ("pmid", "doi", "sha"):
        return 'a source begins with "pmid:", "doi:", "url:" or "sha:".', _suggest(source)
    return None


def _suggest(source: str) -> str:
    """Return the remedy: the key that is most likely meant, where there is one."""
    for pattern, scheme in _BARE:
        found = pattern.fullmatch(source.strip())
        if found:
            rest = found.group(1)
            better = scheme + (rest.lower() if scheme == "doi:" else rest)
            return f'Write "{better}".' if better != source else ""
    return ""


def address(source: str) -> str:
    """Return the web address of a source: a paper's at PubMed or doi.org, else the page itself.

    A record of the review that has neither PMID nor DOI has no address: the text is empty.
    """
    scheme, _, rest = source.partition(":")
    if scheme == "pmid":
        return f"https://pubmed.ncbi.nlm.nih.gov/{rest}/"
    if scheme == "doi":
        return f"https://doi.org/{quote(rest, safe='/:;().-_')}"
    return rest if scheme == "url" else ""


def source_text(source: str) -> str:
    """Return a source's key as people write it: "PMID 123", "doi:10.1000/x", the address.

    That of a record of the review stays as `sarcat explain` and `sarcat records` take it.
    """
    scheme, _, rest = source.partition(":")
    return {"pmid": f"PMID {rest}", "doi": source, "sha": source}.get(scheme, rest)
