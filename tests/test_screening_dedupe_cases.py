"""One pair of records and the answer to it: the cases are data."""

import json
from pathlib import Path
from typing import Any

import pytest
from dedupe_records import members, paper

from screening.dedupe.duplicates import find_sets
from search.records import Record, StoredRecord

CASES = json.loads(Path(__file__).with_name("dedupe_cases.json").read_text(encoding="utf-8"))


def records_of(case: dict[str, Any]) -> list[StoredRecord]:
    """Return the two records of a case."""
    return [
        StoredRecord(key, Record(**{
            name: tuple(value) if isinstance(value, list) else value
            for name, value in fields.items()
        }))
        for key, fields in zip(("x@a", "y@b"), case["records"], strict=True)
    ]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[each["id"] for each in CASES])
def test_case(case: dict[str, Any]) -> None:
    found = find_sets(records_of(case))
    answer = "same" if found.sets else "uncertain" if found.uncertain else "different"
    assert answer == case["expected"], case["note"]
    for link in (link for each in found.sets for link in each.links):
        assert len(link.reasons) >= 2
    for refusal in found.uncertain:
        assert refusal.link.reasons
        assert case.get("against") in (None, refusal.against.field)
        assert (
            refusal.against.values[0] != refusal.against.values[1]
            or not any(refusal.against.values)
            or refusal.against.field == "title"
        )
    assert find_sets(reversed(records_of(case))) == found


def test_each_case_has_a_name_of_its_own_and_a_note() -> None:
    assert len({case["id"] for case in CASES}) == len(CASES)
    assert all(case["note"].endswith(".") for case in CASES)


@pytest.mark.parametrize(
    "title",
    ["Editorial", "Introduction.", "Comment", "Soft tissue sarcoma", "In this issue of the journal",
     "Annual report of the national sarcoma registry", "Letter to the editor about sarcoma care",
     "Conference abstracts of the sarcoma society"],
)  # fmt: skip
def test_a_title_that_names_many_texts_joins_nothing(title: str) -> None:
    bare = {"title": title, "pages": None, "volume": None, "issue": None}
    assert find_sets([paper("x@a", **bare), paper("y@b", **bare)]).sets == ()


def test_a_doi_of_a_whole_supplement_joins_only_what_has_one_title() -> None:
    titles = ["Outcome of bone sarcoma in children", "Outcome of soft tissue sarcoma in adults"]
    found = find_sets(
        paper(f"{number}@a", doi="10.1000/s1", title=title, pages=None)
        for number, title in enumerate(titles + titles[:1])
    )
    assert members(found) == [("0@a", "2@a")]
    assert {"DOI", "title"} <= {reason.field for reason in found.sets[0].links[0].reasons}
