"""The site as a whole: what is written, and the command that builds it."""

from __future__ import annotations

import hashlib
import itertools
import json
import re
import shutil
import sqlite3
from importlib import resources
from pathlib import Path
from posixpath import dirname, join, normpath

import pytest
from site_cases import contents, html, pages_of, small_review

import cli
from catalogue.site.site import build, lean
from catalogue.site.site_folder import MARKER
from search.review import Review


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of a small review; tests only read it."""
    review = small_review(tmp_path_factory.mktemp("built") / "review")
    return build(review).folder


# --- what is written ------------------------------------------------------------------------------


def test_every_page_of_the_plan_is_there(built: Path) -> None:
    names = contents(built).keys()
    assert {
        "index.html", "catalogue.html", "method.html", "data.html", "about.html", "404.html",
        "initiatives/example-sarcoma-registry.html", "initiatives/second.html",
        "countries/fr.html", "kinds/biobank.html", "access/on-request.html", "status/active.html",
        "scopes/national.html", "domains/surgery.html", "tumours/chordoma.html", "tumours.html",
        "map.html", "timeline.html", "sizes.html", "domains.html", "readiness.html",
        "networks.html", "gaps.html", "compare.html", "compare/second.html", "changes.html",
        "contact.html", "accessibility.html", "privacy.html", "data/compare.js", "method/records-excluded.html",
        "method/new-studies.html", "static/site.css", "static/icon.svg", MARKER,
    } <= names  # fmt: skip


def test_every_link_within_the_site_leads_somewhere(built: Path) -> None:
    pages = pages_of(built)
    files = contents(built).keys()
    followed = 0
    for name, page in pages.items():
        for link in page.values("href") + page.values("src"):
            path, _, anchor = link.partition("#")
            path = path.partition("?")[0]
            if re.match(r"https?:", link):
                continue
            target = normpath(join(dirname(name), path)) if path else name
            assert target in files, f"{name} links to {link}"
            if anchor:
                assert anchor in pages[target].values("id"), f"{name} links to {link}"
            followed += 1
    assert followed > 500


def test_pages_are_well_formed_and_can_be_walked(built: Path) -> None:
    for name, page in pages_of(built).items():
        assert page.faults == [], name
        assert page.text.startswith("<!DOCTYPE html>\n"), name
        assert page.all("html")[0]["lang"] == "en"
        ids = page.values("id")
        assert len(ids) == len(set(ids)), name
        assert [tag for tag, _ in page.elements].count("h1") == 1, name
        for landmark in ("header", "nav", "main", "footer"):
            assert page.all(landmark), f"{name} has no {landmark}"
        first = next(attrs for tag, attrs in page.elements if tag == "a")
        assert first["href"] == "#main"
        for reference in page.values("aria-labelledby"):
            assert set(reference.split()) <= set(ids), f"{name}: {reference}"


def test_headings_leave_out_no_level(built: Path) -> None:
    for name, page in pages_of(built).items():
        levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h[1-6]", tag)]
        for above, below in itertools.pairwise(levels):
            assert below <= above + 1, f"{name}: h{below} after h{above}"


def test_tables_have_captions_and_headings_with_a_scope(built: Path) -> None:
    tables = 0
    for name, page in pages_of(built).items():
        assert len(page.all("table")) == len(page.all("caption")), name
        assert all(attrs.get("scope") in ("col", "row") for attrs in page.all("th")), name
        tables += len(page.all("table"))
    assert tables > 5


def test_pages_ask_nothing_of_others(built: Path) -> None:
    for name, page in pages_of(built).items():
        policy = next(m["content"] for m in page.all("meta") if m.get("http-equiv")) or ""
        assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self'")
        assert ("script-src 'self'" in policy) == bool(page.scripts()), name
        assert "unsafe" not in policy
        loaded = [attrs.get("href") for attrs in page.all("link")]
        loaded += [*page.scripts(), *(attrs.get("src") for attrs in page.all("img"))]
        assert all(link and not re.match(r"(?:\w+:|//)", link) for link in loaded), name
        assert page.values("style") == [], name
        assert page.all("style") == [], name
        assert page.all("iframe") == []
    style = (built / "static" / "site.css").read_text("utf-8")
    assert "url(" not in style
    assert "@import" not in style


@pytest.mark.parametrize(
    ("name", "text", "left"),
    [
        ("a.css", "/* one\n   two */\na { b: c; } /* d */\n\n/* e */\nf { }\n", "a { b: c; }\n\nf { }\n"),
        ("a.css", "a { content: \"//\"; }\n", "a { content: \"//\"; }\n"),
        ("a.js", "// one\nvar a = 1; // two\n  // three\nb(\"//\");\n", "var a = 1; // two\nb(\"//\");\n"),
        ("a.svg", "<!-- /* */ -->\n// x\n", "<!-- /* */ -->\n// x\n"),
    ],
)  # fmt: skip
def test_style_and_scripts_are_written_without_comments(name: str, text: str, left: str) -> None:
    assert lean(text, name) == left


def test_the_style_sheet_keeps_every_rule(built: Path) -> None:
    source = (resources.files("templates") / "static" / "site.css").read_text("utf-8")
    written = (built / "static" / "site.css").read_text("utf-8")
    assert "/*" not in written
    assert '"*/' not in source
    assert len(written) < 0.95 * len(source)
    for sign in "{}":  # none of which stands in a comment
        assert written.count(sign) == source.count(sign)


def test_links_that_leave_say_so(built: Path) -> None:
    outside = [
        attrs for page in pages_of(built).values() for attrs in page.all("a")
        if re.match(r"\w+:", attrs["href"] or "")
    ]  # fmt: skip
    assert len(outside) > 10
    assert {attrs["rel"] for attrs in outside} == {"noopener noreferrer external"}
    assert all(re.match("https?://", attrs["href"] or "") for attrs in outside)


def test_downloads_are_what_their_checksums_say(built: Path) -> None:
    sums = (built / "data" / "SHA256SUMS").read_text().splitlines()
    page = html(built, "data.html").said()
    names = []
    for line in sums:
        digest, name = line.split("  ")
        assert hashlib.sha256((built / "data" / name).read_bytes()).hexdigest() == digest
        assert digest in page
        names.append(name)
    assert {"catalogue.json", "initiatives.csv", "claims.csv", "catalogue.db"} <= set(names)
    document = json.loads((built / "data" / "catalogue.json").read_text("utf-8"))
    assert [each["id"] for each in document["initiatives"]] == [
        "example-sarcoma-registry",
        "second",
    ]
    database = sqlite3.connect(built / "data" / "catalogue.db")
    assert database.execute("select count(*) from initiatives").fetchone() == (2,)
    database.close()


def test_the_marker_says_when_the_data_are_of(built: Path) -> None:
    marker = json.loads((built / MARKER).read_text())
    assert marker == {"made_by": "sarcat site build", "as_of": "2026-11-22", "initiatives": 2}


# --- the commands ---------------------------------------------------------------------------------


def test_build_tells_what_it_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    review = small_review(tmp_path / "review")
    out = tmp_path / "public"
    assert cli.run(["site", "build", "--review", str(review.folder), "--output", str(out),
                    "--json"]) == 0  # fmt: skip
    told = json.loads(capsys.readouterr().out)
    files = contents(out)
    assert told["index"] == str(out.resolve() / "index.html")
    assert told["as_of"] == "2026-11-22"
    assert told["pages"] == sum(name.endswith(".html") for name in files)
    assert told["files"] == len(files)
    assert told["bytes"] == sum(map(len, files.values()))
    assert cli.run(["site", "build", "--review", str(review.folder)]) == 0
    assert f"Open {review.folder.resolve() / 'site' / 'index.html'}" in capsys.readouterr().out


def test_a_site_of_an_empty_review_says_that_it_is_empty(tmp_path: Path) -> None:
    review = small_review(tmp_path / "review")
    shutil.rmtree(review.initiatives)
    shutil.rmtree(review.searches)
    folder = build(Review(review.folder)).folder
    assert "The catalogue has no entries yet." in html(folder, "catalogue.html").said()
    method = html(folder, "method.html").said()
    assert "No search has been run yet." in method
    assert "Nobody has judged a record yet." in method
    assert all(page.faults == [] for page in pages_of(folder).values())
