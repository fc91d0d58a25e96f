"""Initiatives set side by side in a real browser, also when their words come late."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from browser import Browser
from site_browser import SHIFT
from site_cases import initiative

from catalogue.site.site import write as write_site

pytestmark = pytest.mark.usefixtures("fresh")


def test_any_initiatives_can_be_set_side_by_side(browser: Browser, tmp_path: Path) -> None:
    from site_cases import HOSTILE, data, hostile

    made = [initiative("one"), initiative("two", scope="regional"), hostile()]
    folder = write_site(data(*made), tmp_path / "site").folder
    browser.open(folder / "compare.html", "?a=one&b=two")
    assert browser.run('return document.getElementById("said").value') == (
        "2 initiatives; they differ in 1 field."
    )
    cells = (
        'return [...document.querySelectorAll("#compared td")].slice(0, 2).map(e => e.textContent)'
    )
    assert browser.run(cells) == ["National", "Regional"]
    browser.open(folder / "compare.html", "?a=one&b=hostile")
    name = 'return document.querySelectorAll("#compared thead a")[1].textContent'
    assert browser.run(name) == HOSTILE
    assert (
        browser.run('return document.querySelectorAll("#compared img, #compared script").length')
        == 0
    )
    assert browser.complaints() == []
    browser.open(folder / "compare.html", "?a=gone")
    assert browser.run('return document.getElementById("said").value') == "Choose at least two."


@contextmanager
def _slowly(folder: Path, late: tuple[str, ...]) -> Iterator[str]:
    """Serve a folder in which the scripts named come half a second after all else."""

    class Slow(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            if self.path.endswith(late):
                time.sleep(0.5)
            super().do_GET()

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Slow, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("asked", ["", "?a=n1&b=n2", "?a=n1&b=n2&c=n3&d=n4"])
def test_what_is_compared_moves_nothing_when_its_words_come_late(
    browser: Browser, tmp_path: Path, asked: str, width: int
) -> None:
    from site_cases import data

    made = [initiative(f"n{at}", scope=("regional", "national")[at % 2]) for at in range(20)]
    folder = write_site(data(*made), tmp_path / "site").folder
    browser.emulate(width)
    with _slowly(folder, ("data/compare.js",)) as address:
        browser.visit(f"{address}compare.html{asked}")
        assert browser.run('return document.querySelector("select").options.length') == 21
        tables = browser.run('return document.querySelectorAll("#compared table").length')
        assert (tables > 0) == bool(asked)
        assert browser.run(SHIFT) == 0


def test_the_choice_stands_in_the_page_and_opens_with_its_words(
    browser: Browser, tmp_path: Path
) -> None:
    from site_cases import data

    folder = write_site(data(initiative("one"), initiative("two")), tmp_path / "site").folder
    page = folder / "compare.html"
    closed = 'return [...document.querySelectorAll("#choose select")].map(each => each.disabled)'
    browser.open(page, "?a=one&b=two")
    assert browser.run(closed) == [False] * 4
    browser.emulate(media="print")
    shown = "return getComputedStyle(document.querySelector(arguments[0])).display"
    assert [browser.run(shown, each) for each in ("#choose", "#compared", "#nearest")] == [
        "none", "block", "none",
    ]  # fmt: skip
    browser.emulate(scripts=False)
    browser.open(page)
    assert browser.run(shown, "#choose") == "none"
    browser.emulate()
    (folder / "data/compare.js").write_text("")
    browser.open(page, "?a=one&b=two")
    assert browser.run(closed) == [True] * 4
    assert "could not be loaded" in browser.run('return document.getElementById("said").value')
