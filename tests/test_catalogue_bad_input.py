"""What people may get wrong in an entry, through `sarcat catalogue check` as they run it.

Each is named with file and line and gives 3, and the entries beside it are checked all the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from catalogue_example import ID, alone, edited, line_of, renamed, write
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cli
from catalogue.checking.checks import check
from search.review import Review

Faults = Callable[[], list[dict[str, Any]]]
BESIDE = "beside-it"  # an entry with a fault of its own, read after the one that is wrong


@pytest.fixture
def faults(review: Review, capsys: pytest.CaptureFixture[str]) -> Faults:
    """Run the check, which must find errors, and give the faults as JSON has them."""

    def faults() -> list[dict[str, Any]]:
        capsys.readouterr()
        status = cli.run(["catalogue", "check", "--json", "--review", str(review.folder)])
        out, err = capsys.readouterr()
        assert status == 3
        assert "Traceback" not in err
        document = json.loads(out)
        assert sum(document["levels"].values()) == len(document["faults"])
        found: list[dict[str, Any]] = document["faults"]
        return found

    return faults


def beside() -> str:
    return renamed(BESIDE).replace('value = "active"', 'value = "activ"', 1)


CASES = {
    "an unknown key": (
        ("acronym = ", "acronim = "), "unknown-key", "Did you mean 'acronym'?", "acronim"),
    "an unknown field": (
        ("[claims.funding]", "[claims.fundings]"), "unknown-key", "'funding'", "fundings"),
    "an unknown term": (
        ('scope = "national"', 'scope = "nationwide"'), "vocabulary", "no term of scopes", "scope"),
    "a text for a list": (
        ('kind = ["clinical-registry", "biobank"]', 'kind = "biobank"'), "type", "a list",
        "kind ="),
    "a number for a text": (
        ('acronym = "', 'acronym = 7 # "'), "type", "must be a text", "acronym"),
    "a date in quotes": (
        ("last_checked = 2026-11-22", 'last_checked = "2026-11-22"'), "type", "a date",
        "last_checked"),
    "a date in the future": (
        ("last_checked = 2026-11-22", "last_checked = 2999-01-01"), "future", "2999-01-01",
        "last_checked"),
    "a day that is none": (
        ("last_checked = 2026-11-22", "last_checked = 2026-02-30"), "toml", "not TOML",
        "last_checked"),
    "a DOI that is none": (
        ('"doi:10.1000/example.2021"\ntitle', '"doi:example.2021"\ntitle'), "source",
        "looks like 10.1000/abc", '"doi:example'),
    "a PMID that is none": (
        ('source = "pmid:23456789"', 'source = "pmid:PMC234"'), "source", "a PMID is a number",
        '"pmid:PMC'),
    "an address that runs something": (
        ('"url:https://registry.example.org/about"', '"url:javascript:alert(1)"'), "source",
        "https://", '"url:javascript'),
    "an id with a path in it": (
        (f'id = "{ID}"', 'id = "../../etc/passwd"'), "id", "no id", 'id = "../'),
    "an id that is not the file's": (
        (f'id = "{ID}"', 'id = "another"'), "id", "not the file's name", 'id = "another"'),
    "HTML in the summary": (
        ("Clinical registry of", "<b>Clinical</b> registry of"), "markup", "an HTML tag",
        "summary ="),
    "a script in the name": (
        ('\nname = "', '\nname = "<script>alert(1)</script>'), "markup", "an HTML tag", "name ="),
    "a country that is none": (
        ('code = "FR"', 'code = "UK"'), "country", '"GB"', "[claims.countries]"),
}  # fmt: skip


@pytest.mark.parametrize("what", CASES)
def test_each_slip_is_named_at_its_line_and_the_rest_is_checked(
    what: str, review: Review, faults: Faults
) -> None:
    (old, new), rule, words, at = CASES[what]
    text = edited(old, new)
    write(review.initiatives, **{ID: text, BESIDE: beside()})
    found = faults()
    ours = [each for each in found if each["file"] == f"initiatives/{ID}.toml"]
    (named,) = (
        each for each in ours if each["rule"] == rule and words in each["what"] + each["remedy"]
    )
    assert named["level"] == "error"
    assert abs(named["line"] - line_of(at, text)) <= 1
    assert any(each["file"] == f"initiatives/{BESIDE}.toml" and "'activ'" in each["what"]
               for each in found)  # fmt: skip


def test_a_claim_without_evidence(review: Review, faults: Faults) -> None:
    text = alone()
    start = text.index("[claims.started]")
    line = next(each for each in text[start:].splitlines() if each.startswith("evidence"))
    text = text[:start] + text[start:].replace(line + "\n", "", 1)
    write(review.initiatives, **{ID: text, BESIDE: beside()})
    found = faults()
    (named,) = (each for each in found if each["rule"] == "evidence")
    assert named["what"] == "started is known without evidence."
    assert named["line"] == line_of("[claims.started]", text)
    assert len(found) == 2


def test_two_entries_with_one_id(review: Review, faults: Faults) -> None:
    write(review.initiatives, **{ID: alone(), "copy-of-it": alone(), BESIDE: beside()})
    found = faults()
    twice = [each for each in found if "two entries have the id" in each["what"]]
    assert [each["line"] for each in twice] == [line_of(f'id = "{ID}"', alone())]
    assert ID in twice[0]["what"]
    assert any(each["file"] == f"initiatives/{BESIDE}.toml" for each in found)


def test_a_file_that_is_no_text_and_one_that_is_no_file(review: Review, faults: Faults) -> None:
    write(review.initiatives, **{ID: alone(), BESIDE: beside()})
    (review.initiatives / "picture.toml").write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe")
    (review.initiatives / "a-folder.toml").mkdir()
    (review.initiatives / "deep.toml").write_text("x = " + "[" * 5000 + "]" * 5000)
    by_file = {each["file"]: each for each in faults()}
    assert by_file["initiatives/picture.toml"]["rule"] == "encoding"
    assert by_file["initiatives/a-folder.toml"]["rule"] == "unreadable"
    assert by_file["initiatives/deep.toml"]["rule"] == "toml"
    assert f"initiatives/{BESIDE}.toml" in by_file


LINES = alone().splitlines()
NASTY = ("", "[[claims.status]]", "[claims]", "value = {}", "value = []", "x = nan", "[evidence.e1]",
         'value = "\\u0000"', "value = 99999999999999999999", "value = 1979-05-27T07:32:00Z", "'''",
         '"a.b" = 1', "evidence = [['e1']]", "[relations]", "[[relations]]", "format = 2", "= =",
         "claims.status.value = 3", "value = { a.b.c = [ { } ] }", "evidence = 'e1'")  # fmt: skip


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(
    st.tuples(st.sampled_from(["drop", "twice", "swap", "put", "join"]),
              st.integers(0, len(LINES) - 1), st.sampled_from(NASTY)),
    min_size=1, max_size=4,
))  # fmt: skip
def test_however_lines_are_mangled_each_file_is_read_or_named(
    tmp_path: Path, steps: list[tuple[str, int, str]]
) -> None:
    lines = list(LINES)
    for step, at, text in steps:
        at %= len(lines)
        if step == "drop":
            del lines[at]
        elif step == "twice":
            lines.insert(at, lines[at])
        elif step == "swap":
            lines[at], lines[at - 1] = lines[at - 1], lines[at]
        elif step == "put":
            lines.insert(at, text)
        else:
            lines[at] = lines[at] + text
    mangled = "\n".join(lines) + "\n"
    write(tmp_path, **{ID: mangled, BESIDE: beside()})
    found = check(tmp_path)
    assert any(fault.file.endswith(f"{BESIDE}.toml") and "'activ'" in fault.what for fault in found)
    for fault in found:
        assert fault.what
        assert fault.rule
        assert fault.line is None or 1 <= fault.line <= mangled.count("\n") + 1
