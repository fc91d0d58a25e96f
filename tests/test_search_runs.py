"""The records of a run as they lie in its folder."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.errors import SarcatError
from search.files import json_line, parsed_line, write_json_lines
from search.raw_answers import RawAnswers
from search.runs import read_documents, read_record_lines

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
DOCUMENTS = st.dictionaries(TEXTS.filter(lambda name: name != "key"), TEXTS | st.integers())


@settings(deadline=None)  # files are written, on machines that others use too
@given(st.lists(st.tuples(st.text(st.characters(codec="ascii"), min_size=1), DOCUMENTS)))
def test_the_text_says_what_the_values_say(
    tmp_path_factory: pytest.TempPathFactory, keyed: list[tuple[str, dict[str, object]]]
) -> None:
    folder = tmp_path_factory.mktemp("run")
    write_json_lines(folder / "records.jsonl.gz", ({"key": key, **rest} for key, rest in keyed))
    kept = list(read_record_lines(folder))
    assert [(key, document) for key, _, document in kept] == keyed
    assert [json.loads(text) for _, text, _ in kept] == [document for _, _, document in kept]
    assert list(read_documents(folder)) == keyed


@pytest.mark.parametrize(
    "line",
    [
        '{"key":"pmid:1"}',
        '{"key":"pmid:1","title":"A \\"register\\""}',
        '{ "key": "pmid:1", "title": "A" }',
        '{"title":"A","key":"pmid:1"}',
    ],
)
def test_a_line_by_another_hand_is_read_too(tmp_path: Path, line: str) -> None:
    (tmp_path / "records.jsonl.gz").write_bytes(gzip.compress(f"{line}\r\n".encode()))
    ((key, text, document),) = read_record_lines(tmp_path)
    assert key == "pmid:1"
    assert json.loads(text) == document


@pytest.mark.parametrize("line", ['{"title":"A"}', "[1]", '"key"', "7", "{"])
def test_a_line_without_a_key_is_named(tmp_path: Path, line: str) -> None:
    good = '{"key":"pmid:1","title":"A"}'
    (tmp_path / "records.jsonl.gz").write_bytes(gzip.compress(f"{good}\n{line}\n".encode()))
    with pytest.raises(SarcatError, match="damaged") as error:
        list(read_record_lines(tmp_path))
    assert error.value.where == f"{tmp_path / 'records.jsonl.gz'}:2"


@given(DOCUMENTS)
def test_a_line_of_json_is_what_the_standard_library_writes(value: object) -> None:
    plain = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    assert json_line(value) == plain.encode("utf-8", "surrogatepass")
    assert parsed_line(json_line(value)) == value


@pytest.mark.parametrize("value", ["half \ud800 of a letter", {"a": "\udc00", "b": 2**70}])
def test_what_the_quick_library_refuses_is_still_written(value: object) -> None:
    assert parsed_line(json_line(value)) == value


def test_a_line_that_is_no_json_is_an_error_in_plain_words() -> None:
    with pytest.raises(ValueError, match="Expecting value"):
        parsed_line(b'{"key":')


def test_raw_answers_are_plain_gzip(tmp_path: Path) -> None:
    body = b"<PubmedArticleSet>" + bytes(range(32, 127)) * 40_000 + b"</PubmedArticleSet>"
    RawAnswers(tmp_path).keep("efetch", body)
    (path,) = (tmp_path / "raw").iterdir()
    assert path.name == "000001-efetch.xml.gz"
    assert gzip.decompress(path.read_bytes()) == body
