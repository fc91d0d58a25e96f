"""Lines end with a word at a terminal, and stay as they are in a pipe."""

from __future__ import annotations

import io

import pytest

from search.console import say, show

LONG = "Full text       1 screened, 0 included, 1 excluded, 39 awaiting, 5 not retrieved"
ADDRESS = "https://example.org/" + "a" * 60


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        ("short", ["short"]),
        (LONG, ["Full text       1 screened, 0 included,", " " * 16 + "1 excluded, 39 awaiting,",
                " " * 16 + "5 not retrieved"]),
        ("  reviewer-a: include: as the abstract has it all",
         ["  reviewer-a: include: as the abstract", "    has it all"]),
        (f"See {ADDRESS} for more.", ["See", f"  {ADDRESS}", "  for more."]),
        ("one\n\ntwo", ["one", "", "two"]),
    ],
)  # fmt: skip
def test_a_line_is_folded_between_words(
    monkeypatch: pytest.MonkeyPatch, said: str, seen: list[str]
) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stdout", terminal)
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setenv("COLUMNS", "40")
    show(said)
    say(said)
    assert terminal.getvalue().splitlines() == seen * 2


def test_a_pipe_gets_lines_as_they_are(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    show(LONG)
    say(LONG)
    assert tuple(capsys.readouterr()) == (f"{LONG}\n", f"{LONG}\n")
