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


def test_half_of_a_letter_becomes_a_question_mark_and_is_named() -> None:
    """It cannot be written as UTF-8: what was imported could not be read again."""
    line = '{"key":"pmid:1","pmid":"1","title":"A \\ud800 b","doi":"10.1000/x\\uDC00"}\n'
    whole = '{"key":"pmid:2","pmid":"2","title":"A \\ud83d\\ude00 é"}\n'
    records, reading = read(line + whole, "jsonl")
    assert [(record.title, record.doi) for record in records] == [
        ("A ? b", "10.1000/x?"), ("A \U0001f600 é", None),
    ]  # fmt: skip
    assert lines_of(reading) == ([1], [])
