"""Entries are read whole, or every fault is named with its line."""

from __future__ import annotations

import dataclasses
import datetime
import os
from pathlib import Path

import pytest
from catalogue_example import ID, alone, edited, entry, example, initiative, line_of, renamed, write
from hypothesis import example as with_example
from hypothesis import given
from hypothesis import strategies as st

from catalogue.entries.initiatives import Relation, State
from catalogue.entries.reading import read_entry, read_initiatives


def test_the_documented_example_is_read_whole() -> None:
    read = initiative(example())
    assert (read.id, read.acronym, read.scope) == (ID, "ESR", "national")
    assert read.kind == ("clinical-registry", "biobank")
    assert read.name_local == {"fr": "Registre exemple des sarcomes"}
    assert read.former_ids == ("esr",)
    assert read.countries == ("FR",)
    assert not read.is_international
    assert dataclasses.replace(read, scope="multinational").is_international
    assert read.last_checked == datetime.date(2026, 11, 22)
    assert [claim.value["n"] for claim in read.claims_on("cases")] == [12000, 845]
    assert read.claims_on("cases")[0].value["qualifier"] == "at-least"
    assert read.claims_on("cases")[1].value["qualifier"] == "exact"
    assert read.value("started") == "2004"
    assert read.value("data_domains")["genomic"] == "part"
    assert [claim.state for claim in read.claims_on("centres")] == [State.DISPUTED] * 2
    assert read.claims_on("models")[0].looked == ("website", "both papers")
    assert read.evidence["e1"].locator == "Methods, p. 3; Table 1"
    assert read.evidence["e1"].supports == ("name", "kind", "scope")
    assert (read.evidence["e2"].of, read.evidence["e4"].role) == ("entry", "background")
    note = "Yearly extract since 2020."
    assert read.relations == (Relation("feeds", "example-federation", note, ("e2",), 0),)
    assert read.file == f"initiatives/{ID}.toml"


def test_claims_evidence_and_relations_know_their_lines() -> None:
    text = example()
    read = entry(text)
    assert read.initiative
    for part, header in (
        (read.initiative.claims_on("status")[0], "[claims.status]"),
        (read.initiative.claims_on("cases")[0], "[[claims.cases]]"),
        (read.initiative.evidence["e3"], "[evidence.e3]"),
        (read.initiative.relations[0], "[[relations]]"),
    ):
        assert read.line(*part.place) == line_of(header, text)


def test_a_line_of_a_file_that_is_gone_is_not_known(tmp_path: Path) -> None:
    path = tmp_path / "initiatives" / f"{ID}.toml"
    path.parent.mkdir()
    path.write_text(alone(), "utf-8")
    kept, gone = read_entry(path), read_entry(path)
    assert kept.line("id") == line_of("id =", alone())
    path.unlink()
    assert gone.line("id") is None


STATUS = 'value = "active"'
CASES = '{ n = 12000, unit = "patients", qualifier = "at-least", period = "2004/2018" }'
PLACES = '[{ code = "FR", role = "covers", from = 2004 }]'
E3 = '"doi:10.1000/example.2021"\ntitle'


@pytest.mark.parametrize(
    ("old", "new", "rule", "words"),
    [
        # the head
        (f'id = "{ID}"', 'id = "other"', "id", "Name the file other.toml"),
        (f'id = "{ID}"', 'id = "../../etc/passwd"', "id", "is no id"),
        ('acronym = "ESR"', 'acronim = "ESR"', "unknown-key", "Did you mean 'acronym'?"),
        ('acronym = "ESR"', "acronym = 7", "type", "a text in quotes"),
        ('["clinical-registry", "biobank"]', '["clinical registry"]', "vocabulary",
         'Write "clinical-registry"'),
        ('["clinical-registry", "biobank"]', "[]", "empty", "Write kind ="),
        ('scope = "national"', 'scope = "international"', "vocabulary", 'Write "multinational"'),
        ('name = "Example Sarcoma Registry"', 'name = " "', "empty", 'Write name = "…"'),
        ("{ fr =", '{ "français" =', "language", "no language tag"),
        ('former_ids = ["esr"]', 'former_ids = ["ESR 1"]', "id", "is no id"),
        ("last_checked = 2026-11-22", "", "missing", "last_checked"),
        ("last_checked = 2026-11-22", 'last_checked = "yesterday"', "type", "a date"),
        ("version = 1 ", "version = 0 ", "range", "the least is 1"),
        # states
        (STATUS, "", "missing", "is known and has no value"),
        (STATUS, STATUS + '\nstate = "unknown"', "state", "yet has a value"),
        (STATUS, 'state = "maybe"', "vocabulary", "is no term of states"),
        ('state = "not_sought" ', 'state = "not_sought"\nevidence = ["e1"] ', "state",
         'write state = "unknown"'),
        ('state = "not_applicable"', 'state = "disputed"\nvalue = 2010\nevidence = ["e1"]',
         "disputed", "one claim alone"),
        ('state = "none"    ', 'looked = ["x"]\nstate = "none"    ', "state", "looked for"),
        # evidence
        ('["e1"]\n\n[claims.follow_up]', '["e9"]\n\n[claims.follow_up]', "evidence",
         "Add [evidence.e9]"),
        ('evidence = ["e1"]\n\n[claims.follow_up]', "\n[claims.follow_up]", "evidence",
         "without evidence"),
        ('"pmid:12345678"  ', '"pmid:012345678"  ', "source", "one to eight digits"),
        ('"pmid:12345678"  ', '"12345678"  ', "source", 'Write "pmid:12345678"'),
        (E3, E3.replace("10.1000", "10.10"), "source", "looks like 10.1000/abc"),
        (E3, E3.replace("example", "EXAMPLE"), "source", 'Write "doi:10.1000/example.2021"'),
        (E3, E3.replace("doi:", "https://doi.org/"), "source", "doi:10.1000/example.2021"),
        (E3, E3.replace("doi:", "url:https://doi.org/"), "source", "cite the paper itself"),
        (E3, '"url:javascript:alert(1)"\ntitle', "source", "does not begin with https://"),
        (E3, '"url:https://user:pass@example.org/"\ntitle', "source", "a user name"),
        (E3, '"url:https://[::1"\ntitle', "source", "it is no web address"),
        (E3, '"sha:0CD3"\ntitle', "source", "12 hex digits"),
        (E3, '"sha:0cd3a00359ec@ris"\ntitle', "source", 'Write "sha:0cd3a00359ec"'),
        ("checked = 2026-11-20\nlocator", "locator", "missing", "checked"),
        ('["name", "kind", "scope"]', '["name", "cases"]', "vocabulary", "claims cite evidence"),
        ("[evidence.e4]", "[evidence.E4]", "id", "no id of evidence"),
        # terms and countries
        (STATUS, 'value = "activ"', "vocabulary", 'Write "active"'),
        (STATUS, 'value = ["active"]', "type", "a text in quotes"),
        ('["soft-tissue-sarcoma", "gist"]', '["gist", "gist"]', "twice", "names 'gist' twice"),
        ('["soft-tissue-sarcoma", "gist"]', "[]", "empty", "the value is empty"),
        ('code = "FR"', 'code = "UK"', "country", 'Write "GB"'),
        ('code = "FR"', 'code = "FRA"', "country", 'Write "FR"'),
        ('code = "FR"', 'code = "Norway"', "country", 'Write "NO"'),
        ('code = "FR"', 'code = "XK"', "country", "Kosovo has no code"),
        ('code = "FR"', 'code = "EU"', "country", "no country"),
        (PLACES, PLACES.replace("from", "form"), "unknown-key", "Did you mean 'from'?"),
        (PLACES, PLACES.replace("2004", '"2004-13"'), "date", "no such date"),
        (PLACES, '"FR"', "type", "a list of tables"),
        # counts, dates, ages
        (CASES, CASES.replace("n = 12000, ", ""), "missing", "has no 'n'"),
        (CASES, CASES.replace('unit = "patients", ', ""), "missing", "has no 'unit'"),
        (CASES, CASES.replace("12000", '"12000"'), "type", "a whole number"),
        (CASES, CASES.replace("12000", "-3"), "range", "is no count"),
        (CASES, CASES.replace("12000", "99999999999999999999"), "range", "is no count"),
        (CASES, CASES.replace("2004/2018", "2004-2018"), "date", 'Write "2004/2018"'),
        (CASES, CASES.replace("2004/2018", "2018/2004"), "date", "ends before it begins"),
        (CASES, CASES.replace("at-least", "at least"), "vocabulary", 'Write "at-least"'),
        (CASES, "12000", "type", "must be a table"),
        ("as_of = 2019\nevidence = [\"e1\"]\n\n[[claims.cases]]",
         "as_of = \"spring\"\nevidence = [\"e1\"]\n\n[[claims.cases]]", "date", "is written 2019"),
        ("min = 15", "min = true", "type", "a whole number"),
        ('imaging = "no"', 'imaging = "unknown"', "vocabulary", "Choose among yes, part, no"),
        ('imaging = "no"', 'imagng = "no"', "vocabulary", 'Write "imaging"'),
        # addresses
        ('"https://registry.example.org/"\n', '"ftp://registry.example.org/"\n', "url", "https://"),
        ('"https://registry.example.org/"\n', '"https://registry/"\n', "url", "names no host"),
        ("public = true", 'public = "yes"', "type", "true or false"),
        # what is not there
        ("[claims.access]\n", "[claims.acess]\n", "unknown-key", "Did you mean 'access'?"),
        ("[claims.access]\n", "[claims.acess]\n", "missing", "says nothing of access"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_line(old: str, new: str, rule: str, words: str) -> None:
    text = edited(old, new)
    faults = [fault for fault in entry(text).faults if fault.rule == rule]
    assert any(words in str(fault) for fault in faults), entry(text).faults
    fault = next(fault for fault in faults if words in str(fault))
    assert fault.level == "error"
    assert fault.line
    start = line_of(new, text) if new else 1
    # the fault stands in the edited lines, or at the table that lacks something
    around = range(max(1, start - 3), start + new.count("\n") + 2)
    assert fault.line in around or rule == "missing"


@pytest.mark.parametrize(
    ("type", "words"),
    [
        ("feds", 'Write "feeds"'),
        ("has_part", 'Write it in the other entry, as type = "part_of"'),
        ("", "type"),
    ],
)
def test_relations_are_written_from_one_side(type: str, words: str) -> None:
    text = edited('type = "feeds"', f'type = "{type}"', example())
    assert any(words in str(fault) for fault in entry(text).faults)


def test_a_relation_needs_evidence_and_an_id() -> None:
    text = edited('to = "example-federation"', 'to = "Example Federation"', example())
    assert [fault.rule for fault in entry(text).faults] == ["id"]
    text = example()[: example().rindex("evidence =")]
    assert [fault.rule for fault in entry(text).faults] == ["evidence"]


def test_all_faults_of_a_file_are_named_at_once() -> None:
    text = edited(STATUS, 'value = "activ"')
    text = edited('code = "FR"', 'code = "UK"', text)
    text = edited('acronym = "ESR"', "acronym = 7", text)
    read = entry(text)
    assert [fault.rule for fault in read.faults] == ["type", "vocabulary", "country"]
    assert read.initiative is not None, "what could be read is there for the other checks"
    assert not read.sound


def test_an_entry_of_a_newer_format_is_not_half_understood() -> None:
    assert [fault.rule for fault in entry("format = 2\n" + alone()).faults] == ["format"]


@pytest.mark.parametrize("missing", ["[record]", "[claims]", "[evidence]"])
def test_a_bare_entry_says_what_it_lacks(missing: str) -> None:
    faults = entry(f'id = "{ID}"\nname = "A"\n').faults
    word = missing.strip("[]")
    assert any(word in fault.what for fault in faults)
    assert {fault.rule for fault in faults} == {"missing"}


# --- folders -----------------------------------------------------------------------------------


def test_a_faulty_file_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "initiatives",
        zeta=renamed("zeta"),
        broken='id = "broken"\nname = "not closed\n',
        faulty=renamed("faulty").replace(STATUS, 'value = "activ"'),
        alpha=renamed("alpha"),
    )
    (folder / "bytes.toml").write_bytes(b'id = "bytes"\nname = "\xff"\n')
    (folder / "deep.toml").write_text("a = " + "[" * 30_000)
    (folder / "a-folder.toml").mkdir()
    (folder / "README.md").write_text("not an entry")
    (folder / ".hidden.toml.swp").write_text("not an entry")
    initiatives, faults = read_initiatives(folder)
    assert [each.id for each in initiatives] == ["alpha", "zeta"]
    named = {(fault.file, fault.rule) for fault in faults}
    assert named == {
        ("initiatives/broken.toml", "toml"),
        ("initiatives/faulty.toml", "vocabulary"),
        ("initiatives/bytes.toml", "encoding"),
        ("initiatives/deep.toml", "toml"),
        ("initiatives/a-folder.toml", "unreadable"),
    }
    assert next(f.line for f in faults if f.file.endswith("broken.toml")) == 2


def test_a_folder_that_is_not_there_holds_no_entries(tmp_path: Path) -> None:
    assert read_initiatives(tmp_path / "nowhere") == ([], [])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    folder = write(tmp_path / "initiatives", **{ID: alone()})
    (folder / f"{ID}.toml").chmod(0)
    assert [fault.rule for fault in read_initiatives(folder)[1]] == ["unreadable"]


def test_windows_line_ends_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    path = tmp_path / f"{ID}.toml"
    path.write_bytes(b"\xef\xbb\xbf" + alone().replace("\n", "\r\n").encode())
    assert read_entry(path).sound


@given(st.data())
def test_whatever_is_broken_is_named_and_nothing_is_raised(data: st.DataObject) -> None:
    text = alone()
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 60)))
    put = data.draw(st.text(max_size=20))
    read = entry(text[:start] + put + text[end:])
    assert read.sound or read.faults
    assert all(fault.what and fault.file for fault in read.faults)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=8,
)


def written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ", ".join(written(each) for each in value) + "]"
    if isinstance(value, dict):
        inside = ", ".join(f"{written(str(key))} = {written(each)}" for key, each in value.items())
        return "{ " + inside + " }"
    if isinstance(value, str):
        return '"' + "".join(f"\\U{ord(sign):08x}" for sign in value) + '"'
    return "0" if value is None else str(value)


@given(VALUES, st.sampled_from(["status", "countries", "cases", "tumours", "access", "started"]))
@with_example({"code": []}, "countries")
@with_example([{"code": {}}], "countries")
@with_example(datetime.date(9999, 1, 1), "started")
def test_any_value_of_any_type_is_a_value_or_a_fault(value: object, field: str) -> None:
    """No TOML value makes the reader fall over, or slip through in a form it should not have."""
    text = f"[claims.{field}]\nvalue = {written(value)}\nevidence = ['e1']\n"
    read = entry(text)
    assert read.initiative is not None
    (claim,) = read.initiative.claims_on(field)
    if field == "started" and claim.value is not None:
        assert isinstance(claim.value, str)
    if claim.value is None:
        assert any(fault.line in (1, 2) for fault in read.faults if fault.rule != "evidence")
