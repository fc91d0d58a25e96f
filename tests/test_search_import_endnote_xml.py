"""EndNote XML: one oddity a row, no record lost unnamed, no entity expanded."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from import_reading import lines_of, read

from search.errors import BadInput
from search.importers import endnote_xml
from search.reading import Reading

HEAD = '<?xml version="1.0" encoding="UTF-8"?><xml><records>'
END = "</records></xml>\n"


def record_of(title: str, more: str = "") -> str:
    return (f'<record><ref-type name="Journal Article">17</ref-type><titles><title><style face="bold">'
            f"{title}</style></title></titles>{more}</record>")  # fmt: skip


# name, text, titles, lines of repairs, lines of problems
FILES = [
    ("in one line", HEAD + record_of("One") + record_of("Two") + END, ["One", "Two"], [], []),
    ("over lines", f"{HEAD}\n{record_of('One')}\n{record_of('Two')}\n{END}", ["One", "Two"], [], []),
    ("a damaged record", f"{HEAD}\n{record_of('One</b>')}\n{record_of('Two')}\n{END}", ["Two"], [], [2]),
    ("a record without its end", f"{HEAD}\n{record_of('One')[:-9]}\n{record_of('Two')}\n{END}", ["Two"], [], [2]),
    ("cut in a record", f"{HEAD}\n{record_of('One')}\n{record_of('Two')[:40]}", ["One"], [], [3, None]),
    ("cut between records", f"{HEAD}\n{record_of('One')}\n", ["One"], [], [None]),
    ("a control character", HEAD + "\n" + record_of("One&#x1f;\x0b&#13; more") + END, ["One more"], [2, 2], []),
    ("HTML's names for signs", f"{HEAD}\n{record_of('&eacute;t&eacute;')}\n{END}", ["été"], [2], []),
    ("a lone ampersand", f"{HEAD}\n{record_of('A & B')}\n{END}", ["A & B"], [2], []),
    ("words between", f"{HEAD}\nwords{record_of('One')}\n{END}", ["One"], [1], []),
    ("nothing in it", f"{HEAD}{record_of('')}{END}", [None], [1], []),
    ("styles within a title", HEAD + record_of('a <style face="italic">b</style> c') + END, ["a b c"], [], []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "titles", "repairs", "problems"), FILES, ids=[row[0] for row in FILES]
)
def test_a_file(
    name: str, text: str, titles: list[str | None], repairs: list[int], problems: list[int]
) -> None:
    records, reading = read(text, "endnote-xml")
    assert [record.title for record in records] == titles
    assert lines_of(reading) == (repairs, problems)


def test_a_record_that_is_too_large_costs_itself_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endnote_xml, "LARGEST", 5000)
    monkeypatch.setattr("search.xml_bytes.CHUNK", 700)
    large = record_of("words\n" * 3000)
    text = f"{HEAD}{record_of('One')}\n{large}\n{record_of('Two')}{record_of('Three')}<bad/>\n{END}"
    records, reading = read(text, "endnote-xml")
    assert [record.title for record in records] == ["One", "Two", "Three"]
    assert reading.begun == 4
    assert [note.line for note in reading.problems] == [2]
    assert "larger than" in reading.problems[0].text
    assert [note.line for note in reading.repaired] == [3003]


def test_a_file_on_one_line_has_no_limit_but_a_record_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endnote_xml, "LARGEST", 5000)
    monkeypatch.setattr(endnote_xml, "ENDLESS", 10_000)
    monkeypatch.setattr("search.xml_bytes.CHUNK", 700)
    records, reading = read(HEAD + record_of("One") * 1000 + END, "endnote-xml")
    assert (len(records), reading.problems) == (1000, [])
    with pytest.raises(BadInput, match="what begins in line 2 goes on"):
        read(f"{HEAD}{record_of('One')}\n{record_of('x' * 11_000)}{END}", "endnote-xml")


@pytest.mark.parametrize("size", [1, 7, 63, 64, 65, 1000])
def test_borders_are_found_wherever_the_chunks_are_cut(
    monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr("search.xml_bytes.CHUNK", size)
    text = HEAD + "".join(record_of(f"T{number}") for number in range(20)) + END
    records, _ = read(text, "endnote-xml")
    assert [record.title for record in records] == [f"T{number}" for number in range(20)]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_every_encoding(encoding: str) -> None:
    text = (HEAD + record_of("Größe") + END).replace("UTF-8", encoding[:6].rstrip("-"))
    (record,), _ = read(text.encode(encoding), "endnote-xml")
    assert record.title == "Größe"


def test_no_entity_is_expanded_and_nothing_loaded() -> None:
    bomb = ('<?xml version="1.0"?><!DOCTYPE xml [<!ENTITY a "AAAA"><!ENTITY b "&a;&a;">'
            '<!ENTITY c SYSTEM "file:///etc/passwd">]><xml><records>')  # fmt: skip
    (record,), reading = read(bomb + record_of("x &b; &c; y") + END, "endnote-xml")
    assert record.title == "x &b; &c; y"
    assert len(reading.problems) == 2


def test_the_fields() -> None:
    (record,), _ = read(HEAD + record_of(
        "A title",
        "<contributors><authors><author>Muster, A.</author><author>Beispiel, B.</author></authors>"
        "</contributors><periodical><full-title>Journal of things</full-title></periodical>"
        "<pages>10-20</pages><volume>6</volume><number>1</number><keywords><keyword>one</keyword>"
        "<keyword>*two</keyword></keywords><dates><year>2020</year><pub-dates><date>Mar 3</date>"
        "</pub-dates></dates><isbn>1234-5679 (Print)&#xD;2345-6789</isbn><abstract>Words.</abstract>"
        "<accession-num>12345</accession-num><electronic-resource-num>10.1000/ABC"
        "</electronic-resource-num><custom2>PMC77</custom2><notes>A note</notes><language>eng"
        "</language><urls><related-urls><url>https://example.org/a</url></related-urls><pdf-urls>"
        "<url>internal-pdf://a.pdf</url></pdf-urls></urls><remote-database-name>PubMed"
        "</remote-database-name>",
    ) + END, "endnote-xml")  # fmt: skip
    assert record.authors == ("Muster, A.", "Beispiel, B.")
    assert (record.journal, record.volume, record.issue, record.pages) == (
        "Journal of things", "6", "1", "10-20",
    )  # fmt: skip
    assert (record.year, record.published) == (2020, "2020 Mar 3")
    assert (record.pmid, record.doi, record.pmcid) == ("12345", "10.1000/abc", "PMC77")
    assert (record.keywords, record.issn) == (("one", "two"), ("1234-5679", "2345-6789"))
    assert (record.notes, record.urls) == (("A note",), ("https://example.org/a",))
    assert record.kind == "article"


_PARTS = st.sampled_from([
    "<record>", "</record>", "<title>", "</title>", "<records>", "</records>", "&x;", "&", "<", ">",
    "<!--", "-->", "<![CDATA[", "]]>", "\x00", "x", "\n", "<record/>", "<title>A</title>",
])  # fmt: skip


@given(st.lists(_PARTS, max_size=40).map("".join))
def test_no_record_is_lost_unnamed_whatever_the_text(text: str) -> None:
    reading = Reading("endnote-xml")
    try:
        found = list(endnote_xml.records(io.BytesIO(f"<xml>{text}".encode()), reading))
    except BadInput:
        return
    assert reading.parsed == len(found)
    assert reading.begun == reading.parsed or reading.problems
