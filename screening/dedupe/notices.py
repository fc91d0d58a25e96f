"""What kind of text a title or a publication type says that it is: erratum, reply, protocol, ….

A notice about a paper bears the paper's title, and often its number. It is another publication.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

MIN_TITLE = (20, 4)  # letters and words: a shorter title ("Editorial") names too many publications

_NOTICES = (
    ("erratum", re.compile(
        r"(published |publisher'?s? )?(erratum|errata|corrigend(um|a)|addendum)\b"
        r"|(author |publisher'?s? )?corrections?( to\b| notice\b| for\b.{,40}\bet al\b| ?[:.])"
        r"|amendment ?[:.]", re.I)),
    ("retraction", re.compile(
        r"(notice of )?(partial )?retraction( notice| note)?( ?[:.]| to\b| of\b)"
        r"|withdrawn ?[:.]|(withdrawal|removal)( notice\b| ?[:.])", re.I)),
    ("concern", re.compile(r"(editorial |editor'?s? )?expression of concern", re.I)),
    ("reply", re.compile(
        r"(the )?(authors?|editors?)['’]?s?['’]? (reply|response)"
        r"|in (reply|response)\b ?([:.]|to\b)"
        r"|(a )?repl(y|ies)\b( to\b| ?[:.]|$)|(a )?response ?[:.]"
        r"|(a )?response to (the )?(letter|comment|editor|dr\b)", re.I)),
    ("comment", re.compile(
        r"(a )?comments?( ?[:.]| on\b| to\b)|(a )?commentary( ?[:.]| on\b| to\b)|re ?:"
        r"|letter (by|regarding)\b|(a )?discussion of\b", re.I)),
)  # fmt: skip
_ENDINGS = (
    ("reply", re.compile(
        r"[:.;,?!] *(the )?(authors?['’]?s?['’]? )?(reply|response)[.\]]?$"
        r"| [-–—] reply\.?$", re.I)),
    ("erratum", re.compile(
        r"([:.;,?!(] *| [-–—] )(erratum|corrigendum|correction)[.)]*$"
        r"|\[(erratum|corrigendum|correction)\]\.?$", re.I)),
    ("comment", re.compile(
        r"([:.;,?!] *| [-–—] )(an? )?(invited |editorial )?comment(ary)?[.\]]?$", re.I)),
    ("retraction", re.compile(r"[:.;,?!(\[] *(retraction|withdrawn|retracted)[.)\]]*$", re.I)),
)  # fmt: skip
_PROTOCOL = re.compile(
    r"\b(study|trial|review|research|registry|cohort) protocol\b|\bprotocol (for|of) (an?|the)\b"
    r"|: (an? |the )?protocol\b|\brationale and (study )?design\b|\bdesign and rationale\b"
    r"|\b(study|trial) design\b.*\bprotocol\b|\bstatistical analysis plan\b"
    r"|\bmethods and baseline (characteristics|data|findings)\b",
    re.I,
)
_RESULTS = re.compile(r"\bresults? (of|from)\b|\bfindings (of|from)\b", re.I)
# The place of the paper that a notice is about: "(vol 142, pg 310, 2003)", and Embase's
# "(Journal of Things (2009) 360 (542-544))".
_PLACE_OF_PAPER = re.compile(
    r"\s*\((?:vol\.? ?\d+, (?:pg|pp?|art)[^()]*|[^()]*\((?:19|20)\d\d\)[^()]*\([^()]*\)[^()]*"
    r"|[^()]*\((?:[A-Z][a-z]+ )?(?:\d{1,2},? )?(?:19|20)\d\d\)[^()]*\([^()]*\)[^()]*)\)\.?$"
)
_TYPES = {
    "published erratum": "erratum",
    "comment": "comment",
    "retraction of publication": "retraction",
    "retraction notice": "retraction",
    "expression of concern": "concern",
    "clinical trial protocol": "protocol",
}
# Titles that name a kind of text and not one publication (in folded form).
_GENERIC = re.compile(
    r"\bannual (data )?(report|meeting|conference|congress)\b"
    r"|\b(conference|meeting|poster) abstracts?\b"
    r"|^abstracts? (of|from|presented)\b|^proceedings of\b|^letters? to the editors?\b"
    r"|^(a )?(letter|note|word) from the editors?\b|^from the editors?\b"
    r"|^(guest |invited )?editorial\b"
    r"|^(invited|editorial) comment(ary)?\b|^in this issue\b|^table of contents\b|^book reviews?\b"
    r"|^(the )?authors? (s )?(reply|response)\b"
    r"|^introduction to (the|this)\b.*\b(issue|supplement)\b"
    r"|^news (and|from)\b|^list of\b|^program(me)? and abstracts?\b"
    r"|^instructions (for|to) authors\b"
)
# One of these is in every title that a pattern above could match: quick to look for.
_HINTS = (
    "errat", "corri", "correct", "addend", "amend", "retract", "withdraw", "removal", "concern",
    "repl", "respon", "comment", "re:", "re :", "letter", "discussion", "protocol", "rationale",
    "analysis plan", "baseline",
)  # fmt: skip


def notice_of(title: str | None) -> str | None:
    """Return which kind of notice (or protocol) a title says that it is, or None."""
    if not title:
        return None
    if title.endswith((")", ").")) and _PLACE_OF_PAPER.search(title):
        return "erratum"
    small = title.lower()
    for hint in _HINTS:  # not by `any`, which takes three times as long
        if hint in small:
            break
    else:
        return None  # nearly all
    plain = title.strip().lstrip("[\"'“‘ ")
    for kind, pattern in _NOTICES:
        if pattern.match(plain):
            return kind
    for kind, pattern in _ENDINGS:
        if pattern.search(plain):
            return kind
    return "protocol" if _PROTOCOL.search(plain) and not _RESULTS.search(plain) else None


def without_place(title: str) -> str:
    """Return a title without the place of the paper that it is about."""
    return _PLACE_OF_PAPER.sub("", title) if title.endswith((")", ").")) else title


def typed_notice_of(types: Iterable[str]) -> str | None:
    """Return which kind of notice (or protocol) the publication types say that it is, or None."""
    kinds = (_TYPES.get(each.casefold()) for each in types)
    return next((kind for kind in kinds if kind), None)


def is_telling(title: str) -> bool:
    """Return whether a folded title is long and particular enough to name one publication."""
    letters, words = MIN_TITLE
    return len(title) >= letters and title.count(" ") >= words - 1 and not _GENERIC.search(title)
