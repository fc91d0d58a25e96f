"""The life of one record: found, merged, judged; and what blinding keeps back."""

from typing import Any

import pytest
from flow_cases import both, decide, event, run, state, stored

from screening.dedupe.duplicates import find_sets
from screening.dedupe.merged import merged
from screening.explain import explain, lines, resolve
from screening.prisma.flow import flow_of
from screening.state import FULL_TEXT, ReviewState, state_of
from search.errors import BadInput
from search.records import Appearance, Record, StoredRecord

PUBMED = run("r1", database="PubMed")
EMBASE = run("r2", database="Embase", source="embase")
RECORDS = [
    StoredRecord(
        "pmid:1",
        Record(title="A national registry of sarcoma care", pmid="1", doi="10.1000/a", year=2019),
        (Appearance("pubmed", "r1"),),
    ),
    StoredRecord(
        "doi:10.1000/a@embase",
        Record(title="A national registry of sarcoma care", doi="10.1000/a", abstract="All of it.",
               authors=("Berg, Anna",), year=2019),
        (Appearance("embase", "r2"),),
    ),
]  # fmt: skip


def page(events: list, key: str = "pmid:1") -> dict[str, Any]:
    base = state([])
    found = state_of(
        base.protocol, [PUBMED, EMBASE],
        {"r1": {"pmid:1"}, "r2": {"doi:10.1000/a@embase"}}, find_sets(RECORDS), events,
        named=lambda: [(each.key, each.record.pmid, each.record.doi) for each in RECORDS],
    )  # fmt: skip
    return explain(found, flow_of(found), key, RECORDS)


def test_found_by_what_and_merged_why() -> None:
    document = page([])
    assert [(met["key"], met["database"]) for met in document["found"]] == [
        ("pmid:1", "PubMed"), ("doi:10.1000/a@embase", "Embase"),
    ]  # fmt: skip
    (link,) = document["duplicates"]
    assert link["rule"] == "DOI"
    assert {"field": "DOI", "values": ["10.1000/a", "10.1000/a"]} in link["reasons"]
    record = document["record"]
    assert record["abstract"] == "All of it."
    assert record["merged_from"]["abstract"] == "doi:10.1000/a@embase"
    assert record["merged_from"]["pmid"] == "pmid:1"
    assert [each["run"] for each in record["sources"]] == ["r1", "r2"]


def test_a_duplicate_says_under_which_record_it_stands() -> None:
    document = page([], "doi:10.1000/a@embase")
    assert document["representative"] == "pmid:1"
    assert "  stands under pmid:1" in list(lines(document))


def test_while_a_second_reviewer_is_awaited_only_who_judged_is_said() -> None:
    events = [event("reviewer-a", "decide", "pmid:1", stage="title-abstract", val="exclude",
                    reason="E1", note="no database at all")]  # fmt: skip
    document = page(events)
    (stage,) = document["screening"]
    assert (stage["outcome"], stage["decisions"]) == ("awaiting", [{"reviewer": "reviewer-a"}])
    text = "\n".join(lines(document))
    assert "reviewer-a: has judged" in text
    for secret in ("exclude", "E1", "no database at all"):
        assert secret not in str(document)
        assert secret not in text


def test_once_all_have_judged_it_is_shown_and_where_it_stands() -> None:
    events = [*both("pmid:1", "include"), decide("a", "pmid:1", "exclude", FULL_TEXT, "E2"),
              decide("b", "doi:10.1000/a@embase", "exclude", FULL_TEXT, "E2")]  # fmt: skip
    document = page(events)
    first, second = document["screening"]
    assert [each["verdict"] for each in first["decisions"]] == ["include", "include"]
    assert (second["outcome"], second["reason"]) == ("excluded", "E2")
    assert second["decisions"][1]["record"] == "doi:10.1000/a@embase"
    assert document["flow"]["doi:10.1000/a@embase"] == [
        "database_results", "duplicates", "database_specific_results:Embase",
    ]  # fmt: skip
    assert "dbr_excluded:E2" in document["flow"]["pmid:1"]


@pytest.mark.parametrize(
    ("wanted", "key"),
    [("pmid:1", "pmid:1"), ("1", "pmid:1"), ("DOI:10.1000/A", "pmid:1"),
     ("doi:10.1000/a@embase", "doi:10.1000/a@embase"), ("sha:0f", "sha:0f@ris")],
)  # fmt: skip
def test_a_record_is_found_by_what_people_type(wanted: str, key: str) -> None:
    assert resolve(_known(), wanted) == key


def test_an_unknown_key_names_the_nearest() -> None:
    with pytest.raises(BadInput, match=r"no record 'pmid:11'.*Did you mean pmid:1\?"):
        resolve(_known(), "pmid:11")


def _known() -> ReviewState:
    base = state([])
    return state_of(
        base.protocol, [PUBMED], {"r1": {*(each.key for each in RECORDS), "sha:0f@ris"}},
        find_sets(RECORDS), (),
        named=lambda: [(each.key, each.record.pmid, each.record.doi) for each in RECORDS],
    )  # fmt: skip


def test_no_field_that_any_record_has_is_empty_in_the_merged_view() -> None:
    first = stored("a", title="Short", abstract="brief", authors=("Berg, A",), keywords=("x",))
    second = stored("b", title="Longer title", abstract="much longer", retracted=True,
                    authors=("Berg, Anna", "Dahl, Per"), year=2019)  # fmt: skip
    view, origins = merged([first, second])
    assert view == Record(title="Short", abstract="much longer", authors=("Berg, Anna", "Dahl, Per"),
                          keywords=("x",), year=2019, retracted=True)  # fmt: skip
    assert origins == {"title": "a", "abstract": "b", "authors": "b", "year": "b", "keywords": "a",
                       "retracted": "b"}  # fmt: skip


def test_a_long_query_is_told_by_its_beginning_and_where_it_stands() -> None:
    document = page([])
    document["found"][0]["query"] = "sarcoma[tiab] OR " * 100
    (line,) = [each for each in lines(document) if "query: " in each]
    assert len(line) < 300
    assert line.endswith("(1,699 letters; the whole is in searches/r1/run.json)")
