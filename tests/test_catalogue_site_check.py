"""The check of a built site: what it finds, and that our own pages have none of it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from site_cases import small_review

import cli
from catalogue.site.html_rules import PageRead
from catalogue.site.site import build
from catalogue.site.site_check import check_site
from search.errors import BadInput


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(small_review(tmp_path_factory.mktemp("check") / "review")).folder


def test_a_site_as_built_has_no_fault(built: Path) -> None:
    found = check_site(built)
    assert found.faults == []
    assert found.pages > 100
    assert found.links > 3000
    assert 5_000 < found.heaviest < 25_000
    assert 10_000 < found.home < 60_000


def test_no_faults_is_said_and_faults_end_with_3(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["site", "check", str(built), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["faults"] == []
    assert said["weights"]["heaviest_entry"] > 0
    broken = shutil.copytree(built, tmp_path / "site")
    (broken / "about.html").unlink()
    assert cli.run(["site", "check", str(broken)]) == 3
    assert re.search(r"index\.html:\d+: 'about\.html' leads to no file", capsys.readouterr().out)
    assert cli.run(["site", "check", str(tmp_path)]) == 2


def test_a_lost_page_is_one_fault_and_bytes_that_are_no_text_another(
    built: Path, tmp_path: Path
) -> None:
    broken = shutil.copytree(built, tmp_path / "site")
    (broken / "timeline.html").unlink()
    (broken / "privacy.html").write_bytes((broken / "privacy.html").read_bytes() + b"\xff")
    found = [(each.file, each.rule, each.what) for each in check_site(broken).faults]
    assert ("privacy.html", "html", "it is not UTF-8.") in found
    links = [what for _, rule, what in found if rule == "link"]
    assert len(links) == 1
    assert re.search(r"'timeline.html' leads to no file of the site \(\d+ other pages", links[0])


def test_a_folder_of_something_else_is_no_site(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no site that Sarcat built"):
        check_site(tmp_path)


def edit(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(site: Path) -> None:
        text = (site / name).read_text("utf-8")
        assert old in text
        (site / name).write_text(text.replace(old, new, 1), "utf-8")

    return change


@pytest.mark.parametrize(
    ("change", "rule", "what"),
    [
        (edit("404.html", 'action="catalogue.html"', 'action="gone.html"'), "link", "'gone.html' leads to no file"),
        (edit("map.html", 'href="tumours.html"', 'href="gone.html"'), "link", "'gone.html' leads to no file"),
        (edit("map.html", 'href="#table"', 'href="#tabel"'), "link", "'#tabel' leads to no place"),
        (edit("feeds/all.xml", "</feed>", "</fed>"), "xml", "not well-formed"),
        (edit("data/initiatives.csv", "id,", "di,"), "checksum", "initiatives.csv is not what it was"),
        (lambda site: (site / "data/catalogue.json").unlink(), "checksum", "catalogue.json is missing"),
        (lambda site: (site / "data/SHA256SUMS").unlink(), "checksum", "the checksums are missing"),
        (lambda site: shutil.copy(site / "about.html", site / "lost.html"), "unreached", "no link of the site leads"),
        (edit("index.html", "</main>", "<p>" + "".join(f"{n * n:x}" for n in range(40_000)) + "</p></main>"), "weight", "the most is 60,000"),
        (edit("feeds/countries/fr.xml", "urn:uuid:", "urn:uuid:x"), None, ""),
    ],
)  # fmt: skip
def test_what_is_wrong_is_found(
    built: Path, tmp_path: Path, change: Callable[[Path], None], rule: str | None, what: str
) -> None:
    site = shutil.copytree(built, tmp_path / "site")
    change(site)
    faults = check_site(site).faults
    if rule is None:
        assert faults == []
    else:
        assert any(each.rule == rule and what in each.what for each in faults), faults


def test_two_feeds_of_one_id_are_found(built: Path, tmp_path: Path) -> None:
    site = shutil.copytree(built, tmp_path / "site")
    shutil.copy(site / "feeds/all.xml", site / "feeds/copy.xml")
    assert any(each.rule == "feed" for each in check_site(site).faults)


HEAD = (
    '<!DOCTYPE html>\n<html lang="en"><head><title>T</title><meta http-equiv="Content-Security-Policy" '
    "content=\"default-src 'none'\"></head><body><h1>A</h1>{}</body></html>"
)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("<p>fine <a href='x.html'>x</a></p>", None),
        ("<p><div></div></p>", "<div> stands within <p>"),
        ("<p><b>x</p></b>", "</p> closes where <b> is open"),
        ("<ul><li>x</ul>", "</ul> closes where <li> is open"),
        ("<i id=a></i><i id=a></i>", "the id 'a' stands twice"),
        ("<i class=a class=b></i>", "<i> has an attribute twice"),
        ("<h3>x</h3>", "<h3> follows <h1>"),
        ("<h1>x</h1>", "it has not exactly one <h1>"),
        ("<table><tr><td>x</td></tr></table>", "a table has no caption"),
        (
            "<table><caption>c</caption><tr><th>x</th></tr></table>",
            "a heading of a table has no scope",
        ),
        ("<i style='color:red'></i>", "<i> has a style attribute, which the policy blocks"),
        ("<i onclick='x()'></i>", "<i> has a handler of events, which the policy blocks"),
        (
            "<script src='https://x.org/a.js'></script>",
            "<script> loads 'https://x.org/a.js' from elsewhere",
        ),
        ("<img src='a.png'>", "an image has no alt"),
        ("<a href='javascript:x'>x</a>", "a link leads to 'javascript:x'"),
        (
            "<a href='https://x.org/'>x</a>",
            "a link to 'https://x.org/' does not say that it leaves the site",
        ),
        ("<a href='a'>x <a href='b'>y</a></a>", "a link stands within a link"),
        ("<section aria-labelledby='no'></section>", "it refers to the id 'no', which it has not"),
        ("<svg viewBox='0 0 1 1'></svg>", "a figure has no name and is not hidden either"),
        ("<script type='application/ld+json'>{</script>", "its JSON-LD is no JSON"),
    ],
)
def test_a_fault_of_a_page_is_named(body: str, fault: str | None) -> None:
    faults = [what for _, what in PageRead(HEAD.format(body)).faults]
    assert faults == [] if fault is None else fault in faults


def test_a_page_without_its_frame_is_named() -> None:
    faults = {what for _, what in PageRead("<html><body>x").faults}
    assert {"it does not begin with <!DOCTYPE html>", "<html> names no language", "it has no title",
            "its Content-Security-Policy is missing or weak", "<body> is never closed"} <= faults  # fmt: skip
