"""The catalogue cut by one property: a page for each country, tumour, kind, domain, access, status.

A facet's codes are those of the vocabulary; anything else that an entry holds names no page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalogue.entries import vocabulary
from catalogue.entries.initiatives import Initiative, State
from catalogue.entries.rows import facet_path, feed_path
from catalogue.pages.listing import SIZE_CAPTION, Listing
from catalogue.pages.rendering import Page, number

Groups = dict[str, list[str]]  # code to the ids of its initiatives
FEW = 8  # rows that need no filter: they are taken in at a glance


@dataclass(frozen=True, slots=True)
class Facet:
    """One property: its folder, its name, its terms, and which of them an initiative has."""

    folder: str
    label: str
    others: str
    terms: Mapping[str, vocabulary.Term | vocabulary.Country]
    codes: Callable[[Initiative], Iterable[str]]

    def name(self, code: str) -> str:
        """Return the name of a code."""
        return name_of(self.terms[code])

    def groups(self, initiatives: Iterable[Initiative]) -> Groups:
        """Return the ids of the initiatives of each code that any has, in the terms' order."""
        return grouped(initiatives, (self,))[self.folder]

    def _add(self, each: Initiative, found: Groups) -> None:
        for code in dict.fromkeys(self.codes(each)):
            if code in self.terms:
                found.setdefault(code, []).append(each.id)

    def _in_order(self, found: Groups) -> Groups:
        return {code: found[code] for code in self.terms if code in found}

    def links(self, groups: Groups) -> list[dict[str, Any]]:
        """Return a link to each page with the number of its initiatives."""
        links = [
            {"path": facet_path(self.folder, code), "label": self.name(code), "count": len(ids)}
            for code, ids in groups.items()
        ]
        by_name = self.folder == "countries"
        return sorted(links, key=lambda link: str(link["label"])) if by_name else links


def grouped(initiatives: Iterable[Initiative], facets: Sequence[Facet]) -> dict[str, Groups]:
    """Return the groups of several facets by their folders, on one way through the initiatives."""
    found: dict[str, Groups] = {facet.folder: {} for facet in facets}
    for each in initiatives:
        for facet in facets:
            facet._add(each, found[facet.folder])
    return {facet.folder: facet._in_order(found[facet.folder]) for facet in facets}


def name_of(term: vocabulary.Term | vocabulary.Country) -> str:
    """Return how readers call a term."""
    return term.name if isinstance(term, vocabulary.Country) else term.label


def _values(field: str) -> Callable[[Initiative], Iterable[str]]:
    def codes(each: Initiative) -> Iterator[str]:
        for claim in each.claims_on(field):
            if claim.state in (State.KNOWN, State.DISPUTED) and isinstance(claim.value, str):
                yield claim.value

    return codes


def domains_of(each: Initiative) -> dict[str, str]:
    """Return the domains that an initiative is said to hold, or not: code to yes, part, no."""
    return {
        code: state
        for claim in each.claims_on("data_domains")
        for code, state in (claim.value or {}).items()
    }


def tumours_of(each: Initiative) -> set[str]:
    """Return the tumours that an initiative names."""
    return {code for claim in each.claims_on("tumours") for code in claim.value or ()}


def _held(each: Initiative) -> Iterator[str]:
    return (code for code, state in domains_of(each).items() if state in ("yes", "part"))


def _continents(each: Initiative) -> set[str]:
    found = map(vocabulary.CONTINENT_OF.get, each.countries)
    return {continent for continent in found if continent}


COUNTRIES = Facet("countries", "Country", "Other countries", vocabulary.COUNTRIES,
                  lambda each: each.countries)  # fmt: skip
CONTINENTS = Facet("continents", "Continent", "Other continents", vocabulary.CONTINENTS,
                   lambda each: sorted(_continents(each)))  # fmt: skip
KINDS = Facet("kinds", "Kind", "Other kinds", vocabulary.KINDS, lambda each: each.kind)
DOMAINS = Facet("domains", "Data domain", "Other data domains", vocabulary.DOMAINS, _held)
ACCESS = Facet("access", "Access", "Other ways of access", vocabulary.ACCESS, _values("access"))
STATUS = Facet("status", "Status", "Other states", vocabulary.STATUSES, _values("status"))
SCOPES = Facet("scopes", "Scope", "Other scopes", vocabulary.SCOPES, lambda each: (each.scope,))
#: Tumours have pages of their own (`tumour_pages`), but the list is cut by them as well.
TUMOURS = Facet("tumours", "Tumour", "Other tumours", vocabulary.TUMOURS, tumours_of)
FACETS = (KINDS, CONTINENTS, COUNTRIES, TUMOURS, DOMAINS, ACCESS, STATUS, SCOPES)
_OWN_PAGES = ("tumours",)


def facet_pages(
    listing: Listing, initiatives: Sequence[Initiative], found: Mapping[str, Groups]
) -> Iterator[Page]:
    """Give a page for each code of each facet that any initiative has."""
    by_id = {each.id: each for each in initiatives}
    for facet in FACETS:
        if facet.folder in _OWN_PAGES:
            continue
        groups = found[facet.folder]
        links = facet.links(groups)
        for code, ids in groups.items():
            path = facet_path(facet.folder, code)
            context = {
                "section": "catalogue.html",
                "kicker": facet.label,
                "heading": facet.name(code),
                "lead": _LEADS.get(facet.folder, _lead)(facet, code, [by_id[id] for id in ids]),
                "count": len(ids),
                "few": FEW,
                "sections": [
                    {"id": name, "heading": heading, "rows": listing.table(some)}
                    for name, heading, some in _parted(facet, code, [by_id[id] for id in ids])
                ],
                "caption": SIZE_CAPTION,
                "others_heading": facet.others,
                "others": [link for link in links if link["path"] != path],
            }
            if facet is COUNTRIES:
                context["feed"] = feed_path(facet.folder, code)
            yield Page(path, "facet.html", context)


def count_text(initiatives: int) -> str:
    """Return a number of initiatives in words: "One initiative", "12 initiatives"."""
    return "One initiative" if initiatives == 1 else f"{number(initiatives)} initiatives"


def _parted(
    facet: Facet, code: str, found: Sequence[Initiative]
) -> Iterator[tuple[str, str, list[str]]]:
    """Give the tables of a page: its id, its heading, the ids of its rows; of one no heading.

    Who looks for a country's registries wants those of the country before those of twenty; who
    looks for data, those who hold all of it before those who hold some.
    """
    if facet is COUNTRIES:
        first = [each.id for each in found if each.countries == (code,)]
        headings = ("Here alone", "Here and in other countries")
    elif facet is DOMAINS:
        first = [each.id for each in found if domains_of(each)[code] == "yes"]
        headings = ("Said to be held", "Said to be held in part")
    else:
        first, headings = [], ("", "")
    own = set(first)
    others = [each.id for each in found if each.id not in own]
    if not first or not others:
        yield "entries", "", first or others
        return
    yield "first", headings[0], first
    yield "others-too", headings[1], others


# --- what a page says first -----------------------------------------------------------------------


def _lead(facet: Facet, code: str, found: Sequence[Initiative]) -> str:
    term = facet.terms[code]
    help = term.help if isinstance(term, vocabulary.Term) else ""
    said = {"access": "whose data are to be had so", "status": "with this status",
            "scopes": "of this scope"}.get(facet.folder, "of this kind")  # fmt: skip
    return f"{count_text(len(found))} {said}. {help}".strip()


def _country_lead(_facet: Facet, code: str, found: Sequence[Initiative]) -> str:
    alone = sum(each.countries == (code,) for each in found)
    return _placed(found, alone)


def _continent_lead(_facet: Facet, code: str, found: Sequence[Initiative]) -> str:
    alone = sum(_continents(each) == {code} for each in found)
    return _placed(found, alone)


def _placed(found: Sequence[Initiative], alone: int) -> str:
    # "here", since a name may want an article: the Netherlands, the United States
    lead = f"{count_text(len(found))} with people or centres here"
    return lead + (f", {_of_them(alone)} nowhere else." if 0 < alone < len(found) else ".")


def _domain_lead(_facet: Facet, code: str, found: Sequence[Initiative]) -> str:
    partly = sum(domains_of(each)[code] == "part" for each in found)
    are = "is" if len(found) == 1 else "are"
    lead = f"{count_text(len(found))} {are} said to hold data on this"
    if partly == len(found):
        return f"{lead}, only in part."
    return lead + (f", {_of_them(partly)} only in part." if partly else ".")


def _of_them(some: int) -> str:
    return f"{'one' if some == 1 else number(some)} of them"


_LEADS: dict[str, Callable[[Facet, str, Sequence[Initiative]], str]] = {
    "continents": _continent_lead,
    "countries": _country_lead,
    "domains": _domain_lead,
}
