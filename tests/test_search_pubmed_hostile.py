"""Hostile PubMed XML, and any bytes at all: nothing foreign is followed, nothing hidden."""

from __future__ import annotations

import io
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pubmed_xml_files import LISTS, REFERENCES, article, book, collection, of, read, texts

from search.errors import BadInput
from search.pubmed_xml import records
from search.reading import Reading

# --- attacks --------------------------------------------------------------------------------------

BOMB = "<!DOCTYPE PubmedArticleSet [\n<!ENTITY a0 'ha'>\n" + "".join(
    f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>\n" for n in range(1, 12)
) + "]>\n"  # fmt: skip


@pytest.mark.parametrize(
    "place",
    [
        "<ArticleTitle>A &a11; B</ArticleTitle>",
        "<ArticleTitle>A</ArticleTitle><Abstract><AbstractText Label='&a11;'>x</AbstractText>"
        "</Abstract>",
    ],
)
def test_a_billion_laughs_are_not_laughed(place: str) -> None:
    found, reading = read(f"{BOMB}<PubmedArticleSet>\n{article(place)}</PubmedArticleSet>")
    assert len(found) == 1
    assert "haha" not in str(found[0])
    assert "&a11;" in str(found[0])
    assert len(reading.problems) == 1
    assert "&a11;" in reading.problems[0].text
    assert any("entities of its own" in text for text in texts(reading.repaired))


def test_an_external_entity_is_not_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the secret")
    doctype = f'<!DOCTYPE PubmedArticleSet [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    title = "<ArticleTitle>It is &x;.</ArticleTitle>"
    found, reading = read(f"{doctype}<PubmedArticleSet>{article(title)}</PubmedArticleSet>")
    assert [record.title for record in found] == ["It is &x;."]
    assert "&x;" in reading.problems[0].text


def test_names_of_html_signs_and_lone_ampersands_are_mended() -> None:
    title = "<ArticleTitle>Caf&eacute; R & D &amp; &#233; <![CDATA[&x;]]></ArticleTitle>"
    found, reading = read(collection(article(title)))
    assert [record.title for record in found] == ["Café R & D & é &x;"]
    assert not reading.problems
    assert len(reading.repaired) == 2


# --- for any input --------------------------------------------------------------------------------

words = st.text("abcäß <&\n", max_size=6)


def marked_up(children: st.SearchStrategy[tuple[str, str]]) -> st.SearchStrategy[tuple[str, str]]:
    tags = st.sampled_from(["i", "b", "u", "sub", "sup"])
    inside = st.lists(children, max_size=4)
    return st.builds(
        lambda tag, parts: (
            f"<{tag}>{''.join(xml for xml, _ in parts)}</{tag}>",
            "".join(plain for _, plain in parts),
        ),
        tags,
        inside,
    )


markup = st.recursive(words.map(lambda plain: (escape(plain), plain)), marked_up, max_leaves=12)


@given(st.lists(markup, max_size=4))
def test_no_nesting_of_markup_loses_a_word(parts: list[tuple[str, str]]) -> None:
    xml = "".join(part for part, _ in parts)
    plain = " ".join("".join(text for _, text in parts).split())
    record = of(
        f"<ArticleTitle>{xml}</ArticleTitle><Abstract><AbstractText>{xml}</AbstractText></Abstract>"
    )
    assert (record.title or "", record.abstract or "") == (plain, plain)


CUTTABLE = collection(
    article("<ArticleTitle>Ä &lt; <i>b</i></ArticleTitle>", pmid="1", data=REFERENCES),
    book("<ArticleTitle>Kapitel</ArticleTitle>", LISTS),
    article(pmid="2"),
    after="<DeleteCitation><PMID>3</PMID></DeleteCitation>",
).encode()


@settings(max_examples=300)
@given(st.integers(0, len(CUTTABLE.rstrip()) - 1))
def test_a_cut_at_any_byte_is_never_hidden(at: int) -> None:
    reading = Reading("pubmed-xml")
    try:
        found = list(records(io.BytesIO(CUTTABLE[:at]), reading))
    except BadInput:
        assert b"<PubmedArticle>" not in CUTTABLE[:at]
        return
    assert reading.problems
    whole = CUTTABLE[:at].count(b"</PubmedArticle>") + CUTTABLE[:at].count(b"</PubmedBookArticle>")
    begun = CUTTABLE[:at].count(b"<PubmedArticle>") + CUTTABLE[:at].count(b"<PubmedBookArticle>")
    assert len(found) == reading.parsed == whole
    assert reading.begun == begun


@given(st.binary(max_size=200), st.integers(0, len(CUTTABLE)))
def test_no_bytes_raise_an_unnamed_error(noise: bytes, at: int) -> None:
    reading = Reading("pubmed-xml")
    try:
        found = list(records(io.BytesIO(CUTTABLE[:at] + noise + CUTTABLE[at:]), reading))
    except BadInput:
        return
    assert len(found) == reading.parsed <= reading.begun


class Dripping(io.BytesIO):
    """A stream that gives a few bytes at a time, as a slow network does."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(size or 7, 7))


def test_the_size_of_what_a_read_gives_changes_nothing() -> None:
    slow, fast = Reading("pubmed-xml"), Reading("pubmed-xml")
    whole = list(records(io.BytesIO(CUTTABLE), fast))
    assert list(records(Dripping(CUTTABLE), slow)) == whole
    assert slow == fast
    assert not fast.problems


def test_records_are_given_out_while_the_stream_is_read() -> None:
    stream = io.BytesIO(collection(*[article(pmid=str(n)) for n in range(1, 5000)]).encode())
    first = next(records(stream, Reading("pubmed-xml")))
    assert first.pmid == "1"
    assert stream.tell() < len(stream.getvalue()) / 2
