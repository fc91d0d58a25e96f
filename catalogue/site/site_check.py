"""Check a built site without a network: pages, links, feeds, downloads, weights.

What it finds is a fault of the templates or of a copy that was cut short, not of an entry: those
are `catalogue check`'s business.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any

from catalogue.site.html_rules import PageRead
from catalogue.site.site_folder import MARKER
from search.errors import BadInput
from search.faults import Fault

#: The most that a reader has to fetch for a page, its style sheet, script and icon, in bytes as
#: compressed by gzip.
ENTRY_WEIGHT, HOME_WEIGHT = 25_000, 60_000
SUMS = "SHA256SUMS"
_ENTRIES = "initiatives/"
_WITH_EACH = ("static/site.css", "static/icon.svg")
_WITH_ENTRY = "static/entry.js"
_HOME = "index.html"
_UNLINKED = ("404.html",)


@dataclass
class Checked:
    """What a check came to; weights in bytes as compressed."""

    pages: int = 0
    links: int = 0
    feeds: int = 0
    home: int = 0
    heaviest: int = 0
    heaviest_page: str = ""
    faults: list[Fault] = field(default_factory=list)

    def document(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "pages": self.pages,
            "links": self.links,
            "feeds": self.feeds,
            "weights": {
                "home": self.home,
                "heaviest_entry": self.heaviest,
                "page": self.heaviest_page or None,
            },
            "faults": [
                {"file": each.file, "line": each.line, "rule": each.rule, "what": each.what}
                for each in self.faults
            ],
        }


def check_site(folder: Path) -> Checked:
    """Check a site; BadInput if the folder is none."""
    if not (folder / MARKER).is_file():
        remedy = "Build one with `sarcat site build`, or name its folder."
        raise BadInput("this is no site that Sarcat built.", where=str(folder), remedy=remedy)
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    found = Checked()
    ids: dict[str, set[str]] = {}
    links: list[tuple[str, int, str]] = []
    base = sum(_packed((folder / name).read_bytes()) for name in _WITH_EACH if name in files)
    script = _packed((folder / _WITH_ENTRY).read_bytes()) if _WITH_ENTRY in files else 0
    for name in sorted(name for name in files if name.endswith(".html")):
        data = (folder / name).read_bytes()
        page = PageRead(data.decode("utf-8", "replace"))
        found.faults += _torn(name, data)
        found.pages += 1
        found.faults += [Fault(name, line, "html", f"{what}.") for line, what in page.faults]
        ids[name] = set(page.ids)
        links += [(name, line, target) for line, target in page.links]
        loaded = base + (script if name.startswith(_ENTRIES) else 0)
        found.faults += _weigh(found, name, loaded + _packed(data))
    found.links = len(links)
    found.faults += _links(files, ids, links)
    found.faults += _feeds(folder, files, found)
    found.faults += _sums(folder, files)
    found.faults.sort(key=lambda fault: (fault.file, fault.line or 0, fault.what))
    return found


def _torn(name: str, data: bytes) -> Iterator[Fault]:
    """Yield a page that is no UTF-8, as a copy that was cut or mended by hand may be."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        yield Fault(name, line, "html", "it is not UTF-8.")


def _packed(data: bytes) -> int:
    return len(gzip.compress(data, 6, mtime=0))


def _weigh(found: Checked, name: str, weight: int) -> Iterator[Fault]:
    if name == _HOME:
        found.home = weight
        most = HOME_WEIGHT
    elif name.startswith(_ENTRIES):
        if weight > found.heaviest:
            found.heaviest, found.heaviest_page = weight, name
        most = ENTRY_WEIGHT
    else:
        return
    if weight > most:
        what = f"with all it loads it weighs {weight:,} bytes compressed; the most is {most:,}."
        yield Fault(name, None, "weight", what)


def _links(
    files: set[str], ids: dict[str, set[str]], links: list[tuple[str, int, str]]
) -> Iterator[Fault]:
    """Yield each link within the site that leads nowhere, and each page that no link leads to."""
    reached = {_HOME, *_UNLINKED}
    missing: dict[str, list[tuple[str, int, str]]] = {}
    for name, line, link in links:
        path, _, anchor = link.partition("#")
        path = path.partition("?")[0]
        if path.startswith("/") and name in _UNLINKED:
            path = _on_a_host(path, files)
        target = normpath(join(dirname(name), path)) if path else name
        if target not in files:
            missing.setdefault(target, []).append((name, line, link))
            continue
        if target != name:
            reached.add(target)
        if anchor and target in ids and anchor not in ids[target]:
            yield Fault(name, line, "link", f"{link!r} leads to no place on its page.")
    # One lost file is one fault, though each page may link to it.
    for found in missing.values():
        name, line, link = min(found, key=lambda each: each[0] != _HOME)
        pages = len({other for other, _, _ in found} - {name})
        more = f" ({pages:,} other page{'s' * (pages > 1)} link to it too)" if pages else ""
        yield Fault(name, line, "link", f"{link!r} leads to no file of the site{more}.")
    moved = {name for name in ids if name not in reached and name.startswith(_ENTRIES)}
    for name in sorted(ids.keys() - reached - moved):
        yield Fault(name, None, "unreached", "no link of the site leads to this page.")


def _on_a_host(path: str, files: set[str]) -> str:
    """Return a path from the root of a host as one of the site, wherever that stands."""
    parts = path.split("/")
    tails = ("/".join(parts[at:]) for at in range(1, len(parts)))
    return next((tail for tail in tails if tail in files), path)


def _feeds(folder: Path, files: set[str], found: Checked) -> Iterator[Fault]:
    """Yield feeds and other XML that are not well-formed, and ids that stand in two feeds."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    feeds: dict[str, str] = {}
    for name in sorted(name for name in files if name.endswith((".xml", ".svg"))):
        try:
            root = etree.fromstring((folder / name).read_bytes(), parser)
        except etree.XMLSyntaxError as error:
            yield Fault(name, error.lineno, "xml", f"it is not well-formed: {error.msg}.")
            continue
        if root.tag == "{http://www.w3.org/2005/Atom}feed":
            found.feeds += 1
            id = root.findtext("{*}id") or ""
            if not id or id in feeds:
                other = f"also that of {feeds[id]}" if id in feeds else "missing"
                yield Fault(name, None, "feed", f"the feed's id is {other}.")
            feeds[id] = name


def _sums(folder: Path, files: set[str]) -> Iterator[Fault]:
    """Yield each download that is not what the checksums say."""
    sums = f"data/{SUMS}"
    if sums not in files:
        yield Fault(sums, None, "checksum", "the checksums are missing.")
        return
    for number, line in enumerate((folder / sums).read_text("utf-8").splitlines(), start=1):
        digest, _, name = line.partition("  ")
        path = folder / "data" / name
        if f"data/{name}" not in files:
            yield Fault(sums, number, "checksum", f"{name} is missing.")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            yield Fault(sums, number, "checksum", f"{name} is not what it was when it was built.")
