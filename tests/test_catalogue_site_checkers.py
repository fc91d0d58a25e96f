"""The site held to axe, html-validate and the Nu checker, where they are installed."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser import Browser
from site_browser import PAGES
from site_tools import AXE, HTML_VALIDATE, NU, axe, html_validate, nu, tool

pytestmark = pytest.mark.usefixtures("fresh")


@pytest.fixture(scope="module")
def axe_script() -> str:
    return tool(AXE).read_text("utf-8")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("width", [360, 768, 1440])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_wrong(
    axe_script: str, browser: Browser, site: Path, page: str, width: int, dark: bool
) -> None:
    browser.emulate(width, dark=dark)
    browser.open(site / page)
    found = axe(browser, axe_script)
    assert found["violations"] == []
    # what axe cannot tell is contrast over a drawing, which the test above works out by itself
    assert {rule for rule, _, _ in found["incomplete"]} <= {"color-contrast"}


def test_axe_would_have_found_something(axe_script: str, browser: Browser, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text('<html><title>A page</title><main><img src="x.png"></main></html>', "utf-8")
    browser.open(page)
    rules = {rule for rule, _, _ in axe(browser, axe_script)["violations"]}
    assert {"image-alt", "html-has-lang"} <= rules


def test_html_validate_finds_no_fault(site: Path) -> None:
    script = tool(HTML_VALIDATE, "node")
    (site.parent / "bad.html").write_text("<p><div></p>", "utf-8")
    assert html_validate(script, site.parent, ["bad.html"])
    assert html_validate(script, site, PAGES) == []


def test_the_nu_checker_finds_no_fault(site: Path) -> None:
    jar = tool(NU, "java")
    (site.parent / "bad.html").write_text("<p><div></p>", "utf-8")
    assert nu(jar, site.parent, ["bad.html"])
    assert nu(jar, site, PAGES) == []
