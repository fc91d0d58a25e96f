"""What a target makes of our file is what the table of losses says; and all of it comes back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from import_reading import read
from other_programs import asreview, asreview_csv, asreview_ris, excel, rayyan, zotero
from test_search_exporters import _RECORDS, DECIDED, FULL, ODD, written

from search.brought import Brought, Vote
from search.exporters.targets import Losses
from search.records import Record

PLAIN = Record(title="A title", abstract="Words.", authors=("Muster, Anna", "Group of A"), year=2020,
               journal="Journal", volume="12", issue="3", pages="10-20", language=("eng",),
               keywords=("one", "two"), issn=("1234-5679",), urls=("https://example.org/x",))  # fmt: skip
RICH = replace(FULL, notes=("A note",), keywords=("one", "three; four", "a--b"), mesh=("Humans",))
BOOK = replace(PLAIN, kind="book", doi="10.1000/x", pmid="7")
SHOWS: dict[str, Callable[[str], list[dict[str, object]]]] = {
    "zotero": lambda text: zotero(text)[0],
    "rayyan": lambda text: rayyan(text)[0],
    "asreview": lambda text: asreview(text)[0],
}


def lost(record: Record, shown: dict[str, object]) -> set[str]:
    """Return the fields of a record that a program does not show as they are."""
    words = [*record.mesh, *record.keywords]
    here = {
        name: list(value) if isinstance(value, tuple) else value
        for name in Record.__dataclass_fields__
        if name not in ("brought", "mesh", "keywords", "kind")
        and (value := getattr(record, name)) not in (None, (), False)
    }
    gone = {
        name for name, value in here.items()
        if str(shown.get(name)) != str(value) and not _has_all(shown.get(name), value)
    }  # fmt: skip
    return gone | ({"keywords"} if not _has_all(shown["words"], words) else set())


def _has_all(shown: object, told: object) -> bool:
    return isinstance(shown, list) and isinstance(told, list) and set(told) <= set(shown)


@pytest.mark.parametrize("target", SHOWS)
@pytest.mark.parametrize("record", [PLAIN, RICH, BOOK], ids=["plain", "rich", "book"])
def test_the_table_tells_of_each_field_that_is_lost_and_of_no_other(
    target: str, record: Record
) -> None:
    record = replace(record, brought=DECIDED, abstract="Words.")
    (shown,) = SHOWS[target](written([record], "ris", target))
    losses = Losses(target)
    losses.count(record)
    told = set(losses.hidden(record))
    for loss in losses._losses:
        if loss.concerns(record) and "CSV:" not in loss.becomes:
            told |= {name for name in loss.of if getattr(record, name)}
    told -= {"mesh", "kind"}  # with the keywords; told by what else it changes
    assert lost(record, shown) <= told
    # of a field that is shown by halves, or elsewhere, the table tells too
    assert told - lost(record, shown) <= {"volume", "issue", "notes"}


@pytest.mark.parametrize("target", SHOWS)
def test_a_plain_record_loses_only_what_has_no_place(target: str) -> None:
    losses = Losses(target)
    losses.count(PLAIN)
    names = {what for what, _count, _becomes in losses.rows()}
    expected = {"asreview": {"journal, volume, issue, pages", "addresses", "other fields"}}
    assert names == expected.get(target, set())


# target, format that goes there, format that comes back, what becomes of it there
WAYS: dict[str, tuple[str, str, str, Callable[[str], str]]] = {
    "zotero": ("zotero", "ris", "ris", lambda text: zotero(text)[1]),
    "rayyan": ("rayyan", "ris", "ris", lambda text: rayyan(text)[1]),
    "asreview, RIS": ("asreview", "ris", "ris", asreview_ris),
    "asreview, from RIS to CSV": ("asreview", "ris", "csv", asreview_csv),
    "excel": ("excel", "csv", "csv", excel),
}


def comes_back(way: str, records: list[Record]) -> None:
    target, there, back, through = WAYS[way]
    found, reading = read(through(written(records, there, target)), back)
    assert not reading.problems
    assert len(found) == len(records)
    for one, other in zip(records, found, strict=True):
        assert other.brought
        assert one.brought
        same = replace(other, brought=one.brought, notes=one.notes)
        assert same == one
        for name in ("key", "outcome", "members"):
            assert getattr(other.brought, name) == getattr(one.brought, name)
        votes, labels = len(one.brought.votes), len(one.brought.labels)
        assert other.brought.votes[:votes] == one.brought.votes
        assert other.brought.labels[:labels] == one.brought.labels
        assert other.brought.notes == one.brought.notes


@pytest.mark.parametrize("way", WAYS)
def test_all_comes_back_through_the_program(way: str) -> None:
    # a record without any field is no record to others; Zotero drops a note that is the title
    records = [one for one in (PLAIN, RICH, BOOK, *ODD) if one.title or one.abstract]
    comes_back(way, [replace(record, brought=DECIDED) for record in records])


@pytest.mark.parametrize(
    "words",
    ["SEPT2", "MARCH1", "1984", "3-5", "007", "2020-01-31", "1e5", "12345678901234567890", "true",
     "=1+1", "+49", "@a", "-", "\t=1", "10:30", "5%"],
)  # fmt: skip
def test_what_excel_takes_for_a_value_comes_back(words: str) -> None:
    """Found by trying: a keyword that is a gene, and a title that is a year."""
    text = " ".join(words.split())
    record = Record(title=text, abstract=text, journal=text, keywords=(text,), volume=text,
                    notes=(text,), accession=text, language=(text,), authors=(text,))  # fmt: skip
    comes_back("excel", [replace(record, brought=DECIDED)])


@pytest.mark.parametrize("way", WAYS)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(_RECORDS, min_size=1, max_size=2))
def test_whatever_the_text_it_comes_back_through_the_program(
    way: str, records: list[Record]
) -> None:
    assume(all((each.title or "").strip() for each in records))
    judged = [replace(one.brought or DECIDED, key="pmid:1@x", outcome="included")
              for one in records]  # fmt: skip
    comes_back(way, [replace(one, brought=said) for one, said in zip(records, judged, strict=True)])


def test_what_somebody_decided_there_is_told_beside_ours() -> None:
    text = rayyan(written([replace(PLAIN, brought=DECIDED)], "ris", "rayyan"))[1]
    (record,), _ = read(text, "ris")
    assert record.brought
    assert record.brought.votes == (*DECIDED.votes, Vote("include", who="Ann"))
    assert record.brought.labels == (*DECIDED.labels, "a", "b")


def test_tags_that_somebody_gave_there_come_back() -> None:
    record = replace(RICH, brought=Brought("sarcat", key="pmid:5"))
    text = zotero(written([record], "ris", "zotero"))[1]
    text = text.replace("ER  - ", "KW  - to discuss\r\nER  - ")
    (found,), _ = read(text, "ris")
    assert found.keywords == (*record.keywords, "to discuss")
    assert found.mesh == record.mesh


@pytest.mark.parametrize("cell", ["a;=1+1", 'a;"=1', "a;@x", "a;\uff1d1"])
def test_no_semicolon_makes_a_formula_where_it_parts_cells(cell: str) -> None:
    text = written([Record(title=cell, pmid="1")], "csv", "excel")
    assert "; " in text
    assert not any(sign in text for sign in (";=", ';"=', ';""=', ";@", ";\uff1d"))
