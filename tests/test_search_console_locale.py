"""Data are UTF-8 in a pipe, whatever letters the locale knows."""

from __future__ import annotations

import codecs
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import add_run

from search.console import speak_anywhere
from search.records import Record
from search.review import Review

TITLE = "Sarkome – ein Überblick 肉腫"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
@pytest.mark.parametrize("more", [[], ["--json"]], ids=["text", "json"])
def test_a_locale_that_knows_few_letters(review: Review, encoding: str, more: list[str]) -> None:
    add_run(review, [Record(title=TITLE, pmid="1")])
    done = subprocess.run(
        [sys.executable, "-m", "cli", "records", *more, "--review", str(review.folder)],
        env={**os.environ, "PYTHONIOENCODING": encoding, "LC_ALL": "C", "PYTHONUTF8": "0"},
        cwd=Path(__file__).parents[1], capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert TITLE in done.stdout.decode("utf-8")


@pytest.mark.parametrize(
    ("text", "ascii_"),
    [("a · b – “c”…", b'a - b - "c"...'), ("Überblick", b"\\xdcberblick"), ("肉", b"\\u8089")],
)
def test_a_terminal_shows_a_sign_like_the_one_it_lacks(text: str, ascii_: bytes) -> None:
    speak_anywhere()
    assert codecs.encode(text, "ascii", "sarcat.nearest") == ascii_
