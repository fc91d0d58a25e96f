"""The site shown while it is edited."""

from __future__ import annotations

import re
import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from catalogue_example import alone, renamed, write
from site_cases import small_review

from catalogue.site.serving import LiveSite, server
from search.errors import BadInput, FaultsFound


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
        assert not re.search(r'(?:href|src|action)="(?!/|https?:|mailto:|#)', deep)
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
