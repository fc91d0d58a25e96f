"""Who has data on a tumour: a page for each term, with its codes, wider and narrower terms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from catalogue.entries import vocabulary
from catalogue.entries.rows import facet_path, feed_path
from catalogue.pages.facets import FEW, Groups, count_text
from catalogue.pages.listing import SIZE_CAPTION, Listing
from catalogue.pages.rendering import Page
from search.records import fold

ORPHANET = "https://www.orpha.net/en/disease/detail/"
_NARROWER: dict[str, list[str]] = {}
for _code, _term in vocabulary.TUMOURS.items():
    _NARROWER.setdefault(_term.broader or "", []).append(_code)


def tumour_pages(listing: Listing, named: Groups) -> Iterator[Page]:
    """Give the index of all terms and a page for each, those that nobody names too: a gap.

    ``named`` are the initiatives that name each term.
    """
    yield _index(named)
    for code in vocabulary.TUMOURS:
        yield _page(code, named, listing)


def below(code: str) -> Iterator[str]:
    """Yield the terms that are kinds of a tumour, at any depth, in the vocabulary's order."""
    for narrower in _NARROWER.get(code, ()):
        yield narrower
        yield from below(narrower)


def in_tree() -> Iterator[str]:
    """Yield every term, each followed by its kinds."""
    for code in _NARROWER[""]:
        yield code
        yield from below(code)


def holders(code: str, named: Groups) -> dict[str, list[str]]:
    """Return who may hold data on a tumour: those that name it, a narrower, or a wider term.

    Each initiative counts once, under the nearest: ``itself``, ``narrower``, then ``wider``.
    """
    groups = {
        "itself": [code],
        "narrower": list(below(code)),
        "wider": list(vocabulary.broader_tumours(code)),
    }
    taken: set[str] = set()
    found: dict[str, list[str]] = {}
    for name, codes in groups.items():
        ids = dict.fromkeys(id for each in codes for id in named.get(each, ()) if id not in taken)
        found[name] = list(ids)
        taken |= ids.keys()
    return found


def _index(named: Groups) -> Page:
    return Page(
        "tumours.html", "tumours.html", {"tree": [_branch(code, named) for code in _NARROWER[""]]}
    )


def _branch(code: str, named: Groups) -> dict[str, Any]:
    found = holders(code, named)
    return {
        **_link(code, named),
        "within": len(found["narrower"]),
        "parts": [_branch(each, named) for each in _NARROWER.get(code, ())],
    }


def _link(code: str, named: Groups) -> dict[str, Any]:
    term = vocabulary.TUMOURS[code]
    return {
        "path": facet_path("tumours", code),
        "label": term.label,
        "count": len(named.get(code, ())),
        "codes": "; ".join(text for text, _address in _codes(term)),
    }


def _codes(term: vocabulary.Tumour) -> Iterator[tuple[str, str | None]]:
    if term.orpha:
        yield f"ORPHA:{term.orpha}", ORPHANET + term.orpha
    if term.icd_o:
        yield f"ICD-O-3.2 {', '.join(term.icd_o)}", None


_SECTIONS = (
    ("itself", "They name this tumour", ""),
    ("narrower", "They name a kind of it",
     "They hold a part of what this term means: the kind or kinds that they name."),
    ("wider", "They name a wider group",
     "People with this tumour are likely to be among their patients; no source that we read says "
     "how many. Ask them."),
)  # fmt: skip


def _page(code: str, named: Groups, listing: Listing) -> Page:
    term, found = vocabulary.TUMOURS[code], holders(code, named)
    context = {
        "section": "tumours.html",
        "heading": term.label,
        "lead": _lead(found),
        "also": ", ".join(_further_names(term)),
        "codes": list(_codes(term)),
        "who": term.who,
        "wider": [_link(each, named) for each in vocabulary.broader_tumours(code)],
        "narrower": [_link(each, named) for each in _NARROWER.get(code, ())],
        "sections": [
            {"id": name, "heading": heading, "note": note, "rows": listing.table(found[name])}
            for name, heading, note in _SECTIONS
            if found[name]
        ],
        "caption": SIZE_CAPTION,
        "count": sum(len(found[name]) for name, _heading, _note in _SECTIONS),
        "few": FEW,
    }
    if found["itself"] or found["narrower"]:
        context["feed"] = feed_path("tumours", code)
    return Page(facet_path("tumours", code), "tumour.html", context)


# Letters that American spelling leaves out or changes, with what stands there in British.
_SPELT = (("tumor", "tumour"), ("hem", "haem"), ("gynec", "gynaec"), ("pediatric", "paediatric"))


def _further_names(term: vocabulary.Tumour) -> Iterator[str]:
    """Give the names that say something new: a plural or another spelling is for searches alone."""
    known = set(_plain_words(term.label))
    for other in term.also:
        name = other.replace("-", " ")
        if not known.issuperset(_plain_words(name)):
            yield name


def _plain_words(name: str) -> Iterator[str]:
    """Give the words of a name, folded, in the singular and in one spelling."""
    for word in fold(name).split():
        for american, british in _SPELT:
            if british not in word:
                word = word.replace(american, british)
        yield word.removesuffix("s")


def _lead(found: dict[str, list[str]]) -> str:
    own, part, wider = (len(found[name]) for name in ("itself", "narrower", "wider"))
    if not own and not part and not wider:
        return "No initiative of the catalogue is known to hold data on this: a gap."
    said = f"{count_text(own) if own else 'No initiative'} {_name(own or 1)} this tumour"
    more = [f"{part} {_name(part)} a kind of it"] if part else []
    more += [f"{wider} {_name(wider)} a wider group that takes it in"] if wider else []
    return f"{said}; {', '.join(more)}." if more else f"{said}."


def _name(count: int) -> str:
    return "names" if count == 1 else "name"
