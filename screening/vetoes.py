"""What speaks against two records being one publication: looked at before anything that speaks for.

A wrong merge loses a study and nobody sees it; a duplicate left in costs a reviewer a minute.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from screening.normalise import Copy, Pages


@dataclass(frozen=True, slots=True)
class Reason:
    """One piece of evidence: what was compared, and the value of either record."""

    field: str
    values: tuple[str, str]

    def __str__(self) -> str:
        left, right = self.values
        if left == right:
            return f"same {self.field} ({left})"
        return f"{self.field}: {left or 'none'} / {right or 'none'}"


def contradiction(a: Copy, b: Copy) -> Reason | None:
    """Return the first thing that says `a` and `b` are two publications, or None."""
    if a.pmid and b.pmid:
        return _against_one_pmid(a, b) if a.pmid == b.pmid else Reason("PMID", (a.pmid, b.pmid))
    for field, left, right in (("DOI", a.doi, b.doi), ("PMCID", a.pmcid, b.pmcid)):
        if left and right and left != right:
            return Reason(field, (left, right))
    if a.notice != b.notice:
        return Reason("kind of text", (a.notice or "article", b.notice or "article"))
    against = list(_disagreements(a, b))
    if (a.doi and a.doi == b.doi) or (a.pmcid and a.pmcid == b.pmcid):
        # An identifier outweighs one slip of an export, not a different place of publication.
        return against[0] if len([each for each in against if each.field in _PLACE]) > 1 else None
    return against[0] if against else None


_PLACE = frozenset({"pages", "volume", "journal"})


def _against_one_pmid(a: Copy, b: Copy) -> Reason | None:
    """A number can be copied from a notice to its paper, or be another database's own number."""
    if a.notice != b.notice and "protocol" not in (a.notice, b.notice):
        return Reason("kind of text", (a.notice or "article", b.notice or "article"))
    if a.doi and b.doi and a.doi != b.doi and not titles_agree(a, b):
        return Reason("title and DOI", (a.titles[0], b.titles[0]))
    return None


def _disagreements(a: Copy, b: Copy) -> Iterator[Reason]:
    """Name what both records give and give differently, apart from identifiers and title."""
    if a.typed != b.typed:
        yield Reason("publication type", (a.typed or "article", b.typed or "article"))
    if not families_agree(a.family, b.family):
        yield Reason("first author", (a.family, b.family))
    same_pages = pages_agree(a.pages, b.pages)
    if same_pages is False:
        yield Reason("pages", (str(a.pages), str(b.pages)))
    if a.volume and b.volume and a.volume != b.volume:
        yield Reason("volume", (a.volume, b.volume))
    if a.issue and b.issue and a.issue != b.issue and not same_pages:
        yield Reason("issue", (a.issue, b.issue))
    if not journals_agree(a.journal, b.journal):
        yield Reason("journal", (a.journal, b.journal))


def pages_agree(left: Pages | None, right: Pages | None) -> bool | None:
    """Return whether the pages are the same; None where that cannot be said.

    A single page may be the first of a range, and an article's number stands beside "1-12".
    """
    if not left or not right:
        return None
    if left.first != right.first:
        return None if 1 in (left.first, right.first) else False
    if left.letters != right.letters:
        return None
    return not (left.last and right.last and left.last != right.last)


def titles_agree(a: Copy, b: Copy) -> bool:
    """Return whether any title of one is a title of the other, or its beginning.

    True too where either has none. A subtitle that brings a number or a part is another title.
    """
    if not a.titles or not b.titles:
        return True
    return any(_same_beginning(left, right) for left in a.titles for right in b.titles)


_PARTS = frozenset(
    ["i", "ii", "iii", "iv", "v", "vi", "vii", "part", "reply", "comment", "erratum"]
)


def _same_beginning(left: str, right: str) -> bool:
    short, long = sorted((left, right), key=len)
    if short == long:
        return True
    rest = long.removeprefix(short + " ")
    if rest == long or len(short) < 30:
        return False
    return not any(word in _PARTS or word.isdigit() for word in rest.split())


def families_agree(left: str, right: str) -> bool:
    """Return whether two folded family names can be one (either may lack a part, or be absent)."""
    short, long = sorted((set(left.split()), set(right.split())), key=len)
    return short <= long


def journals_agree(left: str, right: str) -> bool:
    """Return whether two folded journal names can be one: equal, abbreviated, or either absent."""
    if not left or not right or left == right:
        return True
    short, long = sorted((left.split(), right.split()), key=lambda words: len("".join(words)))
    if len(short) == 1 and len(long) > 1:
        return short[0] == "".join(word[0] for word in long)  # JCO for Journal of Clinical Oncology
    return len(short) == len(long) and all(
        word[0] == full[0] and (_shortens(word, full) or _shortens(full, word))
        for word, full in zip(short, long, strict=True)
    )


def _shortens(short: str, full: str) -> bool:
    letters = iter(full)  # "natl" for "national", "j" for "journal"
    return all(letter in letters for letter in short)
