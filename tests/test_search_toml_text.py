"""TOML with places: every key on its line, however its value is written."""

from __future__ import annotations

from pathlib import Path

import pytest
import tomli
from hypothesis import given
from hypothesis import strategies as st

from search.errors import BadInput, FaultyFile
from search.toml_lines import KeyPath, line_of_keys
from search.toml_text import parse, read, spoken

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


@given(st.lists(st.sampled_from([*VALUES, "1e400", "-0.5", "inf", "0x1F", "1_000", "99999999999999999999", '"\\u00e9"',
                                 "1979-05-27T07:32:00Z", "1979-05-27 07:32:00.1234567", "07:32:00"]),
                max_size=9))  # fmt: skip
def test_the_fast_reader_gives_what_the_other_gives(written: list[str]) -> None:
    text = "\n".join(f"k{number} = {value}" for number, value in enumerate(written))
    assert parse(text, "x.toml").values == tomli.loads(text)


def test_lists_in_lists_without_end_are_refused() -> None:
    with pytest.raises((FaultyFile, RecursionError)):
        parse("a = " + "[" * 100_000, "x.toml")


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


@pytest.mark.parametrize(
    ("line", "help"),
    [
        ("name = “TOPP”", "straight quotes"),
        ('name = "TOPP', "Close the quote that is opened here"),
        ("name = TOPP", "Put a text in quotes"),
        ("n = { n = 1,176 }", "without a comma"),
        ("checked = 2026-13-24", "Write a day as 2026-11-24"),
        ("checked = 24.11.2026", "Write a day as 2026-11-24"),
        ("started = 2016-11", "Put a month in quotes"),
        ("name =", "Write something behind the sign ="),
        ("just words", 'Write key = "text"'),
        ('id = "b"', "stands twice in its table"),
        ("[claims.status]", "This table stands twice"),
        ("<<<<<<< HEAD", "Two versions meet here"),
        ('name = "TOP\x07P"', "Remove the sign, which cannot be seen"),
    ],
)
def test_slips_of_the_pen_are_told_with_what_to_write(line: str, help: str) -> None:
    with pytest.raises(FaultyFile) as caught:
        parse(f'id = "a"\n{line}\n[claims.status]\nx = 1\n[claims.status]\n', "f.toml")
    said = str(caught.value)
    assert help in said
    assert "Cannot declare" in said or said.startswith("f.toml:2: this is not TOML: ")


def test_what_is_not_utf_8_has_its_line(tmp_path: Path) -> None:
    file = tmp_path / "f.toml"
    file.write_bytes('id = "a"\nname = "L\u00e9on"\n'.encode("cp1252"))
    with pytest.raises(BadInput, match="line 2 is not UTF-8, at its byte 10"):
        read(file)


def test_a_table_of_a_list_is_named_as_people_count() -> None:
    document = parse("[[claims.cases]]\n[[claims.cases]]\n", "f.toml")
    assert spoken(("claims", "cases", 1)) == "claims.cases 2"
    assert spoken(()) == "the file"
    assert document.line(("claims", "cases", 1)) == 2
