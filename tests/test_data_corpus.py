"""The offline corpus that ships with the program, and the two readings of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from importlib import resources
from pathlib import Path

import pytest

import cli
from screening.decision_logs.decisions import Outcome, in_force
from screening.decision_logs.events import Act
from screening.decision_logs.log_reading import Logs, read_logs
from screening.prisma.flow import flow_of
from screening.state import load
from search.importers import FORMATS
from search.offline import serve
from search.protocol_reading import read_protocol
from search.reading import Reading
from search.records import OFFLINE_CORPUS, Record, StoredRecord
from search.review import Review

SHIPPED = Path(str(resources.files("data")))
XML = SHIPPED / "corpus" / "pubmed.xml"
RIS = SHIPPED / "corpus" / "other.ris"
CITED = SHIPPED / "corpus" / "cited.ris"  # what entries cite, met while they were curated


def _read(path: Path, format_: str) -> tuple[list[Record], Reading]:
    reader, reading = FORMATS[format_].reader, Reading(format_)
    assert reader
    with path.open("rb") as stream:
        return list(reader(stream, reading)), reading


@pytest.fixture(scope="module")
def from_xml() -> list[Record]:
    return _read(XML, "pubmed-xml")[0]


@pytest.fixture(scope="module")
def from_ris() -> list[Record]:
    return _read(RIS, "ris")[0]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Review]:
    """The way the demo goes: the strategy over the built-in server, then the files by hand."""
    folder = tmp_path_factory.mktemp("review")
    (folder / "protocol.toml").write_bytes((SHIPPED / "protocol.toml").read_bytes())
    with serve([XML]) as address, pytest.MonkeyPatch.context() as environment:
        environment.setenv("SARCAT_EUTILS_URL", address)
        environment.delenv("NCBI_API_KEY", raising=False)
        assert cli.run(["search", "--review", str(folder)]) == 0
    files = ["--source", OFFLINE_CORPUS, str(XML), str(RIS), str(CITED)]
    assert cli.run(["import", "--review", str(folder), *files]) == 0
    review = Review(folder)
    yield review
    review.store.database.close()


@pytest.fixture(scope="module")
def stored(filled: Review) -> dict[str, StoredRecord]:
    return {each.key: each for each in filled.store.records()}


@pytest.fixture(scope="module")
def logs() -> Logs:
    return read_logs(SHIPPED / "decisions")


# --- records -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "format_", "count"), [(XML, "pubmed-xml", 65), (RIS, "ris", 206), (CITED, "ris", 7)]
)
def test_the_files_are_read_whole_and_need_no_repair(path: Path, format_: str, count: int) -> None:
    records, reading = _read(path, format_)
    assert len(records) == reading.begun == reading.parsed == count
    assert reading.problems == []
    assert reading.repaired == []


def test_every_record_has_a_key_of_its_own(stored: dict[str, StoredRecord]) -> None:
    assert len(stored) == 278
    assert sum(key.startswith("pmid:") for key in stored) == 66  # one of the cited papers has one
    assert sum(key.endswith("@offline-corpus") for key in stored) == 212


def test_no_record_poses_as_an_answer_of_pubmed(stored: dict[str, StoredRecord]) -> None:
    for each in stored.values():
        assert {met.source for met in each.sources} == {OFFLINE_CORPUS}
        assert (each.record.abstract or "").startswith("SUMMARY: ")


def test_identifiers_stand_once(from_xml: list[Record], from_ris: list[Record]) -> None:
    for name in ("pmid", "doi", "pmcid"):
        values = Counter(getattr(record, name) for record in (*from_xml, *from_ris))
        del values[None]
        assert [value for value, times in values.items() if times > 1] == [], name


# Each tag of RIS and where its value must turn up: what is written is read, all of it.
RIS_TAGS = [
    ("TI", "title"), ("PY", "year"), ("T2", "journal"), ("VL", "volume"), ("IS", "issue"),
    ("SP", "pages"), ("DO", "doi"), ("C2", "pmcid"), ("AB", "abstract"), ("AU", "authors"),
    ("KW", "keywords"), ("UR", "urls"), ("N1", "notes"), ("M3", "publication_types"),
]  # fmt: skip


@pytest.mark.parametrize(("tag", "name"), RIS_TAGS)
def test_no_field_of_the_ris_file_is_lost(tag: str, name: str, from_ris: list[Record]) -> None:
    written = len(re.findall(rf"^{tag}  - \S", RIS.read_text("utf-8"), re.MULTILINE))
    assert written == _count(from_ris, name) > 0


def test_the_ris_file_has_no_tag_that_is_not_read() -> None:
    tags = set(re.findall(r"^([A-Z][A-Z0-9])  -", RIS.read_text("utf-8"), re.MULTILINE))
    assert tags - {tag for tag, _ in RIS_TAGS} == {"TY", "EP", "ER"}


XML_ELEMENTS = [
    ("PMID", "pmid"), ("ArticleTitle", "title"), ("Year", "year"), ("Volume", "volume"),
    ("Issue", "issue"), ("MedlinePgn", "pages"), ('ArticleId IdType="doi"', "doi"),
    ('ArticleId IdType="pmc"', "pmcid"), ('AbstractText Label="SUMMARY"', "abstract"),
    ("Author", "authors"), ("Keyword", "keywords"), ("GeneralNote", "notes"),
]  # fmt: skip


@pytest.mark.parametrize(("element", "name"), XML_ELEMENTS)
def test_no_field_of_the_xml_file_is_lost(element: str, name: str, from_xml: list[Record]) -> None:
    assert XML.read_text("utf-8").count(f"<{element}>") == _count(from_xml, name) > 0


def test_headings_and_journals_of_the_xml_file_are_kept(from_xml: list[Record]) -> None:
    text = XML.read_text("utf-8")
    plain = len(re.findall(r"</DescriptorName></MeshHeading>", text))
    assert plain + text.count("<QualifierName>") == _count(from_xml, "mesh") > 0
    assert text.count("<Title>") + text.count("<ISOAbbreviation>") == _count(from_xml, "journal")


def _count(records: list[Record], name: str) -> int:
    values = [getattr(record, name) for record in records]
    return sum(len(value) if isinstance(value, tuple) else value is not None for value in values)


def test_nothing_was_made_up(from_xml: list[Record], from_ris: list[Record]) -> None:
    for record in (*from_xml, *from_ris):
        assert record.published in (None, str(record.year)), "no date beyond the year"
        unread = ("published_online", "created", "status", "language", "issn", "orcids", "links")
        assert not any(getattr(record, name) for name in unread)
    assert {kind for record in from_ris for kind in record.publication_types} == {
        "Meeting Abstract",
        "Preprint",
    }
    assert not any(record.publication_types for record in from_xml)


def test_names_are_split_at_the_right_place(from_xml: list[Record], from_ris: list[Record]) -> None:
    authors = {name for record in (*from_xml, *from_ris) for name in record.authors}
    assert {
        "Blay, JY",
        "Le Cesne, A",
        "van de Poll-Franse, LV",
        "Vult Von Steyern, F",
        "Bruland, ØS",
        "de Juan Ferré, A",
    } <= authors
    whole = {name for name in authors if "," not in name}
    assert whole >= {"Belgian Cancer Registry", "Cancer Genome Atlas Research Network"}
    # Ten of whom only the family name was read.
    assert len(whole) == 12
    initials = {name.split(", ")[1] for name in authors - whole}
    assert all(re.fullmatch(r"[A-ZÀ-Þ]{1,4}", letters) for letters in initials)


def test_files_are_sorted_and_hold_no_stray_sign(from_xml: list[Record]) -> None:
    numbers = [int(record.pmid or 0) for record in from_xml]
    assert numbers == sorted(numbers)
    for path in (XML, RIS):
        text = path.read_text("utf-8")
        assert all(letter.isprintable() or letter == "\n" for letter in text)
        assert text.endswith("\n")


def test_no_verdict_stands_in_a_record(from_xml: list[Record], from_ris: list[Record]) -> None:
    for record in (*from_xml, *from_ris):
        held = " ".join(str(getattr(record, item.name)) for item in fields(record))
        assert not re.search(r"\b(verdict|initiative_ids|seeded)\b", held)


# --- the two readings --------------------------------------------------------------------------


def test_both_readings_are_whole_and_by_the_criteria_of_today(logs: Logs) -> None:
    assert logs.faults == ()
    assert set(logs.files) == {"reviewer-a.reading.jsonl", "reviewer-b.reading.jsonl"}
    protocol = read_protocol(SHIPPED / "protocol.toml")
    judged = [event for event in logs.events if event.act in (Act.DECIDE, Act.SETTLE)]
    assert {event.crit for event in judged} == {protocol.criteria_hash}
    codes = {each.code for each in protocol.exclusion}
    assert {event.reason for event in judged if event.val == "exclude"} <= codes


def test_both_have_judged_every_record_as_it_reads(
    logs: Logs, stored: dict[str, StoredRecord]
) -> None:
    held = in_force(logs.events)
    for key, each in stored.items():
        decisions = held[key, "title-abstract"]
        assert set(decisions) == {"reviewer-a", "reviewer-b"}
        assert {decision.seen for decision in decisions.values()} == {each.seen}


def test_nothing_is_left_undecided(filled: Review) -> None:
    folder = filled.folder / "decisions"
    folder.mkdir(exist_ok=True)
    for path in (SHIPPED / "decisions").iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    state = load(Review(filled.folder))
    flow = flow_of(state)
    assert not flow.is_interim
    assert flow.size("new_reports") == sum(
        outcome is Outcome.INCLUDED for outcome in state.outcomes["full-text"].values()
    )
