"""The site as a whole: what is written, where, when not, and that nothing foreign comes alive."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path
from posixpath import dirname, join, normpath

import pytest
from catalogue_example import alone, edited, renamed, write
from hypothesis import given, settings
from hypothesis import strategies as st
from site_cases import HOSTILE, Html, data, hostile, html, initiative, pages_of, small_review

import cli
from catalogue.pages.initiative_page import page as initiative_page
from catalogue.pages.pages import shared
from catalogue.pages.rendering import Renderer
from catalogue.site.serving import LiveSite, server
from catalogue.site.site import build
from catalogue.site.site import write as write_site
from catalogue.site.site_folder import MARKER, SiteFolder, new_site
from search.errors import BadInput, FaultsFound, SarcatError
from search.records import Record, StoredRecord
from search.review import Review


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of a small review; tests only read it."""
    review = small_review(tmp_path_factory.mktemp("built") / "review")
    return build(review).folder


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# --- what is written -----------------------------------------------------------------------------


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


# --- where and when ------------------------------------------------------------------------------


def test_the_same_review_gives_the_same_bytes(tmp_path: Path) -> None:
    review = small_review(tmp_path / "review")
    first = contents(build(review, tmp_path / "a").folder)
    os.utime(review.initiatives / "second.toml", (1, 1))
    for left in review.folder.glob("review.db*"):
        left.unlink()
    copy = shutil.copytree(review.folder, tmp_path / "elsewhere" / "moved")
    second = contents(build(Review(copy), tmp_path / "b").folder)
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


def test_another_machine_gives_the_same_bytes(tmp_path: Path) -> None:
    review = small_review(tmp_path / "review")
    here = contents(build(review, tmp_path / "here").folder)
    # another order of sets, another time zone, no language, files for their owner alone
    other = {"PYTHONHASHSEED": "7", "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "LANG": "C"}
    command = [sys.executable, "-m", "cli", "site", "build"]
    subprocess.run(
        [*command, "--review", review.folder, "--output", tmp_path / "there"],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(cli.__file__).parent), **other},
        cwd=tmp_path,
        umask=0o077,
        check=True,
        capture_output=True,
    )
    there = contents(tmp_path / "there")
    assert here.keys() == there.keys()
    assert [name for name in here if here[name] != there[name]] == []


def test_a_site_is_replaced_whole(tmp_path: Path) -> None:
    review = small_review(tmp_path / "review")
    site = build(review).folder
    (site / "initiatives" / "gone.html").write_text("an entry that is no more")
    before = site.stat().st_ino
    build(Review(review.folder))
    assert not (site / "initiatives" / "gone.html").exists()
    assert site.stat().st_ino != before
    assert [path.name for path in review.folder.iterdir() if path.name.startswith(".site")] == []


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    review = small_review(tmp_path / "review")
    thesis = tmp_path / "thesis"
    thesis.mkdir()
    (thesis / "index.html").write_text("years of work")
    with pytest.raises(BadInput, match="no site that Sarcat built"):
        build(review, thesis)
    assert contents(thesis) == {"index.html": b"years of work"}
    with pytest.raises(BadInput):
        build(review, review.folder)
    (tmp_path / "file").write_text("x")
    with pytest.raises(BadInput):
        build(review, tmp_path / "file")
    forged = tmp_path / "forged"
    forged.mkdir()
    (forged / MARKER).write_text("[]")
    with pytest.raises(BadInput):
        build(review, forged)


def test_an_empty_folder_may_be_taken(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    assert (build(small_review(tmp_path / "review"), tmp_path / "new").folder / MARKER).is_file()


def test_a_link_to_a_site_stays_a_link(tmp_path: Path) -> None:
    review = small_review(tmp_path / "review")
    real = build(review, tmp_path / "real").folder
    link = tmp_path / "link"
    link.symlink_to(real)
    build(review, link)
    assert link.is_symlink()
    assert (real / "index.html").is_file()


def test_a_fault_in_an_entry_leaves_the_old_site(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    review = small_review(tmp_path / "review")
    before = contents(build(review).folder)
    write(review.initiatives, second=renamed("second").replace('code = "FR"', 'code = "UK"'))
    assert cli.run(["site", "build", "--review", str(review.folder)]) == 3
    said = capsys.readouterr().err
    assert re.search(r"initiatives/second\.toml:\d+: .*'UK'", said)
    assert "1 fault stands in the way of the site. Nothing was written." in said
    assert contents(review.folder / "site") == before


def test_every_faulty_entry_is_named_at_once(tmp_path: Path) -> None:
    review = small_review(tmp_path / "review")
    write(review.initiatives, broken="id = ", worse='id = "worse"\n')
    with pytest.raises(FaultsFound) as caught:
        build(review)
    assert "initiatives/broken.toml" in str(caught.value)
    assert "initiatives/worse.toml" in str(caught.value)
    assert not (review.folder / "site").exists()


def test_a_build_that_breaks_off_leaves_the_old_site(tmp_path: Path) -> None:
    review = small_review(tmp_path / "review")
    before = contents(build(review).folder)
    done = 0

    def breaks(by: int) -> None:
        nonlocal done
        done += by
        if done > 5:
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        build(review, advance=breaks)
    assert contents(review.folder / "site") == before
    assert [path.name for path in review.folder.iterdir() if path.name.startswith(".site")] == []


def test_what_a_killed_build_left_is_taken_up(tmp_path: Path) -> None:
    review = small_review(tmp_path / "review")
    site = build(review).folder
    half = review.folder / ".site.99999.new"
    half.mkdir()
    os.utime(half, (1, 1))
    site.rename(review.folder / ".site.99999.old")  # killed between the two renames
    with pytest.raises(RuntimeError), new_site(site, {}):
        raise RuntimeError("fails at once")
    assert (site / "index.html").is_file()
    assert not half.exists()


def test_a_swap_that_fails_brings_the_old_site_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = small_review(tmp_path / "review")
    site = build(review).folder
    rename = Path.rename

    def refused(self: Path, target: Path) -> Path:
        if self.name.endswith(".new"):
            raise PermissionError(13, "Permission denied")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refused)
    with pytest.raises(PermissionError):
        build(review)
    assert (site / "index.html").is_file()


@pytest.mark.parametrize(
    "name", ["../x.html", "a/../../x", "/etc/x", "a//b", ".hidden", "a\\b", "", "x\n", "é.html"]
)
def test_no_name_leads_out_of_the_site(tmp_path: Path, name: str) -> None:
    with pytest.raises(SarcatError, match="cannot name a file"):
        SiteFolder(tmp_path).write(name, "x")
    assert list(tmp_path.iterdir()) == []


def test_no_page_writes_over_another(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path)
    site.write("a/b.html", "one")
    with pytest.raises(SarcatError, match="two pages"):
        site.write("a/b.html", "two")
    assert (site.files, site.size) == (1, 3)


# --- nothing foreign comes alive -----------------------------------------------------------------


def is_inert(page: Html) -> None:
    """A page in which foreign text stayed text."""
    assert page.faults == []
    ours = {"static/site.js", "../static/site.js", "static/compare.js", "data/compare.js"}
    ours |= {"../static/entry.js"}
    assert set(page.scripts()) <= ours
    assert len(page.data()) == 1
    assert all("<" not in text for text in re.findall(r'ld\+json">(.*?)</script', page.text, re.S))
    assert page.all("img") == []
    assert not [name for _, attrs in page.elements for name in attrs if name.startswith("on")]
    assert page.values("style") == []
    links = page.values("href")
    assert [link for link in links if re.match(r"\s*(?!https?:)[a-z][\w+.-]*:", link, re.I)] == []
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", page.text)


def test_an_initiative_whose_every_text_is_hostile_builds_inert(tmp_path: Path) -> None:
    record = Record(title=HOSTILE, authors=(HOSTILE,), journal=HOSTILE, doi=f"10.1/{HOSTILE}",
                    pmid="1", pmcid="PMC1", year=2020)  # fmt: skip
    stored = StoredRecord(f"doi:10.1/{HOSTILE}@x", record)
    made = data(hostile(), initiative("one"), stored=(stored,), label=HOSTILE)
    folder = write_site(made, tmp_path / "site").folder
    pages = pages_of(folder)
    for page in pages.values():
        is_inert(page)
    entry = pages["initiatives/hostile.html"]
    assert entry.words.count("<script>alert(1)</script>") > 20  # shown, as the text it is
    assert "{{ 7 * 7 }}" in entry.words
    assert "49" not in entry.words
    links = [link for link in entry.values("href") if not link.startswith(("#", "../"))]
    assert all(re.match(r"https://(pubmed\.ncbi\.nlm\.nih\.gov|doi\.org)/", each) for each in links)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["site"]


RENDERER = Renderer(shared(data(initiative("one"))))


@given(text=st.text(max_size=40))
@settings(max_examples=40, deadline=None)
def test_any_text_stays_text(text: str) -> None:
    is_inert(Html(RENDERER.html(initiative_page(hostile(text), [], {}, [], None))))


@pytest.mark.parametrize("id", ["../../etc/passwd", "a/b", "A", "a b", "", "..", "x.html", "é"])
def test_an_id_is_never_a_path(tmp_path: Path, id: str) -> None:
    with pytest.raises(SarcatError):
        write_site(data(initiative(id)), tmp_path / "inner" / "site")
    assert list(tmp_path.iterdir()) == [tmp_path / "inner"]
    assert list((tmp_path / "inner").iterdir()) == []


def test_hostile_entries_are_refused_by_the_check(tmp_path: Path) -> None:
    review = small_review(tmp_path / "review")
    wrong = {
        "script": edited('name = "Example Sarcoma Registry"', 'name = "<script>x</script>"'),
        "address": edited('"https://registry.example.org/"', '"javascript:alert(1)"'),
        "bidi": edited("The Example Sarcoma Registry: the", "The \u202eExample Sarcoma: the"),
        "outside": edited('id = "example-sarcoma-registry" ', 'id = "../../x" '),
    }
    for name, text in wrong.items():
        (review.initiatives / f"{name}.toml").write_text(text, "utf-8")
    with pytest.raises(FaultsFound) as caught:
        build(review)
    assert {name for name in wrong if f"initiatives/{name}.toml" in str(caught.value)} == set(wrong)


# --- the commands --------------------------------------------------------------------------------


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


# --- serving -------------------------------------------------------------------------------------


def fetch(address: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_served_pages_follow_the_entries(tmp_path: Path) -> None:
    review = small_review(tmp_path / "review")
    said: list[str] = []
    live = LiveSite(review, None, said.append)
    live.refresh()
    with server(live, 0) as listening:
        threading.Thread(target=listening.serve_forever, args=(0.01,), daemon=True).start()
        base = f"http://127.0.0.1:{listening.server_address[1]}"
        assert "Example Sarcoma Registry" in fetch(f"{base}/catalogue.html")[1]
        write(review.initiatives, third=renamed("third"))
        assert fetch(f"{base}/initiatives/third.html")[0] == 200
        write(review.initiatives, third="id = ")
        assert fetch(f"{base}/initiatives/third.html")[0] == 200  # the site before is still shown
        assert any("third.toml" in each for each in said)
        status, page = fetch(f"{base}/nothing.html")
        assert (status, "There is no page at this address" in page) == (404, True)
        assert fetch(f"{base}/method/")[0] == 404  # no listing
        deep = fetch(f"{base}/nothing/at/all.html")[1]
        assert 'href="/static/site.css"' in deep
        assert not re.search(r'(?:href|src)="(?!/|https?:|mailto:|#)', deep)
        assert fetch(f"{base}/../review.db")[0] == 404
        assert fetch(f"{base}/%2e%2e/protocol.toml")[0] == 404
        listening.shutdown()


def test_a_missing_page_is_served_in_its_dress_where_the_site_will_stand_deeper(
    tmp_path: Path,
) -> None:
    review = small_review(tmp_path / "review")
    (review.folder / "site.toml").write_text('address = "https://example.org/sarcat/"\n', "utf-8")
    live = LiveSite(review, None, lambda _: None)
    live.refresh()
    assert '"/sarcat/static/site.css"' in (live.folder / "404.html").read_text("utf-8")
    with server(live, 0) as listening:
        threading.Thread(target=listening.serve_forever, args=(0.01,), daemon=True).start()
        base = f"http://127.0.0.1:{listening.server_address[1]}"
        status, page = fetch(f"{base}/initiatives/nothing.html")
        assert status == 404
        for path in re.findall(r'(?:href|src)="(/(?!~)[^"]*)"', page):
            assert fetch(f"{base}{path}")[0] == 200, path
        assert 'rel="search"' not in page
        listening.shutdown()


def test_an_open_page_is_told_when_the_site_was_built_again(tmp_path: Path) -> None:
    review = small_review(tmp_path / "review")
    live = LiveSite(review, None, lambda _: None)
    live.refresh()
    with server(live, 0) as listening:
        threading.Thread(target=listening.serve_forever, args=(0.01,), daemon=True).start()
        base = f"http://127.0.0.1:{listening.server_address[1]}"
        page = fetch(f"{base}/initiatives/second.html")[1]
        assert '<script src="/~reload.js" defer></script>' in page
        assert page.count("script-src 'self'; ") == 1
        assert page.count("connect-src 'self'; ") == 1
        assert fetch(f"{base}/catalogue.html")[1].count("script-src") == 1
        assert "~reload" not in (live.folder / "initiatives" / "second.html").read_text()
        assert "/~changes" in fetch(f"{base}/~reload.js")[1]
        with urllib.request.urlopen(f"{base}/~changes", timeout=20) as told:
            write(review.initiatives, second=renamed("second").replace("Example", "Edited"))
            assert told.readline() == b"event: built\n"
        assert "Edited" in fetch(f"{base}/initiatives/second.html")[1]
        listening.shutdown()


def test_serving_a_faulty_review_says_so(tmp_path: Path) -> None:
    review = small_review(tmp_path / "review")
    write(review.initiatives, broken="id = ")
    with pytest.raises(FaultsFound):
        LiveSite(review, None, print).refresh()


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    live = LiveSite(small_review(tmp_path / "review"), None, print)
    with server(live, 0) as listening, pytest.raises(BadInput, match="cannot be used"):
        server(live, listening.server_address[1])


def test_the_example_alone_is_a_sound_catalogue(tmp_path: Path) -> None:
    """What these tests rest on: the documented example has no error."""
    review = small_review(tmp_path / "review")
    assert alone() in (review.initiatives / "example-sarcoma-registry.toml").read_text("utf-8")
