"""Small sites of our own making, and a strict reader of their pages."""

from __future__ import annotations

import datetime
import json
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from catalogue_example import alone, renamed, write
from flow_cases import both, review_folder, run, take_in
from flow_cases import state as review_state

from catalogue.entries.initiatives import Claim, Evidence, Initiative, Relation, State
from catalogue.pages.site_data import SiteData, record_line
from screening.prisma.flow import flow_of
from search.records import OFFLINE_CORPUS, Record, StoredRecord
from search.review import Review

VOID = frozenset({"meta", "link", "br", "input", "hr", "img", "rect", "path"})
WITHIN_WORDS = frozenset({"a", "em", "code", "cite", "time", "b", "bdi"})
DAY = datetime.date(2026, 11, 24)

# Everything a page must not fall for, in one text.
HOSTILE = (
    '<script>alert(1)</script>"\' onmouseover=alert(2) x="</title></style><img src=x onerror=a>'
    "]]> --> {{ 7 * 7 }} {% raw %} &lt;b&gt; \u202edesrever\u202c \x1b[31m \x00 javascript:alert(3)"
)


_LD = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.S)


@dataclass
class Html(HTMLParser):
    """One page as read: its elements, ids, links and words; what is not nested well is a fault."""

    text: str
    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    words: str = ""
    open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.feed(self.text)
        self.close()
        self.faults += [f"<{name}> is never closed" for name in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.faults.append(f"<{tag}> has an attribute twice: {names}")
        self.elements.append((tag, dict(attrs)))
        if tag not in WITHIN_WORDS:
            self.words += " "
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> closes {self.open[-1:]}")
        else:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["script"]:
            self.words += data

    def values(self, name: str) -> list[str]:
        """Every value of an attribute."""
        return [value or "" for _tag, attrs in self.elements for key, value in attrs.items()
                if key == name]  # fmt: skip

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.elements if name == tag]

    def scripts(self) -> list[str | None]:
        """Where each script that runs comes from: data for programs (JSON-LD) does not run."""
        kinds = [
            attrs for attrs in self.all("script") if attrs.get("type") != "application/ld+json"
        ]
        return [attrs.get("src") for attrs in kinds]

    def data(self) -> list[Any]:
        """What the page says to programs as JSON-LD."""
        return [json.loads(text) for text in _LD.findall(self.text)]

    def said(self) -> str:
        """The words of the page with single spaces."""
        return " ".join(self.words.split())


def html(site: Path, name: str) -> Html:
    return Html((site / name).read_text("utf-8"))


def pages_of(site: Path) -> dict[str, Html]:
    """Every page of a site by its path."""
    return {
        path.relative_to(site).as_posix(): Html(path.read_text("utf-8"))
        for path in sorted(site.rglob("*.html"))
    }


def small_review(folder: Path) -> Review:
    """A review with records in both arms, judged in part, and two entries."""
    review = review_folder(folder, reviewers=1)
    take_in(review, "main", [
        Record(pmid="12345678", title="The Example Sarcoma Registry.", year=2019,
               authors=("Costa, Ana Bela", "Example Group"), journal="J Example"),
        Record(pmid="11", title="A trial of something else", year=2020, doi="10.1000/x(1)<y>"),
    ], strategy="main", query="sarcoma registry", count=2, fetched=2, parsed=2)  # fmt: skip
    take_in(review, "corpus", [Record(title="A page on registries", year=2021)],
            kind="website", source=OFFLINE_CORPUS, database="Offline corpus")  # fmt: skip
    write(review.initiatives, example_sarcoma_registry=alone(), second=renamed("second"))
    return review


def initiative(id: str = "one", **values: Any) -> Initiative:
    """An initiative with what a page needs, and the given values."""
    given: dict[str, Any] = {
        "id": id,
        "name": f"Registry {id}",
        "kind": ("clinical-registry",),
        "scope": "national",
        "summary": "A registry.",
        "claims": (Claim("countries", value=[{"code": "FR"}], evidence=("e1",)),),
        "evidence": {"e1": Evidence("e1", "pmid:1", DAY)},
        "last_checked": DAY,
        **values,
    }
    return Initiative(**given)


def hostile(text: str = HOSTILE) -> Initiative:
    """An initiative whose every text is hostile, as no check would let it through."""
    evidence = ("e1", "e2", "e3")

    def claim(name: str, value: Any, state: State = State.KNOWN) -> Claim:
        return Claim(name, state, value, note=text, evidence=evidence)

    return initiative(
        "hostile",
        name=text,
        acronym=text,
        aliases=(text,),
        name_local={"fr": text},
        summary=text,
        kind=(text,),
        scope=text,
        claims=(
            claim("status", text),
            claim("website", "javascript:alert(1)"),
            claim("website", f"https://example.org/{text}"),
            claim("countries", [{"code": "../../x", "role": text}, {"code": "FR", "role": text}]),
            claim("tumours", [text]),
            claim("tumour_note", text, State.DISPUTED),
            claim("cases", {"n": 1, "unit": text, "qualifier": text, "what": text}),
            claim("data_domains", {text: "yes", "surgery": text}),
            claim("lead", [{"name": text, "country": text, "role": text}, {"name": text}]),
            claim("access_route", {"steps": [text, text], "form": "javascript:alert(1)"}),
            claim("contact", {"form": "data:text/html,x", "address": text, "role": text}),
            claim("dictionary", {"url": "vbscript:x", "public": True}),
            claim("outputs", ["url:javascript:alert(1)", f"doi:10.1/{text}", f"pmid:{text}"]),
            Claim("access", State.UNKNOWN, looked=(text,)),
        ),
        evidence={
            "e1": Evidence("e1", "url:javascript:alert(1)", DAY, text, locator=text, note=text),
            "e2": Evidence("e2", f'doi:10.1/"><script>{text}', DAY, text),
            "e3": Evidence("e3", f"url:https://example.org/?{text}", DAY, of="entry"),
        },
        relations=(Relation(text, "../../etc/passwd", text, ("e1",)),),
    )


def data(
    *initiatives: Initiative, stored: tuple[StoredRecord, ...] = (), label: str = "PubMed"
) -> SiteData:
    """Site data of the given initiatives, with some records excluded on title and abstract."""
    keys = [each.key for each in stored]
    events = [event for key in keys for event in both(key, "exclude", reason="E1")]
    state = review_state([(run("r1", database=label, strategy="main"), keys)], events)
    lines = {each.key: record_line(each, {"r1": label}) for each in stored}
    flow = flow_of(state, {each.id: [] for each in initiatives})
    return SiteData(initiatives, state, flow, lines)


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files below a folder, by their paths in it."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
