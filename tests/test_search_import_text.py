"""Lines of foreign text: every encoding and line end, nothing lost, memory bounded."""

from __future__ import annotations

import gzip
import io
import tracemalloc
from contextlib import nullcontext
from typing import BinaryIO, cast

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from search.errors import BadInput
from search.importers import text
from search.reading import ENDLESS, REPAIRS_NAMED, Reading


class Trickle(io.BytesIO):
    """A stream that gives few bytes at a time, so that every place is once at a chunk's end."""

    def __init__(self, data: bytes, most: int) -> None:
        super().__init__(data)
        self.most = most

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(self.most)


def read(data: bytes, most: int = 1 << 20) -> tuple[list[str], Reading]:
    reading = Reading("test")
    numbered = list(text.lines(Trickle(data, most), reading))
    assert [number for number, _ in numbered] == list(range(1, len(numbered) + 1))
    return [line for _, line in numbered], reading


@pytest.mark.parametrize(
    ("encoding", "named"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16-le"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp1252", "windows-1252"),
        ("latin-1", "windows-1252"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\r\r\n"])
@pytest.mark.parametrize("most", [4, 5, 7, 1000])
def test_every_encoding_and_line_end(encoding: str, named: str, end: str, most: int) -> None:
    written = ["Ärzte für", "", "Weichteiltumoren", "x"]
    lines, reading = read((end.join(written) + end).encode(encoding), most)
    assert lines == written
    assert reading.encoding == named
    assert (reading.repaired, reading.problems, reading.ends_whole) == ([], [], True)


def test_each_line_is_read_in_its_own_encoding() -> None:
    data = "naïve\n".encode() + "Müller\n".encode("cp1252") + "Łódź\n".encode()
    lines, reading = read(data)
    assert lines == ["naïve", "Müller", "Łódź"]
    assert reading.encoding == "utf-8"
    assert [(note.line, note.text) for note in reading.repaired] == [
        (2, "1 line is not UTF-8 as the others are, and read as Windows-1252")
    ]


def test_a_mark_that_lies_loses_no_letter() -> None:
    lines, reading = read(b"\xef\xbb\xbfM\xfcller\n")
    assert lines == ["Müller"]
    assert reading.encoding == "windows-1252"


def test_bytes_without_meaning_are_named() -> None:
    lines, reading = read(b"a\n\x81b\n")
    assert lines == ["a", "\ufffdb"]
    assert [note.line for note in reading.repaired] == [2]


def test_controls_become_blanks() -> None:
    assert read(b"a\x00b\x1bc\td\xc2\x85e\xe2\x80\xa8f\n")[0] == ["a b c\td e f"]


def test_a_mark_in_the_middle_of_joined_files_is_no_text() -> None:
    assert read(b"\xef\xbb\xbfa\n\xef\xbb\xbfb\n")[0] == ["a", "b"]


@pytest.mark.parametrize(
    ("data", "whole"), [(b"a\nb", False), (b"a\nb\n", True), (b"a\rb\r", True), (b"", True)]
)
def test_whether_the_last_line_ends(data: bytes, whole: bool) -> None:
    assert read(data)[1].ends_whole is whole


def test_a_line_without_end_is_cut_and_named() -> None:
    data = b"a\n" + b"x" * (text.LONGEST_LINE + 300_000) + b"\nb\n"
    lines, reading = read(data, 1 << 17)
    assert [line[:1] for line in lines] == ["a", "x", "b"]
    assert len(lines[1]) < text.LONGEST_LINE + (1 << 18)
    assert [note.line for note in reading.problems] == [2]


class Endless(io.RawIOBase):
    """One line of some size."""

    def __init__(self, size: int) -> None:
        self.left = size

    def read(self, size: int = -1, /) -> bytes:
        given = min(size, self.left)
        self.left -= given
        return b"x" * given


@pytest.mark.parametrize(("size", "read"), [(ENDLESS, ENDLESS), (1 << 40, ENDLESS + (1 << 18))])
def test_a_giant_line_takes_neither_all_memory_nor_time(size: int, read: int) -> None:
    reading = Reading("test")
    stream = Endless(size)
    tracemalloc.start()
    with pytest.raises(BadInput, match="line 1 goes on") if size > ENDLESS else nullcontext():
        for _ in text.lines(cast(BinaryIO, stream), reading):
            pass
    assert size - stream.left <= read
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 6 * text.LONGEST_LINE
    assert len(reading.problems) == 1


def test_a_cut_archive_gives_what_it_holds_and_a_problem() -> None:
    whole = gzip.compress(b"".join(b"line %d\n" % number for number in range(9000)))
    with gzip.open(io.BytesIO(whole[: len(whole) // 2])) as stream:
        reading = Reading("test")
        lines = list(text.lines(stream, reading))
    assert len(lines) < 9000
    assert len(reading.problems) == 1
    assert "cut short" in reading.problems[0].text


@given(st.binary(max_size=200), st.integers(1, 9))
def test_any_bytes_give_the_same_lines_however_they_come(data: bytes, most: int) -> None:
    # the encoding is told from the first piece, which is of 64 kB in earnest
    assume(text.encoding_of(data[:4]) == text.encoding_of(data[:most]) == text.encoding_of(data))
    lines, reading = read(data, max(most, 4))
    assert lines == read(data)[0]
    assert not reading.problems


@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters="\ufeff"),
                max_size=20)
    ),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)  # fmt: skip
def test_what_is_written_is_read(written: list[str], end: str, encoding: str) -> None:
    assert read("".join(f"{line}{end}" for line in written).encode(encoding))[0] == written


def test_many_repairs_of_one_kind_are_counted_not_kept() -> None:
    reading = Reading("test")
    for number in range(1, 10_001):
        reading.repair(number, f"words outside any record: {number}")
    reading.repair(7, "another kind")
    assert len(reading.repaired) == REPAIRS_NAMED + 2
    assert (
        reading.repaired[REPAIRS_NAMED].text
        == f"words outside any record: so too in {10_000 - REPAIRS_NAMED} more lines, up to 10000"
    )
