"""A command that was typed wrong: what was wrong, and where to look."""

from __future__ import annotations

import pytest

import cli


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--review", "x", "status"], "sarcat: --review stands behind the command: `sarcat COMMAND --review …`."),
        (["catalogue", "--json", "list"], "sarcat catalogue: --json stands behind the command: `sarcat catalogue COMMAND --json …`."),
        (["--nothing"], "sarcat: No such option: --nothing. See `sarcat --help`."),
        (["site", "serve", "--port", "abc"], "Invalid value for '--port': it is no whole number. See `sarcat site serve --help`."),
        (["site", "serve", "--port", "70000"], "Invalid value for '--port': 65535 is the most."),
        (["site", "serve", "--port", "-1"], "Invalid value for '--port':"),
        (["catalog"], "Did you mean 'catalogue'"),
    ],
)  # fmt: skip
def test_wrong_use_is_said_in_words_and_exits_2(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(arguments) == 2
    captured = capsys.readouterr()
    assert said in captured.err
    assert "Input should" not in captured.err
    assert captured.out == ""
