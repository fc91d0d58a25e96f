"""The reader of Sarcat's own JSON lines, which may come from anyone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from import_reading import lines_of, read

GOOD = {"key": "pmid:1", "pmid": "1", "title": "A"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"brought": ""}, {"brought": []}, {"brought": {"votes": "x"}},  # the first by fuzzing
        {"brought": {"votes": [{"verdict": "perhaps"}]}}, {"brought": {"key": "no key"}},
        {"title": 7}, {"authors": "A"}, {"year": "2000"}, {"links": [[]]}, {"orcids": [["a"]]},
        {"pmid": "x"}, {"doi": "none"}, {"kind": None},
    ],
)  # fmt: skip
def test_a_line_of_another_kind_is_a_named_loss(wrong: dict[str, Any]) -> None:
    lines = [json.dumps(each) + "\n" for each in (GOOD, {**GOOD, **wrong}, GOOD)]
    records, reading = read("".join(lines), "jsonl")
    assert [record.title for record in records] == ["A", "A"]
    assert (reading.begun, lines_of(reading)[1]) == (3, [2])
