"""TOML with places: every key on its line, however its value is written."""

from __future__ import annotations

import pytest
import tomli
from hypothesis import given
from hypothesis import strategies as st

from search.errors import FaultyFile
from search.toml_text import KeyPath, line_of_keys, parse

VALUES = [
    "1", '"text"', "'text'", '""', "''", "2026-11-24", "true # = 2", '"# no remark"',
    '"a \\" quote"', "'a \" quote'", '["a", "b"]', '["[", "#"] # ]', "{ x = 1, y = [2] }",
    '{ x = "}" }', '[\n  "one", # ]\n  "two",\n]', '"""\nkey = 1\n[table]\n"""',
    '["""\nkey = 2""", "x"]', "'''\nkey = 3\n'''", '"""a "quoted" """', "[ [1, 2], [\n3] ]",
    '"=" # x = 1', "[]", "{}",
]  # fmt: skip
KEYS = ["key", '"quoted key"', "a.b", "a-b_1"]
Written = list[tuple[int, str, str]]


@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(KEYS), st.sampled_from(VALUES)),
                max_size=9))  # fmt: skip
def test_every_key_has_its_line(written: Written) -> None:
    lines: list[str] = []
    places: dict[KeyPath, int] = {}
    for number, (blanks, key, value) in enumerate(written):
        lines += ["  ", "# key = 0"][:blanks]
        lines.append(f"[t{number}]")
        lines += f"  {key} = {value}".split("\n")
        parts = ("a", "b") if key == "a.b" else (key.strip('"'),)
        places[(f"t{number}", *parts)] = len(lines) - value.count("\n")
    text = "\n".join(lines)
    tomli.loads(text)  # it is TOML
    found = line_of_keys(text)
    assert {path: found.get(path) for path in places} == places
    tables = {path for path in found if len(path) == 1}
    assert tables == {(f"t{number}",) for number in range(len(written))}


def test_tables_in_a_list_are_told_apart() -> None:
    text = "[[a]]\nx = 1\n[a.b]\ny = 2\n[[a]]\nx = 3\n"
    assert line_of_keys(text) == {
        ("a", 0): 1, ("a", 0, "x"): 2, ("a", 0, "b"): 3, ("a", 0, "b", "y"): 4,
        ("a", 1): 5, ("a", 1, "x"): 6, ("a",): 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "line"),
    [("a = 1\nb = = 2\n", 2), ("a = 1\na = 2\n", 2), ('a = "open\n', 1), ("a = 1\n[x\n", 2)],
)
def test_what_is_no_toml_has_its_line(text: str, line: int) -> None:
    with pytest.raises(FaultyFile) as caught:
        parse(text, "x.toml")
    assert [fault.line for fault in caught.value.faults] == [line]
