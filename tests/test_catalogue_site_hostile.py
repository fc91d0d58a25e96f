"""Nothing foreign comes alive on a page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from catalogue_example import edited
from hypothesis import given, settings
from hypothesis import strategies as st
from site_cases import HOSTILE, Html, data, hostile, initiative, pages_of, small_review

from catalogue.pages.initiative_page import page as initiative_page
from catalogue.pages.pages import shared
from catalogue.pages.rendering import Renderer
from catalogue.site.site import build
from catalogue.site.site import write as write_site
from search.errors import FaultsFound, SarcatError
from search.records import Record, StoredRecord


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
