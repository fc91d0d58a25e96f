"""A built site held to what public checkers measure, and the instant filter on 1,000 entries.

    python benchmarks/site_quality.py SITE --tools NODE_MODULES [--lighthouse] [--entries 1000]

SITE is a folder that `sarcat site build` made. The tools are none of ours and are installed apart:
`npm install axe-core html-validate vnu-jar lighthouse@12`, anywhere; also needed are node, java,
Debian's chromium and chromium-driver. One page of every type is looked at:

- axe-core, all rules, light and dark, at 360, 768 and 1440 px;
- html-validate (standard) and the Nu checker: errors;
- in Chromium from disk: words on the console, requests that leave the site, width at 320 px;
- the weight of an entry and of the first page with all they load, compressed;
- Lighthouse, over HTTP on this machine, compressed as any host does it; the best of three runs,
  since a busy machine makes a page slow, and nothing makes it fast;
- the instant filter: milliseconds from a key to the laid-out answer, the best of twelve rounds.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
WIDTHS = (360, 768, 1440)
#: One page of each type; "*" stands for the first by name.
TYPES = (
    "index.html", "catalogue.html", "countries/*", "tumours.html", "tumours/*", "map.html",
    "timeline.html", "sizes.html", "domains.html", "domains/*", "readiness.html", "networks.html",
    "gaps.html", "compare.html", "compare/*", "initiatives/*", "method.html", "method/*",
    "changes.html", "data.html", "about.html", "contact.html", "accessibility.html",
    "privacy.html", "404.html",
)  # fmt: skip
TYPED = ("sweden biobank", "musr12", "registry net")
KEYS = """
var words = document.getElementById("filter-words"), times = [];
for (var typed of arguments[0]) {
  for (var end = 1; end <= typed.length; end++) {
    words.value = typed.slice(0, end);
    var start = performance.now();
    words.dispatchEvent(new Event("input"));
    document.body.getBoundingClientRect();
    times.push(performance.now() - start);
  }
  words.value = ""; words.dispatchEvent(new Event("input")); document.body.getBoundingClientRect();
}
return times;
"""
ROUNDS = 12
TOO_WIDE = "const page = document.documentElement; return page.scrollWidth > page.clientWidth"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("site", type=Path)
    parser.add_argument("--tools", type=Path, required=True, help="a node_modules folder")
    parser.add_argument("--lighthouse", action="store_true", help="about a minute a page")
    parser.add_argument("--entries", type=int, default=0, help="time the filter on so many")
    options = parser.parse_args()
    site = options.site.resolve()
    os.environ["SARCAT_SITE_TOOLS"] = str(options.tools)
    pages = [found for each in TYPES if (found := page_of(site, each))]
    print(f"{len(pages)} pages, one of each type")
    checkers(site, pages)
    in_browser(site, pages)
    weights(site)
    if options.lighthouse:
        lighthouse(site, options.tools, pages)
    if options.entries:
        instant_filter(options.entries)


def page_of(site: Path, name: str) -> str | None:
    folder, _, last = name.rpartition("/")
    if last != "*":
        return name if (site / name).is_file() else None
    found = sorted(path.name for path in (site / folder).glob("*.html"))
    return f"{folder}/{found[0]}" if found else None


def checkers(site: Path, pages: list[str]) -> None:
    from site_tools import HTML_VALIDATE, NU, html_validate, nu, tool

    for name, found in (
        ("html-validate", html_validate(tool(HTML_VALIDATE, "node"), site, pages)),
        ("Nu checker", nu(tool(NU, "java"), site, pages)),
    ):
        print(f"{name}: {len(found)} errors")
        print(*found[:20], sep="\n", end="\n" if found else "")


def in_browser(site: Path, pages: list[str]) -> None:
    from browser import chromium
    from site_tools import AXE, axe, tool

    script = tool(AXE).read_text("utf-8")
    violations: list[Any] = []
    unsure = complaints = outside = wide = 0
    with chromium() as browser:
        for page in pages:
            browser.emulate(320)
            browser.open(site / page)
            complaints += len(browser.complaints())
            asked = [
                each for each in browser.requested() if not each.startswith(("chrome:", "data:"))
            ]
            outside += sum(not each.startswith(site.as_uri()) for each in asked)
            wide += browser.run(TOO_WIDE)
            for width in WIDTHS:
                for dark in (False, True):
                    browser.emulate(width, dark=dark)
                    browser.open(site / page)
                    found = axe(browser, script)
                    violations += [(page, width, dark, *each) for each in found["violations"]]
                    unsure += sum(each[0] != "color-contrast" for each in found["incomplete"])
    print(f"axe-core: {len(violations)} violations, {unsure} left open but contrast over drawings")
    print(*violations[:20], sep="\n", end="\n" if violations else "")
    print(f"console: {complaints} words; requests elsewhere: {outside}; wider than 320 px: {wide}")


def weights(site: Path) -> None:
    from catalogue.site.site_check import check_site

    checked = check_site(site)
    print(
        f"site check: {len(checked.faults)} faults; compressed, the first page {checked.home:,} "
        f"bytes, the heaviest entry {checked.heaviest:,} ({checked.heaviest_page})"
    )


# --- Lighthouse ----------------------------------------------------------------------------------


class _Packed(SimpleHTTPRequestHandler):
    """Serves a folder as static hosts do: compressed, and kept by the browser."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return
        data = gzip.compress(path.read_bytes(), 6)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Cache-Control", "max-age=31536000")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@contextmanager
def served(site: Path) -> Iterator[str]:
    handler = partial(_Packed, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


def lighthouse(site: Path, tools: Path, pages: list[str]) -> None:
    wanted = {"performance": 0.98, "accessibility": 1, "best-practices": 1, "seo": 1}
    with served(site) as address:
        for page in pages:
            if page == "404.html":  # is not to be found by search engines
                continue
            best: dict[str, float] = {}
            for _ in range(3):
                try:
                    found = scores(tools, address + page)
                except subprocess.CalledProcessError:  # a busy machine is too slow for it at times
                    print(f"Lighthouse {page}: gave up once")
                    continue
                best = {name: max(score, best.get(name, 0)) for name, score in found.items()}
                if all(best[name] >= least for name, least in wanted.items()):
                    break
            print(f"Lighthouse {page}: {best}")


def scores(tools: Path, address: str) -> dict[str, float]:
    from site_tools import LIGHTHOUSE

    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "answer.json"
        subprocess.run(
            ["node", tools / LIGHTHOUSE, address, "--quiet", "--output=json",
             f"--output-path={answer}", "--chrome-flags=--headless=new --no-sandbox"],
            check=True, env={**os.environ, "CHROME_PATH": shutil.which("chromium") or ""},
        )  # fmt: skip
        categories = json.loads(answer.read_text("utf-8"))["categories"]
    return {name: each["score"] or 0 for name, each in categories.items()}


# --- the instant filter --------------------------------------------------------------------------


def instant_filter(count: int) -> None:
    from browser import chromium

    from catalogue.site.site import build
    from search.review import Review

    place = importlib.util.spec_from_file_location("made_up", HERE / "site.py")
    assert place is not None
    assert place.loader is not None
    made_up = importlib.util.module_from_spec(place)
    place.loader.exec_module(made_up)
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        made_up.write_review(Path(folder) / "review", count)
        site = build(Review(Path(folder) / "review")).folder
        for width in (360, 1440):
            browser.emulate(width)
            browser.open(site / "catalogue.html")
            rounds = [browser.run(KEYS, TYPED) for _ in range(ROUNDS)]
            best = sorted(min(times) for times in zip(*rounds, strict=True))
            print(
                f"filter, {count} entries, {width} px: a key {best[len(best) // 2]:.1f} ms "
                f"(median), {best[-1]:.1f} ms (slowest of {len(best)})"
            )


if __name__ == "__main__":
    # A script beside this one is called like a package of ours, which must be found first.
    sys.path[:] = [place for place in sys.path if Path(place).resolve() != HERE]
    sys.path.append(str(HERE.parent / "tests"))
    main()
