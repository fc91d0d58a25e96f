"""The search's words are marked by shape; terms are literal, accents and hyphens fold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.terminal.highlight import Terms, mark, terms_of
from screening.terminal.sheet import BLUE, ORANGE
from search.protocol import Block, Protocol, Strategy

CASES = [
    ("sarcoma", "Sarcoma and sarcomas", "▸Sarcoma◂ and sarcomas"),
    ("sarcom*", "Sarcoma and sarcomas", "▸Sarcoma◂ and ▸sarcomas◂"),
    ("soft tissue", "Soft-tissue, soft tissue", "▸Soft-tissue◂, ▸soft tissue◂"),
    ("Ewing-Sarkom", "Ewing‑Sarkom", "▸Ewing‑Sarkom◂"),
    ("osteosarcome", "L’ostéosarcome", "L’▸ostéosarcome◂"),
    ("osteosarcome", "oste\u0301osarcome", "▸oste\u0301osarcome◂"),
    ("strasse", "Die Straße", "Die ▸Straße◂"),
    ("C++", "C++ and CC", "▸C++◂ and CC"),
    ("NF1(+)", "NF1(+) NF11", "▸NF1(+)◂ NF11"),
    ("a.c", "abc a.c", "abc ▸a.c◂"),
    ("gist", "register GIST", "register ▸GIST◂"),
    ("*", "any word", "any word"),
    ("\u0301", "e\u0301", "e\u0301"),
]


@pytest.mark.parametrize(("term", "text", "marked"), CASES)
def test_a_term_is_marked(term: str, text: str, marked: str) -> None:
    assert mark(text, Terms((term,))) == marked


def test_words_for_and_against_differ_by_shape_and_the_longer_term_wins() -> None:
    terms = Terms(("sarcoma", "synovial sarcoma"), ("animals", "sarcoma of mice"))
    assert mark("Synovial sarcoma in animals, sarcoma of mice, sarcoma", terms) == (
        "▸Synovial sarcoma◂ in ‹animals›, ‹sarcoma of mice›, ▸sarcoma◂"
    )


@given(st.text(), st.lists(st.text(min_size=1, max_size=4), max_size=4))
def test_marking_adds_signs_and_takes_nothing(text: str, words: list[str]) -> None:
    clean = text.translate(str.maketrans("", "", "▸◂‹›"))
    marked = mark(clean, Terms(tuple(words), ("x",)))
    assert marked.translate(str.maketrans("", "", "▸◂‹›")) == clean


def test_terms_come_from_the_strategies_without_their_tags() -> None:
    blocks = (
        Block("a", ('"soft tissue tumor*"[tiab]', "sarcoma[tiab]", '"Sarcoma"[mh]')),
        Block("b", ("animals[mh] NOT humans[mh]",), negated=True, reason="x"),
    )
    protocol = Protocol(
        "t", "q", (), (
            Strategy("one", "pubmed", None, blocks, ()),
            Strategy("two", "pubmed", '("giant cell"[tiab] OR registr*[ti]) AND x', (), ()),
        ), (), (), (), (), 1, "random",
    )  # fmt: skip
    terms = terms_of(protocol)
    assert terms.speaking_for == (
        "soft tissue tumor*", "sarcoma", "Sarcoma", "giant cell", "registr*",
    )  # fmt: skip
    assert terms.speaking_against == ("animals",)


@pytest.mark.parametrize("colour", [BLUE, ORANGE])
@pytest.mark.parametrize("background", ["#000000", "#ffffff"])
def test_what_is_marked_can_be_read_on_dark_and_on_light(colour: str, background: str) -> None:
    """Contrast as WCAG 2.2 defines it (1.4.3): 4.5 at least."""

    def luminance(name: str) -> float:
        parts = (int(name[at : at + 2], 16) / 255 for at in (1, 3, 5))
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(colour), luminance(background)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5
