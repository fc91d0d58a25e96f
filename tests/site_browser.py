"""A small site and a real browser, opened once for each file of tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from browser import Browser

PAGES = (
    "index.html", "catalogue.html", "countries/fr.html", "kinds/biobank.html", "map.html",
    "compare.html", "compare/second.html", "changes.html", "contact.html", "accessibility.html",
    "privacy.html", "timeline.html", "sizes.html", "domains.html", "readiness.html", "networks.html", "gaps.html",
    "tumours.html", "tumours/soft-tissue-sarcoma.html", "domains/surgery.html",
    "initiatives/example-sarcoma-registry.html", "method.html", "method/database-results.html",
    "method/new-studies.html", "data.html", "about.html", "404.html",
)  # fmt: skip
SHIFT = (
    "return new Promise(done => new PerformanceObserver(list => done("
    "list.getEntries().reduce((sum, each) => sum + each.value, 0)))"
    '.observe({type: "layout-shift", buffered: true}) || setTimeout(() => done(0), 300))'
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from site_cases import small_review

    from catalogue.site.site import build

    return build(small_review(tmp_path_factory.mktemp("site") / "review")).folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from browser import chromium

    with chromium() as window:
        yield window


@pytest.fixture
def fresh(browser: Browser) -> None:
    """Leave nothing of the test before."""
    browser.emulate()
    browser.run("return location.href")
    browser.complaints()
    browser.requested()
