"""Small things on pages: names, links, marks, days and sizes."""

from __future__ import annotations

import pytest
from site_cases import DAY, Html, initiative

from catalogue.entries.claim_lines import EntryView
from catalogue.entries.initiatives import Evidence
from catalogue.pages.pages import size_text
from catalogue.pages.rendering import Renderer, day, fit, marks, outside, web_address
from catalogue.pages.site_data import authors_text


@pytest.mark.parametrize(
    ("authors", "text"),
    [
        (("Costa, Ana Bela", "O'Neil, J-P"), "Costa AB, O'Neil JP"),
        (("Example Group",), "Example Group"),
        (tuple(f"Name{n}, A" for n in range(6)), "Name0 A, Name1 A, Name2 A, Name3 A and 2 more"),
        ((), ""),
    ],
)
def test_authors_as_references_have_them(authors: tuple[str, ...], text: str) -> None:
    assert authors_text(authors) == text


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "data:text/html,x", "//example.org", "https://a b.org", "ftp://x.org/",
     "https://user@example.org", "https://example.org/\u202e", "", None, "HTTPS:example.org"],
)  # fmt: skip
def test_only_plain_web_addresses_become_links(address: str | None) -> None:
    assert web_address(address) is None
    assert outside(address, "<b>") == "&lt;b&gt;"


def test_a_link_that_leaves_is_marked() -> None:
    assert outside("https://example.org/?a=1&b=2", "A & B") == (
        '<a href="https://example.org/?a=1&amp;b=2" rel="noopener noreferrer external">'
        "A &amp; B</a>"
    )


@pytest.mark.parametrize(
    ("numbers", "text"),
    [((), ""), ((1,), "1"), ((1, 2), "1,2"), ((1, 2, 3), "1–3"), ((1, 3, 4, 5, 9), "1,3–5,9")],
)
def test_marks_in_a_row_stand_as_a_range(numbers: tuple[int, ...], text: str) -> None:
    said = Html(f"<p>{marks(numbers)}</p>").said().replace("Source", "").replace(" ", "")
    assert said == text


def test_days_and_sizes_are_written_as_people_read_them() -> None:
    assert day("2026-11-24T10:00:00Z") == day(DAY) == "24 Nov 2026"
    assert day(None) == ""
    assert [size_text(n) for n in (7, 1499, 2_340_000)] == ["7 B", "1 kB", "2.3 MB"]


def test_signs_that_no_page_may_hold_are_replaced() -> None:
    assert fit("a\u202eb\x1b\ud800c\r") == "a\ufffdb\ufffd\ufffdc\ufffd"
    assert fit("naïve\n\u200d日本") == "naïve\n\u200d日本"


def test_an_unknown_name_in_a_template_is_an_error() -> None:
    import jinja2

    from catalogue.pages.rendering import Page

    with pytest.raises(jinja2.UndefinedError):
        Renderer({}).html(Page("about.html", "about.html", {}))


def test_numbers_of_sources_follow_the_file() -> None:
    evidence = {id: Evidence(id, f"pmid:{n}", DAY) for n, id in enumerate(("b", "a"), start=1)}
    view = EntryView(initiative(evidence=evidence))
    assert view.marks(("a", "b", "a", "gone")) == (1, 2)
