"""What machines are given: whole, inert, and the same bytes for the same entries."""

from __future__ import annotations

import csv
import dataclasses
import datetime
import io
import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from catalogue_example import ID, edited, example, initiative, renamed
from hypothesis import given
from hypothesis import strategies as st

from catalogue.entries.initiatives import Initiative, State
from catalogue.entries.vocabulary import FIELDS, VERSION
from catalogue.exporting import database_file
from catalogue.exporting.database_file import write_database
from catalogue.exporting.exports import json_parts, to_document
from catalogue.exporting.spreadsheets import claims_csv_parts, csv_parts, inert_cell

TIE = '\n[[relations]]\ntype = "feeds"\nto = "%s"\nevidence = ["e1"]\n'


def entries() -> list[Initiative]:
    return [initiative(example()), initiative(renamed("another") + TIE % ID, "another")]


def rows(parts: Iterable[str]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(parts), newline="")))


# --- JSON ----------------------------------------------------------------------------------------


def test_the_document_says_what_it_is_and_holds_everything() -> None:
    document = json.loads(json.dumps(to_document(entries())))
    assert document["format"] == 1
    assert document["vocabulary"] == VERSION
    assert document["licence"]["name"] == "CC BY 4.0"
    assert document["checked"] == "2026-11-22"
    assert [each["id"] for each in document["initiatives"]] == ["another", ID]
    one = document["initiatives"][1]
    read = initiative(example())
    assert len(one["claims"]) == len(read.claims)
    assert one["relations"][0]["to"] == "example-federation"
    assert one["record"]["version"] == 1
    assert one["countries"] == ["FR"]
    assert "\n" not in one["summary"]


def test_each_claim_leads_to_its_evidence_and_its_state() -> None:
    (one,) = to_document([initiative(example())])["initiatives"]
    for claim in one["claims"]:
        assert all(id in one["evidence"] for id in claim["evidence"])
        assert (claim["value"] is None) == (claim["state"] not in ("known", "disputed"))
    states = {claim["state"] for claim in one["claims"]}
    assert states == {state.value for state in State}
    evidence = one["evidence"]["e1"]
    assert evidence["url"] == "https://pubmed.ncbi.nlm.nih.gov/12345678/"
    assert (evidence["locator"], evidence["checked"]) == ("Methods, p. 3; Table 1", "2026-11-20")
    unknown = next(claim for claim in one["claims"] if claim["field"] == "models")
    assert (unknown["text"], unknown["looked"]) == ("", ["website", "both papers"])


def test_completeness_is_counted_back_from_the_data_and_not_from_the_clock() -> None:
    (now,) = to_document([initiative()])["initiatives"]
    (later,) = to_document([initiative()], datetime.date(2030, 1, 1))["initiatives"]
    assert now["completeness"]["level"] >= later["completeness"]["level"]
    assert later["completeness"]["level"] == 2


# --- CSV -----------------------------------------------------------------------------------------


def test_one_row_an_initiative() -> None:
    table = rows(csv_parts(entries()))
    assert [row["id"] for row in table] == ["another", ID]
    row = table[1]
    assert set(FIELDS) < row.keys()
    assert row["kind"] == "Clinical registry; Biobank"
    assert row["country_codes"] == "FR"
    assert row["cases"].startswith("at least 12,000 patients (2004–2018) | 845 patients")
    assert row["models"] == "[Not found]"
    assert row["ended"] == "[Does not apply]"
    assert row["update"] == "", "not sought is empty, and nothing else is"
    assert row["sex"] == "[None]"


def test_one_row_a_claim() -> None:
    table = rows(claims_csv_parts(entries()))
    both = entries()
    assert len(table) == sum(len(each.claims) for each in both)
    row = next(row for row in table if row["field"] == "pathology_review")
    assert (row["value"], row["state"]) == ("All cases", "known")
    assert row["sources"] == "PMID 12345678 | doi:10.1000/example.2021"
    assert row["locators"] == "Methods, p. 3; Table 1 | Table 2"


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1+1", "=cmd|'/c'!A0"])
def test_no_cell_is_a_formula(name: str) -> None:
    hostile = dataclasses.replace(initiative(), name=name, summary=name, acronym=name)
    for parts in (csv_parts([hostile]), claims_csv_parts([hostile])):
        for row in rows(parts):
            assert not any(cell.startswith(("=", "+", "-", "@", "＝")) for cell in row.values())
    assert rows(csv_parts([hostile]))[0]["name"] == "'" + " ".join(name.split())


@given(st.text())
def test_a_cell_is_inert_and_otherwise_as_it_was(text: str) -> None:
    cell = inert_cell(text)
    assert cell in (text, "'" + text)
    assert cell[:1] not in {"=", "+", "-", "@", "\t", "\r", "\n"} or not cell


@given(st.text(), st.text())
def test_whatever_a_text_holds_the_table_keeps_its_shape(name: str, note: str) -> None:
    read = initiative()
    claims = tuple(dataclasses.replace(claim, note=note) for claim in read.claims)
    table = rows(claims_csv_parts([dataclasses.replace(read, name=name, claims=claims)]))
    assert len(table) == len(claims)
    assert {row["field"] for row in table} == {claim.field for claim in claims}


# --- SQLite --------------------------------------------------------------------------------------


def query(path: Path, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(sql, values).fetchall()


def test_the_database_holds_every_claim_with_its_evidence(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.db"
    write_database(path, entries())
    both = entries()
    assert query(path, "pragma integrity_check") == [("ok",)]
    assert query(path, "pragma foreign_key_check") == []
    assert query(path, "select count(*) from claims") == [(sum(len(e.claims) for e in both),)]
    cited = """
        select e.source from claims c
        join claim_evidence t on t.claim = c.id join evidence e on e.id = t.evidence
        where c.initiative = ? and c.field = 'pathology_review' order by e.name
    """
    assert query(path, cited, ID) == [("pmid:12345678",), ("doi:10.1000/example.2021",)]
    assert query(path, 'select initiative, "to", other from relations order by id') == [
        ("another", ID, ID),
        (ID, "example-federation", None),
    ]
    named = "select name from places join countries on code = country where initiative = ?"
    assert query(path, named, ID) == [("France",)]
    assert query(path, "select value from info where name = 'vocabulary'") == [(VERSION,)]
    assert dict(query(path, "select list, count(*) from terms group by list"))["tumours"] > 50


def test_the_database_is_searched_by_its_own_index(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.db"
    write_database(path, entries())
    found = """
        select i.id from initiatives_fts f join initiatives i on i.rowid = f.rowid
        where initiatives_fts match ? order by i.id
    """
    assert query(path, found, "liposarcoma") == []
    assert query(path, found, "sarcoma france") == [("another",), (ID,)]
    assert query(path, found, "another") == [("another",)]
    claims = "select text from claims_fts where claims_fts match 'leiomyosarcoma'"
    assert len(query(path, claims)) == 2


def test_the_same_entries_give_the_same_bytes_in_any_order(tmp_path: Path) -> None:
    one, two = tmp_path / "one.db", tmp_path / "two.db"
    write_database(one, entries())
    write_database(two, reversed(entries()))
    assert one.read_bytes() == two.read_bytes()
    for write in (csv_parts, claims_csv_parts, json_parts):
        assert list(write(entries())) == list(write(list(reversed(entries()))))


def test_another_catalogue_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    path, fresh = tmp_path / "catalogue.db", tmp_path / "fresh.db"
    write_database(path, entries())
    write_database(path, entries()[:1])
    write_database(fresh, entries()[:1])
    assert path.read_bytes() == fresh.read_bytes()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["catalogue.db", "fresh.db"]


def test_a_failure_leaves_the_old_database_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "catalogue.db"
    write_database(path, entries())
    before = path.read_bytes()
    monkeypatch.setattr(database_file, "newest_check", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_database(path, entries())
    broken = dataclasses.replace(initiative(), version=None)
    monkeypatch.undo()
    with pytest.raises(sqlite3.IntegrityError):
        write_database(path, [broken])
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["catalogue.db"]


def test_an_empty_catalogue_is_a_database_too(tmp_path: Path) -> None:
    write_database(tmp_path / "empty.db", [])
    assert query(tmp_path / "empty.db", "select count(*) from initiatives") == [(0,)]
    assert to_document([])["initiatives"] == []
    assert rows(csv_parts([])) == []


def test_foreign_texts_are_values_in_the_database(tmp_path: Path) -> None:
    name = "Robert'); drop table claims; --"
    text = edited('name = "Example Sarcoma Registry"', f'name = "{name}"')
    write_database(tmp_path / "catalogue.db", [initiative(text)])
    assert query(tmp_path / "catalogue.db", "select name from initiatives") == [(name,)]
