"""Rules for the pages of the site that need no network and no browser: each fault with its line.

Our own, on the reader of HTML that comes with Python: nesting, ids, names for what has none,
headings, tables, what a page may load. Whether HTML's content models hold in full is for the W3C's
checker to say, which needs Java; these are the faults that a change of the templates makes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)
_SVG_EMPTY = frozenset({"path", "rect", "circle", "line", "polyline", "polygon"})
# What may not stand within a paragraph: a browser ends the paragraph there.
_ENDS_P = frozenset(
    {"p", "div", "ul", "ol", "dl", "table", "section", "figure", "h1", "h2", "h3", "h4",
     "blockquote", "details", "nav", "pre", "article", "header", "footer"}
)  # fmt: skip
_OUTSIDE = re.compile(r"(?:[a-z][a-z0-9+.-]*:|//)", re.IGNORECASE)
_LOADS = {"script": "src", "img": "src", "iframe": "src", "source": "src", "embed": "src"}
_LOADED_LINKS = frozenset({"stylesheet", "icon", "preload", "manifest"})


@dataclass
class PageRead(HTMLParser):
    """One page as read: its ids, its links, and the faults found on the way, each with its line."""

    text: str
    ids: dict[str, int] = field(default_factory=dict)
    links: list[tuple[int, str]] = field(default_factory=list)  # line and target within the site
    faults: list[tuple[int, str]] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)
    _references: list[tuple[int, str]] = field(default_factory=list)
    _headings: list[tuple[int, int]] = field(default_factory=list)
    _tables: list[bool] = field(default_factory=list)
    _policy: str = ""
    _lang: bool = False
    _title: str = ""
    _json: list[str] = field(default_factory=list)
    _naming: int = 0

    def __post_init__(self) -> None:
        """Read the page at once."""
        super().__init__(convert_charrefs=True)
        if not self.text.startswith("<!DOCTYPE html>\n"):
            self.faults.append((1, "it does not begin with <!DOCTYPE html>"))
        self.feed(self.text)
        self.close()
        self.faults += [(1, f"<{name}> is never closed") for name in self._open]
        self.faults += list(self._whole())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one element."""
        given = {name: value or "" for name, value in attrs}
        line = self.getpos()[0]
        if len(given) != len(attrs):
            self._fault(line, f"<{tag}> has an attribute twice")
        if "p" in self._open and tag in _ENDS_P:
            self._fault(line, f"<{tag}> stands within <p>")
        for wrong in _of_element(tag, given, self._open):
            self._fault(line, wrong)
        self._note(tag, given, line)
        if tag not in VOID:
            self._open.append(tag)
            if tag == "script" and given.get("type") == "application/ld+json":
                self._json.append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at an element of SVG that closes itself."""
        self._note(tag, {name: value or "" for name, value in attrs}, self.getpos()[0])

    def handle_endtag(self, tag: str) -> None:
        """See that elements close in the order in which they opened."""
        if tag == "table" and self._tables and not self._tables.pop():
            self._fault(self.getpos()[0], "a table has no caption")
        if not self._open or self._open[-1] != tag:
            opened = f"<{self._open[-1]}> is open" if self._open else "nothing is open"
            self._fault(self.getpos()[0], f"</{tag}> closes where {opened}")
        else:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        """Keep the title, and what the page says to programs."""
        if self._open[-1:] == ["title"] and "svg" not in self._open:
            self._title += data
        elif self._open[-1:] == ["script"] and self._json:
            self._json[-1] += data

    def _fault(self, line: int, what: str) -> None:
        self.faults.append((line, what))

    def _note(self, tag: str, given: dict[str, str], line: int) -> None:
        if "id" in given:
            if given["id"] in self.ids:
                self._fault(line, f"the id {given['id']!r} stands twice")
            self.ids.setdefault(given["id"], line)
        for name in ("aria-labelledby", "aria-describedby", "for"):
            self._references += [(line, each) for each in given.get(name, "").split()]
        target = given.get("href") or given.get("src") or given.get("action")
        if target and not _OUTSIDE.match(target):
            self.links.append((line, target))
        if tag == "html":
            self._lang = bool(given.get("lang"))
        elif tag == "meta" and given.get("http-equiv") == "Content-Security-Policy":
            self._policy = given.get("content", "")
        elif re.fullmatch("h[1-6]", tag):
            self._headings.append((line, int(tag[1])))
        elif tag == "table":
            self._tables.append(False)
        elif tag == "caption" and self._tables:
            self._tables[-1] = True

    def _whole(self) -> Iterator[tuple[int, str]]:
        """Yield the faults of the page as a whole."""
        if not self._lang:
            yield 1, "<html> names no language"
        if not self._title.strip():
            yield 1, "it has no title"
        if not self._policy.startswith("default-src 'none'") or "unsafe" in self._policy:
            yield 1, "its Content-Security-Policy is missing or weak"
        if [level for _, level in self._headings].count(1) != 1:
            yield 1, "it has not exactly one <h1>"
        before = 0
        for line, level in self._headings:
            if level > before + 1:
                yield (
                    line,
                    f"<h{level}> follows <h{before}>" if before else f"it begins with <h{level}>",
                )
            before = level
        for line, name in self._references:
            if name not in self.ids:
                yield line, f"it refers to the id {name!r}, which it has not"
        for text in self._json:
            try:
                json.loads(text)
            except ValueError:
                yield 1, "its JSON-LD is no JSON"


def _of_element(tag: str, given: dict[str, str], within: list[str]) -> Iterator[str]:
    """Yield what is wrong with one element by itself."""
    if "style" in given:
        yield f"<{tag}> has a style attribute, which the policy blocks"
    if any(name.startswith("on") for name in given):
        yield f"<{tag}> has a handler of events, which the policy blocks"
    loads = given.get(_LOADS.get(tag, ""), "")
    if tag == "link" and _LOADED_LINKS & set(given.get("rel", "").split()):
        loads = given.get("href", "")
    if loads and _OUTSIDE.match(loads):
        yield f"<{tag}> loads {loads!r} from elsewhere"
    if tag == "a" and "a" in within:
        yield "a link stands within a link"
    if tag == "img" and "alt" not in given:
        yield "an image has no alt"
    if tag == "th" and given.get("scope") not in ("col", "row", "colgroup", "rowgroup"):
        yield "a heading of a table has no scope"
    if tag == "svg" and not ({"aria-hidden", "aria-labelledby", "aria-label"} & given.keys()):
        yield "a figure has no name and is not hidden either"
    if tag == "a" and _OUTSIDE.match(given.get("href", "")):
        target = given["href"]
        if not target.startswith(("https://", "http://", "mailto:")):
            yield f"a link leads to {target!r}"
        elif target.startswith("http") and "noreferrer" not in given.get("rel", ""):
            yield f"a link to {target!r} does not say that it leaves the site"
